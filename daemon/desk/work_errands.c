// From the wire to a command, of what is out for a case: questions, delegated enquiries,
// challenges, calls.
#include "work_words.h"

#include "words.h"

#define QUESTIONS_MAX 16

// "1. ...\n2. ...", as the timeline and a notice show it.
static char *numbered(struct arena *a, char **items, size_t n)
{
    struct words text;
    if (n == 0) return pb_text("");
    words_init(&text, a, WORDS_MAX);
    for (size_t i = 0; i < n && i < QUESTIONS_MAX; i++) {
        char const number[] = {(char)(i < 9 ? ' ' : '1'), (char)('0' + (i + 1) % 10), '.', ' ', 0};
        words_line(&text, number + (i < 9), items[i]);
    }
    return pb_text(words_end(&text, a));
}

void read_ask(const Triage__V1__Request *r, struct work *w)
{
    Triage__V1__AskRequest const *q = r->ask;
    bool whole = q->n_questions >= 1 && q->n_questions <= QUESTIONS_MAX;
    hold_read(q->hold, w);
    for (size_t i = 0; i < q->n_questions; i++) whole = whole && said(q->questions[i]);
    w->command.who = q->of;
    w->command.asked = whole ? (uint32_t)((1u << q->n_questions) - 1) : 0;
    w->command.has_reason = said(q->why);
    w->say.reason = q->why;
    w->say.asked = q->questions;
    w->say.n_asked = q->n_questions;
    w->text = numbered(w->arena, q->questions, q->n_questions);
}

// The answers by their questions' numbers; one without words is none.
void read_answer(const Triage__V1__Request *r, struct work *w)
{
    Triage__V1__AnswerRequest const *q = r->answer;
    char *items[QUESTIONS_MAX];
    for (size_t i = 0; i < QUESTIONS_MAX; i++) items[i] = pb_text("-");
    size_t last = 0;
    w->reference = q->reference;
    w->key = bytes_pb(q->key);
    w->command.errand = (int32_t)q->number;
    w->command.has_answer = said(q->text);
    for (size_t i = 0; i < q->n_answers; i++) {
        uint32_t const question = q->answers[i]->question;
        bool const known = question >= 1 && question <= QUESTIONS_MAX;
        if (!said(q->answers[i]->text)) continue;
        w->command.answered |= known ? 1u << (question - 1) : 1u << 31;
        if (!known) continue;
        items[question - 1] = q->answers[i]->text;
        if (question > last) last = question;
    }
    w->text = said(q->text) ? q->text : numbered(w->arena, items, last);
    w->say.reason = "There is an answer to what we asked.";
}

void read_close_question(const Triage__V1__Request *r, struct work *w)
{
    Triage__V1__CloseQuestionRequest const *q = r->close_question;
    hold_read(q->hold, w);
    reason_read(q->reason, w);
    w->command.errand = (int32_t)q->number;
    w->say.reason = "The council needs no further answer.";
    w->say.tell = q->tell;
}

void read_delegate(const Triage__V1__Request *r, struct work *w)
{
    Triage__V1__DelegateRequest const *q = r->delegate;
    hold_read(q->hold, w);
    w->command.who = q->to;
    w->command.due_ms = q->due_ms;
    w->command.has_scope = said(q->scope);
    w->command.has_purpose = said(q->purpose);
    w->command.has_terms = said(q->terms);
    w->command.has_source_reason = said(q->source_reason);
    w->command.has_police_agree = said(q->police_agree);
    w->text = q->scope;
    w->say.reason = q->purpose;
    w->say.tell = q->scope;
    w->say.signpost = q->terms;
}

void read_enquire(const Triage__V1__Request *r, struct work *w)
{
    static const enum command_kind kinds[] = {
        [TRIAGE__V1__ENQUIRE_REQUEST__WHAT__WHAT_UNSPECIFIED] = COMMAND_NONE,
        [TRIAGE__V1__ENQUIRE_REQUEST__WHAT__WHAT_ACCEPT] = COMMAND_ACCEPT_DELEGATION,
        [TRIAGE__V1__ENQUIRE_REQUEST__WHAT__WHAT_REFUSE] = COMMAND_REFUSE_DELEGATION,
        [TRIAGE__V1__ENQUIRE_REQUEST__WHAT__WHAT_REPORT] = COMMAND_REPORT_DELEGATION,
    };
    Triage__V1__EnquireRequest const *q = r->enquire;
    if ((size_t)q->what < sizeof kinds / sizeof kinds[0]) w->command.kind = kinds[q->what];
    w->reference = q->reference;
    w->key = bytes_pb(q->key);
    w->command.errand = (int32_t)q->number;
    w->command.has_answer = said(q->text);
    reason_read(q->text, w);
}

