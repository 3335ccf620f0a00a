// commands.c - the table of commands.
#include "say.h"

#include <string.h>

#define END                                        \
    {                                              \
        NULL, OPTION_FLAG, NULL, NULL, NULL, false \
    }
#define TEXT(name, path, arg, help)               \
    {                                             \
        name, OPTION_TEXT, path, arg, help, false \
    }
#define NEED(name, path, arg, help)              \
    {                                            \
        name, OPTION_TEXT, path, arg, help, true \
    }
#define FLAG(name, path, help)                     \
    {                                              \
        name, OPTION_FLAG, path, NULL, help, false \
    }
#define NUMBER(name, path, help)                    \
    {                                               \
        name, OPTION_NUMBER, path, "N", help, false \
    }
#define TIME(name, path, help)                       \
    {                                                \
        name, OPTION_TIME, path, "TIME", help, false \
    }
#define LIST(name, path, arg, help)               \
    {                                             \
        name, OPTION_LIST, path, arg, help, false \
    }
#define REASON NEED("reason", "reason", "WORDS", "why, for the record")

const struct option_row options_global[] = {
    TEXT("profile", NULL, "FILE",
         "who speaks to which council (default: $TRIAGE_PROFILE, or "
         "~/.config/triage/default.yaml)"),
    TEXT("operator", NULL, "ENDPOINT", "the daemon's local socket, ipc://... ($TRIAGE_OPERATOR)"),
    TEXT("worker", NULL, "ID", "the registered worker that this desk speaks for"),
    NUMBER("timeout", NULL, "seconds to wait for an answer"),
    FLAG("json", NULL, "answers as JSON on stdout"),
    FLAG("help", NULL, "help and examples"),
    FLAG("version", NULL, "the version of this program"),
    END,
};

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
static const struct option_row options_queue[] = {
    NUMBER("limit", "limit", "how many at most"),
    NUMBER("skip", "skip", "leave out this many first"),
    FLAG("follow", NULL, "stay, and tell what enters, changes and leaves"),
    END,
};
static const struct option_row options_take[] = {
    TEXT("team", "team", "TEAM", "whose queue"),
    NUMBER("next", "next", "the N most urgent (default: 1)"),
    END,
};
static const struct option_row options_reason[] = {REASON, END};
static const struct option_row options_rate[] = {
    NEED("to", "colour", "COLOUR", "green, amber or red"), REASON, END};
