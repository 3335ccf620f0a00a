#include "board.h"

#include "alarms.h"
#include "links.h"
#include "reply.h"
#include "session.h"
#include "turn.h"

#include <stdio.h>
#include <stdlib.h>

#define BOARD_PUSH_MAX ((size_t)256) // headlines in one push
#define BOARD_SEEN     ((size_t)1024)

// --- Which board. ---

static struct lane *lane_find(struct desk *d, const char *team, bool held)
{
    for (size_t i = 0; i < d->n_lanes; i++)
        if (d->lanes[i].held == held && strcmp(d->lanes[i].team, team) == 0) return &d->lanes[i];
    return NULL;
}

static struct lane *lane_of(struct desk *d, const char *team, bool held)
{
    struct lane *lane = lane_find(d, team, held);
    if (lane || d->n_lanes == LANES_MAX || !team[0]) return lane;
    uint64_t *log = land_take(&d->land, LANE_LOG * sizeof *log);
    if (!log) return NULL;
    lane = &d->lanes[d->n_lanes++];
    *lane = (struct lane){.log = log, .held = held};
    id_copy(lane->team, team);
    return lane;
}

// Whose board shows a case: that of what waits, or the whole one.
static const char *board_team(const struct casefile *f, bool held)
{
    if (casefile_follows(f)) return ""; // the one that it follows stands there for it
    if (f->state == STATE_HANDOVER_OFFERED) return f->offered_team;
    if (f->state == STATE_QUEUED && f->lease_until_ms == 0) return f->team;
    return held && (f->state == STATE_IN_TRIAGE || casefile_unled(f)) ? f->team : "";
}

static bool board_offers(const struct casefile *f)
{
    return f->state == STATE_HANDOVER_OFFERED && casefile_unled(f);
}

// Whose whole board shows it beside that: what is offered stays the work of whoever offered it, and
// of what the rules sent past it the MASH has a copy.
static const char *board_beside(const struct desk *d, const struct casefile *f)
{
    return casefile_shadowed(f) ? d->rules.mash : board_offers(f) ? f->team : "";
}

size_t board_lanes_of(struct desk *d, const struct casefile *f, struct lane *out[BOARD_LANES_MAX])
{
    char const *const teams[BOARD_LANES_MAX] = {board_team(f, false), board_team(f, true),
                                                board_beside(d, f)};
    size_t n = 0;
    for (size_t i = 0; i < BOARD_LANES_MAX; i++) {
        struct lane *lane = teams[i][0] ? lane_find(d, teams[i], i > 0) : NULL;
        if (lane) out[n++] = lane;
    }
    return n;
}

bool board_open_to(const struct desk *d, const struct message *m, const char *team)
{
    enum role const role = m->principal->role;
    if (policy_team(d->policy, team) < 0) return false;
    return role == ROLE_MANAGER || role == ROLE_AUDITOR || principal_in_team(m->principal, team);
}

// --- Following. ---

void board_changed(struct lane *lane, uint64_t case_no)
{
    if (!lane->followers) return;
    lane->log[lane->head & (LANE_LOG - 1)] = case_no;
    lane->head++;
    lane->changed = true;
}

void board_wake(struct desk *d)
{
    for (size_t i = 0; i < d->n_lanes; i++) {
        struct lane *lane = &d->lanes[i];
        if (!lane->changed) continue;
        lane->changed = false;
        for (struct queue_follow *f = lane->followers; f; f = f->next)
            if (f->credit > 0) session_ready(d, f->session);
    }
}

static struct queue_follow *follow_find(struct session *s, const struct lane *lane)
{
    for (size_t i = 0; i < FOLLOWS_MAX; i++)
        if (s->follows[i].lane == lane) return &s->follows[i];
    return NULL;
}

// One connection follows a team's queue or its whole board: asking for the other replaces it.
static struct queue_follow *follow_of(struct desk *d, struct session *s, const char *team)
{
    struct lane const *queue = lane_find(d, team, false), *board = lane_find(d, team, true);
    struct queue_follow *f = queue ? follow_find(s, queue) : NULL;
    return f || !board ? f : follow_find(s, board);
}

static void follow_end(struct queue_follow *f)
{
    if (!f->lane) return;
    struct queue_follow **at = &f->lane->followers;
    while (*at != f) at = &(*at)->next;
    *at = f->next;
    f->lane = NULL;
}

