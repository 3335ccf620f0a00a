// json_in.c - from JSON to a message on the heap, laid out as protobuf-c's own unpacking does.
#include "json_map.h"
#include "rfc3339.h"
#include "triage/v1/concern.pb-c.h"
#include "uuid7.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The place that is being read, grown and cut back along the way.
struct in_place {
    struct json_fault *fault;
    size_t len; // of fault->path
};

static bool in_refuse(struct in_place *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static bool in_refuse(struct in_place *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(p->fault->text, sizeof p->fault->text, format, args);
    va_end(args);
    return false;
}

static size_t in_enter(struct in_place *p, const char *name, size_t index)
{
    size_t const was = p->len;
    size_t const left = sizeof p->fault->path - was;
    char *at = p->fault->path + was;
    int const n = name ? snprintf(at, left, "%s%.64s", was ? "." : "", name)
                       : snprintf(at, left, "[%zu]", index);
    p->len = (size_t)n < left ? was + (size_t)n : sizeof p->fault->path - 1;
    return was;
}

static void in_leave(struct in_place *p, size_t was)
{
    p->len = was;
    p->fault->path[was] = '\0';
}

// jansson hands out text that may hold NUL; the wire may not.
static bool in_has_nul(const json_t *j)
{
    return strlen(json_string_value(j)) != json_string_length(j);
}

static bool in_whole(struct in_place *p, const json_t *j, int64_t min, int64_t max, int64_t *out)
{
    if (json_is_integer(j)) {
        *out = json_integer_value(j);
    } else if (json_is_string(j) && !in_has_nul(j) && *json_string_value(j)) {
        char *end;
        errno = 0;
        *out = strtoll(json_string_value(j), &end, 10);
        if (*end || errno) return in_refuse(p, "expected a whole number");
    } else {
        return in_refuse(p, "expected a whole number");
    }
    if (*out < min || *out > max) {
        return in_refuse(p, "expected a number from %" PRId64 " to %" PRId64, min, max);
    }
    return true;
}

typedef bool in_fn(struct in_place *p, const ProtobufCFieldDescriptor *f, const json_t *j,
                   void *at);

static bool in_int32(struct in_place *p, const ProtobufCFieldDescriptor *f, const json_t *j,
                     void *at)
{
    (void)f;
    int64_t value;
    if (!in_whole(p, j, INT32_MIN, INT32_MAX, &value)) return false;
    *(int32_t *)at = (int32_t)value;
    return true;
}

static bool in_uint32(struct in_place *p, const ProtobufCFieldDescriptor *f, const json_t *j,
                      void *at)
{
    (void)f;
    int64_t value;
    if (!in_whole(p, j, 0, UINT32_MAX, &value)) return false;
    *(uint32_t *)at = (uint32_t)value;
    return true;
}

static bool in_int64(struct in_place *p, const ProtobufCFieldDescriptor *f, const json_t *j,
                     void *at)
{
    bool const time = json_field_is_time(f);
    if (time && json_is_string(j) && !in_has_nul(j)) {
        const char *text = json_string_value(j);
        if (rfc3339_parse(text, at)) return true;
        if (strchr(text, ':') || (*text && strchr(text + 1, '-'))) {
            return in_refuse(p, "expected a time such as \"2026-07-01T09:30:00Z\"");
        }
    }
    if (in_whole(p, j, INT64_MIN, INT64_MAX, at)) return true;
    return time ? in_refuse(p, "expected a time such as \"2026-07-01T09:30:00Z\"") : false;
}

static bool in_uint64(struct in_place *p, const ProtobufCFieldDescriptor *f, const json_t *j,
                      void *at)
{
    (void)f;
    if (json_is_string(j) && !in_has_nul(j) && *json_string_value(j)) {
        char *end;
        errno = 0;
        *(uint64_t *)at = strtoull(json_string_value(j), &end, 10);
        if (*end || errno || *json_string_value(j) == '-') {
            return in_refuse(p, "expected a whole number from 0");
        }
        return true;
    }
    int64_t value;
    if (!in_whole(p, j, 0, INT64_MAX, &value)) return false;
    *(uint64_t *)at = (uint64_t)value;
    return true;
}

static bool in_bool(struct in_place *p, const ProtobufCFieldDescriptor *f, const json_t *j,
                    void *at)
{
    (void)f;
    if (!json_is_boolean(j)) return in_refuse(p, "expected true or false");
    *(protobuf_c_boolean *)at = json_is_true(j);
    return true;
}

// Names the words there are, as many as fit: a refusal must say what would be accepted.
static bool in_refuse_word(struct in_place *p, const ProtobufCEnumDescriptor *d, const char *word)
{
    in_refuse(p, "unknown value \"%.24s\"; one of: ", word);
    for (unsigned i = 0; i < d->n_values; i++) {
        char shorter[80];
        if (d->values[i].value == 0 && strstr(d->values[i].name, "UNSPECIFIED")) continue;
        json_enum_word(d, d->values[i].name, shorter, sizeof shorter);
        size_t const used = strlen(p->fault->text);
        size_t const left = sizeof p->fault->text - used;
        if (strlen(shorter) + 6 > left) {
            snprintf(p->fault->text + used, left, "...");
            break;
        }
        snprintf(p->fault->text + used, left, "%s%s", shorter, i + 1 < d->n_values ? ", " : "");
    }
    return false;
}

static bool in_enum(struct in_place *p, const ProtobufCFieldDescriptor *f, const json_t *j,
                    void *at)
{
    const ProtobufCEnumDescriptor *d = f->descriptor;
    const ProtobufCEnumValue *v = NULL;
    char number[24] = "";
    if (json_is_string(j) && !in_has_nul(j)) {
        v = json_enum_find(d, json_string_value(j));
    } else if (json_is_integer(j)) {
        json_int_t const value = json_integer_value(j);
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, value);
        if (value >= INT32_MIN && value <= INT32_MAX) {
            v = protobuf_c_enum_descriptor_get_value(d, (int)value);
        }
    } else {
        return in_refuse(p, "expected one of its words, as text");
    }
    if (!v) return in_refuse_word(p, d, json_is_string(j) ? json_string_value(j) : number);
    *(int *)at = v->value;
    return true;
}

