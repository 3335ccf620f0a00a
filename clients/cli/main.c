// main.c - arguments, help and exit codes of the command `triage`.
#include "say.h"

#include <getopt.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// ---- Help ----

static void help_options(FILE *out, const struct option_row *rows)
{
    for (; rows && rows->name; rows++) {
        char name[64];
        snprintf(name, sizeof name, "--%s%s%s", rows->name, rows->arg ? " " : "",
                 rows->arg ? rows->arg : "");
        fprintf(out, "  %-28s %s%s\n", name, rows->help, rows->needed ? " (needed)" : "");
    }
}

static void help_command(FILE *out, const struct command *c)
{
    fprintf(out, "triage %s %s\n\n%s\n", c->name, c->args, c->help);
    if (c->options) fputs("\nOptions:\n", out);
    help_options(out, c->options);
    fputs("\nFor every command:\n", out);
    help_options(out, options_global);
    fputs("\nExamples:\n", out);
    for (const char *line = c->example; line && *line;) {
        size_t const len = strcspn(line, "\n");
        fprintf(out, "  %.*s\n", (int)len, line);
        line += len + (line[len] == '\n');
    }
}

static void help_all(FILE *out)
{
    fputs("triage - send safeguarding concerns, hear what became of them, work queues\n\n"
          "Usage: triage COMMAND [arguments] [options]\n",
          out);
    for (const struct command_group *g = command_groups; g->commands; g++) {
        fprintf(out, "\n%s:\n", g->title);
        for (const struct command *c = g->commands; c->name; c++)
            fprintf(out, "  %-17s %s\n", c->name, c->help);
    }
    fputs("\nFor every command:\n", out);
    help_options(out, options_global);
    fputs("\nEach with its options and examples: triage COMMAND --help\n"
          "Exit codes: 0 done, 1 a fault of ours, 2 usage, 3 refused, 4 unreachable or no answer,\n"
          "5 keys, 6 not found\n",
          out);
}

// ---- Arguments ----

static const struct option_row *option_at(const struct command *c, int index)
{
    int n = 0;
    for (const struct option_row *o = options_global; o->name; o++, n++) {
        if (n == index) return o;
    }
    for (const struct option_row *o = c ? c->options : NULL; o && o->name; o++, n++) {
        if (n == index) return o;
    }
    return NULL;
}

static void options_fill(const struct command *c, struct option out[OPTIONS_MAX])
{
    int i = 0;
    for (const struct option_row *o; i + 1 < OPTIONS_MAX && (o = option_at(c, i)); i++) {
        out[i] = (struct option){o->name, o->kind == OPTION_FLAG ? no_argument : required_argument,
                                 NULL, 0};
    }
    out[i] = (struct option){0};
}

static bool option_take(struct run *r, const struct option_row *o, const char *value)
{
    if (o->kind == OPTION_FLAG) return json_object_set_new(r->values, o->name, json_true()) == 0;
    json_t *text = json_string(value);
    if (!text) {
        say_error("--%s: not UTF-8", o->name);
        return false;
    }
    if (o->kind != OPTION_LIST) {
        if (json_object_get(r->values, o->name)) {
            say_error("--%s is given twice", o->name);
            json_decref(text);
            return false;
        }
        return json_object_set_new(r->values, o->name, text) == 0;
    }
    if (!json_object_get(r->values, o->name)) {
        json_object_set_new(r->values, o->name, json_array());
    }
    return json_array_append_new(json_object_get(r->values, o->name), text) == 0;
}

// Options before the command's name are the global ones; "+" stops at the name.
static bool options_parse(struct run *r, const struct command *c, int argc, char **argv)
{
    struct option longs[OPTIONS_MAX];
    int index = 0;
    int ch;
    options_fill(c, longs);
    while ((ch = getopt_long(argc, argv, c ? "h" : "+h", longs, &index)) != -1) {
        const struct option_row *o = ch == 'h' ? NULL : option_at(c, index);
        if (ch == '?') return false;
        if (ch == 'h')
            json_object_set_new(r->values, "help", json_true());
        else if (!option_take(r, o, optarg))
            return false;
    }
    return true;
}

