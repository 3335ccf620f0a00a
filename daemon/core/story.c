#include "story.h"

#include "check.h"
#include "command.h"
#include "now.h"

#define NAMES       ((size_t)STORY_NAMES_MAX + 1)
#define NAMES_HASH  ((size_t)131072) // a power of two, twice the names
#define NAME_NONE   0U
#define NAME_OTHERS 1U
#define NAME_FIRST  2U

size_t stories_bytes(uint64_t cases_max)
{
    struct stories const *s = NULL;
    return ((size_t)cases_max + 1) * sizeof *s->cases +
           NAMES * (sizeof *s->names + sizeof *s->waiting) + NAMES_HASH * sizeof *s->names_hash;
}

void stories_init(struct stories *s, void *memory, uint64_t cases_max, int64_t until_ms)
{
    *s = (struct stories){.cases_max = cases_max, .until_ms = until_ms, .n_names = NAME_FIRST};
    s->cases = memory;
    s->waiting = (void *)(s->cases + cases_max + 1);
    s->names = (void *)(s->waiting + NAMES);
    s->names_hash = (void *)(s->names + NAMES);
    memcpy(s->names[NAME_OTHERS], "others", sizeof "others");
}

const char *stories_name(const struct stories *s, unsigned name)
{
    CHECK(name < s->n_names);
    return s->names[name];
}

static uint16_t name_of(struct stories *s, const char *id)
{
    uint64_t h = 0xcbf29ce484222325U;
    if (id[0] == '\0') return NAME_NONE;
    for (char const *c = id; *c; c++) h = (h ^ (uint8_t)*c) * 0x100000001b3U;
    size_t at = (size_t)(h ^ h >> 32) & (NAMES_HASH - 1);
    for (; s->names_hash[at]; at = (at + 1) & (NAMES_HASH - 1))
        if (strncmp(s->names[s->names_hash[at]], id, ID_MAX) == 0) return s->names_hash[at];
    if (s->n_names > STORY_NAMES_MAX) return NAME_OTHERS;
    s->names_hash[at] = (uint16_t)s->n_names;
    id_copy(s->names[s->n_names], id);
    return (uint16_t)s->n_names++;
}

static uint32_t seconds_of(int64_t ms)
{
    int64_t const s = ms / SECOND_MS;
    if (s < 0) return 0;
    return s > UINT32_MAX ? UINT32_MAX : (uint32_t)s;
}

static const struct {
    enum story_cared cared;
    enum case_flag flag;
} CARED[] = {
    {CARED_TOLD, CASE_ADULT_TOLD}, {CARED_ADVOCATE, CASE_ADVOCATE}, {CARED_PLAN, CASE_SAFETY_PLAN}};
#define CARED_COUNT (sizeof CARED / sizeof CARED[0])

static int32_t flags_of(unsigned cared)
{
    int32_t flags = 0;
    for (size_t i = 0; i < CARED_COUNT; i++)
        if (cared & CARED[i].cared) flags |= (int32_t)CARED[i].flag;
    return flags;
}

static uint8_t cared_of(int32_t flags)
{
    unsigned cared = 0;
    for (size_t i = 0; i < CARED_COUNT; i++)
        if (flags & (int32_t)CARED[i].flag) cared |= CARED[i].cared;
    return (uint8_t)cared;
}

void stories_before(const struct stories *s, uint64_t no, struct casefile *f)
{
    CHECK(no > 0 && no <= s->cases_max);
    struct story const *t = &s->cases[no];
    f->no = no;
    f->kind = t->kind;
    f->state = t->state;
    f->colour = t->colour;
    f->outcome = t->outcome;
    f->achieved = t->achieved;
    f->risk = t->risk;
    f->flags = flags_of(t->cared);
    f->received_ms = (int64_t)t->received_s * SECOND_MS;
    f->decide_by_ms = (int64_t)t->decide_by_s * SECOND_MS;
    id_copy(f->team, s->names[t->team]);
    id_copy(f->referrer, s->names[t->referrer]);
    id_copy(f->lead, s->names[t->lead]);
    f->decider[0] = '\0'; // Asked for only where the record itself names them.
    f->not_met_reason = 0;
    f->why_table[0] = '\0';
    f->why_row = 0;
}

// The row that set its colour when it came; none where no table could.
static uint16_t rule_name(struct stories *s, const struct casefile *f)
{
    char name[ID_MAX];
    char digits[8];
    unsigned row = f->why_row > 0 && f->why_row < 1000000 ? (unsigned)f->why_row : 0;
    size_t n = 0, len = strnlen(f->why_table, ID_MAX - sizeof digits - 1);
    if (len == 0) return NAME_NONE;
    memcpy(name, f->why_table, len);
    if (row) name[len++] = ' ';
    for (; row; row /= 10) digits[n++] = (char)('0' + row % 10);
    while (n) name[len++] = digits[--n];
    name[len] = '\0';
    return name_of(s, name);
}

