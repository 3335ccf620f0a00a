// profile.c - reading, checking and making profiles.
#include "profile.h"
#include "safefile.h"

#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <triage/triage.h>
#include <zmq.h>

enum { PROFILE_BYTES_MAX = 16384 };

static bool profile_refuse(char *why, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static bool profile_refuse(char *why, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (why) vsnprintf(why, size, format, args);
    va_end(args);
    return false;
}

static const struct {
    const char *name;
    size_t offset;
} settings[] = {
#define PROFILE_ROW(name) {#name, offsetof(struct profile, name)},
    PROFILE_LIST(PROFILE_ROW)
#undef PROFILE_ROW
};

static char *profile_at(struct profile *p, const char *name)
{
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        if (strcmp(name, settings[i].name) == 0) return (char *)p + settings[i].offset;
    }
    return NULL;
}

const char *profile_value(const struct profile *p, const char *name)
{
    if (strcmp(name, "secret_key") == 0) return NULL;
    return profile_at((struct profile *)(uintptr_t)p, name);
}

static char *profile_trim(char *text)
{
    text += strspn(text, " \t");
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t\r", text[len - 1])) text[--len] = '\0';
    if (len >= 2 && (*text == '"' || *text == '\'') && text[len - 1] == *text) {
        text[len - 1] = '\0';
        text++;
    }
    return text;
}

// Blank lines and comments are skipped.  A '#' within a value counts: keys in Z85 may hold one.
static bool profile_line(struct profile *p, char *line, const char *name, unsigned number,
                         char *why, size_t why_size)
{
    char *key = line + strspn(line, " \t\r");
    if (*key == '\0' || *key == '#' || strcmp(key, "---") == 0) return true;
    char *colon = strchr(key, ':');
    if (!colon) return profile_refuse(why, why_size, "%s:%u: expected key: value", name, number);
    *colon = '\0';
    char *at = profile_at(p, profile_trim(key));
    if (!at) return profile_refuse(why, why_size, "%s:%u: no such setting: %s", name, number, key);
    if (*at) return profile_refuse(why, why_size, "%s:%u: given twice: %s", name, number, key);
    char *value = profile_trim(colon + 1);
    if (strlen(value) >= PROFILE_VALUE_BYTES) {
        return profile_refuse(why, why_size, "%s:%u: too long: %s", name, number, key);
    }
    memcpy(at, value, strlen(value) + 1);
    return true;
}

static bool profile_key(const char *text, uint8_t out[CURVE_BYTES])
{
    return strlen(text) == CURVE_TEXT_BYTES - 1 && zmq_z85_decode(out, text) != NULL;
}

static bool profile_check(struct profile *p, const char *name, char *why, size_t why_size)
{
    uint8_t public_bytes[CURVE_BYTES];
    uint8_t derived[CURVE_BYTES];
    p->plain = strncmp(p->endpoint, "ipc://", 6) == 0 && !*p->server_key;
    if (!*p->endpoint) return profile_refuse(why, why_size, "%s: endpoint is missing", name);
    if (!strstr(p->endpoint, "://")) {
        return profile_refuse(why, why_size, "%s: endpoint: expected tcp://HOST:PORT", name);
    }
    if (p->plain) return true;
    if (!profile_key(p->server_key, p->server_bytes)) {
        return profile_refuse(why, why_size, "%s: server_key: expected the council's 40 characters",
                              name);
    }
    if (!profile_key(p->secret_key, p->secret_bytes) || !profile_key(p->public_key, public_bytes)) {
        return profile_refuse(
            why, why_size, "%s: public_key, secret_key: expected 40 characters; run triage enrol",
            name);
    }
    if (crypto_scalarmult_base(derived, p->secret_bytes) != 0 ||
        memcmp(derived, public_bytes, CURVE_BYTES) != 0) {
        return profile_refuse(why, why_size, "%s: public_key does not belong to secret_key", name);
    }
    return true;
}

bool profile_parse(struct profile *p, char *text, const char *name, char *why, size_t why_size)
{
    memset(p, 0, sizeof *p);
    unsigned number = 1;
    for (char *line = text; line; number++) {
        char *end = strchr(line, '\n');
        if (end) *end = '\0';
        if (!profile_line(p, line, name, number, why, why_size)) return false;
        line = end ? end + 1 : NULL;
    }
    return profile_check(p, name, why, why_size);
}

