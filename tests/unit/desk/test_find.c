// Searches and reports: what they show to whom, what is kept of them, and that they hold up nobody.
#include "inside.h"
#include "report.h"
#include "world.h"

#include <stdio.h>

static char reference[16];

static void submitted(struct world *w, unsigned key, const char *name, const char *nhs_number)
{
    struct concern_of const c = {.name = name, .nhs_number = nhs_number, .danger = DANGER_NO};
    Triage__V1__Reply *r = world_ask(w, HOME, ask_submit(key, &c));
    assert_int_equal(r->submit->receipts[0]->status, STATUS(OK));
    (void)snprintf(reference, sizeof reference, "%s", r->submit->receipts[0]->adults[0]->reference);
}

static Triage__V1__Reply *found(struct world *w, enum who who, const char *worker, const char *name)
{
    Triage__V1__Reply *r = NULL;
    ASK(r, w, who, worker, 0, FIND, find, Find, FIND, q.name = TEXT(name),
        q.reason = TEXT("a call"));
    return r;
}

static void a_name_is_found_as_it_sounds_before_and_after_a_start(void **state)
{
    struct world *w = world_of(state);
    submitted(w, 1, "Olive Smyth", NULL);
    submitted(w, 2, "Oliver Schmidt", "9990000018");
    submitted(w, 3, "Mohamed Hussein", NULL);
    for (int round = 0; round < 2; round++) {
        Triage__V1__Reply *r = found(w, MASH_DESK, "ada", "smith");
        assert_int_equal(r->status, STATUS(OK));
        assert_int_equal(r->find->n_found, 2);
        assert_string_equal(r->find->found[0]->name, "Olive Smyth"); // the nearer spelling
        r = found(w, MASH_DESK, "ada", "olive SMYTH");
        assert_string_equal(r->find->found[0]->match, "same_name");
        r = found(w, MASH_DESK, "ada", "Muhammad Husain");
        assert_int_equal(r->find->n_found, 1);
        ASK(r, w, MASH_DESK, "ada", 0, FIND, find, Find, FIND, q.nhs_number = TEXT("999 000 0018"),
            q.reason = TEXT("a call"));
        assert_int_equal(r->find->n_found, 1);
        assert_string_equal(r->find->found[0]->name, "Oliver Schmidt");
        assert_int_equal(found(w, MASH_DESK, "ada", "Patel")->find->n_found, 0);
        world_reopen(w);
        for (int who = 0; who < WHO_COUNT; who++) world_connect(w, (enum who)who);
    }
}

static void of_a_restricted_case_only_that_it_exists_is_shown(void **state)
{
    struct world *w = world_of(state);
    submitted(w, 1, "Olive Smyth", NULL);
    book_case(w->desk->book, 1)->flags |= CASE_RESTRICTED;
    Triage__V1__Found *f = found(w, MASH_DESK, "ada", "smith")->find->found[0];
    assert_true(f->restricted);
    assert_string_equal(f->headline->reference, reference);
    assert_string_equal(f->name, "");
    assert_string_equal(f->date_of_birth, "");
    assert_string_equal(f->headline->provider, "");
    assert_int_equal(f->headline->state, 0);
    assert_int_equal(f->headline->received_ms, 0);
    f = found(w, MANAGER_KEY, "mo", "smith")->find->found[0];
    assert_string_equal(f->name, "Olive Smyth");
    assert_int_equal(found(w, NORTH_DESK, "nia", "smith")->find->n_found, 0); // not theirs to know
    book_case(w->desk->book, 1)->flags &= ~CASE_RESTRICTED;
}

static void a_search_says_who_and_why_or_is_refused(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Reply *r = found(w, MASH_DESK, NULL, "smith");
    assert_int_equal(r->status, STATUS(FORBIDDEN));
    assert_string_equal(r->problems[0]->field, "worker");
    ASK(r, w, MASH_DESK, "ada", 0, FIND, find, Find, FIND, q.name = TEXT("smith"));
    assert_string_equal(r->problems[0]->field, "find.reason");
    ASK(r, w, MASH_DESK, "ada", 0, FIND, find, Find, FIND, q.reason = TEXT("a call"));
    assert_string_equal(r->problems[0]->field, "find.name");
    ASK(r, w, MASH_DESK, "ada", 0, FIND, find, Find, FIND, q.nhs_number = TEXT("9990000019"),
        q.reason = TEXT("a call"));
    assert_string_equal(r->problems[0]->field, "find.nhs_number");
    assert_int_equal(found(w, MASH_DESK, "ada", " - ")->status, STATUS(INVALID));
    assert_int_equal(found(w, HOME, NULL, "smith")->status, STATUS(FORBIDDEN));
}

struct searches {
    unsigned n, named;
    char text[512], worker[ID_MAX];
};

static enum err kept_record(void *ctx, const struct ledger_record *r)
{
    struct searches *k = ctx;
    struct event e;
    if (r->entity != ENTITY_AREA || wire_header_decode(r->header, &e, NULL) != OK) return OK;
    if (e.kind != EVENT_SEARCHED) return OK;
    k->n++;
    id_copy(k->worker, e.worker);
    memcpy(k->text, r->body.data, r->body.len < sizeof k->text ? r->body.len : sizeof k->text - 1);
    if (memmem(r->body.data, r->body.len, "smyth", 5)) k->named++;
    return OK;
}

