#include "feel_builtin.h"

static const struct {
    const struct builtin *at;
    const size_t *n;
} AREAS[] = {
#define AREA(area) {area, &n_##area},
    BUILTIN_AREAS(AREA)
#undef AREA
};

size_t builtin_match(struct bytes text, const char **name)
{
    size_t best = 0;
    for (size_t a = 0; a < sizeof(AREAS) / sizeof(AREAS[0]); a++) {
        for (size_t i = 0; i < *AREAS[a].n; i++) {
            size_t const len = name_match(text, AREAS[a].at[i].name);
            if (len <= best) continue;
            best = len;
            *name = AREAS[a].at[i].name;
        }
    }
    return best;
}

// The place of a name in "a,b,c"; -1 when it is not there.
static int parameter_place(const char *parameters, const char *name)
{
    size_t const len = strlen(name);
    int place = 0;
    for (const char *p = parameters; *p; place++) {
        size_t const n = strcspn(p, ",");
        if (n == len && memcmp(p, name, n) == 0) return place;
        p += n;
        if (*p) p++;
    }
    return -1;
}

// Where named arguments go; false when one has a name that no parameter has.
static bool builtin_places(const struct builtin *b, unsigned n, const char *const *names,
                           unsigned *places, unsigned *n_places)
{
    unsigned filled = 0;
    *n_places = 0;
    if (n > b->most || n > FEEL_PARAMETERS_MAX) return false;
    for (unsigned i = 0; i < n; i++) {
        int const place = parameter_place(b->parameters, names[i]);
        if (place < 0 || place >= 32 || (filled & 1U << place)) return false;
        filled |= 1U << place;
        places[i] = (unsigned)place;
        if (places[i] >= *n_places) *n_places = places[i] + 1;
    }
    if (*n_places < b->least) *n_places = b->least;
    return true;
}

bool builtin_find(struct pool *pool, const char *name, unsigned n, const char *const *names,
                  const struct builtin **out, unsigned *places, unsigned *n_places,
                  struct feel_error *why)
{
    bool known = false;
    why->why = FEEL_INVALID;
    for (size_t a = 0; a < sizeof(AREAS) / sizeof(AREAS[0]); a++) {
        for (size_t i = 0; i < *AREAS[a].n; i++) {
            const struct builtin *const b = &AREAS[a].at[i];
            if (strcmp(b->name, name) != 0) continue;
            known = true;
            if (!b->run) {
                *why = (struct feel_error){FEEL_OUTSIDE, 0, b->refusal};
                return false;
            }
            *n_places = n;
            bool const fits = names ? builtin_places(b, n, names, places, n_places)
                                    : n >= b->least && n <= b->most;
            if (!fits) continue;
            *out = b;
            return true;
        }
    }
    why->text = known ? pool_format(pool, "%s() does not take these arguments", name)
                      : pool_format(pool, "nothing in scope is named '%s'", name);
    return false;
}

bool argument_int(struct value v, int64_t *out)
{
    return v.kind == VALUE_NUMBER && number_to_int(v.number, out);
}

struct items argument_items(const struct value *v)
{
    if (v->kind == VALUE_ITEMS) return *v->items;
    return (struct items){v->kind != VALUE_NULL, v};
}
