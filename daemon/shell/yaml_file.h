// yaml_file.h - the strict little YAML that this daemon's own files are written in: one mapping of
// words to scalars or to lists of scalars.  Anchors, tags, nesting, second documents, duplicate
// keys and files beyond the limits are refused, each with its line and column.  Every scalar stays
// text: its schema decides what it means, so "no" is never false and 010 never eight.
#ifndef TRIAGED_YAML_FILE_H
#define TRIAGED_YAML_FILE_H

#include "err.h"
#include "fault.h"

#include <stdbool.h>

#define YAML_BYTES_MAX   65536
#define YAML_ENTRIES_MAX 128
#define YAML_VALUES_MAX  1024

struct yaml_value {
    const char *text;
    int line, column; // 1-based
};
struct yaml_entry {
    struct yaml_value key;
    bool list;
    size_t first, n; // its values
};
// About 150 KiB: make one and read many files with it.
struct yaml_file {
    const char *path;
    size_t n_entries, n_values, text_used;
    struct yaml_entry entries[YAML_ENTRIES_MAX];
    struct yaml_value values[YAML_VALUES_MAX];
    char text[YAML_BYTES_MAX + 1];
};

// ERR_IO when it cannot be read, ERR_CONFIG when it is not such a file; `p` gets the place.
// `path` is borrowed.
enum err yaml_file_read(struct yaml_file *f, const char *path, struct faults *p);

// One key of a schema.  `set` gets each value in turn and answers NULL or what is wrong with it.
struct yaml_field {
    const char *key;
    bool list, required;
    const char *(*set)(void *out, const char *text);
};
// Fills `out`: every key must be in the schema, every required one in the file.
enum err yaml_file_apply(const struct yaml_file *f, const struct yaml_field *fields, size_t n,
                         void *out, struct faults *p);
const struct yaml_entry *yaml_file_find(const struct yaml_file *f, const char *key);

#endif
