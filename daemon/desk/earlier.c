// Was this key here before?  Memory holds only its fingerprint and place; the record says whether
// it is truly the same key and the same content.
#include "body.h"
#include "intake.h"
#include "pending.h"
#include "receipt.h"
#include "reply.h"
#include "turn.h"

// Several keys may share a fingerprint by chance; more than this and something else is wrong.
#define CHANCES_MAX 8u

static uint64_t earlier_fingerprint(const struct desk *d, const struct message *m,
                                    const Triage__V1__Submission *sub)
{
    return wire_fingerprint(&d->keys, m->principal->id, bytes_pb(sub->key));
}

static bool earlier_body(struct desk *d, struct message *m, uint64_t seq, struct record *out,
                         enum err *e)
{
    *e = OK;
    out->body = turn_body(d, seq);
    return out->body.data || pending_record(d, m, seq, out, e);
}

bool earlier_fetch(struct desk *d, struct message *m)
{
    Triage__V1__SubmitRequest const *q = m->request->submit;
    for (size_t i = 0; i < q->n_submissions; i++) {
        uint64_t const fingerprint = earlier_fingerprint(d, m, q->submissions[i]);
        for (unsigned nth = 0; nth < CHANCES_MAX; nth++) {
            struct record unused = {0};
            enum err e = OK;
            uint64_t const seq = book_key_find(d->book, fingerprint, nth);
            if (seq == 0) break;
            (void)earlier_body(d, m, seq, &unused, &e);
        }
    }
    return !m->parked;
}

// A case whose words were erased still answers: it was here.
static Triage__V1__Receipt *earlier_erased(struct desk *d, const struct record *rec,
                                           const Triage__V1__Submission *sub)
{
    struct event e;
    if (wire_header_decode(rec->header, &e, NULL) != OK || e.kind != EVENT_RECEIVED) return NULL;
    Triage__V1__Receipt *r = pb_new(&d->request, &triage__v1__receipt__descriptor);
    Triage__V1__AdultReceipt *a = pb_new(&d->request, &triage__v1__adult_receipt__descriptor);
    r->key = sub->key;
    r->received_ms = e.at_ms;
    a->reference = pb_reference(d, &d->request, ENTITY_CASE_NO(rec->entity));
    r->adults = pb_list(&d->request, 1);
    r->adults[r->n_adults++] = a;
    return r;
}

// Fills `out` unless the record is another key's.
static bool earlier_judge(struct desk *d, const struct record *rec,
                          const Triage__V1__Submission *sub, struct earlier *out)
{
    Triage__Ledger__V1__Body *body = NULL;
    out->kind = EARLIER_UNREADABLE;
    if (rec->erased) {
        out->receipt = earlier_erased(d, rec, sub);
        if (out->receipt) out->kind = EARLIER_SAME;
        return true;
    }
    if (body_read(rec->body, BODY_RECEIPT | BODY_KEY | BODY_DIGEST, &d->request, &body) != OK)
        return true;
    if (!bytes_equal(bytes_pb(body->key), bytes_pb(sub->key))) return false; // By chance.
    uint8_t digest[DIGEST_BYTES];
    wire_digest(bytes_pb(sub->concern), digest);
    bool const same = bytes_equal(bytes_pb(body->digest), bytes_of(digest, sizeof digest));
    out->kind = same && body->receipt ? EARLIER_SAME : EARLIER_OTHER;
    out->receipt = body->receipt;
    if (body->receipt) receipt_whole(d, body->receipt);
    return true;
}

struct earlier earlier_find(struct desk *d, struct message *m, const Triage__V1__Submission *sub)
{
    struct earlier out = {.kind = EARLIER_NONE};
    uint64_t const fingerprint = earlier_fingerprint(d, m, sub);
    for (unsigned nth = 0; nth < CHANCES_MAX; nth++) {
        struct record rec = {0};
        enum err e = OK;
        out.seq = book_key_find(d->book, fingerprint, nth);
        if (out.seq == 0) break;
        if (!earlier_body(d, m, out.seq, &rec, &e)) {
            // It came between the fetch and now, or the disk failed: the sender asks again.
            out.kind = EARLIER_UNREADABLE;
            return out;
        }
        if (earlier_judge(d, &rec, sub, &out)) return out;
    }
    out.kind = EARLIER_NONE;
    return out;
}
