// find.h - cases by who they are about: by name as heard, by NHS number, by reference.
//
// Nothing of a name is kept outside what the case's own key seals but 32 bits a case, which tell
// most of those that cannot be meant; of the rest the concerns are read, beside all other work.
// The search is recorded with its reason, and which cases it showed.
#ifndef TRIAGED_FIND_H
#define TRIAGED_FIND_H

#include "inside.h"
#include "sound.h"

#define FINDS_MAX      8  // searches under way at once
#define FIND_LOOKS     32 // concerns of one search being read at once
#define FIND_LIMIT_MAX 100u
#define FIND_NAME_MAX  128
#define FIND_BORN_MAX  12

enum find_match { FIND_REFERENCE, FIND_NHS, FIND_SAME, FIND_ALIKE };

struct find_hit {
    struct casefile file;
    enum find_match match;
    unsigned distance; // of the spellings
    char name[FIND_NAME_MAX], born[FIND_BORN_MAX];
};
struct find_words { // what a case's marks must have
    struct sound sound;
    char folded[SOUND_FOLD_MAX];
    uint32_t alone[SOUND_WORDS_MAX][SOUND_CODES], joined[SOUND_WORDS_MAX][SOUND_CODES];
};
struct find_look {
    struct find *find;
    struct casefile file;
    bool used;
};
struct find {
    bool used;
    struct desk *desk;
    struct pending *slot; // who waits; NULL: nobody any more
    uint64_t peer;
    char principal[ID_MAX], worker[ID_MAX];
    bool by_nhs, open_only;
    struct find_words name;
    char nhs[11];
    uint32_t nhs_marks;
    int32_t born; // days since 1970, of the date of birth asked for
    bool has_born;
    uint64_t next; // case to look at, downwards; 0: all were
    unsigned looked, reading, unread;
    size_t limit, n_hits, n_found;
    struct find_hit *hits;
    struct find_look looks[FIND_LOOKS];
};
struct finds {
    struct find find[FINDS_MAX];
};

enum err find_init(struct desk *d);
// What a case's marks are now: when it is received, loaded, erased.
void find_note(struct desk *d, const struct casefile *f);
// In each turn: goes on; true when it wants another turn soon.
bool find_turn(struct desk *d);
void find_stop(struct desk *d);
void find_close(struct desk *d);

// find_ask.c: the question and the answer.
void find_ask(struct desk *d, struct message *m);
// The search that this message waits for is over; NULL: there is none.
struct find *find_of(struct desk *d, const struct message *m);
// Is the very same search under way?
bool find_again(const struct desk *d, const struct message *m);
struct find *find_new(struct desk *d);
void find_end(struct desk *d, struct find *f);

#endif
