#include "scan.h"

#include "check.h"
#include "place.h"
#include "reader.h"

#define SCAN_FIELDS_MAX \
    128 // fields that one message of the schema may have; proto's lint counts too

#define SCAN_TIME_LEAST_MS (-62135596800000) // 0001-01-01T00:00Z
#define SCAN_TIME_MOST_MS  253402300799999   // 9999-12-31T23:59:59.999Z

struct scan {
    const struct wire_limits *limits;
    struct wire_place *place;
    enum scan_rigour rigour;
    size_t fields; // met so far, all levels together
    size_t depth;
};

// One message being walked: where it stands, and how often each of its fields was met.
struct level {
    const ProtobufCMessageDescriptor *d;
    struct reader r;
    const struct place_step *step; // NULL for the outermost message
    unsigned next;                 // the field that comes next when they come in order
    uint32_t seen[SCAN_FIELDS_MAX];
};

static enum err message_scan(struct scan *s, const ProtobufCMessageDescriptor *d, struct bytes b,
                             const struct place_step *step);

static bool fits_any(uint64_t v)
{
    (void)v;
    return true;
}
static bool fits_int32(uint64_t v)
{
    return (int64_t)v >= INT32_MIN && (int64_t)v <= INT32_MAX;
}
static bool fits_uint32(uint64_t v)
{
    return v <= UINT32_MAX;
}
static bool fits_bool(uint64_t v)
{
    return v <= 1;
}

// Each int64 that a client may send is a time; within these years no sum of them can overflow.
static bool fits_time(uint64_t v)
{
    return (int64_t)v >= SCAN_TIME_LEAST_MS && (int64_t)v <= SCAN_TIME_MOST_MS;
}

// protobuf-c cuts a number that is too wide without a word; so it is looked at here.
static const struct shape {
    enum wire_type type;
    bool (*fits)(uint64_t v); // for varints
} kinds[] = {
    [PROTOBUF_C_TYPE_INT32] = {WIRE_VARINT, fits_int32},
    [PROTOBUF_C_TYPE_SINT32] = {WIRE_VARINT, fits_uint32},
    [PROTOBUF_C_TYPE_SFIXED32] = {WIRE_FIXED32, NULL},
    [PROTOBUF_C_TYPE_INT64] = {WIRE_VARINT, fits_any},
    [PROTOBUF_C_TYPE_SINT64] = {WIRE_VARINT, fits_any},
    [PROTOBUF_C_TYPE_SFIXED64] = {WIRE_FIXED64, NULL},
    [PROTOBUF_C_TYPE_UINT32] = {WIRE_VARINT, fits_uint32},
    [PROTOBUF_C_TYPE_FIXED32] = {WIRE_FIXED32, NULL},
    [PROTOBUF_C_TYPE_UINT64] = {WIRE_VARINT, fits_any},
    [PROTOBUF_C_TYPE_FIXED64] = {WIRE_FIXED64, NULL},
    [PROTOBUF_C_TYPE_FLOAT] = {WIRE_FIXED32, NULL},
    [PROTOBUF_C_TYPE_DOUBLE] = {WIRE_FIXED64, NULL},
    [PROTOBUF_C_TYPE_BOOL] = {WIRE_VARINT, fits_bool},
    [PROTOBUF_C_TYPE_ENUM] = {WIRE_VARINT, fits_int32},
    [PROTOBUF_C_TYPE_STRING] = {WIRE_LENGTH, NULL},
    [PROTOBUF_C_TYPE_BYTES] = {WIRE_LENGTH, NULL},
    [PROTOBUF_C_TYPE_MESSAGE] = {WIRE_LENGTH, NULL},
};

static enum err varint_scan(struct scan *s, const ProtobufCFieldDescriptor *f, struct reader *r,
                            const struct place_step *at)
{
    uint64_t v;
    if (!reader_varint(r, 10, &v)) {
        return place_flaw(s->place, at, r->end - r->at >= 10 ? FLAW_VARINT : FLAW_TRUNCATED);
    }
    if (!kinds[f->type].fits(v)) return place_flaw(s->place, at, FLAW_RANGE);
    if (f->type == PROTOBUF_C_TYPE_INT64 && s->rigour == SCAN_STRICT && !fits_time(v))
        return place_flaw(s->place, at, FLAW_TIME);
    if (f->type == PROTOBUF_C_TYPE_ENUM && s->rigour == SCAN_STRICT &&
        !protobuf_c_enum_descriptor_get_value(f->descriptor, (int)(int64_t)v)) {
        return place_flaw(s->place, at, FLAW_ENUM);
    }
    return OK;
}

static enum err item_limit(struct scan *s, struct place_step *at)
{
    if (at->index < s->limits->repeated_max) return OK;
    at->repeated = false; // The list is meant, not its item.
    return place_flaw(s->place, at, FLAW_ITEMS);
}

// Several numbers in one field, as proto3 writes lists of them.
static enum err packed_scan(struct scan *s, const ProtobufCFieldDescriptor *f, struct reader *r,
                            struct place_step *at, uint32_t *seen)
{
    struct bytes b;
    if (!reader_bytes(r, &b)) return place_flaw(s->place, at, FLAW_TRUNCATED);
    struct reader in = reader_of(b);
    enum err e = OK;
    for (at->index = *seen; !e && reader_more(&in); at->index++) {
        if ((e = item_limit(s, at))) return e;
        if (kinds[f->type].type == WIRE_VARINT)
            e = varint_scan(s, f, &in, at);
        else if (!reader_skip(&in, kinds[f->type].type)) {
            e = place_flaw(s->place, at, FLAW_TRUNCATED);
        }
    }
    *seen = (uint32_t)at->index;
    return e;
}

