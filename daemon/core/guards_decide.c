// What must be on record before a decision, and when it takes two people.
#include "moves.h"

#include "check.h"

GUARD(decide_hold, ERR_CONFLICT, NULL,
      "You do not have this case now. Take it, or take it again if your time ran out; another "
      "enquiry is decided anew by its lead or a MASH manager.",
      "")
{
    const struct worker *w = a->command->actor.worker;
    CHECK(w != NULL);
    if (a->file->state == STATE_IN_TRIAGE) return guard_lease_yours.holds(a);
    return (a->hats & HAT_MASH_MANAGER) || strncmp(a->file->lead, w->id, ID_MAX) == 0;
}

// The three questions are the MASH's, but for what the rules sent to a community team; another
// enquiry is its lead's, wherever it is led.  A referral for care asks none of them.
GUARD(decide_team, ERR_FORBIDDEN, NULL,
      "The MASH decides this: the rules did not send it to your team. Return it, and ask the MASH "
      "to take it back.",
      "a MASH worker or manager")
{
    const struct casefile *f = a->file;
    if (!kind_is_s42(f->kind) || (a->hats & HATS_MASH)) return true;
    return f->state != STATE_IN_TRIAGE || (f->flags & CASE_DIRECT) != 0;
}

static enum answer answer(const struct ask *a, int limb)
{
    return limb_of(a->command->limbs, limb);
}

// The three questions are asked of concerns: a referral for care is passed on without them.
static bool unasked(const struct ask *a)
{
    return !kind_is_s42(a->file->kind);
}

// Care Act 2014 s42(1)(a), (b), (c).
GUARD(question_a, ERR_INVALID, "questions.care_and_support_needs",
      "Answer the first question: does the adult have needs for care and support? Not known is an "
      "answer.",
      "")
{
    return unasked(a) || answer(a, 0) != ANSWER_UNSET;
}

GUARD(question_b, ERR_INVALID, "questions.abuse_or_risk",
      "Answer the second question: is the adult experiencing, or at risk of, abuse or neglect? Not "
      "known is an answer.",
      "")
{
    return unasked(a) || answer(a, 1) != ANSWER_UNSET;
}

GUARD(question_c, ERR_INVALID, "questions.unable_to_protect_self",
      "Answer the third question: do those needs keep the adult from protecting themselves? Not "
      "known is an answer.",
      "")
{
    return unasked(a) || answer(a, 2) != ANSWER_UNSET;
}

GUARD(because_a, ERR_INVALID, "questions.care_and_support_needs_because",
      "Say what the first answer rests on.", "")
{
    return unasked(a) || a->command->has_because[0];
}

GUARD(because_b, ERR_INVALID, "questions.abuse_or_risk_because",
      "Say what the second answer rests on.", "")
{
    return unasked(a) || a->command->has_because[1];
}

GUARD(because_c, ERR_INVALID, "questions.unable_to_protect_self_because",
      "Say what the third answer rests on.", "")
{
    return unasked(a) || a->command->has_because[2];
}

GUARD(met_answers, ERR_INVALID, "questions",
      "For the duty to be met each question is answered yes, or not known with reasonable "
      "suspicion recorded.",
      "")
{
    for (int limb = 0; limb < 3; limb++) {
        enum answer const given = answer(a, limb);
        if (given == ANSWER_NO) return false;
        if (given == ANSWER_NOT_KNOWN && !a->command->reasonable_suspicion) return false;
    }
    return true;
}

GUARD(safety, ERR_INVALID, "safety",
      "Say what was done about safety now, or why nothing is needed.", "")
{
    return a->command->has_safety;
}

GUARD(wishes, ERR_INVALID, "wishes", "Say what the adult wants, or why they were not asked.", "")
{
    return a->command->has_wishes;
}

GUARD(capacity, ERR_INVALID, "has_capacity",
      "Say whether the adult has capacity for this. Not known is an answer.", "")
{
    return a->command->capacity != ANSWER_UNSET;
}

