// referrer.h - a referrer: its program (referrer.c) and the people who use it (concerns.c).
#ifndef TRIAGED_SIM_REFERRER_H
#define TRIAGED_SIM_REFERRER_H

#include "sim.h"

enum item_kind {
    ITEM_CONCERN,
    ITEM_REUSED_KEY, // a key that was used, with other content
    ITEM_SUPPLEMENT,
    ITEM_WITHDRAW,
    ITEM_READ,
    ITEM_STATUS
};
struct item { // sent until it is answered
    enum item_kind kind;
    bool done;
    uint64_t id;
    unsigned concern, n_concerns; // of the batch, the first and how many
    int bad;                      // one of them that cannot be taken, -1 none
    unsigned tries;
    int64_t next_us;
    char reference[16];
    size_t n;
    uint8_t *bytes; // the request as it is sent each time
};

struct referrer {
    struct sim *sim;
    struct line *line;
    struct dice dice;
    enum who who;
    // What a restart of the program finds again.
    struct item *items;
    size_t n_items, items_size;
    uint64_t stored; // notices
    // What it does not.
    enum { AWAY, GREETING, ASKING, LIVE } state;
    uint64_t heard, receipted, hello_id, follow_id, receipt_id;
    uint32_t owed_credit;
    int64_t redial_us, asked_us;
    uint64_t pump_order, flush_order;
    bool quiet;
    int64_t mean_us; // between two concerns
    unsigned reused;
};

struct item *referrer_item(struct referrer *r, enum item_kind kind);
void item_pack(struct item *i, Triage__V1__Request *q);
void referrer_wake(struct referrer *r);

// The people: what they do after a receipt and when they read.
void referrer_begin(struct referrer *r);
void referrer_plan(struct referrer *r, unsigned concern);
void referrer_read(struct referrer *r, const Triage__V1__Notice *n);

#endif
