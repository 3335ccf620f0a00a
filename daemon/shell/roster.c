#include "roster.h"
#include "secret.h"
#include "yaml_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define ROSTER_PATH_MAX 512

static const char roster_bad_id[] = "an id is small letters, digits, _ and -, at most 31";

static const char *roster_id(char out[ID_MAX], const char *text)
{
    if (!id_valid(text)) return roster_bad_id;
    strcpy(out, text);
    return NULL;
}

// Codes of others (CQC, ODS) may have capitals.
static const char *roster_code(char out[ID_MAX], const char *text)
{
    size_t const n =
        strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
    if (n == 0 || n >= ID_MAX || text[n]) return "letters, digits and hyphens, at most 31";
    strcpy(out, text);
    return NULL;
}

static const char *roster_status(bool *active, const char *text, const char *off)
{
    *active = strcmp(text, "active") == 0;
    if (*active || strcmp(text, off) == 0) return NULL;
    return strcmp(off, "left") == 0 ? "active or left" : "active or revoked";
}

static bool roster_listed(char list[][ID_MAX], size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], text) == 0) return true;
    return false;
}

#define ROSTER_APPEND(list, n, most, read, text)                        \
    ((n) == (most)                     ? "more than this list may hold" \
     : roster_listed(list, n, text)    ? "given twice"                  \
     : read((list)[(n)], text) != NULL ? read((list)[(n)], text)        \
                                       : ((n)++, NULL))

static const char *principal_set_id(void *out, const char *text)
{
    return roster_id(((struct principal *)out)->id, text);
}
static const char *principal_set_role(void *out, const char *text)
{
    int const role = role_from(text);
    if (role <= ROLE_NONE)
        return "provider, partner, police, team, manager, auditor, operator or portal";
    ((struct principal *)out)->role = (enum role)role;
    return NULL;
}
static const char *principal_set_key(void *out, const char *text)
{
    if (secret_text_read(((struct principal *)out)->key, text))
        return "a public key is 40 characters of Z85";
    return NULL;
}
static const char *principal_set_status(void *out, const char *text)
{
    return roster_status(&((struct principal *)out)->active, text, "revoked");
}
static const char *principal_set_provider(void *out, const char *text)
{
    return roster_code(((struct principal *)out)->provider_id, text);
}
static const char *principal_set_second(void *out, const char *text)
{
    return roster_id(((struct principal *)out)->second_address, text);
}
static const char *principal_set_worker(void *out, const char *text)
{
    return roster_id(((struct principal *)out)->worker, text);
}
static const char *principal_add_place(void *out, const char *text)
{
    struct principal *p = out;
    return ROSTER_APPEND(p->places, p->n_places, PRINCIPAL_PLACES_MAX, roster_code, text);
}
static const char *principal_add_team(void *out, const char *text)
{
    struct principal *p = out;
    return ROSTER_APPEND(p->teams, p->n_teams, PRINCIPAL_TEAMS_MAX, roster_id, text);
}
static const char *principal_add_acts_for(void *out, const char *text)
{
    struct principal *p = out;
    return ROSTER_APPEND(p->acts_for, p->n_acts_for, PRINCIPAL_ACTS_MAX, roster_id, text);
}

// An organisation's name is for people who read the file; the daemon keeps none.
static const char *roster_ignore(void *out, const char *text)
{
    (void)out;
    return strlen(text) < 200 ? NULL : "longer than 199 bytes";
}

static const struct yaml_field principal_fields[] = {
    {"id", false, true, principal_set_id},
    {"role", false, true, principal_set_role},
    {"public_key", false, false, principal_set_key},
    {"status", false, true, principal_set_status},
    {"name", false, false, roster_ignore},
    {"provider_id", false, false, principal_set_provider},
    {"second_address", false, false, principal_set_second},
    {"locations", true, false, principal_add_place},
    {"teams", true, false, principal_add_team},
    {"worker", false, false, principal_set_worker},
    {"acts_for", true, false, principal_add_acts_for},
};

static const char *worker_set_id(void *out, const char *text)
{
    return roster_id(((struct worker *)out)->id, text);
}
static const char *worker_set_name(void *out, const char *text)
{
    if (strlen(text) >= WORKER_NAME_MAX) return "longer than 199 bytes";
    strcpy(((struct worker *)out)->name, text);
    return NULL;
}
static const char *worker_set_grade(void *out, const char *text)
{
    int const grade = grade_from(text);
    if (grade <= GRADE_NONE)
        return "mash_worker, mash_manager, community_worker, community_manager, out_of_hours, "
               "auditor "
               "or operator";
    ((struct worker *)out)->grade = (enum grade)grade;
    return NULL;
}
static const char *worker_set_status(void *out, const char *text)
{
    return roster_status(&((struct worker *)out)->active, text, "left");
}
static const char *worker_add_team(void *out, const char *text)
{
    struct worker *w = out;
    return ROSTER_APPEND(w->teams, w->n_teams, PRINCIPAL_TEAMS_MAX, roster_id, text);
}

