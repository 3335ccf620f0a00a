// say.c - the parts of every screen.
#include "say.h"
#include "rfc3339.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

void say_error(const char *format, ...)
{
    va_list args;
    fputs("triage: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

// A provider's text may hold escape sequences that would move a desk's cursor or change its title.
static bool say_is_control(wchar_t w)
{
    return w < 0x20 || (w >= 0x7f && w < 0xa0) || (w >= 0x202a && w <= 0x202e) ||
           (w >= 0x2066 && w <= 0x2069); // and marks that turn the reading direction round
}

static size_t say_next(const char *text, wchar_t *w)
{
    mbstate_t state = {0};
    size_t const n = mbrtowc(w, text, strlen(text), &state);
    if (n != (size_t)-1 && n != (size_t)-2 && n != 0) return n;
    *w = '?';
    return 1;
}

void say_text(FILE *out, const char *text, int margin)
{
    while (*text) {
        wchar_t w;
        size_t const n = say_next(text, &w);
        if (*text == '\n')
            fprintf(out, "\n%*s", margin, "");
        else if (w == '?' || say_is_control(w))
            fputc('?', out);
        else
            fwrite(text, 1, n, out);
        text += n;
    }
}

void say_cell(FILE *out, const char *text, int columns)
{
    int used = 0;
    while (*text) {
        wchar_t w;
        size_t const n = say_next(text, &w);
        int const width = say_is_control(w) || w == '?' ? 1 : wcwidth(w);
        if (used + (width < 0 ? 1 : width) > columns) break;
        if (width < 0 || say_is_control(w))
            fputc('?', out);
        else
            fwrite(text, 1, n, out);
        used += width < 0 ? 1 : width;
        text += n;
    }
    fprintf(out, "%*s", columns - used, "");
}

void say_colour(FILE *out, const struct run *r, const char *word, int columns)
{
    static const struct {
        const char *word, *on;
    } paints[] = {{"red", "\033[1;31m"}, {"amber", "\033[33m"}, {"green", "\033[32m"}};
    const char *on = "";
    for (size_t i = 0; r->colour && i < sizeof paints / sizeof *paints; i++) {
        if (strcmp(word, paints[i].word) == 0) on = paints[i].on;
    }
    fputs(on, out);
    say_cell(out, word, columns);
    if (*on) fputs("\033[0m", out);
}

const char *say_time_ms(int64_t utc_ms, char out[20])
{
    time_t const seconds = utc_ms / 1000;
    struct tm tm;
    *out = '\0';
    if (utc_ms != 0 && localtime_r(&seconds, &tm)) strftime(out, 20, "%Y-%m-%d %H:%M", &tm);
    return out;
}

int64_t say_time_of(const json_t *rfc3339)
{
    int64_t utc_ms = 0;
    const char *text = json_string_value(rfc3339);
    return text && rfc3339_parse(text, &utc_ms) ? utc_ms : 0;
}

const char *say_time(const json_t *rfc3339, char out[20])
{
    return say_time_ms(say_time_of(rfc3339), out);
}

// The names of enums, as their values begin with them.
static const char *const prefixes[] = {
    "CASE_STATE_",     "COLOUR_",      "ANSWER_",          "TIER_",         "STATUS_",
    "TEAM_KIND_",      "KIND_",        "SETTLEMENT_",      "AGENCY_",       "OUTCOME_",
    "NOT_MET_REASON_", "FORWARD_TO_",  "RELATIONSHIP_",    "RISK_OUTCOME_", "ACHIEVED_",
    "HARM_TYPE_",      "HARM_LEVEL_",  "HARM_SIGN_",       "CARE_SIGN_",    "SELF_NEGLECT_SIGN_",
    "SLAVERY_SIGN_",   "SOURCE_TYPE_", "SOURCE_CATEGORY_", "SUBJECT_",      "AREA_OF_ABUSE_",
    "GENDER_",         "ETHNICITY_",   "SUPPORT_REASON_",  "RECURRENCE_",   "RISK_SOURCE_",
    "ERROR_",          "WHY_"};

void say_word(const char *name, char *out, size_t size)
{
    size_t n = 0;
    bool found = false;
    for (size_t i = 0; !found && i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t const len = strlen(prefixes[i]);
        found = strncmp(name, prefixes[i], len) == 0;
        if (found) name += len;
    }
    for (; *name && n + 1 < size; name++) {
        out[n++] = !found ? *name : *name == '_' ? ' ' : (char)tolower((unsigned char)*name);
    }
    out[n] = '\0';
}

const char *say_member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static void say_key(FILE *out, const char *key)
{
    size_t const len = strlen(key);
    size_t const end = len > 3 && strcmp(key + len - 3, "_ms") == 0 ? len - 3 : len;
    for (size_t i = 0; i < end; i++) fputc(key[i] == '_' ? ' ' : key[i], out);
}

static void say_scalar(FILE *out, const char *key, const json_t *j, int margin)
{
    char word[64];
    char when[20];
    size_t const len = key ? strlen(key) : 0;
    if (len > 3 && strcmp(key + len - 3, "_ms") == 0 && json_is_string(j)) {
        fputs(say_time(j, when), out);
    } else if (json_is_string(j)) {
        say_word(json_string_value(j), word, sizeof word);
        say_text(out, strlen(word) + 1 < sizeof word ? word : json_string_value(j), margin);
    } else if (json_is_integer(j)) {
        fprintf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(j));
    } else {
        fputs(json_is_true(j) ? "yes" : "no", out);
    }
}

static void say_list(FILE *out, const json_t *j, int margin)
{
    size_t i;
    json_t *item;
    json_array_foreach(j, i, item)
    {
        fprintf(out, "%*s- ", margin, "");
        if (json_is_object(item)) {
            fputc('\n', out);
            say_json(out, item, margin + 2);
        } else {
            say_scalar(out, NULL, item, margin + 2);
            fputc('\n', out);
        }
    }
}

void say_json(FILE *out, const json_t *j, int margin)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)j, key, value)
    {
        fprintf(out, "%*s", margin, "");
        say_key(out, key);
        fputc(':', out);
        if (json_is_object(value)) {
            fputc('\n', out);
            say_json(out, value, margin + 2);
        } else if (json_is_array(value)) {
            fputc('\n', out);
            say_list(out, value, margin + 2);
        } else {
            fputc(' ', out);
            say_scalar(out, key, value, margin + 2);
            fputc('\n', out);
        }
    }
}

int say_data(json_t *j)
{
    bool const ok = j && json_dumpf(j, stdout, JSON_COMPACT) == 0 && fputc('\n', stdout) != EOF &&
                    fflush(stdout) == 0;
    json_decref(j);
    return ok ? EXIT_DONE : EXIT_OURS;
}

void say_problems(struct run *r)
{
    for (size_t i = 0; r->client && i < triage_problem_count(r->client); i++) {
        const char *field = triage_problem_field(r->client, i);
        const char *option = run_option_of(r, field);
        fputs(triage_problem_refused(r->client, i) ? "  refused: " : "  asked: ", stderr);
        if (*option) fprintf(stderr, "--%s, ", option);
        say_text(stderr, field, 4);
        fputs(*field ? ": " : "", stderr);
        say_text(stderr, triage_problem_text(r->client, i), 4);
        fprintf(stderr, " (%s)\n", triage_problem_code(r->client, i));
    }
}
