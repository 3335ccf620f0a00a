// What keeps a case from being erased, and what must hold before a court's or anybody's call to
// keep it is noted.  Nothing is erased but by an order that two managers agreed on.
#include "moves.h"
#include "retention.h"

#include "check.h"

GUARD(ordered, ERR_FORBIDDEN, NULL,
      "Nobody erases alone. One MASH manager proposes it, another agrees: triage erase, triage "
      "retention.",
      "two MASH managers")
{
    return a->command->order != 0;
}

GUARD(no_legal_hold, ERR_CONFLICT, NULL,
      "It is under a legal hold. A manager lifts that first: triage hold REF --held no.", "")
{
    return (a->file->flags & CASE_LEGAL_HOLD) == 0;
}

GUARD(no_open_link, ERR_CONFLICT, NULL,
      "Another case that it belongs to, or that follows it, is still open. That one ends first.",
      "")
{
    const struct rules *r = a->rules;
    if (ask_followers(a).n > 0) return false;
    if (r->children_open != NULL && r->children_open(r->ctx, a->file->no) > 0) return false;
    if (r->case_open == NULL) return true;
    if (a->file->follows > 0 && r->case_open(r->ctx, (uint64_t)a->file->follows)) return false;
    return a->file->org <= 0 || !r->case_open(r->ctx, (uint64_t)a->file->org);
}

GUARD(notices_settled, ERR_CONFLICT, NULL,
      "A notice is still owed to who sent it. Their system has to fetch it first, or their key is "
      "revoked.",
      "")
{
    const struct rules *r = a->rules;
    return r->notice_owed == NULL || !r->notice_owed(r->ctx, a->file);
}

// The ground for which no time need have passed: whom it is about asks for it.
static bool on_request(const struct ask *a)
{
    return a->command->on_request;
}

static int64_t due_ms(const struct ask *a)
{
    return a->rules->retention != NULL ? retention_due_ms(a->rules->retention, a->file) : 0;
}

GUARD(period_set, ERR_CONFLICT, NULL,
      "The rules in force do not say how long such a case is kept, so none is erased. The council "
      "says so in its pack: section retention of pack.yaml.",
      "")
{
    return on_request(a) || due_ms(a) != 0;
}

GUARD(period_over, ERR_CONFLICT, NULL, "The time that it is kept is not over yet.", "")
{
    int64_t const due = due_ms(a);
    return on_request(a) || (due != 0 && due <= a->now.utc_ms);
}

struct retention_bar retention_bar(const struct rules *r, const struct casefile *f)
{
    struct command const c = {.kind = COMMAND_ERASE};
    struct ask const a = {.rules = r, .file = f, .command = &c};
    static const struct {
        const struct guard *guard;
        const char *word;
    } bars[] = {{&guard_no_legal_hold, "legal_hold"},
                {&guard_no_hold, "police_hold"},
                {&guard_no_open_link, "open_link"},
                {&guard_notices_settled, "notice_owed"},
                {&guard_no_open_challenge, "challenge"}};
    for (size_t i = 0; i < sizeof(bars) / sizeof(bars[0]); i++) {
        if (!bars[i].guard->holds(&a))
            return (struct retention_bar){bars[i].word, bars[i].guard->words};
    }
    return (struct retention_bar){"", ""};
}

// Legal holds.

GUARD(legal_hold_new, ERR_INVALID, "held",
      "Say whether it is to be kept whatever the schedule says: yes, or no longer, where that is "
      "new.",
      "")
{
    bool const held = (a->file->flags & CASE_LEGAL_HOLD) != 0;
    return a->command->hold_answer && a->command->legal_hold != held;
}

void effect_legal_hold(const struct ask *a, struct casefile *after, struct command_result *out)
{
    if (a->command->legal_hold) {
        after->flags |= CASE_LEGAL_HOLD;
        return;
    }
    after->flags &= ~(int32_t)CASE_LEGAL_HOLD;
    out->event = EVENT_LEGAL_RELEASED;
}

// Of what is gone the order stays that said so, what it was, and since when it was due.
void effect_erase(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)out;
    file_proposal_end(after);
    casefile_erase(after, a->command->order, a->rules->retention);
}
