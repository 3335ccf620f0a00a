// people.c - whom the council has, as people read it.
#include "people.h"
#include "say.h"

#include <string.h>
#include <strings.h>

static void teams_note(struct run *r, const json_t *reply)
{
    size_t i;
    json_t *team;
    json_array_foreach(json_object_get(json_object_get(reply, "teams"), "teams"), i, team)
        json_object_set(r->teams, say_member(team, "id"), json_object_get(team, "name"));
}

static void teams_ask(struct run *r)
{
    char *out = NULL;
    r->teams = json_object();
    if (!r->client || triage_request(r->client, "teams", "{}", &out) != TRIAGE_OK) return;
    json_t *reply = json_loads(out, 0, NULL);
    teams_note(r, reply);
    json_decref(reply);
    triage_free(out);
}

const char *team_name(struct run *r, const char *id)
{
    if (!r->teams) teams_ask(r);
    const char *name = say_member(r->teams, id);
    return *name ? name : id;
}

const char *team_id(struct run *r, const char *typed)
{
    const char *id;
    json_t *name;
    if (!typed[strspn(typed, "abcdefghijklmnopqrstuvwxyz0123456789_.-")]) return typed;
    if (!r->teams) teams_ask(r);
    json_object_foreach(r->teams, id, name)
    {
        if (strcasecmp(json_string_value(name), typed) == 0) return id;
    }
    return typed; // the council says that it knows none such
}

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
    puts("worker            grade              teams and name");
    json_array_foreach(json_object_get(workers, "workers"), i, worker)
    {
        say_cell(stdout, say_member(worker, "id"), 18);
        say_cell(stdout, say_member(worker, "grade"), 18);
        json_array_foreach(json_object_get(worker, "teams"), k, team)
            printf("%s%s", k ? ", " : " ", team_name(r, json_string_value(team)));
        fputs(*say_member(worker, "name") ? ": " : "", stdout);
        say_text(stdout, say_member(worker, "name"), 4);
        puts(json_is_true(json_object_get(worker, "active")) ? "" : " (has left)");
    }
    if (json_is_true(json_object_get(workers, "more")))
        fputs("There are more: triage workers --after the last of them.\n", stderr);
}
