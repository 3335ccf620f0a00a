// keys.c - who may speak to the daemon.  Files are changed first, then the daemon is asked to read
// them; it takes all or nothing, and a revoked key is refused from its next message on.
#include "registry.h"
#include "safefile.h"
#include "say.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct keys {
    struct run *run;
    const char *folder;
    char why[REGISTRY_WHY_BYTES];
};

static int keys_refuse(const char *words, const char *value)
{
    say_error("%s%s%s", words, value ? ": " : "", value ? value : "");
    return EXIT_USAGE;
}

// ---- The daemon ----

static void reload_tell(const json_t *reload)
{
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(reload, "problems"), i, item)
    {
        fputs("  ", stderr);
        say_text(stderr, json_string_value(item), 4);
        fputc('\n', stderr);
    }
}

// Only over the operator's own socket, or by a profile that is an operator's.
static int keys_reload(struct keys *k)
{
    struct run *r = k->run;
    if (run_flag(r, "no-reload")) return EXIT_DONE;
    if (!r->operator_endpoint && !r->profile_path) {
        fputs("Now have the daemon read it: triage reload --operator ipc://...\n", stderr);
        return EXIT_DONE;
    }
    char *out = NULL;
    int code = run_open(r);
    if (code != EXIT_DONE) return code;
    enum triage_status const s = triage_request(r->client, "reload", NULL, &out);
    json_t *reply = out ? json_loads(out, 0, NULL) : NULL;
    triage_free(out);
    code = run_end(r, s);
    json_t *reload = json_object_get(reply, "reload");
    reload_tell(reload);
    if (code == EXIT_DONE && json_array_size(json_object_get(reload, "problems"))) {
        code = EXIT_REFUSED;
    }
    json_decref(reply);
    return code;
}

static int keys_done(struct keys *k, const char *what, const char *id)
{
    if (k->run->json)
        say_data(json_pack("{ss, ss}", "done", what, "id", id));
    else
        printf("%s: %s\n", id, what);
    return keys_reload(k);
}

static int keys_failed(const struct keys *k, bool missing)
{
    say_error("%s", k->why);
    return missing ? EXIT_NOT_FOUND : EXIT_OURS;
}

// ---- Principals ----

// The option's list as borrowed text; the count is what fits.
static char **keys_list(const struct run *r, const char *option, unsigned *count)
{
    json_t *list = run_list(r, option);
    size_t const n = json_array_size(list);
    *count = 0;
    if (n == 0 || n > REGISTRY_LIST_MAX) return NULL;
    char **out = calloc(n, sizeof *out);
    for (size_t i = 0; out && i < n; i++) {
        out[(*count)++] = (char *)(uintptr_t)json_string_value(json_array_get(list, i));
    }
    return out;
}

static char *keys_text(const struct run *r, const char *option)
{
    return (char *)(uintptr_t)run_text(r, option);
}

static int keys_add(struct keys *k, const char *id)
{
    struct run *r = k->run;
    char active[] = "active";
    if (!registry_id_ok(id)) return keys_refuse("an id is a-z, 0-9 and -, at most 31", id);
    if (!run_text(r, "role") || !registry_role_ok(run_text(r, "role"))) {
        return keys_refuse("--role: provider, partner, police, team, manager, auditor, operator "
                           "or portal",
                           run_text(r, "role"));
    }
    if (!run_text(r, "public-key") || !registry_key_ok(run_text(r, "public-key"))) {
        return keys_refuse("--public-key: expected the 40 characters of triage enrol",
                           run_text(r, "public-key"));
    }
    struct principal p = {.id = (char *)(uintptr_t)id,
                          .role = keys_text(r, "role"),
                          .public_key = keys_text(r, "public-key"),
                          .status = active,
                          .name = keys_text(r, "name"),
                          .provider_id = keys_text(r, "provider-id"),
                          .second_address = keys_text(r, "second-address"),
                          .worker = keys_text(r, "of-worker")};
    p.locations = keys_list(r, "location", &p.locations_count);
    p.teams = keys_list(r, "team", &p.teams_count);
    p.acts_for = keys_list(r, "acts-for", &p.acts_for_count);
    bool const ok = principal_store(k->folder, &p, true, k->why);
    free(p.locations);
    free(p.teams);
    free(p.acts_for);
    return ok ? keys_done(k, "added", id) : keys_failed(k, false);
}

