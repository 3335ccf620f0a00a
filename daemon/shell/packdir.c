#include "packdir.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

#define PACKS_MAX 64 // folders looked through for a digest

static bool pack_path(const struct config *c, const char *name, char *out, size_t size)
{
    struct stat st;
    int const n = snprintf(out, size, "%s/%s", c->packs_dir, name);
    return n > 0 && (size_t)n < size && stat(out, &st) == 0 && S_ISDIR(st.st_mode);
}

enum err packdir_named(const struct config *c, const char *name, struct policy **out,
                       struct policy_report *report)
{
    char path[2 * CONFIG_TEXT_MAX];
    if (!id_valid(name) || !pack_path(c, name, path, sizeof path)) return ERR_NOT_FOUND;
    return policy_open(out, path, report);
}

static bool pack_is(const struct policy *p, uint64_t digest)
{
    return memcmp(policy_info(p)->digest, &digest, sizeof digest) == 0;
}

static bool pack_try(const char *path, uint64_t digest, struct policy **out)
{
    struct policy *p = NULL;
    if (policy_open(&p, path, NULL) != OK) return false;
    if (pack_is(p, digest)) {
        *out = p;
        return true;
    }
    policy_close(p);
    return false;
}

enum err packdir_digest(const struct config *c, uint64_t digest, struct policy **out)
{
    char path[2 * CONFIG_TEXT_MAX];
    bool found = pack_try(c->policy_dir, digest, out);
    DIR *dir = found ? NULL : opendir(c->packs_dir);
    struct dirent const *e;
    for (int n = 0; dir && !found && n < PACKS_MAX && (e = readdir(dir));) {
        if (!id_valid(e->d_name) || !pack_path(c, e->d_name, path, sizeof path)) continue;
        found = pack_try(path, digest, out);
        n++;
    }
    if (dir) (void)closedir(dir);
    return found ? OK : ERR_NOT_FOUND;
}
