// attachment.h - what a file beside a concern may be, and how far it has come.  Judged by what is
// in it, not by what it is called.
#ifndef TRIAGED_ATTACHMENT_H
#define TRIAGED_ATTACHMENT_H

#include "bytes.h"

// Each part of a file but the last.  For ever: what is in ledgers was cut so.
#define ATTACHMENT_PART_BYTES ((size_t)48 * 1024)
#define ATTACHMENT_TRIES_MAX  3u // times that bytes may be sent which are not those of the digest

// Numbers of the wire's FileState.
enum file_state {
    FILE_UNSET,
    FILE_AWAITED,
    FILE_CHECKING,
    FILE_PENDING,
    FILE_CLEAN,
    FILE_INFECTED,
    FILE_NOT_SCANNED,
    FILE_REFUSED
};
// All of it is here, and its digest is right.
static inline bool file_state_whole(enum file_state s)
{
    return s >= FILE_PENDING && s <= FILE_NOT_SCANNED;
}

struct attachment_view { // as a concern names it
    struct bytes name, media_type, digest;
    uint64_t size_bytes;
};
struct attachment_limits {
    uint64_t bytes_max; // of one file; 0: none are taken
    size_t files_max;   // of one case
};
struct attachment_flaw {
    const char *field; // "name", "media_type", "digest", "size_bytes"; NULL: there is none
    const char *code, *text;
};
// Can its bytes be taken?  `index` counts the files of the case from 0.
struct attachment_flaw attachment_judge(const struct attachment_view *a, size_t index,
                                        const struct attachment_limits *limits);
// Is the first part of a file what its media type says?
bool attachment_is(struct bytes media_type, struct bytes first_part);
// A later part of it: text has to stay text.
bool attachment_goes_on(struct bytes media_type, struct bytes part);

#endif
