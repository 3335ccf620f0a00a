// replay.c - what other rules would have said of the cases that are here: asked of the daemon bit
// by bit, or computed over a copy of a ledger.
#include "compare.h"
#include "json_map.h"
#include "ledger_file.h"
#include "report.h"
#include "rfc3339.h"
#include "say.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORD_BYTES = 48, BUSY_TRIES = 50 };

struct replay_run {
    struct run *run;
    json_t *changes, *in_force, *pack; // the list; what was compared
    json_int_t looked_at, cases;
};

// ---- What is shown ----

static void replay_progress(const struct replay_run *p, json_int_t done)
{
    if (!isatty(STDERR_FILENO)) return;
    fprintf(stderr, "\r%lld of %lld cases", (long long)done, (long long)p->cases);
    if (done >= p->cases) fputc('\n', stderr);
}

static const char *change_word(const json_t *change, const char *member, char out[WORD_BYTES])
{
    say_word(say_member(change, member), out, WORD_BYTES);
    return *out ? out : say_member(change, member);
}

// "tier: below threshold -> more information", counted over all changes.
static void totals_count(json_t *totals, const json_t *change, const char *what, const char *was,
                         const char *would)
{
    char from[WORD_BYTES], to[WORD_BYTES], line[160];
    change_word(change, was, from);
    change_word(change, would, to);
    if (strcmp(from, to) == 0) return;
    const char *f = *from ? from : say_member(change, was);
    const char *t = *to ? to : say_member(change, would);
    snprintf(line, sizeof line, "%s: %s -> %s", what, f, t);
    json_int_t const n = json_integer_value(json_object_get(totals, line));
    json_object_set_new(totals, line, json_integer(n + 1));
}

static void team_count(json_t *totals, const json_t *change)
{
    char line[200];
    const char *was = say_member(change, "team_was"), *would = say_member(change, "team_would");
    if (strcmp(was, would) == 0) return;
    snprintf(line, sizeof line, "team: %s -> %s", was, would);
    json_int_t const n = json_integer_value(json_object_get(totals, line));
    json_object_set_new(totals, line, json_integer(n + 1));
}

static bool change_waits(const json_t *change)
{
    const char *state = say_member(change, "state");
    return strcmp(state, "CASE_STATE_QUEUED") == 0 || strcmp(state, "CASE_STATE_IN_TRIAGE") == 0;
}

static json_t *replay_totals(const struct replay_run *p)
{
    size_t i;
    json_t *c, *totals = json_object();
    json_array_foreach(p->changes, i, c)
    {
        totals_count(totals, c, "tier", "tier_was", "tier_would");
        totals_count(totals, c, "colour", "colour_was", "colour_would");
        team_count(totals, c);
    }
    return totals;
}

// What the queues would gain and lose, of the cases that wait now.
static json_t *replay_queues(const struct replay_run *p)
{
    size_t i;
    json_t *c, *queues = json_object();
    json_array_foreach(p->changes, i, c)
    {
        char key[120], word[WORD_BYTES];
        if (!change_waits(c)) continue;
        snprintf(key, sizeof key, "%s %s", say_member(c, "team_was"),
                 change_word(c, "colour_was", word));
        json_object_set_new(queues, key,
                            json_integer(json_integer_value(json_object_get(queues, key)) - 1));
        snprintf(key, sizeof key, "%s %s", say_member(c, "team_would"),
                 change_word(c, "colour_would", word));
        json_object_set_new(queues, key,
                            json_integer(json_integer_value(json_object_get(queues, key)) + 1));
    }
    return queues;
}

static void change_show(struct run *r, const json_t *c)
{
    char when[20], word[WORD_BYTES];
    say_cell(stdout, *say_member(c, "reference") ? say_member(c, "reference") : "-", 14);
    say_cell(stdout, say_time(json_object_get(c, "received_ms"), when), 18);
    say_cell(stdout, change_word(c, "tier_was", word), 18);
    say_cell(stdout, change_word(c, "tier_would", word), 18);
    say_colour(stdout, r, change_word(c, "colour_was", word), 7);
    say_colour(stdout, r, change_word(c, "colour_would", word), 7);
    say_cell(stdout, say_member(c, "team_was"), 18);
    say_cell(stdout, say_member(c, "team_would"), 18);
    puts(json_is_true(json_object_get(c, "unscreened")) ? "CANNOT BE RATED" : "");
}

static void counts_show(const char *title, const json_t *counts, bool signs)
{
    const char *key;
    json_t *n;
    if (json_object_size(counts)) puts(title);
    json_object_foreach((json_t *)(uintptr_t)counts, key, n)
    {
        long long const v = (long long)json_integer_value(n);
        if (v == 0) continue;
        printf(signs ? "  %+6lld  %s\n" : "  %6lld  %s\n", v, key);
    }
}

static int replay_show(struct replay_run *p)
{
    size_t i;
    json_t *c, *totals = replay_totals(p), *queues = replay_queues(p);
    if (p->run->json)
        return say_data(json_pack("{sO?, sO?, sI, sI, sO, so, so}", "in_force", p->in_force, "pack",
                                  p->pack, "looked_at", p->looked_at, "cases", p->cases, "changes",
                                  p->changes, "totals", totals, "queues", queues));
    if (json_array_size(p->changes))
        puts("case          received          tier was          tier would be     was    would  "
             "team was          team would be");
    json_array_foreach(p->changes, i, c) change_show(p->run, c);
    printf("%lld cases looked at, %zu would be rated or routed otherwise\n",
           (long long)p->looked_at, json_array_size(p->changes));
    counts_show("of these:", totals, false);
    counts_show("waiting now, by team and colour:", queues, true);
    json_decref(totals);
    json_decref(queues);
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_OURS;
}