void read_check_report(const Triage__V1__Request *r, struct work *w)
{
    static const enum command_kind kinds[] = {
        [TRIAGE__V1__CHECK_REPORT_REQUEST__WHAT__WHAT_UNSPECIFIED] = COMMAND_NONE,
        [TRIAGE__V1__CHECK_REPORT_REQUEST__WHAT__WHAT_ACCEPT] = COMMAND_ACCEPT_REPORT,
        [TRIAGE__V1__CHECK_REPORT_REQUEST__WHAT__WHAT_RETURN] = COMMAND_RETURN_REPORT,
        [TRIAGE__V1__CHECK_REPORT_REQUEST__WHAT__WHAT_EXTEND] = COMMAND_EXTEND_DELEGATION,
        [TRIAGE__V1__CHECK_REPORT_REQUEST__WHAT__WHAT_TAKE_BACK] = COMMAND_TAKE_BACK_DELEGATION,
    };
    Triage__V1__CheckReportRequest const *q = r->check_report;
    if ((size_t)q->what < sizeof kinds / sizeof kinds[0]) w->command.kind = kinds[q->what];
    hold_read(q->hold, w);
    reason_read(q->reason, w);
    w->command.errand = (int32_t)q->number;
    w->command.adult_seen = (enum answer)q->adult_seen;
    w->command.has_evidence = said(q->evidence);
    w->command.has_risk_now = said(q->risk_now);
    w->command.due_ms = q->due_ms;
    w->say.reason = said(q->reason) ? q->reason : "The council has read your report.";
    if (!said(q->reason)) w->text = q->evidence;
}

void read_challenge(const Triage__V1__Request *r, struct work *w)
{
    w->reference = r->challenge->reference;
    w->key = bytes_pb(r->challenge->key);
    reason_read(r->challenge->text, w);
    w->say.reason = "A manager who had no part in the decision looks at it and answers you.";
}

void read_review_challenge(const Triage__V1__Request *r, struct work *w)
{
    static const char *const results[] = {
        "", "Your challenge is upheld: the concern is decided again.",
        "Your challenge is upheld in part: the concern is decided again.", "The decision stands.",
        "What you ask is not something that this review can change."};
    Triage__V1__ReviewChallengeRequest const *q = r->review_challenge;
    hold_read(q->hold, w);
    reason_read(q->reason, w);
    w->command.errand = (int32_t)q->number;
    w->command.who = q->reviewer;
    w->command.kind = said(q->reviewer) ? COMMAND_ASSIGN_CHALLENGE : COMMAND_DECIDE_CHALLENGE;
    w->command.verdict = (int)q->result;
    w->command.has_tell = said(q->tell);
    if ((size_t)q->result < sizeof results / sizeof results[0]) w->say.reason = results[q->result];
    w->say.tell = q->tell;
}

void read_void(const Triage__V1__Request *r, struct work *w)
{
    hold_read(r->void_->hold, w);
    reason_read(r->void_->reason, w);
    w->command.no_adult_at_risk = r->void_->no_adult_at_risk;
    w->say.reason = "It was a test, or sent by mistake.";
}

void read_mark(const Triage__V1__Request *r, struct work *w)
{
    Triage__V1__MarkRequest const *q = r->mark;
    hold_read(q->hold, w);
    reason_read(q->reason, w);
    w->command.police_answer = q->police_hold == TRIAGE__V1__ANSWER__ANSWER_YES ||
                               q->police_hold == TRIAGE__V1__ANSWER__ANSWER_NO;
    w->command.police_hold = q->police_hold == TRIAGE__V1__ANSWER__ANSWER_YES;
    w->say.reason = "The police had asked us to say nothing, and no longer do. We have dealt with "
                    "your concern: ring us to hear what came of it.";
}

void read_legal_hold(const Triage__V1__Request *r, struct work *w)
{
    Triage__V1__LegalHoldRequest const *q = r->legal_hold;
    hold_read(q->hold, w);
    reason_read(q->reason, w);
    w->command.hold_answer =
        q->held == TRIAGE__V1__ANSWER__ANSWER_YES || q->held == TRIAGE__V1__ANSWER__ANSWER_NO;
    w->command.legal_hold = q->held == TRIAGE__V1__ANSWER__ANSWER_YES;
}

void read_call_done(const Triage__V1__Request *r, struct work *w)
{
    hold_read(r->call_done->hold, w);
    w->command.errand = (int32_t)r->call_done->number;
    w->command.has_spoke_to = said(r->call_done->spoke_to);
    w->command.at_ms = r->call_done->at_ms;
    w->text = r->call_done->spoke_to;
}

void read_adult_told(const Triage__V1__Request *r, struct work *w)
{
    hold_read(r->adult_told->hold, w);
    w->command.errand = (int32_t)r->adult_told->number;
    w->command.has_adult_told = said(r->adult_told->how);
    w->text = r->adult_told->how;
}

void read_reassign(const Triage__V1__Request *r, struct work *w)
{
    Triage__V1__ReassignRequest const *q = r->reassign;
    hold_read(q->hold, w);
    reason_read(q->reason, w);
    w->command.who = q->from;
    w->command.lead = q->to;
    w->command.team = q->team;
    w->say.lead = q->to;
}
