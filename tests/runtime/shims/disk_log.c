// Loaded before a program's libraries (LD_PRELOAD): every change to a file of one folder, and every
// sync that came back, is also told in a log, in its order.  test_fragile.py makes of it what a
// disk may hold after a power cut: all that was synced, and of the rest whatever chance leaves.
//
//   DISK_LOG_FOLDER   absolute, ends in no slash; what is above or beside it is not told
//   DISK_LOG          the log, which is appended to
//   DISK_LOG_SLOW_US  a sync takes so many microseconds longer, so that more is caught within one
//
// One entry: a head of 32 bytes, the file's name, the bytes.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// A sync covers what was told before it began, so it is told twice.
enum kind { KIND_WRITE = 1, KIND_SIZE, KIND_SYNC_BEGINS, KIND_SYNCED, KIND_UNLINK };

struct head {
    uint32_t kind, name_len;
    uint64_t at, len; // of a sync: its number, nothing
    uint64_t thread;
};

static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1;
static uint64_t syncs;

// The file's name within the folder, or NULL when it is none of ours.
static const char *ours(const char *path)
{
    const char *const folder = getenv("DISK_LOG_FOLDER");
    size_t const n = folder ? strlen(folder) : 0;
    return n && strncmp(path, folder, n) == 0 && path[n] == '/' ? path + n + 1 : NULL;
}

static const char *name_of(int fd, char *path, size_t size)
{
    char link[64];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t const n = readlink(link, path, size - 1);
    if (n <= 0) return NULL;
    path[n] = '\0';
    const char *const name = ours(path);
    // SQLite's shared memory is made anew after a crash: what is in it is nobody's promise.
    return name && !strstr(name, "-shm") ? name : NULL;
}

// A log that cannot be written makes every result worthless.
static void tell(enum kind kind, const char *name, const void *data, size_t len, uint64_t at)
{
    struct head h = {(uint32_t)kind, (uint32_t)strlen(name), at, len, (uint64_t)gettid()};
    struct iovec parts[] = {
        {&h, sizeof h}, {(void *)(uintptr_t)name, h.name_len}, {(void *)(uintptr_t)data, len}};
    size_t const all = sizeof h + h.name_len + len;
    if (log_fd < 0)
        log_fd = (int)syscall(SYS_openat, AT_FDCWD, getenv("DISK_LOG"),
                              O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (syscall(SYS_writev, log_fd, parts, 3) != (long)all) abort();
}

static long write_told(int fd, const void *data, size_t n, off64_t at)
{
    char path[512];
    const char *const name = name_of(fd, path, sizeof path);
    if (!name) return syscall(SYS_pwrite64, fd, data, n, at);
    (void)pthread_mutex_lock(&one);
    long const done = syscall(SYS_pwrite64, fd, data, n, at);
    if (done > 0) tell(KIND_WRITE, name, data, (size_t)done, (uint64_t)at);
    (void)pthread_mutex_unlock(&one);
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at)
{
    return write_told(fd, data, n, at);
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at)
{
    return write_told(fd, data, n, at);
}

static int size_told(int fd, off64_t size)
{
    char path[512];
    const char *const name = name_of(fd, path, sizeof path);
    (void)pthread_mutex_lock(&one);
    int const rc = (int)syscall(SYS_ftruncate, fd, size);
    if (rc == 0 && name) tell(KIND_SIZE, name, NULL, 0, (uint64_t)size);
    (void)pthread_mutex_unlock(&one);
    return rc;
}

int ftruncate64(int fd, off64_t size)
{
    return size_told(fd, size);
}

int ftruncate(int fd, off_t size)
{
    return size_told(fd, size);
}

// The kernel is not asked: nothing pulls its plug here, and what counts is what is told.
static int sync_told(int fd)
{
    char path[512];
    const char *const name = name_of(fd, path, sizeof path);
    if (!name) return 0;
    const char *const slow = getenv("DISK_LOG_SLOW_US");
    (void)pthread_mutex_lock(&one);
    uint64_t const number = ++syncs;
    tell(KIND_SYNC_BEGINS, name, NULL, 0, number);
    (void)pthread_mutex_unlock(&one);
    if (slow) (void)usleep((useconds_t)atoi(slow));
    (void)pthread_mutex_lock(&one);
    tell(KIND_SYNCED, name, NULL, 0, number);
    (void)pthread_mutex_unlock(&one);
    return 0;
}

int fdatasync(int fd)
{
    return sync_told(fd);
}

int fsync(int fd)
{
    return sync_told(fd);
}

int unlink(const char *path)
{
    int const rc = (int)syscall(SYS_unlink, path);
    const char *const name = rc == 0 ? ours(path) : NULL;
    if (!name) return rc;
    (void)pthread_mutex_lock(&one);
    tell(KIND_UNLINK, name, NULL, 0, 0);
    (void)pthread_mutex_unlock(&one);
    return rc;
}
