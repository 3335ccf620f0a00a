// submit.c - a concern's way from the sender's hands to its receipt.
//
// Kept on disk first (when there is an outbox), then sent, then sent again under the same key until
// the council answers.  The promise to the sender: either a receipt, or a sentence that says that
// there is none and whom to ring.
#include "client.h"
#include "concern.h"
#include "json_map.h"
#include "receipt.h"
#include "uuid7.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    WARN_DANGER_MS = 60000,     // danger now: yes, not known, or not said
    WARN_OTHER_MS = 15 * 60000, // danger now: no
    WARN_GRACE_MS = 10000,      // for what an earlier run left behind
};

static int64_t submit_utc_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

// ---- The ring of parcels ----

void parcels_init(struct triage_client *c)
{
    c->parcels.next = c->parcels.before = &c->parcels;
    c->next_warn_ms = INT64_MAX;
}

static struct parcel **parcel_bucket(struct triage_client *c, const uint8_t key[UUID_BYTES])
{
    return &c->parcels_by_key[key[UUID_BYTES - 1]];
}

static void parcel_remove(struct parcel *p)
{
    struct parcel **at = parcel_bucket(p->client, p->key);
    while (*at != p) at = &(*at)->same;
    *at = p->same;
    p->before->next = p->next;
    p->next->before = p->before;
    p->client->parcels_len--;
    free(p);
}

void parcels_drop(struct triage_client *c)
{
    while (c->parcels.next && c->parcels.next != &c->parcels) parcel_remove(c->parcels.next);
}

static bool parcels_hold(struct triage_client *c, const uint8_t key[UUID_BYTES])
{
    struct parcel *p = *parcel_bucket(c, key);
    while (p && memcmp(p->key, key, UUID_BYTES) != 0) p = p->same;
    return p != NULL;
}

size_t triage_waiting_count(const struct triage_client *c)
{
    return c->parcels_len;
}

// ---- Not received ----

const char *triage_not_received_sentence(const struct triage_client *c)
{
    struct triage_client *own = (struct triage_client *)(uintptr_t)c;
    const char *name = *c->council.name ? c->council.name : "the council";
    if (*c->council.telephone) {
        snprintf(own->sentence, sizeof own->sentence, "NOT RECEIVED - ring %s on %s", name,
                 c->council.telephone);
    } else {
        snprintf(own->sentence, sizeof own->sentence,
                 "NOT RECEIVED - ring %s's adult safeguarding number", name);
    }
    return own->sentence;
}

void triage_on_not_received(struct triage_client *c, triage_not_received_fn *fn, void *user)
{
    c->not_received = fn;
    c->not_received_user = user;
}

void parcels_warn(struct triage_client *c, int64_t now_ms)
{
    if (now_ms < c->next_warn_ms) return;
    c->next_warn_ms = INT64_MAX;
    for (struct parcel *p = c->parcels.next; p != &c->parcels; p = p->next) {
        if (now_ms >= p->warn_ms) {
            p->warn_ms = INT64_MAX;
            if (!c->not_received) continue;
            c->not_received(c->not_received_user, p->key_text, triage_not_received_sentence(c));
        }
        if (p->warn_ms < c->next_warn_ms) c->next_warn_ms = p->warn_ms;
    }
}

// ---- Answers ----

static void parcel_end(struct triage_client *c, struct parcel *p, enum triage_status s,
                       const struct triage_receipt *r)
{
    char key_text[UUID_TEXT_BYTES];
    triage_receipt_fn *done = p->done;
    void *user = p->user;
    memcpy(key_text, p->key_text, sizeof key_text);
    if (c->outbox.folder && (s == TRIAGE_OK || s == TRIAGE_DUPLICATE)) {
        outbox_end(&c->outbox, p->key, OUTBOX_RECEIPTED);
    } else if (c->outbox.folder && s >= TRIAGE_E_INVALID && s < TRIAGE_E_KEY_UNKNOWN) {
        outbox_end(&c->outbox, p->key, OUTBOX_REFUSED);
    }
    parcel_remove(p);
    if (done) done(user, s, key_text, r);
}

// A receipt for other content would leave the sender believing that this one is safe.
static bool parcel_matches(const struct parcel *p, const Triage__V1__Receipt *told)
{
    return told && told->key.len == UUID_BYTES && told->digest.len == sizeof p->digest &&
           memcmp(told->key.data, p->key, UUID_BYTES) == 0 &&
           memcmp(told->digest.data, p->digest, sizeof p->digest) == 0;
}

static void parcel_digest(struct parcel *p, const ProtobufCBinaryData *concern)
{
    uint8_t whole[64];
    crypto_generichash(whole, sizeof whole, concern->data, concern->len, NULL, 0);
    memcpy(p->digest, whole, sizeof p->digest);
}

