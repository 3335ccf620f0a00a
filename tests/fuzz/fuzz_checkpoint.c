// A checkpoint's text: what is well-formed but not signed by us is refused, and the same facts,
// signed, are read back as they were.
#include "checkpoint.h"
#include "fuzz.h"

static const uint8_t seed[CHECKPOINT_KEY_BYTES] = "thirty-two bytes of a secret key";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static uint8_t public_key[CHECKPOINT_KEY_BYTES];
    static bool made;
    struct checkpoint c, again;
    char text[CHECKPOINT_TEXT_MAX];
    if (!made) checkpoint_public(public_key, seed);
    made = true;
    enum err const e = checkpoint_read(&c, bytes_of(data, len), public_key);
    CHECK(e == OK || e == ERR_MALFORMED || e == ERR_CORRUPT);
    if (e == ERR_MALFORMED) return 0;
    size_t const n = checkpoint_write(&c, seed, text);
    CHECK(n == len);
    CHECK(checkpoint_read(&again, bytes_of(text, n), public_key) == OK);
    CHECK(strcmp(again.area, c.area) == 0 && again.at_ms == c.at_ms);
    CHECK(again.head.seq == c.head.seq && again.head.epoch == c.head.epoch);
    CHECK(memcmp(again.head.id, c.head.id, sizeof c.head.id) == 0);
    CHECK(memcmp(again.head.hash, c.head.hash, sizeof c.head.hash) == 0);
    return 0;
}
