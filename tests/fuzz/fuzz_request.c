// What a peer sends: the envelope and each of its bodies.
#include "fuzz.h"
#include "wire.h"

const ProtobufCMessageDescriptor *const fuzz_message = &triage__v1__request__descriptor;

// A refusal says which field and what to do.
static void check_place(enum err e, const struct wire_place *place)
{
    CHECK(e == ERR_MALFORMED || e == ERR_INVALID || e == ERR_TOO_LARGE || e == ERR_NO_MEMORY);
    CHECK(memchr(place->field, 0, sizeof(place->field)) && place->code[0] && place->text[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static uint8_t memory[1 << 20], again_memory[1 << 20];
    struct wire_limits const limits = WIRE_LIMITS_DEFAULT;
    struct arena a, b;
    struct wire_place place;
    Triage__V1__Request *request, *again;
    arena_init(&a, memory, sizeof(memory));
    arena_init(&b, again_memory, sizeof(again_memory));
    enum err const e = wire_request(bytes_of(data, len), &limits, &a, &request, &place);
    if (e) {
        check_place(e, &place);
        return 0;
    }
    fuzz_check_texts(&request->base);
    struct bytes const packed = wire_pack(&request->base, &a);
    if (!packed.data) return 0; // the arena is full
    CHECK(wire_request(packed, &limits, &b, &again, &place) == OK);
    struct bytes const repacked = wire_pack(&again->base, &b);
    CHECK(!repacked.data || bytes_equal(packed, repacked));
    return 0;
}
