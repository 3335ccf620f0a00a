// One case from its first record to its last, as the auditor is told it: only lawful steps, one
// owner at a time, decided once, by two where two are needed, every step with its notice, no clock
// late.
#include "oracle_in.h"

#include <stdio.h>
#include <string.h>

#define HOUR_MS   INT64_C(3600000)
#define DAY_MS    (24 * HOUR_MS)
#define LATE_MS   (5 * INT64_C(60000)) // beyond the machine's own idleness
#define STORY_MAX 256

// --- Reading it. ---

struct reading {
    struct oracle *o;
    struct seen_case *c;
    const Triage__V1__TimelineEntry *e, *before;
    char holder[32], proposer[32];
    char asked_two[32]; // who proposed last while nobody had it
    char decider[32], second[32], finisher[32];
    Triage__V1__Kind kind; // by now
    unsigned agencies;     // answers of theirs
    unsigned n_rung;       // managers who agreed by telephone so far
    bool rung, lapsed;     // agreed by telephone and not confirmed; its day came
    unsigned claims, decisions, added;
    size_t notices, held_since; // entry of the last claim
    bool plain_lease;           // nothing has moved its end
};

static void broken(const struct reading *r, const char *what)
{
    oracle_brokenf(r->o, "%s, record %llu (%s): %s", r->c->reference, (unsigned long long)r->e->seq,
                   r->e->event, what);
}

static void read_notices(struct reading *r, const struct step *s)
{
    Triage__V1__TimelineEntry const *e = r->e;
    bool const given = e->n_notices > 0;
    if (s && s->notice && s->notice[0] == 0 && given) broken(r, "it owes no notice");
    if (s && s->notice && s->notice[0]) {
        if (!given || strcmp(e->notices[0], s->notice) != 0) broken(r, "its notice is missing");
    }
    for (size_t i = 0; i < e->n_notices; i++, r->notices++) {
        if (r->notices >= r->c->n_notices) continue; // Counted at the end, when all have come.
        char const *heard = r->c->notices[r->notices].code;
        bool const veiled = strcmp(heard, "neutral") == 0 || strcmp(heard, "erased") == 0;
        if (!veiled && strcmp(heard, e->notices[i]) != 0)
            broken(r, "its referrer heard another notice");
    }
}

static void read_actor(const struct reading *r, const struct step *s)
{
    bool const nobody = r->e->actor[0] == 0;
    enum who const referrer = r->c->referrer;
    if (nobody && !(s->flags & CLOCK)) broken(r, "nobody did it");
    if (!(s->flags & REFERS)) return;
    bool const own = strcmp(r->e->actor, KEYS[referrer].id) == 0 ||
                     (referrer == HOME_C && strcmp(r->e->actor, KEYS[VENDOR].id) == 0);
    if (!own) broken(r, "someone else spoke for its referrer");
}

static void read_withdrawn(const struct reading *r)
{
    struct oracle const *o = r->o;
    for (size_t i = 0; i < o->n_withdrawn; i++) {
        struct withdrawn const *w = &o->withdrawn[i];
        if (strcmp(r->e->actor, KEYS[w->who].id) != 0) continue;
        if (r->e->at_ms > w->from_ms && r->e->at_ms < w->to_ms)
            broken(r, "its key was withdrawn, and it was served");
    }
}

static void read_colour(const struct reading *r, const struct step *s)
{
    if (r->e->colour > r->before->colour && !(s->flags & RAISES)) broken(r, "the colour rose");
    if (r->e->colour < r->before->colour && !(s->flags & LOWERS)) broken(r, "the colour fell");
}

// --- Who has it. ---

static const struct claim *claim_told(const struct reading *r)
{
    for (size_t i = 0; i < r->c->n_claims; i++)
        if (r->c->claims[i].token == r->claims) return &r->c->claims[i];
    return NULL;
}

static void lease_ends(struct reading *r)
{
    r->holder[0] = r->proposer[0] = 0;
}

