// safefile.h - files that are there whole or not at all, also after a power cut.
#ifndef TRIAGE_SAFEFILE_H
#define TRIAGE_SAFEFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// Writes beside, syncs, renames, syncs the folder.  false with errno; the old file then stands.
bool safefile_write(const char *path, const void *data, size_t len, mode_t mode);
// As above, but refuses (EEXIST) when the file is there.
bool safefile_create(const char *path, const void *data, size_t len, mode_t mode);
// The whole file, NUL-terminated behind its end, in malloc'd memory; NULL with errno.
char *safefile_read(const char *path, size_t bytes_max, size_t *len);
bool safefile_sync_folder(const char *folder);
// The folder that a path lies in, malloc'd.
char *safefile_folder_of(const char *path);
// mkdir -p of a folder, with mode 0700 for what is made.
bool safefile_make_folders(const char *folder);

#endif