static bool in_string(struct in_place *p, const ProtobufCFieldDescriptor *f, const json_t *j,
                      void *at)
{
    (void)f;
    if (!json_is_string(j)) return in_refuse(p, "expected a string");
    if (in_has_nul(j)) return in_refuse(p, "text may not hold a NUL character");
    if (json_string_length(j) == 0) return true; // proto3's default stands already
    char *copy = strdup(json_string_value(j));
    if (!copy) return in_refuse(p, "out of memory");
    *(char **)at = copy;
    return true;
}

static bool in_base64(struct in_place *p, const json_t *j, ProtobufCBinaryData *out)
{
    static int const variants[] = {
        sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
        sodium_base64_VARIANT_URLSAFE, sodium_base64_VARIANT_URLSAFE_NO_PADDING};
    size_t const len = json_string_length(j);
    size_t const max = len / 4 * 3 + 3;
    uint8_t *data = malloc(max);
    if (!data) return in_refuse(p, "out of memory");
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        const char *end;
        if (sodium_base642bin(data, max, json_string_value(j), len, NULL, &out->len, &end,
                              variants[i]) == 0 &&
            end == json_string_value(j) + len) {
            out->data = data;
            return true;
        }
    }
    free(data);
    out->len = 0;
    return in_refuse(p, "expected bytes as base64");
}

static bool in_message_into(struct in_place *p, const json_t *j, ProtobufCMessage *m);

