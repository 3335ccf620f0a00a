// policy.c - work on threshold tables, by the policy room's own tools.
#include "facts.h"
#include "policy_tools.h"
#include "say.h"

#include <string.h>

// The tools speak to no council, and end as such tools do: 0 nothing found, 1 something was (a
// problem, a difference, a row that disagrees), 2 it could not be done.  What is asked of the
// daemon is in pack.c and ends as every other command.
static int policy_end(int tool)
{
    return fflush(stdout) == 0 ? tool : EXIT_OURS;
}

static int run_policy_check(struct run *r, const char *path)
{
    return policy_end(policy_check(path, run_text(r, "date"), r->json, stdout, stderr));
}

static int run_policy_test(struct run *r, const char *path)
{
    return policy_end(policy_test(path, r->json, stdout, stderr));
}

// --input, or --facts as it was called first; standard input when neither is given.
static const char *policy_input(struct run *r)
{
    const char *input = run_text(r, "input"), *facts = run_text(r, "facts");
    return input ? input : facts ? facts : "-";
}

static int run_policy_eval(struct run *r, const char *path)
{
    const char *decision = run_text(r, "decision");
    return policy_end(policy_eval(path, decision, policy_input(r), stdout, stderr));
}

static int run_policy_explain(struct run *r, const char *path)
{
    return policy_end(policy_explain_facts(path, policy_input(r), r->json, stdout, stderr));
}

static int run_policy_diff(struct run *r, const char *path)
{
    return policy_end(policy_diff(path, r->positional[2], r->json, stdout, stderr));
}

static int run_policy_score(struct run *r, const char *path)
{
    return policy_end(policy_score(path, r->positional[2], r->json, stdout, stderr));
}

static int run_policy_show(struct run *r, const char *path)
{
    return policy_end(
        policy_show(path, run_flag(r, "html") ? POLICY_HTML : POLICY_MARKDOWN, stdout, stderr));
}

static int run_policy_tck(struct run *r, const char *path)
{
    return policy_end(run_flag(r, "table") ? policy_tck_table(path, stdout, stderr)
                                           : policy_tck(path, r->json, stdout, stderr));
}

// ---- What a table may read ----

static json_t *fact_json(const struct fact_def *f)
{
    static const char *const types[] = {"yes or no", "number", "code", "codes"};
    json_t *codes = json_array();
    for (const char *const *c = f->codes; c && *c; c++)
        json_array_append_new(codes, json_string(*c));
    return json_pack("{ss, ss, ss, ss, ss, so}", "name", f->name, "type", types[f->type], "whose",
                     f->whose == FACT_COUNCIL ? "council" : "sender", "unit", f->unit, "question",
                     f->question, "codes", codes);
}

static void fact_show(const json_t *j)
{
    size_t i;
    json_t *code;
    say_cell(stdout, say_member(j, "name"), 34);
    say_cell(stdout, say_member(j, "type"), 11);
    say_cell(stdout, say_member(j, "whose"), 9);
    puts(say_member(j, "question"));
    if (json_array_size(json_object_get(j, "codes")) == 0) return;
    printf("%-8s", "");
    json_array_foreach(json_object_get(j, "codes"), i, code) printf(" %s", json_string_value(code));
    putchar('\n');
}

static int run_policy_facts(struct run *r, const char *path)
{
    (void)path;
    json_t *all = json_array();
    for (int i = 0; i < FACT_COUNT; i++) json_array_append_new(all, fact_json(&FACTS[i]));
    size_t i;
    json_t *fact;
    if (r->json) return say_data(all);
    json_array_foreach(all, i, fact) fact_show(fact);
    json_decref(all);
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_OURS;
}

static const struct tool {
    const char *name, *args;
    int words;           // with the name
    const char *options; // its own, beside the global ones; separated by a space
    int (*run)(struct run *r, const char *path);
} tools[] = {
    {"check", "PACK|FILE.dmn [--date DATE]", 2, "date", run_policy_check},
    {"test", "PACK", 2, "", run_policy_test},
    {"score", "PACK SCENARIOS.csv", 3, "", run_policy_score},
    {"show", "PACK|FILE.dmn [--md|--html]", 2, "md html", run_policy_show},
    {"diff", "OLD NEW", 3, "", run_policy_diff},
    {"eval", "PACK|FILE.dmn [--decision NAME] [--input FACTS.json]", 2, "decision input facts",
     run_policy_eval},
    {"explain", "PACK [--input FACTS.json]", 2, "input facts", run_policy_explain},
    {"facts", "", 1, "", run_policy_facts},
    {"tck", "DIR [--table]", 2, "table", run_policy_tck},
    {"status", "", 1, "", run_pack_status},
    {"replay", "NAME [--since DATE] | replay PACK --file DIR --key FILE --against PACK", 2,
     "since file key against", run_policy_replay},
    {"propose", "NAME --reason WORDS", 2, "reason", run_pack_propose},
    {"withdraw", "--reason WORDS", 1, "reason", run_pack_withdraw},
    {"activate", "DIGEST --reason WORDS", 2, "reason", run_pack_activate},
};

static bool is_listed(const char *list, const char *name)
{
    size_t const n = strlen(name);
    for (const char *at = list; (at = strstr(at, name)); at += n)
        if ((at == list || at[-1] == ' ') && (at[n] == ' ' || !at[n])) return true;
    return false;
}

// An option of another tool would be left out of account without a word.
static bool options_fit(const struct run *r, const struct tool *tool)
{
    for (const struct option_row *o = r->command->options; o->name; o++) {
        if (!json_object_get(r->values, o->name) || is_listed(tool->options, o->name)) continue;
        say_error("--%s is not for triage policy %s", o->name, tool->name);
        return false;
    }
    if (run_flag(r, "md") && run_flag(r, "html"))
        say_error("give --md or --html, not both");
    else if (run_text(r, "input") && run_text(r, "facts"))
        say_error("--facts is the same as --input: give one of them");
    else
        return true;
    return false;
}

int run_policy(struct run *r)
{
    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
        const struct tool *tool = &tools[i];
        if (strcmp(r->positional[0], tool->name) != 0) continue;
        if (r->positional_len == tool->words) {
            return options_fit(r, tool) ? tool->run(r, r->positional[1]) : EXIT_USAGE;
        }
        say_error("usage: triage policy %s %s", tool->name, tool->args);
        return EXIT_USAGE;
    }
    say_error("usage: triage policy %s", r->command->args);
    return EXIT_USAGE;
}
