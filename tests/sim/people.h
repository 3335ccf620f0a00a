// people.h - who there is in the simulated council.
#ifndef TRIAGED_SIM_PEOPLE_H
#define TRIAGED_SIM_PEOPLE_H

#include "house.h"

enum who { // keys
    HOME_A,
    HOME_B,
    HOME_C, // some of its concerns come through the vendor
    POLICE,
    HOSPITAL,
    VENDOR,
    REFERRER_COUNT,
    STRANGER = REFERRER_COUNT, // enrolled, and hostile
    MASH_1,
    MASH_2,
    NIGHT,
    NORTH,
    MANAGER_1,
    MANAGER_2,
    AUDITOR,
    OPERATOR,
    WHO_COUNT
};
enum { WORKER_COUNT = 10 };

extern const struct house_key KEYS[WHO_COUNT];
extern const enum house_listener LISTENERS[WHO_COUNT];
extern const struct house_worker WORKERS[WORKER_COUNT];
extern const enum who DESK_OF[WORKER_COUNT]; // the key that each worker works through

#define PERSONS 80 // adults in need of care whom concerns are about
#define YOUNG   24 // after them: those whose care passes to adult services at 18
void person_nhs_number(unsigned person, char out[11]);
// "1941-05-28"; the day on which they become 18, since 1970, 0 for those who are older.
void person_born(unsigned person, char out[11], int32_t *adult_from);

#endif
