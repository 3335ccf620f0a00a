// fault.h - what is wrong with a file that an operator wrote, and where.  For people: printed by
// --check, returned to the operator who asked for a reload; the log gets only the place.
#ifndef TRIAGED_FAULT_H
#define TRIAGED_FAULT_H

#include <stddef.h>

#define FAULTS_MAX     64
#define FAULT_FILE_MAX 200
#define FAULT_TEXT_MAX 240

struct fault {
    char file[FAULT_FILE_MAX];
    int line, column; // 1-based, 0 when it has none
    char text[FAULT_TEXT_MAX];
};
struct faults {
    size_t n, lost; // lost: found beyond FAULTS_MAX and only counted
    struct fault at[FAULTS_MAX];
};

__attribute__((format(printf, 5, 6))) void faults_add(struct faults *p, const char *file, int line,
                                                      int column, const char *format, ...);
// "file:line:column: text", without the parts that are 0.
void fault_print(const struct fault *p, char *out, size_t size);

#endif
