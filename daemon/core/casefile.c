#include "casefile.h"

#include "check.h"
#include "kinds.h"
#include "retention.h"

#define STATE_BIT(state) (1U << (state))
// Here the deadline itself moves the case.
#define STATES_TIMED                                                        \
    (STATE_BIT(STATE_HANDOVER_OFFERED) | STATE_BIT(STATE_DECIDED_NOT_MET) | \
     STATE_BIT(STATE_FORWARDED))

bool casefile_open(const struct casefile *f)
{
    return f->state != STATE_CLOSED && f->state != STATE_VOID && f->state != STATE_NONE;
}

bool casefile_shadowed(const struct casefile *f)
{
    bool const undecided = f->state == STATE_QUEUED || f->state == STATE_IN_TRIAGE;
    return undecided && (f->flags & CASE_DIRECT) != 0 && !casefile_follows(f);
}

bool casefile_put_off(const struct casefile *f, int64_t utc_ms)
{
    return f->state == STATE_QUEUED && hold_ms(f->hold) > utc_ms;
}

uint64_t casefile_kept_seq(const struct casefile *f)
{
    uint64_t const files = (uint64_t)f->files_seq;
    return files > f->last_seq ? files : f->last_seq;
}

bool casefile_follows(const struct casefile *f)
{
    return f->follows != 0 && f->state != STATE_DECIDED_NOT_MET;
}

bool casefile_unled(const struct casefile *f)
{
    return (CASE_STATES_UNLED >> f->state & 1) != 0 && !casefile_follows(f);
}

static bool errands_equal(const struct casefile *a, const struct casefile *b)
{
    if (a->n_errands != b->n_errands) return false;
    for (size_t i = 0; i < a->n_errands; i++) {
        if (!errand_equal(&a->errands[i], &b->errands[i])) return false;
    }
    return true;
}

#define DIFFER_NUM(name)   (a->name != b->name)
#define DIFFER_SMALL(name) (a->name != b->name)
#define DIFFER_TEXT(name)  (strncmp(a->name, b->name, ID_MAX) != 0)
#define DIFFER(number, type, name) \
    if (DIFFER_##type(name)) return #name;

const char *casefile_difference(const struct casefile *a, const struct casefile *b)
{
    if (a->no != b->no) return "no";
    if (a->version != b->version) return "version";
    if (a->last_seq != b->last_seq) return "last_seq";
    CASE_FIELDS(DIFFER)
    for (int i = 0; i < FACT_COUNT; i++) // one by one: between them there may be padding
        if (fact_kept(&a->facts, (enum fact)i) != fact_kept(&b->facts, (enum fact)i))
            return "facts";
    if (memcmp(a->commands, b->commands, sizeof(a->commands)) != 0) return "commands";
    if (!errands_equal(a, b)) return "errands";
    return NULL;
}

const struct errand *casefile_errand(const struct casefile *f, int32_t number)
{
    for (size_t i = 0; i < f->n_errands; i++) {
        if (f->errands[i].number == number) return &f->errands[i];
    }
    return NULL;
}

bool casefile_equal(const struct casefile *a, const struct casefile *b)
{
    return casefile_difference(a, b) == NULL;
}

uint64_t casefile_command_seq(const struct casefile *f, uint64_t fingerprint)
{
    for (size_t i = 0; fingerprint != 0 && i < CASE_COMMANDS_MAX; i++) {
        if (f->commands[i].fingerprint == fingerprint) return f->commands[i].seq;
    }
    return 0;
}

void casefile_command_keep(struct casefile *f, uint64_t fingerprint, uint64_t seq)
{
    if (fingerprint == 0) return;
    memmove(f->commands + 1, f->commands, sizeof(f->commands) - sizeof(f->commands[0]));
    f->commands[0] = (struct case_command){fingerprint, seq};
}

bool casefile_news(const struct casefile *f)
{
    return (f->flags & (CASE_SUPPLEMENT_UNREAD | CASE_ANSWER_UNREAD)) != 0;
}

const struct errand *casefile_errand_due(const struct casefile *f)
{
    const struct errand *first = NULL;
    for (size_t i = 0; i < f->n_errands; i++) {
        const struct errand *e = &f->errands[i];
        if (e->next_ms != 0 && (first == NULL || e->next_ms < first->next_ms)) first = e;
    }
    return first;
}

bool casefile_challenged(const struct casefile *f)
{
    for (size_t i = 0; i < f->n_errands; i++) {
        if (f->errands[i].kind == ERRAND_CHALLENGE && errand_live(&f->errands[i])) return true;
    }
    return false;
}

static int64_t sooner(int64_t due, int64_t candidate_ms)
{
    return candidate_ms != 0 && candidate_ms < due ? candidate_ms : due;
}

// A refusal that a manager agreed to by telephone waits for their word in the record.
int64_t casefile_deadline_ms(const struct casefile *f)
{
    bool const waits = f->state == STATE_DECIDED_NOT_MET &&
                       ((f->flags & CASE_PHONE_SECOND) != 0 || casefile_challenged(f));
    return waits ? 0 : f->deadline_ms;
}

int64_t casefile_due_ms(const struct casefile *f)
{
    int64_t due = INT64_MAX;
    CHECK(f->state >= STATE_NONE && f->state <= STATE_LAST);
    unsigned const state = STATE_BIT(f->state);
    if (f->proposal != 0)
        due = sooner(due, f->proposal_until_ms);
    else
        due = sooner(due, f->lease_until_ms); // a lease waits for its proposal
    if (f->state == STATE_QUEUED) due = sooner(due, paging_ms(f->paging));
    if (state & STATES_TIMED) due = sooner(due, casefile_deadline_ms(f));
    if ((state & CASE_STATES_LAPSING) && kind_is_dated(f->kind)) due = sooner(due, f->deadline_ms);
    if (state & CASE_STATES_WAITING) due = sooner(sooner(due, f->reassess_ms), f->holding_ms);
    const struct errand *errand = casefile_errand_due(f);
    return errand != NULL ? sooner(due, errand->next_ms) : due;
}

struct told told_of(const struct casefile *f)
{
    return (struct told){(enum colour)(f->told & 3), f->told >> 2};
}

void told_set(struct casefile *f, const struct told *t)
{
    CHECK(t->decide_by_ms >= 0 && t->decide_by_ms <= INT64_MAX >> 2);
    f->told = t->decide_by_ms << 2 | (int64_t)t->colour;
}

void casefile_erase(struct casefile *f, uint64_t order, const struct retention *by)
{
    f->proposal_seq = (int64_t)order;
    f->proposed_reason = (int32_t)retention_class(f);
    f->proposal_until_ms = by != NULL ? retention_due_ms(by, f) : 0;
    f->flags |= CASE_ERASED;
    f->adult_hash = 0;
    f->person_hash = 0;
    f->source_hash = 0;
    f->place_hash = 0;
    f->marks = 0;
    f->files_seq = 0;
    f->files_open = 0;
    facts_kept_clear(&f->facts);
}
