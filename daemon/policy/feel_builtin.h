// feel_builtin.h - the functions that FEEL has of its own (DMN 1.5, 10.3.4), as a table.
#ifndef TRIAGED_FEEL_BUILTIN_H
#define TRIAGED_FEEL_BUILTIN_H

#include "feel_eval.h"
#include "feel_parse.h"

#define BUILTIN_MANY UINT8_MAX // as many arguments as one likes

struct builtin {
    const char *name;
    uint8_t least, most;    // arguments
    const char *parameters; // their names, separated by commas; "" when they cannot be named
    // NULL for a function outside the profile, which is refused with a sentence
    struct value (*run)(struct eval *ev, const struct value *args, size_t n);
    const char *refusal;
    bool singles; // no argument is a list: a list of one stands for its element
};

// Bytes of `text` that spell a built-in's name; the longest.
size_t builtin_match(struct bytes text, const char **name);
// The built-in of that name for `n` arguments, by position or, with `names`, by name: places[i] is
// then where argument i goes and *n_places how many there are.  false with `why` set when there is
// none.
bool builtin_find(struct pool *pool, const char *name, unsigned n, const char *const *names,
                  const struct builtin **out, unsigned *places, unsigned *n_places,
                  struct feel_error *why);

// Each area's own rows; the table in feel_builtin.c holds them all.
#define BUILTIN_AREAS(X) \
    X(builtins_text)     \
    X(builtins_number)   \
    X(builtins_list)     \
    X(builtins_time) X(builtins_range) X(builtins_context) X(builtins_convert) X(builtins_parse)
#define BUILTIN_AREA(area)              \
    extern const struct builtin area[]; \
    extern const size_t n_##area;
BUILTIN_AREAS(BUILTIN_AREA)
#undef BUILTIN_AREA

// How an area's table is written.
// clang-format off
#define BUILTIN(name, least, most, parameters, run) \
    {name, least, most, parameters, run, NULL, false}
#define BUILTIN_SINGLES(name, least, most, parameters, run) \
    {name, least, most, parameters, run, NULL, true}
#define BUILTIN_REFUSED(name, sentence) {name, 0, BUILTIN_MANY, "", NULL, sentence, false}
// clang-format on
#define BUILTIN_COUNT(area) const size_t n_##area = sizeof(area) / sizeof((area)[0])

// What the areas share: the argument as an integer, as a list (a single value is a list of itself).
bool argument_int(struct value v, int64_t *out);
struct items argument_items(const struct value *v);

#endif