uint32_t credit_add(const struct desk *d, uint32_t have, uint32_t more)
{
    uint64_t const sum = (uint64_t)have + more;
    uint64_t const max = (uint64_t)d->settings.limits.credit_max;
    return (uint32_t)(sum < max ? sum : max);
}

static void board_done(struct desk *d, struct message *m)
{
    Triage__V1__Reply r;
    reply_init(m, &r);
    reply_say(d, m, &r, 0);
}

void board_follow(struct desk *d, struct message *m)
{
    Triage__V1__FollowQueueRequest const *q = m->request->follow_queue;
    if (!board_open_to(d, m, q->team)) {
        reply_refuse_field(d, m, ERR_NOT_FOUND, "follow_queue.team", "team",
                           "This key works no queue of that name.");
        return;
    }
    struct lane *lane = lane_of(d, q->team, q->held);
    struct queue_follow *f = lane ? follow_of(d, m->session, q->team) : NULL;
    if (!f && lane) f = follow_find(m->session, NULL);
    if (!f) {
        reply_refuse(d, m, ERR_TOO_LARGE, "This connection follows as many queues as it may.");
        return;
    }
    follow_end(f);
    *f = (struct queue_follow){.lane = lane,
                               .session = m->session,
                               .next = lane->followers,
                               .credit = credit_add(d, 0, q->credit),
                               .seen = lane->head,
                               .listing = true,
                               .fresh = true};
    lane->followers = f;
    board_done(d, m);
    session_ready(d, m->session);
}

void board_credit(struct desk *d, struct message *m)
{
    Triage__V1__CreditRequest const *q = m->request->credit;
    struct queue_follow *f = follow_of(d, m->session, q->team);
    if (!f) {
        reply_refuse_field(d, m, ERR_NOT_FOUND, "credit.team", "team",
                           "This connection does not follow that queue: follow it first.");
        return;
    }
    f->credit = credit_add(d, f->credit, q->credit);
    board_done(d, m);
    session_ready(d, m->session);
}

void board_leave(struct session *s)
{
    for (size_t i = 0; i < FOLLOWS_MAX; i++) follow_end(&s->follows[i]);
}

// --- Headlines. ---

static char *headline_why(struct desk *d, const struct casefile *f)
{
    char text[ID_MAX + 12];
    if (!f->why_table[0]) return pb_text("");
    (void)snprintf(text, sizeof text, "%s:%d", f->why_table, (int)f->why_row);
    return pb_copy(&d->request, text);
}

static Triage__V1__Headline *headline_of_opaque(struct desk *d, const struct casefile *f)
{
    Triage__V1__Headline *h = pb_new(&d->request, &triage__v1__headline__descriptor);
    h->reference = pb_reference(d, &d->request, f->no);
    h->colour = (Triage__V1__Colour)f->colour;
    h->version = f->version;
    h->state = (Triage__V1__CaseState)f->state;
    h->received_ms = f->received_ms;
    h->team = pb_copy(&d->request, f->team);
    h->clear_a_worker = true;
    return h;
}

Triage__V1__Headline *headline_make(struct desk *d, const struct casefile *f)
{
    bool const opaque = f->state == STATE_HANDOVER_OFFERED && (f->flags & CASE_RESTRICTED) != 0;
    return opaque ? headline_of_opaque(d, f) : headline_whole(d, f);
}

static void headline_unled(struct desk *d, const struct casefile *f, Triage__V1__Headline *h)
{
    h->met_ms = f->decided_ms;
    h->lead_by_ms = f->deadline_ms;
    h->offered_to = pb_copy(&d->request, f->offered_team);
    h->overdue = f->deadline_ms != 0 && !d->clock_suspect && f->deadline_ms < d->now.utc_ms;
}

