// Which row became which.  Rows that kept their order are aligned so that as much as possible stays
// the same (as Needleman and Wunsch align sequences); what is left over was moved, or is new.  So a
// row put in the middle is one row added, and no later row has changed.
#include "diff.h"

enum { STEP_SKIP_OLD, STEP_SKIP_NEW, STEP_PAIR };

#define SAME_SCORE  1200 // of equal rows; of others at most 1000
#define PAIR_LEAST  500  // thousandths of what two rows say that is the same: they are one row
#define MOVED_LEAST 700  // when it also stands elsewhere
#define ALONE_LEAST 300  // when nothing else is left between two rows that stayed
#define ALIGN_MAX   (TABLE_ROWS_MAX * TABLE_ROWS_MAX)
#define MOVED_MAX   512 // rows left over, beyond which changed ones are not looked for elsewhere

// --- Texts ---

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool diff_same(const char *a, const char *b)
{
    bool quoted = false;
    for (;;) {
        while (!quoted && is_space(*a)) a++;
        while (!quoted && is_space(*b)) b++;
        if (*a != *b) return false;
        if (!*a) return true;
        if (*a == '"') quoted = !quoted;
        if (quoted && *a == '\\' && a[1] == b[1] && a[1]) a++, b++;
        a++;
        b++;
    }
}

void diff_numbers_make(struct diff_numbers *k, struct pool *pool, size_t texts)
{
    k->size = 64;
    while (k->size < texts * 2) k->size *= 2;
    k->texts = pool_alloc(pool, k->size * sizeof(*k->texts));
}

uint32_t diff_number(struct diff_numbers *k, const char *text)
{
    size_t hash = 5381;
    if (strcmp(text, "-") == 0) return 0;
    for (const char *c = text; *c; c++) {
        if (!is_space(*c)) hash = hash * 33 ^ (unsigned char)*c;
    }
    for (size_t i = hash & (k->size - 1);; i = (i + 1) & (k->size - 1)) {
        if (!k->texts[i]) k->texts[i] = text;
        if (diff_same(k->texts[i], text)) return (uint32_t)i + 1;
    }
}

// --- Rows ---

struct aligning {
    const struct row_list *a, *b;
    size_t *was; // by row of b
    bool *taken; // by row of a
};

// Thousandths of what the two rows say that is the same in both.
static unsigned row_alike(const struct aligning *g, size_t x, size_t y)
{
    size_t const n = g->a->n_cells;
    const uint32_t *const p = g->a->cells + x * n, *const q = g->b->cells + y * n;
    unsigned same = 0, all = 0;
    for (size_t i = 0; i < n; i++) {
        if (!p[i] && !q[i]) continue; // neither says anything
        all += g->a->weights[i];
        if (p[i] == q[i]) same += g->a->weights[i];
    }
    return all ? same * 1000 / all : 1000;
}

static bool row_same(const struct aligning *g, size_t x, size_t y)
{
    size_t const n = g->a->n_cells;
    return memcmp(g->a->cells + x * n, g->b->cells + y * n, n * sizeof(uint32_t)) == 0;
}

static void row_pair(struct aligning *g, size_t x, size_t y)
{
    g->was[y] = x;
    g->taken[x] = true;
}

static unsigned pair_score(const struct aligning *g, size_t x, size_t y)
{
    if (row_same(g, x, y)) return SAME_SCORE;
    unsigned const alike = row_alike(g, x, y);
    return alike >= PAIR_LEAST ? alike * alike / 1000 : 0;
}

