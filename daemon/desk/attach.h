// attach.h - files beside a concern.  A concern names them; their bytes come apart, in parts, each
// a record beside the case's story, sealed with the case's own key.  The case's `files_seq` is the
// record that says how all its files are: which parts there are, and what was made of them.
#ifndef TRIAGED_ATTACH_H
#define TRIAGED_ATTACH_H

#include "attachment.h"
#include "turn.h"
#include "work.h"

typedef Triage__Ledger__V1__KeptFile kept_file;

enum err attach_init(struct desk *d);
// Goes on with the files that are looked at; true when it wants another turn soon.
bool attach_turn(struct desk *d);

// --- Naming (attach_name.c). ---

// What is wrong with the files that a concern names: asked, never a reason to refuse it.
void attach_judge(struct desk *d, const Triage__V1__SafeguardingConcern *c, struct problems *out);
// They become files of a new case: a list in d->scratch.
kept_file **attach_name(struct desk *d, const Triage__V1__SafeguardingConcern *c, size_t *n);
// A supplement names more: `w` gets the list.  False: parked, or refused.
bool attach_name_more(struct desk *d, struct work *w, const struct casefile *f);

// --- What is kept (attach.c). ---

struct attach_files {
    size_t n;
    kept_file **at;
};
// False: it is being read, or cannot be (`e`).  The list is in `a`, none when the case was erased.
bool attach_read(struct desk *d, struct message *m, const struct casefile *f, struct arena *a,
                 struct attach_files *out, enum err *e);
struct attach_files attach_of_body(struct bytes body, struct arena *a, enum err *e);
kept_file *attach_find(const struct attach_files *files, struct bytes digest);
// A record that says how the files are from here on.  Its sequence.
struct attach_kept {
    const struct casefile *f;
    enum event_kind kind;
    const struct attach_files *files;
    const struct actor *actor; // NULL: time's own
    struct bytes part;
    const char *text, *tell; // `tell`: what its referrer is told, NULL nothing
};
uint64_t attach_keep(struct desk *d, const struct attach_kept *k);
// The record of each part; returns how many there are, at most `most`.
size_t attach_parts(const kept_file *k, uint64_t *out, size_t most);

Triage__V1__CaseFile *attach_view(struct desk *d, const kept_file *k, size_t index);
struct attach_list {
    Triage__V1__CaseFile ***files;
    size_t *n;
};
// For whoever reads the case; false: parked, or `e`.
bool attach_list(struct desk *d, struct message *m, const struct casefile *f,
                 const struct attach_list *out, enum err *e);

void attach_part(struct desk *d, struct message *m);
void attach_files(struct desk *d, struct message *m);
void attach_fetch(struct desk *d, struct message *m); // attach_fetch.c

// --- Looking at what came (attach_jobs.c). ---

// A file of this case waits for its digest, or for the scanner.
void attach_wants(struct desk *d, uint64_t no);
// What was read of this closed case is older than what was kept of it since.
void attach_stale(struct desk *d, uint64_t no);
bool attach_wants_room(const struct desk *d);
// The message is answered (attach_answer) once the digest of that file was looked at; false: too
// many wait.
bool attach_wait(struct desk *d, const struct message *m, uint64_t no, const kept_file *k);
void attach_answer(struct desk *d, const struct message *m, const kept_file *k, size_t index,
                   uint64_t seq);

#endif
