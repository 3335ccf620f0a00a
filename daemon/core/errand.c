#include "errand.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define BIT(v)   (1U << (v))

static const char *const kind_words[] = {ERRAND_KIND_LIST(TERM_WORD)};
static const char *const state_words[] = {ERRAND_STATE_LIST(TERM_WORD)};

const char *errand_kind_word(enum errand_kind v)
{
    return (unsigned)v < COUNT(kind_words) ? kind_words[v] : "?";
}

const char *errand_state_word(enum errand_state v)
{
    return (unsigned)v < COUNT(state_words) ? state_words[v] : "?";
}

// A question that nobody answered in time is still open: only a person may say that it is not.
bool errand_live(const struct errand *e)
{
    unsigned const live = BIT(ERRAND_OPEN) | BIT(ERRAND_PART_ANSWERED) | BIT(ERRAND_EXPIRED) |
                          BIT(ERRAND_OFFERED) | BIT(ERRAND_ACCEPTED) | BIT(ERRAND_REPORTED) |
                          BIT(ERRAND_RETURNED) | BIT(ERRAND_RAISED) | BIT(ERRAND_ASSIGNED);
    return (live >> e->state) & 1;
}

#define SAME_NUM(name)   (a->name == b->name)
#define SAME_SMALL(name) (a->name == b->name)
#define SAME_TEXT(name)  (strncmp(a->name, b->name, ID_MAX) == 0)
#define SAME(number, type, name) \
    if (!SAME_##type(name)) return false;

bool errand_equal(const struct errand *a, const struct errand *b)
{
    ERRAND_FIELDS(SAME)
    return true;
}
