// triaged.yaml: what is taken is printed and read back to the same settings.
#include "config.h"
#include "fuzz.h"

#include <stdlib.h>

static enum err read_whole(struct config *c, const char *path, struct faults *p)
{
    p->n = p->lost = 0;
    enum err const e = config_read(c, path, p);
    CHECK(e == OK || p->n > 0);
    return e ? e : config_finish(c, p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct config c, again;
    static struct faults faults;
    char *text = NULL;
    size_t size = 0;
    memset(&c, 0, sizeof(c));
    memset(&again, 0, sizeof(again));
    if (read_whole(&c, fuzz_file("triaged.yaml", data, len), &faults) != OK) {
        CHECK(faults.n > 0 && faults.at[0].text[0]);
        return 0;
    }
    FILE *const out = open_memstream(&text, &size);
    CHECK(out);
    config_print(&c, out, false);
    CHECK(fclose(out) == 0);
    CHECK(read_whole(&again, fuzz_file("triaged.yaml", text, size), &faults) == OK);
    free(text);
    CHECK(memcmp(&c, &again, sizeof(c)) == 0);
    return 0;
}
