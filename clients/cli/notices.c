// notices.c - what the council told us.
#include "say.h"

#include <string.h>

enum { QUIET_MS = 700 }; // connected already: what is owed comes at once

// What is asked, under the number that goes with every answer.
static void notice_asked(const json_t *j)
{
    size_t i;
    json_t *question;
    char when[20];
    if (!json_integer_value(json_object_get(j, "number"))) return;
    printf("    number %lld", (long long)json_integer_value(json_object_get(j, "number")));
    if (*say_time(json_object_get(j, "due_ms"), when)) printf(", by %s", when);
    putchar('\n');
    json_array_foreach(json_object_get(j, "asked"), i, question)
    {
        printf("    %zu. ", i + 1);
        say_text(stdout, json_string_value(question), 7);
        putchar('\n');
    }
}

static void notice_show(struct run *r, const struct triage_notice *n)
{
    char when[20];
    char word[48];
    char *text = triage_notice_json(n);
    json_t *j = text ? json_loads(text, 0, NULL) : NULL;
    triage_free(text);
    say_time_ms(triage_notice_at_ms(n), when);
    printf("%s  ", when);
    say_cell(stdout, triage_notice_reference(n), 14);
    say_word(say_member(j, "colour"), word, sizeof word);
    say_colour(stdout, r, word, 7);
    say_cell(stdout, triage_notice_code(n), 18);
    say_text(stdout, triage_notice_title(n), 4);
    fputs("\n    ", stdout);
    say_text(stdout, triage_notice_text(n), 4);
    putchar('\n');
    notice_asked(j);
    show_questions(json_object_get(j, "questions"));
    show_reasons(json_object_get(j, "reasons"));
    show_missing_sets(json_object_get(j, "what_was_missing"));
    if (*say_time(json_object_get(j, "challenge_until_ms"), when)) {
        printf("    you may challenge this until %s\n", when);
    }
    json_decref(j);
}

static enum triage_status notice_tell(struct run *r, const struct triage_notice *n)
{
    const char *reader = run_text(r, "read");
    if (r->json) {
        char *text = triage_notice_json(n);
        if (text) puts(text);
        triage_free(text);
    } else {
        notice_show(r, n);
    }
    return reader ? triage_notice_read(r->client, n, reader) : TRIAGE_OK;
}

// Receipted only after they are out of our hands: a full disk behind stdout keeps them owed.
static enum triage_status notices_receipt(struct run *r, struct triage_notice **last)
{
    enum triage_status s = TRIAGE_OK;
    if (fflush(stdout) != 0)
        s = TRIAGE_E_UNAVAILABLE;
    else if (*last && !run_flag(r, "keep"))
        s = triage_notice_receipt(r->client, *last);
    triage_notice_free(*last);
    *last = NULL;
    return s;
}

static enum triage_status notices_loop(struct run *r)
{
    struct triage_notice *last = NULL;
    bool const follow = run_flag(r, "follow");
    for (;;) {
        struct triage_notice *n = NULL;
        int const wait = last ? 0 : follow ? -1 : QUIET_MS;
        enum triage_status s = triage_next(r->client, &n, wait);
        if (s == TRIAGE_OK) {
            triage_notice_free(last);
            last = n;
            s = notice_tell(r, n);
            if (s == TRIAGE_OK) continue;
        }
        bool const pending = last != NULL;
        enum triage_status const receipted = notices_receipt(r, &last);
        if (receipted != TRIAGE_OK) return receipted;
        if (s == TRIAGE_E_TIMEOUT && (pending || follow)) continue;
        if (s == TRIAGE_E_UNREACHABLE && follow) continue;
        return s == TRIAGE_E_TIMEOUT ? TRIAGE_OK : s; // nothing more is owed
    }
}

int run_notices(struct run *r)
{
    int code = run_open(r);
    if (code != EXIT_DONE) return code;
    enum triage_status s = triage_follow(r->client, run_text(r, "after"));
    if (s != TRIAGE_OK) return run_end(r, s);
    s = triage_ping(r->client, NULL);
    if (s == TRIAGE_OK) s = notices_loop(r);
    if (s == TRIAGE_E_INTERRUPTED) return EXIT_DONE;
    return run_end(r, s);
}
