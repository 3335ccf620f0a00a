#include "files.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A regular file, open for reading; NULL for anything else.  A pipe is never waited for.
static FILE *file_open(const char *path, struct stat *st)
{
    int const fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return NULL;
    FILE *const f = fstat(fd, st) == 0 && S_ISREG(st->st_mode) ? fdopen(fd, "rb") : NULL;
    if (!f) close(fd);
    return f;
}

static bool file_size(const char *path, size_t bytes_max, size_t *len)
{
    struct stat st;
    FILE *const f = file_open(path, &st);
    if (f) fclose(f);
    *len = f ? (size_t)st.st_size : 0;
    return f && *len <= bytes_max;
}

// false when it has become shorter since its size was asked for.
static bool file_fill(const char *path, char *text, size_t len)
{
    struct stat st;
    FILE *const f = file_open(path, &st);
    bool const whole = f && fread(text, 1, len, f) == len;
    if (f) fclose(f);
    text[len] = 0;
    return whole;
}

char *file_read(const char *path, size_t bytes_max, size_t *len)
{
    char *const text = file_size(path, bytes_max, len) ? malloc(*len + 1) : NULL;
    if (text && file_fill(path, text, *len)) return text;
    free(text);
    return NULL;
}

char *file_kept(struct pool *pool, const char *path, size_t bytes_max, size_t *len)
{
    if (!file_size(path, bytes_max, len)) return NULL;
    char *const text = pool_alloc(pool, *len + 1);
    return file_fill(path, text, *len) ? text : NULL;
}

bool folder_is_read(const char *dir)
{
    DIR *const d = opendir(dir);
    if (d) closedir(d);
    return d != NULL;
}

bool file_is_read(const char *path)
{
    struct stat st;
    FILE *const f = file_open(path, &st);
    if (f) fclose(f);
    return f != NULL;
}

static int file_name_order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool file_name_wanted(const char *name, const char *suffix)
{
    size_t const n = strlen(name), s = strlen(suffix);
    return name[0] != '.' && n >= s && strcmp(name + n - s, suffix) == 0;
}

bool file_names(const char *dir, const char *suffix, size_t max, struct file_names *out)
{
    *out = (struct file_names){0, NULL};
    DIR *const d = opendir(dir);
    if (!d) return false;
    bool ok = true;
    out->at = calloc(max + 1, sizeof(*out->at));
    for (struct dirent *e; ok && out->at && (e = readdir(d)) != NULL;) {
        if (!file_name_wanted(e->d_name, suffix)) continue;
        ok = out->n < max && (out->at[out->n] = strdup(e->d_name)) != NULL;
        if (ok) out->n++;
    }
    closedir(d);
    if (!ok || !out->at) {
        file_names_free(out);
        return false;
    }
    qsort(out->at, out->n, sizeof(*out->at), file_name_order);
    return true;
}

void file_names_free(struct file_names *names)
{
    for (size_t i = 0; i < names->n; i++) free(names->at[i]);
    free(names->at);
    *names = (struct file_names){0, NULL};
}

char *path_kept(struct pool *pool, const char *dir, const char *name)
{
    size_t const n = strlen(dir) + strlen(name) + 2;
    char *const path = pool_alloc(pool, n);
    snprintf(path, n, "%s/%s", dir, name);
    return path;
}

char *file_path(const char *dir, const char *name)
{
    size_t const n = strlen(dir) + strlen(name) + 2;
    char *const path = malloc(n);
    if (path) snprintf(path, n, "%s/%s", dir, name);
    return path;
}
