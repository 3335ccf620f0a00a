#include "small_pack.h"

#include "files.h"
#include "fuzz.h"
#include "parts.h"

#include <stdlib.h>

static const char *const NAMES[] = {
    "pack.yaml",    "threshold.dmn", "rating.dmn",      "routing.dmn",
    "rerating.dmn", "holidays.csv",  "notices/ack.txt", "tests/some.csv",
};
enum { FILES = sizeof(NAMES) / sizeof(NAMES[0]) };

static struct part whole[FILES];
static bool changed[FILES]; // by the last input

static void whole_read(void)
{
    for (int i = 0; i < FILES; i++) {
        char *const path = file_path(FUZZ_SMALL_PACK, NAMES[i]);
        whole[i].data = (uint8_t *)file_read(path, 1 << 16, &whole[i].len);
        CHECK(path && whole[i].data);
        free(path);
        changed[i] = true;
    }
}

const char *small_pack_write(const uint8_t *data, size_t len)
{
    struct part parts[FILES];
    if (!whole[0].data) whole_read();
    parts_of(data, len, NAMES, FILES, parts);
    for (int i = 0; i < FILES; i++) {
        const struct part *const p = parts[i].data ? &parts[i] : &whole[i];
        if (parts[i].data || changed[i]) (void)fuzz_file(NAMES[i], p->data, p->len);
        changed[i] = parts[i].data != NULL;
    }
    return fuzz_folder();
}
