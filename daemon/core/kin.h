// kin.h - which cases are about one adult: by the hash of the NHS number and by that of name and
// birth date, open ones for as long as they are open, closed ones for a year and a day.  What they
// count for (concerns in so many days) and what near duplicates are looked for in.
#ifndef TRIAGED_KIN_H
#define TRIAGED_KIN_H

#include "pages.h"
#include "windows.h"

#define KIN_CASES_MAX ((uint64_t)1 << 27) // case numbers, with a day beside them
#define KIN_DAYS      512                 // more than are ever asked about, a power of two
#define KIN_COUNT_MAX 64U
#define KIN_LOOK_MAX  4096U // of one adult, for one among them

struct kin {
    struct pages
        by_key;     // value: is it a concern << 39 | day it closed (0 open) << 27 | case number
    size_t sweep;   // the bucket that is looked at next
    uint16_t today; // the latest day seen
    uint16_t oldest_day; // the day on which `oldest` was worked out
    uint64_t oldest;     // closed cases with lesser numbers are not kept
    // By day: the least number of a case received on it or after it, 0 when there is none.
    uint32_t first[KIN_DAYS];
};

size_t kin_bytes(size_t entries_max);
void kin_init(struct kin *k, void *memory, size_t entries_max);

// One case, received and (0: not) closed then.  One that is no concern is not counted.
enum err kin_add(struct kin *k, uint64_t key, uint64_t no, int64_t received_ms, int64_t closed_ms,
                 bool counts);
void kin_counts(struct kin *k, uint64_t key, uint64_t no); // it has become a concern
// It closed, or (0) is open again; false when it is not there.
bool kin_close(struct kin *k, uint64_t key, uint64_t no, int64_t closed_ms);
void kin_forget(struct kin *k, uint64_t key, uint64_t no);

// Cases received in each window up to and with the day of `at_ms`, but for `except_no`; of the last
// KIN_COUNT_MAX only, so that a flood about one adult costs each of its concerns no more.
struct window_counts kin_count(const struct kin *k, uint64_t key, const struct windows *w,
                               int64_t at_ms, uint64_t except_no);

// Goes on to the next case of this key, the last added first; {0} before the first.
struct kin_one {
    struct pages_at at;
    uint64_t no;
    bool open;
    int64_t closed_ms; // the day, of one that is not open
};
uint64_t kin_first_since(const struct kin *k, int64_t at_ms); // KIN_CASES_MAX when none
bool kin_next(const struct kin *k, uint64_t key, struct kin_one *one);

#endif
