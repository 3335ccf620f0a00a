// writer.h - writes protobuf's wire format into borrowed memory.  What does not fit is not written,
// and `full` says so: look at it once, at the end.
#ifndef TRIAGED_WRITER_H
#define TRIAGED_WRITER_H

#include "bytes.h"

struct writer {
    uint8_t *base;
    size_t cap, len;
    bool full;
};

void writer_init(struct writer *w, uint8_t *out, size_t cap);

// Fields as proto3 writes them: one that is zero or empty is left out.
void writer_uint(struct writer *w, uint32_t number, uint64_t v);
void writer_fixed64(struct writer *w, uint32_t number, uint64_t v);
void writer_text(struct writer *w, uint32_t number, const char *text);
// Packed, those before the first zero.
void writer_fixed64s(struct writer *w, uint32_t number, const uint64_t v[], size_t max);

// Fields with presence: written whatever they hold.
void writer_sint_always(struct writer *w, uint32_t number, int64_t v);
void writer_text_always(struct writer *w, uint32_t number, const char *text);

// A message within: open it, write its fields, close it.  The length is put in front afterwards.
size_t writer_open(struct writer *w, uint32_t number);
void writer_close(struct writer *w, size_t opened);

#endif
