// commands_sender.c - the commands of who reports concerns and hears what became of them.
#include "attach.h"
#include "errands.h"
#include "option_rows.h"
#include "say.h"

static const struct option_row options_enrol[] = {
    NEED("server-key", NULL, "KEY", "the council's public key, 40 characters"),
    NEED("endpoint", NULL, "ENDPOINT", "where its server is: tcp://HOST:PORT"),
    TEXT("role", NULL, "ROLE", "provider, partner, police, team, manager, auditor"),
    TEXT("default-worker", NULL, "ID", "worker to speak for unless --worker says otherwise"),
    TEXT("team", NULL, "TEAM", "team whose queue is meant unless named"),
    END,
};
static const struct option_row options_submit[] = {
    FLAG("dry-run", NULL, "ask what the rules would say; nothing is kept"),
    FLAG("wait", NULL, "stay until the council has decided; Ctrl-C ends the wait"),
    TEXT("outbox", NULL, "DIR", "keep every concern encrypted there until its receipt"),
    TEXT("key", NULL, "UUID", "the sender's own key (one concern only)"),
    TEXT("on-behalf-of", NULL, "ID", "a principal that this key may act for"),
    LIST("attach", NULL, "FILE", "a file that goes with it (one concern only); may be repeated"),
    TEXT("kind", NULL, "KIND",
         "what they all are, unless safeguarding concerns: dols_request, ..."),
    END,
};
static const struct option_row options_notices[] = {
    FLAG("follow", NULL, "stay, and tell each new one"),
    TEXT("after", NULL, "CURSOR", "from this one on; 0: from the first"),
    TEXT("read", NULL, "NAME", "say that this person has read them"),
    FLAG("keep", NULL, "do not receipt them: they will be told again"),
    END,
};
static const struct option_row options_mine[] = {
    FLAG("open", "open_only", "only what is not closed"),
    TEXT("after", "after_reference", "REF", "those after this one"),
    NUMBER("limit", "limit", "how many at most"),
    END,
};
static const struct option_row options_supplement[] = {
    TEXT("text", "text", "WORDS", "what is new, in words"),
    TEXT("concern", "concern", "FILE", "what is now known, as JSON"),
    TEXT("key", "key", "UUID", "the sender's own key"),
    END,
};
static const struct option_row options_withdraw[] = {
    NEED("why", "why", "WORD",
         "sent_in_error, already_known_to_council, resolved, adult_asked, "
         "more_facts_change_it, other"),
    TEXT("text", "text", "WORDS", "in words"),
    TEXT("key", "key", "UUID", "the sender's own key"),
    END,
};
#define ANSWERED_LATER                                                    \
    NUMBER("number", "number", "of the notice, where there are several"), \
        TEXT("key", "key", "UUID", "the sender's own key")
static const struct option_row options_answer[] = {
    LIST("answer", NULL, "\"N: WORDS\"", "to question N of the notice; may be repeated"),
    TEXT("text", "text", "WORDS", "instead: all of it in words"),
    TEXT("file", NULL, "FILE", "instead: all of it from a file"),
    ANSWERED_LATER,
    END,
};
static const struct option_row options_enquire[] = {
    FLAG("accept", NULL, "you will enquire"),
    FLAG("refuse", NULL, "you will not (with the reason as --text)"),
    FLAG("report", NULL, "what you found (as --text or --file)"),
    TEXT("text", "text", "WORDS", "the reason, or the report"),
    TEXT("file", NULL, "FILE", "the report from a file"),
    ANSWERED_LATER,
    END,
};
static const struct option_row options_challenge[] = {
    NEED("text", "text", "WORDS", "why you disagree"),
    TEXT("key", "key", "UUID", "the sender's own key"),
    END,
};

const struct command commands_sender[] = {
    {"enrol", "", "make a key pair and a profile; print the public key to send to the council",
     "triage enrol --endpoint tcp://triage.council.example:7501 --server-key \"$KEY\"", NULL,
     options_enrol, COMMAND_OFFLINE, 0, 0, run_enrol, NULL},
    {"ping", "", "reach, keys, version and clock: each fine, or what to do", "triage ping", NULL,
     NULL, 0, 0, 0, run_ping, NULL},
    {"submit", "[FILE...]", "send concerns: JSON, one, an array, or one a line; stdin without FILE",
     "triage submit concern.json\ntriage submit --outbox ~/outbox - < today.jsonl\n"
     "triage submit --dry-run concern.json",
     NULL, options_submit, 0, 0, 4096, run_submit, NULL},
    {"notices", "", "what the council told you, oldest first",
     "triage notices\ntriage notices --follow --json\ntriage notices --after 0 --keep", NULL,
     options_notices, 0, 0, 0, run_notices, NULL},
    {"status", "REF", "where a concern of yours is, and what happens next",
     "triage status SC-7K2M-9QX4", "status", NULL, 0, 1, 1, run_request, show_case_brief},
    {"mine", "", "the concerns that you sent", "triage mine --open", "mine", options_mine, 0, 0, 0,
     run_request, show_mine},
    {"supplement", "REF", "add what is new to a concern of yours",
     "triage supplement SC-7K2M-9QX4 --text \"She has been moved to her daughter's.\"",
     "supplement", options_supplement, 0, 1, 1, run_supplement, show_case_brief},
    {"attach", "REF FILE...", "send files to a concern of yours; goes on where it was cut off",
     "triage attach SC-7K2M-9QX4 body-map.pdf stairs.jpg", NULL, NULL, 0, 2, 64, run_attach, NULL},
    {"files", "REF", "the files of a concern of yours, and what was made of them",
     "triage files SC-7K2M-9QX4", "files", NULL, 0, 1, 1, run_request, show_files},
    {"withdraw", "REF", "ask for a concern of yours to be withdrawn; the council may go on",
     "triage withdraw SC-7K2M-9QX4 --why sent_in_error", "withdraw", options_withdraw, 0, 1, 1,
     run_request, show_case_brief},
    {"answer", "REF", "answer what the council asked (notice \"info_request\")",
     "triage answer SC-7K2M-9QX4 --answer \"1: on Monday\" --answer \"2: the night nurse\"\n"
     "triage answer SC-7K2M-9QX4 --number 3 --text \"There is no such record.\"",
     "answer", options_answer, 0, 1, 1, run_answer, show_case_brief},
    {"enquire", "REF", "an enquiry that the council asked you to make (notice \"delegation\")",
     "triage enquire SC-7K2M-9QX4 --accept\n"
     "triage enquire SC-7K2M-9QX4 --report --file report.txt\n"
     "triage enquire SC-7K2M-9QX4 --refuse --text \"the nurse named is our own manager\"",
     "enquire", options_enquire, 0, 1, 1, run_enquire, show_case_brief},
    {"challenge", "REF", "disagree with a decision, once; somebody else than who decided answers",
     "triage challenge SC-7K2M-9QX4 --text \"The second fall was left out.\"", "challenge",
     options_challenge, 0, 1, 1, run_request, show_case_brief},
    COMMANDS_END,
};
