// files.h - whole files into memory, while loading.
#ifndef TRIAGED_POLICY_FILES_H
#define TRIAGED_POLICY_FILES_H

#include "pool.h"

#include <stdbool.h>
#include <stddef.h>

// The file's bytes with a NUL behind them, to be freed; NULL when it cannot be read or is larger.
char *file_read(const char *path, size_t bytes_max, size_t *len);
// The same in the pool's memory.
char *file_kept(struct pool *pool, const char *path, size_t bytes_max, size_t *len);

bool folder_is_read(const char *dir); // a directory, and it can be read
bool file_is_read(const char *path);  // a file, and it can be read

// The names in a directory that end so, sorted, at most `max`; freed with file_names_free.
struct file_names {
    size_t n;
    char **at;
};
// false when the directory cannot be read or holds more than `max`.  `suffix` "" takes all files.
bool file_names(const char *dir, const char *suffix, size_t max, struct file_names *out);
void file_names_free(struct file_names *names);
// dir/name, to be freed; in the pool's memory.
char *file_path(const char *dir, const char *name);
char *path_kept(struct pool *pool, const char *dir, const char *name);

#endif