Triage__V1__Headline *headline_whole(struct desk *d, const struct casefile *f)
{
    Triage__V1__Headline *h = pb_new(&d->request, &triage__v1__headline__descriptor);
    h->reference = pb_reference(d, &d->request, f->no);
    h->colour = (Triage__V1__Colour)f->colour;
    h->was = (Triage__V1__Colour)f->colour_first;
    h->score = (int32_t)f->score;
    h->version = f->version;
    h->state = (Triage__V1__CaseState)f->state;
    h->kind = (Triage__V1__Kind)f->kind;
    h->received_ms = f->received_ms;
    h->decide_by_ms = f->decide_by_ms;
    h->team = pb_copy(&d->request, f->team);
    h->provider = pb_copy(&d->request, f->referrer);
    h->why = headline_why(d, f);
    h->recommended = (Triage__V1__Tier)f->tier;
    h->held_by = pb_copy(&d->request, f->lease_until_ms ? f->lease_worker : "");
    h->lease_until_ms = f->lease_until_ms;
    h->overdue = f->decided_ms == 0 && f->decide_by_ms != 0 && !d->clock_suspect &&
                 f->decide_by_ms < d->now.utc_ms;
    h->attempts = (uint32_t)f->claims;
    if (casefile_put_off(f, d->now.utc_ms)) {
        h->put_off_ms = hold_ms(f->hold);
        h->put_off_by = pb_copy(&d->request, f->hold_by);
    }
    h->put_off_times = (uint32_t)hold_times(f->hold);
    h->follows = f->follows ? pb_reference(d, &d->request, (uint64_t)f->follows) : pb_text("");
    h->twin =
        f->twin && !f->follows ? pb_reference(d, &d->request, (uint64_t)f->twin) : pb_text("");
    h->twin_score = f->follows ? 0 : (uint32_t)TWIN_SCORE(f->twin_why);
    h->look_again = alarms_twice_overdue(d, f);
    h->news = casefile_news(f);
    h->linked = links_followers(d, f->no).n;
    h->direct = casefile_shadowed(f);
    h->org = f->org > 0 ? pb_reference(d, &d->request, (uint64_t)f->org) : pb_text("");
    if (casefile_unled(f)) headline_unled(d, f, h);
    return h;
}

// --- Pushing. ---

struct board_push { // what goes into one push
    size_t n, n_gone;
    const struct casefile *cases[BOARD_PUSH_MAX];
    uint64_t gone[BOARD_PUSH_MAX];
    bool listed;               // with it, all that stood there is told
    uint64_t seen[BOARD_SEEN]; // case numbers of this push, a small hash
};

static bool board_push_new(struct board_push *p, uint64_t no)
{
    size_t at = (size_t)((no * 0x9e3779b97f4a7c15u) >> 40) & (BOARD_SEEN - 1);
    for (; p->seen[at]; at = (at + 1) & (BOARD_SEEN - 1))
        if (p->seen[at] == no) return false;
    p->seen[at] = no;
    return true;
}

static bool board_shows(const struct desk *d, const struct lane *lane, const struct casefile *f)
{
    if (!f) return false;
    return strcmp(board_team(f, lane->held), lane->team) == 0 ||
           (lane->held && strcmp(board_beside(d, f), lane->team) == 0);
}

// What changed on the board since this follower looked.
static void board_push_changes(struct desk *d, struct queue_follow *f, struct board_push *p)
{
    struct lane const *lane = f->lane;
    while (f->seen < lane->head && p->n < f->credit && p->n < BOARD_PUSH_MAX &&
           p->n_gone < BOARD_PUSH_MAX) {
        uint64_t const no = lane->log[f->seen++ & (LANE_LOG - 1)];
        if (!board_push_new(p, no)) continue;
        struct casefile const *c = book_case(d->book, no);
        // What is not on disk yet comes again with its own turn.
        if (c ? c->last_seq > d->durable_seq : turn_closed(d, no) != NULL) continue;
        if (board_shows(d, lane, c))
            p->cases[p->n++] = c;
        else
            p->gone[p->n_gone++] = no;
    }
}

// The lists of a board: the queue; of a whole one what somebody has, too, what is met and nobody
// leads, what was offered to others and, of the MASH's, what the rules sent past it.
enum board_part { PART_QUEUE, PART_HELD, PART_MET, PART_OFFERED, PART_DIRECT };

static bool follow_more(const struct desk *d, const struct queue_follow *f)
{
    bool const mash = strcmp(f->lane->team, d->rules.mash) == 0;
    return f->lane->held && f->part < (mash ? PART_DIRECT : PART_OFFERED);
}

static struct book_list board_list(const struct queue_follow *f)
{
    char const *team = f->lane->team;
    switch (f->part) {
    case PART_QUEUE: return (struct book_list){.team = team, .state = STATE_QUEUED};
    case PART_HELD: return (struct book_list){.team = team, .state = STATE_IN_TRIAGE};
    case PART_MET: return (struct book_list){.team = team, .state = STATE_DECIDED_MET};
    case PART_OFFERED: return (struct book_list){.team = team, .beside = BESIDE_OFFERED};
    default: return (struct book_list){.team = "", .beside = BESIDE_DIRECT};
    }
}

