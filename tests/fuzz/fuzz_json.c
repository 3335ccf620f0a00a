// JSON as people and programs write it, on its way to a message: a concern and a request.
#include "fuzz.h"
#include "json_map.h"
#include "wire.h"

#include <stdlib.h>

static void check(const json_t *j, const ProtobufCMessageDescriptor *d)
{
    struct json_fault fault = {{0}, {0}};
    ProtobufCMessage *const m = json_to_message(d, j, &fault);
    if (!m) {
        CHECK(fault.text[0] && memchr(fault.path, 0, sizeof(fault.path)));
        return;
    }
    fuzz_check_texts(m);
    json_t *const open = json_from_message(m, JSON_STYLE_OPEN);
    json_t *const back = json_from_message(m, JSON_STYLE_STRICT);
    CHECK(open && back);
    json_decref(open);
    ProtobufCMessage *const again = json_to_message(d, back, &fault);
    CHECK(again);
    size_t const len = protobuf_c_message_get_packed_size(m);
    uint8_t *const was = malloc(len + 1), *const is = malloc(len + 1);
    CHECK(was && is && protobuf_c_message_get_packed_size(again) == len);
    protobuf_c_message_pack(m, was);
    protobuf_c_message_pack(again, is);
    CHECK(memcmp(was, is, len) == 0);
    free(was);
    free(is);
    json_decref(back);
    protobuf_c_message_free_unpacked(again, NULL);
    protobuf_c_message_free_unpacked(m, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    json_t *const j =
        json_loadb((const char *)data, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    if (!j) return 0;
    check(j, &triage__v1__safeguarding_concern__descriptor);
    check(j, &triage__v1__request__descriptor);
    json_decref(j);
    return 0;
}