static void read_claim(struct reading *r)
{
    struct claim const *last = claim_told(r);
    // After its end, a lease is there to be taken before time has noted that it lapsed.
    if (r->holder[0] && last && r->plain_lease && r->e->at_ms < last->until_ms)
        broken(r, "it was taken while somebody had it");
    r->claims++;
    (void)snprintf(r->holder, sizeof r->holder, "%s", r->e->worker);
    r->plain_lease = true;
    struct claim const *told = claim_told(r);
    if (told && strcmp(WORKERS[told->worker].id, r->e->worker) != 0)
        broken(r, "two workers were told that they have it");
}

static void read_expiry(struct reading *r)
{
    struct claim const *told = claim_told(r);
    if (r->holder[0] == 0) broken(r, "a lease ended that nobody had");
    if (told && r->plain_lease) {
        int64_t const late_ms = r->e->at_ms - told->until_ms;
        int64_t const excused_ms = oracle_excused_ms(r->o, told->until_ms, r->e->at_ms);
        if (late_ms - excused_ms > LATE_MS) broken(r, "a lease ran on beyond its end");
    }
    lease_ends(r);
}

// Returned or lapsed, it comes back to its place: unless somebody rated it, its score never falls.
static void read_scores(const struct reading *r, const Triage__V1__CaseReport *report)
{
    struct claim const *last = NULL;
    for (size_t i = 0; i < report->n_timeline; i++)
        if (strcmp(report->timeline[i]->event, "rerated") == 0) return;
    for (uint64_t token = 1; token <= r->claims; token++) {
        for (size_t i = 0; i < r->c->n_claims; i++) {
            struct claim const *c = &r->c->claims[i];
            if (c->token != token) continue;
            if (last && c->colour == last->colour && c->score < last->score)
                oracle_brokenf(r->o, "%s lost its place: its score fell", r->c->reference);
            last = c;
        }
    }
}

// Whoever has it at the end has it by right.
static void read_lease_over(const struct reading *r, int64_t now_ms)
{
    struct claim const *told = claim_told(r);
    if (!r->holder[0] || !told || !r->plain_lease) return;
    if (now_ms - told->until_ms - oracle_excused_ms(r->o, told->until_ms, now_ms) > LATE_MS)
        broken(r, "a lease never ended");
}

// The duty worker at night, to whom a manager agreed by telephone: that manager is the second.
static const char *read_telephone(struct reading *r)
{
    if (r->n_rung >= r->c->n_rung || london_office(r->e->at_ms)) return r->e->worker;
    r->rung = true;
    return WORKERS[r->c->rung[r->n_rung++]].id;
}

// The police, health and social care speak first, for so long; danger now waits for nobody.
static void read_panel(const struct reading *r)
{
    struct promise const *p = r->c->concern >= 0 ? &r->o->promises[r->c->concern] : NULL;
    bool const red = r->before->colour == TRIAGE__V1__COLOUR__COLOUR_RED;
    int64_t const waited_ms = p ? r->e->at_ms - p->received_ms : 0;
    if (!p || r->kind != TRIAGE__V1__KIND__KIND_DOMESTIC_ABUSE_NOTIFICATION) return;
    if (p->truth.danger == TRIAGE__V1__ANSWER__ANSWER_YES || (red && r->e->state == 5)) return;
    if (r->agencies < 3 && waited_ms < (red ? 2 : 8) * HOUR_MS && !r->o->stepped)
        broken(r, "it was decided before the agencies had spoken");
}

static void read_decision(struct reading *r)
{
    bool const enquiry = r->before->state == 10;
    char const *second = r->e->worker;
    if (r->proposer[0] && strcmp(r->proposer, second) == 0) second = read_telephone(r);
    if (r->proposer[0]) {
        if (strcmp(r->proposer, second) == 0) broken(r, "one person decided as two");
    } else if (!enquiry && strcmp(r->holder, r->e->worker) != 0) {
        broken(r, "someone decided who did not have it");
    }
    read_panel(r);
    if (++r->decisions > 1 && !enquiry) broken(r, "it was decided twice");
    (void)snprintf(r->second, sizeof r->second, "%s", r->proposer[0] ? second : "");
    (void)snprintf(r->decider, sizeof r->decider, "%s",
                   r->proposer[0] ? r->proposer : r->e->worker);
    lease_ends(r);
}

