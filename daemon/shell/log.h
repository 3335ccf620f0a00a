// log.h - one JSON line an event on standard error.  The only arguments are words of our own
// tables, ids, places and numbers: what was written about a person has no way in.  A word that is
// not made of [a-z0-9._-] is printed as "?".
#ifndef TRIAGED_LOG_H
#define TRIAGED_LOG_H

#include "now.h"
#include "port.h"

struct log {
    int fd;
    enum log_level least; // events below are not written
    bool journal;         // lines start with the journal's <priority>
    struct now now;       // set once a turn by the loop
    uint64_t lost;        // lines that could not be written
};

// Looks at JOURNAL_STREAM to learn whether `fd` is the journal's.
void log_init(struct log *l, int fd, enum log_level least);
int log_level_from(const char *word); // -1 for none

void log_event(struct log *l, enum log_level level, const char *event, const char *id,
               int64_t number);
// A problem in a file: its name without folders, and where.
void log_place(struct log *l, enum log_level level, const char *event, const char *file, int line,
               int column, int row);

#endif
