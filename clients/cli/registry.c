// registry.c - reading by schema, writing whole.
#include "registry.h"
#include "safefile.h"

#include <ctype.h>
#include <cyaml/cyaml.h>
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES_MAX = 65536, TEXT_BYTES_MAX = 400, ID_BYTES_MAX = 31 };

static const cyaml_schema_value_t text_value = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, TEXT_BYTES_MAX)};

#define REGISTRY_TEXT(type, name, flags)                                              \
    CYAML_FIELD_STRING_PTR(#name, CYAML_FLAG_POINTER | (flags), struct type, name, 0, \
                           TEXT_BYTES_MAX)
#define REGISTRY_LIST(type, name)                                                            \
    CYAML_FIELD_SEQUENCE(#name, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct type, name, \
                         &text_value, 0, REGISTRY_LIST_MAX)

static const cyaml_schema_field_t principal_fields[] = {
    REGISTRY_TEXT(principal, id, 0),
    REGISTRY_TEXT(principal, role, 0),
    REGISTRY_TEXT(principal, public_key, CYAML_FLAG_OPTIONAL),
    REGISTRY_TEXT(principal, status, 0),
    REGISTRY_TEXT(principal, name, CYAML_FLAG_OPTIONAL),
    REGISTRY_TEXT(principal, provider_id, CYAML_FLAG_OPTIONAL),
    REGISTRY_TEXT(principal, second_address, CYAML_FLAG_OPTIONAL),
    REGISTRY_TEXT(principal, worker, CYAML_FLAG_OPTIONAL),
    REGISTRY_LIST(principal, locations),
    REGISTRY_LIST(principal, teams),
    REGISTRY_LIST(principal, acts_for),
    CYAML_FIELD_END};
static const cyaml_schema_value_t principal_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct principal, principal_fields)};

static const cyaml_schema_field_t worker_fields[] = {
    REGISTRY_TEXT(worker, id, 0),    REGISTRY_TEXT(worker, name, CYAML_FLAG_OPTIONAL),
    REGISTRY_TEXT(worker, grade, 0), REGISTRY_TEXT(worker, status, 0),
    REGISTRY_LIST(worker, teams),    CYAML_FIELD_END};
static const cyaml_schema_value_t worker_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct worker, worker_fields)};

// cyaml tells where (line and column) through its log function.
static void registry_log(cyaml_log_t level, void *ctx, const char *format, va_list args)
{
    char *why = ctx;
    size_t const used = strlen(why);
    if (level < CYAML_LOG_ERROR || used + 2 >= REGISTRY_WHY_BYTES) return;
    vsnprintf(why + used, REGISTRY_WHY_BYTES - used, format, args);
    for (char *p = why; *p; p++) {
        if (*p == '\n') *p = ' ';
    }
}

static cyaml_config_t registry_config(char *why)
{
    return (cyaml_config_t){.log_fn = registry_log,
                            .log_ctx = why,
                            .log_level = CYAML_LOG_ERROR,
                            .mem_fn = cyaml_mem,
                            .flags = CYAML_CFG_NO_ALIAS};
}

// ---- Words ----

static bool registry_one_of(const char *word, const char *const *words)
{
    for (; *words; words++) {
        if (strcmp(word, *words) == 0) return true;
    }
    return false;
}

bool registry_id_ok(const char *id)
{
    if (!islower((unsigned char)*id) && !isdigit((unsigned char)*id)) return false;
    for (const char *p = id; *p; p++) {
        if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '-') {
            return false;
        }
    }
    return strlen(id) <= ID_BYTES_MAX;
}

bool registry_role_ok(const char *word)
{
    static const char *const words[] = {"provider", "partner",  "police", "team", "manager",
                                        "auditor",  "operator", "portal", NULL};
    return registry_one_of(word, words);
}

bool registry_grade_ok(const char *word)
{
    static const char *const words[] = {
        "mash_worker",  "mash_manager", "community_worker", "community_manager",
        "out_of_hours", "auditor",      "operator",         NULL};
    return registry_one_of(word, words);
}

bool registry_key_ok(const char *z85)
{
    static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   ".-:+=^!/*?&<>()[]{}@%$#";
    return strlen(z85) == 40 && strspn(z85, alphabet) == 40;
}