// Those that take two people, or another than the one who decided.
static void read_two(struct reading *r)
{
    char const *event = r->e->event, *worker = r->e->worker;
    bool const voided = strcmp(event, "voided") == 0;
    if (voided && (r->asked_two[0] == 0 || strcmp(r->asked_two, worker) == 0))
        broken(r, "one person made it void");
    if (strcmp(event, "proposed") == 0 && r->e->state != 4)
        (void)snprintf(r->asked_two, sizeof r->asked_two, "%s", worker);
    if (strcmp(event, "challenge_decided") != 0) return;
    if (strcmp(worker, r->decider) == 0 || strcmp(worker, r->second) == 0)
        broken(r, "who decided answered the challenge");
}

// By whoever has it, and never a red.
static void read_put_off(struct reading *r)
{
    if (strcmp(r->holder, r->e->worker) != 0) broken(r, "someone put it off who did not have it");
    if (r->before->colour == TRIAGE__V1__COLOUR__COLOUR_RED) broken(r, "a red was put off");
    lease_ends(r);
}

// Its day came, or, of a transition, it has waited for 90.
static void read_lapsed(struct reading *r)
{
    struct promise const *p = r->c->concern >= 0 ? &r->o->promises[r->c->concern] : NULL;
    bool const waits = r->kind == TRIAGE__V1__KIND__KIND_TRANSITION_REFERRAL;
    r->lapsed = true;
    if (r->e->colour != TRIAGE__V1__COLOUR__COLOUR_RED)
        broken(r, "its day came, and it is not red");
    if (!p || r->e->at_ms >= p->decide_by_ms[r->c->adult]) return;
    if (!waits || r->e->at_ms < p->received_ms + 90 * DAY_MS) broken(r, "its day had not come");
}

// What is no concern ends in its own words, and becomes one when somebody finds harm in it.
static void read_kind(struct reading *r, const struct step *s)
{
    char const *event = r->e->event;
    bool const log = r->kind == TRIAGE__V1__KIND__KIND_LOW_LEVEL_LOG;
    if (!step_is_for(s, r->kind)) broken(r, "this is not for its kind");
    r->agencies += strcmp(event, "agency_answered") == 0;
    if (strcmp(event, "lapsed") == 0) read_lapsed(r);
    if (strcmp(event, "finished") == 0)
        (void)snprintf(r->finisher, sizeof r->finisher, "%s", r->e->worker);
    if (strcmp(event, "settled") == 0 && r->before->state == 8 &&
        strcmp(r->finisher, r->e->worker) == 0)
        broken(r, "who assessed it settled it");
    if (strcmp(event, "made_concern") != 0 && !(log && strcmp(event, "reopened") == 0)) return;
    r->kind = TRIAGE__V1__KIND__KIND_SAFEGUARDING_CONCERN;
    if (r->e->colour < TRIAGE__V1__COLOUR__COLOUR_AMBER)
        broken(r, "harm was found, and it is green");
}

// What one manager agreed to by telephone is final once that manager has said so in the record.
static void read_rung(struct reading *r)
{
    char const *event = r->e->event;
    bool const confirms = strcmp(event, "second_confirmed") == 0;
    if (strcmp(event, "safe_tonight") == 0 && london_office(r->e->at_ms))
        broken(r, "it was made safe for the night by day");
    if (confirms && strcmp(r->second, r->e->worker) != 0)
        broken(r, "another than who was rung confirmed it");
    if (strcmp(event, "closed") == 0 && r->rung)
        broken(r, "it became final on a telephone call alone");
    if (confirms || r->e->state == 3) r->rung = false;
}

