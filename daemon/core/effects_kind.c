// What is done where a referral is no safeguarding concern, or one that agencies speak to first.
#include "moves.h"

#include "check.h"

const struct kind_limits *rules_kinds(const struct rules *r)
{
    return r->kinds ? r->kinds : &KIND_DEFAULTS;
}

// The next instant at which somebody is alarmed: what it rests on runs out, or it waited too long.
void file_alarm_start(const struct ask *a, struct casefile *f)
{
    int64_t const waited_ms = f->received_ms + rules_kinds(a->rules)->transition_wait_days * DAY_MS;
    if (!kind_is_dated(f->kind)) return;
    f->deadline_ms = f->decide_by_ms;
    if (f->kind == KIND_TRANSITION && waited_ms < f->deadline_ms) f->deadline_ms = waited_ms;
    if (f->deadline_ms <= a->now.utc_ms) // that one has been told
        f->deadline_ms = f->decide_by_ms > a->now.utc_ms ? f->decide_by_ms : 0;
}

// The day has come and nobody decided: red, and those who run it hear of it.
void effect_lapse_kind(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)out;
    file_alarm_start(a, after);
    if (after->colour == COLOUR_RED) return;
    after->colour = COLOUR_RED;
    file_why_set(after, WHY_LAPSED, 0);
    if (STATE_BIT(after->state) & CASE_STATES_WAITING) file_waiting_start(a, after);
}

// An assessor leads it, within the date that it always had.
void effect_assess(const struct ask *a, struct casefile *after, struct command_result *out)
{
    char team[ID_MAX];
    (void)out;
    id_copy(team, allocate_team(a));
    id_copy(after->team, team);
    id_copy(after->lead, a->command->lead);
    file_lease_end(after);
    file_waiting_end(after);
    file_alarm_start(a, after);
}

void effect_settle(const struct ask *a, struct casefile *after, struct command_result *out)
{
    const struct worker *w = a->command->actor.worker;
    effect_close(a, after, out);
    after->settled = a->command->settlement;
    after->decided_ms = a->now.utc_ms;
    after->flags &= ~(int32_t)CASE_SUPPLEMENT_UNREAD;
    CHECK(w != NULL);
    id_copy(after->decider, w->id);
    file_lease_end(after);
}

void file_concern_become(const struct ask *a, struct casefile *f, struct command_result *out)
{
    f->kind = KIND_CONCERN;
    CHECK(fact_keep(&f->facts, FACT_KIND, KIND_CONCERN - 1));
    if (f->colour < COLOUR_AMBER) {
        f->colour = COLOUR_AMBER;
        file_why_set(f, WHY_PERSON, 0);
    }
    file_queue_again(a, f, out);
    file_decide_by_restart(a, f);
    file_page_keep(a, f);
}

void effect_make_concern(const struct ask *a, struct casefile *after, struct command_result *out)
{
    file_concern_become(a, after, out);
}

void effect_agency(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)out;
    after->panel |= 1 << (a->command->agency - 1);
}