static int keys_change(struct keys *k, const char *id, const char *status, const char *public_key)
{
    if (!registry_id_ok(id)) return keys_refuse("no such id", id);
    struct principal *p = principal_load(k->folder, id, k->why);
    if (!p) return keys_failed(k, errno == ENOENT);
    char *was_status = p->status;
    char *was_key = p->public_key;
    p->status = (char *)(uintptr_t)status;
    if (public_key) p->public_key = (char *)(uintptr_t)public_key;
    bool const ok = principal_store(k->folder, p, false, k->why);
    p->status = was_status;
    p->public_key = was_key;
    principal_free(p);
    return ok ? keys_done(k, public_key ? "rotated" : status, id) : keys_failed(k, false);
}

static int keys_revoke(struct keys *k, const char *id)
{
    return keys_change(k, id, "revoked", NULL);
}

static int keys_rotate(struct keys *k, const char *id)
{
    const char *public_key = run_text(k->run, "public-key");
    if (!public_key || !registry_key_ok(public_key)) {
        return keys_refuse("--public-key: expected the 40 characters of triage enrol", public_key);
    }
    return keys_change(k, id, "active", public_key);
}

// ---- Workers ----

static int keys_worker_add(struct keys *k, const char *id)
{
    struct run *r = k->run;
    char active[] = "active";
    if (!registry_id_ok(id)) return keys_refuse("an id is a-z, 0-9 and -, at most 31", id);
    if (!run_text(r, "name")) return keys_refuse("--name NAME is needed", NULL);
    if (!run_text(r, "grade") || !registry_grade_ok(run_text(r, "grade"))) {
        return keys_refuse("--grade: mash_worker, mash_manager, community_worker, "
                           "community_manager, out_of_hours, auditor or operator",
                           run_text(r, "grade"));
    }
    struct worker w = {.id = (char *)(uintptr_t)id,
                       .name = keys_text(r, "name"),
                       .grade = keys_text(r, "grade"),
                       .status = active};
    w.teams = keys_list(r, "team", &w.teams_count);
    bool const ok = worker_store(k->folder, &w, true, k->why);
    free(w.teams);
    return ok ? keys_done(k, "added", id) : keys_failed(k, false);
}

static int keys_worker_leave(struct keys *k, const char *id)
{
    char left[] = "left";
    if (!registry_id_ok(id)) return keys_refuse("no such id", id);
    struct worker *w = worker_load(k->folder, id, k->why);
    if (!w) return keys_failed(k, errno == ENOENT);
    char *was = w->status;
    w->status = left;
    bool const ok = worker_store(k->folder, w, false, k->why);
    w->status = was;
    worker_free(w);
    return ok ? keys_done(k, "left", id) : keys_failed(k, false);
}

// ---- Lists ----

static json_t *keys_json_list(char *const *list, unsigned count)
{
    json_t *j = json_array();
    for (unsigned i = 0; i < count; i++) json_array_append_new(j, json_string(list[i]));
    return j;
}

static json_t *keys_principal(struct keys *k, const char *id)
{
    struct principal *p = principal_load(k->folder, id, k->why);
    if (!p) return NULL;
    json_t *j = json_pack("{ss, ss, ss, ss, so, so}", "id", p->id, "role", p->role, "status",
                          p->status, "public_key", p->public_key ? p->public_key : "", "teams",
                          keys_json_list(p->teams, p->teams_count), "locations",
                          keys_json_list(p->locations, p->locations_count));
    if (!k->run->json) {
        say_cell(stdout, p->id, 32);
        say_cell(stdout, p->role, 10);
        say_cell(stdout, p->status, 9);
        puts(p->public_key ? p->public_key : "(no key)");
    }
    principal_free(p);
    return j;
}