static bool options_needed(const struct run *r)
{
    bool ok = true;
    for (const struct option_row *o = r->command->options; o && o->name; o++) {
        if (!o->needed || json_object_get(r->values, o->name)) continue;
        say_error("--%s %s is needed: %s", o->name, o->arg ? o->arg : "", o->help);
        ok = false;
    }
    return ok;
}

// What is sent as text must be text.
static bool words_sent(const struct run *r)
{
    for (int i = 0; i < r->positional_len; i++) {
        json_t *text = json_string(r->positional[i]);
        if (!text) {
            say_error("argument %d: not UTF-8", i + 1);
            return false;
        }
        json_decref(text);
    }
    return true;
}

// ---- Running ----

static bool run_globals(struct run *r)
{
    long seconds = 0;
    const char *no_colour = getenv("NO_COLOR");
    r->profile_path = run_text(r, "profile");
    r->worker = run_text(r, "worker");
    r->json = run_flag(r, "json");
    r->operator_endpoint = run_text(r, "operator");
    if (!r->operator_endpoint) r->operator_endpoint = getenv("TRIAGE_OPERATOR");
    if (r->operator_endpoint && !*r->operator_endpoint) r->operator_endpoint = NULL;
    if (r->operator_endpoint && strncmp(r->operator_endpoint, "ipc://", 6) != 0) {
        say_error(
            "--operator: expected the daemon's local socket, as ipc:///run/triaged/operator.sock");
        return false;
    }
    r->colour = isatty(STDOUT_FILENO) && !(no_colour && *no_colour);
    if (!run_number(r, "timeout", 1, 86400, &seconds)) return false;
    r->timeout_ms = (int)seconds * 1000;
    return true;
}

static int run_command(struct run *r)
{
    const struct command *c = r->command;
    if (run_flag(r, "help")) {
        help_command(stdout, c);
        return EXIT_DONE;
    }
    if (r->positional_len < c->positional_min || r->positional_len > c->positional_max) {
        say_error("usage: triage %s %s", c->name, c->args);
        return EXIT_USAGE;
    }
    if (!options_needed(r) || !words_sent(r) || !run_globals(r)) return EXIT_USAGE;
    return c->run(r);
}

static int run_words(struct run *r, int argc, char **argv)
{
    opterr = 1;
    if (!options_parse(r, NULL, argc, argv)) return EXIT_USAGE;
    if (run_flag(r, "version")) {
        printf("triage %s\n", triage_version());
        return EXIT_DONE;
    }
    if (optind >= argc) {
        bool const asked = run_flag(r, "help");
        help_all(asked ? stdout : stderr);
        return asked ? EXIT_DONE : EXIT_USAGE;
    }
    const char *name = argv[optind];
    if (strcmp(name, "help") == 0) {
        r->command = optind + 1 < argc ? command_find(argv[optind + 1]) : NULL;
        if (optind + 1 < argc && !r->command) {
            say_error("there is no command \"%.40s\"; see: triage --help", argv[optind + 1]);
            return EXIT_USAGE;
        }
        if (r->command)
            help_command(stdout, r->command);
        else
            help_all(stdout);
        return EXIT_DONE;
    }
    if (!(r->command = command_find(name))) {
        say_error("there is no command \"%.40s\"; see: triage --help", name);
        return EXIT_USAGE;
    }
    argc -= optind;
    argv += optind;
    optind = 0; // glibc: start anew
    char asked[64];
    snprintf(asked, sizeof asked, "triage %s", r->command->name);
    argv[0] = asked; // what getopt complains under
    if (!options_parse(r, r->command, argc, argv)) return EXIT_USAGE;
    r->positional = argv + optind;
    r->positional_len = argc - optind;
    return run_command(r);
}

int main(int argc, char **argv)
{
    struct run r = {.values = json_object()};
    setlocale(LC_CTYPE, "");
    run_signals();
    int const code = r.values ? run_words(&r, argc, argv) : EXIT_OURS;
    run_close(&r);
    json_decref(r.values);
    return code;
}
