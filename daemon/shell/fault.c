#include "fault.h"

#include <stdarg.h>
#include <stdio.h>

void faults_add(struct faults *p, const char *file, int line, int column, const char *format, ...)
{
    if (p->n == FAULTS_MAX) {
        p->lost++;
        return;
    }
    struct fault *one = &p->at[p->n++];
    snprintf(one->file, sizeof one->file, "%s", file);
    one->line = line;
    one->column = column;
    va_list args;
    va_start(args, format);
    vsnprintf(one->text, sizeof one->text, format, args);
    va_end(args);
}

void fault_print(const struct fault *p, char *out, size_t size)
{
    if (p->line == 0)
        snprintf(out, size, "%s: %s", p->file, p->text);
    else
        snprintf(out, size, "%s:%d:%d: %s", p->file, p->line, p->column, p->text);
}
