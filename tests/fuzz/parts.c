#include "parts.h"

#include <string.h>

static size_t line_end(const uint8_t *data, size_t len, size_t at)
{
    const uint8_t *const end = memchr(data + at, '\n', len - at);
    return end ? (size_t)(end - data) : len;
}

static int name_of_line(const uint8_t *line, size_t len, const char *const *names, size_t n)
{
    if (len < 4 || memcmp(line, "=== ", 4) != 0) return -1;
    for (size_t i = 0; i < n; i++) {
        if (strlen(names[i]) == len - 4 && memcmp(names[i], line + 4, len - 4) == 0) return (int)i;
    }
    return -1;
}

void parts_of(const uint8_t *data, size_t len, const char *const *names, size_t n, struct part *out)
{
    struct part *now = NULL;
    memset(out, 0, n * sizeof(*out));
    for (size_t at = 0; at < len;) {
        size_t const end = line_end(data, len, at);
        size_t const next = end < len ? end + 1 : len;
        int const name = name_of_line(data + at, end - at, names, n);
        if (name >= 0) {
            now = &out[name];
            *now = (struct part){data + next, 0};
        } else if (now) {
            now->len = (size_t)(data + next - now->data);
        }
        at = next;
    }
}
