// A pack against published scenarios.  PACK/score.csv says how their words are said as facts, the
// section `score` of pack.yaml which level each tier stands for.
#include "files.h"
#include "tools.h"

#include <stdlib.h>

#define SCORE_GUIDES_MAX 64

static const char *const LEVELS[] = {"no_referral", "consult", "refer"};
enum { LEVEL_NO_REFERRAL, LEVEL_CONSULT, LEVEL_REFER, LEVEL_COUNT };

struct guide {
    const char *name;
    unsigned rows[LEVEL_COUNT][LEVEL_COUNT]; // published, then ours
};

struct scoring {
    const struct policy *policy;
    struct pool pool;
    struct arena arena;
    struct csv map, scenarios;
    const char *path; // of the scenarios
    FILE *out, *err;
    bool json;
    size_t n_guides;
    struct guide guides[SCORE_GUIDES_MAX];
    struct guide all;
    unsigned n_missed, n_disagree;
};

static int level_from(const char *word)
{
    for (int i = 0; word && i < LEVEL_COUNT; i++) {
        if (strcmp(word, LEVELS[i]) == 0) return i;
    }
    return -1;
}

// What a scenario holds under a column, or under "extra:key" of its extra_facts ("k=v;k=v").
static bool scenario_value(const struct scoring *s, const struct csv_row *row, const char *column,
                           char *value, size_t size)
{
    *value = 0;
    if (strcmp(column, "*") == 0) return true;
    if (strncmp(column, "extra:", 6) != 0) {
        snprintf(value, size, "%s", csv_cell(&s->scenarios, row, column));
        return *value != 0;
    }
    size_t const len = strlen(column + 6);
    for (const char *p = csv_cell(&s->scenarios, row, "extra_facts"); *p;) {
        size_t const n = strcspn(p, ";");
        if (n > len && p[len] == '=' && memcmp(p, column + 6, len) == 0) {
            snprintf(value, size, "%.*s", (int)(n - len - 1), p + len + 1);
            return true;
        }
        p += n + (p[n] == ';');
    }
    return false;
}

// ">14" is at least 15, "<14" at most 13; ">=14", "<=14" and "14" are 14.
static bool scenario_number(const char *text, int32_t *out)
{
    bool const more = *text == '>', less = *text == '<';
    char *end;
    if (more || less) text++;
    bool const equal = *text == '=';
    text += equal;
    long const n = strtol(text, &end, 10);
    if (end == text || n < -1000000 || n > 1000000000) return false;
    *out = (int32_t)n + (more && !equal) - (less && !equal);
    return true;
}

// "unknown" takes back what a line above it said.
static bool map_value(enum fact fact, const char *as, int32_t *out)
{
    *out = FACT_UNKNOWN;
    return strcmp(as, "unknown") == 0 || fact_parse(fact, as, out);
}

// One line of score.csv, which score_check found to be right.
static void map_apply(struct scoring *s, const struct csv_row *line, const struct csv_row *row,
                      struct facts *facts)
{
    char held[256];
    const char *const wanted = csv_cell(&s->map, line, "value");
    const char *const as = csv_cell(&s->map, line, "as");
    int const fact = fact_from(csv_cell(&s->map, line, "fact"));
    int32_t v;
    if (!scenario_value(s, row, csv_cell(&s->map, line, "column"), held, sizeof(held))) return;
    if (strcmp(wanted, "*") != 0 && strcmp(wanted, held) != 0) return;
    if (strcmp(as, "number") == 0) {
        if (scenario_number(held, &v)) facts->value[fact] = v;
        return;
    }
    (void)map_value((enum fact)fact, as, &v);
    if (FACTS[fact].type == FACT_CODES && facts->value[fact] != FACT_UNKNOWN && v != FACT_UNKNOWN) {
        v |= facts->value[fact];
    }
    facts->value[fact] = v;
}

// NULL when there are more guides than are told apart.
static struct guide *guide_of(struct scoring *s, const char *name)
{
    for (size_t i = 0; i < s->n_guides; i++) {
        if (strcmp(s->guides[i].name, name) == 0) return &s->guides[i];
    }
    if (s->n_guides == SCORE_GUIDES_MAX) return NULL;
    s->guides[s->n_guides].name = name;
    return &s->guides[s->n_guides++];
}

static void score_disagrees(struct scoring *s, const struct csv_row *row, int published,
                            const struct verdict *v)
{
    if (s->json) {
        fprintf(s->out, "%s\n  {\"id\": ", s->n_disagree++ ? "," : "");
        json_text(s->out, csv_cell(&s->scenarios, row, "id"));
        fputs(", \"guide\": ", s->out);
        json_text(s->out, csv_cell(&s->scenarios, row, "guide_name"));
        fprintf(s->out, ", \"published\": \"%s\", \"tier\": \"%s\"}", LEVELS[published],
                tier_word(v->tier));
        return;
    }
    s->n_disagree++;
    fprintf(s->out, "%s (%s): published %s, ours %s: %s\n", csv_cell(&s->scenarios, row, "id"),
            csv_cell(&s->scenarios, row, "guide_name"), LEVELS[published], tier_word(v->tier),
            csv_cell(&s->scenarios, row, "short_paraphrase"));
}

