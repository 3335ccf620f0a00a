#include "links.h"

#include "board.h"
#include "pending.h"
#include "reply.h"
#include "twin.h"
#include "upkeep.h"

#define LOOK_MAX      8u // other cases of the adult that are looked at on receipt, newest first
#define STIR_MAX      4u // with more open ones the rules have seen many already
#define SHOWN_MAX     32u
#define STIR_TURN_MAX 16u // looked at again in one turn

// --- Found on receipt. ---

struct candidate {
    uint64_t no;
    int32_t why;
    int64_t closed_ms; // of one that is closed
};

static struct candidate candidate_of(struct desk *d, const struct casefile *f,
                                     const struct kin_one *one, bool same_number)
{
    struct candidate c = {.no = one->no};
    struct casefile const *other = one->open ? book_case(d->book, one->no) : NULL;
    if (other && other->kind == f->kind && other->no != f->no) {
        c.why = twin_judge(f, other);
        if (other->follows) c.no = (uint64_t)other->follows;
    } else if (!one->open) {
        c.closed_ms = one->closed_ms;
        c.why = twin_judge_closed(same_number, one->closed_ms, f->received_ms);
    }
    return c;
}

static bool candidate_better(const struct candidate *a, const struct candidate *b)
{
    bool const a_closed = a->closed_ms != 0, b_closed = b->closed_ms != 0;
    if (a->why == 0 || b->why == 0) return a->why != 0;
    if (a_closed != b_closed) return b_closed;
    return TWIN_SCORE(a->why) > TWIN_SCORE(b->why);
}

static void candidates_add(struct candidate *list, size_t *n, size_t max, struct candidate c)
{
    if (c.why == 0) return;
    for (size_t i = 0; i < *n; i++) {
        if (list[i].no != c.no) continue;
        if (candidate_better(&c, &list[i])) list[i] = c;
        return;
    }
    if (*n < max) list[(*n)++] = c;
}

// Of either hash that the case has, newest first.
static size_t candidates_find(struct desk *d, const struct casefile *f, unsigned look,
                              struct candidate *list, size_t max)
{
    uint64_t const hashes[] = {(uint64_t)f->adult_hash, (uint64_t)f->person_hash};
    size_t n = 0;
    for (int i = 0; i < 2; i++) {
        struct kin_one one = {0};
        for (unsigned k = 0; k < look && book_kin_next(d->book, hashes[i], &one); k++) {
            if (one.no == f->no) continue;
            candidates_add(list, &n, max, candidate_of(d, f, &one, i == 0));
        }
    }
    for (size_t i = 1; i < n; i++) { // a few: best first
        struct candidate const c = list[i];
        size_t at = i;
        for (; at > 0 && candidate_better(&c, &list[at - 1]); at--) list[at] = list[at - 1];
        list[at] = c;
    }
    return n;
}

void links_find(struct desk *d, struct casefile *f)
{
    struct candidate list[2 * LOOK_MAX];
    if (f->adult_hash == 0 || !casefile_open(f)) return;
    if (candidates_find(d, f, LOOK_MAX, list, 2 * LOOK_MAX) == 0) return;
    f->twin = (int32_t)list[0].no;
    f->twin_why = list[0].why;
}

static void stir_one(struct desk *d, uint64_t no)
{
    size_t const waiting = d->upkeep.stir_end - d->upkeep.stir_next;
    if (waiting == STIRRED_MAX) // Then time does it, a moment later.
        book_defer(d->book, no, d->now.utc_ms);
    else
        d->upkeep.stirred[d->upkeep.stir_end++ & (STIRRED_MAX - 1)] = no;
}

bool links_stirred(struct desk *d)
{
    for (unsigned n = 0; n < STIR_TURN_MAX && d->upkeep.stir_next < d->upkeep.stir_end; n++) {
        if (turn_full(d)) break;
        upkeep_reassess(d, d->upkeep.stirred[d->upkeep.stir_next++ & (STIRRED_MAX - 1)]);
    }
    return d->upkeep.stir_next < d->upkeep.stir_end;
}

