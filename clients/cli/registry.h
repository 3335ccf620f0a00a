// registry.h - the daemon's folder of who may speak to it: principals/ID.yaml and workers/ID.yaml.
// The daemon reads the same files; each is replaced whole, so it never sees half a one.
#ifndef TRIAGE_REGISTRY_H
#define TRIAGE_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

enum { REGISTRY_LIST_MAX = 256, REGISTRY_WHY_BYTES = 400 };

struct principal {
    char *id, *role, *public_key, *status, *name, *provider_id, *second_address, *worker;
    char **locations, **teams, **acts_for;
    unsigned locations_count, teams_count, acts_for_count;
};

struct worker {
    char *id, *name, *grade, *status;
    char **teams;
    unsigned teams_count;
};

// [a-z0-9][a-z0-9-]{0,30}
bool registry_id_ok(const char *id);
bool registry_role_ok(const char *word);
bool registry_grade_ok(const char *word);
bool registry_key_ok(const char *z85);

// NULL with words in why.  Free with the matching *_free.
struct principal *principal_load(const char *folder, const char *id, char *why);
struct worker *worker_load(const char *folder, const char *id, char *why);
// fresh: refuses an id that is there already.  false with words in why.
bool principal_store(const char *folder, const struct principal *p, bool fresh, char *why);
bool worker_store(const char *folder, const struct worker *w, bool fresh, char *why);
void principal_free(struct principal *p);
void worker_free(struct worker *w);

// The ids of a kind ("principals" or "workers"), sorted; free each and the list.
char **registry_ids(const char *folder, const char *kind, size_t *count);

#endif
