// json_names.c - how JSON's names and words meet the schema's.
#include "json_map.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { NAME_BYTES_MAX = 80 };

void json_name_of(const ProtobufCFieldDescriptor *f, char *out, size_t size)
{
    size_t len = strlen(f->name);
    if (len > 0 && f->name[len - 1] == '_') len--;
    snprintf(out, size, "%.*s", (int)len, f->name);
}

// care_and_support_needs -> careAndSupportNeeds
static void json_name_camel(const char *snake, char *out, size_t size)
{
    size_t n = 0;
    bool upper = false;
    for (; *snake && n + 1 < size; snake++) {
        if (*snake == '_') {
            upper = true;
            continue;
        }
        out[n++] = upper ? (char)toupper((unsigned char)*snake) : *snake;
        upper = false;
    }
    out[n] = '\0';
}

static bool json_name_matches(const ProtobufCFieldDescriptor *f, const char *name)
{
    char plain[NAME_BYTES_MAX];
    char camel[NAME_BYTES_MAX];
    json_name_of(f, plain, sizeof plain);
    if (strcmp(name, plain) == 0 || strcmp(name, f->name) == 0) return true;
    json_name_camel(plain, camel, sizeof camel);
    return strcmp(name, camel) == 0;
}

const ProtobufCFieldDescriptor *json_field_find(const ProtobufCMessageDescriptor *d,
                                                const char *name)
{
    for (unsigned i = 0; i < d->n_fields; i++) {
        if (json_name_matches(&d->fields[i], name)) return &d->fields[i];
    }
    return NULL;
}

// HarmType -> HARM_TYPE_
static size_t json_enum_prefix(const ProtobufCEnumDescriptor *d, char *out, size_t size)
{
    size_t n = 0;
    for (const char *p = d->short_name; *p && n + 3 < size; p++) {
        if (isupper((unsigned char)*p) && p != d->short_name) out[n++] = '_';
        out[n++] = (char)toupper((unsigned char)*p);
    }
    out[n++] = '_';
    out[n] = '\0';
    return n;
}

void json_enum_word(const ProtobufCEnumDescriptor *d, const char *name, char *out, size_t size)
{
    char prefix[NAME_BYTES_MAX];
    size_t const len = json_enum_prefix(d, prefix, sizeof prefix);
    size_t n = 0;
    for (name += strncmp(name, prefix, len) == 0 ? len : 0; *name && n + 1 < size; name++) {
        out[n++] = (char)tolower((unsigned char)*name);
    }
    out[n] = '\0';
}

const ProtobufCEnumValue *json_enum_find(const ProtobufCEnumDescriptor *d, const char *word)
{
    for (unsigned i = 0; i < d->n_values; i++) {
        char shorter[NAME_BYTES_MAX];
        json_enum_word(d, d->values[i].name, shorter, sizeof shorter);
        if (strcmp(word, d->values[i].name) == 0 || strcmp(word, shorter) == 0) {
            return &d->values[i];
        }
    }
    return NULL;
}

bool json_field_is_time(const ProtobufCFieldDescriptor *f)
{
    size_t const len = strlen(f->name);
    return f->type == PROTOBUF_C_TYPE_INT64 && len > 3 && strcmp(f->name + len - 3, "_ms") == 0;
}

bool json_field_is_key(const ProtobufCFieldDescriptor *f)
{
    return f->type == PROTOBUF_C_TYPE_BYTES &&
           (strcmp(f->name, "key") == 0 || strcmp(f->name, "command_id") == 0);
}

bool json_field_is_concern(const ProtobufCFieldDescriptor *f)
{
    return f->type == PROTOBUF_C_TYPE_BYTES && strcmp(f->name, "concern") == 0;
}
