#include "terms.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *term_word(const char *const *words, size_t n, unsigned value)
{
    return value < n && words[value] ? words[value] : "?";
}

static int term_from(const char *const *words, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++) {
        if (words[i] && strcmp(words[i], word) == 0) return (int)i;
    }
    return -1;
}

// clang-format off
#define TERM(noun, LIST)                                                                           \
    static const char *const noun##_words[] = {LIST(TERM_WORD)};                                   \
    const char *noun##_word(enum noun v)                                                           \
    {                                                                                              \
        return term_word(noun##_words, COUNT(noun##_words), (unsigned)v);                          \
    }                                                                                              \
    int noun##_from(const char *word)                                                              \
    {                                                                                              \
        return term_from(noun##_words, COUNT(noun##_words), word);                                 \
    }
// clang-format on

TERM(answer, ANSWER_LIST)
TERM(colour, COLOUR_LIST)
TERM(tier, TIER_LIST)
TERM(kind, KIND_LIST)
TERM(state, STATE_LIST)
TERM(role, ROLE_LIST)
TERM(grade, GRADE_LIST)
TERM(notice, NOTICE_LIST)
TERM(parallel, PARALLEL_LIST)
