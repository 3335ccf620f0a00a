// The shipped pack under the desk: what a sender is shown may be taken from the council's verdict
// only when that rests on nothing that the council alone knows.
#include "world.h"

#include "council_facts.h"

static uint64_t rng = 7;
static unsigned roll(unsigned n)
{
    rng = rng * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(rng >> 33) % n;
}

static size_t codes_of(const struct fact_def *f)
{
    size_t n = 0;
    while (f->codes && f->codes[n]) n++;
    return n;
}

static int32_t some_value(const struct fact_def *f)
{
    size_t const n = codes_of(f);
    if (roll(3) == 0) return FACT_UNKNOWN;
    switch (f->type) {
    case FACT_BOOL: return (int32_t)roll(2);
    case FACT_NUMBER: return (int32_t)roll(6);
    case FACT_CODE: return (int32_t)roll((unsigned)n);
    case FACT_CODES:
        return (int32_t)(roll(1u << 16) & roll(1u << 16) & ((1u << (n < 16 ? n : 16)) - 1));
    }
    return FACT_UNKNOWN;
}

static void a_verdict_that_rests_on_the_senders_words_is_the_senders_verdict(void **state)
{
    static uint8_t memory[4 * POLICY_SCRATCH_BYTES];
    static struct verdict whole, own;
    struct policy *pack = NULL;
    struct arena a;
    unsigned alike = 0, rounds = 2000;
    (void)state;
    assert_int_equal(policy_open(&pack, DESK_TEST_PACK, NULL), OK);
    for (unsigned i = 0; i < rounds; i++) {
        struct facts f, without;
        for (int k = 0; k < FACT_COUNT; k++) f.value[k] = some_value(&FACTS[k]);
        without = f;
        council_facts_clear(&without);
        arena_init(&a, memory, sizeof memory);
        policy_decide(pack, &f, &a, &whole);
        policy_decide(pack, &without, &a, &own);
        assert_false(whole.unscreened || own.unscreened);
        if (whole.council) continue;
        alike++;
        assert_int_equal(whole.tier, own.tier);
        assert_int_equal(whole.colour, own.colour);
        assert_memory_equal(whole.limb, own.limb, sizeof whole.limb);
        assert_int_equal(whole.n_missing, own.n_missing);
        assert_memory_equal(whole.missing, own.missing, whole.n_missing * sizeof whole.missing[0]);
        for (size_t k = 0; k < whole.n_reasons; k++)
            if (strcmp(whole.reasons[k].decision, "rating") == 0)
                assert_false(whole.reasons[k].council_only);
    }
    assert_true(alike > 0);
    policy_close(pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_verdict_that_rests_on_the_senders_words_is_the_senders_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
