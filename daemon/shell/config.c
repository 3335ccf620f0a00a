#include "config.h"
#include "log.h"
#include "yaml_file.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>

struct setting {
    const char *name, *help;
    const char *text; // default of a text, NULL for a number
    int64_t dflt, least, most;
    size_t at; // offset in struct config
};
#define SETTING_TEXT(n, d, h)         {#n, h, d, 0, 0, 0, offsetof(struct config, n)},
#define SETTING_NUMBER(n, d, l, m, h) {#n, h, NULL, d, l, m, offsetof(struct config, n)},
#define SETTING_LIMIT(n, d, l, m, h)  {#n, h, NULL, d, l, m, offsetof(struct config, limits.n)},
static const struct setting settings[] = {CONFIG_TEXTS(SETTING_TEXT) CONFIG_NUMBERS(SETTING_NUMBER)
                                              DESK_LIMITS(SETTING_LIMIT)};
#define SETTINGS_COUNT (sizeof settings / sizeof *settings)

static const char *const settings_live[] = {"log_level", "drain_seconds", "connection_bytes_max",
                                            "turn_messages_max"};

static bool setting_is_live(const struct setting *s)
{
    for (size_t i = 0; i < sizeof settings_live / sizeof *settings_live; i++)
        if (strcmp(settings_live[i], s->name) == 0) return true;
    return false;
}

static char *setting_text(const struct config *c, const struct setting *s)
{
    return (char *)(uintptr_t)c + s->at;
}

static int64_t *setting_number(const struct config *c, const struct setting *s)
{
    return (int64_t *)((uintptr_t)c + s->at);
}

static const struct setting *setting_find(const char *name, size_t len)
{
    for (size_t i = 0; i < SETTINGS_COUNT; i++)
        if (strlen(settings[i].name) == len && memcmp(settings[i].name, name, len) == 0)
            return &settings[i];
    return NULL;
}

// Where a setting came from, for the message when it is refused.
struct setting_place {
    const char *file;
    int line, column;
};

// Everything that YAML takes for the end of a line, besides what no path or address has in it.
static bool on_one_line(const char *value)
{
    static const char *const breaks[] = {"\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"};
    for (const char *c = value; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f) return false;
    for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++)
        if (strstr(value, breaks[i])) return false;
    return true;
}

static enum err setting_take(struct config *c, const struct setting *s, const char *value,
                             struct setting_place at, struct faults *p)
{
    if (s->text && !on_one_line(value)) {
        faults_add(p, at.file, at.line, at.column,
                   "%s: must be one line without control characters", s->name);
        return ERR_CONFIG;
    }
    if (s->text) {
        if (strlen(value) < CONFIG_TEXT_MAX) {
            strcpy(setting_text(c, s), value);
            return OK;
        }
        faults_add(p, at.file, at.line, at.column, "%s: longer than %d bytes", s->name,
                   CONFIG_TEXT_MAX - 1);
        return ERR_CONFIG;
    }
    char *end = NULL;
    errno = 0;
    long long const number = strtoll(value, &end, 10);
    if (!errno && end != value && *end == 0 && number >= s->least && number <= s->most) {
        *setting_number(c, s) = number;
        return OK;
    }
    faults_add(p, at.file, at.line, at.column, "%s: a whole number from %" PRId64 " to %" PRId64,
               s->name, s->least, s->most);
    return ERR_CONFIG;
}

void config_defaults(struct config *c)
{
    memset(c, 0, sizeof *c);
    for (size_t i = 0; i < SETTINGS_COUNT; i++) {
        if (settings[i].text)
            strcpy(setting_text(c, &settings[i]), settings[i].text);
        else
            *setting_number(c, &settings[i]) = settings[i].dflt;
    }
}

