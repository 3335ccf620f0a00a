#include "errands.h"

#include "people.h"
#include "safefile.h"
#include "say.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES_MAX = 256 * 1024 };

// ---- One of several ----

struct choice {
    const char *option, *value;
};

// The value of the one flag that was given; NULL, with words, when it was none or several.
static const char *chosen(const struct run *r, const struct choice *of, size_t n)
{
    const char *value = NULL;
    size_t given = 0;
    for (size_t i = 0; i < n; i++) {
        if (!run_flag(r, of[i].option)) continue;
        value = of[i].value;
        given++;
    }
    if (given == 1) return value;
    fputs("triage: say one of:", stderr);
    for (size_t i = 0; i < n; i++) fprintf(stderr, " --%s", of[i].option);
    fputc('\n', stderr);
    return NULL;
}

// A longer text comes from a file.
static bool text_from_file(struct run *r)
{
    size_t len = 0;
    const char *file = run_text(r, "file");
    if (!file) return true;
    if (run_text(r, "text")) {
        say_error("say --text or --file, not both");
        return false;
    }
    char *text = safefile_read(file, TEXT_BYTES_MAX, &len);
    json_t *value = text ? json_stringn(text, len) : NULL;
    if (!value) say_error("%s: %s", file, text ? "not UTF-8" : "cannot be read");
    free(text);
    return value && json_object_set_new(r->values, "text", value) == 0;
}

int run_enquire(struct run *r)
{
    static const struct choice acts[] = {
        {"accept", "WHAT_ACCEPT"}, {"refuse", "WHAT_REFUSE"}, {"report", "WHAT_REPORT"}};
    const char *what = chosen(r, acts, sizeof acts / sizeof *acts);
    if (!what || !text_from_file(r)) return EXIT_USAGE;
    return run_request_with(r, "what", json_string(what));
}

int run_check_report(struct run *r)
{
    static const struct choice acts[] = {{"accept", "WHAT_ACCEPT"},
                                         {"return", "WHAT_RETURN"},
                                         {"extend", "WHAT_EXTEND"},
                                         {"take-back", "WHAT_TAKE_BACK"}};
    const char *what = chosen(r, acts, sizeof acts / sizeof *acts);
    return what ? run_request_with(r, "what", json_string(what)) : EXIT_USAGE;
}

int run_review(struct run *r)
{
    if ((run_text(r, "reviewer") != NULL) == (run_text(r, "result") != NULL)) {
        say_error("say --reviewer, to name who reviews it, or --result, to say how it ends");
        return EXIT_USAGE;
    }
    return run_request(r);
}

int run_take_back(struct run *r)
{
    return run_request_with(r, "take_back", json_true());
}

int run_reassign(struct run *r)
{
    bool const all = r->positional_len == 0;
    if (all && (!run_text(r, "from") || !run_text(r, "team"))) {
        say_error("name one case, or --from and --team for all that somebody leads there");
        return EXIT_USAGE;
    }
    return run_request(r);
}

// ---- Answers: "2: on Monday, by the nurse" ----

static json_t *answer_read(const char *text)
{
    char *end;
    unsigned long const question = strtoul(text, &end, 10);
    if (end == text || *end != ':' || question == 0) {
        say_error(
            "--answer: write the question's number, a colon, and the answer: \"1: on Monday\"");
        return NULL;
    }
    end += 1 + strspn(end + 1, " ");
    return json_pack("{sIss}", "question", (json_int_t)question, "text", end);
}

int run_answer(struct run *r)
{
    size_t i;
    json_t *given, *list = json_array();
    if (!text_from_file(r)) {
        json_decref(list);
        return EXIT_USAGE;
    }
    json_array_foreach(run_list(r, "answer"), i, given)
    {
        json_t *one = answer_read(json_string_value(given));
        if (!one) {
            json_decref(list);
            return EXIT_USAGE;
        }
        json_array_append_new(list, one);
    }
    return run_request_with(r, "answers", list);
}

// ---- For people ----

static void show_due(const json_t *e)
{
    char when[20];
    if (*say_time(json_object_get(e, "due_ms"), when)) printf(" by %s", when);
    if (json_is_true(json_object_get(e, "overdue"))) fputs(" OVERDUE", stdout);
}

static void show_errand(const json_t *e)
{
    const char *who = say_member(e, "who"), *by = say_member(e, "by");
    printf("%2lld ", (long long)json_integer_value(json_object_get(e, "number")));
    say_cell(stdout, say_member(e, "kind"), 12);
    say_cell(stdout, say_member(e, "state"), 20);
    show_due(e);
    if (json_integer_value(json_object_get(e, "asked")))
        printf(" %lld of %lld answered",
               (long long)json_integer_value(json_object_get(e, "answered")),
               (long long)json_integer_value(json_object_get(e, "asked")));
    if (*say_member(e, "why")) printf(" %s", say_member(e, "why"));
    if (*who && strcmp(say_member(e, "kind"), "call") == 0)
        printf(" second address %s %s", who,
               json_is_true(json_object_get(e, "reached")) ? "has it" : "does not have it");
    else if (*who)
        printf(" of %s", who);
    if (*by) printf(" (%s)", by);
    putchar('\n');
}

void show_errands(const json_t *errands)
{
    size_t i;
    json_t *e;
    if (json_array_size(errands)) puts("  what is out:");
    json_array_foreach(errands, i, e)
    {
        fputs("    ", stdout);
        show_errand(e);
    }
}

// No errand of its own: the case is met, and waits for its lead or for another team's answer.
static void show_unled(struct run *r, const json_t *e)
{
    char since[20], text[96] = "met, nobody leads";
    const char *team = say_member(e, "who");
    if (*team) snprintf(text, sizeof text, "offered to %s", team_name(r, team));
    fputs("   ", stdout);
    say_cell(stdout, text, 40);
    show_due(e);
    printf(", decided %s\n", say_time(json_object_get(e, "made_ms"), since));
}

void show_tasks(struct run *r, json_t *reply)
{
    size_t i;
    json_t *task;
    const json_t *tasks = json_object_get(reply, "tasks");
    json_array_foreach(json_object_get(tasks, "tasks"), i, task)
    {
        const json_t *h = json_object_get(task, "case");
        char word[48];
        say_cell(stdout, say_member(h, "reference"), 14);
        say_word(say_member(h, "colour"), word, sizeof word);
        say_colour(stdout, r, word, 7);
        const json_t *errand = json_object_get(task, "errand");
        if (json_integer_value(json_object_get(errand, "number")))
            show_errand(errand);
        else
            show_unled(r, errand);
    }
    fprintf(stderr, "%lld to do\n", (long long)json_integer_value(json_object_get(tasks, "total")));
}

void show_reassigned(struct run *r, json_t *reply)
{
    size_t i;
    json_t *reference;
    const json_t *all = json_object_get(reply, "reassign");
    if (!all) {
        show_case_brief(r, reply);
        return;
    }
    json_array_foreach(json_object_get(all, "references"), i, reference)
        puts(json_string_value(reference));
}
