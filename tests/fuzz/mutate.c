// mutate.c - a mutator that knows the schema: the bytes are read as a tree of fields, one field is
// changed, and the tree is written again with right lengths.  Random bytes alone would hardly ever
// get past the length of the outermost field.  Every fourth time the bytes are changed as bytes.
#include "fuzz.h"

#include "triage/v1/concern.pb-c.h"

#include <string.h>

#define FIELDS_MAX  2048
#define DEPTH_MAX   8
#define CHANGES_MAX 3 // at once

enum { VARINT = 0, FIXED64 = 1, LENGTH = 2, FIXED32 = 5 };

struct field {
    uint32_t number;
    unsigned type;                          // of the wire
    uint64_t value;                         // VARINT, FIXED64, FIXED32
    struct bytes bytes;                     // LENGTH, when it is not read as a message
    const ProtobufCMessageDescriptor *kind; // of the message within, NULL for none
    struct field *within, *next;
};

// A message: its kind and where its list of fields begins.
struct spot {
    const ProtobufCMessageDescriptor *kind;
    struct field **list;
};

static struct field fields[FIELDS_MAX];
static size_t n_fields;
static struct spot spots[FIELDS_MAX];
static size_t n_spots;
static struct field **links[FIELDS_MAX]; // what points to each field
static size_t n_links;
static uint64_t dice;

static size_t rolled(size_t below)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (size_t)(dice % below);
}

static bool read_varint(struct bytes *b, uint64_t *out)
{
    *out = 0;
    for (unsigned shift = 0; shift < 64 && b->len; shift += 7) {
        uint8_t const byte = b->data[0];
        *b = bytes_of(b->data + 1, b->len - 1);
        *out |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) return true;
    }
    return false;
}

static bool read_run(struct bytes *b, uint64_t len, struct bytes *out)
{
    if (len > b->len) return false;
    *out = bytes_of(b->data, (size_t)len);
    *b = bytes_of(b->data + len, b->len - (size_t)len);
    return true;
}

static bool read_value(struct bytes *b, struct field *f)
{
    uint64_t len = 0;
    struct bytes run;
    switch (f->type) {
    case VARINT: return read_varint(b, &f->value);
    case LENGTH: return read_varint(b, &len) && read_run(b, len, &f->bytes);
    case FIXED64:
    case FIXED32:
        if (!read_run(b, f->type == FIXED64 ? 8 : 4, &run)) return false;
        memcpy(&f->value, run.data, run.len);
        return true;
    default: return false;
    }
}

// What a field holds when it is a message; a `concern` is one, though it travels as bytes.
static const ProtobufCMessageDescriptor *kind_within(const ProtobufCMessageDescriptor *kind,
                                                     uint32_t number)
{
    const ProtobufCFieldDescriptor *const f = protobuf_c_message_descriptor_get_field(kind, number);
    if (!f) return NULL;
    if (f->type == PROTOBUF_C_TYPE_MESSAGE) return f->descriptor;
    bool const concern = f->type == PROTOBUF_C_TYPE_BYTES && strcmp(f->name, "concern") == 0;
    return concern ? &triage__v1__safeguarding_concern__descriptor : NULL;
}

// false when the bytes are no such list of fields to their end.
static bool read_fields(const ProtobufCMessageDescriptor *kind, struct bytes b, struct field **list,
                        int depth)
{
    while (b.len) {
        uint64_t tag;
        struct field *const f = &fields[n_fields];
        if (n_fields + 1 == FIELDS_MAX || !read_varint(&b, &tag)) return false;
        *f = (struct field){.number = (uint32_t)(tag >> 3), .type = tag & 7};
        if (!f->number || !read_value(&b, f)) return false;
        n_fields++;
        *list = f;
        list = &f->next;
        if (f->type != LENGTH || depth == DEPTH_MAX) continue;
        const ProtobufCMessageDescriptor *const within = kind_within(kind, f->number);
        size_t const before = n_fields;
        if (within && read_fields(within, f->bytes, &f->within, depth + 1)) {
            f->kind = within;
        } else {
            f->within = NULL;
            n_fields = before;
        }
    }
    return true;
}

static void find_spots(const ProtobufCMessageDescriptor *kind, struct field **list)
{
    if (n_spots == FIELDS_MAX) return;
    spots[n_spots++] = (struct spot){kind, list};
    for (struct field **at = list; *at && n_links < FIELDS_MAX; at = &(*at)->next) {
        links[n_links++] = at;
        if ((*at)->kind) find_spots((*at)->kind, &(*at)->within);
    }
}

static unsigned wire_type_of(const ProtobufCFieldDescriptor *f)
{
    switch (f->type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE: return LENGTH;
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_DOUBLE: return FIXED64;
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FLOAT: return FIXED32;
    default: return VARINT;
    }
}

static uint64_t some_number(void)
{
    static const uint64_t dear[] = {0,         1,          2,         127,        128,
                                    INT32_MAX, UINT32_MAX, INT64_MAX, UINT64_MAX, 1773135002000};
    size_t const n = sizeof(dear) / sizeof(dear[0]);
    return rolled(2) ? dear[rolled(n)] : rolled(200);
}

// --- The changes. ---