static enum err config_entry(struct config *c, const struct yaml_file *f,
                             const struct yaml_entry *entry, struct faults *p)
{
    const struct yaml_value *key = &entry->key;
    const struct setting *s = setting_find(key->text, strlen(key->text));
    if (!s || entry->list) {
        faults_add(p, f->path, key->line, key->column,
                   s ? "\"%.40s\" takes one value"
                     : "\"%.40s\" is no setting: see triaged --print-config",
                   key->text);
        return ERR_CONFIG;
    }
    const struct yaml_value *v = &f->values[entry->first];
    return setting_take(c, s, v->text, (struct setting_place){f->path, v->line, v->column}, p);
}

enum err config_read(struct config *c, const char *path, struct faults *p)
{
    config_defaults(c);
    char full[PATH_MAX];
    if (!realpath(path, full) || strlen(full) >= sizeof c->path) {
        faults_add(p, path, 0, 0, "cannot be read: %s", strerror(errno));
        return ERR_CONFIG;
    }
    strcpy(c->path, full);
    struct yaml_file *f = malloc(sizeof *f);
    if (!f) return ERR_NO_MEMORY;
    enum err e = yaml_file_read(f, path, p);
    size_t const n = e ? 0 : f->n_entries;
    for (size_t i = 0; i < n; i++)
        if (config_entry(c, f, &f->entries[i], p)) e = ERR_CONFIG;
    free(f);
    return e;
}

enum err config_set(struct config *c, const char *assignment, struct faults *p)
{
    const char *equals = strchr(assignment, '=');
    const struct setting *s =
        equals ? setting_find(assignment, (size_t)(equals - assignment)) : NULL;
    if (s) return setting_take(c, s, equals + 1, (struct setting_place){"--set", 0, 0}, p);
    faults_add(p, "--set", 0, 0, "%.60s: NAME=VALUE with a name that --print-config lists",
               assignment);
    return ERR_CONFIG;
}

// Puts the folder of the configuration in front of a relative path.
static enum err config_path(const struct config *c, const char *name, char path[CONFIG_TEXT_MAX],
                            struct faults *p)
{
    size_t const scheme = strncmp(path, "ipc://", 6) == 0 ? 6 : 0;
    if (path[scheme] == '/' || path[scheme] == 0) return OK;
    const char *slash = strrchr(c->path, '/');
    int const folder = slash ? (int)(slash - c->path) : 1;
    char full[2 * CONFIG_TEXT_MAX + 8];
    int const n = snprintf(full, sizeof full, "%.*s%.*s/%s", (int)scheme, path, folder,
                           slash ? c->path : ".", path + scheme);
    if (n < CONFIG_TEXT_MAX) {
        strcpy(path, full);
        return OK;
    }
    faults_add(p, c->path, 0, 0, "%s: the path is too long", name);
    return ERR_CONFIG;
}

static enum err config_require(const struct config *c, bool holds, const char *name,
                               const char *text, struct faults *p)
{
    if (holds) return OK;
    faults_add(p, c->path[0] ? c->path : "--set", 0, 0, "%s: %s", name, text);
    return ERR_CONFIG;
}

