// Files and the virus scanner: what it is shown, what it says, and what is then handed out.
#include "files.h"

static void a_clean_file_is_shown_whole_and_then_handed_out(void **state)
{
    struct world *w = world_of(state);
    struct a_file const f = PDF();
    scanned_setup(w);
    char const *reference = reported(w, &f);
    Triage__V1__Reply *r = send_rest(w, reference, &f);
    assert_int_equal(r->attach->file->state, FILE_STATE(PENDING));
    assert_int_equal(fetched(w, reference, 1, 0, false)->status, STATUS(BUSY));
    r = fetched(w, reference, 1, 0, true);
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(r->fetch->file->state, FILE_STATE(PENDING));
    assert_true(w->scan_ended);
    assert_int_equal(w->scan_len, f.len);
    assert_memory_equal(w->scan, f.bytes, f.len);
    desk_scanned(w->desk, SCAN_CLEAN, "", w->now);
    world_run(w);
    assert_int_equal(fetched(w, reference, 1, 0, false)->fetch->file->state, FILE_STATE(CLEAN));
}

static void an_infected_file_is_kept_and_handed_to_nobody_and_its_sender_hears(void **state)
{
    struct world *w = world_of(state);
    struct a_file const f = JPEG();
    scanned_setup(w);
    char const *reference = reported(w, &f);
    (void)world_ask(w, HOME, ask_follow_notices(0, 1000));
    (void)send_rest(w, reference, &f);
    desk_scanned(w->desk, SCAN_INFECTED, "Made-Up.Signature", w->now);
    world_run(w);
    bool told = false;
    for (size_t i = 0; i < w->n_sent; i++) {
        Triage__V1__Reply const *r = w->sent[i].reply;
        for (size_t k = 0;
             r->body_case == TRIAGE__V1__REPLY__BODY_NOTICES && k < r->notices->n_notices; k++)
            told = told || strstr(r->notices->notices[k]->text, "stairs.jpg") != NULL;
    }
    assert_true(told);
    Triage__V1__Reply *r = fetched(w, reference, 1, 0, true);
    assert_int_equal(r->status, STATUS(FORBIDDEN));
    assert_string_equal(r->problems[0]->code, "infected");
    r = looked(w, reference);
    assert_int_equal(r->look->files[0]->state, FILE_STATE(INFECTED));
    assert_string_equal(r->look->files[0]->why, "Made-Up.Signature");
    assert_int_equal(events(r->look, "file_scanned"), 1);
}

static void a_scanner_that_fails_is_asked_again_also_after_a_restart(void **state)
{
    struct world *w = world_of(state);
    struct a_file const f = JPEG();
    scanned_setup(w);
    char const *reference = reported(w, &f);
    (void)send_rest(w, reference, &f);
    assert_int_equal(w->scans, 1);
    desk_scanned(w->desk, SCAN_FAILED, "", w->now);
    world_run(w);
    assert_int_equal(w->scans, 1);
    world_pass(w, 31000);
    world_run(w);
    assert_int_equal(w->scans, 2);
    world_reopen(w);
    world_run(w);
    assert_int_equal(w->scans, 3);
    desk_scanned(w->desk, SCAN_NOT_DONE, "too large for it", w->now);
    world_run(w);
    Triage__V1__Reply *r = looked(w, reference);
    assert_int_equal(r->look->files[0]->state, FILE_STATE(NOT_SCANNED));
    assert_string_equal(r->look->files[0]->why, "too large for it");
}

// A closed case is only on disk: what waits for it is read there.
static void a_file_of_a_closed_case_is_still_looked_at(void **state)
{
    struct world *w = world_of(state);
    struct a_file const f = JPEG();
    Triage__V1__Reply *r;
    scanned_setup(w);
    char const *reference = reported(w, &f);
    (void)world_close(w, 500);
    world_reopen(w);
    (void)send_rest(w, reference, &f);
    desk_scanned(w->desk, SCAN_FAILED, "", w->now);
    world_reopen(w);
    world_run(w);
    desk_scanned(w->desk, SCAN_CLEAN, "", w->now);
    world_run(w);
    r = looked(w, reference);
    assert_int_equal(r->look->files[0]->state, FILE_STATE(CLEAN));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    static struct CMUnitTest const tests[] = {
        TEST(a_clean_file_is_shown_whole_and_then_handed_out),
        TEST(an_infected_file_is_kept_and_handed_to_nobody_and_its_sender_hears),
        TEST(a_scanner_that_fails_is_asked_again_also_after_a_restart),
        TEST(a_file_of_a_closed_case_is_still_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