// Its caller has waited long enough and is told so; what an outbox holds is sent on all the same.
static int64_t parcel_go_on(struct triage_client *c, struct parcel *p, enum triage_status s)
{
    triage_receipt_fn *done = p->done;
    void *user = p->user;
    struct call *call = calls_find(&c->calls, p->call_id);
    call->plan.eager = false;
    call->plan.give_up_ms = INT64_MAX;
    p->done = c->outbox_done;
    p->user = c->outbox_user;
    bool const waited_for = done != c->outbox_done || user != c->outbox_user;
    if (done && waited_for) done(user, s, p->key_text, NULL);
    return calls_backoff_ms(call->attempts++, c->backoff_ms);
}

static int64_t parcel_answered(struct triage_client *c, void *ctx, enum triage_status s,
                               Triage__V1__Reply *reply, bool *taken)
{
    struct parcel *p = ctx;
    const Triage__V1__Receipt *told = NULL;
    if (reply && reply->body_case == TRIAGE__V1__REPLY__BODY_SUBMIT &&
        reply->submit->n_receipts == 1) {
        told = reply->submit->receipts[0];
    }
    if (told && (s == TRIAGE_OK || s == TRIAGE_DUPLICATE)) {
        enum triage_status const own = status_from_wire(told->status);
        if (own == TRIAGE_E_BUSY || own == TRIAGE_E_UNAVAILABLE) {
            int64_t const wait = calls_backoff_ms(0, c->backoff_ms);
            return wait < (int64_t)told->retry_after_ms ? told->retry_after_ms : wait;
        }
        s = own != TRIAGE_OK ? own : s;
    }
    *taken = true;
    client_settle(c, s, reply);
    if ((s == TRIAGE_OK || s == TRIAGE_DUPLICATE) && !parcel_matches(p, told)) {
        s = client_fail(c, TRIAGE_E_MALFORMED, "the receipt is not for what was sent");
        told = NULL;
    }
    if (s >= TRIAGE_E_KEY_UNKNOWN && c->outbox.folder) return parcel_go_on(c, p, s);
    struct triage_receipt const r = {told};
    parcel_end(c, p, s, told ? &r : NULL);
    return CALL_DONE;
}

// ---- Sending ----

struct send {
    triage_receipt_fn *done;
    void *user;
    int64_t give_up_ms, made_ms;
    bool eager;
};

static uint64_t parcel_call(struct triage_client *c, struct parcel *p,
                            Triage__V1__Submission *submission, const struct send *how)
{
    Triage__V1__SubmitRequest submit = TRIAGE__V1__SUBMIT_REQUEST__INIT;
    Triage__V1__Request request = TRIAGE__V1__REQUEST__INIT;
    struct call_plan const plan = {
        .done = parcel_answered, .ctx = p, .give_up_ms = how->give_up_ms, .eager = how->eager};
    submit.n_submissions = 1;
    submit.submissions = &submission;
    request.body_case = TRIAGE__V1__REQUEST__BODY_SUBMIT;
    request.submit = &submit;
    return client_call(c, &request, plan);
}

static int64_t parcel_warn_ms(const Triage__V1__Submission *s, int64_t made_ms)
{
    bool const calm = s->danger_now == TRIAGE__V1__ANSWER__ANSWER_NO;
    int64_t const age = submit_utc_ms() - made_ms;
    int64_t const left = (calm ? WARN_OTHER_MS : WARN_DANGER_MS) - (age > 0 ? age : 0);
    return client_mono_ms() + (left > WARN_GRACE_MS ? left : WARN_GRACE_MS);
}

static enum triage_status parcel_send(struct triage_client *c, Triage__V1__Submission *submission,
                                      const struct send *how)
{
    struct parcel *p = calloc(1, sizeof *p);
    if (!p) return client_fail(c, TRIAGE_E_NO_MEMORY, "out of memory");
    p->client = c;
    memcpy(p->key, submission->key.data, UUID_BYTES);
    uuid_write(p->key, p->key_text);
    parcel_digest(p, &submission->concern);
    p->warn_ms = parcel_warn_ms(submission, how->made_ms);
    p->done = how->done;
    p->user = how->user;
    p->before = c->parcels.before;
    p->next = &c->parcels;
    p->before->next = c->parcels.before = p;
    p->same = *parcel_bucket(c, p->key);
    *parcel_bucket(c, p->key) = p;
    c->parcels_len++;
    if (p->warn_ms < c->next_warn_ms) c->next_warn_ms = p->warn_ms;
    if ((p->call_id = parcel_call(c, p, submission, how))) return TRIAGE_OK;
    parcel_remove(p);
    return client_fail(c, TRIAGE_E_BUSY, "too much is waiting for answers already");
}

