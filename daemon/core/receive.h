// receive.h - the first state of a case: received, screened and queued in one event, so that no
// case is ever on disk without a place in a queue and a clock.
#ifndef TRIAGED_RECEIVE_H
#define TRIAGED_RECEIVE_H

#include "command.h"

// What intake knows of one adult of a concern.  NULL or "" where there is none; everything is
// copied.
struct reception {
    uint64_t no;        // of the new case
    enum kind kind;     // what the rules take it for
    enum colour colour; // the verdict's; COLOUR_UNSET is read as "could not be rated": red
    int score;
    enum tier tier;
    enum answer limb[3];
    uint32_t parallel;          // bit per enum parallel
    bool unscreened;            // the tables could not be evaluated: red, whatever colour says
    unsigned flags;             // enum case_flag bits known on receipt
    const char *team;           // where the tables route it; the MASH when empty or not known
    const char *suggested_team; // afterwards, "" none
    const char *referrer;       // id of the principal on whose behalf it came
    const char *place;          // enrolled location it came for
    uint64_t incident;          // case number of the submission's first case; 0: this one
    unsigned incident_cases;    // how many cases the submission made; kept on its first only
    unsigned adult;             // index in the concern
    uint64_t submission_key;    // fingerprint of the sender's key; kept on the first case only
    uint64_t adult_hash, person_hash, place_hash, source_hash, policy;
    const char *why_table;     // decision whose row set the colour, cut to ID_MAX - 1 bytes
    unsigned why_row;          // 1-based; 0 none
    const struct facts *facts; // that the verdict read; NULL: none
};

// Fills `out` whole: state QUEUED, version 1, received_ms = now, decide-by, re-assessment and
// holding clocks by colour, or by what the kind's law says.  What the rules leave a low-level log
// is recorded and closed: it counts, and nobody has to decide anything.  first_seq and last_seq
// stay 0: the caller sets them with the record's number.  The notice it owes is NOTICE_SCREENED,
// the event EVENT_RECEIVED.
void casefile_receive(const struct rules *r, const struct reception *in, struct now now,
                      struct casefile *out);

#endif
