// completion.c - the shell's completion, printed from the table of commands.
#include "say.h"

#include <string.h>

static void completion_options(const struct option_row *rows)
{
    for (; rows && rows->name; rows++) printf(" --%s", rows->name);
}

int run_completion(struct run *r)
{
    if (strcmp(r->positional[0], "bash") != 0) {
        say_error("completion is there for bash");
        return EXIT_USAGE;
    }
    puts("_triage() {\n"
         "    local cur=${COMP_WORDS[COMP_CWORD]} words=\n"
         "    if [ \"$COMP_CWORD\" -eq 1 ]; then");
    fputs("        words='", stdout);
    const struct command *c = NULL;
    for (size_t i = 0; (c = command_at(i)); i++) printf("%s ", c->name);
    puts("'\n    else\n        case ${COMP_WORDS[1]} in");
    for (size_t i = 0; (c = command_at(i)); i++) {
        printf("        %s) words='", c->name);
        for (const char *p = c->args; *p; p++) { // the lower-case words of the usage are literal
            if ((*p >= 'a' && *p <= 'z') || *p == '-' || *p == ' ') putchar(*p);
        }
        completion_options(c->options);
        completion_options(options_global);
        puts("' ;;");
    }
    puts("        esac\n    fi\n"
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
         "    [ ${#COMPREPLY[@]} -eq 0 ] && COMPREPLY=($(compgen -f -- \"$cur\"))\n"
         "    return 0\n"
         "}\n"
         "complete -F _triage triage");
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_OURS;
}
