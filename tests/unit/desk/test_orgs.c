// Several concerns that point at one service: a record for a manager, of which its sender hears
// nothing.
#include "plain_policy.h"
#include "world.h"

#include <stdio.h>

#define CARER  TRIAGE__V1__SOURCE_CATEGORY__SOURCE_CATEGORY_PAID_CARER
#define FAMILY TRIAGE__V1__SOURCE_CATEGORY__SOURCE_CATEGORY_FAMILY
#define ACT(w) TRIAGE__V1__ORG_ACT__ORG_ACT_##w

static unsigned next_key;

static struct held told(struct world *w, enum who who, struct concern_of c)
{
    static char name[32];
    struct held h = {0};
    next_key++;
    (void)snprintf(name, sizeof name, "Invented Person %u", next_key);
    if (!c.name) c.name = name;
    if (!c.danger) c.danger = DANGER_NO;
    Triage__V1__Reply *r = world_ask(w, who, ask_submit(next_key, &c));
    assert_int_equal(r->submit->receipts[0]->status, STATUS(OK));
    (void)snprintf(h.reference, sizeof h.reference, "%s",
                   r->submit->receipts[0]->adults[0]->reference);
    world_pass(w, MINUTE_MS);
    world_run(w);
    return h;
}

static Triage__V1__OrgsReply *orgs(struct world *w, const char *reference)
{
    Triage__V1__Reply *r = NULL;
    ASK(r, w, MASH_DESK, NULL, 0, ORGS, orgs, Orgs, ORGS, q.reference = TEXT(reference));
    assert_int_equal(r->status, STATUS(OK));
    return r->orgs;
}

static struct held first_org(struct world *w)
{
    struct held h = {0};
    Triage__V1__OrgsReply *o = orgs(w, "");
    assert_true(o->n_orgs > 0);
    (void)snprintf(h.reference, sizeof h.reference, "%s", o->orgs[0]->headline->reference);
    h.version = o->orgs[0]->headline->version;
    return h;
}

static Triage__V1__Reply *act(struct world *w, struct held *h, Triage__V1__OrgAct what,
                              const char *org, unsigned id)
{
    Triage__V1__Reply *r = NULL;
    h->version = world_ask(w, AUDITOR_KEY, ask_status(h->reference))->case_->case_->version;
    ASK(r, w, MANAGER_KEY, "mo", id, ORG, org, Org, ORG, q.hold = hold_of(h), q.act = what,
        q.review_ms = w->now.utc_ms + 7 * DAY_MS, q.reason = TEXT("as the list says"),
        q.org = TEXT(org));
    return r;
}

static Triage__V1__Headline *headline(struct world *w, const struct held *h)
{
    Triage__V1__Reply *r = NULL;
    ASK(r, w, AUDITOR_KEY, NULL, 900, LINKS, links, Links, LINKS, q.reference = TEXT(h->reference));
    assert_int_equal(r->status, STATUS(OK));
    return r->links->case_;
}

// --- When it fires. ---

static void three_in_four_weeks_open_one_record_and_no_second(void **state)
{
    struct world *w = world_of(state);
    for (int i = 0; i < 2; i++) (void)told(w, HOME, (struct concern_of){.source = CARER});
    assert_int_equal(orgs(w, "")->n_orgs, 0);
    (void)told(w, OTHER_HOME, (struct concern_of){.source = CARER}); // another place
    (void)told(w, HOME, (struct concern_of){.source = FAMILY});      // not about the service
    (void)told(w, POLICE, (struct concern_of){.source = CARER});     // where it was is not said
    assert_int_equal(orgs(w, "")->n_orgs, 0);
    (void)told(w, HOME, (struct concern_of){.source = CARER});
    for (int i = 0; i < 4; i++) (void)told(w, HOME, (struct concern_of){.source = CARER});
    Triage__V1__OrgsReply *o = orgs(w, "");
    assert_int_equal(o->n_orgs, 1);
    assert_string_equal(o->orgs[0]->rule, "concerns_in_28_days");
    assert_string_equal(o->orgs[0]->key, "place");
    assert_string_equal(o->orgs[0]->place, "1-100");
    assert_int_equal(o->orgs[0]->n_concerns, 7); // those before it and those after
    assert_true(o->orgs[0]->review_ms > w->now.utc_ms);
    world_reopen(w); // after a restart too
    (void)told(w, HOME, (struct concern_of){.source = CARER});
    o = orgs(w, "");
    assert_int_equal(o->n_orgs, 1);
    assert_int_equal(o->orgs[0]->n_concerns, 8);
}