// At the end of the turn, and not now: the sender waits for a receipt.
void links_stir(struct desk *d, const struct casefile *f)
{
    uint64_t const hashes[] = {(uint64_t)f->adult_hash, (uint64_t)f->person_hash};
    for (int i = 0; i < 2; i++) {
        struct kin_one one = {0};
        uint64_t open[STIR_MAX];
        unsigned n = 0;
        for (unsigned k = 0; k <= STIR_MAX && book_kin_next(d->book, hashes[i], &one); k++) {
            if (k == STIR_MAX) return;
            if (one.open && one.no != f->no) open[n++] = one.no;
        }
        while (n > 0) stir_one(d, open[--n]);
    }
}

// --- What follows a case. ---

struct followers links_followers(const void *desk, uint64_t no)
{
    struct desk const *d = desk;
    struct followers all = {0};
    struct pages_at at = {0};
    struct casefile const *f;
    while ((f = book_follower_next(d->book, no, &at)) != NULL) {
        all.n++;
        all.unread += f->outcome != OUTCOME_UNSET && f->read_ms == 0;
        all.asked += (f->flags & CASE_INFORMATION_ASKED) != 0;
    }
    return all;
}

size_t links_records(struct desk *d, const struct casefile *f)
{
    return links_followers(d, f->no).n + 1; // they, and the one that it follows
}

// --- Carried on. ---

static void spread(struct desk *d, const struct work *w, const struct casefile *f,
                   const struct command *c)
{
    struct casefile after;
    struct command_result result;
    enum err e = OK;
    struct work each = {.reference = "",
                        .area = "",
                        .text = "",
                        .command = *c,
                        .say = w->say,
                        .by = w->by ? w->by : &w->command.actor};
    each.say.lead = NULL;
    each.say.own_words = true;
    each.command.lead = each.command.team = "";
    (void)work_apply(d, &each, f, &after, &result, &e);
    if (e)
        d->port->log(d->port->ctx, LOG_ERROR, "link_spread", command_word(c->kind), (int64_t)f->no);
}

static bool spreads(const struct casefile *before, const struct casefile *after, enum notice notice)
{
    bool const waiting = after->outcome == OUTCOME_UNSET && before->outcome == OUTCOME_UNSET;
    // A window is each thread's own.
    if (after->state == STATE_CLOSED && after->outcome == OUTCOME_NOT_MET) return false;
    if (notice == NOTICE_INFO_CONSIDERED) return true;
    if (waiting) return false;
    return before->state != after->state || before->decided_ms != after->decided_ms ||
           strcmp(before->lead, after->lead) != 0 || strcmp(before->team, after->team) != 0 ||
           notice == NOTICE_DELAY;
}

static void spread_down(struct desk *d, const struct work *w, const struct casefile *after,
                        enum notice notice)
{
    uint64_t followers[FOLLOWERS_MAX];
    size_t n = 0;
    struct pages_at at = {0};
    struct casefile const *f;
    while (n < FOLLOWERS_MAX && (f = book_follower_next(d->book, after->no, &at)) != NULL)
        followers[n++] = f->no;
    struct command const c = {.kind = COMMAND_FOLLOW, .other = after, .notice = notice};
    for (size_t i = 0; i < n; i++) {
        f = book_case(d->book, followers[i]);
        if (f) spread(d, w, f, &c);
    }
}

// A thread that is linked, more urgent, or has more to say makes its primary so too.
static void spread_up(struct desk *d, const struct work *w, const struct casefile *before,
                      const struct casefile *after)
{
    bool const joined = before->follows != after->follows;
    bool const more = after->colour > before->colour ||
                      (after->flags & ~before->flags & CASE_SUPPLEMENT_UNREAD) != 0;
    struct casefile const *lead = book_case(d->book, (uint64_t)after->follows);
    struct command const c = {.kind = COMMAND_JOIN, .other = after};
    if (!lead || !casefile_follows(after) || !(joined || more)) return;
    if (lead->state == STATE_OTHER_ENQUIRY || lead->state == STATE_FORWARDED) return;
    spread(d, w, lead, &c);
}

void links_spread(struct desk *d, const struct work *w, const struct casefile *before,
                  const struct casefile *after, const struct command_result *result)
{
    if (w->command.kind == COMMAND_FOLLOW || w->command.kind == COMMAND_JOIN) return;
    if (after->follows) spread_up(d, w, before, after);
    if (spreads(before, after, result->notice)) spread_down(d, w, after, result->notice);
}

// --- Commands and questions. ---

