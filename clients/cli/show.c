// show.c - answers as people read them: most urgent first, the colour always with its word.
#include "attach.h"
#include "errands.h"
#include "people.h"
#include "say.h"

#include <string.h>

enum { WORD_BYTES = 48 };

static const char *show_word(const json_t *object, const char *name, char out[WORD_BYTES])
{
    say_word(say_member(object, name), out, WORD_BYTES);
    return out;
}

static void show_brief_row(struct run *r, const json_t *brief)
{
    char word[WORD_BYTES];
    char when[20];
    say_cell(stdout, say_member(brief, "reference"), 14);
    say_colour(stdout, r, show_word(brief, "colour", word), 7);
    say_cell(stdout, show_word(brief, "state", word), 18);
    say_cell(stdout, say_time(json_object_get(brief, "decide_by_ms"), when), 18);
    say_text(stdout, say_member(brief, "in_words"), 4);
    if (*say_member(brief, "with")) {
        fputs(" With: ", stdout);
        say_text(stdout, say_member(brief, "with"), 4);
    }
    putchar('\n');
}

static void show_brief_head(void)
{
    puts("reference     colour state             decide by         in words");
}

void show_case_brief(struct run *r, json_t *reply)
{
    const json_t *brief = json_object_get(json_object_get(reply, "case"), "case");
    if (brief)
        show_brief_row(r, brief);
    else
        puts("done");
}

void show_mine(struct run *r, json_t *reply)
{
    size_t i;
    json_t *brief;
    json_t *mine = json_object_get(reply, "mine");
    show_brief_head();
    json_array_foreach(json_object_get(mine, "cases"), i, brief) show_brief_row(r, brief);
    if (json_is_true(json_object_get(mine, "more"))) {
        fputs("There are more: triage mine --after the last reference.\n", stderr);
    }
}

void show_headline(struct run *r, const json_t *h)
{
    char word[WORD_BYTES];
    char when[20];
    say_cell(stdout, say_member(h, "reference"), 14);
    say_colour(stdout, r, show_word(h, "colour", word), 7);
    say_cell(stdout, say_time(json_object_get(h, "received_ms"), when), 18);
    say_cell(stdout, say_time(json_object_get(h, "decide_by_ms"), when), 18);
    say_cell(stdout, show_word(h, "recommended", word), 18);
    say_cell(stdout, say_member(h, "why"), 17);
    putchar(' ');
    say_cell(stdout, say_member(h, "provider"), 20);
    if (*say_member(h, "kind") && strcmp(say_member(h, "kind"), "KIND_SAFEGUARDING_CONCERN") != 0)
        printf(" %s", show_word(h, "kind", word));
    if (json_is_true(json_object_get(h, "overdue"))) fputs(" OVERDUE", stdout);
    if (strcmp(say_member(h, "was"), say_member(h, "colour")) != 0 && *say_member(h, "was")) {
        printf(" was %s", show_word(h, "was", word));
    }
    if (*say_member(h, "follows")) printf(" follows %s", say_member(h, "follows"));
    if (*say_member(h, "twin")) printf(" like %s?", say_member(h, "twin"));
    if (json_integer_value(json_object_get(h, "linked")))
        printf(" +%lld linked", (long long)json_integer_value(json_object_get(h, "linked")));
    if (json_is_true(json_object_get(h, "look_again"))) fputs(" LOOK AGAIN", stdout);
    if (json_is_true(json_object_get(h, "news"))) fputs(" NEWS", stdout);
    if (*say_member(h, "org")) printf(" part of %s", say_member(h, "org"));
    if (json_is_true(json_object_get(h, "direct"))) {
        fputs(" with ", stdout);
        say_text(stdout, say_member(h, "team"), 4);
        fputs(" directly", stdout);
    }
    if (json_is_true(json_object_get(h, "clear_a_worker")))
        fputs(" restricted: a manager here accepts it for a cleared worker", stdout);
    if (say_time_of(json_object_get(h, "put_off_ms"))) {
        printf(" put off until %s by ", say_time(json_object_get(h, "put_off_ms"), when));
        say_text(stdout, say_member(h, "put_off_by"), 4);
    }
    if (*say_member(h, "held_by")) {
        fputs(" held by ", stdout);
        say_text(stdout, say_member(h, "held_by"), 4);
    }
    putchar('\n');
}

