// commands_pattern.c - the commands about what belongs together: threads of one incident, concerns
// about one service.
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

static const struct option_row options_orgs[] = {
    TEXT("ref", "reference", "REF", "this one alone, open or closed"),
    END,
};
static const struct option_row options_org[] = {
    NEED("act", "act", "WORD",
         "scope, large_scale, quality_route, review or close the record; attach or detach a "
         "concern"),
    TEXT("owner", "owner", "ID", "the registered manager who owns it (default: who asks)"),
    TIME("review", "review_ms", "when it is looked at again"),
    TEXT("to", "org", "REF", "with attach: the record that the concern belongs to"),
    REASON,
    END,
};

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
    {"orgs", "", "records about services: where several concerns point at one place or person",
     "triage orgs\ntriage orgs --ref SC-3HP8-VW2D", "orgs", options_orgs, 0, 0, 0, run_request,
     show_orgs},
    {"org", "REF", "open, route, review or close such a record, as a MASH manager",
     "triage org SC-3HP8-VW2D --act scope --review 2026-08-03 --reason \"three falls at night\"\n"
     "triage org SC-3HP8-VW2D --act quality_route --review 2026-08-10 --reason \"a rota, no "
     "harm\"\n"
     "triage org SC-7K2M-9QX4 --act detach --reason \"his own flat, nothing to do with them\"\n"
     "triage org SC-3HP8-VW2D --act close --reason \"action plan complete\"",
     "org", options_org, HOLD, 1, 1, run_request, show_case_brief},
    COMMANDS_END,
};
