// oracle.h - what was promised, as those outside can know it.  Shares no code with the product: it
// reads the bytes of the protocol with protobuf-c and has its own tables of what is lawful.
#ifndef TRIAGED_SIM_ORACLE_H
#define TRIAGED_SIM_ORACLE_H

#include "people.h"

#include "triage/v1/concern.pb-c.h"
#include "triage/v1/envelope.pb-c.h"

struct oracle;
struct sim;
struct oracle *oracle_make(struct sim *s);
void oracle_free(struct oracle *o);
// A promise was broken: the first one is kept, and the history ends.
void oracle_broken(struct oracle *o, const char *text);
void oracle_brokenf(struct oracle *o, const char *form, ...) __attribute__((format(printf, 2, 3)));
const char *oracle_verdict(const struct oracle *o); // "" while all is well

// --- What the world does. ---
void oracle_up(struct oracle *o, bool up);          // the daemon answers, or does not
void oracle_excused(struct oracle *o, bool begins); // its clocks stand still: a step, a full disk
void oracle_policy(struct oracle *o, unsigned pack);
void oracle_key(struct oracle *o, enum who who, bool active);
void oracle_stepped(struct oracle *o); // UTC was set: instants before and after do not compare

// --- What referrers say and hear. ---
struct truth { // of one concern
    uint8_t key[16], digest[32];
    enum who sender, referrer; // the key that spoke, and on whose behalf
    Triage__V1__Answer danger, access;
    Triage__V1__HarmLevel harm;
    unsigned adults, person[4];
    bool neutral;
    Triage__V1__Kind kind;                 // as it was sent
    Triage__V1__Answer needs[4], abuse[4]; // the first two questions, as its sender answers them
    int grade;        // of the tables of its kind: how the police graded it, ...
    int32_t runs_out; // the last day of what it is about, since 1970; 0 none was said
};
// Its number, which oracle_next told before: the canary in its words.
unsigned oracle_sent(struct oracle *o, const struct truth *t);
unsigned oracle_next(const struct oracle *o);
void oracle_receipt(struct oracle *o, unsigned concern, const Triage__V1__Receipt *r);
bool oracle_waits(const struct oracle *o); // a concern of late has no receipt yet
bool oracle_receipted(const struct oracle *o, unsigned concern);
const char *oracle_reference(const struct oracle *o, unsigned concern, unsigned adult);
// A stranger may have said this: if it is a concern, it may count against an adult.
void oracle_rumour(struct oracle *o, const uint8_t *request, size_t n);
// Any bytes that a referrer's key hears: they name only what is theirs.
void oracle_heard(struct oracle *o, enum who who, const uint8_t *bytes, size_t n);
void oracle_follow(struct oracle *o, enum who who, uint64_t after);
void oracle_notice(struct oracle *o, enum who who, const Triage__V1__Notice *n);
void oracle_stored(struct oracle *o, enum who who, uint64_t cursor);
uint64_t oracle_cursor(const struct oracle *o, enum who who); // the last one ever pushed
void oracle_supplement(struct oracle *o, const char *reference, bool acknowledged);
void oracle_brief(struct oracle *o, enum who who, const Triage__V1__CaseBrief *b);
// Somebody who asked then was told that the case has come to this version.  Whoever asks later is
// never told an earlier one.
void oracle_version(struct oracle *o, const char *reference, uint32_t version, int64_t asked_us);
// The whole list of a referrer's cases.
void oracle_mine(struct oracle *o, enum who who, char (*references)[16], size_t n);

// --- What desks do and hear. ---
// What its desks take it for: the kind that it came as, or, where there is harm in it, a concern.
Triage__V1__Kind oracle_kind(struct oracle *o, const char *reference);
// Somebody was asked to make it a concern: it may count as one.
void oracle_harm(struct oracle *o, const char *reference);
// A manager agreed by telephone, as who rang was told.
void oracle_rung(struct oracle *o, const char *reference, unsigned manager);
void oracle_claimed(struct oracle *o, unsigned worker, const Triage__V1__Claimed *c);
// A command of this worker was answered OK; `quiet`: it may have had nothing to write.
void oracle_done(struct oracle *o, unsigned worker, const char *reference, bool quiet);

// --- At the end. ---
// A team's whole queue, in its order.
void oracle_queue(struct oracle *o, const char *team, Triage__V1__Headline *const *list, size_t n);
size_t oracle_cases(const struct oracle *o);
const char *oracle_case(const struct oracle *o, size_t i);
// The key whose it is, as every desk reads it; "" while nobody was told of it.
const char *oracle_referrer(struct oracle *o, const char *reference);
void oracle_story(struct oracle *o, const Triage__V1__CaseReport *r, const char *reference);
void oracle_finish(struct oracle *o);
void oracle_states(const struct oracle *o, unsigned states[32]);
void oracle_figures(const struct oracle *o, uint64_t *concerns, uint64_t *notices);

#endif
