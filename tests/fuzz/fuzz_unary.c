// The unary tests of a cell, against an input of each kind.  The rule of the house: an unknown
// input meets no test that does not ask for null itself.
#include "feel_run.h"
#include "fuzz.h"

static bool holds(const uint8_t *data, size_t len, const char *word)
{
    return memmem(data, len, word, strlen(word)) != NULL;
}

// A test that some input meets and another does not looks at its input.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct value const in[] = {value_int(3), value_text("text"), value_boolean(true), value_null()};
    struct value out[4];
    if (feel_run_tests(bytes_of(data, len), in, 4, out) == FEEL_RUN_DONE) {
        bool const all = value_is_true(out[0]) && value_is_true(out[1]) && value_is_true(out[2]);
        CHECK(!value_is_true(out[3]) || all || holds(data, len, "?") || holds(data, len, "null"));
    }
    feel_run_close();
    return 0;
}
