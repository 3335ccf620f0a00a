// ledger.c - proofs and backups, asked of the daemon: the live file is never opened here.
#include "ledger_file.h"
#include "safefile.h"
#include "say.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static json_t *ledger_ask(struct run *r, const char *request, json_t *body, int *code)
{
    char *in = json_dumps(body, JSON_COMPACT);
    char *out = NULL;
    enum triage_status const s = triage_request(r->client, request, in, &out);
    json_t *reply = out ? json_loads(out, 0, NULL) : NULL;
    *code = run_end(r, s);
    triage_free(out);
    free(in);
    json_decref(body);
    return reply;
}

static int ledger_verify(struct run *r)
{
    int code;
    json_t *reply = ledger_ask(r, "verify", json_object(), &code);
    const json_t *v = json_object_get(reply, "verify");
    const char *problem = say_member(v, "problem");
    if (code == EXIT_DONE && *problem) code = EXIT_OURS;
    if (reply && r->json) {
        say_data(json_incref(reply));
    } else if (v && !*problem) {
        printf("proven: %s records of %s cases\n",
               *say_member(v, "records") ? say_member(v, "records") : "0",
               *say_member(v, "cases") ? say_member(v, "cases") : "0");
    } else if (v) {
        fputs("NOT PROVEN: ", stderr);
        say_text(stderr, problem, 2);
        fputc('\n', stderr);
    }
    json_decref(reply);
    return code;
}

static int ledger_head(struct run *r)
{
    int code;
    json_t *reply = ledger_ask(r, "overview", json_object(), &code);
    const json_t *o = json_object_get(reply, "overview");
    if (reply && r->json)
        say_data(json_incref(reply));
    else if (o)
        printf("%s\n", *say_member(o, "head_seq") ? say_member(o, "head_seq") : "0");
    json_decref(reply);
    return code;
}

static int ledger_checkpoint(struct run *r)
{
    int code;
    const char *out = run_text(r, "out");
    json_t *reply = ledger_ask(r, "checkpoint", json_object(), &code);
    const char *text = say_member(json_object_get(reply, "checkpoint"), "text");
    if (code == EXIT_DONE && out && !safefile_write(out, text, strlen(text), 0644)) {
        say_error("%s: %s", out, strerror(errno));
        code = EXIT_OURS;
    } else if (code == EXIT_DONE && r->json) {
        say_data(json_incref(reply));
    } else if (code == EXIT_DONE && !out) {
        fputs(text, stdout);
    }
    json_decref(reply);
    return code;
}

#define BACKUP_ASK_MS 100 // between two questions how far it is

static int backup_tell(struct run *r, json_t *reply, const json_t *b)
{
    const char *problem = say_member(b, "problem");
    if (r->json)
        say_data(json_incref(reply));
    else if (!*problem)
        printf("%s\n", say_member(b, "folder"));
    if (!*problem) return EXIT_DONE;
    say_error("the backup failed: %s", problem);
    return EXIT_OURS;
}

// The daemon makes it, beside its work; here we wait for the end.
static int ledger_backup_make(struct run *r)
{
    int code;
    json_t *reply = ledger_ask(r, "backup", json_pack("{sb}", "start", 1), &code);
    while (code == EXIT_DONE &&
           json_is_true(json_object_get(json_object_get(reply, "backup"), "running"))) {
        struct timespec const pause = {.tv_nsec = (long)BACKUP_ASK_MS * 1000000};
        json_decref(reply);
        (void)nanosleep(&pause, NULL);
        reply = ledger_ask(r, "backup", json_object(), &code);
    }
    if (code == EXIT_DONE) code = backup_tell(r, reply, json_object_get(reply, "backup"));
    json_decref(reply);
    return code;
}

// What is asked of files, with no daemon; false when this is not.
static bool ledger_offline(struct run *r, int *code)
{
    const char *what = r->positional[0], *file = run_text(r, "file");
    bool const drill = strcmp(what, "drill") == 0;
    if (drill || strcmp(what, "restore") == 0) {
        if (r->positional_len != 2) say_error("usage: triage ledger %s BACKUP", what);
        *code = r->positional_len == 2 ? ledger_restore(r, r->positional[1], drill) : EXIT_USAGE;
        return true;
    }
    if (strcmp(what, "verify") != 0) return false;
    if (!file && run_text(r, "checkpoint")) {
        say_error("--checkpoint proves a copy: name its folder with --file DIR");
        *code = EXIT_USAGE;
        return true;
    }
    if (file) *code = ledger_file_verify(r, file, run_text(r, "key"));
    return file != NULL;
}

int run_ledger(struct run *r)
{
    static const struct {
        const char *name;
        int (*run)(struct run *r);
    } asks[] = {{"verify", ledger_verify},
                {"head", ledger_head},
                {"checkpoint", ledger_checkpoint},
                {"backup", ledger_backup_make}};
    int code;
    if (ledger_offline(r, &code)) return code;
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        if (strcmp(r->positional[0], asks[i].name) != 0) continue;
        code = run_open(r);
        return code == EXIT_DONE ? asks[i].run(r) : code;
    }
    say_error("usage: triage ledger %s", r->command->args);
    return EXIT_USAGE;
}
