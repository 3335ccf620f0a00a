// reply.h - answers: one status, a sentence, and what goes with them.
#ifndef TRIAGED_REPLY_H
#define TRIAGED_REPLY_H

#include "inside.h"

Triage__V1__Status reply_status(enum err e);
void reply_init(const struct message *m, Triage__V1__Reply *r);
// Says it once sequence `seq` is on disk (0: at once).
void reply_say(struct desk *d, const struct message *m, Triage__V1__Reply *r, uint64_t seq);
// A refusal that read nothing of the book.  `text` NULL: the error's own sentence.
void reply_refuse(struct desk *d, const struct message *m, enum err e, const char *text);
// A refusal of one field.
void reply_refuse_field(struct desk *d, const struct message *m, enum err e, const char *field,
                        const char *code, const char *text);
void reply_busy(struct desk *d, const struct message *m, const char *text, uint32_t retry_after_ms);
// A list of one problem in the request's arena.
void reply_problem(struct desk *d, Triage__V1__Reply *r, const char *field, const char *code,
                   const char *text);

// A message in an arena, initialised.  CHECKs that it fits: arenas have room for every limit
// together.
void *pb_new(struct arena *a, const ProtobufCMessageDescriptor *type);
void *pb_list(struct arena *a, size_t n); // n zeroed pointers
char *pb_copy(struct arena *a, const char *text);
char *pb_reference(struct desk *d, struct arena *a, uint64_t case_no);

#endif
