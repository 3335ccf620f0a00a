// tally.h - the figures of a report, from the stories of all cases: how long things took, what
// waits, what was told.  What each figure means is in README.md, "What the reports count".  In
// steps: nothing here takes longer than its caller allows.
#ifndef TRIAGED_TALLY_H
#define TRIAGED_TALLY_H

#include "story.h"
#include "waits.h"

// clang-format off
#define TALLY_WAITS(X)                                                                             \
    X(WAIT_FIRST_LOOK, 0, "first_look") X(WAIT_DECISION, 1, "decision")                            \
    X(WAIT_TOLD, 2, "told") X(WAIT_LEAD, 3, "lead") X(WAIT_ENQUIRY, 4, "enquiry")
// clang-format on
enum tally_wait { TALLY_WAITS(TERM_ENUM) WAIT_COUNT };
const char *tally_wait_word(unsigned wait);

enum tally_by {
    TALLY_AREA,
    TALLY_TEAM,
    TALLY_WORKER,
    TALLY_PROVIDER, // who sent it
    TALLY_RULE,     // whose row set the first colour
    TALLY_DECISION  // how it was first decided
};
#define TALLY_BANDS 6 // of age: under a day, 1-2, 3-7, 8-28, 29-90 days, more

struct tally_ask {
    enum tally_by by;
    int64_t from_ms, to_ms; // `to` is when the stories end, too
    int kind;               // of case; 0: all
    size_t n_only;          // teams whose cases count; 0: all
    char only[PRINCIPAL_TEAMS_MAX][ID_MAX];
};

// How well it went: what was put right afterwards, and what adults said of it.
struct tally_quality {
    uint32_t received, raised, lowered, rerated, risen; // of those received within the period
    uint32_t met, not_met, other, undecided;            // the same, as they stand at its end
    uint32_t reopened, challenged;                      // of those first decided within the period
    uint32_t upheld, part_upheld, not_upheld, out_of_scope; // of the challenged
    uint32_t ended; // section 42 enquiries that ended within the period, and of those:
    uint32_t fully, partly, not_achieved, none_expressed, not_asked;
    uint32_t adult_told, advocate; // of the ended, too
    uint32_t remained, planned;    // where the risk remains; and of those, with a safety plan
};

// Of one group and colour; colour 0 is all of them.
struct tally_cell {
    uint32_t waiting, bands[TALLY_BANDS], overdue, oldest_s; // for a decision, at the end
    uint32_t unled, led;             // met and without a lead; enquiries under way; at the end
    uint32_t unled_s;                // of the unled, when the first of them was decided
    uint32_t arrived, decided, late; // within the period
    uint32_t owed, told, unread;     // notices of decisions within the period
    struct tally_quality quality;
    uint32_t before[WAIT_COUNT]; // began before the period, still waiting at its end
};

#define TALLY_ROWS_MAX ((size_t)16384)
struct tally_row { // a wait of one group and colour
    unsigned group, wait, colour;
    struct wait_figures figures;
};

struct tally {
    const struct stories *stories;
    struct tally_ask ask;
    uint64_t next;   // case
    uint8_t *counts; // by name: a team that counts
    struct tally_cell (*cells)[COLOUR_RED + 1];
    struct wait_sort sort;
    struct wait_fold fold;
    struct tally_row *rows;
    size_t n_rows;
    bool sorted, done, too_many;
};

size_t tally_bytes(const struct stories *s);
// Borrows that many zeroed bytes; the stories are all told.
void tally_init(struct tally *t, void *memory, const struct stories *s,
                const struct tally_ask *ask);
// Does about `budget` small things; true when all is counted.
bool tally_step(struct tally *t, size_t budget);

#endif
