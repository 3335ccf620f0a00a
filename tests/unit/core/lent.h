// lent.h - a book in memory of its own for each test, and cases to put into it.
#ifndef TRIAGED_LENT_H
#define TRIAGED_LENT_H

#include "book.h"
#include "world.h"

extern const struct book_limits LENT;
extern struct book *book;
extern uint64_t seed; // of what is rolled in a test: 7 at its start

int book_lend(void **state); // setup and teardown of a test
int book_take_back(void **state);
uint64_t roll(uint64_t n); // 0 .. n - 1
// One of three teams, waiting, held, offered, met, direct or following another, by the dice.
struct casefile case_any(uint64_t no);

#define T(name) cmocka_unit_test_setup_teardown(name, book_lend, book_take_back)

#endif
