// command.h - one table describes every command: parsing, help, completion and most of the doing
// are read from it.
#ifndef TRIAGE_COMMAND_H
#define TRIAGE_COMMAND_H

#include <jansson.h>
#include <stdbool.h>
#include <triage/triage.h>

enum exit_code {
    EXIT_DONE = 0,
    EXIT_OURS = 1,
    EXIT_USAGE = 2,
    EXIT_REFUSED = 3,
    EXIT_UNREACHABLE = 4,
    EXIT_KEYS = 5,
    EXIT_NOT_FOUND = 6,
};

enum option_kind {
    OPTION_FLAG,   // true when given
    OPTION_TEXT,   // words, or one of the schema's words
    OPTION_NUMBER, // a whole number
    OPTION_TIME,   // RFC 3339, a date, or "now"
    OPTION_LIST,   // may be given again
};

// An option, and where its value goes in the request's body ("questions.abuse_or_risk"; NULL: the
// command reads it itself).
struct option_row {
    const char *name;
    enum option_kind kind;
    const char *path;
    const char *arg;
    const char *help;
    bool needed;
};

enum command_flags {
    COMMAND_HOLD = 1,     // carries reference, version and token
    COMMAND_OPERATOR = 2, // may go over --operator
    COMMAND_OFFLINE = 4,  // opens no client
};

struct run;

struct command {
    const char *name;
    const char *args;
    const char *help;
    const char *example;              // one or more, one a line
    const char *request;              // of envelope.proto, where the command is just that
    const struct option_row *options; // ends with a NULL name; may be NULL
    unsigned flags;
    int positional_min, positional_max;
    int (*run)(struct run *r);
    void (*show)(struct run *r, json_t *reply); // for people; NULL: as "name: value"
};

struct command_group {
    const char *title; // who they are for
    const struct command *commands;
};
extern const struct command commands_sender[], commands_desk[], commands_errands[],
    commands_pattern[], commands_kind[], commands_night[], commands_council[]; // end nameless
extern const struct command_group command_groups[]; // ends with no commands
extern const struct option_row options_global[];

enum { OPTIONS_MAX = 40 };

// One run of one command.
struct run {
    const struct command *command;
    const char *profile_path; // owned by main
    const char *operator_endpoint;
    const char *worker;
    struct triage_client *client; // NULL until opened
    bool json, colour;
    int timeout_ms; // 0: not given
    char **positional;
    int positional_len;
    json_t *values; // by option name: true, text or a list
    json_t *teams;  // id -> name, once they were asked for (people.c)
};

const struct command *command_find(const char *name);
const struct command *command_at(size_t i); // all groups as one list; NULL behind the last

// The value of an option, NULL when it was not given.
const char *run_text(const struct run *r, const char *option);
bool run_flag(const struct run *r, const char *option);
// false with words when it is no whole number from min to max; otherwise out is it or stays.
bool run_number(const struct run *r, const char *option, long min, long max, long *out);
json_t *run_list(const struct run *r, const char *option); // borrowed; NULL when not given

// The option that fills this field of the command's request ("decide.reason"); "" where none does.
const char *run_option_of(const struct run *r, const char *field);

// Opens the client; an exit code, EXIT_DONE when it is open.
int run_open(struct run *r);
// Ctrl-C ends a wait rather than the program in the middle of something.
void run_signals(void);
void run_close(struct run *r);
// The exit code of a status; says the failure and its field problems on stderr.
int run_end(struct run *r, enum triage_status s);
int status_exit(enum triage_status s);

// request.c: commands that are one request.
int run_request(struct run *r);
// The same with one more field.  Takes over value.
int run_request_with(struct run *r, const char *path, json_t *value);
int run_tasks(struct run *r);
int run_workers(struct run *r);
int run_take(struct run *r);
int run_case(struct run *r);
int run_second(struct run *r);
int run_supplement(struct run *r);
int run_queue(struct run *r);
int run_referral(struct run *r); // as run_night
int run_night(struct run *r);    // the act is the command's own name
int run_board(struct run *r);
int run_find(struct run *r);
// The team that was asked for, or the profile's, or the only one that this key may follow.
json_t *run_team(struct run *r, const char *asked);

int run_enrol(struct run *r);
int run_ping(struct run *r);
int run_submit(struct run *r);
int run_notices(struct run *r);
int run_keys(struct run *r);
int run_ledger(struct run *r);
int run_retention(struct run *r);
int run_erase(struct run *r);
int run_report(struct run *r);
int run_policy(struct run *r);
// pack.c, of run_policy: what is asked of the daemon.
int run_pack_status(struct run *r, const char *unused);
int run_pack_propose(struct run *r, const char *name);
int run_pack_withdraw(struct run *r, const char *unused);
int run_pack_activate(struct run *r, const char *digest);
int run_policy_replay(struct run *r, const char *pack); // replay.c
int run_completion(struct run *r);

#endif