static const struct yaml_field worker_fields[] = {
    {"id", false, true, worker_set_id},         {"name", false, false, worker_set_name},
    {"grade", false, true, worker_set_grade},   {"teams", true, false, worker_add_team},
    {"status", false, true, worker_set_status},
};

struct roster_loading {
    struct roster *roster;
    struct yaml_file file;
    const struct policy *policy;
    struct faults *faults;
    char path[ROSTER_PATH_MAX];
};

static enum err roster_wrong(struct roster_loading *l, const char *key, const char *text)
{
    const struct yaml_entry *entry = yaml_file_find(&l->file, key);
    faults_add(l->faults, l->path, entry ? entry->key.line : 0, entry ? entry->key.column : 0,
               "\"%s\": %s", key, text);
    return ERR_CONFIG;
}

static enum err roster_teams_known(struct roster_loading *l, char teams[][ID_MAX], size_t n)
{
    enum err e = OK;
    for (size_t i = 0; l->policy && i < n; i++)
        if (policy_team(l->policy, teams[i]) < 0)
            e = roster_wrong(l, "teams", "the policy pack has no such team");
    return e;
}

// The file's name is the id, so that one id cannot be given twice.
static enum err roster_name_agrees(struct roster_loading *l, const char *id)
{
    char want[ID_MAX + 8];
    snprintf(want, sizeof want, "%s.yaml", id);
    const char *slash = strrchr(l->path, '/');
    return strcmp(slash + 1, want) == 0 ? OK : roster_wrong(l, "id", "must be the file's name");
}

static bool principal_has_key(const struct principal *p)
{
    static const uint8_t none[KEY_BYTES];
    return memcmp(p->key, none, KEY_BYTES) != 0;
}

static enum err roster_add_principal(struct roster_loading *l)
{
    struct principal *p = &l->roster->principals[l->roster->registry.n_principals];
    memset(p, 0, sizeof *p);
    size_t const n = sizeof principal_fields / sizeof *principal_fields;
    enum err e = yaml_file_apply(&l->file, principal_fields, n, p, l->faults);
    if (e || (e = roster_name_agrees(l, p->id))) return e;
    // Operators come by the local socket, which its file mode guards.
    if (p->role != ROLE_OPERATOR && !principal_has_key(p))
        return roster_wrong(l, "public_key", "is missing");
    if ((e = roster_teams_known(l, p->teams, p->n_teams))) return e;
    l->roster->registry.n_principals++;
    return OK;
}

static enum err roster_add_worker(struct roster_loading *l)
{
    struct worker *w = &l->roster->workers[l->roster->registry.n_workers];
    memset(w, 0, sizeof *w);
    size_t const n = sizeof worker_fields / sizeof *worker_fields;
    enum err e = yaml_file_apply(&l->file, worker_fields, n, w, l->faults);
    if (e || (e = roster_name_agrees(l, w->id))) return e;
    if ((e = roster_teams_known(l, w->teams, w->n_teams))) return e;
    l->roster->registry.n_workers++;
    return OK;
}

static int roster_is_yaml(const struct dirent *entry)
{
    size_t const n = strlen(entry->d_name);
    return entry->d_name[0] != '.' && n > 5 && strcmp(entry->d_name + n - 5, ".yaml") == 0;
}

// Reads every *.yaml of a folder in name order.  `room` makes space for that many, once it is
// known.
static enum err roster_folder(struct roster_loading *l, const char *dir, size_t most,
                              enum err (*room)(struct roster *, size_t),
                              enum err (*add)(struct roster_loading *))
{
    struct dirent **names = NULL;
    int const n = scandir(dir, &names, roster_is_yaml, alphasort);
    enum err e = OK;
    if (n < 0) {
        faults_add(l->faults, dir, 0, 0, "the folder cannot be read: %s", strerror(errno));
        return ERR_CONFIG;
    }
    if ((size_t)n > most) {
        faults_add(l->faults, dir, 0, 0, "more than %zu files", most);
        e = ERR_CONFIG;
    } else {
        e = room(l->roster, (size_t)n);
    }
    bool const readable = e == OK;
    for (int i = 0; i < n; i++) {
        snprintf(l->path, sizeof l->path, "%s/%s", dir, names[i]->d_name);
        if (readable && (yaml_file_read(&l->file, l->path, l->faults) || add(l))) e = ERR_CONFIG;
        free(names[i]);
    }
    free(names);
    return e;
}

// One more than the files: the operator of the local socket.
static enum err roster_room_principals(struct roster *r, size_t n)
{
    r->principals = calloc(n + 1, sizeof *r->principals);
    r->by_key = calloc(n + 1, sizeof *r->by_key);
    return r->principals && r->by_key ? OK : ERR_NO_MEMORY;
}

