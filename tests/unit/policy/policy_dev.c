// policy_dev - the policy tools from the command line, for work on the engine and on packs before
// the real command is built.
#include "policy_tools.h"

#include <string.h>

static int usage(void)
{
    fputs("usage: policy_dev tck DIR [--json|--table]\n", stderr);
    return TOOL_FAILED;
}

int main(int argc, char **argv)
{
    const char *const option = argc > 3 ? argv[3] : "";
    if (argc < 3) return usage();
    if (strcmp(argv[1], "tck") == 0) {
        if (strcmp(option, "--table") == 0) return policy_tck_table(argv[2], stdout);
        return policy_tck(argv[2], strcmp(option, "--json") == 0, stdout);
    }
    return usage();
}
