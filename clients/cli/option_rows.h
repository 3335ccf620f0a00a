// option_rows.h - shorthand for the tables of commands and their options.
#ifndef TRIAGE_OPTION_ROWS_H
#define TRIAGE_OPTION_ROWS_H

#include "command.h"

#define END                                        \
    {                                              \
        NULL, OPTION_FLAG, NULL, NULL, NULL, false \
    }
#define TEXT(name, path, arg, help)               \
    {                                             \
        name, OPTION_TEXT, path, arg, help, false \
    }
#define NEED(name, path, arg, help)              \
    {                                            \
        name, OPTION_TEXT, path, arg, help, true \
    }
#define FLAG(name, path, help)                     \
    {                                              \
        name, OPTION_FLAG, path, NULL, help, false \
    }
#define NUMBER(name, path, help)                    \
    {                                               \
        name, OPTION_NUMBER, path, "N", help, false \
    }
#define TIME(name, path, help)                       \
    {                                                \
        name, OPTION_TIME, path, "TIME", help, false \
    }
#define LIST(name, path, arg, help)               \
    {                                             \
        name, OPTION_LIST, path, arg, help, false \
    }
#define REASON NEED("reason", "reason", "WORDS", "why, for the record")
#define HOLD   COMMAND_HOLD
#define COMMANDS_END                                            \
    {                                                           \
        NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, NULL, NULL \
    }

#endif