bool profile_load(struct profile *p, const char *path, char *why, size_t why_size)
{
    struct stat st;
    size_t len = 0;
    memset(p, 0, sizeof *p);
    char *text = safefile_read(path, PROFILE_BYTES_MAX, &len);
    if (!text) {
        bool const none = errno == ENOENT;
        return profile_refuse(why, why_size, "%s: %s%s", path, strerror(errno),
                              none ? "; make one with: triage enrol" : "");
    }
    bool ok =
        strlen(text) == len || profile_refuse(why, why_size, "%s: holds a NUL character", path);
    ok = ok && profile_parse(p, text, path, why, why_size);
    if (ok && *p->secret_key && (stat(path, &st) != 0 || (st.st_mode & 077))) {
        ok = profile_refuse(why, why_size, "%s: others may read this secret key; run: chmod 600 %s",
                            path, path);
    }
    if (ok && strlen(path) >= sizeof p->path) {
        ok = profile_refuse(why, why_size, "%s: this path is too long", path);
    }
    sodium_memzero(text, len);
    free(text);
    if (ok)
        memcpy(p->path, path, strlen(path) + 1);
    else
        profile_wipe(p);
    return ok;
}

void profile_wipe(struct profile *p)
{
    sodium_memzero(p, sizeof *p);
}

char *profile_beside(const struct profile *p, const char *suffix)
{
    char *out = NULL;
    size_t len = strlen(p->path);
    if (len > 5 && strcmp(p->path + len - 5, ".yaml") == 0) len -= 5;
    return asprintf(&out, "%.*s%s", (int)len, p->path, suffix) < 0 ? NULL : out;
}

void triage_keypair(char public_key[41], char secret_key[41])
{
    uint8_t pk[CURVE_BYTES];
    uint8_t sk[CURVE_BYTES];
    if (sodium_init() < 0) abort();
    crypto_box_keypair(pk, sk);
    zmq_z85_encode(public_key, pk, CURVE_BYTES);
    zmq_z85_encode(secret_key, sk, CURVE_BYTES);
    sodium_memzero(sk, sizeof sk);
}

static bool enrol_line(FILE *f, const char *name, const char *value)
{
    return !value || !*value || fprintf(f, "%s: %s\n", name, value) > 0;
}

// The profile as text, malloc'd.
static char *enrol_text(const struct triage_enrolment *e, const char *public_key,
                        const char *secret_key)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    if (!f) return NULL;
    bool const ok =
        fputs("# Made by triage enrol.  Holds a secret key: keep it to yourself.\n", f) >= 0 &&
        enrol_line(f, "endpoint", e->endpoint) && enrol_line(f, "server_key", e->server_key) &&
        enrol_line(f, "public_key", public_key) && enrol_line(f, "secret_key", secret_key) &&
        enrol_line(f, "role", e->role) && enrol_line(f, "worker", e->worker) &&
        enrol_line(f, "team", e->team);
    if (fclose(f) == 0 && ok) return text;
    free(text);
    return NULL;
}

static bool enrol_check(const char *text, const char *path, char *why, size_t why_size)
{
    struct profile p;
    char *copy = strdup(text);
    bool const ok = copy && profile_parse(&p, copy, path, why, why_size);
    if (copy) sodium_memzero(copy, strlen(text));
    free(copy);
    profile_wipe(&p);
    return ok;
}

enum triage_status triage_enrol(const char *path, const struct triage_enrolment *e,
                                char public_key[41], char *why, size_t why_size)
{
    char secret_key[CURVE_TEXT_BYTES];
    triage_keypair(public_key, secret_key);
    char *text = enrol_text(e, public_key, secret_key);
    sodium_memzero(secret_key, sizeof secret_key);
    if (!text) return TRIAGE_E_NO_MEMORY;
    bool ok = enrol_check(text, path, why, why_size);
    char *folder = ok ? safefile_folder_of(path) : NULL;
    if (ok && (!folder || !safefile_make_folders(folder) ||
               !safefile_create(path, text, strlen(text), 0600))) {
        ok = profile_refuse(why, why_size, "%s: %s", path,
                            errno == EEXIST ? "there is a profile already; keep it, or move it away"
                                            : strerror(errno));
    }
    free(folder);
    sodium_memzero(text, strlen(text));
    free(text);
    return ok ? TRIAGE_OK : TRIAGE_E_PROFILE;
}

char *triage_profile_default_path(void)
{
    const char *named = getenv("TRIAGE_PROFILE");
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    char *path = NULL;
    if (named && *named) return strdup(named);
    int const n = config && *config ? asprintf(&path, "%s/triage/default.yaml", config)
                                    : asprintf(&path, "%s/.config/triage/default.yaml",
                                               home && *home ? home : ".");
    return n < 0 ? NULL : path;
}
