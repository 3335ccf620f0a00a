#include "place.h"

#include <stdio.h>

#include "check.h"

#define FLAW_ROW(id, err, code, text) [id] = {err, code, text},
static const struct {
    enum err err;
    const char *code, *text;
} flaws[FLAW_COUNT] = {FLAW_LIST(FLAW_ROW)};

// From the outermost step to this one; a path too long for its place is cut at the end.
static size_t path_write(const struct place_step *at, char *out, size_t cap)
{
    size_t len = at->above ? path_write(at->above, out, cap) : 0;
    int n = 0;
    char name[CONCERN_FIELD_MAX], index[24] = "";
    if (at->name)
        (void)snprintf(name, sizeof name, "%s", at->name);
    else
        (void)snprintf(name, sizeof name, "#%u", at->number);
    if (at->repeated) (void)snprintf(index, sizeof index, "[%zu]", at->index);
    n = snprintf(out + len, cap - len, "%s%s%s", len ? "." : "", name, index);
    CHECK(n >= 0);
    len += (size_t)n;
    return len < cap ? len : cap - 1;
}

enum err place_flaw(struct wire_place *place, const struct place_step *at, enum flaw flaw)
{
    CHECK((unsigned)flaw < FLAW_COUNT);
    place->field[0] = 0;
    if (at) (void)path_write(at, place->field, sizeof place->field);
    place->code = flaws[flaw].code;
    place->text = flaws[flaw].text;
    return flaws[flaw].err;
}
