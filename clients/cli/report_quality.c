// report_quality.c - how well it went: every figure as so many of so many.
#include "report.h"
#include "say.h"

#include <string.h>

enum { GROUP_COLUMNS = 26, PART_BYTES = 80 };
// Fewer than this are told as numbers alone: a share of a handful says nothing.
#define SHARE_LEAST 10
#define NOBODY      "(none)"

static long long count(const json_t *quality, const char *name)
{
    return (long long)json_integer_value(json_object_get(quality, name));
}

// "3 of 40  8%", "1 of 6", "-" of nothing.
static const char *part(long long some, long long all, char out[PART_BYTES])
{
    if (all == 0)
        snprintf(out, PART_BYTES, "-");
    else if (all < SHARE_LEAST)
        snprintf(out, PART_BYTES, "%lld of %lld", some, all);
    else
        snprintf(out, PART_BYTES, "%lld of %lld %3lld%%", some, all, (100 * some + all / 2) / all);
    return out;
}

// Of all colours together, where there is anything to tell.
static const json_t *quality_of(const json_t *row)
{
    const json_t *quality = json_object_get(row, "quality");
    if (*say_member(row, "colour") || !quality) return NULL;
    bool const any =
        count(quality, "received") || json_integer_value(json_object_get(row, "decided"));
    return any || count(quality, "ended") ? quality : NULL;
}

static long long asked(const json_t *q)
{
    return count(q, "fully") + count(q, "partly") + count(q, "not_achieved") +
           count(q, "none_expressed");
}

// ---- For people ----

struct column {
    const char *head;
    const char *(*words)(const json_t *row, const json_t *q, char out[PART_BYTES]);
};

static const char *re_rated(const json_t *row, const json_t *q, char out[PART_BYTES])
{
    (void)row;
    return part(count(q, "rerated"), count(q, "received"), out);
}
static const char *risen(const json_t *row, const json_t *q, char out[PART_BYTES])
{
    (void)row;
    return part(count(q, "risen"), count(q, "received"), out);
}
static const char *met(const json_t *row, const json_t *q, char out[PART_BYTES])
{
    (void)row;
    return part(count(q, "met"), count(q, "received") - count(q, "undecided"), out);
}
static const char *undecided(const json_t *row, const json_t *q, char out[PART_BYTES])
{
    (void)row;
    return part(count(q, "undecided"), count(q, "received"), out);
}
static const char *reopened(const json_t *row, const json_t *q, char out[PART_BYTES])
{
    return part(count(q, "reopened"), count(row, "decided"), out);
}
static const char *challenged(const json_t *row, const json_t *q, char out[PART_BYTES])
{
    return part(count(q, "challenged"), count(row, "decided"), out);
}
static const char *upheld(const json_t *row, const json_t *q, char out[PART_BYTES])
{
    (void)row;
    return part(count(q, "upheld") + count(q, "part_upheld"), count(q, "challenged"), out);
}
static const char *unanswered(const json_t *row, const json_t *q, char out[PART_BYTES])
{
    long long const answered = count(q, "upheld") + count(q, "part_upheld") +
                               count(q, "not_upheld") + count(q, "out_of_scope");
    (void)row;
    return part(count(q, "challenged") - answered, count(q, "challenged"), out);
}
static const char *were_asked(const json_t *row, const json_t *q, char out[PART_BYTES])
{
    (void)row;
    return part(asked(q), count(q, "ended"), out);
}
static const char *expressed(const json_t *row, const json_t *q, char out[PART_BYTES])
{
    (void)row;
    return part(asked(q) - count(q, "none_expressed"), asked(q), out);
}
static const char *achieved(const json_t *row, const json_t *q, char out[PART_BYTES])
{
    (void)row;
    return part(count(q, "fully") + count(q, "partly"), asked(q) - count(q, "none_expressed"), out);
}

static const char *told(const json_t *row, const json_t *q, char out[PART_BYTES])
{
    (void)row;
    return part(count(q, "adult_told"), count(q, "ended"), out);
}
static const char *advocate(const json_t *row, const json_t *q, char out[PART_BYTES])
{
    (void)row;
    return part(count(q, "advocate"), count(q, "ended"), out);
}
static const char *remained(const json_t *row, const json_t *q, char out[PART_BYTES])
{
    (void)row;
    return part(count(q, "remained"), count(q, "ended"), out);
}
static const char *planned(const json_t *row, const json_t *q, char out[PART_BYTES])
{
    (void)row;
    return part(count(q, "planned"), count(q, "remained"), out);
}

static const struct {
    const char *title;
    struct column columns[4];
} tables[] = {
    {"Of those received: put right later, and what they came to",
     {{"re-rated", re_rated}, {"risen", risen}, {"section 42", met}, {"undecided", undecided}}},
    {"Of those decided: decided again, and disagreed with",
     {{"reopened", reopened},
      {"challenged", challenged},
      {"upheld", upheld},
      {"unanswered", unanswered}}},
    {"Of section 42 enquiries that ended: what the adult wanted",
     {{"asked", were_asked}, {"expressed", expressed}, {"achieved", achieved}, {NULL, NULL}}},
    {"Of section 42 enquiries that ended: what was done for the adult",
     {{"told", told},
      {"advocate", advocate},
      {"risk remains", remained},
      {"with a plan", planned}}},
};

static void table_show(struct run *r, const json_t *report, size_t t)
{
    int const columns = report_group_columns(r, report, GROUP_COLUMNS);
    size_t i;
    json_t *row;
    char words[PART_BYTES];
    printf("%s%s\n", t ? "\n" : "", tables[t].title);
    say_cell(stdout, "", columns);
    for (const struct column *c = tables[t].columns; c < tables[t].columns + 4 && c->head; c++)
        printf(" %15s", c->head);
    putchar('\n');
    json_array_foreach(json_object_get(report, "rows"), i, row)
    {
        const json_t *q = quality_of(row);
        if (!q) continue;
        say_cell(stdout, report_group(r, report, row, NOBODY), columns);
        for (const struct column *c = tables[t].columns; c < tables[t].columns + 4 && c->head; c++)
            printf(" %15s", c->words(row, q, words));
        putchar('\n');
    }
}

// ---- For a spreadsheet ----

static const char *const counts[] = {
    "received",   "raised",     "lowered",     "rerated",      "risen",
    "met",        "not_met",    "other",       "undecided",    "reopened",
    "challenged", "upheld",     "part_upheld", "not_upheld",   "out_of_scope",
    "ended",      "fully",      "partly",      "not_achieved", "none_expressed",
    "not_asked",  "adult_told", "advocate",    "remained",     "planned"};
enum { COUNTS = sizeof counts / sizeof *counts };

static void quality_csv(const json_t *report)
{
    size_t i;
    json_t *row;
    fputs("group,decided", stdout);
    for (size_t c = 0; c < COUNTS; c++) printf(",%s", counts[c]);
    fputs("\r\n", stdout);
    json_array_foreach(json_object_get(report, "rows"), i, row)
    {
        const json_t *q = quality_of(row);
        if (!q) continue;
        const char *group = say_member(row, "group");
        printf("%s,%lld", *group ? group : report_group(NULL, report, row, NOBODY),
               count(row, "decided"));
        for (size_t c = 0; c < COUNTS; c++) printf(",%lld", count(q, counts[c]));
        fputs("\r\n", stdout);
    }
}

void report_quality(struct run *r, const json_t *report, bool csv)
{
    if (csv) {
        quality_csv(report);
        return;
    }
    report_period(report);
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) table_show(r, report, t);
}