// The concern travels as bytes, since digests are over what was sent; here it is written once.
static bool in_concern(struct in_place *p, const json_t *j, ProtobufCBinaryData *out)
{
    Triage__V1__SafeguardingConcern *n = malloc(sizeof *n);
    if (!n) return in_refuse(p, "out of memory");
    triage__v1__safeguarding_concern__init(n);
    bool ok = in_message_into(p, j, &n->base);
    if (ok) {
        out->len = triage__v1__safeguarding_concern__get_packed_size(n);
        out->data = malloc(out->len ? out->len : 1);
        ok = out->data ? true : in_refuse(p, "out of memory");
        if (ok) triage__v1__safeguarding_concern__pack(n, out->data);
    }
    triage__v1__safeguarding_concern__free_unpacked(n, NULL);
    return ok;
}

static bool in_bytes(struct in_place *p, const ProtobufCFieldDescriptor *f, const json_t *j,
                     void *at)
{
    ProtobufCBinaryData *out = at;
    if (json_is_object(j) && json_field_is_concern(f)) return in_concern(p, j, out);
    if (!json_is_string(j)) return in_refuse(p, "expected bytes as base64");
    uint8_t key[UUID_BYTES];
    if (json_field_is_key(f) && !in_has_nul(j) && uuid_parse(json_string_value(j), key)) {
        if (!(out->data = malloc(UUID_BYTES))) return in_refuse(p, "out of memory");
        memcpy(out->data, key, UUID_BYTES);
        out->len = UUID_BYTES;
        return true;
    }
    return in_base64(p, j, out);
}

static bool in_message(struct in_place *p, const ProtobufCFieldDescriptor *f, const json_t *j,
                       void *at)
{
    const ProtobufCMessageDescriptor *d = f->descriptor;
    ProtobufCMessage *m = calloc(1, d->sizeof_message);
    if (!m) return in_refuse(p, "out of memory");
    protobuf_c_message_init(d, m);
    *(ProtobufCMessage **)at = m; // freed with its parent, also when reading it fails
    return in_message_into(p, j, m);
}

static const struct {
    in_fn *read;
    size_t size;
} in_types[] = {
    [PROTOBUF_C_TYPE_INT32] = {in_int32, sizeof(int32_t)},
    [PROTOBUF_C_TYPE_SINT32] = {in_int32, sizeof(int32_t)},
    [PROTOBUF_C_TYPE_SFIXED32] = {in_int32, sizeof(int32_t)},
    [PROTOBUF_C_TYPE_UINT32] = {in_uint32, sizeof(uint32_t)},
    [PROTOBUF_C_TYPE_FIXED32] = {in_uint32, sizeof(uint32_t)},
    [PROTOBUF_C_TYPE_INT64] = {in_int64, sizeof(int64_t)},
    [PROTOBUF_C_TYPE_SINT64] = {in_int64, sizeof(int64_t)},
    [PROTOBUF_C_TYPE_SFIXED64] = {in_int64, sizeof(int64_t)},
    [PROTOBUF_C_TYPE_UINT64] = {in_uint64, sizeof(uint64_t)},
    [PROTOBUF_C_TYPE_FIXED64] = {in_uint64, sizeof(uint64_t)},
    [PROTOBUF_C_TYPE_BOOL] = {in_bool, sizeof(protobuf_c_boolean)},
    [PROTOBUF_C_TYPE_ENUM] = {in_enum, sizeof(int)},
    [PROTOBUF_C_TYPE_STRING] = {in_string, sizeof(char *)},
    [PROTOBUF_C_TYPE_BYTES] = {in_bytes, sizeof(ProtobufCBinaryData)},
    [PROTOBUF_C_TYPE_MESSAGE] = {in_message, sizeof(ProtobufCMessage *)},
};

static in_fn *in_reader(const ProtobufCFieldDescriptor *f)
{
    return (size_t)f->type < sizeof in_types / sizeof *in_types ? in_types[f->type].read : NULL;
}