bool links_other(struct desk *d, struct work *w)
{
    Triage__V1__Request const *r = w->m->request;
    enum err e = OK;
    char const *named = r->body_case == TRIAGE__V1__REQUEST__BODY_LINK  ? r->link->primary
                        : r->body_case == TRIAGE__V1__REQUEST__BODY_ORG ? r->org->org
                                                                        : "";
    if (!named[0]) return true;
    uint64_t const no = wire_reference_no(&d->keys, bytes_text(named));
    struct casefile const *f = pending_case(d, w->m, no, &e);
    if (w->m->parked) return false;
    if (e == ERR_BUSY) {
        reply_busy(d, w->m, NULL, 1000);
        return false;
    }
    if (f && actor_sees(&w->command.actor, f, &d->rules)) w->command.other = f;
    return true;
}

static const struct {
    enum twin_reason bit;
    const char *word;
} REASON_WORDS[] = {
    {TWIN_ADULT, "same_adult"},     {TWIN_PERSON, "same_name_and_birth_date"},
    {TWIN_DAY, "same_day"},         {TWIN_SOON, "received_within_a_day"},
    {TWIN_TYPE, "same_harm"},       {TWIN_PLACE, "same_place"},
    {TWIN_CLOSED, "closed_lately"}, {TWIN_SUGGESTED, "suggested_by_a_person"},
};

static Triage__V1__LinkCandidate *candidate_make(struct desk *d, const struct candidate *c)
{
    Triage__V1__LinkCandidate *out = pb_new(&d->request, &triage__v1__link_candidate__descriptor);
    size_t const n = sizeof REASON_WORDS / sizeof REASON_WORDS[0];
    out->reference = pb_reference(d, &d->request, c->no);
    out->score = (uint32_t)TWIN_SCORE(c->why);
    out->closed = c->closed_ms != 0;
    out->closed_ms = c->closed_ms;
    out->reasons = pb_list(&d->request, n);
    for (size_t i = 0; i < n; i++)
        if (TWIN_REASONS(c->why) & REASON_WORDS[i].bit)
            out->reasons[out->n_reasons++] = pb_text(REASON_WORDS[i].word);
    return out;
}

static void links_fill(struct desk *d, const struct casefile *f, Triage__V1__LinksReply *out)
{
    struct candidate list[SHOWN_MAX];
    size_t n = candidates_find(d, f, SHOWN_MAX / 2, list, SHOWN_MAX);
    struct pages_at at = {0};
    struct casefile const *other;
    if (f->twin && TWIN_REASONS(f->twin_why) & TWIN_SUGGESTED)
        candidates_add(list, &n, SHOWN_MAX, (struct candidate){(uint64_t)f->twin, f->twin_why, 0});
    out->case_ = headline_make(d, f);
    out->follows = f->follows ? pb_reference(d, &d->request, (uint64_t)f->follows) : pb_text("");
    out->followers = pb_list(&d->request, FOLLOWERS_MAX);
    out->unread = pb_list(&d->request, FOLLOWERS_MAX);
    while (out->n_followers < FOLLOWERS_MAX &&
           (other = book_follower_next(d->book, f->no, &at)) != NULL) {
        out->followers[out->n_followers++] = headline_make(d, other);
        if (other->outcome != OUTCOME_UNSET && other->read_ms == 0)
            out->unread[out->n_unread++] = pb_reference(d, &d->request, other->no);
    }
    out->candidates = pb_list(&d->request, n);
    for (; out->n_candidates < n; out->n_candidates++)
        out->candidates[out->n_candidates] = candidate_make(d, &list[out->n_candidates]);
}

void links_show(struct desk *d, struct message *m)
{
    Triage__V1__LinksReply body = TRIAGE__V1__LINKS_REPLY__INIT;
    Triage__V1__Reply r;
    enum err e = OK;
    uint64_t const no = wire_reference_no(&d->keys, bytes_text(m->request->links->reference));
    struct casefile const *f = pending_case(d, m, no, &e);
    if (m->parked) return;
    if (!f || !actor_sees(&m->actor, f, &d->rules)) {
        if (e == ERR_BUSY)
            reply_busy(d, m, NULL, 1000);
        else
            reply_refuse(d, m, ERR_NOT_FOUND, "There is no case of yours by that reference.");
        return;
    }
    reply_init(m, &r);
    links_fill(d, f, &body);
    r.body_case = TRIAGE__V1__REPLY__BODY_LINKS;
    r.links = &body;
    reply_say(d, m, &r, turn_last_seq(d));
}