static void read_lease(struct reading *r)
{
    char const *event = r->e->event;
    if (strcmp(event, "claimed") == 0) read_claim(r);
    if (strcmp(event, "returned") == 0) lease_ends(r);
    if (strcmp(event, "put_off") == 0) read_put_off(r);
    if (strcmp(event, "lease_expired") == 0) read_expiry(r);
    if (strcmp(event, "decided") == 0) read_decision(r);
    if (strcmp(event, "proposed") == 0) {
        if (strcmp(r->holder, r->e->worker) != 0 && r->before->state == 4 && r->holder[0])
            broken(r, "someone proposed who did not have it");
        (void)snprintf(r->proposer, sizeof r->proposer, "%s", r->e->worker);
    }
    if (strcmp(event, "rerated") == 0 || strcmp(event, "proposal_refused") == 0) {
        if (r->proposer[0] && strcmp(r->proposer, r->e->worker) == 0)
            broken(r, "one person answered their own proposal");
        r->proposer[0] = 0;
    }
    if (strcmp(event, "extended") == 0 || strncmp(event, "propos", 6) == 0 ||
        strcmp(event, "rerated") == 0)
        r->plain_lease = false;
    if (strcmp(event, "supplemented") == 0) r->added++;
    if (r->e->state != 4) lease_ends(r);
    if (r->e->state == 3) r->decisions = 0;
}

// --- The beginning and the end. ---

static void read_first(struct reading *r)
{
    struct promise const *p = r->c->concern >= 0 ? &r->o->promises[r->c->concern] : NULL;
    Triage__V1__TimelineEntry const *e = r->e;
    bool const log = r->kind == TRIAGE__V1__KIND__KIND_LOW_LEVEL_LOG; // closed as it comes
    if (strcmp(e->event, "received") != 0 || e->state != (log ? 12 : 3))
        broken(r, "a case begins otherwise");
    read_notices(r, &(struct step){.notice = "screened"});
    if (!p) return;
    if (e->at_ms != p->received_ms) broken(r, "it came in at another time than was receipted");
    if (strcmp(e->actor, KEYS[p->truth.sender].id) != 0) broken(r, "someone else sent it");
    unsigned least, most;
    oracle_concerns_28(r->o, p, r->c->adult, &least, &most);
    // Two packs may have been in force while it was on its way: between the extremes.
    Triage__V1__Colour low = 9, high = 0;
    for (unsigned pack = 0; pack < 2; pack++) {
        if (!(p->packs & (1u << pack))) continue;
        Triage__V1__Colour const a = twin_rate(pack, &p->truth, r->c->adult, (int)least);
        Triage__V1__Colour const b = twin_rate(pack, &p->truth, r->c->adult, (int)most);
        if (a < low) low = a;
        if (b > high) high = b;
    }
    if (e->colour < low || e->colour > high) broken(r, "its colour is not what the tables give");
}

// A red waits a day and its referrer hears of it.
static void read_holding(const struct reading *r, const Triage__V1__CaseReport *report,
                         int64_t now_ms)
{
    int64_t const from_ms = report->timeline[0]->at_ms, due_ms = from_ms + 24 * HOUR_MS;
    if (report->timeline[0]->colour != TRIAGE__V1__COLOUR__COLOUR_RED) return;
    if (report->timeline[0]->state != 3) return; // recorded, and nothing to wait for
    for (size_t i = 1; i < report->n_timeline; i++) {
        Triage__V1__TimelineEntry const *e = report->timeline[i];
        bool const waits = e->state == 3 || e->state == 4;
        if (strcmp(e->event, "holding") == 0) return;
        if (waits && e->colour == TRIAGE__V1__COLOUR__COLOUR_RED && e->at_ms < due_ms) continue;
        now_ms = e->at_ms < now_ms ? e->at_ms : now_ms;
        break;
    }
    if (now_ms - due_ms - oracle_excused_ms(r->o, due_ms, now_ms) > LATE_MS)
        oracle_brokenf(r->o, "%s was red for a day, and nobody told its referrer", r->c->reference);
}

// 3 queued, 4 in triage, 7 assessed, 8 checked: the council has it.
static bool state_lapses(unsigned state)
{
    return state == 3 || state == 4 || state == 7 || state == 8;
}