static void it_fires_once_for_a_key_and_its_window(void **state)
{
    struct world *w = world_of(state);
    for (int i = 0; i < 3; i++) (void)told(w, HOME, (struct concern_of){.source = CARER});
    struct held org = first_org(w);
    assert_int_equal(act(w, &org, ACT(CLOSE), "", 1)->status, STATUS(OK));
    for (int day = 0; day < 20; day++) {
        world_pass(w, DAY_MS);
        world_run(w);
    }
    world_reopen(w);
    (void)told(w, HOME, (struct concern_of){.source = CARER});
    assert_int_equal(orgs(w, "")->n_orgs, 0); // four in 28 days, and one record for them
    for (int day = 0; day < 27; day++) {
        world_pass(w, DAY_MS);
        world_run(w);
    }
    for (int i = 0; i < 2; i++) (void)told(w, HOME, (struct concern_of){.source = CARER});
    assert_int_equal(orgs(w, "")->n_orgs, 1); // three, none of which the first one counted
}

static void two_adults_with_one_alleged_person_fire_and_a_name_alone_does_not(void **state)
{
    struct world *w = world_of(state);
    struct concern_of c = {.source = CARER, .source_name = "Invented Carer", .name = "First Adult"};
    (void)told(w, HOME, c);
    (void)told(w, HOME, c); // the same adult again
    c.name = "Second Adult";
    (void)told(w, OTHER_HOME, c); // the same name, elsewhere
    assert_int_equal(orgs(w, "")->n_orgs, 0);
    c.source_name = "INVENTED  carer";
    (void)told(w, HOME, c);
    bool seen = false;
    Triage__V1__OrgsReply *o = orgs(w, "");
    for (size_t i = 0; i < o->n_orgs; i++)
        seen = seen || strcmp(o->orgs[i]->rule, "adults_with_the_same_source") == 0;
    assert_true(seen);
}

static void two_reds_fire_at_once(void **state)
{
    struct world *w = world_of(state);
    for (int i = 0; i < 2; i++)
        (void)told(w, HOME, (struct concern_of){.source = CARER, .danger = DANGER_YES});
    assert_string_equal(orgs(w, "")->orgs[0]->rule, "reds_in_90_days");
    assert_int_equal(orgs(w, "")->orgs[0]->headline->colour, TRIAGE__V1__COLOUR__COLOUR_RED);
}

static void falls_at_one_place_are_a_theme(void **state)
{
    struct world *w = world_of(state);
    for (int i = 0; i < 2; i++) (void)told(w, HOME, (struct concern_of){.fall = true});
    assert_string_equal(orgs(w, "")->orgs[0]->key, "theme_at_a_place");
}

// --- No tip-off. ---

static void whoever_sent_them_hears_nothing_of_it(void **state)
{
    struct world *w = world_of(state);
    (void)world_ask(w, HOME, ask_follow_notices(0, 1000));
    struct held h[4];
    for (int i = 0; i < 3; i++) h[i] = told(w, HOME, (struct concern_of){.source = CARER});
    struct held org = first_org(w);
    Triage__V1__Reply *r = world_ask(w, HOME, ask_status(org.reference));
    assert_int_equal(r->status, STATUS(NOT_FOUND)); // as any reference that is none
    assert_int_equal(act(w, &org, ACT(SCOPE), "", 1)->status, STATUS(OK));
    world_pass(w, MINUTE_MS);
    world_run(w);
    h[3] = told(w, HOME, (struct concern_of){.source = CARER});
    for (int i = 0; i < 4; i++) {
        r = world_ask(w, HOME, ask_status(h[i].reference));
        assert_int_equal(r->case_->case_->colour, TRIAGE__V1__COLOUR__COLOUR_GREEN);
        assert_int_equal(headline(w, &h[i])->colour, TRIAGE__V1__COLOUR__COLOUR_AMBER);
        assert_string_equal(headline(w, &h[i])->org, org.reference);
    }
    unsigned notices = 0;
    for (size_t i = 0; i < w->n_sent; i++) {
        Triage__V1__Reply const *s = w->sent[i].reply;
        if (w->sent[i].peer != w->peers[HOME].id || s->body_case != TRIAGE__V1__REPLY__BODY_NOTICES)
            continue;
        for (size_t k = 0; k < s->notices->n_notices; k++, notices++)
            assert_string_equal(s->notices->notices[k]->code, "screened");
    }
    assert_int_equal(notices, 4);
}

