// What the office knows: the open cases that somebody there has seen, and the words of commands.
#include "office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct known *office_find(struct office *o, const char *reference)
{
    for (size_t i = 0; i < o->n_known; i++)
        if (strcmp(o->known[i].reference, reference) == 0) return &o->known[i];
    return NULL;
}

void office_state(struct office *o, const char *reference, unsigned state)
{
    struct known *k = office_find(o, reference);
    bool const over = state == CLOSED || state == VOID;
    if (over) (void)snprintf(o->closed[o->n_closed++ % 64], 16, "%s", reference);
    if (over && k) *k = o->known[--o->n_known];
    if (over) return;
    if (!k) {
        if (o->n_known == o->known_size) {
            o->known_size = o->known_size ? 2 * o->known_size : 256;
            o->known = realloc(o->known, o->known_size * sizeof *o->known);
            if (!o->known) abort();
        }
        k = &o->known[o->n_known++];
        k->lead = -1;
        (void)snprintf(k->reference, sizeof k->reference, "%s", reference);
    }
    k->state = state;
}

int office_word(struct office *o, const char *word)
{
    for (unsigned i = 0; i < o->n_words; i++)
        if (strcmp(o->words[i].word, word) == 0) return (int)i;
    if (o->n_words == WORDS_MAX) return -1;
    (void)snprintf(o->words[o->n_words].word, sizeof o->words[0].word, "%s", word);
    o->words[o->n_words].speakable = command_speakable(word);
    return (int)o->n_words++;
}
