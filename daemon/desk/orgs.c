#include "orgs.h"

#include "board.h"
#include "pending.h"
#include "reply.h"
#include "room.h"
#include "words.h"

#include <stdio.h>

#define COUNTED_DAYS 90
#define SWEEP_MAX    1024u // case numbers looked at in one turn
#define SHOWN_MAX    256u
#define CHILDREN_MAX 1024u
#define WEIGHT_LOG   1u
#define WEIGHT_HARM  2u // a concern, or a log of something that did harm
#define THEME_MIX    0x9e3779b97f4a7c15u

// --- What a case counts under. ---

struct org_keys {
    size_t n;
    struct {
        enum org_key key;
        uint64_t hash; // of the thing itself
    } at[ORG_KEYS];
};

static void keys_add(struct org_keys *k, enum org_key key, uint64_t hash)
{
    if (hash == 0) return;
    k->at[k->n].key = key;
    k->at[k->n++].hash = hash;
}

// Only what a provider tells of its own service can be placed; a hospital that reports what
// happened elsewhere is not the service that it is about.
static struct org_keys keys_of(struct desk *d, const struct casefile *f)
{
    struct org_keys k = {0};
    struct principal const *p = registry_principal(d->registry, f->referrer);
    struct facts const facts = facts_recall(&f->facts);
    enum org_theme const theme = org_theme(&facts);
    if (!p || p->role != ROLE_PROVIDER || !org_about_service(&facts)) return k;
    if (f->flags & CASE_ERASED) return k;
    if (f->kind != KIND_ORGANISATION && !kind_counts(f->kind)) return k;
    keys_add(&k, ORG_KEY_PLACE, (uint64_t)f->place_hash);
    if (p->n_places > 1 && p->provider_id[0])
        keys_add(&k, ORG_KEY_GROUP,
                 wire_identity_hash(&d->keys, "provider", bytes_text(p->provider_id)));
    keys_add(&k, ORG_KEY_SOURCE, (uint64_t)f->source_hash);
    if (theme != THEME_NONE && f->place_hash)
        keys_add(&k, ORG_KEY_THEME, (uint64_t)f->place_hash ^ (uint64_t)theme * THEME_MIX);
    return k;
}

static bool is_log(const struct casefile *f)
{
    return f->kind == KIND_LOG;
}

static unsigned weight_of(const struct casefile *f)
{
    int32_t const harm = fact_kept(&f->facts, FACT_HARM_ACTUAL);
    bool const none = harm == FACT_UNKNOWN || harm == fact_code_from(FACT_HARM_ACTUAL, "none");
    return is_log(f) && none ? WEIGHT_LOG : WEIGHT_HARM;
}

// --- Counting. ---

static enum err sight_times(struct desk *d, enum sighting kind, uint64_t key,
                            const struct casefile *f, unsigned times)
{
    enum err e = OK;
    while (times-- > 0 && !e) e = book_sighting_add(d->book, kind, key, f->no, f->received_ms);
    return e;
}

// In the time that counts, and of that in the last four weeks.
static struct window_counts sighted(struct desk *d, enum sighting kind, uint64_t key, int64_t at_ms)
{
    static const struct windows windows = {2, {COUNTED_DAYS, 28}};
    return book_sightings(d->book, kind, key, &windows, at_ms, 0);
}

// An adult counts once for a key, however often they are told of.
static enum err sight_adult(struct desk *d, uint64_t key, const struct casefile *f)
{
    uint64_t const adult = (uint64_t)f->adult_hash ? (uint64_t)f->adult_hash : f->no;
    uint64_t const pair = key ^ adult * THEME_MIX;
    if (sighted(d, SIGHTING_ORG_ADULT, pair, f->received_ms).in[0]) return OK;
    enum err const e = sight_times(d, SIGHTING_ORG_ADULT, pair, f, 1);
    return e ? e : sight_times(d, SIGHTING_ORG, key, f, 1);
}

static enum err sight_key(struct desk *d, enum org_key kind, uint64_t key, const struct casefile *f)
{
    enum err e;
    if (kind == ORG_KEY_SOURCE) return sight_adult(d, key, f);
    if (kind == ORG_KEY_THEME) return sight_times(d, SIGHTING_ORG_WEIGHT, key, f, weight_of(f));
    if (is_log(f)) return sight_times(d, SIGHTING_ORG_LOGS, key, f, weight_of(f));
    e = sight_times(d, SIGHTING_ORG, key, f, 1);
    if (!e && f->colour_first == COLOUR_RED) e = sight_times(d, SIGHTING_ORG_RED, key, f, 1);
    return e;
}