// The day that law or a birthday sets passed while the council had it, and nobody was alarmed.
static void read_lapse(const struct reading *r, const Triage__V1__CaseReport *report,
                       int64_t now_ms)
{
    struct promise const *p = r->c->concern >= 0 ? &r->o->promises[r->c->concern] : NULL;
    bool const dated = r->kind == TRIAGE__V1__KIND__KIND_DOLS_REQUEST ||
                       r->kind == TRIAGE__V1__KIND__KIND_TRANSITION_REFERRAL;
    if (!p || !dated || r->lapsed || !state_lapses(r->before->state)) return;
    int64_t due_ms = p->decide_by_ms[r->c->adult];
    for (size_t i = 1; i < report->n_timeline; i++)
        if (report->timeline[i]->at_ms > due_ms && !state_lapses(report->timeline[i - 1]->state))
            due_ms = report->timeline[i]->at_ms; // it was elsewhere on that day, and came back
    if (now_ms - due_ms - oracle_excused_ms(r->o, due_ms, now_ms) > LATE_MS)
        oracle_brokenf(r->o, "the day of %s has passed, and nobody was alarmed", r->c->reference);
}

static void read_done(const struct reading *r, const Triage__V1__CaseReport *report)
{
    unsigned written[WORKER_COUNT] = {0};
    for (size_t i = 1; i < report->n_timeline; i++)
        for (unsigned w = 0; w < WORKER_COUNT; w++)
            if (strcmp(report->timeline[i]->worker, WORKERS[w].id) == 0 &&
                strcmp(report->timeline[i]->event, "looked") != 0)
                written[w]++;
    for (unsigned w = 0; w < WORKER_COUNT; w++)
        if (r->c->done[w] > written[w])
            oracle_brokenf(r->o, "%s: %s was told of %u commands, %u are in the record",
                           r->c->reference, WORKERS[w].id, r->c->done[w], written[w]);
    if (r->added < r->c->added_known)
        oracle_brokenf(r->o, "%s: a supplement was acknowledged and is gone", r->c->reference);
    if (r->added > r->c->added)
        oracle_brokenf(r->o, "%s: a supplement was taken twice", r->c->reference);
    for (size_t i = 0; i < r->c->n_claims; i++)
        if (r->c->claims[i].token > r->claims)
            oracle_brokenf(r->o, "%s: a lease was given that is not in the record",
                           r->c->reference);
}

static void read_entry(struct reading *r)
{
    Triage__V1__TimelineEntry const *e = r->e;
    struct step const *s = step_find(e->event, r->before->state, e->state);
    if (e->seq <= r->before->seq) broken(r, "records are out of order");
    if (!s && !step_known(e->event)) { // A command that is newer than this table.
        (void)snprintf(r->o->unknown_events, sizeof r->o->unknown_events, "%s", e->event);
        read_notices(r, NULL);
        if (e->state != 4) lease_ends(r);
        return;
    }
    if (!s) {
        broken(r, "this step leads nowhere lawful");
        return;
    }
    read_actor(r, s);
    read_colour(r, s);
    read_kind(r, s);
    read_lease(r);
    read_rung(r);
    read_two(r);
    read_notices(r, s);
}

