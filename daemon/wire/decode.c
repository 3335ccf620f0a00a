#include "wire.h"

#include "check.h"
#include "place.h"
#include "reader.h"
#include "scan.h"

#define REQUEST_ID 1  // of envelope.proto
#define VARINT_MAX 10 // bytes

static void *budget_alloc(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}
static void budget_free(void *arena, void *p)
{
    (void)arena; // All of it goes at once, when the message is done with.
    (void)p;
}

static ProtobufCMessage *unpack(const ProtobufCMessageDescriptor *d, struct bytes b,
                                struct arena *a)
{
    ProtobufCAllocator budget = {budget_alloc, budget_free, a};
    static const uint8_t nothing[1];
    return protobuf_c_message_unpack(d, &budget, b.len, b.len ? b.data : nothing);
}

static enum err decode(const ProtobufCMessageDescriptor *d, struct bytes b,
                       const struct wire_limits *limits, enum scan_rigour rigour, struct arena *a,
                       void *out, struct wire_place *place)
{
    enum err const e = scan_message(d, b, limits, rigour, place);
    if (e) return e;
    ProtobufCMessage *const m = unpack(d, b, a);
    if (!m) return place_flaw(place, NULL, FLAW_MEMORY); // the scan leaves nothing else to refuse
    memcpy(out, &m, sizeof m);                           // every message starts with its base
    return OK;
}

enum err wire_request(struct bytes b, const struct wire_limits *limits, struct arena *a,
                      Triage__V1__Request **out, struct wire_place *place)
{
    return decode(&triage__v1__request__descriptor, b, limits, SCAN_STRICT, a, out, place);
}

uint64_t wire_request_id(struct bytes b)
{
    struct reader r = reader_of(b);
    uint32_t number;
    enum wire_type type;
    uint64_t id = 0;
    while (reader_more(&r) && reader_tag(&r, &number, &type)) {
        if (number == REQUEST_ID && type == WIRE_VARINT)
            return reader_varint(&r, VARINT_MAX, &id) ? id : 0;
        if (!reader_skip(&r, type)) return 0;
    }
    return 0;
}

enum err wire_reply(struct bytes b, const struct wire_limits *limits, struct arena *a,
                    Triage__V1__Reply **out, struct wire_place *place)
{
    return decode(&triage__v1__reply__descriptor, b, limits, SCAN_LENIENT, a, out, place);
}

enum err wire_concern(struct bytes b, const struct wire_limits *limits, struct arena *a,
                      Triage__V1__SafeguardingConcern **out, struct wire_place *place)
{
    struct wire_limits own = *limits;
    if (own.repeated_max > WIRE_CONCERN_ITEMS_MAX) own.repeated_max = WIRE_CONCERN_ITEMS_MAX;
    enum err const e =
        decode(&triage__v1__safeguarding_concern__descriptor, b, &own, SCAN_STRICT, a, out, place);
    if (e) return e;
    // Beyond this not even the settings can go: wire_concern_view has room for no more.
    struct place_step const adults = {.name = "adults"};
    if ((*out)->n_adults > CONCERN_ADULTS_MAX) return place_flaw(place, &adults, FLAW_ITEMS);
    return OK;
}

enum err wire_body(struct bytes b, struct arena *a, Triage__Ledger__V1__Body **out)
{
    // Sealed by this daemon and opened with its key: what is in it was looked at before it was
    // kept.
    ProtobufCMessage *const m = unpack(&triage__ledger__v1__body__descriptor, b, a);
    if (!m) return a->exhausted ? ERR_NO_MEMORY : ERR_CORRUPT;
    memcpy(out, &m, sizeof m);
    return OK;
}

struct bytes wire_pack(const ProtobufCMessage *m, struct arena *a)
{
    size_t const len = protobuf_c_message_get_packed_size(m);
    uint8_t *const out = arena_alloc(a, len);
    if (!out) return BYTES_NONE;
    CHECK(protobuf_c_message_pack(m, out) == len);
    return bytes_of(out, len);
}
