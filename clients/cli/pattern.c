#include "pattern.h"

#include "say.h"

#include <string.h>

static void show_candidate(const json_t *c)
{
    size_t i;
    json_t *reason;
    const char *comma = "";
    char when[20];
    printf("  %s  %lld of 100: ", say_member(c, "reference"),
           (long long)json_integer_value(json_object_get(c, "score")));
    json_array_foreach(json_object_get(c, "reasons"), i, reason)
    {
        printf("%s%s", comma, json_string_value(reason));
        comma = ", ";
    }
    if (json_is_true(json_object_get(c, "closed")))
        printf("; closed %.10s: a manager may reopen it",
               say_time(json_object_get(c, "closed_ms"), when));
    putchar('\n');
}

static bool is_unread(const json_t *links, const char *reference)
{
    size_t i;
    json_t *unread;
    json_array_foreach(json_object_get(links, "unread"), i, unread)
    {
        if (strcmp(json_string_value(unread), reference) == 0) return true;
    }
    return false;
}

void show_links(struct run *r, json_t *reply)
{
    size_t i;
    json_t *item;
    const json_t *links = json_object_get(reply, "links");
    show_headline(r, json_object_get(links, "case"));
    if (*say_member(links, "follows")) printf("follows %s\n", say_member(links, "follows"));
    if (json_array_size(json_object_get(links, "followers"))) puts("followed by:");
    json_array_foreach(json_object_get(links, "followers"), i, item)
    {
        show_headline(r, item);
        if (is_unread(links, say_member(item, "reference")))
            puts("  its referrer has not read the decision yet: ring them, then triage phone");
    }
    if (json_array_size(json_object_get(links, "candidates"))) puts("may be the same incident:");
    json_array_foreach(json_object_get(links, "candidates"), i, item) show_candidate(item);
}

static void show_org(struct run *r, const json_t *o)
{
    size_t i;
    json_t *item;
    char when[20];
    char word[48];
    const json_t *h = json_object_get(o, "headline");
    say_cell(stdout, say_member(h, "reference"), 14);
    say_word(say_member(h, "colour"), word, sizeof word);
    say_colour(stdout, r, word, 7);
    say_word(say_member(h, "state"), word, sizeof word);
    say_cell(stdout, word, 18);
    printf("%s: %lld, by %s %s\n", say_member(o, "rule"),
           (long long)json_integer_value(json_object_get(o, "count")), say_member(o, "key"),
           say_member(o, "place"));
    printf("  owner: %s, looked at again by %s%s\n",
           *say_member(o, "owner") ? say_member(o, "owner") : "nobody yet",
           say_time(json_object_get(o, "review_ms"), when),
           json_is_true(json_object_get(o, "overdue")) ? " OVERDUE" : "");
    json_array_foreach(json_object_get(o, "concerns"), i, item)
    {
        fputs("  ", stdout);
        show_headline(r, item);
    }
    json_array_foreach(json_object_get(o, "closed"), i, item)
        printf("  %s closed\n", json_string_value(item));
}

void show_orgs(struct run *r, json_t *reply)
{
    size_t i;
    json_t *o;
    json_t *all = json_object_get(json_object_get(reply, "orgs"), "orgs");
    if (json_array_size(all) == 0) puts("No record about a service is open.");
    json_array_foreach(all, i, o) show_org(r, o);
}

void show_handover(struct run *r, json_t *reply)
{
    size_t i, k;
    json_t *row, *what;
    char when[20];
    const json_t *h = json_object_get(reply, "handover");
    printf("since %s\n", say_time(json_object_get(h, "since_ms"), when));
    if (json_array_size(json_object_get(h, "rows")) == 0) puts("The night left nothing behind.");
    json_array_foreach(json_object_get(h, "rows"), i, row)
    {
        show_headline(r, json_object_get(row, "headline"));
        fputs("   ", stdout);
        json_array_foreach(json_object_get(row, "what"), k, what)
            printf(" %s", json_string_value(what));
        if (*say_member(row, "second"))
            printf(", to be confirmed by %s", say_member(row, "second"));
        putchar('\n');
    }
    if (json_is_true(json_object_get(h, "more")))
        fputs("There is more than is shown: look at the queues too.\n", stderr);
}
