// request.c - commands that are one request: options become its body, the table says how.
#include "holds.h"
#include "people.h"
#include "safefile.h"
#include "say.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

// ---- From options to a body ----

// Takes over value.
static void body_set(json_t *body, const char *path, json_t *value)
{
    char name[64];
    for (const char *dot; (dot = strchr(path, '.')); path = dot + 1) {
        snprintf(name, sizeof name, "%.*s", (int)(dot - path), path);
        if (!json_object_get(body, name)) json_object_set_new(body, name, json_object());
        body = json_object_get(body, name);
    }
    json_object_set_new(body, path, value);
}

// "now" and bare dates are for people; the wire has one form.
static json_t *body_time(const char *text)
{
    char out[40];
    time_t const now = time(NULL);
    struct tm tm;
    if (strcmp(text, "now") == 0 && gmtime_r(&now, &tm)) {
        strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%SZ", &tm);
        return json_string(out);
    }
    if (strlen(text) == 10 && text[4] == '-') {
        snprintf(out, sizeof out, "%.10sT00:00:00Z", text);
        return json_string(out);
    }
    return json_string(text);
}

static json_t *body_value(const struct option_row *row, json_t *value)
{
    if (row->kind == OPTION_TIME) return body_time(json_string_value(value));
    return json_incref(value); // a number as text is fine: the library checks it, with the path
}

static json_t *body_from_options(const struct run *r)
{
    json_t *body = json_object();
    for (const struct option_row *row = r->command->options; row && row->name; row++) {
        json_t *value = json_object_get(r->values, row->name);
        if (value && row->path) body_set(body, row->path, body_value(row, value));
    }
    return body;
}

// ---- Asking ----

// *reply: the Reply as JSON, NULL when there is none.  Takes over body.
static enum triage_status ask(struct run *r, const char *request, json_t *body, json_t **reply)
{
    char *in = json_dumps(body, JSON_COMPACT);
    char *out = NULL;
    enum triage_status const s = triage_request(r->client, request, in, &out);
    *reply = out ? json_loads(out, 0, NULL) : NULL;
    triage_free(out);
    free(in);
    json_decref(body);
    return s;
}

// What was asked for, without its envelope; the whole reply when it is a refusal or has no body.
static json_t *answer_body(json_t *reply)
{
    static const char *const bodies[] = {"case",    "mine",     "queue",  "claim",  "look",
                                         "actions", "overview", "reload", "verify", "find",
                                         "tasks",   "reassign", "files",  "teams",  "workers"};
    json_t *body = NULL;
    for (size_t i = 0; !body && i < sizeof bodies / sizeof *bodies; i++) {
        body = json_object_get(reply, bodies[i]);
    }
    json_t *brief = json_object_get(body, "case");
    return json_incref(brief ? brief : body ? body : reply);
}

static int answer_show(struct run *r, json_t *reply, bool fine)
{
    if (r->json) return say_data(fine ? answer_body(reply) : json_incref(reply));
    if (r->command->show)
        r->command->show(r, reply);
    else
        say_json(stdout, reply, 0);
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_OURS;
}

// What cannot be done now, or not by this person, comes with the state as it is.
static void answer_state(const json_t *reply, enum triage_status s)
{
    char word[64];
    const json_t *now = json_object_get(reply, "now");
    if (!now) return;
    say_word(say_member(now, "state"), word, sizeof word);
    fprintf(stderr, "  now: %s is %s (version %lld)", say_member(now, "reference"), word,
            (long long)json_integer_value(json_object_get(now, "version")));
    fputs(*say_member(now, "with") ? ", with " : "", stderr);
    say_text(stderr, say_member(now, "with"), 4);
    fputs(".", stderr);
    // The next try is made against what is looked at.
    if (s == TRIAGE_E_CONFLICT) fputs(" Look at it again: triage case REF --reason ...", stderr);
    fputc('\n', stderr);
}

static void hold_follow(struct run *r, const json_t *reply)
{
    const json_t *brief = json_object_get(json_object_get(reply, "case"), "case");
    const char *reference = say_member(brief, "reference");
    if (!*reference) return;
    if (strcmp(say_member(brief, "state"), "CASE_STATE_IN_TRIAGE") == 0) {
        hold_note(r, reference, json_integer_value(json_object_get(brief, "version")), NULL);
    } else {
        hold_forget(r, reference); // the lease ended with it
    }
}

