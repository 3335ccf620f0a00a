// The other half of record.c.  A field that this release does not know was written by a later one:
// to fold past it would be to guess, so it is ERR_VERSION; anything else odd is ERR_CORRUPT.
#include "wire.h"

#include "check.h"
#include "reader.h"
#include "record.h"

// One field as it stands in the bytes.
struct token {
    uint32_t number;
    enum wire_type type;
    uint64_t value;     // of a varint or a fixed64
    struct bytes bytes; // of what has a length
};

static bool token_next(struct reader *r, struct token *t)
{
    if (!reader_tag(r, &t->number, &t->type)) return false;
    if (t->type == WIRE_VARINT) return reader_varint(r, 10, &t->value);
    if (t->type == WIRE_FIXED64) return reader_fixed64(r, &t->value);
    return t->type == WIRE_LENGTH && reader_bytes(r, &t->bytes); // no fixed32 is kept
}

// A message is read by a table of its fields: where each goes, or what reads it.
enum slot_type {
    SLOT_NONE, // a number between others that no field has
    SLOT_U32,
    SLOT_U64,
    SLOT_I64,
    SLOT_FIXED64,
    SLOT_BOOL,
    SLOT_TEXT,
    SLOT_INNER
};
struct slot {
    enum slot_type type;
    size_t offset;                                            // in what `out` points to
    enum err (*inner)(struct bytes b, void *out, void *also); // SLOT_INNER
};
static const enum wire_type slot_wire[] = {
    [SLOT_U32] = WIRE_VARINT,      [SLOT_U64] = WIRE_VARINT,  [SLOT_I64] = WIRE_VARINT,
    [SLOT_FIXED64] = WIRE_FIXED64, [SLOT_BOOL] = WIRE_VARINT, [SLOT_TEXT] = WIRE_LENGTH,
    [SLOT_INNER] = WIRE_LENGTH,
};

static enum err text_set(char out[ID_MAX], struct bytes b)
{
    if (b.len >= ID_MAX || (b.len && memchr(b.data, 0, b.len))) return ERR_CORRUPT;
    memset(out, 0, ID_MAX); // the rest too: casefiles are compared whole
    if (b.len) memcpy(out, b.data, b.len);
    return OK;
}

static enum err u32_set(void *out, uint64_t v)
{
    uint32_t const narrow = (uint32_t)v;
    if (v > UINT32_MAX) return ERR_CORRUPT;
    memcpy(out, &narrow, sizeof narrow);
    return OK;
}

static enum err slot_set(const struct slot *s, const struct token *t, void *out, void *also)
{
    char *const at = (char *)out + s->offset;
    if (s->type == SLOT_NONE) return ERR_VERSION;
    if (t->type != slot_wire[s->type]) return ERR_CORRUPT;
    if (s->type == SLOT_INNER) return s->inner(t->bytes, out, also);
    if (s->type == SLOT_TEXT) return text_set(at, t->bytes);
    if (s->type == SLOT_U32) return u32_set(at, t->value);
    if (s->type == SLOT_BOOL)
        *(bool *)at = t->value != 0;
    else
        memcpy(at, &t->value, sizeof t->value);
    return OK;
}

static enum err slots_read(struct bytes b, const struct slot *slots, size_t n, void *out,
                           void *also)
{
    struct reader r = reader_of(b);
    while (reader_more(&r)) {
        struct token t;
        if (!token_next(&r, &t)) return ERR_CORRUPT;
        if (t.number > n) return ERR_VERSION;
        enum err const e = slot_set(&slots[t.number - 1], &t, out, also);
        if (e) return e;
    }
    return OK;
}

// Slot n - 1 is field n.
#define READ(b, slots, out, also) \
    slots_read(b, slots, sizeof(slots) / sizeof((slots)[0]), out, also)
#define SLOT(type, T, field)                         \
    {                                                \
        SLOT_##type, offsetof(struct T, field), NULL \
    }

static enum err fact_read(struct bytes b, struct casefile *f)
{
    // Read by hand: whether the value is there matters as much as what it is.
    struct reader r = reader_of(b);
    uint64_t fact = 0;
    int64_t value = FACT_UNKNOWN;
    while (reader_more(&r)) {
        struct token t;
        if (!token_next(&r, &t) || t.type != WIRE_VARINT) return ERR_CORRUPT;
        if (t.number > FACT_VALUE_VALUE) return ERR_VERSION;
        if (t.number == FACT_VALUE_FACT)
            fact = t.value;
        else
            value = zigzag_decode(t.value);
    }
    if (fact >= FACT_COUNT) return ERR_VERSION; // a fact of a later release
    if (value < INT32_MIN || value > INT32_MAX) return ERR_CORRUPT;
    return fact_keep(&f->facts, (enum fact)fact, (int32_t)value) ? OK : ERR_CORRUPT;
}

