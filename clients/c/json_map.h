// json_map.h - proto3's JSON form, over protobuf-c's descriptors.
//
// Reading: field names as in the schema or in lowerCamelCase; an enum by its name, by its short
// lower-case word ("neglect" for HARM_TYPE_NEGLECT) or number; 64-bit numbers as text or number;
// times (int64 *_ms) also as RFC 3339; bytes as base64, a `key` also as a UUID, a `concern` also
// as the object itself.  Unknown fields are refused.
// Writing: strict is proto3's own form with the schema's names; open writes times as RFC 3339,
// keys as UUIDs, concerns as objects and a status even when it is 0.
#ifndef TRIAGE_JSON_MAP_H
#define TRIAGE_JSON_MAP_H

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdint.h>

enum json_style { JSON_STYLE_STRICT, JSON_STYLE_OPEN };

// Where and why a JSON text cannot be read.
struct json_fault {
    char path[128];
    char text[160];
};

// A new reference; NULL when out of memory or when the message holds text that is not UTF-8.
json_t *json_from_message(const ProtobufCMessage *m, enum json_style style);

// NULL with the fault told.  Free with protobuf_c_message_free_unpacked(m, NULL).
ProtobufCMessage *json_to_message(const ProtobufCMessageDescriptor *d, const json_t *in,
                                  struct json_fault *fault);

// "path: text" into out.
void json_fault_words(const struct json_fault *fault, char *out, size_t size);

// ---- shared by both directions ----

// The schema's name without the trailing underscore that C needs ("case_" -> "case").
void json_name_of(const ProtobufCFieldDescriptor *f, char *out, size_t size);
const ProtobufCFieldDescriptor *json_field_find(const ProtobufCMessageDescriptor *d,
                                                const char *name);
const ProtobufCEnumValue *json_enum_find(const ProtobufCEnumDescriptor *d, const char *word);
// "neglect" for HARM_TYPE_NEGLECT of HarmType.
void json_enum_word(const ProtobufCEnumDescriptor *d, const char *name, char *out, size_t size);
bool json_field_is_time(const ProtobufCFieldDescriptor *f);
bool json_field_is_key(const ProtobufCFieldDescriptor *f);
bool json_field_is_concern(const ProtobufCFieldDescriptor *f);

#endif
