// The desk's door: opening, what comes in, and the turn of the loop.
#include "attach.h"
#include "board.h"
#include "claim.h"
#include "erase.h"
#include "find.h"
#include "links.h"
#include "load.h"
#include "mine.h"
#include "orgs.h"
#include "outbox.h"
#include "packs.h"
#include "pending.h"
#include "replay.h"
#include "reply.h"
#include "report.h"
#include "session.h"
#include "turn.h"
#include "upkeep.h"
#include "yearly.h"

#include <stdio.h>
#include <stdlib.h>

#define MIB              ((size_t)1024 * 1024)
#define READY_EACH_TURN  256u // connections pushed to in one turn of the loop
#define TEAMS_MAX        ((size_t)4 * POLICY_TEAMS_MAX) // of this pack and of those before it
#define SIGHTINGS_A_CASE ((size_t)8)
#define KIN_A_CASE       ((size_t)2)

// --- What comes in. ---

void desk_message(struct desk *d, const struct peer *from, struct bytes request, struct now now)
{
    struct message m = {.from = *from, .raw = request};
    if (d->halted) return;
    d->now = now;
    d->port->count(d->port->ctx, METRIC_MESSAGES, NULL, 1);
    if (request.len > (size_t)d->settings.limits.message_bytes_max)
        reply_refuse(d, &m, ERR_TOO_LARGE, NULL);
    else
        desk_dispatch(d, &m);
}

void desk_peer_gone(struct desk *d, uint64_t peer_id)
{
    session_end(d, peer_id);
}

void desk_peer_writable(struct desk *d, uint64_t peer_id)
{
    struct session *s = session_find(d, peer_id);
    if (s && !d->halted) session_writable(d, s);
}

// --- The turn. ---

static bool desk_push(struct desk *d)
{
    for (unsigned n = 0; n < READY_EACH_TURN; n++) {
        struct session *s = session_next_ready(d);
        if (!s) return false;
        bool const more = board_push(d, s);
        if (outbox_push(d, s) || more) session_ready(d, s);
    }
    return d->ready_first != NULL;
}

static void desk_record(struct desk *d, enum event_kind kind, uint64_t number)
{
    struct draft draft;
    draft_init(d, &draft, kind);
    draft.event.number = number;
    (void)turn_add(d, &draft);
}

static uint64_t desk_policy_number(const struct desk *d)
{
    uint64_t v;
    memcpy(&v, d->info->digest, sizeof v);
    return v;
}

static void desk_note_policy(struct desk *d)
{
    struct area *a = book_area(d->book);
    uint64_t const number = desk_policy_number(d);
    if (a->policy == number || !turn_room(d, 1, 0)) return; // The next turn notes it.
    a->policy = number;
    desk_record(d, EVENT_POLICY, number);
}

static void desk_note_registry(struct desk *d)
{
    struct area *a = book_area(d->book);
    if (a->registry == d->registry->generation || !turn_room(d, 1, 0)) return;
    a->registry = d->registry->generation;
    desk_record(d, EVENT_REGISTRY, a->registry);
}

int64_t desk_turn(struct desk *d, struct now now)
{
    if (d->halted) return INT64_MAX;
    d->now = now;
    int64_t const again_ms = upkeep_run(d);
    bool const erasing = erase_sweep_turn(d);
    desk_note_policy(d);
    desk_note_registry(d);
    turn_hand(d);
    bool more = desk_push(d);
    more = report_turn(d) || more;
    more = replay_turn(d) || more;
    more = yearly_turn(d) || more;
    more = find_turn(d) || more;
    more = attach_turn(d) || more;
    more = erase_due_turn(d) || more;
    arena_reset(&d->request);
    arena_reset(&d->scratch);
    return more || erasing ? now.mono_ms : again_ms;
}

void desk_ledger(struct desk *d, struct now now)
{
    if (d->halted) return;
    d->now = now;
    ledger_reap(d->ledger);
    turn_hand(d);
}

bool desk_wants_more(const struct desk *d)
{
    return !turn_full(d) && d->n_pending < PENDING_MAX / 2;
}

void desk_halt(struct desk *d, int exit_code, const char *event)
{
    d->halted = true;
    d->port->halt(d->port->ctx, exit_code, event);
}

// --- What is in force. ---

static bool desk_team_known(const void *ctx, const char *team)
{
    struct desk const *d = ctx;
    return policy_team(d->policy, team) >= 0;
}

static bool desk_team_there(const void *ctx, const char *team)
{
    struct desk const *d = ctx;
    struct span const day = {SPAN_WORKING_DAYS, 1};
    return span_end(&day, &d->info->calendar, session_seen_ms(d, team)) >= d->now.utc_ms;
}

