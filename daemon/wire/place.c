#include "place.h"

#include "check.h"

#define FLAW_ROW(id, err, code, text) [id] = {err, code, text},
static const struct {
    enum err err;
    const char *code, *text;
} flaws[FLAW_COUNT] = {FLAW_LIST(FLAW_ROW)};

// A path too long for its place is cut at the end.
struct path {
    char *out;
    size_t len, cap;
};

static void path_add(struct path *p, const char *text)
{
    for (; *text && p->len + 1 < p->cap; text++) p->out[p->len++] = *text;
    p->out[p->len] = 0;
}

static void path_add_number(struct path *p, uint64_t v)
{
    char digits[21] = "";
    size_t at = sizeof digits - 1;
    do digits[--at] = (char)('0' + v % 10);
    while (v /= 10);
    path_add(p, digits + at);
}

// From the outermost step to this one; as deep as limits->depth_max.
static void path_write(struct path *p, const struct place_step *at)
{
    if (at->above) {
        path_write(p, at->above);
        path_add(p, ".");
    }
    if (at->name) {
        path_add(p, at->name);
    } else {
        path_add(p, "#");
        path_add_number(p, at->number);
    }
    if (at->repeated) {
        path_add(p, "[");
        path_add_number(p, at->index);
        path_add(p, "]");
    }
}

enum err place_flaw(struct wire_place *place, const struct place_step *at, enum flaw flaw)
{
    CHECK((unsigned)flaw < FLAW_COUNT);
    struct path p = {place->field, 0, sizeof place->field};
    path_add(&p, "");
    if (at) path_write(&p, at);
    place->code = flaws[flaw].code;
    place->text = flaws[flaw].text;
    return flaws[flaw].err;
}
