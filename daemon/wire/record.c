// Records and state rows, as proto/triage/ledger/v1/record.proto describes them.  Written by hand
// and not by protobuf-c, because the fields of a case come from CASE_FIELDS, and because what a
// command did not change is not written at all.
#include "wire.h"

#include "check.h"
#include "record.h"
#include "writer.h"

#define FIELD_AT(number, type, name) {number, CASE_##type, offsetof(struct casefile, name), #name},
const struct case_field CASE_FIELD_LIST[] = {CASE_FIELDS(FIELD_AT)};
#undef FIELD_AT

#define ERRAND_AT(number, type, name) {number, CASE_##type, offsetof(struct errand, name), #name},
const struct case_field ERRAND_FIELD_LIST[] = {ERRAND_FIELDS(ERRAND_AT)};
#undef ERRAND_AT

#define FIELD_PLACE(number, type, name) [number] = (uint8_t)CASE_PLACE_##name + 1,
static const uint8_t field_places[CASE_NUMBER_MAX + 1] = {CASE_FIELDS(FIELD_PLACE)};
#undef FIELD_PLACE

const struct case_field *case_field_of(uint32_t number)
{
    bool const known = number <= CASE_NUMBER_MAX && field_places[number] != 0;
    return known ? &CASE_FIELD_LIST[field_places[number] - 1] : NULL;
}

void casefile_clear(struct casefile *f)
{
    uint64_t const no = f->no; // the entity's, which no record repeats
    struct errand *const errands = f->errands;
    uint16_t const errands_max = f->errands_max;
    memset(f, 0, sizeof *f);
    f->no = no;
    f->errands = errands;
    f->errands_max = errands_max;
    facts_kept_clear(&f->facts);
}

static const char *case_text(const void *f, const struct case_field *field)
{
    return (const char *)f + field->offset;
}

int64_t case_num(const void *f, const struct case_field *field)
{
    const char *const at = (const char *)f + field->offset;
    int64_t v;
    int32_t small;
    if (field->type == CASE_SMALL) {
        memcpy(&small, at, sizeof small);
        return small;
    }
    memcpy(&v, at, sizeof v);
    return v;
}

bool case_num_set(void *f, const struct case_field *field, int64_t v)
{
    char *const at = (char *)f + field->offset;
    if (field->type == CASE_SMALL) {
        int32_t const small = (int32_t)v;
        if (v < INT32_MIN || v > INT32_MAX) return false;
        memcpy(at, &small, sizeof small);
        return true;
    }
    memcpy(at, &v, sizeof v);
    return true;
}

// Of a case or of an errand.
static void field_write(struct writer *w, const struct case_field *field, const void *before,
                        const void *after)
{
    if (field->type != CASE_TEXT) {
        int64_t const v = case_num(after, field);
        if (v != (before ? case_num(before, field) : 0)) writer_sint_always(w, field->number, v);
    } else {
        const char *const text = case_text(after, field);
        CHECK(memchr(text, 0, ID_MAX));
        if (strcmp(text, before ? case_text(before, field) : "") != 0) {
            writer_text_always(w, field->number, text);
        }
    }
}

static void facts_write(struct writer *w, const struct casefile *before,
                        const struct casefile *after)
{
    struct facts const now = facts_recall(&after->facts);
    struct facts was;
    if (before)
        was = facts_recall(&before->facts);
    else
        facts_clear(&was);
    for (uint32_t i = 0; i < FACT_COUNT; i++) {
        int32_t const v = now.value[i];
        if (v == was.value[i]) continue;
        size_t const at = writer_open(w, CASE_FACTS);
        writer_uint(w, FACT_VALUE_FACT, i);
        if (v != FACT_UNKNOWN) writer_sint_always(w, FACT_VALUE_VALUE, v);
        writer_close(w, at);
    }
}

