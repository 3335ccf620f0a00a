// A concern, and everything that looks at it before it is kept.
#include "concern.h"
#include "fuzz.h"
#include "wire.h"

#define RECEIVED_MS 1773135002000

const ProtobufCMessageDescriptor *const fuzz_message =
    &triage__v1__safeguarding_concern__descriptor;

static void check_facts(const struct facts *f)
{
    for (size_t i = 0; i < FACT_COUNT; i++) {
        int32_t const v = f->value[i];
        if (v == FACT_UNKNOWN) continue;
        CHECK(FACTS[i].whose != FACT_COUNCIL); // a sender cannot say what the council knows
        if (FACTS[i].type == FACT_BOOL) CHECK(v == 0 || v == 1);
    }
}

static void check_problems(const struct problems *p)
{
    CHECK(p->n <= CONCERN_PROBLEMS_MAX);
    for (size_t i = 0; i < p->n; i++) {
        CHECK(memchr(p->at[i].field, 0, sizeof(p->at[i].field)));
        CHECK(p->at[i].code[0] && p->at[i].text[0]);
    }
}

static void judge(const Triage__V1__SafeguardingConcern *c)
{
    static struct concern_view view;
    static struct problems problems;
    static struct principal principal;
    static struct wire_keys keys;
    struct facts facts;
    for (int kind = KIND_CONCERN; kind < KIND_COUNT; kind++) {
        wire_concern_view(c, (enum kind)kind, &view);
        problems = (struct problems){0};
        concern_validate(&view, &principal, 8, (struct now){RECEIVED_MS, 0}, &problems);
        check_problems(&problems);
    }
    for (size_t i = 0; i <= c->n_adults; i++) {
        wire_concern_facts(c, i, RECEIVED_MS, &facts);
        check_facts(&facts);
        if (i < c->n_adults) (void)wire_adult_hash(&keys, c->adults[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static uint8_t memory[1 << 20], again_memory[1 << 20];
    struct wire_limits const limits = WIRE_LIMITS_DEFAULT;
    struct arena a, b;
    struct wire_place place;
    Triage__V1__SafeguardingConcern *c, *again;
    arena_init(&a, memory, sizeof(memory));
    arena_init(&b, again_memory, sizeof(again_memory));
    enum err const e = wire_concern(bytes_of(data, len), &limits, &a, &c, &place);
    if (e) {
        CHECK(place.code[0] && place.text[0]);
        return 0;
    }
    fuzz_check_texts(&c->base);
    judge(c);
    struct bytes const packed = wire_pack(&c->base, &a);
    if (!packed.data) return 0; // the arena is full
    CHECK(wire_concern(packed, &limits, &b, &again, &place) == OK);
    struct bytes const repacked = wire_pack(&again->base, &b);
    CHECK(!repacked.data || bytes_equal(packed, repacked));
    return 0;
}