static void score_row(struct scoring *s, const struct csv_row *row)
{
    struct facts facts;
    struct verdict v;
    int const published = level_from(csv_cell(&s->scenarios, row, "normalised_level"));
    if (published < 0) return; // a row without a level says nothing
    facts_clear(&facts);
    for (size_t i = 0; i < s->map.n_rows; i++) map_apply(s, &s->map.rows[i], row, &facts);
    arena_reset(&s->arena);
    policy_decide(s->policy, &facts, &s->arena, &v);
    int const ours = level_from(s->policy->levels[v.tier]);
    guide_of(s, csv_cell(&s->scenarios, row, "guide_name"))->rows[published][ours]++;
    s->all.rows[published][ours]++;
    s->n_missed += published == LEVEL_REFER && ours == LEVEL_NO_REFERRAL;
    if (published != ours) score_disagrees(s, row, published, &v);
}

static unsigned guide_rows(const struct guide *g, unsigned *agree)
{
    unsigned n = 0;
    *agree = 0;
    for (int i = 0; i < LEVEL_COUNT; i++) {
        for (int k = 0; k < LEVEL_COUNT; k++) n += g->rows[i][k];
        *agree += g->rows[i][i];
    }
    return n;
}

static void guide_print(const struct scoring *s, const struct guide *g)
{
    unsigned agree;
    unsigned const n = guide_rows(g, &agree);
    if (!s->json) {
        fprintf(s->out, "| %s | %u | %u | %u | %u | %u |\n", g->name, n, agree,
                n ? agree * 100 / n : 0, g->rows[LEVEL_REFER][LEVEL_NO_REFERRAL],
                g->rows[LEVEL_REFER][LEVEL_CONSULT]);
        return;
    }
    fputs("{\"guide\": ", s->out);
    json_text(s->out, g->name);
    fprintf(s->out, ", \"rows\": %u, \"agree\": %u, \"table\": [", n, agree);
    for (int i = 0; i < LEVEL_COUNT; i++) {
        fprintf(s->out, "%s[%u, %u, %u]", i ? ", " : "", g->rows[i][0], g->rows[i][1],
                g->rows[i][2]);
    }
    fputs("]}", s->out);
}

// Each guide counts the same, however many rows it has: tenths of a percent.
static unsigned score_weighted(const struct scoring *s)
{
    unsigned long sum = 0;
    unsigned agree;
    for (size_t i = 0; i < s->n_guides; i++) {
        unsigned const n = guide_rows(&s->guides[i], &agree);
        if (n) sum += agree * 100000UL / n;
    }
    return s->n_guides ? (unsigned)(sum / s->n_guides / 100) : 0;
}

static void score_print_json(struct scoring *s)
{
    fputs("],\n  \"guides\": [", s->out);
    for (size_t i = 0; i < s->n_guides; i++) {
        fputs(i ? ",\n    " : "\n    ", s->out);
        guide_print(s, &s->guides[i]);
    }
    fputs("],\n  \"all\": ", s->out);
    guide_print(s, &s->all);
    unsigned const weighted = score_weighted(s);
    fprintf(s->out, ",\n  \"agreement_by_guide_percent\": %u.%u, \"refer_below\": %u}\n",
            weighted / 10, weighted % 10, s->n_missed);
}

static void score_print(struct scoring *s)
{
    if (s->json) {
        score_print_json(s);
        return;
    }
    fputs("\n| guide | rows | agree | % | refer as no referral | refer as consult |\n"
          "|---|--:|--:|--:|--:|--:|\n",
          s->out);
    for (size_t i = 0; i < s->n_guides; i++) guide_print(s, &s->guides[i]);
    guide_print(s, &s->all);
    fputs("\n| published | no referral | consult | refer |\n|---|--:|--:|--:|\n", s->out);
    for (int i = 0; i < LEVEL_COUNT; i++) {
        fprintf(s->out, "| %s | %u | %u | %u |\n", LEVELS[i], s->all.rows[i][0], s->all.rows[i][1],
                s->all.rows[i][2]);
    }
    unsigned const weighted = score_weighted(s);
    fprintf(s->out,
            "\nAgreement with each guide counted the same: %u.%u %%. To refer, but below: %u.\n",
            weighted / 10, weighted % 10, s->n_missed);
}

// --- What the files must hold, before anything is scored ---

static bool score_read(struct scoring *s, const char *path, const char *name, struct csv *out)
{
    int line = 0;
    const char *const error = csv_read(&s->pool, path, out, &line);
    if (error && line) fprintf(s->err, "%s:%d: %s\n", name, line, error);
    if (error && !line) fprintf(s->err, "%s: %s\n", name, error);
    return !error;
}

