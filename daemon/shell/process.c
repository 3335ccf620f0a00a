#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

void process_harden(bool core_dumps)
{
    umask(077);
    signal(SIGPIPE, SIG_IGN);
    if (core_dumps) return;
    struct rlimit const none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

uint32_t process_descriptors(uint32_t wanted)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit)) return 256;
    // Exactly what is wanted, also downwards: tables are sized by it.
    limit.rlim_cur =
        limit.rlim_max == RLIM_INFINITY || limit.rlim_max > wanted ? wanted : limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit)) getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur > wanted ? wanted : (uint32_t)limit.rlim_cur;
}

enum err process_drop_privilege(const char *user, char *why, size_t size)
{
    if (!user[0] || geteuid() != 0) return OK;
    const struct passwd *account = getpwnam(user);
    if (!account) {
        snprintf(why, size, "user: there is no account of this name");
        return ERR_CONFIG;
    }
    gid_t const gid = account->pw_gid;
    uid_t const uid = account->pw_uid;
    // Groups first: afterwards they cannot be given up any more.
    if (setgroups(0, NULL) || setresgid(gid, gid, gid) || setresuid(uid, uid, uid) ||
        (uid != 0 && setuid(0) == 0)) {
        snprintf(why, size, "user: the account cannot be changed: %s", strerror(errno));
        return ERR_CONFIG;
    }
    return OK;
}

bool process_ballast(const char *path, int64_t bytes, int64_t spare_bytes)
{
    struct statvfs disk;
    if (!path[0] || bytes == 0) return true;
    if (access(path, F_OK) == 0) return true;
    int const fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    bool made = fstatvfs(fd, &disk) == 0;
    // Only where it costs nothing that is needed: a ballast must not be what fills the disk.
    made = made && (int64_t)(disk.f_bavail * disk.f_frsize) > bytes + spare_bytes;
    made = made && posix_fallocate(fd, 0, bytes) == 0;
    close(fd);
    if (!made) unlink(path);
    return made;
}
