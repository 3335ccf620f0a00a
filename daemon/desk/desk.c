// The desk's door: opening, the table of what may be asked, and the turn of the loop.
#include "board.h"
#include "claim.h"
#include "inspect.h"
#include "intake.h"
#include "load.h"
#include "mine.h"
#include "operate.h"
#include "outbox.h"
#include "pending.h"
#include "reply.h"
#include "session.h"
#include "turn.h"
#include "upkeep.h"
#include "work.h"

#include <stdio.h>
#include <stdlib.h>

#define MIB              ((size_t)1024 * 1024)
#define READY_EACH_TURN  256u // connections pushed to in one turn of the loop
#define TEAMS_MAX        ((size_t)4 * POLICY_TEAMS_MAX) // of this pack and of those before it
#define SIGHTINGS_A_CASE ((size_t)4)

// --- What may be asked, where, by whom. ---

#define AT(listener) (1u << LISTENER_##listener)
#define AS(role)     (1u << ROLE_##role)
#define SENDERS      (AS(PROVIDER) | AS(PARTNER) | AS(POLICE) | AS(PORTAL))
#define WORKERS      (AS(TEAM) | AS(MANAGER) | AS(PORTAL))
#define READERS      (WORKERS | AS(AUDITOR))
#define BODY(name)   TRIAGE__V1__REQUEST__BODY_##name

struct request_kind {
    Triage__V1__Request__BodyCase body;
    unsigned listeners, roles;
    void (*handle)(struct desk *d, struct message *m);
};
static const struct request_kind REQUESTS[] = {
    {BODY(HELLO), AT(INTAKE) | AT(DESK) | AT(OPERATOR), ~0u, inspect_hello},
    {BODY(SUBMIT), AT(INTAKE), SENDERS, intake_submit},
    {BODY(DRY_RUN), AT(INTAKE), SENDERS, intake_dry_run},
    {BODY(SUPPLEMENT), AT(INTAKE), SENDERS, work_command},
    {BODY(WITHDRAW), AT(INTAKE), SENDERS, work_command},
    {BODY(MINE), AT(INTAKE), SENDERS, inspect_mine},
    {BODY(FOLLOW_NOTICES), AT(INTAKE), SENDERS, outbox_follow},
    {BODY(RECEIPT_NOTICES), AT(INTAKE), SENDERS, outbox_receipt},
    {BODY(READ_NOTICE), AT(INTAKE), SENDERS, work_read_notice},
    {BODY(STATUS), AT(INTAKE) | AT(DESK), SENDERS | READERS, inspect_status},
    {BODY(FOLLOW_QUEUE), AT(DESK), READERS, board_follow},
    {BODY(CREDIT), AT(DESK), READERS, board_credit},
    {BODY(QUEUE), AT(DESK), READERS, board_queue},
    {BODY(CLAIM), AT(DESK), WORKERS, claim_cases},
    {BODY(EXTEND), AT(DESK), WORKERS, work_command},
    {BODY(RETURN_), AT(DESK), WORKERS, work_command},
    {BODY(RATE), AT(DESK), WORKERS, work_command},
    {BODY(DECIDE), AT(DESK), WORKERS, work_command},
    {BODY(SECOND), AT(DESK), WORKERS, work_command},
    {BODY(ALLOCATE), AT(DESK), WORKERS, work_command},
    {BODY(OFFER), AT(DESK), WORKERS, work_command},
    {BODY(ACCEPT_OFFER), AT(DESK), WORKERS, work_command},
    {BODY(REJECT_OFFER), AT(DESK), WORKERS, work_command},
    {BODY(WITHDRAW_OFFER), AT(DESK), WORKERS, work_command},
    {BODY(FINISH), AT(DESK), WORKERS, work_command},
    {BODY(SIGN_OFF), AT(DESK), WORKERS, work_command},
    {BODY(RETURN_ENQUIRY), AT(DESK), WORKERS, work_command},
    {BODY(CONFIRM_BY_PHONE), AT(DESK), WORKERS, work_command},
    {BODY(FORWARD_ACCEPTED), AT(DESK), WORKERS, work_command},
    {BODY(FORWARD_BOUNCED), AT(DESK), WORKERS, work_command},
    {BODY(REOPEN), AT(DESK), WORKERS, work_command},
    {BODY(LOOK), AT(DESK), READERS, inspect_look},
    {BODY(ACTIONS), AT(INTAKE) | AT(DESK), SENDERS | READERS, inspect_actions},
    {BODY(OVERVIEW), AT(OPERATOR), AS(OPERATOR), operate_overview},
    {BODY(RELOAD), AT(OPERATOR), AS(OPERATOR), operate_reload},
    {BODY(CONFIRM_CLOCK), AT(OPERATOR), AS(OPERATOR), operate_confirm_clock},
    {BODY(VERIFY), AT(OPERATOR), AS(OPERATOR), operate_verify},
    {BODY(ERASE), AT(OPERATOR), AS(OPERATOR), operate_erase},
};
#undef BODY

static const struct request_kind *request_kind(Triage__V1__Request__BodyCase body)
{
    for (size_t i = 0; i < sizeof REQUESTS / sizeof REQUESTS[0]; i++)
        if (REQUESTS[i].body == body) return &REQUESTS[i];
    return NULL;
}

// --- One message. ---

// Whoever reaches the local socket is an operator: the file system guards it.
static const struct principal LOCAL_OPERATOR = {
    .id = "operator", .role = ROLE_OPERATOR, .active = true};

