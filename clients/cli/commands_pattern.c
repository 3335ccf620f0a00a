// commands_pattern.c - the commands about what belongs together: threads of one incident.
#include "option_rows.h"
#include "pattern.h"
#include "say.h"

static const struct option_row options_link[] = {
    NEED("to", "primary", "REF", "the case that leads"),
    REASON,
    FLAG("suggest", "suggest", "leave it where it is, and ask the MASH"),
    END,
};
static const struct option_row options_unlink[] = {REASON, END};

const struct command commands_pattern[] = {
    {"links", "REF", "what a case follows, what follows it, what may be the same incident",
     "triage links SC-7K2M-9QX4", "links", NULL, 0, 1, 1, run_request, show_links},
    {"link", "REF", "let a case follow another about the same adult and incident",
     "triage link SC-7K2M-9QX4 --to SC-3HP8-VW2D --reason \"the same fall, told by the hospital\"\n"
     "triage link SC-7K2M-9QX4 --to SC-3HP8-VW2D --suggest --reason \"looks like ours\"",
     "link", options_link, HOLD, 1, 1, run_request, show_case_brief},
    {"unlink", "REF", "let a linked case stand by itself again, as a MASH manager",
     "triage unlink SC-7K2M-9QX4 --reason \"two different falls\"", "unlink", options_unlink, HOLD,
     1, 1, run_request, show_case_brief},
    COMMANDS_END,
};