// ---- From the daemon ----

static void replay_take(struct replay_run *p, const json_t *answer)
{
    json_array_extend(p->changes, json_object_get(answer, "changes"));
    p->looked_at += json_integer_value(json_object_get(answer, "looked_at"));
    p->cases = json_integer_value(json_object_get(answer, "cases"));
    json_decref(p->in_force);
    json_decref(p->pack);
    p->in_force = json_incref(json_object_get(answer, "in_force"));
    p->pack = json_incref(json_object_get(answer, "pack"));
}

static enum triage_status replay_part(struct replay_run *p, const char *name, const char *since,
                                      json_int_t *from)
{
    char *out = NULL;
    json_t *body = json_pack("{ss, sI}", "pack", name, "from", *from);
    if (since) json_object_set_new(body, "since_ms", json_string(since));
    char *in = json_dumps(body, JSON_COMPACT);
    enum triage_status s = triage_request(p->run->client, "replay", in, &out);
    json_t *reply = out ? json_loads(out, 0, NULL) : NULL;
    const json_t *answer = json_object_get(reply, "replay");
    if (s == TRIAGE_OK && answer) {
        replay_take(p, answer);
        *from = json_integer_value(json_object_get(answer, "next"));
        replay_progress(p, *from ? *from - 1 : p->cases);
    }
    json_decref(reply);
    json_decref(body);
    triage_free(out);
    free(in);
    return s;
}

static int replay_asked(struct replay_run *p, const char *name, const char *since)
{
    json_int_t from = 0;
    int busy = 0;
    int const open = run_open(p->run);
    if (open != EXIT_DONE) return open;
    do {
        enum triage_status const s = replay_part(p, name, since, &from);
        if (s == TRIAGE_E_BUSY && ++busy < BUSY_TRIES) continue;
        if (s != TRIAGE_OK) return run_end(p->run, s);
    } while (from != 0);
    return replay_show(p);
}

// ---- From a copy ----

static void copy_found(void *ctx, uint64_t case_no, Triage__V1__ReplayChange *change)
{
    struct replay_run *p = ctx;
    char number[32];
    // References are made with the area's key, which a copy of a ledger does not have.
    snprintf(number, sizeof number, "case %llu", (unsigned long long)case_no);
    change->reference = number;
    json_array_append_new(p->changes, json_from_message(&change->base, JSON_STYLE_OPEN));
}

static struct policy *copy_pack(const char *dir, int *code)
{
    struct policy *p = NULL;
    struct policy_report *report = policy_report_open();
    if (report && policy_open(&p, dir, report) != OK) {
        for (size_t i = 0; i < policy_report_count(report); i++) {
            struct policy_problem const one = policy_report_at(report, i);
            if (one.severity == POLICY_REFUSED)
                say_error("%s:%d: %s", one.file, one.line, one.text);
        }
        *code = EXIT_USAGE;
    }
    policy_report_close(report);
    return p;
}

static int copy_compare(struct replay_run *p, const struct policy *was, const struct policy *would,
                        int64_t since_ms)
{
    int code = EXIT_DONE;
    struct comparison c = {
        .was = was, .would = would, .since_ms = since_ms, .found = copy_found, .ctx = p};
    struct ledger *ledger =
        ledger_file_open(run_text(p->run, "file"), run_text(p->run, "key"), &code);
    if (!ledger) return code;
    enum err const e = compare_ledger(ledger, &c);
    ledger_close(ledger);
    p->looked_at = (json_int_t)c.looked_at;
    p->cases = (json_int_t)c.cases;
    if (e) say_error("%s: %s", run_text(p->run, "file"), err_text(e));
    return e ? EXIT_OURS : replay_show(p);
}

static int replay_copied(struct replay_run *p, const char *pack, int64_t since_ms)
{
    const char *against = run_text(p->run, "against");
    int code = EXIT_DONE;
    if (!against) {
        say_error("--against PACK is needed with --file: the rules in force, to compare with");
        return EXIT_USAGE;
    }
    struct policy *was = copy_pack(against, &code), *would = copy_pack(pack, &code);
    if (code == EXIT_DONE) code = copy_compare(p, was, would, since_ms);
    policy_close(was);
    policy_close(would);
    return code;
}

int run_policy_replay(struct run *r, const char *pack)
{
    char since[RFC3339_BYTES];
    int64_t since_ms = 0;
    struct replay_run p = {.run = r};
    if (!report_time(r, "since", &since_ms)) return EXIT_USAGE;
    p.changes = json_array();
    rfc3339_write(since_ms, since);
    int const code = run_text(r, "file")
                         ? replay_copied(&p, pack, since_ms)
                         : replay_asked(&p, pack, run_text(r, "since") ? since : NULL);
    json_decref(p.changes);
    json_decref(p.in_force);
    json_decref(p.pack);
    return code;
}
