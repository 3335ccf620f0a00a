// What a daemon sends, as the client library reads it: a daemon may be newer, or not be one.
#include "fuzz.h"
#include "json_map.h"
#include "wire.h"

#include <stdlib.h>

const ProtobufCMessageDescriptor *const fuzz_message = &triage__v1__reply__descriptor;

static bool has_unknown(const ProtobufCMessage *m);

static bool field_has_unknown(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f)
{
    const uint8_t *const member = (const uint8_t *)m + f->offset;
    const void *const quantifier = (const uint8_t *)m + f->quantifier_offset;
    if (f->type != PROTOBUF_C_TYPE_MESSAGE) return false;
    if (f->label != PROTOBUF_C_LABEL_REPEATED) {
        if (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF && *(const uint32_t *)quantifier != f->id) {
            return false;
        }
        const ProtobufCMessage *const one = *(ProtobufCMessage *const *)member;
        return one && has_unknown(one);
    }
    ProtobufCMessage *const *const all = *(ProtobufCMessage * *const *)member;
    for (size_t i = 0; i < *(const size_t *)quantifier; i++) {
        if (has_unknown(all[i])) return true;
    }
    return false;
}

static bool has_unknown(const ProtobufCMessage *m)
{
    if (m->n_unknown_fields) return true;
    for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
        if (field_has_unknown(m, &m->descriptor->fields[i])) return true;
    }
    return false;
}

// To JSON and back gives the same bytes, when there is nothing that only a later release knows.
static void check_json(const ProtobufCMessage *m)
{
    struct json_fault fault;
    json_t *const open = json_from_message(m, JSON_STYLE_OPEN);
    json_t *const j = json_from_message(m, JSON_STYLE_STRICT);
    json_decref(open);
    if (!j) return; // text that is no UTF-8
    char *const text = json_dumps(j, 0);
    json_decref(j);
    CHECK(text);
    json_t *const read = json_loads(text, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    CHECK(read);
    ProtobufCMessage *const back = json_to_message(m->descriptor, read, &fault);
    json_decref(read);
    free(text);
    if (back && !has_unknown(m)) {
        size_t const len = protobuf_c_message_get_packed_size(m);
        uint8_t *const was = malloc(len + 1), *const is = malloc(len + 1);
        CHECK(was && is && protobuf_c_message_get_packed_size(back) == len);
        protobuf_c_message_pack(m, was);
        protobuf_c_message_pack(back, is);
        CHECK(memcmp(was, is, len) == 0);
        free(was);
        free(is);
    }
    if (back) protobuf_c_message_free_unpacked(back, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static uint8_t memory[1 << 20];
    struct wire_limits const limits = WIRE_LIMITS_DEFAULT;
    struct arena a;
    struct wire_place place;
    Triage__V1__Reply *kept, *const reply = triage__v1__reply__unpack(NULL, len, data);
    arena_init(&a, memory, sizeof(memory));
    bool const taken = wire_reply(bytes_of(data, len), &limits, &a, &kept, &place) == OK;
    if (taken) fuzz_check_texts(&kept->base);
    CHECK(!taken || reply); // what the daemon reads of its own, its clients can read
    if (!reply) return 0;
    check_json(&reply->base);
    triage__v1__reply__free_unpacked(reply, NULL);
    return 0;
}
