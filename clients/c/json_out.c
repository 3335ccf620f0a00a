// json_out.c - from a message to JSON.
#include "json_map.h"
#include "rfc3339.h"
#include "triage/v1/concern.pb-c.h"
#include "uuid7.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef json_t *out_fn(const ProtobufCFieldDescriptor *f, const void *at, enum json_style style);

static json_t *out_int32(const ProtobufCFieldDescriptor *f, const void *at, enum json_style style)
{
    (void)f, (void)style;
    return json_integer(*(const int32_t *)at);
}

static json_t *out_uint32(const ProtobufCFieldDescriptor *f, const void *at, enum json_style style)
{
    (void)f, (void)style;
    return json_integer(*(const uint32_t *)at);
}

// 64 bits travel as text, since JSON's readers keep 53.
static json_t *out_int64(const ProtobufCFieldDescriptor *f, const void *at, enum json_style style)
{
    char text[RFC3339_BYTES];
    int64_t const value = *(const int64_t *)at;
    if (style == JSON_STYLE_OPEN && json_field_is_time(f) && rfc3339_has(value))
        rfc3339_write(value, text);
    else
        snprintf(text, sizeof text, "%" PRId64, value);
    return json_string(text);
}

static json_t *out_uint64(const ProtobufCFieldDescriptor *f, const void *at, enum json_style style)
{
    (void)f, (void)style;
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, *(const uint64_t *)at);
    return json_string(text);
}

static json_t *out_bool(const ProtobufCFieldDescriptor *f, const void *at, enum json_style style)
{
    (void)f, (void)style;
    return json_boolean(*(const protobuf_c_boolean *)at);
}

static json_t *out_enum(const ProtobufCFieldDescriptor *f, const void *at, enum json_style style)
{
    (void)style;
    int const value = *(const int *)at;
    const ProtobufCEnumValue *v = protobuf_c_enum_descriptor_get_value(f->descriptor, value);
    return v ? json_string(v->name) : json_integer(value);
}

static json_t *out_string(const ProtobufCFieldDescriptor *f, const void *at, enum json_style style)
{
    (void)f, (void)style;
    return json_string(*(char *const *)at);
}

static json_t *out_base64(const ProtobufCBinaryData *b)
{
    size_t const size = sodium_base64_encoded_len(b->len, sodium_base64_VARIANT_ORIGINAL);
    char *text = malloc(size);
    if (!text) return NULL;
    sodium_bin2base64(text, size, b->data, b->len, sodium_base64_VARIANT_ORIGINAL);
    json_t *j = json_string(text);
    free(text);
    return j;
}

// NULL when the bytes are no concern that can be written.
static json_t *out_concern(const ProtobufCBinaryData *b, enum json_style style)
{
    ProtobufCMessage *m = protobuf_c_message_unpack(&triage__v1__safeguarding_concern__descriptor,
                                                    NULL, b->len, b->data);
    json_t *j = m ? json_from_message(m, style) : NULL;
    if (m) protobuf_c_message_free_unpacked(m, NULL);
    return j;
}

static json_t *out_bytes(const ProtobufCFieldDescriptor *f, const void *at, enum json_style style)
{
    const ProtobufCBinaryData *b = at;
    if (style == JSON_STYLE_OPEN && json_field_is_key(f) && b->len == UUID_BYTES) {
        char text[UUID_TEXT_BYTES];
        uuid_write(b->data, text);
        return json_string(text);
    }
    json_t *j = style == JSON_STYLE_OPEN && json_field_is_concern(f) ? out_concern(b, style) : NULL;
    return j ? j : out_base64(b);
}

static json_t *out_message(const ProtobufCFieldDescriptor *f, const void *at, enum json_style style)
{
    (void)f;
    return json_from_message(*(ProtobufCMessage *const *)at, style);
}