static enum err roster_room_workers(struct roster *r, size_t n)
{
    r->workers = calloc(n + 1, sizeof *r->workers);
    return r->workers ? OK : ERR_NO_MEMORY;
}

static int principal_order(const void *a, const void *b)
{
    return strcmp(((const struct principal *)a)->id, ((const struct principal *)b)->id);
}
static int worker_order(const void *a, const void *b)
{
    return strcmp(((const struct worker *)a)->id, ((const struct worker *)b)->id);
}
static int roster_key_order(const void *a, const void *b, void *ctx)
{
    const struct principal *p = ctx;
    return memcmp(p[*(const uint32_t *)a].key, p[*(const uint32_t *)b].key, KEY_BYTES);
}

static void roster_add_operator(struct roster *r)
{
    struct registry *g = &r->registry;
    for (size_t i = 0; i < g->n_principals; i++)
        if (r->principals[i].role == ROLE_OPERATOR && r->principals[i].active) return;
    struct principal *p = &r->principals[g->n_principals];
    for (size_t i = 0; i < g->n_principals; i++)
        if (strcmp(r->principals[i].id, OPERATOR_ID) == 0) return; // revoked on purpose
    *p = (struct principal){.id = OPERATOR_ID, .role = ROLE_OPERATOR, .active = true};
    g->n_principals++;
}

static void roster_sort(struct roster *r)
{
    struct registry *g = &r->registry;
    qsort(r->principals, g->n_principals, sizeof *r->principals, principal_order);
    if (g->n_workers) qsort(r->workers, g->n_workers, sizeof *r->workers, worker_order);
    for (uint32_t i = 0; i < g->n_principals; i++) r->by_key[i] = i;
    qsort_r(r->by_key, g->n_principals, sizeof *r->by_key, roster_key_order, r->principals);
    g->principals = r->principals;
    g->workers = r->workers;
    g->by_key = r->by_key;
}

// What only the whole can tell: two principals with one key, and references to nobody.
static enum err roster_agrees(const struct roster *r, const char *dir, struct faults *p)
{
    enum err e = OK;
    const struct registry *g = &r->registry;
    for (size_t i = 1; i < g->n_principals; i++) {
        const struct principal *a = &r->principals[r->by_key[i - 1]];
        const struct principal *b = &r->principals[r->by_key[i]];
        if (!principal_has_key(a) || memcmp(a->key, b->key, KEY_BYTES)) continue;
        faults_add(p, dir, 0, 0, "%s and %s have the same public key", a->id, b->id);
        e = ERR_CONFIG;
    }
    for (size_t i = 0; i < g->n_principals; i++) {
        const struct principal *a = &r->principals[i];
        bool known = !a->worker[0] || registry_worker(g, a->worker);
        if (a->second_address[0] && !registry_principal(g, a->second_address)) known = false;
        for (size_t k = 0; k < a->n_acts_for; k++)
            if (!registry_principal(g, a->acts_for[k])) known = false;
        if (known) continue;
        faults_add(p, dir, 0, 0, "%s names a worker or a principal that does not exist", a->id);
        e = ERR_CONFIG;
    }
    return e;
}

static enum err roster_load(struct roster_loading *l, const char *principals_dir,
                            const char *workers_dir)
{
    enum err const workers =
        roster_folder(l, workers_dir, REGISTRY_WORKERS_MAX, roster_room_workers, roster_add_worker);
    enum err const principals = roster_folder(l, principals_dir, REGISTRY_PRINCIPALS_MAX,
                                              roster_room_principals, roster_add_principal);
    if (workers || principals) return ERR_CONFIG;
    roster_add_operator(l->roster);
    roster_sort(l->roster);
    return roster_agrees(l->roster, principals_dir, l->faults);
}

enum err roster_open(struct roster **out, const char *principals_dir, const char *workers_dir,
                     const struct policy *policy, uint64_t generation, struct faults *p)
{
    *out = NULL;
    struct roster_loading *l = calloc(1, sizeof *l);
    struct roster *r = calloc(1, sizeof *r);
    enum err e = l && r ? OK : ERR_NO_MEMORY;
    if (!e) {
        *l = (struct roster_loading){.roster = r, .policy = policy, .faults = p};
        r->registry.generation = generation;
        e = roster_load(l, principals_dir, workers_dir);
    }
    free(l);
    if (e)
        roster_close(r);
    else
        *out = r;
    return e;
}

void roster_close(struct roster *r)
{
    if (!r) return;
    free(r->principals);
    free(r->workers);
    free(r->by_key);
    free(r);
}

const char *roster_operator(const struct roster *r)
{
    for (size_t i = 0; i < r->registry.n_principals; i++)
        if (r->principals[i].role == ROLE_OPERATOR && r->principals[i].active)
            return r->principals[i].id;
    return OPERATOR_ID;
}