static bool score_columns(struct scoring *s, const struct csv *c, const char *name,
                          const char *const *columns)
{
    bool all = true;
    for (; *columns; columns++) {
        if (csv_column(c, *columns) >= 0) continue;
        fprintf(s->err, "%s:1: the column %s is missing\n", name, *columns);
        all = false;
    }
    return all;
}

static bool map_line_fits(struct scoring *s, const struct csv_row *line)
{
    const char *const fact = csv_cell(&s->map, line, "fact");
    const char *const as = csv_cell(&s->map, line, "as");
    const char *const column = csv_cell(&s->map, line, "column");
    int const f = fact_from(fact);
    int32_t v;
    if (f < 0) {
        fprintf(s->err, "score.csv:%d: no fact is named '%.60s': see `triage policy facts`\n",
                line->line, fact);
    } else if (strcmp(as, "number") == 0 ? FACTS[f].type != FACT_NUMBER
                                         : !map_value((enum fact)f, as, &v)) {
        fprintf(s->err, "score.csv:%d: the fact %s cannot hold '%.60s'\n", line->line, fact, as);
    } else if (strcmp(column, "*") != 0 && strncmp(column, "extra:", 6) != 0 &&
               csv_column(&s->scenarios, column) < 0) {
        fprintf(s->err, "score.csv:%d: %s has no column '%.60s'\n", line->line, s->path, column);
    } else {
        return true;
    }
    return false;
}

static bool scenario_fits(struct scoring *s, const struct csv_row *row)
{
    const char *const level = csv_cell(&s->scenarios, row, "normalised_level");
    bool const known = !*level || level_from(level) >= 0;
    bool const room = guide_of(s, csv_cell(&s->scenarios, row, "guide_name")) != NULL;
    if (!known) {
        fprintf(
            s->err,
            "%s:%d: normalised_level is '%.60s': write no_referral, consult, refer or nothing\n",
            s->path, row->line, level);
    }
    if (!room)
        fprintf(s->err, "%s:%d: more than %d guides\n", s->path, row->line, SCORE_GUIDES_MAX);
    return known && room;
}

static bool score_check(struct scoring *s)
{
    static const char *const map_columns[] = {"column", "value", "fact", "as", NULL};
    static const char *const columns[] = {"id", "guide_name", "normalised_level", NULL};
    char *const map = pack_path(s->policy, "score.csv");
    bool ok = map && score_read(s, map, "score.csv", &s->map);
    free(map);
    ok = score_read(s, s->path, s->path, &s->scenarios) && ok;
    ok = ok && score_columns(s, &s->map, "score.csv", map_columns) &&
         score_columns(s, &s->scenarios, s->path, columns);
    for (size_t i = 0; ok && i < s->map.n_rows; i++) ok = map_line_fits(s, &s->map.rows[i]);
    for (size_t i = 0; ok && i < s->scenarios.n_rows; i++) {
        ok = scenario_fits(s, &s->scenarios.rows[i]);
    }
    for (int tier = TIER_BELOW; ok && tier <= TIER_DUTY_MET; tier++) {
        ok = level_from(s->policy->levels[tier]) >= 0;
        if (ok) continue;
        fprintf(s->err, "pack.yaml: score: no level has the tier %s\n", tier_word((enum tier)tier));
    }
    if (ok && s->scenarios.n_rows == 0) fprintf(s->err, "%s: holds no scenario\n", s->path);
    return ok && s->scenarios.n_rows > 0;
}

static int score_run(struct scoring *s)
{
    if (setjmp(s->pool.exit) != 0) {
        fprintf(s->err, "%s: needs more memory than is given\n", s->path);
        return TOOL_FAILED;
    }
    if (!score_check(s)) return TOOL_FAILED;
    if (s->json) fputs("{\"disagree\": [", s->out);
    for (size_t i = 0; i < s->scenarios.n_rows; i++) score_row(s, &s->scenarios.rows[i]);
    score_print(s);
    return s->n_missed ? TOOL_FOUND : TOOL_FINE;
}

int policy_score(const char *path, const char *scenarios, bool json, FILE *out, FILE *err)
{
    struct policy *const p = tool_policy(path, err);
    void *const memory = malloc(TOOL_ARENA_BYTES);
    struct scoring *const s = calloc(1, sizeof(*s));
    int answer = TOOL_FAILED;
    if (p && memory && s) {
        s->policy = p;
        s->path = scenarios;
        s->out = out;
        s->err = err;
        s->json = json;
        s->all.name = "all";
        arena_init(&s->arena, memory, TOOL_ARENA_BYTES);
        answer = score_run(s);
        pool_close(&s->pool);
    }
    free(s);
    free(memory);
    policy_close(p);
    return answer;
}
