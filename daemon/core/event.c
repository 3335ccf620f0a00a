#include "event.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const event_words[] = {EVENT_LIST(TERM_WORD)};

const char *event_word(enum event_kind v)
{
    unsigned const i = (unsigned)v;
    return i < COUNT(event_words) && event_words[i] ? event_words[i] : "?";
}

static void area_proposal_end(struct area *a)
{
    a->proposed = 0;
    a->proposed_ms = 0;
    id_copy(a->proposed_by, "");
    id_copy(a->proposed_key, "");
}

static void area_pack(struct area *a, const struct event *e)
{
    bool const seconded = e->worker[0] != '\0' && e->number == a->proposed;
    a->policy = e->number;
    a->policy_ms = e->at_ms;
    id_copy(a->policy_by, e->worker);
    id_copy(a->policy_proposed_by, seconded ? a->proposed_by : "");
    area_proposal_end(a);
}

static void area_erasure_end(struct area *a)
{
    memset(&a->erasure, 0, sizeof(a->erasure));
}

static void area_erasure_propose(struct area *a, const struct event *e)
{
    area_erasure_end(a);
    a->erasure.seq = a->last_seq;
    a->erasure.case_no = e->number;
    a->erasure.at_ms = e->at_ms;
    a->erasure.on_request = e->kind == EVENT_ERASURE_REQUESTED;
    id_copy(a->erasure.by, e->worker);
    id_copy(a->erasure.key, e->principal);
}

static void area_erasure_agree(struct area *a)
{
    a->erasure.order = a->last_seq;
    a->agreed_seq = a->last_seq;
}

// A team by 56 bits of FNV-1a, above the count.
static uint64_t area_queue(const char *team)
{
    uint64_t h = 0xcbf29ce484222325U;
    for (const char *c = team; *c != '\0'; c++) h = (h ^ (uint8_t)*c) * 0x100000001b3U;
    return h | 1U << 8; // never 0
}

unsigned area_passed(const struct area *a, const char *team)
{
    uint64_t const queue = area_queue(team) >> 8;
    for (size_t i = 0; i < AREA_PASSED_MAX && a->passed[i] != 0; i++)
        if (a->passed[i] >> 8 == queue) return (unsigned)(a->passed[i] & 0xff);
    return 0;
}

uint64_t area_passing(const char *team, unsigned count)
{
    return (area_queue(team) & ~(uint64_t)0xff) | (count < 0xff ? count : 0xff);
}

// What changed last stands last.
static void area_pass(struct area *a, uint64_t number)
{
    size_t n = 0;
    for (size_t i = 0; i < AREA_PASSED_MAX && a->passed[i] != 0; i++)
        if (a->passed[i] >> 8 != number >> 8) a->passed[n++] = a->passed[i];
    bool const counts = (number & 0xff) != 0;
    if (counts && n == AREA_PASSED_MAX)
        memmove(a->passed, a->passed + 1, --n * sizeof a->passed[0]);
    if (counts) a->passed[n++] = number;
    while (n < AREA_PASSED_MAX && a->passed[n] != 0) a->passed[n++] = 0;
}

void area_fold(struct area *a, const struct event *e)
{
    switch (e->kind) {
    case EVENT_POLICY:
        area_pack(a, e);
        area_erasure_end(a); // judged by other rules: what is not done is proposed anew
        break;
    case EVENT_ERASURE_PROPOSED:
    case EVENT_ERASURE_REQUESTED: area_erasure_propose(a, e); break;
    case EVENT_ERASURE_AGREED: area_erasure_agree(a); break;
    case EVENT_ERASURE_RESTORED: a->agreed_seq = a->last_seq; break;
    case EVENT_ERASURE_WITHDRAWN:
    case EVENT_ERASURE_DONE: area_erasure_end(a); break;
    case EVENT_PACK_PROPOSED:
        a->proposed = e->number;
        a->proposed_ms = e->at_ms;
        id_copy(a->proposed_by, e->worker);
        id_copy(a->proposed_key, e->principal);
        break;
    case EVENT_PACK_WITHDRAWN: area_proposal_end(a); break;
    case EVENT_REGISTRY: a->registry = e->number; break;
    case EVENT_CLAIMED:
        if (e->number != 0) area_pass(a, e->number);
        break;
    case EVENT_STARTED:
    case EVENT_CLOCK_SUSPECT:
    case EVENT_CLOCK_CONFIRMED: a->clock_suspect = e->number != 0; break;
    default: break;
    }
}

bool area_erasure_waits(const struct area *a, int64_t utc_ms)
{
    const struct erasure *e = &a->erasure;
    return e->seq != 0 && e->order == 0 && utc_ms < e->at_ms + AREA_PROPOSAL_MS;
}

bool area_proposal_stands(const struct area *a, int64_t utc_ms)
{
    return a->proposed != 0 && utc_ms < a->proposed_ms + AREA_PROPOSAL_MS;
}
