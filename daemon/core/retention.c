#include "retention.h"

#include "calendar.h"
#include "check.h"
#include "command.h"
#include "kinds.h"

const char *retention_word(enum retention_class c)
{
#define RETENTION_WORD(id, number, word, meaning) [id] = word,
    static const char *const words[] = {[RETENTION_NONE] = "", RETENTION_LIST(RETENTION_WORD)};
#undef RETENTION_WORD
    CHECK(c >= RETENTION_NONE && c < RETENTION_COUNT);
    return words[c];
}

static enum retention_class decided_class(int32_t outcome)
{
    switch (outcome) {
    case OUTCOME_NOT_MET: return RETENTION_NOT_MET;
    case OUTCOME_OTHER: return RETENTION_OTHER;
    case OUTCOME_FORWARD: return RETENTION_FORWARDED;
    case OUTCOME_MET: return RETENTION_ENQUIRY;
    default: return RETENTION_NONE;
    }
}

enum retention_class retention_class(const struct casefile *f)
{
    if (f->state == STATE_VOID) return RETENTION_VOID;
    if (f->state != STATE_CLOSED) return RETENTION_NONE;
    if (f->kind == KIND_ORGANISATION) return RETENTION_ORGANISATION;
    if (f->kind == KIND_LOG) return RETENTION_LOG;
    if (!kind_is_s42(f->kind)) return RETENTION_REQUEST;
    return decided_class(f->outcome);
}

int64_t retention_ended_ms(const struct casefile *f)
{
    return f->state == STATE_CLOSED && f->closed_ms != 0 ? f->closed_ms : f->state_since_ms;
}

static int32_t day_after(int32_t day, const struct retention_rule *rule)
{
    struct civil const c = civil_local(civil_midnight(day));
    int const months = rule->unit == RETENTION_YEARS ? 12 * rule->amount : rule->amount;
    if (rule->unit == RETENTION_DAYS) return day + rule->amount;
    int const month = c.month - 1 + months;
    int const year = c.year + month / 12;
    int of_month = c.day;
    while (!civil_valid(year, month % 12 + 1, of_month)) of_month--;
    return civil_day(year, month % 12 + 1, of_month);
}

int64_t retention_due_ms(const struct retention *r, const struct casefile *f)
{
    const struct retention_rule *rule = &r->rules[retention_class(f)];
    if (rule->amount == 0) return 0;
    struct civil const ended = civil_local(retention_ended_ms(f));
    int32_t const day = civil_day(ended.year, ended.month, ended.day);
    return civil_midnight(day_after(day, rule) + 1);
}
