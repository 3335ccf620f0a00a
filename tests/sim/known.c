// What the office knows: the open cases that somebody there has seen, and the words of commands.
#include "office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A reference with nothing behind it, so that two are compared as numbers are: every change of
// every case is looked up here for each desk that hears of it.
static void reference_pad(char out[16], const char *reference)
{
    size_t const n = strnlen(reference, 15);
    memset(out, 0, 16);
    memcpy(out, reference, n);
}

struct known *office_find(struct office *o, const char *reference)
{
    char own[16];
    reference_pad(own, reference);
    for (size_t i = 0; i < o->n_known; i++)
        if (memcmp(o->known[i].reference, own, sizeof own) == 0) return &o->known[i];
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
        reference_pad(k->reference, reference);
    }
    k->state = state;
}

static unsigned word_weight(const char *word)
{
    static const struct {
        const char *word;
        unsigned weight;
    } usual[] = {{"supplement", 0},
                 {"withdraw", 0},
                 {"read_notice", 0},
                 {"erase", 0},
                 {"look", 1},
                 {"complete", 1},
                 {"restrict", 1},
                 {"link", 3},
                 {"suggest_link", 1},
                 {"org_attach", 1},
                 {"org_detach", 1},
                 {"return", 1},
                 {"extend", 1},
                 {"rate", 2},
                 {"phone", 12},
                 {"withdraw_offer", 1},
                 {"offer", 4},
                 {"reject", 8},
                 {"reopen", 4},
                 {"return_enquiry", 6},
                 {"finish", 60},
                 {"sign_off", 60},
                 {"second", 80},
                 {"allocate", 60},
                 {"ask", 4},
                 {"void", 2},
                 {"mark", 1},
                 {"take_back", 1},
                 {"reassign", 2},
                 {"challenge", 4},
                 {"delegate", 4},
                 {"extend_delegation", 2},
                 {"settle", 40},
                 {"make_concern", 3},
                 {"second_by_phone", 80},
                 {"confirm_second", 80}};
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        if (strcmp(usual[i].word, word) == 0) return usual[i].weight;
    return 20;
}

// A list names its words in the same order each time: the next is mostly the one after the last.
int office_word(struct office *o, const char *word)
{
    for (unsigned n = 0; n < o->n_words; n++) {
        unsigned const i = (o->word_last + 1 + n) % o->n_words;
        if (strcmp(o->words[i].word, word) != 0) continue;
        o->word_last = i;
        return (int)i;
    }
    if (o->n_words == WORDS_MAX) return -1;
    o->word_last = o->n_words;
    (void)snprintf(o->words[o->n_words].word, sizeof o->words[0].word, "%s", word);
    o->words[o->n_words].speakable = command_speakable(word);
    o->words[o->n_words].weight = word_weight(word);
    return (int)o->n_words++;
}