// ---- Files ----

static char *registry_path(const char *folder, const char *kind, const char *id)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s/%s.yaml", folder, kind, id) < 0 ? NULL : path;
}

static void *registry_load(const char *folder, const char *kind, const char *id,
                           const cyaml_schema_value_t *schema, char *why)
{
    size_t len = 0;
    void *data = NULL;
    *why = '\0';
    char *path = registry_path(folder, kind, id);
    char *text = path ? safefile_read(path, FILE_BYTES_MAX, &len) : NULL;
    if (!text) {
        snprintf(why, REGISTRY_WHY_BYTES, "%s: %s", path ? path : id, strerror(errno));
    } else {
        cyaml_config_t const config = registry_config(why);
        snprintf(why, REGISTRY_WHY_BYTES, "%s: ", path);
        cyaml_err_t const e =
            cyaml_load_data((const uint8_t *)text, len, &config, schema, &data, NULL);
        if (e == CYAML_OK)
            *why = '\0';
        else
            data = NULL;
    }
    free(text);
    free(path);
    return data;
}

static bool registry_store(const char *folder, const char *kind, const char *id,
                           const cyaml_schema_value_t *schema, const void *data, bool fresh,
                           char *why)
{
    char *text = NULL;
    size_t len = 0;
    *why = '\0';
    cyaml_config_t config = registry_config(why);
    config.flags |= CYAML_CFG_STYLE_BLOCK | CYAML_CFG_DOCUMENT_DELIM;
    if (cyaml_save_data(&text, &len, &config, schema, data, 0) != CYAML_OK) return false;
    char *path = registry_path(folder, kind, id);
    char *own = path ? safefile_folder_of(path) : NULL;
    bool const ok =
        own && safefile_make_folders(own) &&
        (fresh ? safefile_create(path, text, len, 0640) : safefile_write(path, text, len, 0640));
    if (!ok) {
        snprintf(why, REGISTRY_WHY_BYTES, "%s: %s", path ? path : id,
                 errno == EEXIST ? "is there already" : strerror(errno));
    }
    cyaml_mem(NULL, text, 0);
    free(own);
    free(path);
    return ok;
}

struct principal *principal_load(const char *folder, const char *id, char *why)
{
    return registry_load(folder, "principals", id, &principal_schema, why);
}

struct worker *worker_load(const char *folder, const char *id, char *why)
{
    return registry_load(folder, "workers", id, &worker_schema, why);
}

bool principal_store(const char *folder, const struct principal *p, bool fresh, char *why)
{
    return registry_store(folder, "principals", p->id, &principal_schema, p, fresh, why);
}

bool worker_store(const char *folder, const struct worker *w, bool fresh, char *why)
{
    return registry_store(folder, "workers", w->id, &worker_schema, w, fresh, why);
}

void principal_free(struct principal *p)
{
    char why[REGISTRY_WHY_BYTES] = "";
    cyaml_config_t const config = registry_config(why);
    cyaml_free(&config, &principal_schema, p, 0);
}

void worker_free(struct worker *w)
{
    char why[REGISTRY_WHY_BYTES] = "";
    cyaml_config_t const config = registry_config(why);
    cyaml_free(&config, &worker_schema, w, 0);
}

static int registry_is_file(const struct dirent *e)
{
    size_t const len = strlen(e->d_name);
    return len > 5 && strcmp(e->d_name + len - 5, ".yaml") == 0;
}

char **registry_ids(const char *folder, const char *kind, size_t *count)
{
    char *path = NULL;
    struct dirent **list = NULL;
    *count = 0;
    if (asprintf(&path, "%s/%s", folder, kind) < 0) return NULL;
    int const n = scandir(path, &list, registry_is_file, alphasort);
    free(path);
    char **ids = calloc(n > 0 ? (size_t)n : 1, sizeof *ids);
    for (int i = 0; i < n; i++) {
        if (ids) ids[*count] = strndup(list[i]->d_name, strlen(list[i]->d_name) - 5);
        if (ids && ids[*count]) ++*count;
        free(list[i]);
    }
    free(list);
    return ids;
}