static uint16_t decision_name(struct stories *s, const struct casefile *f)
{
    static const char *const outcomes[] = {"settled", "met", "not_met", "other", "forward"};
    static const char *const reasons[] = {"not_met",
                                          "not_met_no_care_needs",
                                          "not_met_no_abuse_or_risk",
                                          "not_met_can_protect_self",
                                          "not_met_outside_s42",
                                          "not_met_under_18",
                                          "not_met_other_area"};
    size_t const outcome = (size_t)f->outcome, reason = (size_t)f->not_met_reason;
    CHECK(outcome < sizeof outcomes / sizeof *outcomes);
    if (outcome == OUTCOME_NOT_MET && reason < sizeof reasons / sizeof *reasons)
        return name_of(s, reasons[reason]);
    return name_of(s, outcomes[outcome]);
}

static void story_owes(struct stories *s, uint64_t no, const struct event *e)
{
    struct story *t = &s->cases[no];
    if (e->n_notices == 0) return; // Nobody to tell: anonymous, or by telephone.
    uint16_t const recipient = name_of(s, e->notices[0].recipient);
    t->flags |= STORY_OWED;
    t->cursor = (uint32_t)e->notices[0].cursor;
    if (s->waiting[recipient].last)
        s->cases[s->waiting[recipient].last].next = (uint32_t)no;
    else
        s->waiting[recipient].first = (uint32_t)no;
    s->waiting[recipient].last = (uint32_t)no;
}

static void story_decided(struct stories *s, uint64_t no, const struct event *e,
                          const struct casefile *f)
{
    struct story *t = &s->cases[no];
    if (t->decided_s) return; // Reopened and decided again: reports are about the first.
    t->decided_s = seconds_of(e->at_ms);
    t->decider = name_of(s, f->decider[0] ? f->decider : e->worker);
    if (t->decide_by_s && t->decided_s > t->decide_by_s) t->flags |= STORY_LATE;
    t->made = decision_name(s, f);
    story_owes(s, no, e);
}

static void story_rated(struct story *t, enum event_kind kind, int32_t colour)
{
    if (kind == EVENT_RERATED && colour > t->colour) t->flags |= STORY_RAISED;
    if (kind == EVENT_RERATED && colour < t->colour) t->flags |= STORY_LOWERED;
    if (kind == EVENT_REASSESSED && colour > t->colour) t->flags |= STORY_RISEN;
}

static void story_told(struct story *t, int64_t at_ms)
{
    if ((t->flags & STORY_OWED) && t->told_s == 0) t->told_s = seconds_of(at_ms);
}

static void story_event(struct stories *s, uint64_t no, const struct event *e,
                        const struct casefile *f)
{
    struct story *t = &s->cases[no];
    switch (e->kind) {
    case EVENT_CLAIMED:
        t->holder = name_of(s, e->worker);
        if (t->taken_s) break;
        t->taken_s = seconds_of(e->at_ms);
        t->taker = t->holder;
        break;
    case EVENT_RECEIVED: t->rule = rule_name(s, f); break;
    case EVENT_CHALLENGED: t->flags |= STORY_CHALLENGED; break;
    case EVENT_CHALLENGE_DECIDED:
        t->verdict = (uint8_t)e->number;
        t->verdicts++;
        break;
    case EVENT_SETTLED:
    case EVENT_DECIDED: story_decided(s, no, e, f); break;
    case EVENT_NOTICE_READ:
    case EVENT_PHONE_CONFIRMED:
        if (t->decided_s) t->flags |= STORY_READ;
        story_told(t, e->at_ms);
        break;
    default: break;
    }
}

void stories_after(struct stories *s, uint64_t no, const struct event *e, const struct casefile *f)
{
    CHECK(no > 0 && no <= s->cases_max);
    if (e->at_ms >= s->until_ms) return;
    struct story *t = &s->cases[no];
    if (no > s->n) s->n = no;
    t->kind = (uint8_t)f->kind;
    story_rated(t, e->kind, f->colour);
    bool const undecided = 1U << f->state & STATES_UNDECIDED;
    if (t->decided_s && undecided && !(1U << t->state & STATES_UNDECIDED))
        t->flags |= STORY_REOPENED;
    t->state = (uint8_t)f->state;
    t->colour = (uint8_t)f->colour;
    t->outcome = (uint8_t)f->outcome;
    t->achieved = (uint8_t)f->achieved;
    t->risk = (uint8_t)f->risk;
    t->cared = cared_of(f->flags);
    t->received_s = seconds_of(f->received_ms);
    story_event(s, no, e, f); // Judged by the date that stood before it.
    t->decide_by_s = seconds_of(f->decide_by_ms);
    t->team = name_of(s, f->team);
    t->referrer = name_of(s, f->referrer);
    t->lead = name_of(s, f->lead);
    if (t->led_s == 0 && t->lead && (1U << t->state & STATES_LED)) t->led_s = seconds_of(e->at_ms);
    bool const over = t->state == STATE_CLOSED || t->state == STATE_VOID;
    t->closed_s = !over ? 0 : t->closed_s ? t->closed_s : seconds_of(e->at_ms);
}

void stories_receipt(struct stories *s, const struct event *e)
{
    if (e->at_ms >= s->until_ms) return;
    uint16_t const recipient = name_of(s, e->principal);
    uint32_t no = s->waiting[recipient].first;
    while (no && s->cases[no].cursor <= e->number) {
        story_told(&s->cases[no], e->at_ms);
        no = s->cases[no].next;
    }
    s->waiting[recipient].first = no;
    if (no == 0) s->waiting[recipient].last = 0;
}
