#include "sqlite_files.h"

#include "ledger_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static char *files_path(const char *dir, const char *name)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s", dir, name) < 0 ? NULL : path;
}

enum err files_open(struct ledger_files *f, const char *dir)
{
    *f = (struct ledger_files){.lock_fd = -1,
                               .dir = strdup(dir),
                               .db = files_path(dir, "ledger.db"),
                               .log = files_path(dir, "ledger.db-wal"),
                               .lock = files_path(dir, "lock"),
                               .ballast = files_path(dir, "ballast")};
    return f->dir && f->db && f->log && f->lock && f->ballast ? OK : ERR_NO_MEMORY;
}

void files_close(struct ledger_files *f)
{
    if (f->lock_fd >= 0) (void)close(f->lock_fd);
    f->lock_fd = -1;
    free(f->dir);
    free(f->db);
    free(f->log);
    free(f->lock);
    free(f->ballast);
}

int64_t files_size(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (int64_t)st.st_size : -1;
}

int64_t files_free_bytes(const struct ledger_files *f)
{
    struct statvfs v;
    if (statvfs(f->dir, &v) != 0) return 0; // Unknown is low: intake waits.
    return (int64_t)v.f_bavail * (int64_t)v.f_frsize;
}

static enum err files_trouble(const char *path, char *why, size_t size)
{
    ledger_why(why, size, "%s: %s", path, strerror(errno));
    return ERR_IO;
}

static enum err files_lock(struct ledger_files *f, int how, char *why, size_t size)
{
    if (flock(f->lock_fd, how | LOCK_NB) == 0) return OK;
    if (errno != EWOULDBLOCK) return files_trouble(f->lock, why, size);
    ledger_why(why, size, "another process has the ledger in %s open: stop it first", f->dir);
    return ERR_LOCKED;
}

static enum err files_make_db(struct ledger_files *f, char *why, size_t size)
{
    struct stat st;
    if (files_size(f->db) < 0 && files_size(f->log) > 0) {
        ledger_why(why, size, "%s is missing but its log is there: restore from a backup", f->db);
        return ERR_CORRUPT;
    }
    int const fd = open(f->db, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return files_trouble(f->db, why, size);
    bool bad = fstat(fd, &st) != 0;
    // What people wrote is sealed, but how much they wrote is nobody's business either.
    if (!bad && (st.st_mode & 077)) bad = fchmod(fd, 0600) != 0;
    enum err const e = bad ? files_trouble(f->db, why, size) : OK;
    (void)close(fd);
    return e;
}

enum err files_own(struct ledger_files *f, char *why, size_t size)
{
    if (mkdir(f->dir, 0700) != 0 && errno != EEXIST) return files_trouble(f->dir, why, size);
    f->lock_fd = open(f->lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (f->lock_fd < 0) return files_trouble(f->lock, why, size);
    enum err const e = files_lock(f, LOCK_EX, why, size);
    return e ? e : files_make_db(f, why, size);
}

enum err files_share(struct ledger_files *f, char *why, size_t size)
{
    if (files_size(f->db) < 0) return files_trouble(f->db, why, size);
    f->lock_fd = open(f->lock, O_RDONLY | O_CLOEXEC);
    return f->lock_fd < 0 ? OK : files_lock(f, LOCK_SH, why, size);
}

static enum err directory_sync(const char *path)
{
    int const fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return ERR_IO;
    int const rc = fsync(fd);
    (void)close(fd);
    return rc == 0 ? OK : ERR_IO;
}

enum err files_sync(const struct ledger_files *f)
{
    char *above = files_path(f->dir, "..");
    if (!above) return ERR_NO_MEMORY;
    enum err e = directory_sync(f->dir);
    if (e == OK) e = directory_sync(above);
    free(above);
    return e;
}

void files_ballast_make(const struct ledger_files *f, int64_t bytes, int64_t low_water_bytes)
{
    if (bytes <= 0 || files_size(f->ballast) >= bytes) return;
    if (files_free_bytes(f) - bytes < low_water_bytes) return;
    int const fd = open(f->ballast, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return;
    bool const made = posix_fallocate(fd, 0, (off_t)bytes) == 0;
    (void)close(fd);
    if (!made) (void)unlink(f->ballast);
}

bool files_ballast_drop(const struct ledger_files *f)
{
    return unlink(f->ballast) == 0;
}

// "immutable": SQLite takes no lock and looks for no log, so a copy on read-only media can be read.
char *files_uri(const struct ledger_files *f)
{
    static const char prefix[] = "file:", suffix[] = "?immutable=1";
    char *uri = malloc(sizeof prefix + sizeof suffix + 3 * strlen(f->db));
    if (!uri) return NULL;
    char *to = stpcpy(uri, prefix);
    for (const char *from = f->db; *from; from++) {
        bool const plain = !strchr("?#%", *from);
        to += plain ? sprintf(to, "%c", *from) : sprintf(to, "%%%02x", (unsigned char)*from);
    }
    memcpy(to, suffix, sizeof suffix);
    return uri;
}
