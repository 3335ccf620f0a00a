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

void area_fold(struct area *a, const struct event *e)
{
    switch (e->kind) {
    case EVENT_POLICY: area_pack(a, e); break;
    case EVENT_PACK_PROPOSED:
        a->proposed = e->number;
        a->proposed_ms = e->at_ms;
        id_copy(a->proposed_by, e->worker);
        id_copy(a->proposed_key, e->principal);
        break;
    case EVENT_PACK_WITHDRAWN: area_proposal_end(a); break;
    case EVENT_REGISTRY: a->registry = e->number; break;
    case EVENT_STARTED:
    case EVENT_CLOCK_SUSPECT:
    case EVENT_CLOCK_CONFIRMED: a->clock_suspect = e->number != 0; break;
    default: break;
    }
}

bool area_proposal_stands(const struct area *a, int64_t utc_ms)
{
    return a->proposed != 0 && utc_ms < a->proposed_ms + AREA_PROPOSAL_MS;
}
