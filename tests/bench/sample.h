// sample.h - the concern that benches send.
#ifndef TRIAGED_BENCH_SAMPLE_H
#define TRIAGED_BENCH_SAMPLE_H

#include "wire.h"

#define CONCERN_BYTES 700

// A concern of exactly CONCERN_BYTES: an invented fall, padded by its story.
struct sample {
    uint8_t bytes[1024];
    size_t len;
};
void sample_make(struct sample *t);
// The same, and somebody is in danger now.
void sample_make_red(struct sample *t);

// A request to take `t` in under `key`; borrows all three.
struct sample_submit {
    Triage__V1__Submission submission, *list[1];
    Triage__V1__SubmitRequest submit;
    Triage__V1__Request request;
};
void sample_submit(struct sample_submit *s, const struct sample *t, uint8_t key[16]);

#endif
