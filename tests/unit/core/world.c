#include "world.h"

#include "errand_moves.h"

#include <stdlib.h>

const char *const WHO_ASKS_NAMES[WHO_ASKS_COUNT] = {
    "clock",
    "referrer",
    "other-provider",
    "mash-worker",
    "mash-worker-2",
    "mash-manager",
    "mash-manager-2",
    "duty-worker",
    "community-worker",
    "community-manager",
    "other-team-worker",
    "left-worker",
    "unnamed-desk",
    "auditor",
    "operator",
    "partner",
};

struct calendar world_calendar;
struct clocks world_clocks;
struct rules world_rules;

static struct principal principals[16];
static struct worker workers[16];
static uint32_t by_key[16];
static struct registry registry;

static int order_principal(const void *a, const void *b)
{
    return strcmp(((const struct principal *)a)->id, ((const struct principal *)b)->id);
}

static int order_worker(const void *a, const void *b)
{
    return strcmp(((const struct worker *)a)->id, ((const struct worker *)b)->id);
}

static void add_principal(const char *id, enum role role, const char *worker, const char *team)
{
    struct principal *p = &principals[registry.n_principals];
    *p = (struct principal){.role = role, .active = true};
    id_copy(p->id, id);
    id_copy(p->worker, worker);
    memset(p->key, (int)(200 - registry.n_principals), sizeof(p->key)); // not in the order of ids
    if (team[0]) id_copy(p->teams[p->n_teams++], team);
    registry.n_principals++;
}

static void add_worker(const char *id, enum grade grade, const char *team)
{
    struct worker *w = &workers[registry.n_workers++];
    *w = (struct worker){.grade = grade, .active = true};
    id_copy(w->id, id);
    if (team[0]) id_copy(w->teams[w->n_teams++], team);
}

static int order_key(const void *a, const void *b)
{
    return memcmp(principals[*(const uint32_t *)a].key, principals[*(const uint32_t *)b].key,
                  KEY_BYTES);
}

static bool team_known(const void *ctx, const char *team)
{
    static const char *const teams[] = {"mash", "night", "north", "south"};
    (void)ctx;
    for (size_t i = 0; i < sizeof(teams) / sizeof(teams[0]); i++) {
        if (strcmp(teams[i], team) == 0) return true;
    }
    return false;
}

static void world_people(void)
{
    registry = (struct registry){
        .generation = 1, .principals = principals, .workers = workers, .by_key = by_key};
    add_principal("home-a", ROLE_PROVIDER, "", "");
    add_principal("home-a-office", ROLE_PROVIDER, "", ""); // its second address
    add_principal("home-b", ROLE_PROVIDER, "", "");
    add_principal("desk-mash", ROLE_TEAM, "", "mash");
    add_principal("desk-mash-2", ROLE_TEAM, "", "mash");
    add_principal("desk-night", ROLE_TEAM, "", "night");
    add_principal("desk-north", ROLE_TEAM, "", "north");
    add_principal("desk-south", ROLE_TEAM, "", "south");
    add_principal("key-mary", ROLE_MANAGER, "mary", "mash");
    add_principal("portal", ROLE_PORTAL, "", "mash");
    add_principal("audit", ROLE_AUDITOR, "", "mash");
    add_principal("surgery", ROLE_PARTNER, "", "");
    add_principal("ops", ROLE_OPERATOR, "", "mash");
    add_worker("ana", GRADE_MASH_WORKER, "mash");
    add_worker("ben", GRADE_MASH_WORKER, "mash");
    add_worker("mary", GRADE_MASH_MANAGER, "mash");
    add_worker("max", GRADE_MASH_MANAGER, "mash");
    add_worker("nora", GRADE_OUT_OF_HOURS, "night");
    add_worker("cora", GRADE_COMMUNITY_WORKER, "north");
    add_worker("carl", GRADE_COMMUNITY_MANAGER, "north");
    add_worker("sue", GRADE_COMMUNITY_WORKER, "south");
    add_worker("gone", GRADE_MASH_WORKER, "mash");
    qsort(principals, registry.n_principals, sizeof(principals[0]), order_principal);
    qsort(workers, registry.n_workers, sizeof(workers[0]), order_worker);
    id_copy(world_principal("home-a")->second_address, "home-a-office");
    for (uint32_t i = 0; i < registry.n_principals; i++) by_key[i] = i;
    qsort(by_key, registry.n_principals, sizeof(by_key[0]), order_key);
    world_worker("gone")->active = false;
}