static enum triage_status parcel_keep(struct triage_client *c,
                                      const Triage__V1__Submission *submission, int64_t made_ms)
{
    if (!c->outbox.folder) return TRIAGE_OK;
    size_t const len = triage__v1__submission__get_packed_size(submission);
    uint8_t *packed = malloc(len ? len : 1);
    if (!packed) return client_fail(c, TRIAGE_E_NO_MEMORY, "out of memory");
    triage__v1__submission__pack(submission, packed);
    bool const kept = outbox_keep(&c->outbox, submission->key.data, packed, len, made_ms);
    sodium_memzero(packed, len);
    free(packed);
    return kept ? TRIAGE_OK : client_fail(c, TRIAGE_E_OUTBOX, "%s", c->outbox.why);
}

// Packs, keeps, sends.
static enum triage_status concern_send(struct triage_client *c, const struct triage_concern *n,
                                       struct send how)
{
    if (c->parcels_len >= c->window) {
        return client_fail(c, TRIAGE_E_BUSY, "the window is full: dispatch first");
    }
    if (parcels_hold(c, n->key)) {
        return client_fail(c, TRIAGE_E_KEY_REUSED, "a concern with this key is on its way already");
    }
    Triage__V1__Submission *submission = concern_pack(n, c->error, sizeof c->error);
    if (!submission) return TRIAGE_E_INVALID;
    how.made_ms = submit_utc_ms();
    enum triage_status s = parcel_keep(c, submission, how.made_ms);
    if (s == TRIAGE_OK) s = parcel_send(c, submission, &how);
    triage__v1__submission__free_unpacked(submission, NULL);
    return s;
}

enum triage_status triage_submit_async(struct triage_client *c, const struct triage_concern *n,
                                       triage_receipt_fn *done, void *user)
{
    return concern_send(c, n, (struct send){done, user, INT64_MAX, 0, false});
}

struct submitted {
    bool done;
    enum triage_status status;
    struct triage_receipt *receipt; // filled when there is one
    bool has_receipt;
};

static void submitted_take(void *user, enum triage_status s, const char *key,
                           const struct triage_receipt *receipt)
{
    (void)key;
    struct submitted *d = user;
    d->done = true;
    d->status = s;
    d->has_receipt = receipt != NULL;
    if (receipt) *d->receipt = *receipt;
}

static void parcels_cancel(struct triage_client *c, const void *user)
{
    for (struct parcel *p = c->parcels.next, *next; p != &c->parcels; p = next) {
        next = p->next;
        if (p->user != user) continue;
        calls_cancel(c, p->call_id);
        parcel_remove(p);
    }
}

enum triage_status triage_submit(struct triage_client *c, const struct triage_concern *n,
                                 const struct triage_receipt **receipt)
{
    static _Thread_local struct triage_receipt last;
    struct submitted d = {.receipt = &last};
    if (receipt) *receipt = NULL;
    if (c->link.state == LINK_DOWN) c->reconnect_ms = 0;
    struct send const how = {submitted_take, &d, client_mono_ms() + c->timeout_ms, 0, true};
    enum triage_status s = concern_send(c, n, how);
    if (s != TRIAGE_OK) return s;
    s = client_wait(c, &d.done, INT64_MAX);
    if (s != TRIAGE_OK) {
        parcels_cancel(c, &d);
        return s;
    }
    if (receipt && d.has_receipt) *receipt = &last;
    return d.status;
}

// ---- Many ----

struct many {
    triage_receipt_fn *done;
    void *user;
    size_t answered;
    enum triage_status worst;
    bool moved;
};

static void many_take(void *user, enum triage_status s, const char *key,
                      const struct triage_receipt *receipt)
{
    struct many *m = user;
    m->answered++;
    m->moved = true;
    if (s > m->worst && s != TRIAGE_DUPLICATE) m->worst = s;
    if (m->done) m->done(m->user, s, key, receipt);
}

enum triage_status triage_submit_all(struct triage_client *c, struct triage_concern *const *n,
                                     size_t count, triage_receipt_fn *done, void *user)
{
    struct many m = {.done = done, .user = user};
    size_t sent = 0;
    if (c->link.state == LINK_DOWN) c->reconnect_ms = 0;
    while (m.answered < count) {
        int64_t const give_up = client_mono_ms() + c->timeout_ms;
        while (sent < count && c->parcels_len < c->window) {
            struct send const how = {many_take, &m, give_up, 0, true};
            enum triage_status const s = concern_send(c, n[sent], how);
            if (s == TRIAGE_E_BUSY) break;
            if (s != TRIAGE_OK) many_take(&m, s, n[sent]->key_text, NULL);
            sent++;
        }
        m.moved = false;
        if (m.answered < count && client_wait(c, &m.moved, give_up) == TRIAGE_E_INTERRUPTED) {
            parcels_cancel(c, &m);
            return TRIAGE_E_INTERRUPTED;
        }
    }
    return m.worst;
}

