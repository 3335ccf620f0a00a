// commands_night.c - the commands of nights: what the duty worker does, and what the morning hears.
#include "option_rows.h"
#include "pattern.h"
#include "say.h"

static const struct option_row options_safe[] = {
    NEED("safety", "safety", "WORDS", "what was done for tonight, and by whom"),
    END,
};
static const struct option_row options_rung[] = {
    NEED("manager", "manager", "ID", "the registered manager who agreed by telephone"),
    REASON,
    END,
};
static const struct option_row options_confirm[] = {
    TEXT("reason", "reason", "WORDS", "anything to add"),
    END,
};
static const struct option_row options_restrict[] = {REASON, END};

const struct command commands_night[] = {
    {"safe-tonight", "REF", "record what keeps the adult safe until ten in the morning",
     "triage safe-tonight SC-7K2M-9QX4 --safety \"her daughter stays with her\" --worker w-night",
     "night", options_safe, HOLD, 1, 1, run_night, show_case_brief},
    {"agreed-by-phone", "REF", "record that the on-call manager agreed to your proposal",
     "triage agreed-by-phone SC-7K2M-9QX4 --manager m-heron --reason \"rung at 02:10\" --worker "
     "w-night",
     "night", options_rung, HOLD, 1, 1, run_night, show_case_brief},
    {"confirm-second", "REF", "confirm in the record what you agreed to by telephone",
     "triage confirm-second SC-7K2M-9QX4 --worker m-heron", "night", options_confirm, HOLD, 1, 1,
     run_night, show_case_brief},
    {"restrict", "REF", "keep a case from view: managers, its lead and, at night, the duty worker",
     "triage restrict SC-7K2M-9QX4 --reason \"a colleague is named\"", "night", options_restrict,
     HOLD, 1, 1, run_night, show_case_brief},
    {"unrestrict", "REF", "open it to the team again",
     "triage unrestrict SC-7K2M-9QX4 --reason \"the colleague has left\"", "night",
     options_restrict, HOLD, 1, 1, run_night, show_case_brief},
    {"handover", "", "everything that the night touched, for whoever opens the office",
     "triage handover", "handover", NULL, 0, 0, 0, run_request, show_handover},
    COMMANDS_END,
};