// Rows from..from+n of a against from..from+m of b.
static void rows_align(struct pool *pool, struct aligning *g, size_t from, size_t n, size_t m)
{
    uint8_t *const steps = pool_alloc(pool, (n + 1) * (m + 1));
    uint32_t *const scores = pool_alloc(pool, 2 * (m + 1) * sizeof(*scores));
    uint32_t *above = scores, *here = scores + m + 1;
    for (size_t y = 0; y <= m; y++) steps[y] = STEP_SKIP_NEW;
    for (size_t x = 1; x <= n; x++) {
        here[0] = 0;
        steps[x * (m + 1)] = STEP_SKIP_OLD;
        for (size_t y = 1; y <= m; y++) {
            uint8_t *const step = &steps[x * (m + 1) + y];
            unsigned const pair = pair_score(g, from + x - 1, from + y - 1);
            here[y] = above[y];
            *step = STEP_SKIP_OLD;
            if (here[y - 1] > here[y]) here[y] = here[y - 1], *step = STEP_SKIP_NEW;
            if (pair && above[y - 1] + pair > here[y]) {
                here[y] = above[y - 1] + pair;
                *step = STEP_PAIR;
            }
        }
        uint32_t *const spare = above;
        above = here;
        here = spare;
    }
    for (size_t x = n, y = m; x > 0 && y > 0;) {
        uint8_t const step = steps[x * (m + 1) + y];
        if (step == STEP_PAIR) row_pair(g, from + x - 1, from + y - 1);
        x -= step != STEP_SKIP_NEW;
        y -= step != STEP_SKIP_OLD;
    }
}

// The row left over between rows that stayed: one old and one new in the same place are one row
// that changed, if anything of it is the same.
static void rows_pair_alone(struct aligning *g)
{
    size_t x = 0;
    for (size_t y = 0; y < g->b->n; y++) {
        bool const before = y == 0 || g->was[y - 1] != SIZE_MAX;
        bool const after = y + 1 == g->b->n || g->was[y + 1] != SIZE_MAX;
        if (g->was[y] != SIZE_MAX) {
            x = g->was[y] + 1;
            continue;
        }
        if (!before || !after || x >= g->a->n || g->taken[x]) continue;
        bool const alone = x + 1 == g->a->n || g->taken[x + 1];
        if (alone && row_alike(g, x, y) >= ALONE_LEAST) row_pair(g, x, y);
    }
}

static void row_find_moved(struct aligning *g, size_t y, bool same)
{
    unsigned best = MOVED_LEAST - 1;
    size_t at = SIZE_MAX;
    for (size_t x = 0; x < g->a->n; x++) {
        if (g->taken[x]) continue;
        unsigned const alike = row_same(g, x, y) ? 1001 : same ? 0 : row_alike(g, x, y);
        if (alike <= best) continue;
        best = alike;
        at = x;
    }
    if (at != SIZE_MAX) row_pair(g, at, y);
}

static void rows_find_moved(struct aligning *g)
{
    size_t left = 0;
    for (size_t y = 0; y < g->b->n; y++) {
        if (g->was[y] == SIZE_MAX) row_find_moved(g, y, true);
        left += g->was[y] == SIZE_MAX;
    }
    for (size_t y = 0; y < g->b->n && left <= MOVED_MAX; y++) {
        if (g->was[y] == SIZE_MAX) row_find_moved(g, y, false);
    }
}

void diff_rows(struct pool *pool, const struct row_list *a, const struct row_list *b, size_t *was)
{
    struct aligning g = {a, b, was, pool_alloc(pool, a->n + 1)};
    size_t first = 0, last = 0;
    size_t const least = a->n < b->n ? a->n : b->n;
    for (size_t y = 0; y < b->n; y++) was[y] = SIZE_MAX;
    for (; first < least && row_same(&g, first, first); first++) row_pair(&g, first, first);
    for (; last < least - first && row_same(&g, a->n - 1 - last, b->n - 1 - last); last++) {
        row_pair(&g, a->n - 1 - last, b->n - 1 - last);
    }
    size_t const n = a->n - first - last, m = b->n - first - last;
    if (n == 0 || m <= ALIGN_MAX / n) rows_align(pool, &g, first, n, m);
    rows_find_moved(&g);
    rows_pair_alone(&g);
}
