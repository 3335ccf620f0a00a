#include "files.h"

#include <stdio.h>

uint8_t pdf_bytes[3 * PART + 1000], jpeg_bytes[5000], text_bytes[900];

struct a_file file_of(const char *name, const char *type, uint8_t *bytes, size_t len,
                      const char *mark)
{
    struct a_file f = {name, type, bytes, len, {0}};
    for (size_t i = 0; i < len; i++) bytes[i] = (uint8_t)(' ' + (i * 7 + i / 251) % 90);
    memcpy(bytes, mark, strlen(mark));
    wire_digest(bytes_of(bytes, len), f.digest);
    return f;
}

static void attachment_fill(Triage__V1__Attachment *a, const struct a_file *f)
{
    triage__v1__attachment__init(a);
    a->name = TEXT(f->name);
    a->media_type = TEXT(f->media_type);
    a->digest = (ProtobufCBinaryData){DIGEST_BYTES, (uint8_t *)(uintptr_t)f->digest};
    a->size_bytes = f->len;
}

// A concern that names these files.
size_t naming_pack(const struct a_file *files, size_t n, uint8_t *out)
{
    Triage__V1__SafeguardingConcern m = TRIAGE__V1__SAFEGUARDING_CONCERN__INIT;
    Triage__V1__Adult adult = TRIAGE__V1__ADULT__INIT, *adults[1] = {&adult};
    Triage__V1__Attachment at[80], *list[80];
    Triage__V1__Harm harm = TRIAGE__V1__HARM__INIT;
    harm.immediate_danger = TRIAGE__V1__ANSWER__ANSWER_NO;
    m.harm = &harm;
    adult.name = TEXT("Invented Person");
    adult.postcode = TEXT("ZX1 1AA");
    m.n_adults = 1;
    m.adults = adults;
    m.what_happened = TEXT("A bruise that nobody can explain.");
    for (size_t i = 0; i < n; i++) {
        attachment_fill(&at[i], &files[i]);
        list[i] = &at[i];
    }
    m.n_attachments = n;
    m.attachments = list;
    return triage__v1__safeguarding_concern__pack(&m, out);
}

Triage__V1__Receipt *submitted(struct world *w, const struct a_file *files, size_t n)
{
    static uint8_t concern[65536], key[16];
    Triage__V1__Submission sub = TRIAGE__V1__SUBMISSION__INIT, *subs[1] = {&sub};
    Triage__V1__SubmitRequest submit = TRIAGE__V1__SUBMIT_REQUEST__INIT;
    key_fill(key, 77);
    sub.key = (ProtobufCBinaryData){16, key};
    sub.kind = TRIAGE__V1__KIND__KIND_SAFEGUARDING_CONCERN;
    sub.concern = (ProtobufCBinaryData){naming_pack(files, n, concern), concern};
    submit.n_submissions = 1;
    submit.submissions = subs;
    Triage__V1__Request *q = ask_blank(NULL, 0);
    q->body_case = TRIAGE__V1__REQUEST__BODY_SUBMIT;
    q->submit = &submit;
    Triage__V1__Reply *r = world_ask(w, HOME, q);
    assert_int_equal(r->submit->receipts[0]->status, STATUS(OK));
    return r->submit->receipts[0];
}

const char *reported(struct world *w, const struct a_file *f)
{
    static char reference[16];
    Triage__V1__Receipt *r = submitted(w, f, 1);
    (void)snprintf(reference, sizeof reference, "%s", r->adults[0]->reference);
    return reference;
}

Triage__V1__Reply *send_part(struct world *w, enum who who, const char *reference,
                             const struct a_file *f, size_t offset, size_t len)
{
    Triage__V1__AttachRequest a = TRIAGE__V1__ATTACH_REQUEST__INIT;
    Triage__V1__Request *q = ask_blank(NULL, 0);
    a.reference = TEXT(reference);
    a.digest = (ProtobufCBinaryData){DIGEST_BYTES, (uint8_t *)(uintptr_t)f->digest};
    a.offset = offset;
    a.part = (ProtobufCBinaryData){len, len ? f->bytes + offset : NULL};
    q->body_case = TRIAGE__V1__REQUEST__BODY_ATTACH;
    q->attach = &a;
    return world_ask(w, who, q);
}

size_t due(const struct a_file *f, size_t offset)
{
    return f->len - offset < PART ? f->len - offset : PART;
}

// From where the daemon says to the end.
Triage__V1__Reply *send_rest(struct world *w, const char *reference, const struct a_file *f)
{
    Triage__V1__Reply *r = send_part(w, HOME, reference, f, 0, 0);
    while (r && r->status == STATUS(OK) && r->attach->file->received_bytes < f->len) {
        size_t const at = (size_t)r->attach->file->received_bytes;
        r = send_part(w, HOME, reference, f, at, due(f, at));
    }
    assert_non_null(r);
    return r;
}

Triage__V1__Reply *looked(struct world *w, const char *reference)
{
    Triage__V1__LookRequest look = TRIAGE__V1__LOOK_REQUEST__INIT;
    Triage__V1__Request *q = ask_blank("ada", 0);
    look.reference = TEXT(reference);
    look.reason = TEXT("to see what came");
    look.timeline = true;
    q->body_case = TRIAGE__V1__REQUEST__BODY_LOOK;
    q->look = &look;
    return world_ask(w, MASH_DESK, q);
}

Triage__V1__Reply *fetched(struct world *w, const char *reference, uint32_t number, size_t offset,
                           bool before_scan)
{
    Triage__V1__FetchRequest f = TRIAGE__V1__FETCH_REQUEST__INIT;
    Triage__V1__Request *q = ask_blank("ada", 0);
    f.reference = TEXT(reference);
    f.number = number;
    f.offset = offset;
    f.reason = TEXT("to compare the marks");
    f.before_scan = before_scan;
    q->body_case = TRIAGE__V1__REQUEST__BODY_FETCH;
    q->fetch = &f;
    return world_ask(w, MASH_DESK, q);
}

size_t events(const Triage__V1__CaseReport *c, const char *event)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n_timeline; i++) n += strcmp(c->timeline[i]->event, event) == 0;
    return n;
}

void assert_problem(const Triage__V1__Reply *r, const char *field, const char *code)
{
    assert_int_equal(r->status, STATUS(INVALID));
    assert_string_equal(r->problems[0]->field, field);
    assert_string_equal(r->problems[0]->code, code);
    assert_true(strlen(r->problems[0]->text) > 20);
}

void scanned_setup(struct world *w)
{
    w->settings.scanner = true;
    world_reopen(w);
}