GUARD(not_met_code, ERR_INVALID, "not_met_reason", "Say by its code why this is not a s42 enquiry.",
      "")
{
    int const code = a->command->not_met_reason;
    if (unasked(a)) return code == 0;
    return code >= NOT_MET_NO_CARE_NEEDS && code <= NOT_MET_OTHER_AREA;
}

GUARD(not_met_answer, ERR_INVALID, "not_met_reason",
      "The reason names a question that is not answered no. Change the reason or the answer.", "")
{
    switch (a->command->not_met_reason) {
    case NOT_MET_NO_CARE_NEEDS: return answer(a, 0) == ANSWER_NO;
    case NOT_MET_NO_ABUSE_OR_RISK: return answer(a, 1) == ANSWER_NO;
    case NOT_MET_CAN_PROTECT_SELF: return answer(a, 2) == ANSWER_NO;
    default: return true; // outside s42 (Care Act 2014 s76), under 18, another council's area
    }
}

GUARD(tell, ERR_INVALID, "tell", "Write what the referrer is told, in plain words.", "")
{
    return a->command->has_tell;
}

GUARD(signpost, ERR_INVALID, "signpost",
      "Say where else the referrer may turn, or that nothing else was found.", "")
{
    return a->command->has_signpost;
}

GUARD(forward_to, ERR_INVALID, "forward_to", "Say which service it is forwarded to.", "")
{
    return a->command->forward_to > 0 && a->command->forward_to <= FORWARD_LAST;
}

GUARD(forward_name, ERR_INVALID, "forward_name",
      "Say who has it there and how the referrer reaches them.", "")
{
    return a->command->has_forward_name;
}

// The adult duty begins at 18: a person settles the birth date before a child leaves this queue.
GUARD(
    birth_date, ERR_INVALID, "birth_date_confirmed",
    "Confirm the birth date before this goes to children's services, and only then send it there.",
    "")
{
    bool const to_children = a->command->forward_to == FORWARD_CHILDREN;
    bool const as_child = a->command->not_met_reason == NOT_MET_UNDER_18;
    if (to_children != as_child && !unasked(a)) return false;
    return a->command->birth_date_confirmed || !to_children;
}

GUARD(no_child_refused, ERR_INVALID, "outcome",
      "Someone confirmed as under 18 is forwarded to children's services, never decided here.", "")
{
    return !a->command->birth_date_confirmed && a->command->not_met_reason != NOT_MET_UNDER_18;
}

GUARD(age_reason, ERR_INVALID, "reason",
      "The birth date given makes them under 18. Say in the reason what the right one is, or "
      "confirm it and forward the case to children's services.",
      "")
{
    return (a->file->flags & CASE_UNDER_18) == 0 || a->command->has_reason;
}

// More than one concern about the same adult, here as many as practice calls a pattern.
#define CONCERNS_RISKY 3

// Solely automated refusals do not exist here, and lonely ones only where little can go wrong: not
// when it is or came in amber or red, not when an answer is unknown or a question is out, not when
// the same adult came up again and again.  The colour on receipt counts too, or lowering it first
// would be a way round the second person.
bool decision_is_risky(const struct ask *a)
{
    const struct casefile *f = a->file;
    int32_t const concerns = fact_kept(&f->facts, FACT_ADULT_CONCERNS_365_DAYS);
    if (a->command->outcome == OUTCOME_FORWARD && a->command->forward_to == FORWARD_CHILDREN) {
        return false; // a child in danger does not wait for a second signature
    }
    if (unasked(a)) return false; // nothing is refused: whoever has it next answers it
    for (int limb = 0; limb < 3; limb++) {
        if (answer(a, limb) != ANSWER_YES && answer(a, limb) != ANSWER_NO) return true;
    }
    return f->colour != COLOUR_GREEN || f->colour_first != COLOUR_GREEN ||
           (f->flags & CASE_INFORMATION_ASKED) != 0 || ask_followers(a).asked > 0 ||
           (concerns != FACT_UNKNOWN && concerns >= CONCERNS_RISKY);
}
