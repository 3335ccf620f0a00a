#include "people.h"

#include "days.h"

#include <stdio.h>

const struct house_key KEYS[WHO_COUNT] = {
    [HOME_A] = {"home-a", "provider", "", "", "", "1-100", "", true},
    [HOME_B] = {"home-b", "provider", "", "", "", "1-200", "", true},
    [HOME_C] = {"home-c", "provider", "", "", "", "1-300", "", true},
    [POLICE] = {"police", "police", "", "", "", "", "", true},
    [HOSPITAL] = {"hospital", "partner", "", "", "", "RX1", "", true},
    [VENDOR] = {"vendor", "provider", "", "", "", "", "home-c", true},
    [STRANGER] = {"home-x", "provider", "", "", "", "1-900", "", true},
    [MASH_1] = {"mash-desk", "team", "mash", "", "", "", "", true},
    [MASH_2] = {"mash-desk-2", "team", "mash", "", "", "", "", true},
    [NIGHT] = {"night-desk", "team", "night", "mash", "", "", "", true},
    [NORTH] = {"north-desk", "team", "north", "", "", "", "", true},
    [MANAGER_1] = {"manager-key", "manager", "mash", "night", "mo", "", "", true},
    [MANAGER_2] = {"manager-two", "manager", "mash", "night", "max", "", "", true},
    [AUDITOR] = {"auditor-key", "auditor", "mash", "", "", "", "", true},
    [OPERATOR] = {"operator", "operator", "", "", "", "", "", true},
};

const enum house_listener LISTENERS[WHO_COUNT] = {
    [MASH_1] = AT_DESK,    [MASH_2] = AT_DESK,    [NIGHT] = AT_DESK,   [NORTH] = AT_DESK,
    [MANAGER_1] = AT_DESK, [MANAGER_2] = AT_DESK, [AUDITOR] = AT_DESK, [OPERATOR] = AT_OPERATOR,
};

const struct house_worker WORKERS[WORKER_COUNT] = {
    {"ada", "mash_worker", "mash", true},       {"ben", "mash_worker", "mash", true},
    {"cat", "mash_worker", "mash", true},       {"dan", "mash_worker", "mash", true},
    {"nia", "out_of_hours", "night", true},     {"nor", "community_worker", "north", true},
    {"noe", "community_worker", "north", true}, {"carl", "community_manager", "north", true},
    {"max", "mash_manager", "mash", true},      {"mo", "mash_manager", "mash", true},
};

const enum who DESK_OF[WORKER_COUNT] = {MASH_1, MASH_1, MASH_2, MASH_2,    NIGHT,
                                        NORTH,  NORTH,  NORTH,  MANAGER_2, MANAGER_1};

// Of the 999 range, which is never issued; the tenth digit checks the nine (modulus 11).
void person_nhs_number(unsigned person, char out[11])
{
    for (unsigned n = person * 7 + 1000;; n++) {
        unsigned sum = 0;
        (void)snprintf(out, 11, "999%06u0", n % 1000000);
        for (unsigned i = 0; i < 9; i++) sum += (unsigned)(out[i] - '0') * (10 - i);
        unsigned const check = (11 - sum % 11) % 11;
        out[9] = (char)('0' + check);
        if (check != 10) return;
    }
}

void person_born(unsigned person, char out[11], int32_t *adult_from)
{
    unsigned const k = person % YOUNG; // from those who were 18 last year to those who are 16 now
    int32_t const year = (int32_t)(2007 + k % 4), month = 1 + (int32_t)(k * 5 % 12);
    *adult_from = 0;
    if (person >= PERSONS) {
        *adult_from = day_number(year + 18, month, 1 + (int32_t)k);
        day_text(day_number(year, month, 1 + (int32_t)k), out);
    } else {
        (void)snprintf(out, 11, "1941-05-28");
    }
}
