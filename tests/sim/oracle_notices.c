// What is pushed to referrers, and everything else that their keys hear.
#include "oracle_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REFERENCE_LEN 12 // SC-XXXX-XXXX
#define CANARY        "(canary-"

// --- Any bytes at all. ---

static void heard_references(struct oracle *o, enum who who, const uint8_t *bytes, size_t n)
{
    uint8_t const *at = bytes, *end = bytes + n;
    while ((at = memmem(at, (size_t)(end - at), "SC-", 3)) && end - at >= REFERENCE_LEN) {
        char reference[16] = "";
        memcpy(reference, at, REFERENCE_LEN);
        at += 3;
        if (reference[7] == '-') (void)oracle_case_of(o, reference, oracle_owner(who));
    }
}

static void heard_canaries(struct oracle *o, enum who who, const uint8_t *bytes, size_t n)
{
    uint8_t const *at = bytes, *end = bytes + n;
    while ((at = memmem(at, (size_t)(end - at), CANARY, strlen(CANARY)))) {
        char digits[9] = "";
        at += strlen(CANARY);
        if (end - at < 8) return;
        memcpy(digits, at, 8);
        unsigned long const concern = strtoul(digits, NULL, 10);
        bool const own =
            concern < o->n_promises && o->promises[concern].truth.referrer == oracle_owner(who);
        if (!own)
            oracle_brokenf(o, "%s hears the words of concern %lu, which is not theirs",
                           KEYS[who].id, concern);
    }
}

void oracle_heard(struct oracle *o, enum who who, const uint8_t *bytes, size_t n)
{
    heard_references(o, who, bytes, n);
    heard_canaries(o, who, bytes, n);
}

// --- Notices. ---

uint64_t oracle_cursor(const struct oracle *o, enum who who)
{
    return o->inboxes[who].n;
}

void oracle_follow(struct oracle *o, enum who who, uint64_t after)
{
    o->inboxes[who].next = after + 1;
}

void oracle_stored(struct oracle *o, enum who who, uint64_t cursor)
{
    o->inboxes[who].stored = cursor;
}

static uint64_t notice_hash(const Triage__V1__Notice *n)
{
    static uint8_t bytes[65536];
    struct trace t = {0};
    size_t const size = triage__v1__notice__get_packed_size(n);
    if (size > sizeof bytes) return 0;
    (void)triage__v1__notice__pack(n, bytes);
    trace_add(&t, 0, 0, bytes, size);
    return t.hash;
}

static void notice_of_case(struct oracle *o, enum who who, const Triage__V1__Notice *n)
{
    struct seen_case *c = oracle_case_of(o, n->reference, who);
    struct promise const *p = c->concern >= 0 ? &o->promises[c->concern] : NULL;
    if (c->n_notices == c->notices_size) {
        c->notices_size = c->notices_size ? 2 * c->notices_size : 8;
        c->notices = realloc(c->notices, c->notices_size * sizeof *c->notices);
        if (!c->notices) abort();
    }
    struct heard_notice *h = &c->notices[c->n_notices++];
    (void)snprintf(h->code, sizeof h->code, "%s", n->code);
    if (n->title[0] == 0 || n->text[0] == 0)
        oracle_brokenf(o, "a notice %s about %s says nothing", n->code, n->reference);
    if (p && p->truth.neutral && strcmp(n->code, "neutral") != 0 && strcmp(n->code, "erased") != 0)
        oracle_brokenf(o, "%s must be spoken of neutrally, and %s was said", n->reference, n->code);
}

static void notice_new(struct oracle *o, enum who who, const Triage__V1__Notice *n)
{
    struct inbox *in = &o->inboxes[who];
    if (in->n == in->size) {
        in->size = in->size ? 2 * in->size : 64;
        in->told = realloc(in->told, in->size * sizeof *in->told);
        if (!in->told) abort();
    }
    notice_of_case(o, who, n);
    struct seen_case const *c = oracle_find(o, n->reference);
    in->told[in->n++] = (struct told_notice){notice_hash(n), (size_t)(c - o->cases)};
    o->notices++;
}

void oracle_notice(struct oracle *o, enum who who, const Triage__V1__Notice *n)
{
    struct inbox *in = &o->inboxes[who];
    if (n->cursor == 0 || n->cursor > in->next || n->cursor > in->n + 1) {
        oracle_brokenf(o, "%s was to hear notice %llu next and heard %llu", KEYS[who].id,
                       (unsigned long long)in->next, (unsigned long long)n->cursor);
        return;
    }
    in->next = n->cursor + 1;
    if (n->cursor == in->n + 1) {
        notice_new(o, who, n);
        return;
    }
    struct told_notice const *t = &in->told[n->cursor - 1];
    bool const same = t->hash == notice_hash(n) || strcmp(n->code, "erased") == 0;
    if (!same || oracle_find(o, n->reference) != &o->cases[t->which_case])
        oracle_brokenf(o, "notice %llu of %s is another than before", (unsigned long long)n->cursor,
                       KEYS[who].id);
}