enum err orgs_sight(struct desk *d, const struct casefile *f)
{
    enum err e = OK;
    if (f->received_ms < d->now.utc_ms - COUNTED_DAYS * DAY_MS) return OK;
    struct org_keys const k = keys_of(d, f);
    for (size_t i = 0; i < k.n && !e; i++)
        e = sight_key(d, k.at[i].key, org_key_hash(k.at[i].key, k.at[i].hash), f);
    return e;
}

static struct org_counts counts_of(struct desk *d, enum org_key kind, uint64_t key)
{
    int64_t const now_ms = d->now.utc_ms;
    struct org_counts c = {0};
    if (kind == ORG_KEY_THEME) {
        c.weight_28_days = sighted(d, SIGHTING_ORG_WEIGHT, key, now_ms).in[1];
        return c;
    }
    struct window_counts const n = sighted(d, SIGHTING_ORG, key, now_ms);
    c.in_90_days = n.in[0];
    c.adults_90_days = n.in[0]; // of a person as source they are counted by adult
    if (kind == ORG_KEY_SOURCE) return c;
    c.in_28_days = n.in[1];
    c.reds_90_days = sighted(d, SIGHTING_ORG_RED, key, now_ms).in[0];
    c.logs_28_days = sighted(d, SIGHTING_ORG_LOGS, key, now_ms).in[1];
    return c;
}

// Only what the council knows itself: a service could otherwise make itself large.
static unsigned people_at(const struct desk *d, const char *place)
{
    for (size_t i = 0; i < d->info->n_services; i++)
        if (strcmp(d->info->services[i].place, place) == 0)
            return (unsigned)d->info->services[i].people;
    return 0;
}

static unsigned people_of(struct desk *d, enum org_key kind, const struct casefile *f)
{
    struct principal const *p = registry_principal(d->registry, f->referrer);
    unsigned people = 0;
    if (kind != ORG_KEY_GROUP || !p) return people_at(d, f->place);
    for (size_t i = 0; i < p->n_places; i++) people += people_at(d, p->places[i]);
    return people;
}

// --- Opening. ---

static struct casefile *org_of(struct desk *d, const struct casefile *f)
{
    struct casefile *watched = NULL;
    if (!book_orgs_open(d->book)) return NULL;
    struct org_keys const k = keys_of(d, f);
    for (size_t i = 0; i < k.n; i++) {
        struct casefile *org = book_org(d->book, org_key_hash(k.at[i].key, k.at[i].hash));
        if (org && org_scoped(org)) return org; // what a person opened goes first
        if (org && !watched) watched = org;
    }
    return watched;
}

void orgs_join(struct desk *d, struct casefile *f)
{
    struct casefile const *org = org_of(d, f);
    if (!org || state_is_org(f->state) || !casefile_open(f)) return;
    f->org = (int32_t)org->no;
    if (!org_scoped(org)) return;
    f->flags |= CASE_ORG_LINKED;
    if (f->colour < COLOUR_AMBER) f->colour = COLOUR_AMBER;
}

bool orgs_reviewed(struct desk *d, const struct casefile *f)
{
    struct casefile const *org = org_of(d, f);
    return org && org_scoped(org);
}

// In danger it waits where somebody looks within the hour; a manager gets the record beside it.
void orgs_told(struct desk *d, struct casefile *f)
{
    static const enum org_key key = ORG_KEY_PLACE;
    int32_t const types = fact_kept(&f->facts, FACT_HARM_TYPES);
    int32_t const service = fact_code_from(FACT_SOURCE_CATEGORY, "service");
    int const organisational = fact_code_from(FACT_HARM_TYPES, "organisational");
    bool const about = fact_kept(&f->facts, FACT_SOURCE_CATEGORY) == service ||
                       (types != FACT_UNKNOWN && organisational >= 0 &&
                        (types & (int32_t)(1u << (unsigned)organisational)) != 0);
    if (f->kind != KIND_CONCERN) return;
    if (!(f->flags & CASE_SUBJECT_UNKNOWN) || f->adult_hash != 0 || !about) return;
    if (f->colour == COLOUR_RED || (f->flags & CASE_DANGER)) return;
    org_open(&d->rules, &d->info->organisations, f, key, ORG_RULE_TOLD, d->now);
}