// The registry is asked on every message: a key that was revoked speaks no more.
static bool message_principal(struct desk *d, struct message *m)
{
    m->principal = registry_principal(d->registry, m->from.principal);
    if (!m->principal && m->from.listener == LISTENER_OPERATOR) m->principal = &LOCAL_OPERATOR;
    if (m->principal && m->principal->active) return true;
    struct wire_place unused; // Decoded only so that the refusal names the request.
    if (wire_request(m->raw, &d->wire_limits, &d->decode, &m->request, &unused) != OK)
        m->request = NULL;
    reply_refuse(d, m, ERR_FORBIDDEN, "This key is no longer enrolled. Ask the council.");
    d->port->log(d->port->ctx, LOG_WARNING, "principal_inactive", m->from.principal, 0);
    d->port->cut(d->port->ctx, m->from.id);
    session_end(d, m->from.id);
    return false;
}

static bool message_session(struct desk *d, struct message *m)
{
    m->session = session_of(d, &m->from);
    if (m->session) {
        m->caller = m->session->caller;
        return true;
    }
    reply_refuse(d, m, ERR_UNAVAILABLE, "As many are connected as there is room for.");
    return false;
}

static bool worker_of_principal(const struct worker *w, const struct principal *p)
{
    for (size_t i = 0; i < w->n_teams; i++)
        if (principal_in_team(p, w->teams[i])) return true;
    return p->role == ROLE_PORTAL && p->n_teams == 0;
}

// A desk names who acts.  A person's own key names itself and proves it; a portal vouches for whom
// it signed in.
static bool message_worker(struct desk *d, struct message *m)
{
    struct principal const *p = m->principal;
    char const *named = m->request->worker;
    char const *id = p->worker[0] ? p->worker : named;
    m->actor = (struct actor){.principal = p};
    if (!id[0]) return true;
    if (named[0] && strcmp(named, id) != 0) {
        reply_refuse_field(d, m, ERR_FORBIDDEN, "worker", "not_yours",
                           "This key is one person's own and speaks for nobody else.");
        return false;
    }
    struct worker const *w = registry_worker(d->registry, id);
    if (!w || !w->active || !worker_of_principal(w, p)) {
        reply_refuse_field(d, m, ERR_FORBIDDEN, "worker", "not_registered",
                           "No active worker of this desk's teams is registered under that name.");
        return false;
    }
    m->actor.worker = w;
    m->actor.proven = p->worker[0] != 0 || p->role == ROLE_PORTAL;
    return true;
}

static bool message_decode(struct desk *d, struct message *m)
{
    struct wire_place place = {.field = ""};
    enum err const e = wire_request(m->raw, &d->wire_limits, &d->decode, &m->request, &place);
    if (e == OK) return true;
    m->request = NULL;
    reply_refuse_field(d, m, e, place.field, place.code ? place.code : "", place.text);
    return false;
}

static const struct request_kind *message_kind(struct desk *d, struct message *m)
{
    struct request_kind const *k = request_kind(m->request->body_case);
    if (!k) {
        reply_refuse(d, m, ERR_INVALID,
                     "The request asks for nothing: set one member of its body.");
        return NULL;
    }
    bool const here = k->listeners & (1u << m->from.listener);
    if (here && (k->roles & (1u << m->principal->role))) return k;
    reply_refuse(d, m, ERR_FORBIDDEN,
                 here ? "A key of this role may not ask for that."
                      : "This is asked at another of the daemon's addresses.");
    return NULL;
}

void desk_dispatch(struct desk *d, struct message *m)
{
    struct request_kind const *kind = NULL;
    arena_reset(&d->decode);
    arena_reset(&d->request);
    arena_reset(&d->scratch);
    if (message_principal(d, m) && message_session(d, m) && message_decode(d, m) &&
        (kind = message_kind(d, m)) && message_worker(d, m))
        kind->handle(d, m);
    arena_reset(&d->decode); // What was written may be about a person.
    arena_reset(&d->request);
    arena_reset(&d->scratch);
}

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
    desk_note_policy(d);
    desk_note_registry(d);
    turn_hand(d);
    bool const more = desk_push(d);
    arena_reset(&d->request);
    arena_reset(&d->scratch);
    return more ? now.mono_ms : again_ms;
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

static void desk_rules(struct desk *d)
{
    struct policy_info const *i = d->info;
    d->rules = (struct rules){
        .clocks = &i->clocks,
        .calendar = &i->calendar,
        .registry = d->registry,
        .mash = i->teams[i->mash].id,
        .out_of_hours = i->out_of_hours >= 0 ? i->teams[i->out_of_hours].id : "",
        .team_known = desk_team_known,
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
    d->now = now;
    d->policy = policy;
    d->info = policy_info(policy);
    desk_rules(d);
    desk_note_policy(d);
}

void desk_set_hooks(struct desk *d, const struct desk_hooks *hooks)
{
    d->hooks = *hooks;
}

void desk_drain(struct desk *d)
{
    d->draining = true;
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
    desk_settle(d, settings);
    enum err e = desk_tables(d);
    if (e)
        (void)snprintf(why, size,
                       "address space for the desk's tables was refused: lower its limits");
    else
        e = load_book(d, why, size);
    if (e) {
        desk_close(d);
        return e;
    }
    desk_begin(d);
    *out = d;
    return OK;
}

void desk_close(struct desk *d)
{
    if (!d) return;
    if (d->sessions) session_close(d);
    if (d->pending) pending_close(d);
    wire_keys_wipe(&d->keys);
    explicit_bzero(d->settings.area_secret, sizeof d->settings.area_secret);
    land_close(&d->land);
    free(d);
}
