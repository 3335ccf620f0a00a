// shelf.h - the open cases in memory and the orders they stand in: by number, by urgency and by age
// within a list, by when time next does something to them.  Everything is a link in the
// case's own place, so an open case costs its record and some 85 bytes.
#ifndef TRIAGED_SHELF_H
#define TRIAGED_SHELF_H

#include "casefile.h"
#include "index.h"

enum shelf_order { ORDER_URGENCY, ORDER_AGE, ORDER_BESIDE, SHELF_ORDERS };

// What the orders compare, beside the record so that a walk touches little memory.
struct place {
    int64_t received_ms, due_ms;
    int64_t lead_by_ms; // where that comes first in ORDER_BESIDE, 0 elsewhere: urgency alone does
    int32_t rank;       // colour, then score
    uint32_t child[SHELF_ORDERS][2];
    uint32_t alarm; // position in the alarms, 0 none
    uint32_t number_next;
    uint32_t deferred_s;  // re-assessment put off to so many seconds after it was received; 0 not
    uint16_t team;        // of the list it stands in
    uint8_t lane, colour; // lane 0: in no list
    bool errands;         // it has some
    uint8_t beside;       // enum book_beside: the other list that it stands in
    uint16_t beside_team; // of that one
    uint16_t lead;        // marks, for walks: 0 nobody leads it; book_walk_next
    uint32_t commands;
};

// Slots are numbered from 1; 0 is none.
struct shelf {
    struct casefile *files;
    struct place *places;
    uint32_t *alarms; // a heap by due_ms, from 1
    size_t alarms_n, used, count, max;
    uint32_t free; // slots given back, linked by number_next
    struct index by_number;
};

size_t shelf_bytes(size_t cases_max);
void shelf_init(struct shelf *s, void *memory, size_t cases_max);
bool shelf_full(const struct shelf *s);
uint32_t shelf_find(const struct shelf *s, uint64_t no);
uint32_t shelf_take(struct shelf *s,
                    uint64_t no);                // not full; gives a zeroed record with this number
void shelf_give(struct shelf *s, uint32_t slot); // out of every order already

// Trees: a root belongs to the list; the place's rank, received_ms and number must not change
// meanwhile.
void tree_add(struct shelf *s, enum shelf_order order, uint32_t *root, uint32_t slot);
void tree_remove(struct shelf *s, enum shelf_order order, uint32_t *root, uint32_t slot);
uint32_t tree_first(const struct shelf *s, enum shelf_order order, uint32_t root);
// The first that stands after `slot`, which need not be in this tree.
uint32_t tree_after(const struct shelf *s, enum shelf_order order, uint32_t root, uint32_t slot);
// The first that stands after where a case with this key and number would.
uint32_t tree_behind(const struct shelf *s, enum shelf_order order, uint32_t root,
                     const struct place *key, uint64_t no);

// INT64_MAX takes it out.
void alarm_set(struct shelf *s, uint32_t slot, int64_t due_ms);
uint32_t alarm_first(const struct shelf *s);

#endif
