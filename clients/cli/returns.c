// returns.c - `triage report returns`: the national return of a year, as a table, as JSON, and in
// the layout of its publication, rounded and suppressed as that is.
#include "json_map.h"
#include "ledger_file.h"
#include "report.h"
#include "rfc3339.h"
#include "say.h"
#include "yearly_reply.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ARENA_BYTES = 16 << 20, VALUE_BYTES = 24, FEW = 5 };

// "2026-27": the second half is the year after, or it is a slip.
static bool year_of(const struct run *r, int *out)
{
    int from = 0, to = 0;
    char rest = 0;
    const char *text = run_text(r, "year");
    if (text && sscanf(text, "%4d-%2d%c", &from, &to, &rest) == 2 && strlen(text) == 7 &&
        to == (from + 1) % 100) {
        *out = from;
        return true;
    }
    if (text)
        say_error("--year: expected a year as 2026-27, not \"%.20s\"", text);
    else
        say_error("--year YEAR is needed: the return's, as 2026-27");
    return false;
}

// ---- Where it comes from ----

static json_t *returns_asked(struct run *r, int year, int *code)
{
    char in[40];
    char *out = NULL;
    snprintf(in, sizeof in, "{\"year\":%d}", year);
    *code = run_open(r);
    if (*code == EXIT_DONE && !r->timeout_ms) triage_set_timeout_ms(r->client, WHOLE_RECORD_MS);
    if (*code == EXIT_DONE) *code = run_end(r, triage_request(r->client, "returns", in, &out));
    json_t *reply = out ? json_loads(out, 0, NULL) : NULL;
    json_t *returns = json_incref(json_object_get(reply, "returns"));
    if (*code != EXIT_DONE && r->json && reply) say_data(json_incref(reply));
    json_decref(reply);
    triage_free(out);
    return returns;
}

static json_t *returns_of_file(struct run *r, int year, int *code)
{
    Triage__V1__ReturnsReply reply = TRIAGE__V1__RETURNS_REPLY__INIT;
    uint8_t secret[LEDGER_KEY_BYTES];
    struct arena arena;
    const char *area_key = run_text(r, "area-key");
    int64_t const to_ms = ((int64_t)time(NULL) + 1) * 1000; // with the whole second that it is
    if (area_key && !ledger_file_key(secret, area_key)) {
        say_error("--area-key FILE must be the area's area.key: one line of 40 characters");
        *code = EXIT_USAGE;
        return NULL;
    }
    struct ledger *ledger = ledger_file_open(run_text(r, "file"), run_text(r, "key"), code);
    void *memory = ledger ? malloc(ARENA_BYTES) : NULL;
    if (memory) arena_init(&arena, memory, ARENA_BYTES);
    enum err const e =
        !ledger  ? ERR_IO
        : memory ? yearly_of_ledger(ledger, year, to_ms, area_key ? secret : NULL, &arena, &reply)
                 : ERR_NO_MEMORY;
    explicit_bzero(secret, sizeof secret);
    if (ledger) ledger_close(ledger);
    json_t *returns = e ? NULL : json_from_message(&reply.base, JSON_STYLE_OPEN);
    if (e && ledger) {
        say_error("%s: %s", run_text(r, "file"), err_text(e));
        *code = EXIT_OURS;
    }
    free(memory);
    return returns;
}

// ---- How it is shown ----

// As published: fewer than five, none too, are not told, all else is to the nearest five.
static const char *value_words(long long value, bool exact, char out[VALUE_BYTES])
{
    if (!exact && value < FEW)
        snprintf(out, VALUE_BYTES, "[c]");
    else
        snprintf(out, VALUE_BYTES, "%lld", exact ? value : (value + 2) / FEW * FEW);
    return out;
}

// RFC 4180; a council's name may hold a comma.
static void csv_field(const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, stdout);
        return;
    }
    putchar('"');
    for (; *text; text++) {
        if (*text == '"') putchar('"');
        putchar(*text);
    }
    putchar('"');
}

