// safefile.c - a name changes only after the bytes behind it are on disk.
#include "safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *safefile_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash) return strdup(".");
    return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

bool safefile_sync_folder(const char *folder)
{
    int const fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    bool const ok = fsync(fd) == 0;
    int const why = errno;
    close(fd);
    errno = why;
    return ok;
}

static bool safefile_write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t const n = write(fd, data, len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        data += n;
        len -= (size_t)n;
    }
    return fsync(fd) == 0;
}

// Writes the temporary file; its name into tmp.
static bool safefile_beside(const char *path, const void *data, size_t len, mode_t mode, char **tmp)
{
    if (asprintf(tmp, "%s.%ld.tmp", path, (long)getpid()) < 0) {
        *tmp = NULL;
        return false;
    }
    int const fd = open(*tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0) return false;
    bool ok = safefile_write_all(fd, data, len);
    int const why = errno;
    if (close(fd) != 0) ok = false;
    if (!ok) {
        unlink(*tmp);
        errno = why;
    }
    return ok;
}

static bool safefile_settle(const char *path, char *tmp, bool fresh)
{
    // link() refuses an existing name, rename() replaces it: both are atomic.
    bool ok = fresh ? link(tmp, path) == 0 : rename(tmp, path) == 0;
    int why = errno;
    if (fresh || !ok) unlink(tmp);
    char *folder = ok ? safefile_folder_of(path) : NULL;
    if (ok && (!folder || !safefile_sync_folder(folder))) {
        ok = false;
        why = errno;
    }
    free(folder);
    errno = why;
    return ok;
}

static bool safefile_put(const char *path, const void *data, size_t len, mode_t mode, bool fresh)
{
    char *tmp = NULL;
    bool const ok =
        safefile_beside(path, data, len, mode, &tmp) && safefile_settle(path, tmp, fresh);
    int const why = errno;
    free(tmp);
    errno = why;
    return ok;
}

bool safefile_write(const char *path, const void *data, size_t len, mode_t mode)
{
    return safefile_put(path, data, len, mode, false);
}

bool safefile_create(const char *path, const void *data, size_t len, mode_t mode)
{
    return safefile_put(path, data, len, mode, true);
}

char *safefile_read(const char *path, size_t bytes_max, size_t *len)
{
    int const fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return NULL;
    struct stat st;
    char *data = NULL;
    size_t got = 0;
    if (fstat(fd, &st) != 0) goto out;
    if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > bytes_max) {
        errno = S_ISREG(st.st_mode) ? EFBIG : EINVAL;
        goto out;
    }
    if (!(data = malloc((size_t)st.st_size + 1))) goto out;
    while (got < (size_t)st.st_size) {
        ssize_t const n = read(fd, data + got, (size_t)st.st_size - got);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        got += (size_t)n;
    }
    data[got] = '\0';
    *len = got;
out:;
    int const why = errno;
    close(fd);
    errno = why;
    return data;
}

bool safefile_make_folders(const char *folder)
{
    char *path = strdup(folder);
    bool ok = path != NULL;
    for (char *p = path; ok && p && *p;) {
        char *slash = strchr(p + 1, '/');
        if (slash) *slash = '\0';
        ok = mkdir(path, 0700) == 0 || errno == EEXIST;
        if (slash) *slash = '/';
        p = slash;
    }
    int const why = errno;
    free(path);
    errno = why;
    return ok;
}