// As many as its cap: no more are looked at.
static bool desk_team_room(const void *ctx, const char *team)
{
    static const enum state led[] = {STATE_ENQUIRY, STATE_ENQUIRY_REVIEW, STATE_OTHER_ENQUIRY};
    struct desk const *d = ctx;
    int const at = policy_team(d->policy, team);
    uint32_t left = at >= 0 ? d->info->teams[at].cap : 0;
    if (left == 0) return true;
    for (size_t i = 0; i < sizeof led / sizeof led[0]; i++) {
        struct casefile const *f = book_board_first(d->book, team, led[i]);
        for (; f && left > 0; f = book_board_next(d->book, f)) left--;
    }
    return left > 0;
}

static bool desk_case_open(const void *ctx, uint64_t no)
{
    return book_case(((struct desk const *)ctx)->book, no) != NULL;
}

// What is owed stands by recipient: the oldest may be this case's when it is no younger.  A key
// that was withdrawn fetches nothing any more.
static bool desk_notice_owed(const void *ctx, const struct casefile *f)
{
    struct desk const *d = ctx;
    struct principal const *p = registry_principal(d->registry, f->referrer);
    struct recipient const *r = p && p->active ? book_recipient(d->book, p->id) : NULL;
    if (!r || r->receipted == r->cursor) return false;
    return book_owed_seq(d->book, r, r->receipted + 1) <= f->last_seq;
}

static void desk_rules(struct desk *d)
{
    struct policy_info const *i = d->info;
    d->rules = (struct rules){
        .clocks = &i->clocks,
        .kinds = &i->kinds,
        .calendar = &i->calendar,
        .registry = d->registry,
        .mash = i->teams[i->mash].id,
        .out_of_hours = i->out_of_hours >= 0 ? i->teams[i->out_of_hours].id : "",
        .team_known = desk_team_known,
        .team_there = desk_team_there,
        .team_room = desk_team_room,
        .followers = links_followers,
        .children_open = orgs_children_open,
        .retention = &i->retention,
        .case_open = desk_case_open,
        .notice_owed = desk_notice_owed,
        .ctx = d,
    };
}

void desk_set_registry(struct desk *d, const struct registry *registry, struct now now)
{
    d->now = now;
    d->registry = registry;
    desk_rules(d);
    session_judge(d);
    upkeep_sweep(d);
    desk_note_registry(d);
}

void desk_set_policy(struct desk *d, const struct policy *policy, struct now now)
{
    replay_stop(d);
    d->now = now;
    d->policy = policy;
    d->info = policy_info(policy);
    desk_rules(d);
    desk_note_policy(d);
    memset(d->waits, 0, sizeof d->waits); // other rules, other waits
}

void desk_set_hooks(struct desk *d, const struct desk_hooks *hooks)
{
    d->hooks = *hooks;
}

void desk_drain(struct desk *d)
{
    d->draining = true;
    find_stop(d);
    erase_stop(d);
    yearly_stop(d);
    replay_stop(d);
    report_stop(d); // Who asked for it asks again, of whoever comes after.
}

bool desk_drained(const struct desk *d)
{
    return d->halted || (!d->flying && d->gathering->n_entries == 0 && d->n_pending == 0);
}

void desk_figures(const struct desk *d, struct desk_figures *out)
{
    *out = (struct desk_figures){.n_teams = d->info->n_teams,
                                 .cases_open = book_cases(d->book),
                                 .notices_owed = book_owed_total(d->book),
                                 .sessions = d->n_sessions,
                                 .head_seq = d->durable_seq,
                                 .notice_oldest_ms = book_owed_oldest_ms(d->book),
                                 .clock_suspect = d->clock_suspect,
                                 .disk_low = d->disk_low,
                                 .ready = !d->halted && !d->draining};
    for (size_t i = 0; i < d->info->n_teams; i++) {
        struct book_depth const depth = book_depth(d->book, d->info->teams[i].id);
        struct desk_team_figures *t = &out->teams[i];
        t->team = d->info->teams[i].id;
        memcpy(t->waiting, depth.by_colour, sizeof t->waiting);
        memcpy(t->oldest_received_ms, depth.oldest_received_ms, sizeof t->oldest_received_ms);
        t->leased = depth.leased;
    }
}

// --- Opening. ---

static bool desk_arena(struct desk *d, struct arena *a, size_t size)
{
    void *memory = land_take(&d->land, size);
    if (memory) arena_init(a, memory, size);
    return memory != NULL;
}

static enum err desk_arenas(struct desk *d)
{
    struct desk_limits const *l = &d->settings.limits;
    size_t const message = (size_t)l->message_bytes_max, concern = (size_t)l->concern_bytes_max;
    // A reply holds a receipt for each submission, or what was said for each claim, and is packed.
    size_t const reply = 64 * MIB + (size_t)l->submissions_max * MIB / 2 +
                         (size_t)l->claims_max * (4 * concern + MIB / 4);
    // One byte on the wire may need fifty in memory.
    if (!desk_arena(d, &d->decode, 16 * MIB + 8 * message)) return ERR_NO_MEMORY;
    if (!desk_arena(d, &d->request, reply)) return ERR_NO_MEMORY;
    if (!desk_arena(d, &d->scratch, 64 * MIB + 64 * concern)) return ERR_NO_MEMORY;
    return OK;
}

