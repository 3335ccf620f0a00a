#include "lent.h"

#include <sys/mman.h>

const struct book_limits LENT = {.cases_open_max = 3000,
                                 .keys_max = 1200000,
                                 .recipients_max = 40,
                                 .teams_max = 4,
                                 .owed_max = 20000,
                                 .sightings_max = 20000,
                                 .kin_max = 20000,
                                 .errands_max = 64};
struct book *book;
uint64_t seed;
static size_t lent;
static void *memory;

int book_lend(void **state)
{
    (void)state;
    world_make();
    seed = 7;
    lent = book_size(&LENT);
    memory = mmap(NULL, lent, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                  -1, 0);
    assert_ptr_not_equal(memory, MAP_FAILED);
    book = book_init(memory, lent, &LENT);
    return 0;
}

int book_take_back(void **state)
{
    (void)state;
    return munmap(memory, lent);
}

uint64_t roll(uint64_t n)
{
    return world_random(&seed) % n;
}

struct casefile case_any(uint64_t no)
{
    static const char *const teams[] = {"mash", "north", "south"};
    static const enum state states[] = {STATE_QUEUED, STATE_QUEUED, STATE_IN_TRIAGE,
                                        STATE_HANDOVER_OFFERED, STATE_DECIDED_MET};
    struct casefile f = world_case(no, (enum colour)(1 + roll(3)),
                                   world_now(WORLD_NOW_MS + (int64_t)roll(50) * MINUTE_MS));
    f.state = (int32_t)states[roll(5)];
    f.score = (int32_t)roll(5) - 2;
    f.adult_hash = (int64_t)roll(200);
    id_copy(f.team, teams[roll(3)]);
    if (f.state == STATE_HANDOVER_OFFERED) {
        id_copy(f.offered_team, teams[roll(3)]);
        f.deadline_ms = WORLD_NOW_MS + (int64_t)roll(1000);
    }
    if (f.state == STATE_DECIDED_MET) f.deadline_ms = roll(5) ? WORLD_NOW_MS + (int64_t)roll(9) : 0;
    if (roll(3) == 0) f.flags |= CASE_DIRECT;
    f.follows = roll(10) ? 0 : 700;
    f.reassess_ms = roll(4) ? WORLD_NOW_MS + (int64_t)roll(100000) : 0;
    return f;
}
