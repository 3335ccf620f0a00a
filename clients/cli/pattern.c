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
