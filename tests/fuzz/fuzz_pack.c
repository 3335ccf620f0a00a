// A whole pack.  The input is its files, each behind a line "=== NAME"; what is not given comes
// from the smallest pack that is whole.  Opened, checked or tested, and asked for verdicts.
#include "fuzz.h"
#include "policy_tools.h"
#include "small_pack.h"

static const char TESTS[] = "=== tests/";
static uint8_t memory[POLICY_SCRATCH_BYTES];

static void decide(const struct policy *p)
{
    struct arena arena;
    struct verdict v;
    struct rerating r;
    for (int32_t turn = -1; turn < 2; turn++) {
        struct facts facts;
        facts_clear(&facts);
        for (unsigned f = 0; turn >= 0 && f < FACT_COUNT; f++) facts.value[f] = turn;
        arena_init(&arena, memory, sizeof(memory));
        policy_decide(p, &facts, &arena, &v);
        CHECK(v.team >= 0 && (size_t)v.team < policy_info(p)->n_teams);
        CHECK(v.n_reasons <= POLICY_REASONS_MAX && v.n_missing <= FACT_COUNT);
        CHECK(!v.unscreened || (v.colour == COLOUR_RED && v.team == policy_info(p)->mash));
        arena_init(&arena, memory, sizeof(memory));
        policy_rerate(p, &facts, COLOUR_AMBER, 3, &arena, &r);
        CHECK(r.colour >= COLOUR_AMBER); // the rules may raise alone
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct policy *p = NULL;
    struct policy_report *const r = policy_report_open();
    const char *const dir = small_pack_write(data, len);
    enum err const e = policy_open(&p, dir, r);
    CHECK((e == OK) == (p != NULL) && (e == OK || policy_report_count(r) > 0));
    if (p) decide(p);
    policy_close(p);
    if (memmem(data, len, TESTS, sizeof(TESTS) - 1)) {
        int const found = policy_test(dir, false, fuzz_nowhere(), fuzz_nowhere());
        CHECK(e == OK || found == TOOL_FAILED);
    } else {
        int const found = policy_check(dir, NULL, true, fuzz_nowhere(), fuzz_nowhere());
        CHECK(e == OK ? found != TOOL_FAILED : found != TOOL_FINE);
    }
    policy_report_close(r);
    return 0;
}
