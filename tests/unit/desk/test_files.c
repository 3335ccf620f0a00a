// Files beside a concern: named, sent in parts, checked, read with a reason, forgotten.
#include "files.h"

#include <stdio.h>

static void a_file_comes_in_parts_and_is_read_as_it_was(void **state)
{
    struct world *w = world_of(state);
    struct a_file const f = PDF();
    char const *reference = reported(w, &f);
    Triage__V1__Reply *r = looked(w, reference);
    assert_int_equal(r->look->n_files, 1);
    assert_int_equal(r->look->files[0]->state, FILE_STATE(AWAITED));
    r = send_rest(w, reference, &f);
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(r->attach->file->state, FILE_STATE(NOT_SCANNED));
    assert_string_equal(r->attach->file->why, "There is no virus scanner here.");
    for (int again = 0; again < 2; again++) {
        for (size_t at = 0; at < f.len; at += PART) {
            r = fetched(w, reference, 1, at, false);
            assert_int_equal(r->status, STATUS(OK));
            assert_int_equal(r->fetch->part.len, due(&f, at));
            assert_memory_equal(r->fetch->part.data, f.bytes + at, due(&f, at));
        }
        world_reopen(w);
    }
    // Each connection's first part is an event; no part is in the story.
    r = looked(w, reference);
    assert_int_equal(events(r->look, "file_read"), 2);
    assert_int_equal(events(r->look, "file_came"), 1);
    assert_int_equal(events(r->look, "file_part"), 0);
    assert_string_equal(r->look->timeline[r->look->n_timeline - 2]->text,
                        "body-map.pdf: to compare the marks");
}

static void what_was_received_outlives_a_restart(void **state)
{
    struct world *w = world_of(state);
    struct a_file const f = PDF();
    char const *reference = reported(w, &f);
    for (size_t n = 0; n < 4; n++) {
        Triage__V1__Reply *r = send_part(w, HOME, reference, &f, 0, 0);
        assert_int_equal(r->attach->file->received_bytes, n * PART);
        r = send_part(w, HOME, reference, &f, n * PART, due(&f, n * PART));
        assert_int_equal(r->status, STATUS(OK));
        world_reopen(w);
    }
    Triage__V1__Reply *r = send_part(w, HOME, reference, &f, 0, 0);
    assert_int_equal(r->attach->file->state, FILE_STATE(NOT_SCANNED));
}

static void a_part_sent_again_changes_nothing_and_a_gap_is_told(void **state)
{
    struct world *w = world_of(state);
    struct a_file const f = PDF();
    char const *reference = reported(w, &f);
    assert_int_equal(send_part(w, HOME, reference, &f, 0, PART)->status, STATUS(OK));
    Triage__V1__Reply *r = send_part(w, HOME, reference, &f, 0, PART);
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(r->attach->file->received_bytes, PART);
    r = send_part(w, HOME, reference, &f, 2 * PART, PART);
    assert_int_equal(r->status, STATUS(CONFLICT));
    assert_int_equal(r->attach->file->received_bytes, PART);
}

static void nonsense_is_told_by_field_and_nothing_is_kept(void **state)
{
    struct world *w = world_of(state);
    struct a_file const f = PDF(), other = JPEG();
    struct a_file liar = PDF();
    char const *reference = reported(w, &f);
    liar.bytes[0] = 'M'; // a program under a document's name
    liar.bytes[1] = 'Z';
    assert_problem(send_part(w, HOME, reference, &liar, 0, PART), "attach.part", "type");
    assert_problem(send_part(w, HOME, reference, &other, 0, 5000), "attach.digest", "not_named");
    (void)PDF();
    assert_problem(send_part(w, HOME, reference, &f, 0, PART - 1), "attach.part", "length");
    Triage__V1__Reply *r = send_part(w, HOME, reference, &f, 0, 0);
    assert_int_equal(r->attach->file->received_bytes, 0);
}

static void bytes_of_another_digest_are_thrown_away_and_a_third_time_refused(void **state)
{
    struct world *w = world_of(state);
    struct a_file f = JPEG();
    char const *reference = reported(w, &f);
    for (int n = 0; n < 3; n++) {
        f.bytes[100] ^= 1;
        Triage__V1__Reply *r = send_part(w, HOME, reference, &f, 0, f.len);
        f.bytes[100] ^= 1;
        assert_problem(r, "attach.digest", "digest");
        assert_int_equal(r->attach->file->state, n < 2 ? FILE_STATE(AWAITED) : FILE_STATE(REFUSED));
        assert_int_equal(r->attach->file->received_bytes, 0);
    }
    assert_problem(send_part(w, HOME, reference, &f, 0, f.len), "attach.digest", "digest");
    Triage__V1__Reply *r = looked(w, reference);
    assert_int_equal(r->look->files[0]->state, FILE_STATE(REFUSED));
}

static void nobody_else_can_tell_that_the_case_is_there(void **state)
{
    struct world *w = world_of(state);
    struct a_file const f = JPEG();
    char const *reference = reported(w, &f);
    Triage__V1__Reply *theirs = send_part(w, OTHER_HOME, reference, &f, 0, f.len);
    Triage__V1__Reply *none = send_part(w, OTHER_HOME, "SC-2222-2222", &f, 0, f.len);
    theirs->id = none->id = 0;
    uint8_t a[4096], b[4096];
    size_t const n = triage__v1__reply__get_packed_size(theirs);
    assert_int_equal(n, triage__v1__reply__get_packed_size(none));
    assert_true(n < sizeof a);
    (void)triage__v1__reply__pack(theirs, a);
    (void)triage__v1__reply__pack(none, b);
    assert_memory_equal(a, b, n);
    assert_int_equal(theirs->status, STATUS(NOT_FOUND));
}

