// What comes in about a case that stands in no queue, and what stays with it of the adult.
#include "judge.h"

// Its errand that is live, NULL when nobody has anything to read.
static const struct errand *news_of(const struct casefile *f)
{
    const struct errand *found = NULL;
    for (size_t i = 0; i < f->n_errands; i++) {
        if (f->errands[i].kind != ERRAND_NEWS || !errand_live(&f->errands[i])) continue;
        assert_null(found);
        found = &f->errands[i];
    }
    return found;
}

static void what_comes_in_once_it_stands_in_no_queue_is_somebodys_to_read(void **state)
{
    static const enum state states[] = {STATE_DECIDED_MET,   STATE_HANDOVER_OFFERED,
                                        STATE_ENQUIRY,       STATE_ENQUIRY_REVIEW,
                                        STATE_OTHER_ENQUIRY, STATE_FORWARDED};
    static const enum command_kind sent[] = {COMMAND_SUPPLEMENT, COMMAND_WITHDRAW};
    (void)state;
    for (size_t s = 0; s < sizeof(states) / sizeof(states[0]); s++) {
        for (size_t k = 0; k < sizeof(sent) / sizeof(sent[0]); k++) {
            struct casefile f = world_case_in(states[s], now);
            assert_null(news_of(&f));
            f = done(&f, sent[k], THE_REFERRER);
            assert_true(casefile_news(&f));
            const struct errand *e = news_of(&f);
            assert_non_null(e);
            assert_int_equal(e->about, k ? NEWS_WITHDRAWAL_ASKED : NEWS_ADDED);
            assert_true(e->due_ms > now.utc_ms && e->next_ms == e->due_ms);
            int64_t const due_ms = e->due_ms;
            now.utc_ms += MINUTE_MS;
            f = done(&f, COMMAND_SUPPLEMENT, THE_REFERRER);
            assert_int_equal(news_of(&f)->due_ms, due_ms); // what came first is not put back
            f = done(&f, COMMAND_RATE, MARY);
            assert_int_equal(result.notice, NOTICE_INFO_CONSIDERED);
            assert_false(casefile_news(&f));
            assert_null(news_of(&f));
        }
    }
}

static void that_the_adult_was_told_and_who_speaks_with_them_stays_with_the_case(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_DECIDED_MET, now);
    struct command lead = world_command(COMMAND_ALLOCATE, ANA, &f);
    f = must(&f, lead);
    assert_true(f.flags & CASE_ADVOCATE);
    assert_false(f.flags & CASE_ADULT_TOLD);
    struct command told = world_command(COMMAND_ADULT_TOLD, ANA, &f);
    told.errand = 0; // the one that is out
    f = must(&f, told);
    assert_true(f.flags & CASE_ADULT_TOLD);
}

static void what_waits_in_a_queue_says_that_there_is_something_new(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_QUEUED, now);
    f = done(&f, COMMAND_WITHDRAW, THE_REFERRER);
    assert_true(casefile_news(&f));
    assert_null(news_of(&f)); // whoever takes it finds it
}

static void an_enquiry_that_others_refuse_comes_back_to_its_lead(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_ENQUIRY, now);
    world_errand(&f, COMMAND_REFUSE_DELEGATION, now);
    f = done(&f, COMMAND_REFUSE_DELEGATION, PARTNER);
    assert_non_null(news_of(&f));
    assert_int_equal(news_of(&f)->about, NEWS_ENQUIRY_REFUSED);
    f = done(&f, COMMAND_FINISH, ANA);
    assert_null(news_of(&f));
}

#define T(name) cmocka_unit_test_setup(name, judge_setup)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(what_comes_in_once_it_stands_in_no_queue_is_somebodys_to_read),
        T(that_the_adult_was_told_and_who_speaks_with_them_stays_with_the_case),
        T(what_waits_in_a_queue_says_that_there_is_something_new),
        T(an_enquiry_that_others_refuse_comes_back_to_its_lead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