void oracle_story(struct oracle *o, const Triage__V1__CaseReport *report, const char *reference)
{
    struct seen_case *c = oracle_find(o, reference);
    struct reading r = {.o = o, .c = c, .kind = TRIAGE__V1__KIND__KIND_SAFEGUARDING_CONCERN};
    if (!c || report->n_timeline == 0) {
        oracle_brokenf(o, "%s has no story", reference);
        return;
    }
    if (c->concern >= 0) r.kind = twin_kind(&o->promises[c->concern].truth, c->adult);
    c->told = true;
    c->state = report->headline->state;
    c->follows = report->headline->follows[0] != 0;
    if (report->n_timeline == STORY_MAX) return; // Older records are not told.
    for (size_t i = 0; i < report->n_timeline; i++) {
        r.e = report->timeline[i];
        read_withdrawn(&r);
        if (i == 0)
            read_first(&r);
        else
            read_entry(&r);
        r.before = r.e;
    }
    if (r.notices < c->n_notices)
        oracle_brokenf(o, "%s: %zu notices were heard, %zu are in the record", reference,
                       c->n_notices, r.notices);
    c->n_story = r.notices;
    read_holding(&r, report, sim_utc_ms(o->sim));
    read_done(&r, report);
    read_scores(&r, report);
    read_lease_over(&r, sim_utc_ms(o->sim));
    read_lapse(&r, report, sim_utc_ms(o->sim));
    if (r.before->state != report->headline->state)
        oracle_brokenf(o, "%s: its state is not what its records say", reference);
}

void oracle_claimed(struct oracle *o, unsigned worker, const Triage__V1__Claimed *c)
{
    struct seen_case *k = oracle_find(o, c->headline->reference);
    if (!k) {
        for (int who = 0; who <= STRANGER && !k; who++)
            if (strcmp(KEYS[who].id, c->headline->provider) == 0)
                k = oracle_case_of(o, c->headline->reference, (enum who)who);
        if (!k) return;
    }
    for (size_t i = 0; i < k->n_claims; i++) {
        if (k->claims[i].token != c->token) continue;
        if (k->claims[i].worker != worker)
            oracle_brokenf(o, "%s: two workers hold one token", k->reference);
        return;
    }
    if (k->n_claims < CLAIMS_MAX)
        k->claims[k->n_claims++] =
            (struct claim){worker, c->token, c->until_ms, c->headline->colour, c->headline->score};
    struct promise const *p = k->concern >= 0 ? &o->promises[k->concern] : NULL;
    uint8_t digest[32];
    if (!p || c->concern.len == 0) return;
    house_digest(c->concern.data, c->concern.len, digest);
    if (memcmp(digest, p->truth.digest, 32) != 0)
        oracle_brokenf(o, "%s: the desk reads other words than were sent", k->reference);
}

void oracle_done(struct oracle *o, unsigned worker, const char *reference, bool quiet)
{
    struct seen_case *c = oracle_find(o, reference);
    if (c && !quiet) c->done[worker]++;
}

// Colour, then score, then the one that came in first.
static bool queue_ordered(const Triage__V1__Headline *a, const Triage__V1__Headline *b)
{
    if (a->colour != b->colour) return a->colour > b->colour;
    if (a->score != b->score) return a->score > b->score;
    return a->received_ms <= b->received_ms;
}

void oracle_queue(struct oracle *o, const char *team, Triage__V1__Headline *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct seen_case *c = oracle_find(o, list[i]->reference);
        struct promise const *p = c && c->concern >= 0 ? &o->promises[c->concern] : NULL;
        if (c) c->queued++;
        if (p && list[i]->received_ms != p->received_ms)
            oracle_brokenf(o, "%s lost its place: it came in earlier", list[i]->reference);
        if (i > 0 && !queue_ordered(list[i - 1], list[i]))
            oracle_brokenf(o, "the queue of %s is out of order at %s", team, list[i]->reference);
    }
}

// Everything was told: nothing may be missing now.
void oracle_finish(struct oracle *o)
{
    for (size_t i = 0; i < o->n_cases; i++) {
        struct seen_case const *c = &o->cases[i];
        if (!c->told) oracle_brokenf(o, "%s has no story", c->reference);
        if (c->n_story > c->n_notices && c->referrer != STRANGER)
            oracle_brokenf(o, "%s: a notice in the record never came", c->reference);
        bool const waits = !c->follows && (c->state == 3 || c->state == 6); // queued, or offered
        if (c->told && c->queued != waits)
            oracle_brokenf(o, "%s is in state %d, and stands in %u queues", c->reference,
                           (int)c->state, c->queued);
    }
    for (size_t i = 0; i < o->n_promises; i++)
        if (!o->promises[i].receipted) oracle_broken(o, "a concern was never receipted");
}