// A list as it stood when following began, from its head; each but the first in a push of its own.
static void board_push_part(struct desk *d, struct queue_follow *f, struct board_push *p)
{
    struct book_list const list = board_list(f);
    struct casefile const *c;
    while ((c = book_list_after(d->book, list, &f->last))) {
        if (p->n == f->credit || p->n == BOARD_PUSH_MAX) return;
        if (c->last_seq <= d->durable_seq && board_push_new(p, c->no)) p->cases[p->n++] = c;
        f->last = book_spot(c);
    }
    f->listing = follow_more(d, f);
    f->part = f->listing ? f->part + 1 : PART_QUEUE;
    f->last.no = 0;
}

static void board_push_list(struct desk *d, struct queue_follow *f, struct board_push *p)
{
    size_t part;
    do {
        part = f->part;
        board_push_part(d, f, p);
    } while (f->listing && f->part != part && p->n == 0);
}

static int board_order(const void *a, const void *b)
{
    struct casefile const *x = *(struct casefile const *const *)a;
    struct casefile const *y = *(struct casefile const *const *)b;
    if (x->colour != y->colour) return x->colour > y->colour ? -1 : 1;
    if (x->score != y->score) return x->score > y->score ? -1 : 1;
    if (x->received_ms != y->received_ms) return x->received_ms < y->received_ms ? -1 : 1;
    return x->no < y->no ? -1 : x->no > y->no;
}

static bool board_push_send(struct desk *d, struct session *s, struct queue_follow *f,
                            struct board_push *p)
{
    Triage__V1__QueuePush push = TRIAGE__V1__QUEUE_PUSH__INIT;
    Triage__V1__Reply r = TRIAGE__V1__REPLY__INIT;
    arena_reset(&d->request);
    push.team = f->lane->team;
    push.first = f->lane->held && f->fresh;
    push.listed = f->lane->held && p->listed;
    qsort(p->cases, p->n, sizeof p->cases[0], board_order);
    push.headlines = pb_list(&d->request, p->n);
    for (; push.n_headlines < p->n; push.n_headlines++)
        push.headlines[push.n_headlines] = headline_make(d, p->cases[push.n_headlines]);
    push.gone = pb_list(&d->request, p->n_gone);
    for (; push.n_gone < p->n_gone; push.n_gone++)
        push.gone[push.n_gone] = pb_reference(d, &d->request, p->gone[push.n_gone]);
    r.body_case = TRIAGE__V1__REPLY__BODY_QUEUE_PUSH;
    r.queue_push = &push;
    if (!session_push(d, s, wire_pack(&r.base, &d->request))) return false;
    f->fresh = false;
    f->credit -= (uint32_t)p->n;
    d->port->count(d->port->ctx, METRIC_DELIVERIES, NULL, (int64_t)p->n);
    return true;
}

static bool follow_behind(const struct queue_follow *f)
{
    return f->lane && (f->seen < f->lane->head || f->listing) && f->credit > 0;
}

static void board_push_one(struct desk *d, struct session *s, struct queue_follow *f)
{
    struct board_push p = {0};
    struct queue_follow const before = *f;
    if (f->lane->head - f->seen > LANE_LOG) { // Fell too far behind: told from the head again.
        f->seen = f->lane->head;
        f->listing = f->fresh = true;
        f->part = PART_QUEUE;
        f->last.no = 0;
    }
    board_push_changes(d, f, &p);
    if (f->listing && p.n < f->credit) board_push_list(d, f, &p);
    p.listed = before.listing && !f->listing;
    if (p.n + p.n_gone == 0 && !(f->lane->held && p.listed)) return;
    if (!board_push_send(d, s, f, &p)) *f = before; // Told again when it reads.
}

bool board_push(struct desk *d, struct session *s)
{
    bool more = false;
    for (size_t i = 0; i < FOLLOWS_MAX && !s->stuck; i++) {
        struct queue_follow *f = &s->follows[i];
        if (follow_behind(f)) board_push_one(d, s, f);
        more = more || follow_behind(f);
    }
    return more && !s->stuck;
}