static const struct option_row options_decide[] = {
    NEED("outcome", "outcome", "WORD", "met, not_met, other_enquiry or forward"),
    TEXT("needs", "questions.care_and_support_needs", "ANSWER",
         "needs for care and support: yes, no, not_known"),
    TEXT("risk", "questions.abuse_or_risk", "ANSWER", "abuse or neglect, or at risk of it"),
    TEXT("unable", "questions.unable_to_protect_self", "ANSWER",
         "because of those needs unable to protect themselves"),
    TEXT("because-needs", "questions.care_and_support_needs_because", "WORDS",
         "what that rests on"),
    TEXT("because-risk", "questions.abuse_or_risk_because", "WORDS", "what that rests on"),
    TEXT("because-unable", "questions.unable_to_protect_self_because", "WORDS",
         "what that rests on"),
    FLAG("suspicion", "reasonable_suspicion", "reasonable suspicion, where a question is open"),
    TEXT("not-met-reason", "not_met_reason", "WORD",
         "no_care_needs, no_abuse_or_risk, can_protect_self, outside_s42, under_18, other_area"),
    NEED("reason", "reason", "WORDS", "for the record"),
    TEXT("tell", "tell", "WORDS", "for the referrer, in plain words"),
    TEXT("safety", "safety", "WORDS", "what was done about safety now, or why nothing is needed"),
    TEXT("wishes", "wishes", "WORDS", "what the adult wants, or why they were not asked"),
    TEXT("capacity", "has_capacity", "ANSWER", "capacity for this decision: yes, no, not_known"),
    TEXT("forward-to", "forward_to", "WORD",
         "other_council, children, complaints, care_assessment, quality_team, health, other"),
    TEXT("forward-name", "forward_name", "WORDS", "who, and how to reach them"),
    TEXT("signpost", "signpost", "WORDS", "where else the referrer may turn"),
    FLAG("birth-date-confirmed", "birth_date_confirmed",
         "a person confirmed that they are under 18"),
    END,
};
static const struct option_row options_second[] = {
    FLAG("agree", "agree", "the proposal stands"),
    FLAG("disagree", NULL, "it does not"),
    REASON,
    END,
};
static const struct option_row options_allocate[] = {
    NEED("lead", "lead", "ID", "the registered worker who leads the enquiry"),
    TEXT("difficulty", "substantial_difficulty", "ANSWER",
         "substantial difficulty in taking part: yes, no, not_known"),
    TEXT("advocate", "advocate", "WORDS", "who speaks with them (needed where there is)"),
    TEXT("tell-adult", "tell_adult", "WORDS", "how the adult will be told"),
    END,
};
static const struct option_row options_offer[] = {
    NEED("team", "team", "TEAM", "the team that knows the adult"),
    NEED("relationship", "relationship", "WORD",
         "open_allocation, named_worker_90_days, planned_review_60_days, linked_enquiry"),
    TEXT("source", "relationship_source", "WORDS", "where that is recorded"),
    TIME("date", "relationship_date_ms", "of what date that is"),
    TEXT("safety-plan", "safety_plan", "WORDS", "needed when the case is red"),
    END,
};
static const struct option_row options_accept[] = {
    NEED("lead", "lead", "ID", "the registered worker who leads the enquiry"),
    TEXT("tell-adult", "tell_adult", "WORDS", "how the adult will be told"),
    END,
};
static const struct option_row options_finish[] = {
    NEED("findings", "findings", "WORDS", "what was found"),
    NEED("risk", "risk", "WORD",
         "removed, reduced, remained, none_identified, inconclusive, ceased_at_request"),
    NEED("achieved", "achieved", "WORD",
         "the adult's own outcomes: fully, partly, not, asked_none_expressed, not_asked"),
    TEXT("safety-plan", "safety_plan", "WORDS", "needed where risk remains"),
    END,
};
static const struct option_row options_sign_off[] = {
    NEED("tell", "tell", "WORDS", "the closing words to the referrer"),
    NEED("adult-told", "adult_told", "WORDS", "how the adult was told, or why not"),
    END,
};
static const struct option_row options_phone[] = {
    NEED("spoke-to", "spoke_to", "NAME", "who was told"),
    {"at", OPTION_TIME, "at_ms", "TIME", "when: \"now\", or 2026-07-01T09:30:00Z", true},
    END,
};
static const struct option_row options_forwarded[] = {
    NEED("by", "by", "NAME", "who accepted it there"),
    {"at", OPTION_TIME, "at_ms", "TIME", "when: \"now\", or 2026-07-01T09:30:00Z", true},
    END,
};
static const struct option_row options_case[] = {
    TEXT("reason", "reason", "WORDS", "why you look: it is recorded"),
    FLAG("timeline", "timeline", "what happened, oldest first"),
    END,
};
static const struct option_row options_keys[] = {
    TEXT("dir", NULL, "DIR", "the daemon's folder of principals/ and workers/ ($TRIAGE_REGISTRY)"),
    TEXT("public-key", NULL, "KEY", "40 characters, from triage enrol"),
    TEXT("role", NULL, "ROLE",
         "provider, partner, police, team, manager, auditor, operator, portal"),
    TEXT("provider-id", NULL, "ID", "the regulator's number of the organisation"),
    LIST("location", NULL, "ID", "a location that it may speak for; may be repeated"),
    LIST("team", NULL, "TEAM", "a team that it may work for; may be repeated"),
    LIST("acts-for", NULL, "ID", "a principal that it may act for; may be repeated"),
    TEXT("of-worker", NULL, "ID", "the worker, when the key belongs to one person"),
    TEXT("name", NULL, "NAME", "what people call it; for a worker, needed"),
    TEXT("grade", NULL, "GRADE",
         "mash_worker, mash_manager, community_worker, community_manager, out_of_hours, auditor, "
         "operator"),
    FLAG("no-reload", NULL, "do not ask the daemon to read the folder again"),
    END,
};
static const struct option_row options_ledger[] = {
    TEXT("reason", NULL, "WORDS", "why it is erased"),
    TEXT("file", NULL, "DIR", "verify: a copy of a ledger, or a stopped daemon's"),
    TEXT("key", NULL, "FILE", "verify --file: the area's master.key"),
    END,
};