static int answer_end(struct run *r, enum triage_status s, json_t *reply)
{
    int code = run_end(r, s);
    if (s == TRIAGE_E_CONFLICT || s == TRIAGE_E_FORBIDDEN) answer_state(reply, s);
    if (reply && (code == EXIT_DONE || r->json)) {
        int const shown = answer_show(r, reply, code == EXIT_DONE);
        if (code == EXIT_DONE) code = shown;
    }
    json_decref(reply);
    return code;
}

// ---- Commands on a case ----

// What this desk saw last, or, for a case that it has not taken, what the daemon says now.
static int hold_fill(struct run *r, json_t *body, const char *reference)
{
    json_t *hold = hold_find(r, reference);
    json_t *reply = NULL;
    int code = EXIT_DONE;
    body_set(body, "hold.reference", json_string(reference));
    if (hold) {
        body_set(body, "hold.expected_version", json_incref(json_object_get(hold, "version")));
        json_t *token = json_object_get(hold, "token");
        if (token) body_set(body, "hold.token", json_incref(token));
    } else {
        enum triage_status const s =
            ask(r, "actions", json_pack("{ss}", "reference", reference), &reply);
        json_t *version = json_object_get(json_object_get(reply, "actions"), "version");
        if (s != TRIAGE_OK)
            code = run_end(r, s);
        else if (version)
            body_set(body, "hold.expected_version", json_incref(version));
    }
    json_decref(reply);
    json_decref(hold);
    return code;
}

// Takes over body.
static int request_send(struct run *r, json_t *body)
{
    json_t *reply = NULL;
    int code = run_open(r);
    const char *first = r->positional_len > 0 ? r->positional[0] : NULL;
    if (code == EXIT_DONE && first && (r->command->flags & COMMAND_HOLD))
        code = hold_fill(r, body, first);
    else if (first)
        body_set(body, "reference", json_string(first));
    if (code != EXIT_DONE) {
        json_decref(body);
        return code;
    }
    enum triage_status const s = ask(r, r->command->request, body, &reply);
    bool const done = s == TRIAGE_OK || s == TRIAGE_DUPLICATE;
    if (done && (r->command->flags & COMMAND_HOLD)) hold_follow(r, reply);
    return answer_end(r, s, reply);
}

int run_request(struct run *r)
{
    return request_send(r, body_from_options(r));
}

int run_request_with(struct run *r, const char *path, json_t *value)
{
    json_t *body = body_from_options(r);
    body_set(body, path, value);
    return request_send(r, body);
}

int run_night(struct run *r)
{
    static const char *const acts[][2] = {
        {"safe-tonight", "NIGHT_ACT_SAFE_TONIGHT"},
        {"agreed-by-phone", "NIGHT_ACT_AGREED_BY_TELEPHONE"},
        {"confirm-second", "NIGHT_ACT_CONFIRM"},
        {"restrict", "NIGHT_ACT_RESTRICT"},
        {"unrestrict", "NIGHT_ACT_UNRESTRICT"},
    };
    json_t *body = body_from_options(r);
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        if (strcmp(acts[i][0], r->command->name) == 0)
            body_set(body, "act", json_string(acts[i][1]));
    return request_send(r, body);
}

int run_referral(struct run *r)
{
    static const char *const acts[][2] = {
        {"settle", "REFERRAL_ACT_SETTLE"},
        {"make-concern", "REFERRAL_ACT_MAKE_CONCERN"},
        {"agency-answered", "REFERRAL_ACT_AGENCY_ANSWERED"},
    };
    json_t *body = body_from_options(r);
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        if (strcmp(acts[i][0], r->command->name) == 0)
            body_set(body, "act", json_string(acts[i][1]));
    return request_send(r, body);
}

// No default: agreeing to another's decision is an answer of its own.
int run_second(struct run *r)
{
    if (run_flag(r, "agree") == run_flag(r, "disagree")) {
        say_error("say --agree or --disagree");
        return EXIT_USAGE;
    }
    return run_request(r);
}

int run_supplement(struct run *r)
{
    size_t len = 0;
    const char *file = run_text(r, "concern");
    if (!file) return run_request(r);
    char *text = safefile_read(file, 1 << 20, &len);
    json_error_t error;
    json_t *concern = text ? json_loadb(text, len, JSON_REJECT_DUPLICATES, &error) : NULL;
    free(text);
    if (!concern) {
        if (text)
            say_error("%s:%d:%d: %s", file, error.line, error.column, error.text);
        else
            say_error("%s: cannot be read", file);
        return EXIT_USAGE;
    }
    json_t *inner = json_object_get(concern, "concern");
    json_object_set(r->values, "concern", inner ? inner : concern);
    json_decref(concern);
    return run_request(r);
}