// How much of the front is plain ASCII without NUL, eight bytes at a time: most of what people
// write.
static size_t ascii_length(struct bytes b)
{
    uint64_t const ones = UINT64_C(0x0101010101010101), highs = ones << 7;
    size_t n = 0;
    for (uint64_t w; n + sizeof w <= b.len; n += sizeof w) {
        memcpy(&w, b.data + n, sizeof w);
        if ((w | (w - ones)) & highs) break; // a byte above 0x7F, or one that is 0
    }
    return n;
}

static enum err text_scan(struct scan *s, struct bytes b, const struct place_step *at)
{
    if (b.len > s->limits->text_bytes_max) return place_flaw(s->place, at, FLAW_LONG);
    size_t const plain = ascii_length(b);
    if (text_utf8_valid(bytes_of(b.data + plain, b.len - plain))) return OK;
    return place_flaw(s->place, at, memchr(b.data, 0, b.len) ? FLAW_NUL : FLAW_UTF8);
}

static enum err length_scan(struct scan *s, const ProtobufCFieldDescriptor *f, struct reader *r,
                            const struct place_step *at)
{
    struct bytes b;
    if (!reader_bytes(r, &b)) return place_flaw(s->place, at, FLAW_TRUNCATED);
    if (f->type == PROTOBUF_C_TYPE_STRING) return text_scan(s, b, at);
    if (f->type == PROTOBUF_C_TYPE_MESSAGE) return message_scan(s, f->descriptor, b, at);
    return OK;
}

// Another member of the same oneof that was met already?  This one was not: it stands alone.
static bool oneof_taken(const struct level *l, const ProtobufCFieldDescriptor *f)
{
    for (unsigned i = 0; i < l->d->n_fields; i++) {
        const ProtobufCFieldDescriptor *const other = &l->d->fields[i];
        if (l->seen[i] && (other->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
            other->quantifier_offset == f->quantifier_offset) {
            return true;
        }
    }
    return false;
}

static enum err value_scan(struct scan *s, const ProtobufCFieldDescriptor *f, struct reader *r,
                           enum wire_type type, const struct place_step *at)
{
    if (type != kinds[f->type].type) return place_flaw(s->place, at, FLAW_TYPE);
    if (type == WIRE_VARINT) return varint_scan(s, f, r, at);
    if (type == WIRE_LENGTH) return length_scan(s, f, r, at);
    return reader_skip(r, type) ? OK : place_flaw(s->place, at, FLAW_TRUNCATED);
}

static enum err field_scan(struct scan *s, struct level *l, const ProtobufCFieldDescriptor *f,
                           enum wire_type type)
{
    uint32_t *const seen = &l->seen[f - l->d->fields];
    bool const repeated = f->label == PROTOBUF_C_LABEL_REPEATED;
    struct place_step at = {l->step, f->name, f->id, repeated, *seen};
    enum err e;
    if (repeated) {
        if (type == WIRE_LENGTH && kinds[f->type].type != WIRE_LENGTH) {
            return packed_scan(s, f, &l->r, &at, seen);
        }
        if ((e = item_limit(s, &at))) return e;
    } else {
        if (*seen) return place_flaw(s->place, &at, FLAW_TWICE);
        if ((f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) && oneof_taken(l, f)) {
            return place_flaw(s->place, &at, FLAW_ONEOF);
        }
    }
    (*seen)++;
    return value_scan(s, f, &l->r, type, &at);
}

static enum err unknown_scan(struct scan *s, struct level *l, uint32_t number, enum wire_type type)
{
    struct place_step const at = {l->step, NULL, number, false, 0};
    if (s->rigour == SCAN_STRICT) return place_flaw(s->place, &at, FLAW_UNKNOWN);
    return reader_skip(&l->r, type) ? OK : place_flaw(s->place, &at, FLAW_TRUNCATED);
}

// Fields mostly come in order of their numbers: the one after the last is tried first.
static const ProtobufCFieldDescriptor *field_find(struct level *l, uint32_t number)
{
    bool const next = l->next < l->d->n_fields && l->d->fields[l->next].id == number;
    const ProtobufCFieldDescriptor *const f =
        next ? &l->d->fields[l->next] : protobuf_c_message_descriptor_get_field(l->d, number);
    if (!f) return NULL;
    l->next = (unsigned)(f - l->d->fields) + 1;
    return f;
}

static enum err message_scan(struct scan *s, const ProtobufCMessageDescriptor *d, struct bytes b,
                             const struct place_step *step)
{
    CHECK(d->n_fields <= SCAN_FIELDS_MAX);
    if (s->depth >= s->limits->depth_max) return place_flaw(s->place, step, FLAW_DEPTH);
    struct level l;
    l.d = d;
    l.r = reader_of(b);
    l.step = step;
    l.next = 0;
    memset(l.seen, 0, d->n_fields * sizeof l.seen[0]);
    s->depth++;
    enum err e = OK;
    while (!e && reader_more(&l.r)) {
        uint32_t number;
        enum wire_type type;
        if (!reader_tag(&l.r, &number, &type)) return place_flaw(s->place, step, FLAW_TAG);
        if (++s->fields > s->limits->fields_max) return place_flaw(s->place, step, FLAW_FIELDS);
        const ProtobufCFieldDescriptor *const f = field_find(&l, number);
        e = f ? field_scan(s, &l, f, type) : unknown_scan(s, &l, number, type);
    }
    s->depth--;
    return e;
}

enum err scan_message(const ProtobufCMessageDescriptor *d, struct bytes b,
                      const struct wire_limits *limits, enum scan_rigour rigour,
                      struct wire_place *place)
{
    struct scan s = {.limits = limits, .place = place, .rigour = rigour};
    return message_scan(&s, d, b, NULL);
}