void show_queue(struct run *r, json_t *reply)
{
    size_t i;
    json_t *h;
    json_t *queue = json_object_get(reply, "queue");
    json_t *by = json_object_get(queue, "by_colour");
    puts("reference     colour received          decide by         recommended       why           "
         "    "
         "sent by");
    json_array_foreach(json_object_get(queue, "headlines"), i, h) show_headline(r, h);
    if (json_array_size(json_object_get(queue, "direct")))
        puts("sent to another team directly, as the council's rules have it; to have one here: "
             "triage take-back");
    json_array_foreach(json_object_get(queue, "direct"), i, h) show_headline(r, h);
    fprintf(stderr, "%lld waiting: %lld red, %lld amber, %lld green\n",
            (long long)json_integer_value(json_object_get(queue, "total")),
            (long long)json_integer_value(json_array_get(by, 2)),
            (long long)json_integer_value(json_array_get(by, 1)),
            (long long)json_integer_value(json_array_get(by, 0)));
}

static void show_reason(const json_t *reason)
{
    size_t i;
    json_t *e;
    fputs("    because ", stdout);
    say_text(stdout, say_member(reason, "words"), 6);
    printf(" (%s:%lld", say_member(reason, "decision"),
           (long long)json_integer_value(json_object_get(reason, "row")));
    if (*say_member(reason, "guidance")) {
        fputs("; ", stdout);
        say_text(stdout, say_member(reason, "guidance"), 6);
    }
    puts(")");
    json_array_foreach(json_object_get(reason, "rests_on"), i, e)
    {
        fputs("      ", stdout);
        say_text(stdout, say_member(e, "question"), 8);
        printf(" %s (%s)\n", say_member(e, "said"), say_member(e, "fact"));
    }
}

void show_reasons(const json_t *reasons)
{
    size_t i;
    json_t *item;
    json_array_foreach(reasons, i, item) show_reason(item);
}

void show_missing_sets(const json_t *sets)
{
    size_t i, k;
    json_t *set, *question;
    if (json_array_size(sets)) puts("  what was missing, any one of these:");
    json_array_foreach(sets, i, set)
    {
        json_array_foreach(json_object_get(set, "questions"), k, question)
        {
            fputs(k == 0 ? "    - " : "      and: ", stdout);
            say_text(stdout, json_string_value(question), 8);
            putchar('\n');
        }
    }
}

void show_questions(const json_t *q)
{
    char word[WORD_BYTES];
    static const char *const questions[][3] = {
        {"care_and_support_needs", "care_and_support_needs_because", "needs for care and support"},
        {"abuse_or_risk", "abuse_or_risk_because", "abuse or neglect, or at risk of it"},
        {"unable_to_protect_self", "unable_to_protect_self_because",
         "unable to protect themselves because of those needs"}};
    for (size_t k = 0; q && k < 3; k++) {
        char const *answer = show_word(q, questions[k][0], word);
        bool const open = !*answer || strcmp(answer, "not known") == 0;
        printf("    %s: %s", questions[k][2], open ? "not yet known" : answer);
        fputs(*say_member(q, questions[k][1]) ? " - " : "", stdout);
        say_text(stdout, say_member(q, questions[k][1]), 6);
        putchar('\n');
    }
}

// Why the rules said what they said, and what would still help.  `explanation` has the same reasons
// with what they rest on, while the tables are those that rated it.
static void show_assessment(const json_t *a, const json_t *explanation)
{
    size_t i;
    json_t *item;
    char word[WORD_BYTES];
    if (!a) return;
    printf("  the rules recommended: %s\n", show_word(a, "tier", word));
    show_questions(json_object_get(a, "questions"));
    show_reasons(json_array_size(explanation) ? explanation : json_object_get(a, "reasons"));
    json_array_foreach(json_object_get(a, "missing"), i, item)
    {
        fputs("    not known: ", stdout);
        say_text(stdout, json_string_value(item), 6);
        putchar('\n');
    }
}

static void show_told(const json_t *of)
{
    json_t *concern = json_object_get(of, "concern");
    if (!json_is_object(concern)) return;
    puts("  what was said:");
    say_json(stdout, concern, 4);
}

