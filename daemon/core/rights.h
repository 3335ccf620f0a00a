// rights.h - who may ask for what.  A principal proved that it holds a key; a worker is a
// registered person.  The registry is read from files by the shell and given to the desk whole: it
// is replaced, never edited.
#ifndef TRIAGED_RIGHTS_H
#define TRIAGED_RIGHTS_H

#include "bytes.h"
#include "terms.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ID_MAX                  32 // bytes of an id with its NUL: [a-z0-9][a-z0-9_-]*
#define PRINCIPAL_TEAMS_MAX     16
#define PRINCIPAL_PLACES_MAX    16
#define PRINCIPAL_ACTS_MAX      64
#define REGISTRY_PRINCIPALS_MAX 20000
#define REGISTRY_WORKERS_MAX    20000
#define KEY_BYTES               32
#define WORKER_NAME_MAX         200 // bytes with the NUL

struct principal {
    char id[ID_MAX];
    enum role role;
    bool active;
    uint8_t key[KEY_BYTES]; // Curve25519 public key
    char worker[ID_MAX]; // the one person whose key this is, "" for a desk's or an organisation's
    char provider_id[ID_MAX];
    char second_address[ID_MAX]; // who hears when nobody here opens a decision, "" nobody
    size_t n_places, n_teams, n_acts_for;
    char places[PRINCIPAL_PLACES_MAX][ID_MAX]; // CQC locations or ODS codes it may speak about
    char teams[PRINCIPAL_TEAMS_MAX][ID_MAX];   // whose queues it works
    char acts_for[PRINCIPAL_ACTS_MAX][ID_MAX]; // principals that enrolled this vendor's key
};

struct worker {
    char id[ID_MAX];
    char name[WORKER_NAME_MAX]; // for people to read; "" when none was given
    enum grade grade;
    bool active;
    size_t n_teams;
    char teams[PRINCIPAL_TEAMS_MAX][ID_MAX];
};

// Sorted by id (principals and workers); `by_key` sorts indexes of principals by public key.
struct registry {
    uint64_t generation; // rises with every change
    size_t n_principals, n_workers;
    const struct principal *principals;
    const struct worker *workers;
    const uint32_t *by_key;
};

// NULL when there is none; an inactive one is returned and says so.
const struct principal *registry_principal(const struct registry *r, const char *id);
const struct principal *registry_principal_of_key(const struct registry *r,
                                                  const uint8_t key[KEY_BYTES]);
const struct worker *registry_worker(const struct registry *r, const char *id);
// The principal's second address, where that is an active provider's key enrolled for the place
// ("": any); NULL when there is none.
const struct principal *registry_second_address(const struct registry *r,
                                                const struct principal *of, const char *place);

bool id_valid(const char *id);
// A whole field, so that equal ids are equal bytes; NULL is "".  A longer one is our own bug.
void id_copy(char to[ID_MAX], const char *id);
bool principal_at_place(const struct principal *p, const char *place);
bool principal_in_team(const struct principal *p, const char *team);
bool worker_in_team(const struct worker *w, const char *team);
bool principal_speaks_for(const struct principal *p, const char *other_id);

#endif
