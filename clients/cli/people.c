// people.c - whom the council has, as people read it.
#include "say.h"

void show_teams(struct run *r, json_t *reply)
{
    size_t i;
    json_t *team;
    char word[32];
    (void)r;
    puts("team              kind          telephone       name");
    json_array_foreach(json_object_get(json_object_get(reply, "teams"), "teams"), i, team)
    {
        say_word(say_member(team, "kind"), word, sizeof word);
        say_cell(stdout, say_member(team, "id"), 18);
        say_cell(stdout, word, 14);
        say_cell(stdout, say_member(team, "telephone"), 16);
        say_text(stdout, say_member(team, "name"), 4);
        putchar('\n');
    }
}

void show_workers(struct run *r, json_t *reply)
{
    size_t i, k;
    json_t *worker, *team;
    const json_t *workers = json_object_get(reply, "workers");
    (void)r;
    puts("worker            grade              teams and name");
    json_array_foreach(json_object_get(workers, "workers"), i, worker)
    {
        say_cell(stdout, say_member(worker, "id"), 18);
        say_cell(stdout, say_member(worker, "grade"), 18);
        json_array_foreach(json_object_get(worker, "teams"), k, team)
            printf(" %s", json_string_value(team));
        fputs(*say_member(worker, "name") ? ": " : "", stdout);
        say_text(stdout, say_member(worker, "name"), 4);
        puts(json_is_true(json_object_get(worker, "active")) ? "" : " (has left)");
    }
    if (json_is_true(json_object_get(workers, "more")))
        fputs("There are more: triage workers --after the last of them.\n", stderr);
}
