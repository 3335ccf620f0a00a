#include "err.h"

#define ERR_WORD(name, value, word, text)                                                          \
    case name: return word;
#define ERR_TEXT(name, value, word, text)                                                          \
    case name: return text;

const char *err_word(enum err e)
{
    switch (e) {
    case OK: return "ok";
        ERR_LIST(ERR_WORD)
    }
    return "unknown";
}

const char *err_text(enum err e)
{
    switch (e) {
    case OK: return "done";
        ERR_LIST(ERR_TEXT)
    }
    return "an error this build does not know";
}