enum triage_status triage_dry_run(struct triage_client *c, const struct triage_concern *n,
                                  char **json)
{
    Triage__V1__DryRunRequest dry_run = TRIAGE__V1__DRY_RUN_REQUEST__INIT;
    Triage__V1__Request request = TRIAGE__V1__REQUEST__INIT;
    *json = NULL;
    Triage__V1__Submission *submission = concern_pack(n, c->error, sizeof c->error);
    if (!submission) return TRIAGE_E_INVALID;
    dry_run.submission = submission;
    request.body_case = TRIAGE__V1__REQUEST__BODY_DRY_RUN;
    request.dry_run = &dry_run;
    enum triage_status const s = client_ask(c, &request);
    triage__v1__submission__free_unpacked(submission, NULL);
    if (c->last && c->last->body_case == TRIAGE__V1__REPLY__BODY_DRY_RUN) {
        json_t *j = json_from_message(&c->last->dry_run->base, JSON_STYLE_OPEN);
        *json = j ? json_dumps(j, JSON_INDENT(2)) : NULL;
        json_decref(j);
    }
    return s;
}

// ---- The outbox ----

static void outbox_offer(void *ctx, const uint8_t key[UUID_BYTES], const uint8_t *data, size_t len,
                         int64_t made_ms)
{
    struct triage_client *c = ctx;
    if (parcels_hold(c, key)) return;
    // Half the window stays for what is new: what waits on disk can wait for a place.
    if (c->parcels_len >= c->window / 2) {
        c->outbox_more = true;
        return;
    }
    Triage__V1__Submission *s = triage__v1__submission__unpack(NULL, len, data);
    if (s && s->key.len == UUID_BYTES) {
        struct send const how = {c->outbox_done, c->outbox_user, INT64_MAX, made_ms, false};
        if (parcel_send(c, s, &how) != TRIAGE_OK) c->outbox_more = true;
    }
    if (s) triage__v1__submission__free_unpacked(s, NULL);
}

static bool outbox_offer_all(struct triage_client *c, size_t *damaged)
{
    c->outbox_more = false;
    return outbox_each(&c->outbox, outbox_offer, c, damaged);
}

void parcels_offer_more(struct triage_client *c)
{
    size_t damaged;
    if (c->outbox_more && c->parcels_len < c->window / 4 + 1) outbox_offer_all(c, &damaged);
}

void parcels_after_hello(struct triage_client *c)
{
    uint8_t id[LEDGER_ID_BYTES];
    uint64_t epoch;
    char hex[2 * LEDGER_ID_BYTES + 1];
    char ledger[64];
    size_t again = 0;
    size_t damaged;
    if (!c->outbox.folder) return;
    hello_ledger(c, id, &epoch);
    sodium_bin2hex(hex, sizeof hex, id, sizeof id);
    snprintf(ledger, sizeof ledger, "%s.%" PRIu64, hex, epoch);
    if (outbox_meet_ledger(&c->outbox, ledger, submit_utc_ms(), &again) && again > 0) {
        outbox_offer_all(c, &damaged);
    }
}

enum triage_status triage_outbox_open(struct triage_client *c, const char *folder,
                                      triage_receipt_fn *done, void *user)
{
    size_t damaged = 0;
    if (c->profile.plain) {
        return client_fail(c, TRIAGE_E_OUTBOX, "an operator's profile has no key to seal it with");
    }
    if (c->outbox.folder) return client_fail(c, TRIAGE_E_OUTBOX, "there is an outbox already");
    if (!outbox_open(&c->outbox, folder, c->profile.secret_bytes)) {
        return client_fail(c, TRIAGE_E_OUTBOX, "%s", c->outbox.why);
    }
    c->outbox_done = done;
    c->outbox_user = user;
    if (!outbox_offer_all(c, &damaged)) {
        return client_fail(c, TRIAGE_E_OUTBOX, "%s", c->outbox.why);
    }
    if (c->ready) parcels_after_hello(c);
    if (damaged == 0) return TRIAGE_OK;
    return client_fail(c, TRIAGE_E_OUTBOX,
                       "outbox %s: %zu file(s) cannot be opened with this profile's key and are "
                       "left as they are",
                       folder, damaged);
}