// --- What a manager does. ---

static void it_is_scoped_routed_and_closed_when_its_concerns_are_apart(void **state)
{
    struct world *w = world_of(state);
    struct held h[3];
    for (int i = 0; i < 3; i++) h[i] = told(w, HOME, (struct concern_of){.source = CARER});
    struct held org = first_org(w);
    assert_int_equal(act(w, &org, ACT(SCOPE), "", 1)->status, STATUS(OK));
    assert_int_equal(act(w, &org, ACT(LARGE_SCALE), "", 2)->status, STATUS(OK));
    assert_string_equal(orgs(w, org.reference)->orgs[0]->owner, "mo");
    world_pass(w, MINUTE_MS);
    world_run(w);
    assert_int_equal(act(w, &org, ACT(CLOSE), "", 3)->status, STATUS(CONFLICT));
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(act(w, &h[i], ACT(DETACH), "", 10 + i)->status, STATUS(OK));
    assert_int_equal(act(w, &h[0], ACT(ATTACH), org.reference, 20)->status, STATUS(OK));
    assert_int_equal(act(w, &org, ACT(CLOSE), "", 21)->status, STATUS(CONFLICT));
    assert_int_equal(act(w, &h[0], ACT(DETACH), "", 22)->status, STATUS(OK));
    assert_int_equal(act(w, &org, ACT(CLOSE), "", 23)->status, STATUS(OK));
    assert_int_equal(orgs(w, "")->n_orgs, 0);
    assert_int_equal(orgs(w, org.reference)->n_orgs, 1); // from the disk
}

static void an_owner_who_leaves_gives_it_back(void **state)
{
    struct world *w = world_of(state);
    for (int i = 0; i < 3; i++) (void)told(w, HOME, (struct concern_of){.source = CARER});
    struct held org = first_org(w);
    assert_int_equal(act(w, &org, ACT(SCOPE), "", 1)->status, STATUS(OK));
    for (size_t i = 0; i < w->registry.n_workers; i++)
        if (strcmp(w->workers[i].id, "mo") == 0) w->workers[i].active = false;
    world_set(w);
    world_run(w);
    assert_string_equal(orgs(w, "")->orgs[0]->owner, "");
}

static void a_concern_about_a_service_without_a_named_adult_is_such_a_record(void **state)
{
    struct world *w = world_of(state);
    (void)world_ask(w, HOME, ask_follow_notices(0, 1000));
    struct concern_of const c = {.nobody = true,
                                 .harm = TRIAGE__V1__HARM_TYPE__HARM_TYPE_ORGANISATIONAL};
    struct held h = told(w, HOME, c);
    Triage__V1__OrgsReply *o = orgs(w, "");
    assert_int_equal(o->n_orgs, 1);
    assert_string_equal(o->orgs[0]->headline->reference, h.reference);
    Triage__V1__Reply *r = world_ask(w, HOME, ask_status(h.reference));
    assert_int_equal(r->status, STATUS(OK)); // its own referrer may ask after it
    r = world_ask(w, MASH_DESK, ask_claim_next("mash", 5, "ada", 1));
    assert_int_equal(r->claim->n_claimed, 0);
    struct concern_of red = c;
    red.danger = DANGER_YES;
    (void)told(w, OTHER_HOME, red); // danger waits where somebody looks within the hour
    r = world_ask(w, MASH_DESK, ask_claim_next("mash", 5, "ada", 2));
    assert_int_equal(r->claim->n_claimed, 1);
}

static int setup(void **state)
{
    int const e = world_setup(state);
    plain_policy_counts_services();
    return e;
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(three_in_four_weeks_open_one_record_and_no_second),
        T(it_fires_once_for_a_key_and_its_window),
        T(two_adults_with_one_alleged_person_fire_and_a_name_alone_does_not),
        T(two_reds_fire_at_once),
        T(falls_at_one_place_are_a_theme),
        T(whoever_sent_them_hears_nothing_of_it),
        T(it_is_scoped_routed_and_closed_when_its_concerns_are_apart),
        T(an_owner_who_leaves_gives_it_back),
        T(a_concern_about_a_service_without_a_named_adult_is_such_a_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