static const char *org_text(struct desk *d, enum org_key key, const struct org_fired *fired,
                            const struct casefile *f)
{
    char number[16];
    char *const last = pb_reference(d, &d->scratch, f->no);
    struct words w;
    words_init(&w, &d->scratch, 256);
    words_add(&w, org_rule_word(fired->rule));
    words_add(&w, ": ");
    (void)snprintf(number, sizeof number, "%u", fired->count);
    words_add(&w, number);
    words_add(&w, ", by ");
    words_add(&w, org_key_word(key));
    words_add(&w, "; the last: ");
    words_add(&w, last);
    return words_end(&w, &d->scratch);
}

static void org_keep(struct desk *d, const struct casefile *f, enum org_key key, uint64_t hash,
                     const struct org_fired *fired)
{
    struct draft draft;
    struct casefile org = {.no = ++book_area(d->book)->cases};
    unsigned const most = 1u << 20;
    facts_kept_clear(&org.facts);
    org.place_hash = (int64_t)hash;
    org.colour = fired->rule == ORG_RULE_REDS ? COLOUR_RED : COLOUR_AMBER;
    org_open(&d->rules, &d->info->organisations, &org, key, fired->rule, d->now);
    org.org_why = ORG_WHY(key, fired->rule, fired->count < most ? fired->count : most);
    id_copy(org.place, f->place);
    draft_init(d, &draft, EVENT_ORG_OPENED);
    draft.after = &org;
    draft.body.text = pb_text(org_text(d, key, fired, f));
    (void)turn_add(d, &draft);
    d->port->count(d->port->ctx, METRIC_ORGS_OPENED, org_rule_word(fired->rule), 1);
    orgs_changed(d);
}

// A concern may count for several records; each of them lists it, though it belongs to one.
static void tie_to_all(struct desk *d, const struct casefile *f)
{
    if (!book_orgs_open(d->book) || f->org == ORG_DETACHED) return;
    struct org_keys const k = keys_of(d, f);
    for (size_t i = 0; i < k.n; i++) {
        struct casefile *org = book_org(d->book, org_key_hash(k.at[i].key, k.at[i].hash));
        if (org && org->no != f->no) book_child_tie(d->book, org->no, f->no);
    }
}

// A full book opens no more; whoever runs it has heard of that before.
static bool org_room(struct desk *d)
{
    struct desk_limits const *l = &d->settings.limits;
    return book_cases(d->book) < (size_t)l->cases_open_max &&
           book_area(d->book)->cases < (uint64_t)l->cases_total_max;
}

// Once for a key and window: while a record is open nothing more opens, nor again for what the last
// one counted.
void orgs_fire(struct desk *d, const struct casefile *f, unsigned *left)
{
    struct org_keys const k = keys_of(d, f);
    for (size_t i = 0; i<k.n && * left> 0; i++) {
        enum org_key const kind = k.at[i].key;
        uint64_t const key = org_key_hash(kind, k.at[i].hash);
        struct org_counts const c = counts_of(d, kind, key);
        struct org_fired const fired =
            org_judge(&d->info->organisations, kind, &c, people_of(d, kind, f));
        if (fired.rule == ORG_RULE_NONE || book_org(d->book, key) || !org_room(d)) continue;
        if (book_orgs_fired(d->book, key, fired.days, d->now.utc_ms)) continue;
        org_keep(d, f, kind, k.at[i].hash, &fired);
        (*left)--;
    }
}

// --- Its concerns. ---

unsigned orgs_children_open(const void *desk, uint64_t no)
{
    struct desk const *d = desk;
    struct pages_at at = {0};
    unsigned n = 0;
    uint64_t child;
    while ((child = book_child_next(d->book, no, &at)) != 0) {
        struct casefile const *f = book_case(d->book, child);
        n += f != NULL && (uint64_t)f->org == no;
    }
    return n;
}

void orgs_changed(struct desk *d)
{
    if (!book_orgs_open(d->book)) return;
    uint64_t const first = book_first_since(d->book, d->now.utc_ms - COUNTED_DAYS * DAY_MS);
    d->upkeep.org_no = first ? first : 1;
}

// The command that time owes this case: none when it is where it belongs.
static enum command_kind sweep_command(struct desk *d, const struct casefile *f,
                                       const struct casefile **org)
{
    *org = f->org > 0 ? book_case(d->book, (uint64_t)f->org) : NULL;
    if (f->org == ORG_DETACHED || (f->flags & CASE_ORG_LINKED)) return COMMAND_NONE;
    if (*org && org_scoped(*org)) return COMMAND_ORG_MARK;
    *org = org_of(d, f);
    return *org && (*org)->no != (uint64_t)f->org ? COMMAND_ORG_ATTACH : COMMAND_NONE;
}

