// holds.c - read, change, write whole, under a lock: two commands of one desk may run at once.
#include "holds.h"
#include "safefile.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { HOLDS_BYTES_MAX = 1 << 20, REFERENCE_BYTES = 32 };

static char *holds_path(const struct run *r, const char *suffix)
{
    char *path = NULL;
    char *own = r->profile_path ? strdup(r->profile_path) : triage_profile_default_path();
    if (!own) return NULL;
    size_t len = strlen(own);
    if (len > 5 && strcmp(own + len - 5, ".yaml") == 0) len -= 5;
    if (asprintf(&path, "%.*s.holds.json%s", (int)len, own, suffix) < 0) path = NULL;
    free(own);
    return path;
}

static int holds_lock(const struct run *r)
{
    char *path = holds_path(r, ".lock");
    int const fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    free(path);
    if (fd >= 0) flock(fd, LOCK_EX);
    return fd;
}

static json_t *holds_load(const struct run *r)
{
    size_t len = 0;
    char *path = holds_path(r, "");
    char *text = path ? safefile_read(path, HOLDS_BYTES_MAX, &len) : NULL;
    json_t *j = text ? json_loadb(text, len, 0, NULL) : NULL;
    free(text);
    free(path);
    return json_is_object(j) ? j : (json_decref(j), json_object());
}

static void holds_store(const struct run *r, json_t *j)
{
    char *path = holds_path(r, "");
    char *text = json_dumps(j, JSON_INDENT(2));
    // Losing it costs a look at the case: the daemon knows who holds what.
    if (path && text) safefile_write(path, text, strlen(text), 0600);
    free(text);
    free(path);
}

static const char *holds_name(const char *reference, char out[REFERENCE_BYTES])
{
    size_t i = 0;
    for (; reference[i] && i + 1 < REFERENCE_BYTES; i++) {
        out[i] = (char)toupper((unsigned char)reference[i]);
    }
    out[i] = '\0';
    return out;
}

json_t *hold_find(const struct run *r, const char *reference)
{
    char name[REFERENCE_BYTES];
    json_t *all = holds_load(r);
    json_t *hold = json_incref(json_object_get(all, holds_name(reference, name)));
    json_decref(all);
    return hold;
}

void hold_note(const struct run *r, const char *reference, json_int_t version, const char *token)
{
    char name[REFERENCE_BYTES];
    int const lock = holds_lock(r);
    json_t *all = holds_load(r);
    json_t *hold = json_object_get(all, holds_name(reference, name));
    if (!hold) {
        json_object_set_new(all, name, json_object());
        hold = json_object_get(all, name);
    }
    json_object_set_new(hold, "version", json_integer(version));
    if (token) json_object_set_new(hold, "token", json_string(token));
    holds_store(r, all);
    json_decref(all);
    if (lock >= 0) close(lock);
}

void hold_forget(const struct run *r, const char *reference)
{
    char name[REFERENCE_BYTES];
    int const lock = holds_lock(r);
    json_t *all = holds_load(r);
    if (json_object_del(all, holds_name(reference, name)) == 0) holds_store(r, all);
    json_decref(all);
    if (lock >= 0) close(lock);
}
