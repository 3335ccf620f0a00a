// commands_errands.c - the commands about what is out for a case: questions, enquiries that others
// make, challenges, calls; and about people: who is there, and who leaves.
#include "errands.h"
#include "option_rows.h"
#include "people.h"
#include "say.h"

#define WHICH NUMBER("number", "number", "of what is out, where there are several (triage case)")

static const struct option_row options_tasks[] = {
    TEXT("kind", "kind", "WORD",
         "of one kind alone: question, delegation, challenge, call, tell_adult, proposal, "
         "name_lead, "
         "confirm_second, news"),
    NUMBER("limit", "limit", "how many at most (default: 200)"),
    END,
};
static const struct option_row options_workers[] = {
    TEXT("after", "after", "ID", "those after this one"),
    NUMBER("limit", "limit", "how many at most (default: 200)"),
    END,
};
static const struct option_row options_ask[] = {
    TEXT("of", "of", "ID", "the key of whom to ask (default: the referrer)"),
    LIST("question", "questions", "WORDS", "what you want to know; may be repeated"),
    NEED("why", "why", "WORDS", "why it matters: whoever is asked reads it"),
    END,
};
static const struct option_row options_close_question[] = {
    WHICH, REASON, TEXT("tell", "tell", "WORDS", "for whoever was asked"), END};
static const struct option_row options_delegate[] = {
    NEED("to", "to", "ID", "the key of who enquires: a provider, a partner, the police"),
    NEED("scope", "scope", "WORDS", "what they are to find out, and what they are not"),
    NEED("purpose", "purpose", "WORDS", "what it is for"),
    NEED("terms", "terms", "WORDS", "whom they may speak to, what they keep, whom they tell"),
    {"due", OPTION_TIME, "due_ms", "TIME", "by when", true},
    TEXT("source-reason", "source_reason", "WORDS",
         "a MASH manager's, where they may be the source of the harm themselves"),
    TEXT("police-agree", "police_agree", "WORDS",
         "who at the police agreed and when, where a crime is suspected"),
    END,
};
static const struct option_row options_check_report[] = {
    FLAG("accept", NULL, "the report stands (with --adult-seen, --evidence, --risk-now)"),
    FLAG("return", NULL, "it goes back (with --reason and --due)"),
    FLAG("extend", NULL, "they have longer (with --reason and --due)"),
    FLAG("take-back", NULL, "the council enquires itself (with --reason)"),
    WHICH,
    TEXT("adult-seen", "adult_seen", "ANSWER", "was the adult seen: yes, no, not_known"),
    TEXT("evidence", "evidence", "WORDS", "what the findings rest on"),
    TEXT("risk-now", "risk_now", "WORDS", "what risk there is now"),
    TEXT("reason", "reason", "WORDS", "why, for the record"),
    TIME("due", "due_ms", "by when it is wanted now"),
    END,
};
static const struct option_row options_review[] = {
    TEXT("reviewer", "reviewer", "ID", "names the manager who reviews it"),
    TEXT("result", "result", "WORD",
         "says, as the reviewer, how it ends: upheld, part_upheld, not_upheld, out_of_scope"),
    TEXT("reason", "reason", "WORDS", "why, for the record"),
    TEXT("tell", "tell", "WORDS", "for the referrer, with the next step"),
    WHICH,
    END,
};
static const struct option_row options_call_done[] = {
    NEED("spoke-to", "spoke_to", "WORDS", "with whom you spoke"),
    TIME("at", "at_ms", "when"),
    WHICH,
    END,
};
static const struct option_row options_adult_told[] = {
    NEED("how", "how", "WORDS", "how the adult was told, or why they must not be"), WHICH, END};
static const struct option_row options_void[] = {
    REASON,
    FLAG("no-adult-at-risk", "no_adult_at_risk", "no adult is at risk: a test, or sent in error"),
    END,
};
static const struct option_row options_mark[] = {
    NEED("police-hold", "police_hold", "ANSWER",
         "the police ask for silence: yes; they no longer do: no"),
    REASON,
    END,
};
static const struct option_row options_hold[] = {
    NEED("held", "held", "ANSWER", "yes: it is kept; no: no longer on that ground"),
    REASON,
    END,
};
static const struct option_row options_take_back[] = {REASON, END};
static const struct option_row options_reassign[] = {
    NEED("to", "to", "ID", "the registered worker who leads from now on"),
    TEXT("from", "from", "ID", "without REF: all that this worker leads"),
    TEXT("team", "team", "TEAM", "without REF: in this team"),
    REASON,
    END,
};