static bool sweep_case(struct desk *d, const struct casefile *f)
{
    struct work w = {.reference = "", .area = "", .text = ""};
    struct casefile after;
    struct command_result result;
    enum err e = OK;
    if (state_is_org(f->state)) return true;
    w.command = (struct command){.lead = "", .team = ""};
    w.command.kind = sweep_command(d, f, &w.command.other);
    if (w.command.kind != COMMAND_NONE) {
        if (!room_for_work(d, f, 0)) return false;
        (void)work_apply(d, &w, f, &after, &result, &e);
    }
    tie_to_all(d, f);
    return true;
}

bool orgs_sweep(struct desk *d)
{
    uint64_t const last = book_area(d->book)->cases;
    for (unsigned n = 0; n < SWEEP_MAX && d->upkeep.org_no && !turn_full(d); n++) {
        struct casefile const *f = book_case(d->book, d->upkeep.org_no);
        arena_reset(&d->request);
        arena_release(&d->scratch, 0);
        if (f && !sweep_case(d, f)) return true;
        d->upkeep.org_no = d->upkeep.org_no < last ? d->upkeep.org_no + 1 : 0;
    }
    return d->upkeep.org_no != 0;
}

// --- Looked at. ---

static Triage__V1__OrgRecord *org_make(struct desk *d, const struct casefile *org)
{
    Triage__V1__OrgRecord *r = pb_new(&d->request, &triage__v1__org_record__descriptor);
    struct pages_at at = {0};
    uint64_t child;
    r->headline = headline_make(d, org);
    r->key = pb_text(org_key_word(ORG_WHY_KEY(org->org_why)));
    r->rule = pb_text(org_rule_word(ORG_WHY_RULE(org->org_why)));
    r->count = (uint32_t)ORG_WHY_COUNT(org->org_why);
    r->place = pb_copy(&d->request, org->place);
    r->owner = pb_copy(&d->request, org->lead);
    r->review_ms = org->deadline_ms;
    r->overdue = org->deadline_ms && org->deadline_ms < d->now.utc_ms && casefile_open(org);
    r->concerns = pb_list(&d->request, CHILDREN_MAX);
    r->closed = pb_list(&d->request, CHILDREN_MAX);
    while ((child = book_child_next(d->book, org->no, &at)) != 0) {
        struct casefile const *f = book_case(d->book, child);
        if (f && f->org == ORG_DETACHED) continue;
        if (f && r->n_concerns < CHILDREN_MAX) r->concerns[r->n_concerns++] = headline_make(d, f);
        if (!f && r->n_closed < CHILDREN_MAX)
            r->closed[r->n_closed++] = pb_reference(d, &d->request, child);
    }
    return r;
}

static void orgs_list(struct desk *d, Triage__V1__OrgsReply *out)
{
    char const *mash = d->info->teams[d->info->mash].id;
    out->orgs = pb_list(&d->request, SHOWN_MAX);
    for (int state = STATE_ORG_WATCH; state <= STATE_ORG_QUALITY; state++) {
        struct casefile const *f = book_board_first(d->book, mash, (enum state)state);
        for (; f && out->n_orgs < SHOWN_MAX; f = book_board_next(d->book, f))
            out->orgs[out->n_orgs++] = org_make(d, f);
    }
}

void orgs_show(struct desk *d, struct message *m)
{
    char const *reference = m->request->orgs->reference;
    Triage__V1__OrgsReply body = TRIAGE__V1__ORGS_REPLY__INIT;
    Triage__V1__Reply r;
    enum err e = OK;
    if (!board_open_to(d, m, d->info->teams[d->info->mash].id)) {
        reply_refuse(d, m, ERR_FORBIDDEN, "Records about services are the MASH's.");
        return;
    }
    if (reference[0]) {
        uint64_t const no = wire_reference_no(&d->keys, bytes_text(reference));
        struct casefile const *f = pending_case(d, m, no, &e);
        if (m->parked) return;
        if (!f || f->kind != KIND_ORGANISATION) {
            reply_refuse(d, m, e == ERR_BUSY ? e : ERR_NOT_FOUND,
                         e == ERR_BUSY ? NULL : "There is no record about a service by that name.");
            return;
        }
        body.orgs = pb_list(&d->request, 1);
        body.orgs[body.n_orgs++] = org_make(d, f);
    } else {
        orgs_list(d, &body);
    }
    reply_init(m, &r);
    r.body_case = TRIAGE__V1__REPLY__BODY_ORGS;
    r.orgs = &body;
    reply_say(d, m, &r, turn_last_seq(d));
}
