// commands.c - the tables of commands, as one.
#include "option_rows.h"

#include <string.h>

const struct option_row options_global[] = {
    TEXT("profile", NULL, "FILE",
         "who speaks to which council (default: $TRIAGE_PROFILE, or "
         "~/.config/triage/default.yaml)"),
    TEXT("operator", NULL, "ENDPOINT", "the daemon's local socket, ipc://... ($TRIAGE_OPERATOR)"),
    TEXT("worker", NULL, "ID", "the registered worker that this desk speaks for"),
    NUMBER("timeout", NULL, "seconds to wait for an answer"),
    FLAG("json", NULL, "answers as JSON on stdout"),
    FLAG("help", NULL, "help and examples"),
    FLAG("version", NULL, "the version of this program"),
    END,
};

const struct command_group command_groups[] = {
    {"Report a concern, and hear what became of it", commands_sender},
    {"Work a team's queue", commands_desk},
    {"Ask, have others enquire, answer a challenge", commands_errands},
    {"See what belongs together", commands_pattern},
    {"Other kinds of referral", commands_kind},
    {"Out of hours", commands_night},
    {"Run it, and own its rules", commands_council},
    {NULL, NULL},
};

const struct command *command_at(size_t i)
{
    for (const struct command_group *g = command_groups; g->commands; g++)
        for (const struct command *c = g->commands; c->name; c++)
            if (i-- == 0) return c;
    return NULL;
}

const struct command *command_find(const char *name)
{
    const struct command *c = NULL;
    for (size_t i = 0; (c = command_at(i)); i++)
        if (strcmp(c->name, name) == 0) return c;
    return NULL;
}
