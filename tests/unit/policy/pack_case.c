#include "pack_case.h"

#include "cmocka_all.h"
#include "policy.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char pack[64];

static int pack_remove(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st;
    (void)kind;
    (void)ftw;
    return remove(path);
}

int pack_copy(void **state)
{
    char command[512];
    (void)state;
    snprintf(pack, sizeof(pack), "/tmp/triage-pack-XXXXXX");
    if (!mkdtemp(pack)) return -1;
    snprintf(command, sizeof(command), "cp -r '%s'/. '%s'", PACK_DIR, pack);
    return system(command);
}

int pack_drop(void **state)
{
    (void)state;
    return nftw(pack, pack_remove, 16, FTW_DEPTH | FTW_PHYS);
}

char *pack_file(const char *name)
{
    static char path[256];
    snprintf(path, sizeof(path), "%s/%s", pack, name);
    return path;
}

bool pack_edit_maybe(const char *name, const char *from, const char *to)
{
    static char text[1 << 21];
    FILE *f = fopen(pack_file(name), "r");
    assert_non_null(f);
    size_t const n = fread(text, 1, sizeof(text) - 1, f);
    fclose(f);
    text[n] = 0;
    char *const at = strstr(text, from);
    if (!at) return false;
    f = fopen(pack_file(name), "w");
    fwrite(text, 1, (size_t)(at - text), f);
    fputs(to, f);
    fputs(at + strlen(from), f);
    fclose(f);
    return true;
}

void pack_edit(const char *name, const char *from, const char *to)
{
    assert_true(pack_edit_maybe(name, from, to));
}

struct policy *pack_opened(void)
{
    struct policy *p = NULL;
    struct policy_report *const r = policy_report_open();
    if (policy_open(&p, pack, r) != OK) fail_msg("%s", policy_report_at(r, 0).text);
    policy_report_close(r);
    return p;
}