static void what_is_kept_is_who_and_why_and_what_was_shown_not_whom(void **state)
{
    struct world *w = world_of(state);
    struct searches k = {0};
    char why[200] = "";
    submitted(w, 1, "Olive Smyth", NULL);
    (void)found(w, MASH_DESK, "ada", "smyth");
    assert_int_equal(ledger_scan_records(w->ledger, 1, true, kept_record, &k, why, sizeof why), OK);
    assert_int_equal(k.n, 1);
    assert_int_equal(k.named, 0);
    assert_string_equal(k.worker, "ada");
    assert_non_null(memmem(k.text, sizeof k.text, reference, strlen(reference)));
    assert_non_null(memmem(k.text, sizeof k.text, "a call", 6));
}

static void who_leaves_before_the_answer_leaves_nothing_behind(void **state)
{
    struct world *w = world_of(state);
    for (unsigned i = 1; i <= 40; i++) submitted(w, i, "Olive Smyth", NULL);
    world_reopen(w); // nothing is in memory any more
    for (int who = 0; who < WHO_COUNT; who++) world_connect(w, (enum who)who);
    for (int round = 0; round < 30; round++) {
        Triage__V1__FindRequest find = TRIAGE__V1__FIND_REQUEST__INIT;
        Triage__V1__ReportRequest report = TRIAGE__V1__REPORT_REQUEST__INIT;
        find.name = TEXT("smith");
        find.reason = TEXT("a call");
        Triage__V1__Request *q = ask_blank(round % 2 ? "ada" : NULL, 0);
        q->body_case =
            round % 2 ? TRIAGE__V1__REQUEST__BODY_FIND : TRIAGE__V1__REQUEST__BODY_REPORT;
        if (round % 2)
            q->find = &find;
        else
            q->report = &report;
        enum who const who = round % 2 ? MASH_DESK : MANAGER_KEY;
        (void)world_send(w, who, q);
        if (round % 3) (void)desk_turn(w->desk, w->now);
        desk_peer_gone(w->desk, w->peers[who].id);
        if (round % 5) world_run(w);
        world_connect(w, who);
    }
    world_run(w);
    assert_int_equal(w->desk->n_pending, 0);
    assert_false(report_made(w->desk));
    Triage__V1__Reply *r = found(w, MASH_DESK, "ada", "smith");
    assert_int_equal(r->find->n_found, 20);
    assert_true(r->find->more);
}

static void what_was_erased_is_found_no_more(void **state)
{
    struct world *w = world_of(state);
    (void)world_submit(w, HOME, 1, DANGER_NO); // about an Invented Person
    struct held h = world_close(w, 1);
    assert_int_equal(found(w, MASH_DESK, "ada", "Invented")->find->n_found, 1); // closed, yet found
    assert_int_equal(world_erase(w, h.reference), STATUS(OK));
    for (int restart = 0; restart < 2; restart++) {
        assert_int_equal(w->desk->marks[1], 0);
        assert_int_equal(found(w, MASH_DESK, "ada", "Invented")->find->n_found, 0);
        world_reopen(w);
        for (int who = 0; who < WHO_COUNT; who++) world_connect(w, (enum who)who);
    }
}

static void as_many_search_at_once_as_may_and_the_next_is_told_to_wait(void **state)
{
    struct world *w = world_of(state);
    uint64_t ids[12];
    unsigned ok = 0, busy = 0;
    for (unsigned i = 1; i <= 40; i++) submitted(w, i, "Olive Smyth", NULL);
    world_reopen(w);
    for (int who = 0; who < WHO_COUNT; who++) world_connect(w, (enum who)who);
    for (size_t i = 0; i < 12; i++) {
        Triage__V1__FindRequest find = TRIAGE__V1__FIND_REQUEST__INIT;
        find.name = TEXT("smith");
        find.reason = TEXT("a call");
        Triage__V1__Request *q = ask_blank("ada", 0);
        q->body_case = TRIAGE__V1__REQUEST__BODY_FIND;
        q->find = &find;
        ids[i] = world_send(w, MASH_DESK, q);
    }
    world_run(w);
    for (size_t i = 0; i < 12; i++) {
        Triage__V1__Reply *r = world_reply(w, MASH_DESK, ids[i]);
        assert_non_null(r);
        ok += r->status == STATUS(OK);
        busy += r->status == STATUS(BUSY);
    }
    assert_int_equal(ok, 8);
    assert_int_equal(busy, 4);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    struct CMUnitTest const tests[] = {
        T(a_name_is_found_as_it_sounds_before_and_after_a_start),
        T(of_a_restricted_case_only_that_it_exists_is_shown),
        T(a_search_says_who_and_why_or_is_refused),
        T(what_is_kept_is_who_and_why_and_what_was_shown_not_whom),
        T(who_leaves_before_the_answer_leaves_nothing_behind),
        T(what_was_erased_is_found_no_more),
        T(as_many_search_at_once_as_may_and_the_next_is_told_to_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
