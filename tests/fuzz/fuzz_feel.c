// A FEEL expression: refused, stopped at a limit, or answered; and an answer that is written out
// and read back is the same answer.
#include "feel_print.h"
#include "feel_run.h"
#include "fuzz.h"

#define TEXT_MAX 8192

// Numbers, strings, booleans, null, and lists and contexts of these are written as FEEL; dates and
// durations as people read them, functions not at all.
static bool is_plain(struct value v, unsigned depth)
{
    switch (v.kind) {
    case VALUE_NULL:
    case VALUE_BOOLEAN:
    case VALUE_NUMBER:
    case VALUE_STRING: return true;
    case VALUE_ITEMS:
        for (size_t i = 0; i < v.items->n; i++) {
            if (depth == 0 || !is_plain(v.items->at[i], depth - 1)) return false;
        }
        return true;
    default: return false;
    }
}

static size_t print(struct value v, char *text)
{
    struct printer p = {text, TEXT_MAX, 0};
    print_value(&p, v, true);
    return p.len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static char once[TEXT_MAX], twice[TEXT_MAX];
    struct value v;
    enum feel_run_end const end = feel_run(bytes_of(data, len), &v);
    if (end == FEEL_RUN_DONE && value_weight(v, 2000) < 1000 && is_plain(v, 8)) {
        size_t const n = print(v, once);
        if (n <= TEXT_MAX && feel_run(bytes_of(once, n), &v) == FEEL_RUN_DONE) {
            CHECK(print(v, twice) == n && memcmp(once, twice, n) == 0);
        }
    }
    feel_run_close();
    return 0;
}