// The whole ring or nothing: one mark at least, so that an emptied ring can be told from an
// untouched.
static void commands_write(struct writer *w, const struct casefile *before,
                           const struct casefile *after)
{
    static const struct case_command none[CASE_COMMANDS_MAX];
    const struct case_command *const was = before ? before->commands : none;
    size_t last = 0;
    bool same = true;
    for (size_t i = 0; i < CASE_COMMANDS_MAX; i++) {
        const struct case_command *const c = &after->commands[i];
        same = same && c->fingerprint == was[i].fingerprint && c->seq == was[i].seq;
        if (c->fingerprint || c->seq) last = i;
    }
    for (size_t i = 0; !same && i <= last; i++) {
        size_t const at = writer_open(w, CASE_COMMANDS);
        writer_fixed64(w, COMMAND_MARK_FINGERPRINT, after->commands[i].fingerprint);
        writer_uint(w, COMMAND_MARK_SEQ, after->commands[i].seq);
        writer_close(w, at);
    }
}

// What differs in it, after its number; the number alone: it is gone.
static void errand_write(struct writer *w, const struct errand *before, const struct errand *after)
{
    size_t const at = writer_open(w, CASE_ERRANDS);
    CHECK(after ? after->number > 0 && after->kind != ERRAND_NONE : before != NULL);
    writer_sint_always(w, ERRAND_NUMBER, after ? after->number : before->number);
    for (size_t i = 1; after && i < ERRAND_FIELD_COUNT; i++)
        field_write(w, &ERRAND_FIELD_LIST[i], before, after);
    writer_close(w, at);
}

// What is gone first, so that there is always room for what is new.
static void errands_write(struct writer *w, const struct casefile *before,
                          const struct casefile *after)
{
    for (size_t i = 0; before && i < before->n_errands; i++) {
        const struct errand *const was = &before->errands[i];
        if (!casefile_errand(after, was->number)) errand_write(w, was, NULL);
    }
    for (size_t i = 0; i < after->n_errands; i++) {
        const struct errand *const is = &after->errands[i];
        const struct errand *const was = before ? casefile_errand(before, is->number) : NULL;
        if (!was || !errand_equal(was, is)) errand_write(w, was, is);
    }
}

static void case_write(struct writer *w, uint32_t number, const struct casefile *before,
                       const struct casefile *after)
{
    size_t const at = writer_open(w, number);
    size_t i = 0;
    for (; CASE_FIELD_LIST[i].number < CASE_FACTS; i++) { // the last has a greater one
        field_write(w, &CASE_FIELD_LIST[i], before, after);
    }
    facts_write(w, before, after);
    commands_write(w, before, after);
    if (after->n_errands || (before && before->n_errands)) errands_write(w, before, after);
    for (; i < CASE_FIELD_COUNT; i++) field_write(w, &CASE_FIELD_LIST[i], before, after);
    writer_close(w, at);
}

static void notice_write(struct writer *w, const struct event_notice *n)
{
    size_t const at = writer_open(w, HEADER_NOTICES);
    writer_text(w, NOTICE_STUB_RECIPIENT, n->recipient);
    writer_uint(w, NOTICE_STUB_CURSOR, n->cursor);
    writer_uint(w, NOTICE_STUB_PREV_SEQ, n->prev_seq);
    writer_uint(w, NOTICE_STUB_CODE, n->code);
    writer_close(w, at);
}

static size_t writer_done(const struct writer *w)
{
    return w->full ? 0 : w->len;
}

