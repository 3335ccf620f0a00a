// run.c - one run of a command: its options, its client, its end.
#include "say.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *run_text(const struct run *r, const char *option)
{
    return json_string_value(json_object_get(r->values, option));
}

bool run_flag(const struct run *r, const char *option)
{
    return json_is_true(json_object_get(r->values, option));
}

json_t *run_list(const struct run *r, const char *option)
{
    return json_object_get(r->values, option);
}

bool run_number(const struct run *r, const char *option, long min, long max, long *out)
{
    const char *text = run_text(r, option);
    char *end;
    if (!text) return true;
    long const value = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || value < min || value > max) {
        say_error("--%s: expected a whole number from %ld to %ld", option, min, max);
        return false;
    }
    *out = value;
    return true;
}

// ---- The client ----

static struct triage_client *interruptible;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    if (interruptible)
        triage_interrupt(interruptible);
    else
        _exit(130);
}

int run_open(struct run *r)
{
    char why[512] = "";
    enum triage_status s;
    if (r->client) return EXIT_DONE;
    if (r->operator_endpoint && (r->command->flags & COMMAND_OPERATOR)) {
        s = triage_open_local(&r->client, r->operator_endpoint, why, sizeof why);
    } else {
        s = triage_open(&r->client, r->profile_path, why, sizeof why);
    }
    if (s != TRIAGE_OK) {
        say_error("%s", *why ? why : triage_status_text(s));
        return status_exit(s);
    }
    if (r->timeout_ms) triage_set_timeout_ms(r->client, (uint32_t)r->timeout_ms);
    if (r->worker && triage_set_worker(r->client, r->worker) != TRIAGE_OK) {
        say_error("%s", triage_last_error(r->client));
        return EXIT_USAGE;
    }
    interruptible = r->client;
    return EXIT_DONE;
}

static const struct {
    enum triage_status status;
    int code;
} exits[] = {
    {TRIAGE_OK, EXIT_DONE},          {TRIAGE_DUPLICATE, EXIT_DONE},
    {TRIAGE_E_ARGUMENT, EXIT_USAGE}, {TRIAGE_E_NOT_FOUND, EXIT_NOT_FOUND},
    {TRIAGE_E_NO_MEMORY, EXIT_OURS}, {TRIAGE_E_OUTBOX, EXIT_OURS},
};

int status_exit(enum triage_status s)
{
    for (size_t i = 0; i < sizeof exits / sizeof *exits; i++) {
        if (exits[i].status == s) return exits[i].code;
    }
    if (s >= TRIAGE_E_TIMEOUT) return EXIT_UNREACHABLE;
    return s >= TRIAGE_E_KEY_UNKNOWN ? EXIT_KEYS : EXIT_REFUSED;
}

// The option that fills a place of the request ("types[0]" is one of several), "" where none does.
static const char *option_of(const struct run *r, const char *place, size_t len)
{
    const struct option_row *o = r->command ? r->command->options : NULL;
    const char *several = memchr(place, '[', len);
    if (several) len = (size_t)(several - place);
    for (; o && o->name; o++)
        if (o->path && strlen(o->path) == len && strncmp(o->path, place, len) == 0) return o->name;
    return "";
}

const char *run_option_of(const struct run *r, const char *field)
{
    const char *request = r->command && r->command->request ? r->command->request : "";
    size_t len = strlen(request);
    if (len == 0 || strncmp(field, request, len) != 0) return "";
    if (field[len] == '_') len++; // "return_": a word of C's
    if (field[len] != '.') return "";
    return option_of(r, field + len + 1, strlen(field + len + 1));
}

// What cannot be sent is told by its place in the request; people typed an option.
static const char *words_of_option(const struct run *r, const char *words)
{
    const char *colon = strstr(words, ": ");
    const char *option = colon ? option_of(r, words, (size_t)(colon - words)) : "";
    if (!*option) return words;
    fprintf(stderr, "--%s", option);
    return colon;
}

int run_end(struct run *r, enum triage_status s)
{
    int const code = status_exit(s);
    if (code == EXIT_DONE) return code;
    const char *words = r->client ? triage_last_error(r->client) : "";
    fprintf(stderr, "triage: %s: ", triage_status_name(s));
    if (s == TRIAGE_E_ARGUMENT) words = words_of_option(r, words);
    say_text(stderr, *words ? words : triage_status_text(s), 2);
    fputc('\n', stderr);
    say_problems(r);
    return code;
}

void run_signals(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

void run_close(struct run *r)
{
    interruptible = NULL;
    triage_close(r->client);
    r->client = NULL;
    json_decref(r->teams);
    r->teams = NULL;
}
