// submit.c - concerns from files to receipts.
#include "attach.h"
#include "safefile.h"
#include "say.h"

#include <ctype.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { INPUT_BYTES_MAX = 256 << 20, CONCERNS_MAX = 100000, SUBMIT_MS = 60000, PROGRESS_MIN = 8 };

// What is being sent, and how it went.
struct batch {
    struct run *run;
    struct triage_concern **concerns;
    size_t len, max, read, answered, received;
    int worst; // exit code
    json_t *references;
    char advice[512];
    bool progress;
};

// ---- Reading ----

static bool batch_add(struct batch *b, struct triage_concern *n)
{
    if (b->len == CONCERNS_MAX) {
        say_error("more than %d concerns at once", CONCERNS_MAX);
        return false;
    }
    if (b->len == b->max) {
        size_t const max = b->max ? b->max * 2 : 16;
        struct triage_concern **more = realloc(b->concerns, max * sizeof *more);
        if (!more) return false;
        b->concerns = more;
        b->max = max;
    }
    b->concerns[b->len++] = n;
    return true;
}

static bool batch_read_one(struct batch *b, const json_t *j, const char *name)
{
    char why[320] = "";
    struct triage_concern *n = NULL;
    char *text = json_dumps(j, JSON_COMPACT | JSON_ENCODE_ANY);
    enum triage_status const s =
        text ? triage_concern_from_json(&n, text, strlen(text), why, sizeof why)
             : TRIAGE_E_NO_MEMORY;
    free(text);
    b->read++;
    if (s == TRIAGE_OK && batch_add(b, n)) return true;
    triage_concern_free(n);
    if (s == TRIAGE_OK) return false;
    // The others of its batch go: one that is wrong must not keep them here.
    say_error("%s: concern %zu: %s", name, b->read, why);
    b->worst = EXIT_REFUSED;
    return true;
}

static bool batch_read_value(struct batch *b, const json_t *j, const char *name)
{
    size_t i;
    json_t *item;
    if (!json_is_array(j)) return batch_read_one(b, j, name);
    json_array_foreach(j, i, item)
    {
        if (!batch_read_one(b, item, name)) return false;
    }
    return true;
}

static int line_of(const char *text, const char *at)
{
    int line = 1;
    for (; text < at; text++) line += *text == '\n';
    return line;
}

// One value, an array, or one value a line: all are values one after another.
static int batch_read_text(struct batch *b, const char *text, size_t len, const char *name)
{
    const char *at = text;
    const char *end = text + len;
    while (at < end) {
        json_error_t error;
        if (isspace((unsigned char)*at)) {
            at++;
            continue;
        }
        json_t *j =
            json_loadb(at, (size_t)(end - at),
                       JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, &error);
        if (!j) {
            say_error("%s: line %d, column %d: %s", name, line_of(text, at) + error.line - 1,
                      error.column, error.text);
            return EXIT_REFUSED;
        }
        bool const ok = batch_read_value(b, j, name);
        json_decref(j);
        if (!ok) return EXIT_REFUSED;
        at += error.position;
    }
    return EXIT_DONE;
}

static char *stdin_read(size_t *len)
{
    char *text = NULL;
    size_t max = 0;
    *len = 0;
    for (;;) {
        if (*len == max) {
            max = max ? max * 2 : 65536;
            char *more = max <= INPUT_BYTES_MAX ? realloc(text, max) : NULL;
            if (!more) break;
            text = more;
        }
        size_t const n = fread(text + *len, 1, max - *len, stdin);
        if (n == 0 && !ferror(stdin)) return text;
        if (n == 0) break;
        *len += n;
    }
    free(text);
    return NULL;
}

static int batch_read_file(struct batch *b, const char *path)
{
    size_t len = 0;
    bool const piped = strcmp(path, "-") == 0;
    char *text = piped ? stdin_read(&len) : safefile_read(path, INPUT_BYTES_MAX, &len);
    if (!text) {
        say_error("%s: cannot be read", piped ? "stdin" : path);
        return EXIT_USAGE;
    }
    int const code = batch_read_text(b, text, len, piped ? "stdin" : path);
    free(text);
    return code;
}

