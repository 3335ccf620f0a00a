#include "event.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const event_words[] = {EVENT_LIST(TERM_WORD)};

const char *event_word(enum event_kind v)
{
    unsigned const i = (unsigned)v;
    return i < COUNT(event_words) && event_words[i] ? event_words[i] : "?";
}