static void clock_set(struct span *by_colour, struct span red, int amber_days, int green_days)
{
    by_colour[COLOUR_RED] = red;
    by_colour[COLOUR_AMBER] = (struct span){SPAN_WORKING_DAYS, amber_days};
    by_colour[COLOUR_GREEN] = (struct span){SPAN_WORKING_DAYS, green_days};
}

static struct span hours(int64_t n)
{
    return (struct span){SPAN_CALENDAR_MS, n * HOUR_MS};
}

void world_make(void)
{
    struct clocks *k = &world_clocks;
    world_calendar = (struct calendar){
        .open_minute = 540, .close_minute = 1020, .cutoff_minute = 780, .working_days = 0x1f};
    clock_set(k->first_look, hours(1), 0, 1);
    clock_set(k->decide, hours(4), 1, 2);
    clock_set(k->information, hours(4), 2, 5);
    clock_set(k->allocate, hours(8), 2, 5);
    clock_set(k->reassess, hours(4), 5, 10);
    clock_set(k->holding, hours(24), 5, 10);
    clock_set(k->lease, hours(1), 0, 1);
    clock_set(k->offer, hours(2), 1, 2);
    clock_set(k->enquiry, hours(28 * 24), 20, 20);
    clock_set(k->review, hours(48), 5, 5);
    clock_set(k->accept, hours(4), 1, 2);
    clock_set(k->challenge, hours(14 * 24), 10, 10);
    clock_set(k->second_person, hours(2), 1, 1);
    clock_set(k->told, hours(4), 1, 2);
    clock_set(k->second_address, hours(2), 0, 1);
    clock_set(k->challenge_review, hours(8), 5, 5);
    clock_set(k->tell_adult, hours(24), 2, 5);
    world_people();
    world_rules = (struct rules){.clocks = k,
                                 .calendar = &world_calendar,
                                 .registry = &registry,
                                 .mash = "mash",
                                 .out_of_hours = "night",
                                 .team_known = team_known};
}

struct principal *world_principal(const char *id)
{
    for (size_t i = 0; i < registry.n_principals; i++) {
        if (strcmp(principals[i].id, id) == 0) return &principals[i];
    }
    return NULL;
}

struct worker *world_worker(const char *id)
{
    for (size_t i = 0; i < registry.n_workers; i++) {
        if (strcmp(workers[i].id, id) == 0) return &workers[i];
    }
    return NULL;
}

struct actor world_actor(enum who_asks who)
{
    static const struct {
        const char *principal, *worker;
    } as[WHO_ASKS_COUNT] = {
        [THE_CLOCK] = {NULL, NULL},          [THE_REFERRER] = {"home-a", NULL},
        [OTHER_PROVIDER] = {"home-b", NULL}, [ANA] = {"desk-mash", "ana"},
        [BEN] = {"desk-mash-2", "ben"},      [MARY] = {"key-mary", "mary"},
        [MAX] = {"desk-mash", "max"},        [NORA] = {"desk-night", "nora"},
        [CORA] = {"desk-north", "cora"},     [CARL] = {"desk-north", "carl"},
        [SUE] = {"desk-south", "sue"},       [GONE] = {"desk-mash", "gone"},
        [NOBODY] = {"desk-mash", NULL},      [AUDITOR] = {"audit", NULL},
        [OPERATOR] = {"ops", NULL},          [PARTNER] = {"surgery", NULL},
    };
    struct actor a = {0};
    if (as[who].principal) a.principal = world_principal(as[who].principal);
    if (as[who].worker) a.worker = world_worker(as[who].worker);
    a.proven = who == MARY;
    return a;
}