static void change_add(void)
{
    struct spot const s = spots[rolled(n_spots)];
    if (n_fields + 1 == FIELDS_MAX || s.kind->n_fields == 0) return;
    const ProtobufCFieldDescriptor *const d = &s.kind->fields[rolled(s.kind->n_fields)];
    struct field *const f = &fields[n_fields++];
    *f = (struct field){.number = d->id, .type = wire_type_of(d), .value = some_number()};
    if (f->type == LENGTH) f->kind = kind_within(s.kind, d->id);
    f->next = *s.list;
    *s.list = f;
}

static void change_remove(void)
{
    struct field **const at = links[rolled(n_links)];
    *at = (*at)->next;
}

static void change_repeat(void)
{
    struct field *const f = *links[rolled(n_links)];
    if (n_fields + 1 == FIELDS_MAX) return;
    struct field *const copy = &fields[n_fields++];
    *copy = *f;
    f->next = copy;
}

static void change_swap(void)
{
    struct field **const at = links[rolled(n_links)];
    struct field *const a = *at, *const b = a->next;
    if (!b) return;
    a->next = b->next;
    b->next = a;
    *at = b;
}

static void change_number(void)
{
    struct field *const f = *links[rolled(n_links)];
    if (rolled(8) == 0) {
        f->type = (unsigned)rolled(2) ? LENGTH : VARINT;
    } else {
        f->number = (uint32_t)(1 + rolled(120));
    }
}

static void change_value(void)
{
    static uint8_t room[CHANGES_MAX][512];
    static unsigned turn;
    struct field *const f = *links[rolled(n_links)];
    if (f->type != LENGTH) {
        f->value = rolled(2) ? some_number() : f->value + rolled(3) - 1;
        return;
    }
    if (f->kind) return;
    uint8_t *const to = room[turn++ % CHANGES_MAX];
    size_t const len = f->bytes.len < 512 ? f->bytes.len : 512;
    if (len) memcpy(to, f->bytes.data, len);
    f->bytes = bytes_of(to, LLVMFuzzerMutate(to, len, 512));
}

static void (*const CHANGES[])(void) = {change_add,  change_add,    change_remove, change_repeat,
                                        change_swap, change_number, change_value,  change_value};

// --- Writing. ---

struct output {
    uint8_t *at;
    size_t len, cap;
    bool full;
};

static void write_byte(struct output *o, unsigned byte)
{
    o->full = o->full || o->len == o->cap;
    if (!o->full) o->at[o->len++] = (uint8_t)byte;
}

static void write_varint(struct output *o, uint64_t v)
{
    for (; v >= 0x80; v >>= 7) write_byte(o, (unsigned)(v & 0x7F) | 0x80);
    write_byte(o, (unsigned)v);
}

static size_t varint_size(uint64_t v)
{
    size_t n = 1;
    for (; v >= 0x80; v >>= 7) n++;
    return n;
}

static size_t fields_size(const struct field *f);

static size_t value_size(const struct field *f)
{
    size_t const run = f->kind ? fields_size(f->within) : f->bytes.len;
    return f->type == VARINT    ? varint_size(f->value)
           : f->type == FIXED64 ? 8
           : f->type == FIXED32 ? 4
                                : varint_size(run) + run;
}

static size_t fields_size(const struct field *f)
{
    size_t size = 0;
    for (; f; f = f->next) size += varint_size((uint64_t)f->number << 3) + value_size(f);
    return size;
}

static void write_fields(struct output *o, const struct field *f)
{
    for (; f && !o->full; f = f->next) {
        write_varint(o, (uint64_t)f->number << 3 | f->type);
        if (f->type == VARINT) write_varint(o, f->value);
        for (unsigned i = 0; f->type == FIXED64 ? i < 8 : f->type == FIXED32 && i < 4; i++) {
            write_byte(o, (unsigned)(f->value >> (8 * i)) & 0xFF);
        }
        if (f->type != LENGTH) continue;
        write_varint(o, f->kind ? fields_size(f->within) : f->bytes.len);
        if (f->kind) write_fields(o, f->within);
        for (size_t i = 0; !f->kind && i < f->bytes.len; i++) write_byte(o, f->bytes.data[i]);
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    static uint8_t out[1 << 16];
    struct field *list = NULL;
    dice = 88172645463325252U ^ (uint64_t)seed << 20;
    n_fields = n_spots = n_links = 0;
    if (rolled(4) == 0 || !read_fields(fuzz_message, bytes_of(data, size), &list, 0)) {
        return LLVMFuzzerMutate(data, size, max_size);
    }
    for (size_t i = 1 + rolled(CHANGES_MAX); i > 0; i--) {
        n_spots = n_links = 0;
        find_spots(fuzz_message, &list);
        if (n_links == 0)
            change_add();
        else
            CHANGES[rolled(sizeof(CHANGES) / sizeof(CHANGES[0]))]();
    }
    struct output o = {.at = out, .cap = max_size < sizeof(out) ? max_size : sizeof(out)};
    write_fields(&o, list);
    if (o.full || o.len == 0) return LLVMFuzzerMutate(data, size, max_size);
    memcpy(data, out, o.len);
    return o.len;
}