static enum err command_read(struct bytes b, struct casefile *f, size_t *n)
{
    static const struct slot slots[] = {
        SLOT(FIXED64, case_command, fingerprint),
        SLOT(U64, case_command, seq),
    };
    if (*n == 0) memset(f->commands, 0, sizeof f->commands); // the ring comes whole
    if (*n == CASE_COMMANDS_MAX) return ERR_CORRUPT;
    return READ(b, slots, &f->commands[(*n)++], NULL);
}

static enum err field_set(const struct token *t, const struct case_field *field, void *out)
{
    if (!field) return ERR_VERSION;
    if (t->type != (field->type == CASE_TEXT ? WIRE_LENGTH : WIRE_VARINT)) return ERR_CORRUPT;
    if (field->type == CASE_TEXT) return text_set((char *)out + field->offset, t->bytes);
    return case_num_set(out, field, zigzag_decode(t->value)) ? OK : ERR_CORRUPT;
}

static void errand_drop(struct casefile *f, struct errand *e)
{
    size_t const at = (size_t)(e - f->errands);
    f->n_errands--;
    memmove(e, e + 1, (f->n_errands - at) * sizeof *e);
}

// The one with this number, made when it is new; NULL when there is no room.
static struct errand *errand_place(struct casefile *f, int32_t number)
{
    for (size_t i = 0; i < f->n_errands; i++)
        if (f->errands[i].number == number) return &f->errands[i];
    if (f->n_errands == f->errands_max) return NULL;
    struct errand *const e = &f->errands[f->n_errands++];
    memset(e, 0, sizeof *e);
    e->number = number;
    return e;
}

// Its number comes first; alone, it says that the errand is gone.
static enum err errand_read(struct bytes b, struct casefile *f)
{
    struct reader r = reader_of(b);
    struct token t;
    struct errand first = {0};
    if (!token_next(&r, &t) || t.number != ERRAND_NUMBER) return ERR_CORRUPT;
    enum err e = field_set(&t, &ERRAND_FIELD_LIST[0], &first);
    if (e || first.number <= 0) return ERR_CORRUPT;
    if (f->errands_max == 0) return OK; // whoever reads has no use for them
    struct errand *const at = errand_place(f, first.number);
    if (!at) return ERR_CORRUPT;
    if (!reader_more(&r)) errand_drop(f, at);
    while (reader_more(&r)) {
        if (!token_next(&r, &t) || t.number == ERRAND_NUMBER) return ERR_CORRUPT;
        if (t.number > ERRAND_FIELD_COUNT) return ERR_VERSION;
        if ((e = field_set(&t, &ERRAND_FIELD_LIST[t.number - 1], at))) return e;
        if (at->kind == ERRAND_NONE) return ERR_CORRUPT;
    }
    return OK;
}

static enum err case_read(struct bytes b, struct casefile *f)
{
    struct reader r = reader_of(b);
    size_t n_commands = 0;
    while (reader_more(&r)) {
        struct token t;
        enum err e;
        if (!token_next(&r, &t)) return ERR_CORRUPT;
        bool const list = t.number >= CASE_FACTS && t.number <= CASE_ERRANDS;
        if (!list) {
            e = field_set(&t, case_field_of(t.number), f);
        } else if (t.type != WIRE_LENGTH) {
            e = ERR_CORRUPT;
        } else if (t.number == CASE_FACTS) {
            e = fact_read(t.bytes, f);
        } else if (t.number == CASE_ERRANDS) {
            e = errand_read(t.bytes, f);
        } else {
            e = command_read(t.bytes, f, &n_commands);
        }
        if (e) return e;
    }
    return OK;
}

static enum err notice_read(struct bytes b, void *out, void *also)
{
    static const struct slot slots[] = {
        [NOTICE_STUB_RECIPIENT - 1] = SLOT(TEXT, event_notice, recipient),
        [NOTICE_STUB_CURSOR - 1] = SLOT(U64, event_notice, cursor),
        [NOTICE_STUB_PREV_SEQ - 1] = SLOT(U64, event_notice, prev_seq),
        [NOTICE_STUB_CODE - 1] = SLOT(U32, event_notice, code),
    };
    struct event *const e = out;
    (void)also;
    if (e->n_notices == EVENT_NOTICES_MAX) return ERR_CORRUPT;
    return READ(b, slots, &e->notices[e->n_notices++], NULL);
}

// The difference is kept for later: it can only be applied once prev_seq has been read.
static enum err changed_read(struct bytes b, void *out, void *also)
{
    (void)out;
    *(struct bytes *)also = b;
    return OK;
}

_Static_assert(sizeof(enum event_kind) == 4 && sizeof(enum notice) == 4, "read as 32 bits");

