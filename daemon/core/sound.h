// sound.h - names as they are heard: what sounds alike has a code in common, however it is spelt.
//
// A name becomes words, a word the classes of its consonants (as Soundex has them: labials,
// gutturals and sibilants, dentals, l, nasals, r; vowels only say where it begins), after spellings
// of many languages have been brought to one.  Letters that two languages read differently (j, w,
// kh, th, mh) give a word a second code.  It finds too many rather than too few; nicknames (Bill,
// William) are other names.
#ifndef TRIAGED_SOUND_H
#define TRIAGED_SOUND_H

#include "bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOUND_WORDS_MAX 8
#define SOUND_CODES     2
#define SOUND_FOLD_MAX  64

// Codes are never 0; a word that has but one has it twice.
struct sound_word {
    uint32_t code[SOUND_CODES];
    uint32_t joined[SOUND_CODES]; // written as one with the next word; 0 for the last
    bool particle;                // "al", "de", "Mrs": may be missing where it is looked for
};
struct sound {
    size_t n;
    struct sound_word words[SOUND_WORDS_MAX];
    bool cut; // it has more words than these
};
void sound_of(struct bytes name, struct sound *out);

// Is each word of what was asked one of the words held, singly or written as one with its
// neighbour?  In any order: surnames come first in half the world.
bool sound_matches(const struct sound *asked, const struct sound *held);

// Lower case, without accents and with single spaces; letters of other scripts as they are.
void sound_fold(struct bytes name, char out[SOUND_FOLD_MAX]);
// How many letters differ between two folded names: 0 for one spelling.
unsigned sound_distance(const char *a, const char *b);

#endif