struct now world_now(int64_t utc_ms)
{
    return (struct now){.utc_ms = utc_ms, .mono_ms = utc_ms - WORLD_NOW_MS};
}

uint64_t world_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

int32_t world_limbs(enum answer a, enum answer b, enum answer c)
{
    enum answer const limb[3] = {a, b, c};
    return limbs_pack(limb);
}

struct casefile world_case(uint64_t no, enum colour colour, struct now now)
{
    struct casefile f;
    struct reception const in = {.no = no,
                                 .kind = 1,
                                 .colour = colour,
                                 .score = 10,
                                 .tier = TIER_DUTY_MET,
                                 .referrer = "home-a",
                                 .team = "mash",
                                 .suggested_team = "north",
                                 .incident_cases = 1,
                                 .submission_key = no * 7919,
                                 .adult_hash = no * 104729,
                                 .place_hash = 77,
                                 .policy = 5};
    casefile_receive(&world_rules, &in, now, &f);
    return f;
}

// Another open case about the same adult, for what is linked.
static const struct casefile *world_other(const struct casefile *f)
{
    static struct casefile other;
    other = world_case(2, COLOUR_AMBER, world_now(WORLD_NOW_MS));
    other.adult_hash = f->adult_hash;
    return &other;
}

struct command world_command(enum command_kind kind, enum who_asks who, const struct casefile *f)
{
    return (struct command){
        .kind = kind,
        .actor = world_actor(who),
        .fingerprint = 1,
        .token = (uint64_t)f->lease_token,
        .outcome = OUTCOME_MET,
        .limbs = world_limbs(ANSWER_YES, ANSWER_YES, ANSWER_YES),
        .agree = true,
        .not_met_reason = 3,
        .forward_to = 5,
        .relationship = 1,
        .relationship_ms = f->received_ms,
        .has_relationship_source = true,
        .source_in_team = ANSWER_NO,
        .risk = 1,
        .achieved = 1,
        .capacity = ANSWER_YES,
        .substantial_difficulty = ANSWER_NO,
        .colour = COLOUR_RED,
        .lead = "ana",
        .team = "",
        .has_reason = true,
        .has_tell = true,
        .has_safety = true,
        .has_wishes = true,
        .has_findings = true,
        .has_advocate = true,
        .has_safety_plan = true,
        .has_adult_told = true,
        .has_forward_name = true,
        .has_because = {true, true, true},
        .has_spoke_to = true,
        .has_tell_adult = true,
        .has_signpost = true,
        .cursor = (uint64_t)f->decision_cursor,
        .other = world_other(f),
        .who = kind == COMMAND_ASSIGN_CHALLENGE                    ? "max"
               : kind == COMMAND_REASSIGN || kind == COMMAND_OFFER ? ""
                                                                   : "surgery",
        .asked = 3,
        .answered = kind == COMMAND_ANSWER ? 1 : 0,
        .due_ms = f->state_since_ms + 100 * DAY_MS,
        .verdict = 1,
        .adult_seen = ANSWER_YES,
        .has_scope = true,
        .has_purpose = true,
        .has_terms = true,
        .has_source_reason = true,
        .has_police_agree = true,
        .has_answer = true,
        .has_evidence = true,
        .has_risk_now = true,
        .coercion = ANSWER_NO,
        .others_at_risk = ANSWER_NO,
        .has_death_review = true,
        .police_answer = true,
        .police_hold = kind == COMMAND_MARK,
        .no_adult_at_risk = true,
        .completion = {.action_taken = ANSWER_YES},
        .review_ms =
            kind == COMMAND_PUT_OFF ? f->state_since_ms + DAY_MS : WORLD_NOW_MS + 365 * DAY_MS,
        .agency = 1,
        .has_until = true,
        .until_day = (int32_t)(WORLD_NOW_MS / DAY_MS) + 100,
        .has_representative = true,
        .hold_answer = true,
        .legal_hold = (f->flags & CASE_LEGAL_HOLD) == 0,
        .order = 7,
        .on_request = true,
    };
}