const struct command commands_errands[] = {
    {"tasks", "[TEAM]", "what a team has to do beside its queue, first what is due first",
     "triage tasks mash\ntriage tasks mash --json", "tasks", options_tasks, 0, 0, 1, run_tasks,
     show_tasks},
    {"teams", "", "the council's teams, with their names and telephone numbers", "triage teams",
     "teams", NULL, 0, 0, 0, run_request, show_teams},
    {"workers", "[TEAM]", "who is registered in a team, or in all that you may ask about",
     "triage workers mash\ntriage workers --json", "workers", options_workers, 0, 0, 1, run_workers,
     show_workers},
    {"ask", "REF", "put questions to the referrer, or to a partner by the id of its key",
     "triage ask SC-7K2M-9QX4 --question \"When was she last seen?\" --why \"the notes stop\"\n"
     "triage ask SC-7K2M-9QX4 --of police --question \"Is there an inquiry?\" --why \"we hold "
     "off\"",
     "ask", options_ask, HOLD, 1, 1, run_request, show_case_brief},
    {"close-question", "REF", "say that an answer is no longer needed",
     "triage close-question SC-7K2M-9QX4 --number 2 --reason \"the GP told us\"", "close_question",
     options_close_question, HOLD, 1, 1, run_request, show_case_brief},
    {"delegate", "REF", "have others enquire for the council, which keeps the duty and the lead",
     "triage delegate SC-7K2M-9QX4 --to rose-court --due 2026-08-14 \\\n"
     "    --scope \"the night of 3 July, not the staff rota\" --purpose \"how she fell\" \\\n"
     "    --terms \"speak to her and to night staff; keep the notes; tell nobody else\"",
     "delegate", options_delegate, HOLD, 1, 1, run_request, show_case_brief},
    {"check-report", "REF", "what becomes of an enquiry that others make: accept it, or not",
     "triage check-report SC-7K2M-9QX4 --accept --adult-seen yes --evidence \"notes, two "
     "accounts\" "
     "\\\n    --risk-now \"low: a sensor mat\"\n"
     "triage check-report SC-7K2M-9QX4 --return --reason \"the adult was not seen\" --due "
     "2026-08-21\n"
     "triage check-report SC-7K2M-9QX4 --take-back --reason \"no report, two weeks late\"",
     "check_report", options_check_report, HOLD, 1, 1, run_check_report, show_case_brief},
    {"review-challenge", "REF", "name who reviews a challenge; as the reviewer, say how it ends",
     "triage review-challenge SC-7K2M-9QX4 --reviewer m-okoro\n"
     "triage review-challenge SC-7K2M-9QX4 --result upheld --reason \"a fall was left out\" \\\n"
     "    --tell \"We look at it again this week.\" --worker m-okoro",
     "review_challenge", options_review, HOLD, 1, 1, run_review, show_case_brief},
    {"call-done", "REF", "record a call that was owed",
     "triage call-done SC-7K2M-9QX4 --spoke-to "
     "\"the deputy manager\" --at now",
     "call_done", options_call_done, HOLD, 1, 1, run_request, show_case_brief},
    {"adult-told", "REF", "record that the adult was told of the enquiry, and how",
     "triage adult-told SC-7K2M-9QX4 --how \"at home, with her advocate\"", "adult_told",
     options_adult_told, HOLD, 1, 1, run_request, show_case_brief},
    {"take-back", "REF",
     "take a case back from the team that accepted it, or that it went to directly",
     "triage take-back SC-7K2M-9QX4 --reason \"the team is at its limit\"", "withdraw_offer",
     options_take_back, HOLD, 1, 1, run_take_back, show_case_brief},
    {"reassign", "[REF]", "another lead, as a manager: of one case, or of all that somebody leads",
     "triage reassign SC-7K2M-9QX4 --to w-hart --reason \"long leave\"\n"
     "triage reassign --from w-bell --team mash --to w-marsh --reason \"has left\"",
     "reassign", options_reassign, HOLD, 0, 1, run_reassign, show_reassigned},
    {"mark", "REF", "mark a case: the police ask for silence, or no longer do",
     "triage mark SC-7K2M-9QX4 --police-hold yes --reason \"DS Invented, 12:40\"", "mark",
     options_mark, HOLD, 1, 1, run_request, show_case_brief},
    {"hold", "REF", "a legal hold: keep a case whatever the retention schedule says, or lift that",
     "triage hold SC-7K2M-9QX4 --held yes --reason \"inquest, coroner's letter of 3 May\"\n"
     "triage hold SC-7K2M-9QX4 --held no --reason \"the inquest has ended\"",
     "legal_hold", options_hold, HOLD, 1, 1, run_request, show_case_brief},
    {"void", "REF", "a test, or sent in error: two managers take it off the books",
     "triage void SC-7K2M-9QX4 --no-adult-at-risk --reason \"sent from a training session\"",
     "void", options_void, HOLD, 1, 1, run_request, show_case_brief},
    COMMANDS_END,
};