static bool config_is_loopback(const char *address)
{
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

#define IPC_PATH_MAX 107 // sockaddr_un

static enum err config_agree(const struct config *c, struct faults *p)
{
    const struct {
        bool holds;
        const char *name, *text;
    } rules[] = {
        {id_valid(c->area), "area", "small letters, digits and hyphens, at most 31"},
        {strncmp(c->intake_endpoint, "tcp://", 6) == 0, "intake_endpoint",
         "must begin with tcp://"},
        {strncmp(c->desk_endpoint, "tcp://", 6) == 0, "desk_endpoint", "must begin with tcp://"},
        {strncmp(c->operator_endpoint, "ipc://", 6) == 0, "operator_endpoint",
         "must begin with ipc://"},
        {strlen(c->operator_endpoint) <= 6 + IPC_PATH_MAX, "operator_endpoint",
         "a socket's path has at most 107 bytes: give a shorter one, such as ipc:///run/..."},
        {config_is_loopback(c->ops_address), "ops_address",
         "only a loopback address (127.0.0.1 or ::1): figures are not for the network"},
        {log_level_from(c->log_level) >= 0, "log_level", "debug, info, warning or error"},
        {c->silence_seconds > c->probe_seconds, "silence_seconds",
         "must be more than probe_seconds"},
        {c->connection_bytes_max >= 2 * c->limits.message_bytes_max, "connection_bytes_max",
         "must be at least twice message_bytes_max"},
        {c->limits.message_bytes_max > c->limits.concern_bytes_max, "message_bytes_max",
         "must be more than concern_bytes_max"},
    };
    enum err e = OK;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (config_require(c, rules[i].holds, rules[i].name, rules[i].text, p)) e = ERR_CONFIG;
    return e;
}

enum err config_finish(struct config *c, struct faults *p)
{
    struct {
        const char *name;
        char *path;
    } const paths[] = {
        {"operator_endpoint", c->operator_endpoint},
        {"ledger_dir", c->ledger_dir},
        {"policy_dir", c->policy_dir},
        {"packs_dir", c->packs_dir},
        {"principals_dir", c->principals_dir},
        {"workers_dir", c->workers_dir},
        {"server_key_file", c->server_key_file},
        {"master_key_file", c->master_key_file},
        {"area_secret_file", c->area_secret_file},
        {"checkpoint_key_file", c->checkpoint_key_file},
        {"checkpoints_dir", c->checkpoints_dir},
        {"backups_dir", c->backups_dir},
        {"ballast_file", c->ballast_file},
        {"clamd", c->clamd},
    };
    enum err e = OK;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (config_path(c, paths[i].name, paths[i].path, p)) e = ERR_CONFIG;
    return config_agree(c, p) ? ERR_CONFIG : e;
}

// A YAML scalar in single quotes holds anything on one line once its own quotes are doubled.
static void config_print_text(const char *text, FILE *out)
{
    fputc('\'', out);
    for (; *text; text++) {
        if (*text == '\'') fputc('\'', out);
        fputc(*text, out);
    }
    fputc('\'', out);
}

static void config_print_setting(const struct config *c, const struct setting *s, FILE *out,
                                 bool defaults_as_comments)
{
    fprintf(out, "# %s%s\n", s->help, setting_is_live(s) ? " (a reload changes it)" : "");
    if (s->text) {
        const char *text = setting_text(c, s);
        fprintf(out, "# default: '%s'\n", s->text);
        if (defaults_as_comments && strcmp(text, s->text) == 0) fputs("# ", out);
        fprintf(out, "%s: ", s->name);
        config_print_text(text, out);
    } else {
        int64_t const number = *setting_number(c, s);
        fprintf(out, "# default: %" PRId64 ", from %" PRId64 " to %" PRId64 "\n", s->dflt, s->least,
                s->most);
        if (defaults_as_comments && number == s->dflt) fputs("# ", out);
        fprintf(out, "%s: %" PRId64, s->name, number);
    }
    fputs("\n\n", out);
}

void config_print(const struct config *c, FILE *out, bool defaults_as_comments)
{
    fputs("# Settings of triaged.  Relative paths start at this file's folder.\n\n", out);
    for (size_t i = 0; i < SETTINGS_COUNT; i++)
        config_print_setting(c, &settings[i], out, defaults_as_comments);
}

const char *config_frozen_difference(const struct config *a, const struct config *b)
{
    for (size_t i = 0; i < SETTINGS_COUNT; i++) {
        const struct setting *s = &settings[i];
        bool const same = s->text ? strcmp(setting_text(a, s), setting_text(b, s)) == 0
                                  : *setting_number(a, s) == *setting_number(b, s);
        if (!same && !setting_is_live(s)) return s->name;
    }
    return NULL;
}