#define KEPT 1024
void world_keep(struct casefile *after)
{
    static struct errand kept[KEPT][ERRANDS_MAX];
    static size_t n;
    struct errand *mine = kept[n++ % KEPT];
    if (after->n_errands == 0) return;
    memcpy(mine, after->errands, after->n_errands * sizeof(*mine));
    after->errands = mine;
}

void world_errand(struct casefile *f, enum command_kind command, struct now now)
{
    const struct errand_move *m = errand_move_of(command);
    static struct errand errands[ERRANDS_MAX];
    int state = 0;
    if (m == NULL && command != COMMAND_SECOND) return;
    while (m != NULL && ((m->from >> state) & 1) == 0) state++;
    errands[0] = (struct errand){.number = 40,
                                 .kind = m ? (int32_t)m->kind : ERRAND_PROPOSAL,
                                 .state = m ? state : ERRAND_OPEN,
                                 .made_ms = now.utc_ms,
                                 .due_ms = now.utc_ms + HOUR_MS,
                                 .next_ms = now.utc_ms + HOUR_MS,
                                 .asked = 3,
                                 .about = COMMAND_VOID};
    id_copy(errands[0].by, "ana");
    id_copy(errands[0].who, errands[0].kind == ERRAND_CHALLENGE  ? "max"
                            : errands[0].kind == ERRAND_PROPOSAL ? "desk-mash"
                                                                 : "surgery");
    f->errands = errands;
    f->n_errands = 1;
}

static struct casefile step(struct casefile f, struct command c, struct now now)
{
    struct casefile after;
    struct command_result out;
    enum err const e = command_apply(&world_rules, &f, &c, now, &after, &out);
    if (e != OK) print_message("%s: %s\n", command_word(c.kind), out.refusal);
    assert_int_equal(e, OK);
    if (out.event == EVENT_DECIDED) after.decision_cursor = 2;
    world_keep(&after);
    return after;
}

static struct casefile decided(enum outcome outcome, struct now now)
{
    struct casefile f = world_case(1, COLOUR_GREEN, now);
    f = step(f, world_command(COMMAND_CLAIM, ANA, &f), now);
    struct command c = world_command(COMMAND_DECIDE, ANA, &f);
    c.outcome = outcome;
    if (outcome != OUTCOME_MET) c.limbs = world_limbs(ANSWER_YES, ANSWER_YES, ANSWER_NO);
    return step(f, c, now);
}

static struct casefile on(struct casefile f, enum command_kind kind, enum who_asks who,
                          const char *team, struct now now)
{
    struct command c = world_command(kind, who, &f);
    c.team = team;
    return step(f, c, now);
}

struct casefile world_case_in(enum state state, struct now now)
{
    struct casefile f = world_case(1, COLOUR_GREEN, now);
    switch (state) {
    case STATE_IN_TRIAGE: return on(f, COMMAND_CLAIM, ANA, "", now);
    case STATE_DECIDED_MET: return decided(OUTCOME_MET, now);
    case STATE_DECIDED_NOT_MET: return decided(OUTCOME_NOT_MET, now);
    case STATE_OTHER_ENQUIRY: return decided(OUTCOME_OTHER, now);
    case STATE_FORWARDED: return decided(OUTCOME_FORWARD, now);
    case STATE_HANDOVER_OFFERED:
        return on(decided(OUTCOME_MET, now), COMMAND_OFFER, ANA, "north", now);
    case STATE_ENQUIRY: return on(decided(OUTCOME_MET, now), COMMAND_ALLOCATE, ANA, "", now);
    case STATE_ENQUIRY_REVIEW:
        return on(world_case_in(STATE_ENQUIRY, now), COMMAND_FINISH, ANA, "", now);
    case STATE_CLOSED:
        f = on(world_case_in(STATE_ENQUIRY_REVIEW, now), COMMAND_CONFIRM_BY_PHONE, ANA, "", now);
        return on(f, COMMAND_SIGN_OFF, MARY, "", now);
    default: f.state = (int32_t)state; return f;
    }
}
