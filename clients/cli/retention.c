// retention.c - what is kept how long, and what two managers erase: asked of the daemon.
#include "say.h"

#include <stdlib.h>
#include <string.h>

// NULL: it was refused, and *code says how.  Takes over body.
static json_t *retention_ask(struct run *r, const char *request, json_t *body, int *code)
{
    char *in = json_dumps(body, JSON_COMPACT), *out = NULL;
    enum triage_status const s = triage_request(r->client, request, in, &out);
    json_t *reply = out ? json_loads(out, 0, NULL) : NULL;
    free(in);
    triage_free(out);
    json_decref(body);
    *code = run_end(r, s);
    if (*code == EXIT_DONE) return reply;
    json_decref(reply);
    return NULL;
}

// --- An order. ---

static void order_show(const json_t *reply)
{
    char when[20];
    const json_t *o = json_object_get(json_object_get(reply, "erasure"), "order");
    const char *reference = say_member(o, "reference");
    if (*say_member(reply, "text")) printf("%s\n", say_member(reply, "text"));
    if (!o) {
        puts("Nothing waits for a second manager, and nothing is being erased.");
        return;
    }
    printf("order %s: ", say_member(o, "number"));
    if (*reference)
        printf("%s%s", reference,
               json_is_true(json_object_get(o, "on_request")) ? ", asked for by whom it is about"
                                                              : ", by the schedule");
    else
        printf("all that was due by %s", say_time(json_object_get(o, "at_ms"), when));
    printf("\n  proposed by %s, %s: ", say_member(o, "by"),
           say_time(json_object_get(o, "at_ms"), when));
    say_text(stdout, say_member(o, "reason"), 4);
    if (json_is_true(json_object_get(o, "agreed")))
        puts("\n  agreed, and being erased");
    else
        printf("\n  waits for another manager until %s: triage retention agree %s\n",
               say_time(json_object_get(o, "until_ms"), when), say_member(o, "number"));
}

static int order_ask(struct run *r, const char *request, json_t *body)
{
    int code;
    json_t *reply = retention_ask(r, request, body, &code);
    if (reply && r->json)
        (void)say_data(json_incref(json_object_get(reply, "erasure")));
    else if (reply)
        order_show(reply);
    json_decref(reply);
    return code;
}

int run_erase(struct run *r)
{
    int const code = run_open(r);
    if (code != EXIT_DONE) return code;
    json_t *body = json_pack("{ss, ss, sb}", "reference", r->positional[0], "reason",
                             run_text(r, "reason"), "on_request", run_flag(r, "on-request"));
    return order_ask(r, "erase", body);
}

static int retention_status(struct run *r)
{
    return order_ask(r, "erasure_status", json_object());
}

static int retention_sweep(struct run *r)
{
    const char *reason = run_text(r, "reason");
    return order_ask(r, "sweep", json_pack("{ss}", "reason", reason ? reason : ""));
}

static int retention_answer(struct run *r, const char *answer)
{
    const char *reason = run_text(r, "reason");
    if (r->positional_len != 2) {
        say_error("usage: triage retention %s NUMBER, as triage retention status shows it",
                  r->positional[0]);
        return EXIT_USAGE;
    }
    return order_ask(r, "answer_erasure",
                     json_pack("{ss, ss, ss}", "number", r->positional[1], "agree", answer,
                               "reason", reason ? reason : ""));
}

static int retention_agree(struct run *r)
{
    return retention_answer(r, "ANSWER_YES");
}

static int retention_refuse(struct run *r)
{
    return retention_answer(r, "ANSWER_NO");
}

// --- What is due. ---

static void due_show(const json_t *reply)
{
    char when[20];
    size_t i;
    json_t *c;
    json_array_foreach(json_object_get(reply, "cases"), i, c)
    {
        say_cell(stdout, say_member(c, "reference"), 14);
        say_cell(stdout, say_member(c, "what"), 15);
        say_cell(stdout, say_time(json_object_get(c, "ended_ms"), when), 18);
        say_cell(stdout, say_time(json_object_get(c, "due_ms"), when), 18);
        printf("%s\n", *say_member(c, "bar") ? say_member(c, "bar") : "-");
    }
}

static void due_end(const json_t *reply, size_t n)
{
    size_t i;
    json_t *word;
    const json_t *unset = json_object_get(reply, "unset");
    fprintf(stderr, "%zu due. Nothing was erased.\n", n);
    if (json_array_size(unset) == 0) return;
    fputs("The rules in force give no time for:", stderr);
    json_array_foreach(unset, i, word) fprintf(stderr, " %s", json_string_value(word));
    fputs(". Of these none is ever due: section retention of pack.yaml.\n", stderr);
}

// As many answers as it takes, as one.
static int retention_due(struct run *r)
{
    json_t *all = json_array(), *reply = NULL;
    const char *before = run_text(r, "before"), *after = "";
    char time[40] = "";
    int code = EXIT_DONE;
    bool more = true;
    if (before)
        snprintf(time, sizeof time, "%.19s%s", before, strlen(before) == 10 ? "T00:00:00Z" : "Z");
    while (more && code == EXIT_DONE) {
        json_t *body = json_pack("{ss}", "after_reference", after);
        if (before) json_object_set_new(body, "before_ms", json_string(time));
        json_t *next = retention_ask(r, "retention_due", body, &code);
        if (!next) break;
        json_decref(reply);
        reply = next;
        json_t *due = json_object_get(reply, "retention_due");
        json_t *cases = json_object_get(due, "cases");
        json_array_extend(all, cases);
        more = json_is_true(json_object_get(due, "more")) && json_array_size(cases);
        after = say_member(json_array_get(all, json_array_size(all) - 1), "reference");
    }
    json_t *due = json_object_get(reply, "retention_due");
    if (due) json_object_set(due, "cases", all);
    if (due) json_object_del(due, "more");
    if (code == EXIT_DONE && due && r->json) {
        (void)say_data(json_incref(due));
    } else if (code == EXIT_DONE && due) {
        if (json_array_size(all))
            puts("reference     class          ended             due since         bar");
        due_show(due);
        due_end(due, json_array_size(all));
    }
    json_decref(reply);
    json_decref(all);
    return code;
}

int run_retention(struct run *r)
{
    static const struct {
        const char *name;
        int (*run)(struct run *r);
    } asks[] = {{"due", retention_due},
                {"status", retention_status},
                {"sweep", retention_sweep},
                {"agree", retention_agree},
                {"refuse", retention_refuse}};
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        if (strcmp(r->positional[0], asks[i].name) != 0) continue;
        int const code = run_open(r);
        return code == EXIT_DONE ? asks[i].run(r) : code;
    }
    say_error("usage: triage retention %s", r->command->args);
    return EXIT_USAGE;
}
