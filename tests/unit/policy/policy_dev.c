// policy_dev - the policy tools from the command line, for work on the engine and on packs.
#include "policy_tools.h"

#include <string.h>

static int run_tck(const char *path, const char *option)
{
    if (strcmp(option, "--table") == 0) return policy_tck_table(path, stdout);
    return policy_tck(path, strcmp(option, "--json") == 0, stdout);
}

static int run_check(const char *path, const char *option)
{
    return policy_check(path, strcmp(option, "--json") == 0, stdout);
}

static int run_test(const char *path, const char *option)
{
    return policy_test(path, strcmp(option, "--json") == 0, stdout);
}

static const struct {
    const char *name;
    int (*run)(const char *path, const char *option);
} COMMANDS[] = {
    {"tck", run_tck},
    {"check", run_check},
    {"test", run_test},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 2 && i < sizeof(COMMANDS) / sizeof(COMMANDS[0]); i++) {
        if (strcmp(argv[1], COMMANDS[i].name) == 0) {
            return COMMANDS[i].run(argv[2], argc > 3 ? argv[3] : "");
        }
    }
    fputs("usage: policy_dev tck DIR [--json|--table]\n"
          "       policy_dev check PACK|FILE.dmn [--json]\n"
          "       policy_dev test PACK [--json]\n",
          stderr);
    return TOOL_FAILED;
}