static json_t *keys_worker(struct keys *k, const char *id)
{
    struct worker *w = worker_load(k->folder, id, k->why);
    if (!w) return NULL;
    json_t *j =
        json_pack("{ss, ss, ss, ss, so}", "id", w->id, "name", w->name ? w->name : "", "grade",
                  w->grade, "status", w->status, "teams", keys_json_list(w->teams, w->teams_count));
    if (!k->run->json) {
        say_cell(stdout, w->id, 32);
        say_cell(stdout, w->grade, 20);
        say_cell(stdout, w->status, 9);
        say_text(stdout, w->name ? w->name : "", 4);
        putchar('\n');
    }
    worker_free(w);
    return j;
}

static int keys_each(struct keys *k, const char *kind, json_t *(*show)(struct keys *, const char *),
                     json_t *out)
{
    size_t count = 0;
    int code = EXIT_DONE;
    char **ids = registry_ids(k->folder, kind, &count);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *j = show(k, ids[i]);
        if (j)
            json_array_append_new(list, j);
        else
            code = keys_failed(k, false);
        free(ids[i]);
    }
    free(ids);
    json_object_set_new(out, kind, list);
    return code;
}

static int keys_show(struct keys *k, const char *id)
{
    (void)id;
    json_t *out = json_object();
    int const first = keys_each(k, "principals", keys_principal, out);
    int const second = keys_each(k, "workers", keys_worker, out);
    if (k->run->json) say_data(json_incref(out));
    json_decref(out);
    return first ? first : second;
}

// ---- A key pair for a server ----

static int keys_make(struct keys *k, const char *path)
{
    char public_key[41];
    char secret_key[42];
    char *beside = NULL;
    triage_keypair(public_key, secret_key);
    secret_key[40] = '\n';
    secret_key[41] = '\0';
    bool ok = asprintf(&beside, "%s.pub", path) > 0 &&
              safefile_create(path, secret_key, 41, 0600) &&
              safefile_create(beside, public_key, 40, 0644);
    if (!ok)
        say_error("%s: %s", path, strerror(errno));
    else if (k->run->json)
        say_data(json_pack("{ss}", "public_key", public_key));
    else
        puts(public_key);
    memset(secret_key, 0, sizeof secret_key);
    free(beside);
    return ok ? EXIT_DONE : EXIT_OURS;
}

static const struct {
    const char *first, *second; // second NULL: none
    bool id, folder;
    int (*run)(struct keys *k, const char *id);
} actions[] = {
    {"list", NULL, false, true, keys_show},
    {"add", NULL, true, true, keys_add},
    {"revoke", NULL, true, true, keys_revoke},
    {"rotate", NULL, true, true, keys_rotate},
    {"worker", "add", true, true, keys_worker_add},
    {"worker", "leave", true, true, keys_worker_leave},
    {"make", NULL, true, false, keys_make},
};

int run_keys(struct run *r)
{
    struct keys k = {.run = r, .folder = run_text(r, "dir")};
    if (!k.folder) k.folder = getenv("TRIAGE_REGISTRY");
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        int const words = 1 + (actions[i].second != NULL);
        if (strcmp(r->positional[0], actions[i].first) != 0) continue;
        if (actions[i].second &&
            (r->positional_len < 2 || strcmp(r->positional[1], actions[i].second) != 0)) {
            continue;
        }
        if (r->positional_len != words + actions[i].id) break;
        if (actions[i].folder && (!k.folder || !*k.folder)) {
            return keys_refuse("--dir DIR (or $TRIAGE_REGISTRY) is needed", NULL);
        }
        return actions[i].run(&k, actions[i].id ? r->positional[words] : NULL);
    }
    say_error("usage: triage keys %s", r->command->args);
    return EXIT_USAGE;
}
