// report.h - problems gathered while something is loaded or checked, with their place.
#ifndef TRIAGED_REPORT_H
#define TRIAGED_REPORT_H

#include "policy.h"
#include "pool.h"

#define REPORT_PROBLEMS_MAX 1000

// Where a problem is; zero and NULL for what does not apply.
struct place {
    const char *file, *decision;
    int line, row, column;
};

void report_refuse(struct policy_report *r, struct place at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void report_warn(struct policy_report *r, struct place at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
size_t report_refusals(const struct policy_report *r);
bool report_names(const struct policy_report *r, const char *file); // is there a problem of it

#endif