// ---- Claims, looks and queues ----

static void claims_note(struct run *r, const json_t *reply)
{
    size_t i;
    json_t *claimed;
    json_array_foreach(json_object_get(json_object_get(reply, "claim"), "claimed"), i, claimed)
    {
        const json_t *h = json_object_get(claimed, "headline");
        if (!json_object_get(claimed, "token")) continue;
        hold_note(r, say_member(h, "reference"), json_integer_value(json_object_get(h, "version")),
                  say_member(claimed, "token"));
    }
}

// Exit code by the worst of the cases: taken all, or the first that was not.
static int claims_code(const json_t *reply)
{
    size_t i;
    json_t *claimed;
    json_t *all = json_object_get(json_object_get(reply, "claim"), "claimed");
    if (json_array_size(all) == 0) {
        fputs("There is nothing to take.\n", stderr);
        return EXIT_NOT_FOUND;
    }
    json_array_foreach(all, i, claimed)
    {
        const char *status = say_member(claimed, "status");
        if (strcmp(status, "STATUS_NOT_FOUND") == 0) return EXIT_NOT_FOUND;
        if (strcmp(status, "STATUS_OK") && strcmp(status, "STATUS_DUPLICATE")) return EXIT_REFUSED;
    }
    return EXIT_DONE;
}

json_t *run_team(struct run *r, const char *asked)
{
    const char *own = triage_profile_value(r->client, "team");
    if (asked) return json_string(team_id(r, asked));
    if (own && *own) return json_string(own);
    if (triage_ping(r->client, NULL) != TRIAGE_OK) return NULL;
    char *text = triage_server_json(r->client);
    json_t *hello = text ? json_loads(text, 0, NULL) : NULL;
    json_t *team = json_incref(json_array_get(json_object_get(hello, "teams"), 0));
    triage_free(text);
    json_decref(hello);
    return team;
}

int run_take(struct run *r)
{
    json_t *reply = NULL;
    long next = 1;
    if (!run_number(r, "next", 1, 1024, &next)) return EXIT_USAGE;
    int code = run_open(r);
    if (code != EXIT_DONE) return code;
    json_t *body = body_from_options(r);
    json_t *cases = json_array();
    for (int i = 0; i < r->positional_len; i++) {
        json_array_append_new(cases, json_pack("{ss}", "reference", r->positional[i]));
    }
    json_object_set_new(body, "cases", cases);
    if (r->positional_len == 0 && !run_text(r, "next")) {
        json_object_set_new(body, "next", json_integer(1));
    }
    json_t *team = run_team(r, run_text(r, "team"));
    if (team) json_object_set_new(body, "team", team);
    enum triage_status const s = ask(r, "claim", body, &reply);
    if (reply) claims_note(r, reply);
    bool const answered = s == TRIAGE_OK || s == TRIAGE_DUPLICATE;
    int const claimed = answered ? claims_code(reply) : EXIT_DONE;
    code = answer_end(r, s, reply);
    return code != EXIT_DONE ? code : claimed;
}

static int queue_watch(struct run *r, const char *team)
{
    enum triage_status s = triage_follow_queue(r->client, team);
    while (s == TRIAGE_OK || s == TRIAGE_E_TIMEOUT || s == TRIAGE_E_UNREACHABLE) {
        char *text = NULL;
        size_t i;
        json_t *item;
        s = triage_next_queue(r->client, &text, -1);
        if (!text) continue;
        json_t *push = json_loads(text, 0, NULL);
        if (r->json) puts(text);
        json_array_foreach(r->json ? NULL : json_object_get(push, "headlines"), i, item)
            show_headline(r, item);
        json_array_foreach(r->json ? NULL : json_object_get(push, "gone"), i, item)
            printf("%-14sgone\n", json_string_value(item));
        json_decref(push);
        triage_free(text);
        if (fflush(stdout) != 0) return EXIT_OURS;
    }
    return s == TRIAGE_E_INTERRUPTED ? EXIT_DONE : run_end(r, s);
}