static int cell_order(const void *a, const void *b)
{
    static const char *const keys[] = {"table", "enquiry_type", "category", "subcategory"};
    const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
    int order = 0;
    for (size_t i = 0; order == 0 && i < sizeof keys / sizeof *keys; i++)
        order = strcmp(say_member(x, keys[i]), say_member(y, keys[i]));
    return order;
}

static void cell_csv(const struct run *r, const json_t *cell)
{
    static const char *const council[] = {"geography", "council-type", "region-code", "region-name",
                                          "ons-code",  "la-code",      "la-name"};
    static const char *const keys[] = {"table", "enquiry_type", "category", "subcategory"};
    char value[VALUE_BYTES];
    for (size_t i = 0; i < sizeof council / sizeof *council; i++) {
        csv_field(run_text(r, council[i]) ? run_text(r, council[i]) : "");
        putchar(',');
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        csv_field(say_member(cell, keys[i]));
        putchar(',');
    }
    value_words((long long)json_integer_value(json_object_get(cell, "value")), run_flag(r, "exact"),
                value);
    printf("%s\r\n", value);
}

static void returns_csv(const struct run *r, const json_t *returns)
{
    json_t *cells = json_object_get(returns, "cells");
    size_t const n = json_array_size(cells);
    json_t **sorted = calloc(n + 1, sizeof *sorted);
    if (!sorted) return;
    for (size_t i = 0; i < n; i++) sorted[i] = json_array_get(cells, i);
    qsort(sorted, n, sizeof *sorted, cell_order);
    fputs("GEOGRAPHY,COUNCIL_TYPE,REGION_CODE,REGION_NAME,ONS_CODE,LA_CODE,LA_NAME,"
          "TABLE_REFERENCE,ENQUIRY_TYPE,CATEGORY,SUBCATEGORY,VALUE\r\n",
          stdout);
    for (size_t i = 0; i < n; i++) cell_csv(r, sorted[i]);
    free(sorted);
}

static void gaps_show(FILE *out, const json_t *returns)
{
    size_t i;
    json_t *gap;
    json_t *gaps = json_object_get(returns, "gaps");
    long long const more = (long long)json_integer_value(json_object_get(returns, "gaps_more"));
    if (json_array_size(gaps) == 0) return;
    fputs("\nTo be completed (triage complete REF ...), since nothing is guessed:\n", out);
    json_array_foreach(gaps, i, gap)
    {
        say_cell(out, say_member(gap, "reference"), 14);
        say_cell(out, say_member(gap, "table"), 6);
        fprintf(out, "%s\n", say_member(gap, "lacks"));
    }
    if (more) fprintf(out, "and %lld more\n", more);
}

static void returns_show(const json_t *returns)
{
    size_t i;
    json_t *cell;
    char to[20];
    printf("Counted up to %s. Exact numbers: for the council alone.\n\n",
           say_time(json_object_get(returns, "to_ms"), to));
    json_array_foreach(json_object_get(returns, "cells"), i, cell)
    {
        long long const value = (long long)json_integer_value(json_object_get(cell, "value"));
        if (value == 0) continue;
        say_cell(stdout, say_member(cell, "table"), 8);
        say_cell(stdout, say_member(cell, "enquiry_type"), 30);
        printf("%6lld  %s%s%s\n", value, say_member(cell, "category"),
               *say_member(cell, "subcategory") ? "; " : "", say_member(cell, "subcategory"));
    }
    puts("\nNot in the record, so not here: SG1e (health conditions), SG5 (reviews).");
    gaps_show(stdout, returns);
}

int report_returns(struct run *r)
{
    int year = 0, code = EXIT_DONE;
    if (!year_of(r, &year)) return EXIT_USAGE;
    json_t *returns =
        run_text(r, "file") ? returns_of_file(r, year, &code) : returns_asked(r, year, &code);
    if (!returns) return code == EXIT_DONE ? EXIT_OURS : code;
    if (r->json) return say_data(returns);
    if (run_flag(r, "csv")) {
        returns_csv(r, returns);
        gaps_show(stderr, returns);
    } else {
        returns_show(returns);
    }
    json_decref(returns);
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_OURS;
}
