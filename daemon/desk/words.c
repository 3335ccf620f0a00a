#include "words.h"

#include <stdio.h>

void words_init(struct words *w, struct arena *a, size_t cap)
{
    *w = (struct words){.text = arena_alloc(a, cap), .cap = cap};
    CHECK(w->text);
    w->text[0] = 0;
}

const char *words_end(struct words *w, struct arena *a)
{
    size_t const at = (size_t)((uint8_t *)w->text - a->base);
    CHECK(a->used == at + w->cap);
    arena_unwritten(a, at + w->len + 1);
    return w->text;
}

static void words_add_bytes(struct words *w, const char *text, size_t n)
{
    size_t const room = w->cap - 1 - w->len;
    if (n > room) { // Cut where a character ends.
        n = room;
        while (n > 0 && ((uint8_t)text[n] & 0xc0) == 0x80) n--;
    }
    memcpy(w->text + w->len, text, n);
    w->len += n;
    w->text[w->len] = 0;
}

void words_add(struct words *w, const char *text)
{
    if (text) words_add_bytes(w, text, strlen(text));
}

void words_spaced(struct words *w, const char *code)
{
    char letter[2] = "";
    for (; *code; code++) {
        letter[0] = *code == '_' ? ' ' : *code;
        words_add(w, letter);
    }
}

void words_line(struct words *w, const char *before, const char *text)
{
    if (w->len) words_add(w, "\n");
    words_add(w, before);
    words_add(w, text);
}

const char *words_time(struct arena *a, int64_t utc_ms)
{
    static const char *const days[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    if (utc_ms <= 0 || utc_ms == INT64_MAX) return "";
    struct civil const c = civil_local(utc_ms);
    char text[64];
    (void)snprintf(text, sizeof text, "%s %d %s %d, %02d:%02d", days[c.weekday], c.day,
                   months[c.month - 1], c.year, c.hour, c.minute);
    return pb_text(arena_text(a, bytes_text(text)));
}

const char *words_number(struct arena *a, int64_t n)
{
    char text[24];
    if (n == 0) return "";
    (void)snprintf(text, sizeof text, "%lld", (long long)n);
    return pb_text(arena_text(a, bytes_text(text)));
}

static const char *const ANSWERS[] = {
    [ANSWER_UNSET] = "not yet known",
    [ANSWER_YES] = "yes",
    [ANSWER_NO] = "no",
    [ANSWER_NOT_KNOWN] = "not yet known",
};

static void words_question(struct words *w, const char *question, Triage__V1__Answer answer,
                           const char *because)
{
    words_line(w, question, ANSWERS[(unsigned)answer <= ANSWER_NOT_KNOWN ? answer : 0]);
    if (!because || !because[0]) return;
    words_add(w, " - ");
    words_add(w, because);
}

const char *words_questions(struct arena *a, const Triage__V1__ThreeQuestions *q)
{
    struct words w;
    if (!q) return "";
    words_init(&w, a, WORDS_MAX);
    words_question(&w, "1. Does the adult have needs for care and support? ",
                   q->care_and_support_needs, q->care_and_support_needs_because);
    words_question(&w, "2. Are they experiencing, or at risk of, abuse or neglect? ",
                   q->abuse_or_risk, q->abuse_or_risk_because);
    words_question(&w, "3. Do those needs keep them from protecting themselves? ",
                   q->unable_to_protect_self, q->unable_to_protect_self_because);
    return words_end(&w, a);
}

static void words_evidence(struct words *w, const Triage__V1__Reason *r)
{
    for (size_t i = 0; i < r->n_rests_on; i++) {
        words_line(w, "  ", r->rests_on[i]->question);
        words_add(w, " You told us: ");
        words_add(w, r->rests_on[i]->said);
        words_add(w, ".");
    }
}

const char *words_reasons(struct arena *a, Triage__V1__Reason **reasons, size_t n)
{
    struct words w;
    if (n == 0) return "";
    words_init(&w, a, WORDS_MAX);
    for (size_t i = 0; i < n; i++) {
        words_line(&w, "- ", reasons[i]->words);
        if (reasons[i]->guidance && reasons[i]->guidance[0]) {
            words_add(&w, " (");
            words_add(&w, reasons[i]->guidance);
            words_add(&w, ")");
        }
        words_evidence(&w, reasons[i]);
    }
    return words_end(&w, a);
}

const char *words_list(struct arena *a, char **items, size_t n)
{
    struct words w;
    if (n == 0) return "";
    words_init(&w, a, WORDS_MAX);
    for (size_t i = 0; i < n; i++) words_line(&w, "- ", items[i]);
    return words_end(&w, a);
}

// --- Templates. ---

static const char *field_value(const struct words_field *fields, size_t n, const char *name,
                               size_t len)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(fields[i].name) == len && memcmp(fields[i].name, name, len) == 0)
            return fields[i].value ? fields[i].value : "";
    return "";
}

struct line_judgement {
    unsigned fields, empty;
    bool label; // ends with a colon: it announces what follows
};

static struct line_judgement line_judge(const char *line, size_t len,
                                        const struct words_field *fields, size_t n)
{
    struct line_judgement j = {0};
    for (size_t i = 0; i < len; i++) {
        char const *end = line[i] == '{' ? memchr(line + i, '}', len - i) : NULL;
        if (!end) continue;
        j.fields++;
        if (!field_value(fields, n, line + i + 1, (size_t)(end - line) - i - 1)[0]) j.empty++;
        i = (size_t)(end - line);
    }
    j.label = len > 0 && line[len - 1] == ':' && j.fields == 0;
    return j;
}

static void line_fill(struct words *w, const char *line, size_t len,
                      const struct words_field *fields, size_t n)
{
    size_t from = 0;
    for (size_t i = 0; i < len; i++) {
        char const *end = line[i] == '{' ? memchr(line + i, '}', len - i) : NULL;
        if (!end) continue;
        words_add_bytes(w, line + from, i - from);
        words_add(w, field_value(fields, n, line + i + 1, (size_t)(end - line) - i - 1));
        i = (size_t)(end - line);
        from = i + 1;
    }
    words_add_bytes(w, line + from, len - from);
    words_add(w, "\n");
}

void words_fill(struct words *w, const char *template, const struct words_field *fields, size_t n)
{
    char const *label = NULL; // held back until the line that it announces is there
    size_t label_len = 0;
    for (char const *line = template; *line;) {
        size_t const len = strcspn(line, "\n");
        struct line_judgement const j = line_judge(line, len, fields, n);
        if (j.label) {
            label = line;
            label_len = len;
        } else if (j.fields == 0 || j.empty < j.fields) {
            if (label && len) line_fill(w, label, label_len, fields, n);
            line_fill(w, line, len, fields, n);
            label = NULL;
        } else {
            label = NULL;
        }
        line += len + (line[len] == '\n');
    }
    while (w->len && w->text[w->len - 1] == '\n') w->text[--w->len] = 0;
}
