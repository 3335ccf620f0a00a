// receipt.h - what a sender gets for one submission, once it is on disk.
#ifndef TRIAGED_RECEIPT_H
#define TRIAGED_RECEIPT_H

#include "inside.h"

// A refusal; `field` may be NULL.
void receipt_refuse(struct desk *d, Triage__V1__Receipt *r, enum err e, const char *field,
                    const char *code, const char *text);
void receipt_busy(Triage__V1__Receipt *r, uint32_t retry_after_ms);
// Problems of a concern: what was refused, or what will be asked.
void receipt_problems(struct arena *a, const struct problems *p, Triage__V1__Problem ***list,
                      size_t *n);
// The questions still open after the rules ran, as problems that are asked.
void receipt_missing(struct arena *a, const struct verdict *v, Triage__V1__Problem ***list,
                     size_t *n);
// The receipt as the record keeps it, in `a`: questions by their fact alone; and whole again.
Triage__V1__Receipt *receipt_kept(struct arena *a, const Triage__V1__Receipt *r);
void receipt_whole(struct desk *d, Triage__V1__Receipt *r);
const char *receipt_advice(struct desk *d, struct arena *a);

#endif