static void what_cannot_be_taken_is_asked_and_the_concern_goes_on(void **state)
{
    struct world *w = world_of(state);
    struct a_file all[7];
    for (size_t i = 0; i < 7; i++) all[i] = PDF();
    for (size_t i = 0; i < 7; i++) all[i].digest[0] = (uint8_t)i;
    all[0].name = "";
    all[1].name = "../../etc/passwd";
    all[2].media_type = "application/x-msdownload";
    all[3].len = 0;
    all[4].len = 1u << 30;
    all[5].name = ".hidden";
    Triage__V1__Receipt *r = submitted(w, all, 7);
    static char const *const fields[] = {"attachments[0].name",       "attachments[1].name",
                                         "attachments[2].media_type", "attachments[3].size_bytes",
                                         "attachments[4].size_bytes", "attachments[5].name"};
    size_t found = 0;
    for (size_t i = 0; i < r->n_problems; i++)
        for (size_t k = 0; k < 6; k++)
            if (strcmp(r->problems[i]->field, fields[k]) == 0) found++;
    assert_int_equal(found, 6);
    char reference[16];
    (void)snprintf(reference, sizeof reference, "%s", r->adults[0]->reference);
    assert_int_equal(looked(w, reference)->look->n_files, 1);
}

static void more_files_are_named_by_what_is_added(void **state)
{
    struct world *w = world_of(state);
    static uint8_t concern[65536], key[16];
    struct a_file const first = PDF(), more[2] = {PDF(), NOTE()};
    char const *reference = reported(w, &first);
    Triage__V1__Reply *r;
    key_fill(key, 78);
    (void)send_part(w, HOME, reference, &first, 0, PART);
    ASK(r, w, HOME, NULL, 0, SUPPLEMENT, supplement, Supplement, SUPPLEMENT,
        q.key = ((ProtobufCBinaryData){16, key});
        q.reference = TEXT(reference);
        q.concern = ((ProtobufCBinaryData){naming_pack(more, 2, concern), concern}));
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(send_part(w, HOME, reference, &first, 0, 0)->attach->file->received_bytes,
                     PART);
    r = send_rest(w, reference, &more[1]);
    assert_int_equal(r->attach->file->number, 2);
    assert_int_equal(r->attach->file->state, FILE_STATE(NOT_SCANNED));
    (void)send_rest(w, reference, &first);
    r = fetched(w, reference, 2, 0, false);
    assert_memory_equal(r->fetch->part.data, more[1].bytes, more[1].len);
}

// --- Limits, and the end. ---

static void parts_have_a_quota_of_their_own(void **state)
{
    struct world *w = world_of(state);
    struct a_file const f = PDF();
    w->settings.limits.parts_per_minute = 2;
    world_reopen(w);
    char const *reference = reported(w, &f);
    assert_int_equal(send_part(w, HOME, reference, &f, 0, PART)->status, STATUS(OK));
    assert_int_equal(send_part(w, HOME, reference, &f, PART, PART)->status, STATUS(OK));
    Triage__V1__Reply *r = send_part(w, HOME, reference, &f, 2 * PART, PART);
    assert_int_equal(r->status, STATUS(BUSY));
    assert_true(r->retry_after_ms > 1000);
    world_pass(w, r->retry_after_ms);
    assert_int_equal(send_part(w, HOME, reference, &f, 2 * PART, PART)->status, STATUS(OK));
}

static void a_full_disk_takes_no_part_and_loses_none(void **state)
{
    struct world *w = world_of(state);
    struct a_file const f = PDF();
    char const *reference = reported(w, &f);
    assert_int_equal(send_part(w, HOME, reference, &f, 0, PART)->status, STATUS(OK));
    ledger_memory_space(w->ledger, 1000);
    world_pass(w, 5000);
    world_run(w);
    assert_int_equal(send_part(w, HOME, reference, &f, PART, PART)->status, STATUS(BUSY));
    ledger_memory_space(w->ledger, INT64_C(1) << 40);
    world_pass(w, 5000);
    world_run(w);
    assert_int_equal(send_rest(w, reference, &f)->attach->file->state, FILE_STATE(NOT_SCANNED));
}

static void erasing_a_case_forgets_its_files(void **state)
{
    struct world *w = world_of(state);
    struct a_file const f = JPEG();
    char const *reference = reported(w, &f);
    (void)send_rest(w, reference, &f);
    (void)world_close(w, 500);
    assert_int_equal(fetched(w, reference, 1, 0, false)->status, STATUS(OK)); // closed
    assert_int_equal(world_erase(w, reference), STATUS(OK));
    for (int restart = 0; restart < 2; restart++) {
        assert_int_equal(looked(w, reference)->look->n_files, 0);
        assert_int_equal(fetched(w, reference, 1, 0, false)->status, STATUS(NOT_FOUND));
        assert_problem(send_part(w, HOME, reference, &f, 0, f.len), "attach.digest", "not_named");
        world_reopen(w);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    static struct CMUnitTest const tests[] = {
        TEST(a_file_comes_in_parts_and_is_read_as_it_was),
        TEST(what_was_received_outlives_a_restart),
        TEST(a_part_sent_again_changes_nothing_and_a_gap_is_told),
        TEST(nonsense_is_told_by_field_and_nothing_is_kept),
        TEST(bytes_of_another_digest_are_thrown_away_and_a_third_time_refused),
        TEST(nobody_else_can_tell_that_the_case_is_there),
        TEST(what_cannot_be_taken_is_asked_and_the_concern_goes_on),
        TEST(more_files_are_named_by_what_is_added),
        TEST(parts_have_a_quota_of_their_own),
        TEST(a_full_disk_takes_no_part_and_loses_none),
        TEST(erasing_a_case_forgets_its_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