// The count grows before the item is read, so that a half-read one is freed with the rest; an
// unread text is proto3's empty one, which is not freed.
static bool in_list(struct in_place *p, const ProtobufCFieldDescriptor *f, const json_t *j,
                    ProtobufCMessage *m)
{
    size_t *count = (size_t *)(void *)((char *)m + f->quantifier_offset);
    void **items = (void **)(void *)((char *)m + f->offset);
    size_t const size = in_types[f->type].size;
    if (!json_is_array(j)) return in_refuse(p, "expected a list");
    if (json_array_size(j) == 0) return true;
    if (!(*items = calloc(json_array_size(j), size))) return in_refuse(p, "out of memory");
    for (size_t i = 0; i < json_array_size(j); i++) {
        char *at = (char *)*items + i * size;
        size_t const was = in_enter(p, NULL, i);
        if (f->type == PROTOBUF_C_TYPE_STRING) {
            if (!(*(char **)(void *)at = strdup(""))) return in_refuse(p, "out of memory");
            char *empty = *(char **)(void *)at;
            *count = i + 1;
            if (!in_string(p, f, json_array_get(j, i), at)) return false;
            if (*(char **)(void *)at != empty) free(empty);
        } else {
            *count = i + (f->type != PROTOBUF_C_TYPE_MESSAGE);
            bool const ok = in_reader(f)(p, f, json_array_get(j, i), at);
            if (f->type != PROTOBUF_C_TYPE_MESSAGE || *(void **)(void *)at) *count = i + 1;
            if (!ok) return false;
        }
        in_leave(p, was);
    }
    return true;
}

static bool in_field(struct in_place *p, const ProtobufCFieldDescriptor *f, const json_t *j,
                     ProtobufCMessage *m)
{
    if (!in_reader(f)) return in_refuse(p, "this kind of field cannot be given as JSON");
    if (json_is_null(j)) return true; // proto3: null is "not given"
    if (f->label == PROTOBUF_C_LABEL_REPEATED) return in_list(p, f, j, m);
    if (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
        uint32_t *which = (uint32_t *)(void *)((char *)m + f->quantifier_offset);
        if (*which != 0) return in_refuse(p, "only one of these may be given");
        memset((char *)m + f->offset, 0, in_types[f->type].size);
        *which = f->id;
    }
    return in_reader(f)(p, f, j, (char *)m + f->offset);
}

static bool in_message_into(struct in_place *p, const json_t *j, ProtobufCMessage *m)
{
    const char *name;
    json_t *value;
    uint64_t seen[2] = {0}; // one bit a field: two spellings of one name are one too many
    if (!json_is_object(j)) return in_refuse(p, "expected an object, { ... }");
    json_object_foreach((json_t *)(uintptr_t)j, name, value)
    {
        const ProtobufCFieldDescriptor *f = json_field_find(m->descriptor, name);
        size_t const was = in_enter(p, name, 0);
        if (!f) return in_refuse(p, "no such field");
        size_t const at = (size_t)(f - m->descriptor->fields) % 128;
        uint64_t const bit = UINT64_C(1) << at % 64;
        if (seen[at / 64] & bit) return in_refuse(p, "given twice");
        seen[at / 64] |= bit;
        if (!in_field(p, f, value, m)) return false;
        in_leave(p, was);
    }
    return true;
}

ProtobufCMessage *json_to_message(const ProtobufCMessageDescriptor *d, const json_t *in,
                                  struct json_fault *fault)
{
    struct in_place p = {.fault = fault};
    fault->path[0] = fault->text[0] = '\0';
    ProtobufCMessage *m = calloc(1, d->sizeof_message);
    if (!m) {
        in_refuse(&p, "out of memory");
        return NULL;
    }
    protobuf_c_message_init(d, m);
    if (in_message_into(&p, in, m)) return m;
    protobuf_c_message_free_unpacked(m, NULL);
    return NULL;
}

void json_fault_words(const struct json_fault *fault, char *out, size_t size)
{
    snprintf(out, size, "%s%s%s", fault->path, *fault->path ? ": " : "", fault->text);
}
