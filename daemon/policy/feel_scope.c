#include "feel_scope.h"

const struct symbol *symbol_find(const struct symbol *scope, const char *name)
{
    for (; scope; scope = scope->next) {
        if (scope->name && strcmp(scope->name, name) == 0) return scope;
    }
    return NULL;
}

struct symbol *symbol_push(struct pool *pool, const struct symbol *scope, const char *name,
                           enum symbol_kind kind, unsigned index, const struct type *type)
{
    struct symbol *const s = pool_alloc(pool, sizeof(*s));
    *s = (struct symbol){name, kind, index, type, scope};
    return s;
}

uint32_t utf8_next(struct bytes t, size_t *len)
{
    static const struct {
        uint8_t mask, lead, bits;
        uint32_t least;
    } forms[] = {{0x80, 0x00, 0x7f, 0},
                 {0xe0, 0xc0, 0x1f, 0x80},
                 {0xf0, 0xe0, 0x0f, 0x800},
                 {0xf8, 0xf0, 0x07, 0x10000}};
    *len = 1;
    for (size_t f = 0; f < 4; f++) {
        if ((t.data[0] & forms[f].mask) != forms[f].lead || f >= t.len) continue;
        uint32_t c = t.data[0] & forms[f].bits;
        for (size_t i = 1; i <= f; i++) {
            if ((t.data[i] & 0xc0) != 0x80) return t.data[0];
            c = c << 6 | (t.data[i] & 0x3f);
        }
        if (c < forms[f].least) return t.data[0];
        *len = f + 1;
        return c;
    }
    return t.data[0];
}

bool name_is_start(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {{'?', '?'},       {'A', 'Z'},       {'_', '_'},       {'a', 'z'},
                  {0xc0, 0xd6},     {0xd8, 0xf6},     {0xf8, 0x2ff},    {0x370, 0x37d},
                  {0x37f, 0x1fff},  {0x200c, 0x200d}, {0x2070, 0x218f}, {0x2c00, 0x2fef},
                  {0x3001, 0xd7ff}, {0xf900, 0xfdcf}, {0xfdf0, 0xfffd}, {0x10000, 0xeffff}};
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        if (c >= ranges[i].first && c <= ranges[i].last) return c != 0x1680 && c != 0x180e;
    }
    return false;
}

bool name_is_part(uint32_t c)
{
    return name_is_start(c) || (c >= '0' && c <= '9') || c == 0xb7 || (c >= 0x300 && c <= 0x36f) ||
           c == 0x203f || c == 0x2040;
}

static bool name_is_space(uint32_t c)
{
    return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           c == 0x180e || (c >= 0x2000 && c <= 0x200b) || c == 0x2028 || c == 0x2029 ||
           c == 0x202f || c == 0x205f || c == 0x3000 || c == 0xfeff;
}

size_t name_spaces(struct bytes t, size_t at)
{
    size_t len;
    size_t const start = at;
    while (at < t.len && name_is_space(utf8_next(bytes_of(t.data + at, t.len - at), &len))) {
        at += len;
    }
    return at - start;
}

// Bytes of a code point beyond ASCII count as parts of a word.
static bool name_is_word(uint8_t byte)
{
    return byte >= 0x80 || name_is_part(byte);
}

size_t name_match(struct bytes text, const char *name)
{
    size_t at = 0, len;
    uint8_t last = ' ';
    for (const char *p = name; *p; p++) {
        size_t const spaces = name_spaces(text, at);
        if (*p == ' ') {
            // A space of the name needs one here too, unless an operator separates the words.
            if (!spaces && name_is_word((uint8_t)p[1]) && name_is_word(last)) return 0;
            continue;
        }
        bool const joined = p != name && name_is_word((uint8_t)*p) && name_is_word(last);
        if (!joined || p[-1] == ' ') at += spaces;
        if (at >= text.len || text.data[at] != (uint8_t)*p) return 0;
        last = (uint8_t)*p;
        at++;
    }
    if (at == 0) return 0;
    if (at < text.len && name_is_word(last) &&
        name_is_part(utf8_next(bytes_of(text.data + at, text.len - at), &len))) {
        return 0;
    }
    return at;
}

const char *name_normal(struct pool *pool, struct bytes text)
{
    char *const out = pool_alloc(pool, text.len + 1);
    size_t n = 0, len;
    bool gap = false;
    for (size_t at = 0; at < text.len; at += len) {
        struct bytes const rest = bytes_of(text.data + at, text.len - at);
        if (name_is_space(utf8_next(rest, &len))) {
            gap = n > 0;
            continue;
        }
        if (gap) out[n++] = ' ';
        gap = false;
        memcpy(out + n, rest.data, len);
        n += len;
    }
    out[n] = 0;
    return out;
}

void name_set_add(struct pool *pool, struct name_set *set, const char *name)
{
    pool_work(pool, set->n);
    for (size_t i = 0; i < set->n; i++) {
        if (strcmp(set->names[i], name) == 0) return;
    }
    if (set->n == set->size) {
        size_t const size = set->size ? set->size * 2 : 32;
        const char **const names = pool_alloc(pool, size * sizeof(*names));
        if (set->n) memcpy(names, set->names, set->n * sizeof(*names));
        set->names = names;
        set->size = size;
    }
    set->names[set->n++] = name;
}