// Connects; the team that was typed, or else the only one of this key.  NULL: `code` says why not.
static json_t *team_of(struct run *r, const char *command, int *code)
{
    *code = run_open(r);
    if (*code != EXIT_DONE) return NULL;
    json_t *team = run_team(r, r->positional_len > 0 ? r->positional[0] : NULL);
    if (team) return team;
    if (*triage_last_error(r->client)) {
        *code = run_end(r, TRIAGE_E_UNREACHABLE);
    } else {
        say_error("which team? triage %s TEAM", command);
        *code = EXIT_USAGE;
    }
    return NULL;
}

int run_queue(struct run *r)
{
    json_t *reply = NULL;
    int code;
    json_t *team = team_of(r, "queue", &code);
    if (!team) return code;
    if (run_flag(r, "follow")) {
        int const watched = queue_watch(r, json_string_value(team));
        json_decref(team);
        return watched;
    }
    json_t *body = body_from_options(r);
    json_object_set_new(body, "team", team);
    enum triage_status const s = ask(r, "queue", body, &reply);
    return answer_end(r, s, reply);
}

int run_tasks(struct run *r)
{
    json_t *reply = NULL;
    int code;
    json_t *team = team_of(r, "tasks", &code);
    if (!team) return code;
    json_t *body = body_from_options(r);
    json_object_set_new(body, "team", team);
    enum triage_status const s = ask(r, "tasks", body, &reply);
    return answer_end(r, s, reply);
}

int run_workers(struct run *r)
{
    json_t *reply = NULL;
    int const code = run_open(r);
    if (code != EXIT_DONE) return code;
    json_t *body = body_from_options(r);
    if (r->positional_len > 0)
        json_object_set_new(body, "team", json_string(team_id(r, r->positional[0])));
    enum triage_status const s = ask(r, "workers", body, &reply);
    return answer_end(r, s, reply);
}

// What was typed, as one text: ten digits are an NHS number, SC-... a reference, all else a name.
int run_find(struct run *r)
{
    char typed[256] = "", bare[256] = "";
    size_t n = 0, digits = 0;
    json_t *reply = NULL;
    for (int i = 0; i < r->positional_len; i++) {
        if (strlen(typed) + strlen(r->positional[i]) + 2 > sizeof typed) {
            say_error("that name is too long");
            return EXIT_USAGE;
        }
        if (i > 0) strcat(typed, " ");
        strcat(typed, r->positional[i]);
    }
    for (const char *c = typed; *c; c++)
        if (*c != ' ' && *c != '-') bare[n++] = *c;
    for (const char *c = bare; *c; c++) digits += *c >= '0' && *c <= '9';
    const char *by = digits == n && n > 0 ? "nhs_number" : "name";
    if (strncasecmp(typed, "SC-", 3) == 0) by = "reference";
    int const code = run_open(r);
    if (code != EXIT_DONE) return code;
    json_t *body = body_from_options(r);
    body_set(body, by, json_string(typed));
    enum triage_status const s = ask(r, "find", body, &reply);
    if (s == TRIAGE_OK && json_array_size(json_object_get(json_object_get(reply, "find"), "found")))
        return answer_end(r, s, reply);
    int const ended = answer_end(r, s, reply);
    if (ended == EXIT_DONE && !r->json) fputs("Nobody was found.\n", stderr);
    return ended == EXIT_DONE ? EXIT_NOT_FOUND : ended;
}

int run_case(struct run *r)
{
    json_t *reply = NULL;
    bool const actions = strcmp(r->positional[0], "actions") == 0;
    if (actions && r->positional_len < 2) {
        say_error("which case? triage case actions REF");
        return EXIT_USAGE;
    }
    if (!actions && (r->positional_len > 1 || !run_text(r, "reason"))) {
        say_error("a look is recorded with its reason: triage case REF --reason WORDS");
        return EXIT_USAGE;
    }
    int const code = run_open(r);
    if (code != EXIT_DONE) return code;
    json_t *body = actions ? json_object() : body_from_options(r);
    body_set(body, "reference", json_string(r->positional[actions ? 1 : 0]));
    enum triage_status const s = ask(r, actions ? "actions" : "look", body, &reply);
    const json_t *h = json_object_get(json_object_get(reply, "look"), "headline");
    json_t *hold = h ? hold_find(r, say_member(h, "reference")) : NULL;
    if (hold) { // what was seen is what the next command is about
        hold_note(r, say_member(h, "reference"), json_integer_value(json_object_get(h, "version")),
                  NULL);
    }
    json_decref(hold);
    if (s == TRIAGE_OK && actions && !r->json) {
        show_actions(r, reply);
        json_decref(reply);
        return EXIT_DONE;
    }
    return answer_end(r, s, reply);
}