static void show_claimed(struct run *r, const json_t *claimed)
{
    char word[WORD_BYTES];
    char when[20];
    const json_t *h = json_object_get(claimed, "headline");
    if (strcmp(say_member(claimed, "status"), "STATUS_OK") != 0 &&
        strcmp(say_member(claimed, "status"), "STATUS_DUPLICATE") != 0) {
        const char *holder = say_member(h, "held_by");
        printf("%s not taken: %s", say_member(h, "reference"), show_word(claimed, "status", word));
        if (*holder) {
            printf(", %s has it until %s", holder,
                   say_time(json_object_get(h, "lease_until_ms"), when));
        }
        putchar('\n');
        return;
    }
    show_headline(r, h);
    printf("  yours until %s\n", say_time(json_object_get(claimed, "until_ms"), when));
    show_assessment(json_object_get(claimed, "assessment"), NULL);
    show_told(claimed);
}

void show_claim(struct run *r, json_t *reply)
{
    size_t i;
    json_t *claimed;
    json_array_foreach(json_object_get(json_object_get(reply, "claim"), "claimed"), i, claimed)
    {
        show_claimed(r, claimed);
    }
}

static void show_action_list(const json_t *actions)
{
    size_t i;
    json_t *a;
    json_array_foreach(actions, i, a)
    {
        bool const open = json_is_true(json_object_get(a, "open"));
        printf("  %-4s ", open ? "may" : "no");
        say_cell(stdout, say_member(a, "command"), 20);
        say_text(stdout, open ? "" : say_member(a, "why_not"), 27);
        putchar('\n');
    }
}

void show_actions(struct run *r, json_t *reply)
{
    (void)r;
    show_action_list(json_object_get(json_object_get(reply, "actions"), "actions"));
}

static void show_timeline(struct run *r, const json_t *timeline)
{
    size_t i;
    json_t *e;
    char word[WORD_BYTES];
    char when[20];
    if (json_array_size(timeline)) puts("  timeline:");
    json_array_foreach(timeline, i, e)
    {
        printf("    %s ", say_time(json_object_get(e, "at_ms"), when));
        say_cell(stdout, say_member(e, "event"), 18);
        say_colour(stdout, r, show_word(e, "colour", word), 7);
        say_cell(stdout,
                 *say_member(e, "worker") ? say_member(e, "worker") : say_member(e, "actor"), 18);
        say_text(stdout, say_member(e, "text"), 6);
        putchar('\n');
    }
}

static void show_erased(const json_t *look)
{
    char when[20];
    const json_t *e = json_object_get(look, "erasure");
    if (json_is_true(json_object_get(look, "legal_hold")))
        puts("  Under a legal hold: it is kept whatever the retention schedule says.");
    if (!json_is_true(json_object_get(look, "erased"))) return;
    puts("  What people wrote is gone.");
    if (!e) return;
    printf("  erased by order of %s, who proposed it, and %s, who agreed, %s: ",
           say_member(e, "proposed_by"), say_member(e, "agreed_by"),
           say_time(json_object_get(e, "agreed_ms"), when));
    say_text(stdout, say_member(e, "reason"), 4);
    printf("\n  class: %s", *say_member(e, "what") ? say_member(e, "what") : "none");
    if (*say_member(e, "keep")) printf(", kept %s", say_member(e, "keep"));
    if (*say_time(json_object_get(e, "due_ms"), when)) printf(", due since %s", when);
    puts(json_is_true(json_object_get(e, "on_request")) ? "; asked for by whom it is about" : "");
    if (!*say_member(e, "basis")) return;
    fputs("  basis: ", stdout);
    say_text(stdout, say_member(e, "basis"), 4);
    putchar('\n');
}

// Met, and nobody leads: since when, and by when somebody is to.
static void show_unled(struct run *r, const json_t *h)
{
    char since[20], by[20];
    if (!*say_time(json_object_get(h, "met_ms"), since)) return;
    bool const offered = *say_member(h, "offered_to");
    if (offered)
        printf("  offered to %s", team_name(r, say_member(h, "offered_to")));
    else
        fputs("  met, nobody leads", stdout);
    printf(", decided %s", since);
    if (*say_time(json_object_get(h, "lead_by_ms"), by))
        printf(offered ? ", answer due by %s" : ", lead due by %s", by);
    putchar('\n');
}