static enum err desk_book(struct desk *d)
{
    struct desk_limits const *l = &d->settings.limits;
    struct book_limits const limits = {
        .cases_open_max = (size_t)l->cases_open_max,
        .keys_max = desk_keys_max(d),
        .recipients_max = CALLERS_MAX,
        .teams_max = TEAMS_MAX,
        .owed_max = (size_t)l->notices_owed_max,
        .sightings_max = SIGHTINGS_A_CASE * (size_t)l->cases_total_max,
        .kin_max = KIN_A_CASE * (size_t)l->cases_total_max,
        .orgs_max = (size_t)l->cases_open_max,
        .errands_max = (size_t)l->errands_max,
    };
    size_t const size = book_size(&limits);
    void *memory = land_take(&d->land, size);
    void *ring = land_take(&d->land, RECENT_BYTES);
    struct recent_entry *entries = land_take(&d->land, RECENT_ENTRIES * sizeof *entries);
    if (!memory || !ring || !entries) return ERR_NO_MEMORY;
    d->book = book_init(memory, size, &limits);
    recent_init(&d->recent, ring, entries);
    return OK;
}

static enum err desk_tables(struct desk *d)
{
    enum err e = desk_arenas(d);
    if (!e) e = desk_book(d);
    if (!e) e = turn_init(d);
    if (!e) e = session_init(d);
    if (!e) e = pending_init(d);
    if (!e) e = outbox_init(d);
    if (!e) e = claim_init(d);
    if (!e) e = mine_init(d);
    if (!e) e = find_init(d);
    if (!e) e = attach_init(d);
    if (!e) e = erase_init(d);
    return e;
}

static void desk_begin(struct desk *d)
{
    struct area *a = book_area(d->book);
    d->clock_suspect = a->clock_suspect;
    upkeep_judge_start(d, a->last_ms);
    a->clock_suspect = d->clock_suspect;
    upkeep_judge_space(d);
    if (turn_room(d, 1, 0)) desk_record(d, EVENT_STARTED, d->clock_suspect);
    desk_note_policy(d);
    desk_note_registry(d);
    d->port->gauge(d->port->ctx, METRIC_CLOCK_SUSPECT, NULL, d->clock_suspect);
}

static void desk_settle(struct desk *d, const struct desk_settings *settings)
{
    struct ledger_head const head = ledger_head(d->ledger);
    d->settings = *settings;
    // A body holds the concern, and what the rules made of it.
    if (d->settings.limits.concern_bytes_max > (int64_t)LEDGER_BODY_MAX / 2)
        d->settings.limits.concern_bytes_max = (int64_t)LEDGER_BODY_MAX / 2;
    d->info = policy_info(d->policy);
    d->wire_limits = WIRE_LIMITS_DEFAULT;
    d->wire_limits.text_bytes_max = (size_t)settings->limits.text_bytes_max;
    d->next_seq = head.seq + 1;
    d->durable_seq = head.seq;
    d->epoch = head.epoch;
    memcpy(d->ledger_id, head.id, sizeof d->ledger_id);
    wire_keys_init(&d->keys, settings->area_secret);
    desk_rules(d);
}

enum err desk_open(struct desk **out, const struct desk_settings *settings, struct ledger *ledger,
                   const struct policy *policy, const struct registry *registry,
                   const struct port *port, struct now now, char *why, size_t size)
{
    struct desk *d = calloc(1, sizeof *d);
    if (!d) return ERR_NO_MEMORY;
    d->ledger = ledger;
    d->policy = policy;
    d->registry = registry;
    d->port = port;
    d->now = now;
    d->opened_ms = now.utc_ms;
    desk_settle(d, settings);
    enum err e = desk_tables(d);
    if (e)
        (void)snprintf(why, size,
                       "address space for the desk's tables was refused: lower its limits");
    else
        e = load_book(d, why, size);
    if (!e) e = packs_settle(d, why, size);
    if (e) {
        desk_close(d);
        return e;
    }
    desk_rules(d);
    desk_begin(d);
    *out = d;
    return OK;
}

void desk_close(struct desk *d)
{
    if (!d) return;
    report_close(d);
    replay_close(d);
    find_close(d);
    yearly_close(d);
    erase_close(d);
    if (d->sessions) session_close(d);
    if (d->pending) pending_close(d);
    wire_keys_wipe(&d->keys);
    explicit_bzero(d->settings.area_secret, sizeof d->settings.area_secret);
    land_close(&d->land);
    free(d);
}