// The schema has no floating point: a number that matters is whole (proto/README.md).
static const struct {
    out_fn *write;
    size_t size;
} out_types[] = {
    [PROTOBUF_C_TYPE_INT32] = {out_int32, sizeof(int32_t)},
    [PROTOBUF_C_TYPE_SINT32] = {out_int32, sizeof(int32_t)},
    [PROTOBUF_C_TYPE_SFIXED32] = {out_int32, sizeof(int32_t)},
    [PROTOBUF_C_TYPE_UINT32] = {out_uint32, sizeof(uint32_t)},
    [PROTOBUF_C_TYPE_FIXED32] = {out_uint32, sizeof(uint32_t)},
    [PROTOBUF_C_TYPE_INT64] = {out_int64, sizeof(int64_t)},
    [PROTOBUF_C_TYPE_SINT64] = {out_int64, sizeof(int64_t)},
    [PROTOBUF_C_TYPE_SFIXED64] = {out_int64, sizeof(int64_t)},
    [PROTOBUF_C_TYPE_UINT64] = {out_uint64, sizeof(uint64_t)},
    [PROTOBUF_C_TYPE_FIXED64] = {out_uint64, sizeof(uint64_t)},
    [PROTOBUF_C_TYPE_BOOL] = {out_bool, sizeof(protobuf_c_boolean)},
    [PROTOBUF_C_TYPE_ENUM] = {out_enum, sizeof(int)},
    [PROTOBUF_C_TYPE_STRING] = {out_string, sizeof(char *)},
    [PROTOBUF_C_TYPE_BYTES] = {out_bytes, sizeof(ProtobufCBinaryData)},
    [PROTOBUF_C_TYPE_MESSAGE] = {out_message, sizeof(ProtobufCMessage *)},
};

static out_fn *out_writer(const ProtobufCFieldDescriptor *f)
{
    return (size_t)f->type < sizeof out_types / sizeof *out_types ? out_types[f->type].write : NULL;
}

static json_t *out_list(const ProtobufCFieldDescriptor *f, const void *items, size_t count,
                        enum json_style style)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < count; i++) {
        const char *at = (const char *)items + i * out_types[f->type].size;
        if (json_array_append_new(list, out_writer(f)(f, at, style))) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

// Is a single field's value other than proto3's default, which is left out?
static bool out_is_given(const ProtobufCFieldDescriptor *f, const void *at, const void *base)
{
    if (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
        return *(const uint32_t *)((const char *)base + f->quantifier_offset) == f->id;
    }
    if (f->type == PROTOBUF_C_TYPE_STRING) return *(char *const *)at && **(char *const *)at;
    if (f->type == PROTOBUF_C_TYPE_BYTES) return ((const ProtobufCBinaryData *)at)->len > 0;
    if (f->type == PROTOBUF_C_TYPE_MESSAGE) return *(void *const *)at != NULL;
    static char const zeros[sizeof(int64_t)];
    return memcmp(at, zeros, out_types[f->type].size) != 0;
}

static int out_field(json_t *object, const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f,
                     enum json_style style)
{
    char name[80];
    const void *at = (const char *)m + f->offset;
    if (!out_writer(f)) return -1;
    json_name_of(f, name, sizeof name);
    if (f->label == PROTOBUF_C_LABEL_REPEATED) {
        size_t const count = *(const size_t *)((const char *)m + f->quantifier_offset);
        if (count == 0) return 0;
        return json_object_set_new(object, name, out_list(f, *(void *const *)at, count, style));
    }
    bool const status = style == JSON_STYLE_OPEN && strcmp(f->name, "status") == 0;
    if (!out_is_given(f, at, m) && !(status && f->type == PROTOBUF_C_TYPE_ENUM)) return 0;
    return json_object_set_new(object, name, out_writer(f)(f, at, style));
}

json_t *json_from_message(const ProtobufCMessage *m, enum json_style style)
{
    json_t *object = json_object();
    for (unsigned i = 0; object && i < m->descriptor->n_fields; i++) {
        if (out_field(object, m, &m->descriptor->fields[i], style)) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}
