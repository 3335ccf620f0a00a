// concern.c - writing a concern, field by field or from JSON.
#include "concern.h"
#include "json_map.h"
#include "uuid7.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "triage/v1/concern.pb-c.h"

enum { PATH_INDEX_MAX = 4096 };

static enum triage_status concern_refuse(char *why, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static enum triage_status concern_refuse(char *why, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (why) vsnprintf(why, size, format, args);
    va_end(args);
    return TRIAGE_E_INVALID;
}

struct triage_concern *triage_concern_new(void)
{
    struct triage_concern *n = calloc(1, sizeof *n);
    if (!n || !(n->words = json_object())) {
        free(n);
        return NULL;
    }
    uuid7_make(n->key);
    uuid_write(n->key, n->key_text);
    return n;
}

void triage_concern_free(struct triage_concern *n)
{
    if (!n) return;
    json_decref(n->words);
    free(n);
}

const char *triage_concern_key(const struct triage_concern *n)
{
    return n->key_text;
}

enum triage_status triage_concern_set_key(struct triage_concern *n, const char *uuid)
{
    uint8_t key[UUID_BYTES];
    if (!uuid_parse(uuid, key)) return TRIAGE_E_ARGUMENT;
    memcpy(n->key, key, sizeof key);
    uuid_write(key, n->key_text);
    return TRIAGE_OK;
}

enum triage_status triage_concern_on_behalf_of(struct triage_concern *n, const char *principal)
{
    if (strlen(principal) >= sizeof n->on_behalf_of) return TRIAGE_E_ARGUMENT;
    memcpy(n->on_behalf_of, principal, strlen(principal) + 1);
    return TRIAGE_OK;
}

static const char kind_words[] =
    "safeguarding_concern, low_level_log, dols_request, transition_referral, "
    "domestic_abuse_notification, care_needs_referral, advice";

enum triage_status triage_concern_set_kind(struct triage_concern *n, const char *kind)
{
    const ProtobufCEnumValue *v = json_enum_find(&triage__v1__kind__descriptor, kind);
    if (!v || v->value == TRIAGE__V1__KIND__KIND_UNSPECIFIED) return TRIAGE_E_ARGUMENT;
    n->kind = (Triage__V1__Kind)v->value;
    return TRIAGE_OK;
}

// ---- Field by field: "adults[0].nhs_number" ----

// The list's item, made when it is the next one.
static json_t *concern_item(json_t *list, size_t index, bool last)
{
    if (!json_is_array(list) || index > json_array_size(list) || index > PATH_INDEX_MAX) {
        return NULL;
    }
    if (index == json_array_size(list)) {
        json_array_append_new(list, last ? json_null() : json_object());
    }
    return json_array_get(list, index);
}

static json_t *concern_member(json_t *object, const char *name, bool list)
{
    json_t *j = json_object_get(object, name);
    if (j) return j;
    json_object_set_new(object, name, list ? json_array() : json_object());
    return json_object_get(object, name);
}

// One step of a path: "adults[0]" or "nhs_number".  false when it is neither.
static bool concern_step(const char **path, char *name, size_t size, long *index)
{
    size_t const len = strcspn(*path, ".[");
    if (len == 0 || len >= size) return false;
    memcpy(name, *path, len);
    name[len] = '\0';
    *path += len;
    *index = -1;
    if (**path == '[') {
        char *end;
        if (!isdigit((unsigned char)(*path)[1])) return false;
        *index = strtol(*path + 1, &end, 10);
        if (*end != ']') return false;
        *path = end + 1;
    }
    if (**path == '.') return *++*path != '\0';
    return **path == '\0';
}

// Takes over value.
static bool concern_place(json_t *at, const char *field, json_t *value)
{
    while (value && at) {
        char name[80];
        long index;
        if (!concern_step(&field, name, sizeof name, &index)) break;
        bool const last = *field == '\0';
        if (last && index < 0) return json_object_set_new(at, name, value) == 0;
        json_t *list = concern_member(at, name, index >= 0);
        at = index >= 0 ? concern_item(list, (size_t)index, last) : list;
        if (last && at) return json_array_set_new(list, (size_t)index, value) == 0;
    }
    json_decref(value);
    return false;
}

static enum triage_status concern_check(const json_t *words, char *why, size_t size);

// On a copy: what cannot be set leaves the concern as it was.
enum triage_status triage_concern_set(struct triage_concern *n, const char *field, const char *utf8)
{
    json_t *words = json_deep_copy(n->words);
    if (!words) return TRIAGE_E_NO_MEMORY;
    enum triage_status s = TRIAGE_E_ARGUMENT;
    if (concern_place(words, field, json_string(utf8))) s = concern_check(words, NULL, 0);
    if (s == TRIAGE_OK) {
        json_decref(n->words);
        n->words = words;
    } else {
        json_decref(words);
    }
    return s;
}

// ---- JSON ----

// The wrapping's own members; everything else in it is refused.
static enum triage_status concern_unwrap(struct triage_concern *n, json_t *j, char *why,
                                         size_t size)
{
    const char *name;
    json_t *value;
    json_object_foreach(j, name, value)
    {
        const char *text = json_string_value(value);
        const ProtobufCEnumValue *v = NULL;
        if (strcmp(name, "concern") == 0) continue;
        if (!text) return concern_refuse(why, size, "%s: expected a string", name);
        if (strcmp(name, "key") == 0) {
            if (triage_concern_set_key(n, text)) {
                return concern_refuse(why, size, "key: expected a UUID");
            }
        } else if (strcmp(name, "on_behalf_of") == 0) {
            if (triage_concern_on_behalf_of(n, text)) {
                return concern_refuse(why, size, "on_behalf_of: too long");
            }
        } else if (strcmp(name, "danger_now") == 0) {
            v = json_enum_find(&triage__v1__answer__descriptor, text);
            if (!v) return concern_refuse(why, size, "danger_now: one of: yes, no, not_known");
            n->danger = (Triage__V1__Answer)v->value;
        } else if (strcmp(name, "kind") == 0) {
            if (triage_concern_set_kind(n, text)) {
                return concern_refuse(why, size, "kind: one of: %s", kind_words);
            }
        } else {
            return concern_refuse(why, size, "%s: no such field", name);
        }
    }
    return TRIAGE_OK;
}

static enum triage_status concern_check(const json_t *words, char *why, size_t size)
{
    struct json_fault fault;
    char told[320];
    ProtobufCMessage *m =
        json_to_message(&triage__v1__safeguarding_concern__descriptor, words, &fault);
    if (m) {
        protobuf_c_message_free_unpacked(m, NULL);
        return TRIAGE_OK;
    }
    json_fault_words(&fault, told, sizeof told);
    return concern_refuse(why, size, "%s", told);
}

enum triage_status triage_concern_from_json(struct triage_concern **out, const char *json,
                                            size_t len, char *why, size_t why_size)
{
    json_error_t error;
    *out = NULL;
    json_t *j = json_loadb(json, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (!j) {
        return concern_refuse(why, why_size, "line %d, column %d: %s", error.line, error.column,
                              error.text);
    }
    struct triage_concern *n = triage_concern_new();
    enum triage_status s = TRIAGE_OK;
    json_t *inner = json_object_get(j, "concern");
    if (n && !json_is_object(j)) s = concern_refuse(why, why_size, "expected an object, { ... }");
    if (n && inner) s = concern_unwrap(n, j, why, why_size);
    if (n && s == TRIAGE_OK) {
        json_decref(n->words);
        n->words = json_incref(inner ? inner : j);
        s = concern_check(n->words, why, why_size);
    }
    json_decref(j);
    if (n && s == TRIAGE_OK)
        *out = n;
    else
        triage_concern_free(n);
    return n ? s : TRIAGE_E_NO_MEMORY;
}

char *triage_concern_to_json(const struct triage_concern *n)
{
    json_t *j = json_pack("{ss, sO}", "key", n->key_text, "concern", n->words);
    if (j && n->danger) {
        static const char *const words[] = {"", "yes", "no", "not_known"};
        json_object_set_new(j, "danger_now", json_string(words[n->danger]));
    }
    if (j && n->kind) {
        const ProtobufCEnumValue *v =
            protobuf_c_enum_descriptor_get_value(&triage__v1__kind__descriptor, (int)n->kind);
        json_object_set_new(j, "kind", json_string(v ? v->name : ""));
    }
    if (j && *n->on_behalf_of) {
        json_object_set_new(j, "on_behalf_of", json_string(n->on_behalf_of));
    }
    char *text = j ? json_dumps(j, JSON_INDENT(2)) : NULL;
    json_decref(j);
    return text;
}

// ---- For the wire ----

static Triage__V1__Submission *concern_submission(const struct triage_concern *n,
                                                  const ProtobufCMessage *m)
{
    Triage__V1__Submission *s = malloc(sizeof *s);
    if (!s) return NULL;
    triage__v1__submission__init(s);
    const Triage__V1__SafeguardingConcern *words = (const Triage__V1__SafeguardingConcern *)m;
    s->kind = n->kind ? n->kind : TRIAGE__V1__KIND__KIND_SAFEGUARDING_CONCERN;
    s->danger_now = n->danger      ? n->danger
                    : !words->harm ? TRIAGE__V1__ANSWER__ANSWER_UNSPECIFIED
                                   : words->harm->immediate_danger;
    if (*n->on_behalf_of) s->on_behalf_of = strdup(n->on_behalf_of);
    s->key = (ProtobufCBinaryData){UUID_BYTES, malloc(UUID_BYTES)};
    s->concern.len = protobuf_c_message_get_packed_size(m);
    s->concern.data = malloc(s->concern.len ? s->concern.len : 1);
    if (!s->key.data || !s->concern.data || !s->on_behalf_of) {
        triage__v1__submission__free_unpacked(s, NULL);
        return NULL;
    }
    memcpy(s->key.data, n->key, UUID_BYTES);
    protobuf_c_message_pack(m, s->concern.data);
    return s;
}

Triage__V1__Submission *concern_pack(const struct triage_concern *n, char *why, size_t why_size)
{
    struct json_fault fault;
    ProtobufCMessage *m =
        json_to_message(&triage__v1__safeguarding_concern__descriptor, n->words, &fault);
    if (!m) {
        json_fault_words(&fault, why, why_size);
        return NULL;
    }
    Triage__V1__Submission *s = concern_submission(n, m);
    protobuf_c_message_free_unpacked(m, NULL);
    if (!s) snprintf(why, why_size, "out of memory");
    return s;
}