void show_look(struct run *r, json_t *reply)
{
    char word[WORD_BYTES];
    const json_t *look = json_object_get(reply, "look");
    const json_t *h = json_object_get(look, "headline");
    show_headline(r, h);
    printf("  it is: %s, with %s\n", show_word(h, "state", word),
           team_name(r, say_member(h, "team")));
    show_unled(r, h);
    if (*say_member(look, "lead")) printf("  lead: %s\n", say_member(look, "lead"));
    if (*say_member(look, "proposal")) {
        fputs("  waiting for a second person: ", stdout);
        say_text(stdout, say_member(look, "proposal"), 4);
        putchar('\n');
    }
    show_erased(look);
    show_assessment(json_object_get(look, "assessment"), json_object_get(look, "explanation"));
    show_missing_sets(json_object_get(look, "what_was_missing"));
    show_told(look);
    if (*say_member(look, "told"))
        printf("  the referrer and the decision: %s\n", say_member(look, "told"));
    show_errands(json_object_get(look, "errands"));
    show_file_list(json_object_get(look, "files"));
    show_timeline(r, json_object_get(look, "timeline"));
    show_action_list(json_object_get(look, "actions"));
}

static void show_found(struct run *r, const json_t *found)
{
    char word[WORD_BYTES];
    char when[20];
    const json_t *h = json_object_get(found, "headline");
    say_cell(stdout, say_member(h, "reference"), 14);
    if (!*say_member(h, "state")) {
        puts("restricted: ask a manager");
        return;
    }
    say_colour(stdout, r, show_word(h, "colour", word), 7);
    say_cell(stdout, show_word(h, "state", word), 18);
    say_cell(stdout, say_time(json_object_get(h, "received_ms"), when), 18);
    say_cell(stdout, team_name(r, say_member(h, "team")), 25);
    putchar(' ');
    say_cell(stdout, say_member(found, "match"), 14);
    say_text(stdout, say_member(found, "name"), 4);
    fputs(*say_member(found, "date_of_birth") ? ", born " : "", stdout);
    say_text(stdout, say_member(found, "date_of_birth"), 4);
    fputs(json_is_true(json_object_get(found, "restricted")) ? " (restricted)\n" : "\n", stdout);
}

void show_find(struct run *r, json_t *reply)
{
    size_t i;
    json_t *found;
    json_t *find = json_object_get(reply, "find");
    if (json_array_size(json_object_get(find, "found")))
        puts("reference     colour state             received          team                      "
             "by            about");
    json_array_foreach(json_object_get(find, "found"), i, found) show_found(r, found);
    if (json_is_true(json_object_get(find, "more")))
        fputs("There are more: say more of the name, or --born DATE.\n", stderr);
}

void show_overview(struct run *r, json_t *reply)
{
    size_t i;
    json_t *t;
    json_t *o = json_object_get(reply, "overview");
    puts("team                                        red  amber  green  leased");
    json_array_foreach(json_object_get(o, "teams"), i, t)
    {
        json_t *by = json_object_get(t, "by_colour");
        say_cell(stdout, team_name(r, say_member(t, "team")), 41);
        printf("%6lld %6lld %6lld %7lld\n", (long long)json_integer_value(json_array_get(by, 2)),
               (long long)json_integer_value(json_array_get(by, 1)),
               (long long)json_integer_value(json_array_get(by, 0)),
               (long long)json_integer_value(json_object_get(t, "leased")));
    }
    json_object_del(o, "teams");
    say_json(stdout, o, 0);
}

void show_reload(struct run *r, json_t *reply)
{
    size_t i;
    json_t *item;
    json_t *reload = json_object_get(reply, "reload");
    (void)r;
    json_array_foreach(json_object_get(reload, "changed"), i, item)
    {
        say_text(stdout, json_string_value(item), 2);
        putchar('\n');
    }
    json_array_foreach(json_object_get(reload, "problems"), i, item)
    {
        say_text(stderr, json_string_value(item), 2);
        fputc('\n', stderr);
    }
    puts(i ? "not reloaded: what runs stays as it was" : "reloaded");
}
