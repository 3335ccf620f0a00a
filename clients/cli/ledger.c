// ledger.c - proofs and erasures, asked of the daemon: the live file is never opened here.
#include "ledger_file.h"
#include "say.h"

#include <stdlib.h>
#include <string.h>

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

static int ledger_erase(struct run *r)
{
    int code;
    if (r->positional_len != 2 || !run_text(r, "reason")) {
        say_error("usage: triage ledger erase REF --reason WORDS");
        return EXIT_USAGE;
    }
    json_t *reply = ledger_ask(
        r, "erase",
        json_pack("{ss, ss}", "reference", r->positional[1], "reason", run_text(r, "reason")),
        &code);
    if (reply && r->json)
        say_data(json_incref(reply));
    else if (code == EXIT_DONE)
        printf("%s: what people wrote is erased\n", r->positional[1]);
    json_decref(reply);
    return code;
}

int run_ledger(struct run *r)
{
    static const struct {
        const char *name;
        int (*run)(struct run *r);
    } asks[] = {{"verify", ledger_verify}, {"head", ledger_head}, {"erase", ledger_erase}};
    const char *file = run_text(r, "file");
    if (file && strcmp(r->positional[0], "verify") == 0) {
        return ledger_file_verify(r, file, run_text(r, "key"));
    }
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        if (strcmp(r->positional[0], asks[i].name) != 0) continue;
        int const code = run_open(r);
        return code == EXIT_DONE ? asks[i].run(r) : code;
    }
    say_error("usage: triage ledger %s", r->command->args);
    return EXIT_USAGE;
}