// Files are named before the concern is sent, so that it says what is to come.
static int batch_attach(struct batch *b)
{
    size_t i;
    json_t *path;
    char why[512];
    json_t *files = run_list(b->run, "attach");
    if (files && b->len != 1) {
        say_error("--attach: for one concern");
        return EXIT_USAGE;
    }
    json_array_foreach(files, i, path)
    {
        if (triage_concern_attach(b->concerns[0], json_string_value(path), why, sizeof why) ==
            TRIAGE_OK)
            continue;
        say_error("%s", why);
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

// To each adult's case: each keeps its own.
static int batch_send_files(struct batch *b)
{
    size_t i;
    json_t *path, *unused;
    const char *reference;
    json_object_foreach(b->references, reference, unused)
    {
        json_array_foreach(run_list(b->run, "attach"), i, path)
        {
            int const code = attach_one(b->run, reference, json_string_value(path));
            if (code != EXIT_DONE) return code;
        }
    }
    return EXIT_DONE;
}

static int batch_read(struct batch *b)
{
    struct run *r = b->run;
    int code = EXIT_DONE;
    for (int i = 0; code == EXIT_DONE && i < r->positional_len; i++) {
        code = batch_read_file(b, r->positional[i]);
    }
    if (r->positional_len == 0 && !(run_text(r, "outbox") && isatty(STDIN_FILENO))) {
        code = batch_read_file(b, "-");
    }
    if (code == EXIT_DONE && b->len == 0 && b->worst) return b->worst;
    if (code == EXIT_DONE && b->len == 0 && !run_text(r, "outbox")) {
        say_error("there is no concern to send");
        return EXIT_USAGE;
    }
    if (code == EXIT_DONE && run_text(r, "key") &&
        (b->len != 1 || triage_concern_set_key(b->concerns[0], run_text(r, "key")) != TRIAGE_OK)) {
        say_error("--key: expected a UUID, for one concern");
        return EXIT_USAGE;
    }
    if (code == EXIT_DONE) code = batch_attach(b);
    for (size_t i = 0; i < b->len && run_text(r, "on-behalf-of"); i++) {
        triage_concern_on_behalf_of(b->concerns[i], run_text(r, "on-behalf-of"));
    }
    for (size_t i = 0; i < b->len && run_text(r, "kind"); i++) {
        if (triage_concern_set_kind(b->concerns[i], run_text(r, "kind")) == TRIAGE_OK) continue;
        say_error("--kind: no kind of referral is called so: see `triage submit --help`");
        return EXIT_USAGE;
    }
    return code;
}

// ---- Receipts ----

static void batch_progress(const struct batch *b)
{
    if (!b->progress) return;
    fprintf(stderr, "\r%zu of %zu answered, %zu received", b->answered, b->len, b->received);
    if (b->answered >= b->len) fputc('\n', stderr);
}

static void receipt_show(struct batch *b, const struct triage_receipt *t)
{
    char when[20];
    for (size_t i = 0; i < triage_receipt_adult_count(t); i++) {
        say_cell(stdout, triage_receipt_reference(t, i), 14);
        say_colour(stdout, b->run, triage_receipt_colour(t, i), 7);
        int64_t const decide_by_ms = triage_receipt_decide_by_ms(t, i);
        if (decide_by_ms)
            printf("decide by %s\n", say_time_ms(decide_by_ms, when));
        else
            puts("recorded"); // a log: nobody has to decide anything
        if (!b->references) continue;
        json_object_set_new(b->references, triage_receipt_reference(t, i), json_true());
    }
}

static void receipt_json(enum triage_status s, const char *key, const struct triage_receipt *t,
                         const char *words)
{
    char *text = t ? triage_receipt_json(t) : NULL;
    json_t *j = text ? json_loads(text, 0, NULL) : json_object();
    json_object_set_new(j, "key", json_string(key));
    json_object_set_new(j, "result", json_string(triage_status_name(s)));
    if (*words) json_object_set_new(j, "text", json_string(words));
    json_dumpf(j, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(j);
    triage_free(text);
}

// What was stored with gaps: the council will ask for these.  Its advice once, as the last word.
static void receipt_asked(struct batch *b, const struct triage_receipt *t)
{
    if (t && triage_problem_count(b->run->client) > 0) {
        fprintf(stderr, "%s: received; the council will ask:\n", triage_receipt_reference(t, 0));
        say_problems(b->run);
    }
    if (t && *triage_receipt_advice(t)) {
        snprintf(b->advice, sizeof b->advice, "%s", triage_receipt_advice(t));
    }
}

static void receipt_take(void *user, enum triage_status s, const char *key,
                         const struct triage_receipt *t)
{
    struct batch *b = user;
    bool const held = s == TRIAGE_OK || s == TRIAGE_DUPLICATE;
    int const code = status_exit(s);
    if (b->run->json) receipt_json(s, key, t, triage_last_error(b->run->client));
    if (t && held) {
        if (b->run->json) {
            for (size_t i = 0; b->references && i < triage_receipt_adult_count(t); i++) {
                json_object_set_new(b->references, triage_receipt_reference(t, i), json_true());
            }
        } else {
            receipt_show(b, t);
        }
    }
    b->answered++;
    b->received += held;
    if (code != EXIT_DONE && b->worst == EXIT_DONE) b->worst = code;
    if (!held) {
        if (b->progress) fputc('\n', stderr);
        fprintf(stderr, "%s: ", key);
        run_end(b->run, s);
        if (triage_status_is_retryable(s)) {
            fprintf(stderr, "%s: %s\n", key, triage_not_received_sentence(b->run->client));
        }
    } else {
        receipt_asked(b, t);
    }
    batch_progress(b);
}

static void receipt_late(void *user, const char *key, const char *sentence)
{
    (void)user;
    fprintf(stderr, "%s: %s\n", key, sentence);
}

// ---- Sending ----

static int64_t batch_now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

// What an earlier run left in the outbox: sent beside the new ones, and waited for here.
static void batch_drain(struct batch *b, int64_t until)
{
    struct triage_client *c = b->run->client;
    while (triage_waiting_count(c) > 0 && batch_now_ms() < until) {
        struct pollfd p = {.fd = triage_fd(c), .events = POLLIN};
        int const wait = triage_next_deadline_ms(c);
        if (wait != 0 && poll(&p, 1, wait < 0 || wait > 1000 ? 1000 : wait) < 0) break;
        enum triage_status const s = triage_dispatch(c);
        if (s == TRIAGE_E_INTERRUPTED) break;
        if (s != TRIAGE_OK && !triage_status_is_retryable(s)) break;
    }
    if (triage_waiting_count(c) == 0) return;
    fprintf(stderr, "%zu still in the outbox without a receipt. %s\n", triage_waiting_count(c),
            triage_not_received_sentence(c));
    if (b->worst == EXIT_DONE) b->worst = EXIT_UNREACHABLE;
}

// What the rules would say of the sender's own words; sending is the sender's to decide.
static void dry_run_show(struct run *r, const json_t *answer)
{
    size_t i;
    char word[48];
    json_t *view, *problem;
    json_array_foreach(json_object_get(answer, "adults"), i, view)
    {
        say_word(say_member(view, "colour"), word, sizeof word);
        printf("adult %zu: ", i + 1);
        say_colour(stdout, r, word, 6);
        putchar('\n');
        show_questions(json_object_get(view, "questions"));
        show_reasons(json_object_get(view, "reasons"));
        show_missing_sets(json_object_get(view, "what_was_missing"));
    }
    json_array_foreach(json_object_get(answer, "problems"), i, problem)
    {
        fputs(json_is_true(json_object_get(problem, "refused")) ? "  cannot be taken: "
                                                                : "  asked: ",
              stdout);
        say_text(stdout, say_member(problem, "text"), 4);
        printf(" (%s)\n", say_member(problem, "field"));
    }
    say_text(stdout, say_member(answer, "advice"), 0);
    puts("\nNothing was kept or sent. Send it: the same command without --dry-run.");
}

static int batch_dry_run(struct batch *b)
{
    for (size_t i = 0; i < b->len; i++) {
        char *text = NULL;
        enum triage_status const s = triage_dry_run(b->run->client, b->concerns[i], &text);
        json_t *j = text ? json_loads(text, 0, NULL) : NULL;
        triage_free(text);
        if (s != TRIAGE_OK) {
            int const code = run_end(b->run, s);
            b->worst = b->worst == EXIT_DONE ? code : b->worst;
        }
        if (j && b->run->json)
            say_data(json_incref(j));
        else if (j)
            dry_run_show(b->run, j);
        json_decref(j);
    }
    return b->worst;
}

// Until every reference has its decision; the notices stay owed.
static int batch_wait_decided(struct batch *b)
{
    static const char *const decided[] = {"met", "not_met", "other", "forwarded", "closed"};
    struct triage_client *c = b->run->client;
    enum triage_status s = triage_follow(c, NULL);
    while (s == TRIAGE_OK && json_object_size(b->references) > 0) {
        struct triage_notice *n = NULL;
        s = triage_next(c, &n, -1);
        if (s != TRIAGE_OK) break;
        const char *reference = triage_notice_reference(n);
        if (json_object_get(b->references, reference)) {
            char *text = b->run->json ? triage_notice_json(n) : NULL;
            if (text)
                puts(text);
            else
                printf("%s %s: %s\n", reference, triage_notice_code(n), triage_notice_title(n));
            triage_free(text);
            fflush(stdout);
            for (size_t i = 0; i < sizeof decided / sizeof *decided; i++) {
                if (strcmp(triage_notice_code(n), decided[i]) == 0) {
                    json_object_del(b->references, reference);
                    break;
                }
            }
        }
        triage_notice_free(n);
    }
    return s == TRIAGE_OK || s == TRIAGE_E_INTERRUPTED ? EXIT_DONE : run_end(b->run, s);
}

// What an earlier run left goes with the rest.  With nothing at all to send the council is asked
// how it is all the same: one that went back to a backup is offered again what it had receipted.
static enum triage_status batch_outbox(struct batch *b, const char *folder)
{
    struct triage_client *c = b->run->client;
    enum triage_status s = triage_outbox_open(c, folder, receipt_take, b);
    if (s == TRIAGE_OK && b->len == 0 && triage_waiting_count(c) == 0) s = triage_ping(c, NULL);
    b->len += triage_waiting_count(c);
    return s;
}

static int batch_send(struct batch *b)
{
    struct run *r = b->run;
    int const timeout_ms = r->timeout_ms ? r->timeout_ms : SUBMIT_MS;
    int64_t const until = batch_now_ms() + timeout_ms;
    triage_set_timeout_ms(r->client, (uint32_t)timeout_ms);
    if (run_flag(r, "dry-run")) return batch_dry_run(b);
    triage_on_not_received(r->client, receipt_late, b);
    if (run_text(r, "outbox")) {
        enum triage_status const s = batch_outbox(b, run_text(r, "outbox"));
        if (s != TRIAGE_OK) return run_end(r, s);
    }
    size_t const fresh = b->len - triage_waiting_count(r->client);
    b->progress = b->len >= PROGRESS_MIN && isatty(STDERR_FILENO);
    if (run_flag(r, "wait") || run_list(r, "attach")) b->references = json_object();
    enum triage_status const s = triage_submit_all(r->client, b->concerns, fresh, receipt_take, b);
    if (s == TRIAGE_E_INTERRUPTED) {
        fprintf(stderr, "\ninterrupted: %zu of %zu received. %s\n", b->received, b->len,
                run_text(r, "outbox") ? "The rest is in the outbox." : "");
        return EXIT_OURS;
    }
    if (run_text(r, "outbox")) batch_drain(b, until);
    if (fflush(stdout) != 0 && b->worst == EXIT_DONE) b->worst = EXIT_OURS;
    if (*b->advice && !r->json) {
        say_text(stderr, b->advice, 0);
        fputc('\n', stderr);
    }
    if (b->references && b->worst == EXIT_DONE) b->worst = batch_send_files(b);
    if (run_flag(r, "wait") && b->worst == EXIT_DONE) b->worst = batch_wait_decided(b);
    return b->worst;
}

int run_submit(struct run *r)
{
    struct batch b = {.run = r};
    int code = batch_read(&b);
    if (code == EXIT_DONE) code = run_open(r);
    size_t const made = b.len;
    if (code == EXIT_DONE) code = batch_send(&b);
    for (size_t i = 0; i < made; i++) triage_concern_free(b.concerns[i]);
    free(b.concerns);
    json_decref(b.references);
    return code;
}
