// golden.h - what the golden ledger of every release holds: made once, then opened by all later
// ones.
#ifndef TRIAGED_TESTS_GOLDEN_H
#define TRIAGED_TESTS_GOLDEN_H

#include "ledger.h"

// The master key of golden ledgers: 32 times this byte.  Nothing true was ever sealed with it.
#define GOLDEN_KEY_BYTE 0xA5

struct golden_record {
    uint64_t entity;
    const char *header, *body;
    uint64_t fingerprint;
    bool erase, open;
};
// Of release 0.1.0.  The row of a record has its header as blob, and fold version 1.
static const struct golden_record golden_records[] = {
    {ENTITY_AREA, "the area begins", "", 0, false, true},
    {ENTITY_CASE(1), "first case, received", "An invented concern about an invented adult.", 101,
     false, true},
    {ENTITY_CASE(2), "second case, received", "Another invented concern.", 102, false, true},
    {ENTITY_RECIPIENT | 1, "a notice is owed", "", 0, false, true},
    {ENTITY_CASE(1), "first case, screened", "", 103, false, true},
    {ENTITY_CASE(1), "first case, decided", "Invented reasons.", 104, false, true},
    {ENTITY_CASE(1), "first case, closed", "", 0, false, false},
    {ENTITY_CASE(3), "third case, received", "A concern that will be forgotten.", 105, false, true},
    {ENTITY_CASE(3), "third case, closed", "", 0, false, false},
    {ENTITY_CASE(3), "third case, forgotten", "", 0, true, false},
    {ENTITY_RECIPIENT | 1, "a notice was receipted", "", 106, false, true},
};
#define GOLDEN_RECORDS (sizeof golden_records / sizeof golden_records[0])

#endif
