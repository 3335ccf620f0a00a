// commands_desk.c - the commands of teams and managers.
#include "attach.h"
#include "option_rows.h"
#include "say.h"

static const struct option_row options_queue[] = {
    NUMBER("limit", "limit", "how many at most"),
    NUMBER("skip", "skip", "leave out this many first"),
    FLAG("follow", NULL, "stay, and tell what enters, changes and leaves"),
    END,
};
static const struct option_row options_board[] = {
    FLAG("once", NULL, "print it and leave (so it is, too, where there is no terminal)"),
    END,
};
static const struct option_row options_find[] = {
    REASON,
    TEXT("born", "date_of_birth", "DATE", "beside a name: leaves out who was born on another day"),
    FLAG("open", "open_only", "open cases only"),
    NUMBER("limit", "limit", "how many at most, best match first (default: 20)"),
    END,
};
static const struct option_row options_take[] = {
    TEXT("team", "team", "TEAM", "whose queue"),
    NUMBER("next", "next", "the N most urgent (default: 1)"),
    END,
};
static const struct option_row options_reason[] = {REASON, END};
static const struct option_row options_put_off[] = {
    {"until", OPTION_TIME, "review_ms", "TIME", "when you look at it again", true},
    REASON,
    END,
};
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
    TEXT("source-in-team", "source_in_team", "ANSWER",
         "may the team, or anybody in it, be the source: no, or it is not offered to them"),
    TEXT("agreed-by", "agreed_by", "ID",
         "a manager there who agreed beforehand, where no desk was there or the team is full"),
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
    TEXT("risk", "risk", "WORD",
         "of a concern: removed, reduced, remained, none_identified, inconclusive, "
         "ceased_at_request"),
    TEXT("achieved", "achieved", "WORD",
         "of a concern, the adult's own outcomes: fully, partly, not, asked_none_expressed, "
         "not_asked"),
    TEXT("safety-plan", "safety_plan", "WORDS", "needed where risk remains"),
    TEXT("coercion", "coercion", "ANSWER",
         "ceased_at_request: may somebody have made the adult ask: yes, no, not_known"),
    TEXT("others-at-risk", "others_at_risk", "ANSWER",
         "ceased_at_request, or the adult died: from the same source"),
    TEXT("capacity", "has_capacity", "ANSWER", "ceased_at_request: capacity to ask for that"),
    FLAG("died", "adult_died", "the adult has died"),
    TEXT("death-review", "death_review", "WORDS",
         "and then: to whom the death was passed for review, or why not"),
    END,
};
static const struct option_row options_sign_off[] = {
    NEED("tell", "tell", "WORDS", "the closing words to the referrer"),
    NEED("adult-told", "adult_told", "WORDS", "how the adult was told, or why not"),
    FLAG("org-acknowledged", "org_acknowledged",
         "you know that it is part of an enquiry into the whole service"),
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
static const struct option_row options_complete[] = {
    TEXT("action-taken", "action_taken", "ANSWER", "was action taken on the risk: yes, no"),
    TEXT("supported", "supported", "ANSWER",
         "by an advocate, family or a friend, where they lacked capacity: yes, no"),
    LIST("type", "types", "WORD",
         "of risk: physical, sexual, psychological, financial, discriminatory, organisational, "
         "neglect, domestic_abuse, sexual_exploitation, modern_slavery, self_neglect; may be "
         "repeated"),
    LIST("source", "sources", "WORD",
         "service_provider, other_known, other_unknown; may be repeated"),
    LIST("location", "locations", "WORD",
         "own_home, in_the_community, community_service, care_home_nursing, care_home_residential, "
         "hospital_acute, hospital_mental_health, hospital_community, other; may be repeated"),
    TEXT("gender", "gender", "WORD", "male, female, other, not_known"),
    TEXT("ethnicity", "ethnicity", "WORD", "white, mixed, asian, black, other, refused, not_known"),
    TEXT("support-reason", "support_reason", "WORD",
         "physical, sensory, memory_and_cognition, learning_disability, mental_health, social, "
         "none, "
         "not_known"),
    END,
};
static const struct option_row options_case[] = {
    TEXT("reason", "reason", "WORDS", "why you look: it is recorded"),
    FLAG("timeline", "timeline", "what happened, oldest first"),
    END,
};

static const struct option_row options_attachment[] = {
    NEED("out", NULL, "FILE", "where it is written; never over one that is there"),
    NEED("reason", NULL, "WORDS", "why you read it: it is recorded"),
    FLAG("before-scan", NULL, "although the virus scanner has not seen it yet"),
    END,
};

const struct command commands_desk[] = {
    {"queue", "[TEAM]", "a team's queue, most urgent first",
     "triage queue mash\ntriage queue mash --follow", "queue", options_queue, 0, 0, 1, run_queue,
     show_queue},
    {"board", "[TEAM]", "the whole screen as the team's live board; q leaves it, p holds it still",
     "triage board mash\ntriage board mash --once\ntriage board mash --json", NULL, options_board,
     0, 0, 1, run_board, NULL},
    {"find", "NAME... | NHS-NUMBER | REF",
     "cases by who they are about: a name is found as it sounds",
     "triage find smyth --reason \"the GP rang about her\"\n"
     "triage find Mohammed Hussain --born 1941-05-28 --reason \"second call today\"\n"
     "triage find 999 000 0018 --open --reason \"hospital discharge\"",
     "find", options_find, 0, 1, 8, run_find, show_find},
    {"take", "[REF...]", "take cases, or the most urgent of a queue, under a lease",
     "triage take SC-7K2M-9QX4 --worker w-bell\ntriage take --team mash --next 3", "claim",
     options_take, 0, 0, 64, run_take, show_claim},
    {"return", "REF", "put a case back in its place in the queue",
     "triage return SC-7K2M-9QX4 --reason \"end of shift\"", "return", options_reason, HOLD, 1, 1,
     run_request, show_case_brief},
    {"extend", "REF", "keep a case longer",
     "triage extend SC-7K2M-9QX4 --reason \"waiting for the GP to ring back\"", "extend",
     options_reason, HOLD, 1, 1, run_request, show_case_brief},
    {"put-off", "REF", "put a case back, kept for you until a date: once, and renewed twice",
     "triage put-off SC-7K2M-9QX4 --until 2026-07-10 --reason \"the GP visits on the 9th\"",
     "put_off", options_put_off, HOLD, 1, 1, run_request, show_case_brief},
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
     "triage offer SC-7K2M-9QX4 --team north --relationship open_allocation \\\n"
     "    --source \"case notes\" --date 2026-03-02 --source-in-team no",
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
    {"complete", "REF", "say what the national return asks and the record lacks",
     "triage complete SC-7K2M-9QX4 --action-taken yes --source service_provider\n"
     "triage complete SC-7K2M-9QX4 --ethnicity white --support-reason physical",
     "complete", options_complete, HOLD, 1, 1, run_request, show_case_brief},
    {"case", "REF | actions REF", "look at a case without taking it, or at what you may do with it",
     "triage case SC-7K2M-9QX4 --reason \"handover\" --timeline\n"
     "triage case actions SC-7K2M-9QX4",
     "look", options_case, 0, 1, 2, run_case, show_look},
    {"attachment", "REF N", "read file N of a case, as `triage case` numbers them",
     "triage attachment SC-7K2M-9QX4 1 --out body-map.pdf --reason \"compare the marks\"", NULL,
     options_attachment, 0, 2, 2, run_attachment, NULL},
    COMMANDS_END,
};
