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
    uint32_t urgency[LANES];      // roots
    uint32_t age[COLOUR_RED + 1]; // roots, of the queue alone
    uint32_t by_colour[COLOUR_RED + 1];
    uint32_t leased;
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

// What a case that comes into the book, goes out of it or changes is found by (book_kin.c).
void book_kin_opened(struct book *b, const struct casefile *f);
void book_kin_changed(struct book *b, const struct casefile *was, const struct casefile *f);
void book_kin_ended(struct book *b, const struct casefile *was, const struct casefile *f);
void book_ties_move(struct book *b, const struct casefile *was, const struct casefile *f);

#endif