enum err wire_header_decode(struct bytes b, struct event *e, struct casefile *file)
{
    static const struct slot slots[] = {
        [HEADER_KIND - 1] = SLOT(U32, event, kind),
        [HEADER_VERSION - 1] = SLOT(U32, event, version),
        [HEADER_PREV_SEQ - 1] = SLOT(U64, event, prev_seq),
        [HEADER_AT_MS - 1] = SLOT(I64, event, at_ms),
        [HEADER_PRINCIPAL - 1] = SLOT(TEXT, event, principal),
        [HEADER_WORKER - 1] = SLOT(TEXT, event, worker),
        [HEADER_COMMAND - 1] = SLOT(FIXED64, event, command),
        [HEADER_NUMBER - 1] = SLOT(FIXED64, event, number),
        [HEADER_NOTICES - 1] = {SLOT_INNER, 0, notice_read},
        [HEADER_CHANGED - 1] = {SLOT_INNER, 0, changed_read},
    };
    struct bytes changed = BYTES_NONE;
    uint64_t const entity = e->entity; // the record's, beside the header
    memset(e, 0, sizeof *e);
    e->entity = entity;
    enum err const err = READ(b, slots, e, &changed);
    if (err || !file) return err;
    if (e->prev_seq == 0) casefile_clear(file);
    file->version = e->version;
    return case_read(changed, file);
}

static enum err row_case_read(struct bytes b, void *out, void *also)
{
    (void)also;
    return case_read(b, out);
}

enum err wire_case_row_decode(struct bytes b, struct casefile *f)
{
    static const struct slot slots[] = {
        [CASE_ROW_VERSION - 1] = SLOT(U32, casefile, version),
        [CASE_ROW_LAST_SEQ - 1] = SLOT(U64, casefile, last_seq),
        [CASE_ROW_FIELDS - 1] = {SLOT_INNER, 0, row_case_read},
        [CASE_ROW_UNMARKED - 1] = SLOT(U32, casefile, marks),
    };
    casefile_clear(f);
    enum err const e = READ(b, slots, f, NULL);
    f->marks = ~f->marks;
    return e;
}

enum err wire_recipient_row_decode(struct bytes b, struct recipient *r)
{
    static const struct slot slots[] = {
        [RECIPIENT_ID - 1] = SLOT(TEXT, recipient, id),
        [RECIPIENT_CURSOR - 1] = SLOT(U64, recipient, cursor),
        [RECIPIENT_RECEIPTED - 1] = SLOT(U64, recipient, receipted),
        [RECIPIENT_HEAD_SEQ - 1] = SLOT(U64, recipient, head_seq),
        [RECIPIENT_LAST_SEQ - 1] = SLOT(U64, recipient, last_seq),
    };
    memset(r, 0, sizeof *r);
    return READ(b, slots, r, NULL);
}

static enum err passed_read(struct bytes b, void *out, void *also)
{
    struct area *const a = out;
    struct reader r = reader_of(b);
    size_t n = 0;
    (void)also;
    while (n < AREA_PASSED_MAX && a->passed[n]) n++;
    for (; reader_more(&r); n++) {
        uint64_t v;
        if (n == AREA_PASSED_MAX || !reader_fixed64(&r, &v) || v == 0) return ERR_CORRUPT;
        a->passed[n] = v;
    }
    return OK;
}

enum err wire_area_row_decode(struct bytes b, struct area *a)
{
    static const struct slot slots[] = {
        [AREA_CASES - 1] = SLOT(U64, area, cases),
        [AREA_LAST_SEQ - 1] = SLOT(U64, area, last_seq),
        [AREA_POLICY - 1] = SLOT(FIXED64, area, policy),
        [AREA_REGISTRY - 1] = SLOT(U64, area, registry),
        [AREA_LAST_MS - 1] = SLOT(I64, area, last_ms),
        [AREA_CLOCK_SUSPECT - 1] = SLOT(BOOL, area, clock_suspect),
        [AREA_POLICY_MS - 1] = SLOT(I64, area, policy_ms),
        [AREA_POLICY_BY - 1] = SLOT(TEXT, area, policy_by),
        [AREA_POLICY_PROPOSED_BY - 1] = SLOT(TEXT, area, policy_proposed_by),
        [AREA_PROPOSED - 1] = SLOT(FIXED64, area, proposed),
        [AREA_PROPOSED_MS - 1] = SLOT(I64, area, proposed_ms),
        [AREA_PROPOSED_BY - 1] = SLOT(TEXT, area, proposed_by),
        [AREA_PROPOSED_KEY - 1] = SLOT(TEXT, area, proposed_key),
        [AREA_PASSED - 1] = {SLOT_INNER, 0, passed_read},
        [AREA_ERASURE_SEQ - 1] = SLOT(U64, area, erasure.seq),
        [AREA_ERASURE_CASE - 1] = SLOT(U64, area, erasure.case_no),
        [AREA_ERASURE_AT_MS - 1] = SLOT(I64, area, erasure.at_ms),
        [AREA_ERASURE_ON_REQUEST - 1] = SLOT(BOOL, area, erasure.on_request),
        [AREA_ERASURE_ORDER - 1] = SLOT(U64, area, erasure.order),
        [AREA_ERASURE_BY - 1] = SLOT(TEXT, area, erasure.by),
        [AREA_ERASURE_KEY - 1] = SLOT(TEXT, area, erasure.key),
        [AREA_AGREED_SEQ - 1] = SLOT(U64, area, agreed_seq),
    };
    memset(a, 0, sizeof *a);
    return READ(b, slots, a, NULL);
}
