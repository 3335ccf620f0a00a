// policy_dev - the policy tools from the command line, for work on the engine and on packs.
#include "policy_tools.h"

#include <string.h>

static int run_tck(int n, char **args)
{
    const char *const option = n > 1 ? args[1] : "";
    if (strcmp(option, "--table") == 0) return policy_tck_table(args[0], stdout, stderr);
    return policy_tck(args[0], strcmp(option, "--json") == 0, stdout, stderr);
}

static int run_check(int n, char **args)
{
    return policy_check(args[0], NULL, n > 1 && strcmp(args[1], "--json") == 0, stdout, stderr);
}

static int run_test(int n, char **args)
{
    return policy_test(args[0], n > 1 && strcmp(args[1], "--json") == 0, stdout, stderr);
}

static int run_score(int n, char **args)
{
    if (n < 2) return TOOL_FAILED;
    return policy_score(args[0], args[1], n > 2 && strcmp(args[2], "--json") == 0, stdout, stderr);
}

static int run_show(int n, char **args)
{
    bool const html = n > 1 && strcmp(args[1], "--html") == 0;
    return policy_show(args[0], html ? POLICY_HTML : POLICY_MARKDOWN, stdout, stderr);
}

static int run_eval(int n, char **args)
{
    return policy_eval(args[0], n > 2 ? args[2] : NULL, n > 1 ? args[1] : "-", stdout, stderr);
}

static const struct {
    const char *name, *usage;
    int (*run)(int n, char **args);
} COMMANDS[] = {
    {"tck", "DIR [--json|--table]", run_tck},
    {"check", "PACK|FILE.dmn [--json]", run_check},
    {"test", "PACK [--json]", run_test},
    {"score", "PACK SCENARIOS.csv [--json]", run_score},
    {"show", "PACK|FILE.dmn [--html]", run_show},
    {"eval", "PACK|FILE.dmn FACTS.json [DECISION]", run_eval},
};
#define COMMANDS_N (sizeof(COMMANDS) / sizeof(COMMANDS[0]))

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 2 && i < COMMANDS_N; i++) {
        if (strcmp(argv[1], COMMANDS[i].name) == 0) return COMMANDS[i].run(argc - 2, argv + 2);
    }
    for (size_t i = 0; i < COMMANDS_N; i++) {
        fprintf(stderr, "policy_dev %s %s\n", COMMANDS[i].name, COMMANDS[i].usage);
    }
    return TOOL_FAILED;
}
