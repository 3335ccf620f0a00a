// work_words.h - what the readers of requests share.
#ifndef TRIAGED_WORK_WORDS_H
#define TRIAGED_WORK_WORDS_H

#include "work.h"

static inline bool said(const char *text)
{
    return text && text[0] != 0;
}
void hold_read(const Triage__V1__Hold *h, struct work *w);
void reason_read(const char *reason, struct work *w);

// Of what is out for a case (work_errands.c).
typedef void work_read_fn(const Triage__V1__Request *r, struct work *w);
work_read_fn read_ask, read_answer, read_close_question, read_delegate, read_enquire,
    read_check_report, read_challenge, read_review_challenge, read_void, read_mark, read_legal_hold,
    read_call_done, read_adult_told, read_reassign;

#endif