static const struct option_row options_policy[] = {
    TEXT("facts", NULL, "FILE", "eval: the facts, as JSON (default: stdin)"),
    TEXT("decision", NULL, "NAME", "eval: this decision alone"),
    FLAG("md", NULL, "show: as Markdown (the default)"),
    FLAG("html", NULL, "show: as HTML"),
    FLAG("table", NULL, "tck: a table by folder, in Markdown"),
    END,
};

#define HOLD COMMAND_HOLD
const struct command commands[] = {
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
    {"withdraw", "REF", "ask for a concern of yours to be withdrawn; the council may go on",
     "triage withdraw SC-7K2M-9QX4 --why sent_in_error", "withdraw", options_withdraw, 0, 1, 1,
     run_request, show_case_brief},
    {"queue", "[TEAM]", "a team's queue, most urgent first",
     "triage queue mash\ntriage queue mash --follow", "queue", options_queue, 0, 0, 1, run_queue,
     show_queue},
    {"take", "[REF...]", "take cases, or the most urgent of a queue, under a lease",
     "triage take SC-7K2M-9QX4 --worker w-bell\ntriage take --team mash --next 3", "claim",
     options_take, 0, 0, 64, run_take, show_claim},
    {"return", "REF", "put a case back in its place in the queue",
     "triage return SC-7K2M-9QX4 --reason \"end of shift\"", "return", options_reason, HOLD, 1, 1,
     run_request, show_case_brief},
    {"extend", "REF", "keep a case longer",
     "triage extend SC-7K2M-9QX4 --reason \"waiting for the GP to ring back\"", "extend",
     options_reason, HOLD, 1, 1, run_request, show_case_brief},
    {"rate", "REF", "change a case's colour, with a reason",
     "triage rate SC-7K2M-9QX4 --to red --reason \"the carer still has access\"", "rate",
     options_rate, HOLD, 1, 1, run_request, show_case_brief},
    {"decide", "REF", "record a decision, question by question; nothing is filled in for you",
     "triage decide SC-7K2M-9QX4 --outcome not_met --needs yes --risk no --unable not_known \\\n"
     "    --because-risk \"the dose was found and given within the hour\" \\\n"
     "    --not-met-reason no_abuse_or_risk --reason \"one late dose, no harm\" \\\n"
     "    --tell \"This is for your own medicines review.\"",
     "decide", options_decide, HOLD, 1, 1, run_request, show_case_brief},
    {"second", "REF", "agree or disagree, as a second person, with what is proposed",
     "triage second SC-7K2M-9QX4 --agree --reason \"read, and I concur\" --worker m-okoro",
     "second", options_second, HOLD, 1, 1, run_second, show_case_brief},
    {"allocate", "REF", "give a decided case to a lead",
     "triage allocate SC-7K2M-9QX4 --lead w-bell --difficulty no --tell-adult \"by visit\"",
     "allocate", options_allocate, HOLD, 1, 1, run_request, show_case_brief},
    {"offer", "REF", "offer a decided case to a community team that knows the adult",
     "triage offer SC-7K2M-9QX4 --team north --relationship open_allocation --source \"case "
     "notes\"",
     "offer", options_offer, HOLD, 1, 1, run_request, show_case_brief},
    {"accept", "REF", "accept an offered case",
     "triage accept SC-7K2M-9QX4 --lead w-hart --tell-adult \"by telephone\"", "accept_offer",
     options_accept, HOLD, 1, 1, run_request, show_case_brief},
    {"reject", "REF", "reject an offered case",
     "triage reject SC-7K2M-9QX4 --reason \"closed to us since March\"", "reject_offer",
     options_reason, HOLD, 1, 1, run_request, show_case_brief},
    {"withdraw-offer", "REF", "take an offer back",
     "triage withdraw-offer SC-7K2M-9QX4 --reason \"the police lead\"", "withdraw_offer",
     options_reason, HOLD, 1, 1, run_request, show_case_brief},
    {"finish", "REF", "say that the enquiry is done: findings, risk, the adult's own outcomes",
     "triage finish SC-7K2M-9QX4 --findings \"...\" --risk reduced --achieved partly", "finish",
     options_finish, HOLD, 1, 1, run_request, show_case_brief},
    {"sign-off", "REF", "close a reviewed case, as a manager who did not lead it",
     "triage sign-off SC-7K2M-9QX4 --tell \"...\" --adult-told \"by visit, 3 July\"", "sign_off",
     options_sign_off, HOLD, 1, 1, run_request, show_case_brief},
    {"return-enquiry", "REF", "send a finished enquiry back to its lead",
     "triage return-enquiry SC-7K2M-9QX4 --reason \"the adult was not seen\"", "return_enquiry",
     options_reason, HOLD, 1, 1, run_request, show_case_brief},
    {"phone", "REF", "record that the referrer was told by telephone",
     "triage phone SC-7K2M-9QX4 --spoke-to \"the manager\" --at now", "confirm_by_phone",
     options_phone, HOLD, 1, 1, run_request, show_case_brief},
    {"forward-accepted", "REF", "record that another service accepted a forwarded case",
     "triage forward-accepted SC-7K2M-9QX4 --by \"children's services duty desk\" --at now",
     "forward_accepted", options_forwarded, HOLD, 1, 1, run_request, show_case_brief},
    {"forward-bounced", "REF", "record that it was sent back",
     "triage forward-bounced SC-7K2M-9QX4 --reason \"adult lives here\"", "forward_bounced",
     options_reason, HOLD, 1, 1, run_request, show_case_brief},
    {"reopen", "REF", "open a closed case again",
     "triage reopen SC-7K2M-9QX4 --reason \"a second concern about the same carer\"", "reopen",
     options_reason, HOLD, 1, 1, run_request, show_case_brief},
    {"case", "REF | actions REF", "look at a case without taking it, or at what you may do with it",
     "triage case SC-7K2M-9QX4 --reason \"handover\" --timeline\n"
     "triage case actions SC-7K2M-9QX4",
     "look", options_case, 0, 1, 2, run_case, show_look},
    {"keys", "list | add ID | revoke ID | rotate ID | worker add ID | worker leave ID | make FILE",
     "who may speak to the daemon: keys and workers",
     "triage keys add rose-court --role provider --public-key \"$KEY\" --location 1-123456789\n"
     "triage keys rotate rose-court --public-key \"$KEY\"\n"
     "triage keys worker add w-bell --name \"W Bell\" --grade mash_worker --team mash",
     NULL, options_keys, COMMAND_OPERATOR | COMMAND_OFFLINE, 1, 3, run_keys, NULL},
    {"ledger", "verify | head | erase REF", "prove the ledger; erase what people wrote in a case",
     "triage ledger verify --operator ipc:///run/triaged/operator.sock\n"
     "triage ledger verify --file /backup/ledger --key /safe/master.key",
     NULL, options_ledger, COMMAND_OPERATOR, 1, 2, run_ledger, NULL},
    {"overview", "", "figures by team, no content", "triage overview", "overview", NULL,
     COMMAND_OPERATOR, 0, 0, run_request, show_overview},
    {"reload", "", "have the daemon read registry, policy and settings again: all or nothing",
     "triage reload", "reload", NULL, COMMAND_OPERATOR, 0, 0, run_request, show_reload},
    {"confirm-clock", "", "say that a person looked: the clock is right", "triage confirm-clock",
     "confirm_clock", NULL, COMMAND_OPERATOR, 0, 0, run_request, show_case_brief},
    {"policy",
     "check PACK | test PACK | eval PACK | show PACK | score PACK SCENARIOS | facts | tck DIR",
     "work on threshold tables before anything goes live",
     "triage policy check deploy/policy/default\ntriage policy test deploy/policy/default\n"
     "echo '{\"immediate_danger\": true}' | triage policy eval deploy/policy/default\n"
     "triage policy show deploy/policy/default --html\ntriage policy facts",
     NULL, options_policy, COMMAND_OFFLINE, 1, 3, run_policy, NULL},
    {"completion", "bash", "completion for your shell", "eval \"$(triage completion bash)\"", NULL,
     NULL, COMMAND_OFFLINE, 1, 1, run_completion, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, NULL, NULL},
};

const struct command *command_find(const char *name)
{
    for (const struct command *c = commands; c->name; c++) {
        if (strcmp(c->name, name) == 0) return c;
    }
    return NULL;
}
