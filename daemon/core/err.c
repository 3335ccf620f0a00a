#include "err.h"

#include <stddef.h>

#define ERR_ROW(name, value, word, text) {name, word, text},

static const struct {
    enum err err;
    const char *word, *text;
} err_rows[] = {{OK, "ok", "done"}, ERR_LIST(ERR_ROW)};
#define ERR_ROWS (sizeof(err_rows) / sizeof(err_rows[0]))

const char *err_word(enum err e)
{
    for (size_t i = 0; i < ERR_ROWS; i++) {
        if (err_rows[i].err == e) return err_rows[i].word;
    }
    return "unknown";
}

const char *err_text(enum err e)
{
    for (size_t i = 0; i < ERR_ROWS; i++) {
        if (err_rows[i].err == e) return err_rows[i].text;
    }
    return "an error this build does not know";
}