size_t wire_header_encode(const struct event *e, const struct casefile *before,
                          const struct casefile *after, uint8_t *out, size_t cap)
{
    struct writer w;
    writer_init(&w, out, cap);
    CHECK(e->n_notices <= EVENT_NOTICES_MAX);
    CHECK(!after || before || e->prev_seq == 0); // only a first record says everything
    if (e->prev_seq == 0) before = NULL;
    writer_uint(&w, HEADER_KIND, e->kind);
    writer_uint(&w, HEADER_VERSION, e->version);
    writer_uint(&w, HEADER_PREV_SEQ, e->prev_seq);
    writer_uint(&w, HEADER_AT_MS, (uint64_t)e->at_ms);
    writer_text(&w, HEADER_PRINCIPAL, e->principal);
    writer_text(&w, HEADER_WORKER, e->worker);
    writer_fixed64(&w, HEADER_COMMAND, e->command);
    writer_fixed64(&w, HEADER_NUMBER, e->number);
    for (size_t i = 0; i < e->n_notices; i++) notice_write(&w, &e->notices[i]);
    if (after) case_write(&w, HEADER_CHANGED, before, after);
    return writer_done(&w);
}

size_t wire_case_row_encode(const struct casefile *f, uint8_t *out, size_t cap)
{
    struct writer w;
    writer_init(&w, out, cap);
    writer_uint(&w, CASE_ROW_VERSION, f->version);
    writer_uint(&w, CASE_ROW_LAST_SEQ, f->last_seq);
    case_write(&w, CASE_ROW_FIELDS, NULL, f);
    writer_uint(&w, CASE_ROW_UNMARKED, ~f->marks);
    return writer_done(&w);
}

size_t wire_recipient_row_encode(const struct recipient *r, uint8_t *out, size_t cap)
{
    struct writer w;
    writer_init(&w, out, cap);
    writer_text(&w, RECIPIENT_ID, r->id);
    writer_uint(&w, RECIPIENT_CURSOR, r->cursor);
    writer_uint(&w, RECIPIENT_RECEIPTED, r->receipted);
    writer_uint(&w, RECIPIENT_HEAD_SEQ, r->head_seq);
    writer_uint(&w, RECIPIENT_LAST_SEQ, r->last_seq);
    return writer_done(&w);
}

size_t wire_area_row_encode(const struct area *a, uint8_t *out, size_t cap)
{
    struct writer w;
    writer_init(&w, out, cap);
    writer_uint(&w, AREA_CASES, a->cases);
    writer_uint(&w, AREA_LAST_SEQ, a->last_seq);
    writer_fixed64(&w, AREA_POLICY, a->policy);
    writer_uint(&w, AREA_REGISTRY, a->registry);
    writer_uint(&w, AREA_LAST_MS, (uint64_t)a->last_ms);
    writer_uint(&w, AREA_CLOCK_SUSPECT, a->clock_suspect);
    writer_uint(&w, AREA_POLICY_MS, (uint64_t)a->policy_ms);
    writer_text(&w, AREA_POLICY_BY, a->policy_by);
    writer_text(&w, AREA_POLICY_PROPOSED_BY, a->policy_proposed_by);
    writer_fixed64(&w, AREA_PROPOSED, a->proposed);
    writer_uint(&w, AREA_PROPOSED_MS, (uint64_t)a->proposed_ms);
    writer_text(&w, AREA_PROPOSED_BY, a->proposed_by);
    writer_text(&w, AREA_PROPOSED_KEY, a->proposed_key);
    writer_fixed64s(&w, AREA_PASSED, a->passed, AREA_PASSED_MAX);
    writer_uint(&w, AREA_ERASURE_SEQ, a->erasure.seq);
    writer_uint(&w, AREA_ERASURE_CASE, a->erasure.case_no);
    writer_uint(&w, AREA_ERASURE_AT_MS, (uint64_t)a->erasure.at_ms);
    writer_uint(&w, AREA_ERASURE_ON_REQUEST, a->erasure.on_request);
    writer_uint(&w, AREA_ERASURE_ORDER, a->erasure.order);
    writer_text(&w, AREA_ERASURE_BY, a->erasure.by);
    writer_text(&w, AREA_ERASURE_KEY, a->erasure.key);
    writer_uint(&w, AREA_AGREED_SEQ, a->agreed_seq);
    return writer_done(&w);
}
