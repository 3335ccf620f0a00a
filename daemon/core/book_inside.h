// book_inside.h - what the book is made of, for the files that are it.
#ifndef TRIAGED_BOOK_INSIDE_H
#define TRIAGED_BOOK_INSIDE_H

#include "book.h"
#include "org.h"
#include "owed.h"
#include "pages.h"
#include "pockets.h"
#include "shelf.h"
#include "sightings.h"
#include "ties.h"

// Lanes: a team's queue, and beside it a board for each state.  Lane 0 is in no list: whatever
// becomes of a case that follows another is told of the one that it follows.
#define LANE_QUEUE ((uint8_t)STATE_QUEUED)
#define LANES      (STATE_LAST + 1)

struct shelf_team {
    char id[ID_MAX];
    uint32_t urgency[LANES];       // roots
    uint32_t age[COLOUR_RED + 1];  // roots, of the queue alone
    uint32_t beside[BESIDE_LISTS]; // roots; what is of all teams hangs on number 0
    uint32_t by_colour[COLOUR_RED + 1];
    uint32_t leased, met;
};
struct book {
    struct area area;
    struct shelf shelf;
    struct pages keys;
    struct owed owed;
    struct sightings sightings;
    struct kin kin;
    struct pockets pockets;
    struct ties ties, children;
    struct kin orgs;
    size_t n_orgs; // open
    size_t n_teams, teams_max;
    struct shelf_team *teams;
};

struct casefile *book_file(struct book *b, uint32_t slot); // NULL of 0
uint32_t book_slot_of(const struct book *b, const struct casefile *f);

// Which lists a case stands in (book_lists.c).
struct book_seats {
    size_t team, beside; // numbers of teams: of its list, and of the one beside, 0 none or of all
};
bool book_seats(struct book *b, const struct casefile *f, struct book_seats *out); // false: no room
void book_lists_move(struct book *b, uint32_t slot, struct book_seats seats);
void book_lists_leave(struct book *b, uint32_t slot);

// What a case that comes into the book, goes out of it or changes is found by (book_kin.c).
void book_kin_opened(struct book *b, const struct casefile *f);
void book_kin_changed(struct book *b, const struct casefile *was, const struct casefile *f);
void book_kin_ended(struct book *b, const struct casefile *was, const struct casefile *f);
void book_ties_move(struct book *b, const struct casefile *was, const struct casefile *f);

#endif
