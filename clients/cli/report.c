// report.c - `triage report`: figures from the daemon, or from a copy of its ledger.
#include "report.h"
#include "figures.h"
#include "json_map.h"
#include "ledger_file.h"
#include "rfc3339.h"
#include "say.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DEFAULT_DAYS = 91, ARENA_BYTES = 64 << 20 };

static const struct {
    const char *name;
    void (*show)(struct run *r, const json_t *report, bool csv);
} kinds[] = {{"timeliness", report_timeliness},
             {"backlog", report_backlog},
             {"notices", report_notices},
             {"quality", report_quality}};

// ---- What was asked ----

static const char *const groupings[] = {"area", "team", "worker", "provider", "rule", "decision"};

static bool ask_by(const struct run *r, enum tally_by *out)
{
    const char *by = run_text(r, "by");
    *out = TALLY_AREA;
    if (!by) return true;
    for (size_t i = 0; i < sizeof groupings / sizeof *groupings; i++) {
        *out = (enum tally_by)i;
        if (strcmp(by, groupings[i]) == 0) return true;
    }
    say_error("--by: area, team, worker, provider, rule or decision, not \"%.40s\"", by);
    return false;
}

bool report_time(const struct run *r, const char *option, int64_t *out)
{
    const char *text = run_text(r, option);
    struct tm tm = {.tm_isdst = -1};
    char rest = 0;
    if (!text) return true;
    if (sscanf(text, "%4d-%2d-%2d%c", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &rest) == 3 &&
        strlen(text) == 10) {
        struct tm const said = tm;
        tm.tm_year -= 1900;
        tm.tm_mon -= 1;
        time_t const at = mktime(&tm);
        *out = (int64_t)at * 1000;
        if (at >= 0 && tm.tm_mday == said.tm_mday && tm.tm_mon == said.tm_mon - 1) return true;
    } else if (strcmp(text, "now") == 0) {
        *out = (int64_t)time(NULL) * 1000;
        return true;
    } else if (rfc3339_parse(text, out)) {
        return true;
    }
    say_error("--%s: a date as 2026-04-01, or a time as 2026-04-01T09:30:00Z, not \"%.40s\"",
              option, text);
    return false;
}

static bool ask_of(const struct run *r, struct tally_ask *ask)
{
    *ask = (struct tally_ask){.to_ms = ((int64_t)time(NULL) + 1) * 1000};
    if (!ask_by(r, &ask->by) || !report_time(r, "to", &ask->to_ms)) return false;
    ask->from_ms = ask->to_ms - DEFAULT_DAYS * DAY_MS;
    if (!report_time(r, "from", &ask->from_ms)) return false;
    if (ask->from_ms < 0) ask->from_ms = 0;
    if (ask->from_ms < ask->to_ms) return true;
    say_error("--from must be before --to");
    return false;
}

// ---- From the daemon ----

static json_t *report_asked(struct run *r, const struct tally_ask *ask, int *code)
{
    char from[RFC3339_BYTES], to[RFC3339_BYTES];
    char *out = NULL;
    rfc3339_write(ask->from_ms, from);
    rfc3339_write(ask->to_ms, to);
    json_t *body =
        json_pack("{ss, ss, ss}", "by", groupings[ask->by], "from_ms", from, "to_ms", to);
    char *in = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    *code = run_open(r);
    if (*code == EXIT_DONE && !r->timeout_ms) triage_set_timeout_ms(r->client, WHOLE_RECORD_MS);
    if (*code == EXIT_DONE) *code = run_end(r, triage_request(r->client, "report", in, &out));
    json_t *reply = out ? json_loads(out, 0, NULL) : NULL;
    json_t *report = json_incref(json_object_get(reply, "report"));
    if (*code != EXIT_DONE && r->json && reply) say_data(json_incref(reply));
    json_decref(reply);
    triage_free(out);
    free(in);
    return report;
}

// ---- From a copy ----

static json_t *report_of_file(const char *folder, const char *key_file, const struct tally_ask *ask,
                              int *code)
{
    Triage__V1__ReportReply reply = TRIAGE__V1__REPORT_REPLY__INIT;
    char why[512] = "";
    struct arena arena;
    struct ledger *ledger = ledger_file_open(folder, key_file, code);
    if (!ledger) return NULL;
    void *memory = malloc(ARENA_BYTES);
    if (memory) arena_init(&arena, memory, ARENA_BYTES);
    enum err const e =
        memory ? figures_of_ledger(ledger, ask, &arena, &reply, why, sizeof why) : ERR_NO_MEMORY;
    ledger_close(ledger);
    json_t *report = e ? NULL : json_from_message(&reply.base, JSON_STYLE_OPEN);
    if (e) say_error("%s: %s", folder, why[0] ? why : err_text(e));
    *code = e ? EXIT_OURS : EXIT_DONE;
    free(memory);
    return report;
}

// ---- The command ----

static int report_run(struct run *r, size_t kind)
{
    struct tally_ask ask;
    int code = EXIT_DONE;
    const char *file = run_text(r, "file");
    bool const csv = run_flag(r, "csv");
    if (!ask_of(r, &ask)) return EXIT_USAGE;
    json_t *report =
        file ? report_of_file(file, run_text(r, "key"), &ask, &code) : report_asked(r, &ask, &code);
    if (!report) return code == EXIT_DONE ? EXIT_OURS : code;
    if (r->json) return say_data(report);
    kinds[kind].show(r, report, csv);
    json_decref(report);
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_OURS;
}

int run_report(struct run *r)
{
    const char *name = r->positional[0];
    if (strcmp(name, "figures") == 0) {
        report_figures();
        return fflush(stdout) == 0 ? EXIT_DONE : EXIT_OURS;
    }
    if (run_flag(r, "csv") && r->json) {
        say_error("--csv or --json, not both");
        return EXIT_USAGE;
    }
    if (strcmp(name, "returns") == 0) return report_returns(r);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(name, kinds[i].name) == 0) return report_run(r, i);
    say_error("there is no report \"%.40s\"; usage: triage report %s", name, r->command->args);
    return EXIT_USAGE;
}
