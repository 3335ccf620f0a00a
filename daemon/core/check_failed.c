// The one file of this folder that touches the machine: core itself only calls it.
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

void check_failed(const char *expr, const char *file, int line)
{
    fprintf(stderr, "{\"level\":\"fatal\",\"event\":\"check_failed\",\"at\":\"%s:%d\"}\n", file,
            line);
    fprintf(stderr, "triaged: a check failed: %s (%s:%d)\n", expr, file, line);
    abort();
}
