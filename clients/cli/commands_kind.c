// commands_kind.c - the commands of referrals that are no safeguarding concern, and of the agencies
// that answer about a domestic-abuse notification.
#include "option_rows.h"
#include "say.h"

static const struct option_row options_settle[] = {
    NEED("as", "settlement", "WORD",
         "granted, not_granted (about liberty); planned, not_needed (transitions); answered; "
         "withdrawn, as its sender asked"),
    TEXT("until", "until", "DAY", "granted: its last day, 2027-02-28"),
    TEXT("representative", "representative", "WORDS", "granted: who represents the person"),
    REASON,
    NEED("tell", "tell", "WORDS", "what its sender is told, in plain words"),
    END,
};
static const struct option_row options_make_concern[] = {REASON, END};
static const struct option_row options_agency[] = {
    NEED("agency", "agency", "WORD", "police, health, social_care"),
    NEED("answer", "answer", "WORDS", "what it knows, and who there said it"),
    END,
};

const struct command commands_kind[] = {
    {"settle", "REF", "end a referral that is no safeguarding concern",
     "triage settle SC-7K2M-9QX4 --as granted --until 2027-02-28 --representative \"her niece\" "
     "--reason \"all six requirements are met\" --tell \"the conditions are in the letter\"",
     "referral", options_settle, HOLD, 1, 1, run_referral, show_case_brief},
    {"make-concern", "REF", "somebody may be harmed: make it a safeguarding concern",
     "triage make-concern SC-7K2M-9QX4 --reason \"bruises on both arms\"", "referral",
     options_make_concern, HOLD, 1, 1, run_referral, show_case_brief},
    {"agency-answered", "REF", "record what the police, health or social care know",
     "triage agency-answered SC-7K2M-9QX4 --agency health --answer \"seen twice this year; Dr "
     "Finch\"",
     "referral", options_agency, HOLD, 1, 1, run_referral, show_case_brief},
    COMMANDS_END,
};
