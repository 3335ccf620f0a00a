// office.h - the people of the council: desks with their connections, workers with their habits.
#ifndef TRIAGED_SIM_OFFICE_H
#define TRIAGED_SIM_OFFICE_H

#include "sim.h"

#define HANDS_MAX 6
#define WORDS_MAX 96

struct hand { // a lease
    char reference[16];
    uint64_t token;
};
struct known { // an open case that somebody in the office has seen
    char reference[16];
    unsigned state; // as it was told last, numbered as in the protocol
    int lead;       // the worker who was named, -1 none
};
struct clerk { // a worker
    struct sim *sim;
    unsigned worker;
    struct line *line;
    struct dice dice;
    struct hand hands[HANDS_MAX];
    size_t n_hands;
    char about[16];  // the case that is asked about
    int word;        // of WORDS, asked for; -1 a claim of what is next
    int lead;        // named in what is asked
    int rung;        // the manager who is rung in it
    uint64_t ask_id; // of the request that waits for an answer, 0 none
    bool ask_actions;
    int64_t ask_us, act_us; // when it was sent last; when the next thing is done
    unsigned tries;
    size_t n;
    uint8_t *bytes; // sent again as they are
};
struct desk_line { // a key's connection
    struct sim *sim;
    struct line *line;
    bool greeted;
    uint64_t hello_id;
    int64_t asked_us;
    uint32_t pushed;
    uint64_t order;
    // A screen that shows the case which somebody here works on.
    char watched[16];
    uint64_t watch_id;
    int64_t watch_us;
};
struct office {
    struct sim *sim;
    struct clerk clerks[WORKER_COUNT];
    struct desk_line lines[WHO_COUNT];
    struct known *known;
    size_t n_known, known_size;
    char proposed[16][16]; // cases that wait for a second person, the newest last
    char closed[64][16];   // some that are closed
    struct {
        char reference[16];
        int manager;
    } rung[16]; // agreed to by telephone, to be confirmed
    unsigned n_proposed, n_closed, n_rung, n_words, word_last;
    struct {
        char word[32];
        unsigned offered, done, weight;
        bool speakable; // the schema has a request for it
    } words[WORDS_MAX];
};

// --- known.c: what the office knows. ---

// States, as the protocol numbers them.
enum {
    QUEUED = 3,
    IN_TRIAGE,
    MET,
    OFFERED,
    ENQUIRY,
    REVIEW,
    NOT_MET,
    OTHER,
    FORWARDED,
    CLOSED,
    VOID
};
struct known *office_find(struct office *o, const char *reference);
void office_state(struct office *o, const char *reference, unsigned state);
int office_word(struct office *o, const char *word); // its place, -1 when there is no room

// --- command.c: any command that the daemon offers, filled from the schema itself. ---

struct asking {
    const char *worker, *reference, *lead, *other; // `other` is another case
    const char *referrer;                          // its key
    const char *manager;                           // whom the duty worker rings
    Triage__V1__Kind kind;
    uint32_t version;
    uint64_t token;
    int64_t utc_ms;
    struct dice *dice;
};
// Packs the request for the action of this word; 0: the schema has none.
size_t command_pack(const char *word, uint64_t id, const struct asking *a, uint8_t *out,
                    size_t size);
bool command_speakable(const char *word);
// It may find that nothing is left to write.
bool command_quiet(const char *word);

#endif
