#include "load.h"

#include "attach.h"
#include "claim.h"
#include "council_facts.h"
#include "find.h"
#include "mine.h"
#include "orgs.h"
#include "session.h"

#include <sched.h>
#include <stdio.h>

static enum err load_case(struct desk *d, const struct ledger_row *row)
{
    struct errand errands[ERRANDS_MAX];
    struct casefile f = {
        .no = ENTITY_CASE_NO(row->entity), .errands = errands, .errands_max = ERRANDS_MAX};
    enum err e = wire_case_row_decode(row->blob, &f);
    if (e) return e;
    if (f.referrer[0]) mine_add(d, &f);
    if (!row->open && f.kind == KIND_ORGANISATION) e = book_org_closed(d->book, &f);
    if (!row->open && !e) e = book_child_closed(d->book, &f);
    if (e) return e;
    find_note(d, &f);
    if (f.files_open) attach_wants(d, f.no);
    e = council_facts_sight(d, &f);
    if (e || !row->open) return e;
    claim_remember_case(d, &f);
    return book_put(d->book, &f);
}

static enum err load_recipient(struct desk *d, const struct ledger_row *row)
{
    struct recipient r, *unused = NULL;
    enum err const e = wire_recipient_row_decode(row->blob, &r);
    return e ? e : book_recipient_add(d->book, &r, &unused);
}

static enum err load_row(void *ctx, const struct ledger_row *row)
{
    struct desk *d = ctx;
    if (row->fold_version != WIRE_FOLD_VERSION) return ERR_VERSION;
    switch (ENTITY_KIND(row->entity)) {
    case 0: return wire_area_row_decode(row->blob, book_area(d->book));
    case 1: return load_case(d, row);
    case 2: return load_recipient(d, row);
    default: return ERR_CORRUPT;
    }
}

static enum err load_key(void *ctx, uint64_t fingerprint, uint64_t seq)
{
    struct desk *d = ctx;
    d->n_keys++;
    return book_key_add(d->book, fingerprint, seq);
}

// --- What is owed: back along each recipient's notices, from the newest to the last receipted. ---

struct owed_walk {
    struct desk *desk;
    struct recipient *recipient;
    uint64_t cursor, seq;
    bool done;
    enum err err;
};

static void owed_read(void *ctx, enum err err, const struct ledger_record *record)
{
    struct owed_walk *w = ctx;
    struct event e;
    w->done = true;
    w->err = err;
    if (err == OK) w->err = wire_header_decode(record->header, &e, NULL);
    if (w->err) return;
    w->err = ERR_CORRUPT;
    for (size_t i = 0; i < e.n_notices; i++) {
        if (e.notices[i].cursor != w->cursor) continue;
        if (strcmp(e.notices[i].recipient, w->recipient->id) != 0) continue;
        w->err = book_owe_older(w->desk->book, w->recipient, w->cursor, w->seq, e.at_ms);
        w->cursor--;
        w->seq = e.notices[i].prev_seq;
        return;
    }
}

static enum err load_owed(struct desk *d, struct recipient *r)
{
    struct owed_walk w = {.desk = d, .recipient = r, .cursor = r->cursor, .seq = r->head_seq};
    while (w.cursor > r->receipted) {
        w.done = false;
        enum err const e = ledger_read(d->ledger, w.seq, false, owed_read, &w);
        if (e) return e;
        while (!w.done) { // At the start nothing else waits.
            ledger_reap(d->ledger);
            if (!w.done) (void)sched_yield();
        }
        if (w.err) return w.err;
    }
    return OK;
}

static enum err load_fail(char *why, size_t size, const char *what, enum err e)
{
    static const struct {
        enum err err;
        const char *remedy;
    } remedies[] = {
        {ERR_VERSION, "it was written by a later release: use that one"},
        {ERR_NO_MEMORY,
         "it holds more than the limits allow: raise cases_open_max, cases_total_max, errands_max "
         "or notices_owed_max"},
    };
    char const *remedy = "run `triage ledger verify` on a copy and restore the last good backup";
    for (size_t i = 0; i < sizeof remedies / sizeof remedies[0]; i++)
        if (remedies[i].err == e) remedy = remedies[i].remedy;
    (void)snprintf(why, size, "the ledger's %s cannot be loaded (%s): %s", what, err_word(e),
                   remedy);
    return e;
}

enum err load_book(struct desk *d, char *why, size_t size)
{
    enum err e = ledger_scan_rows(d->ledger, false, load_row, d);
    if (e) return load_fail(why, size, "state", e);
    e = ledger_scan_keys(d->ledger, load_key, d);
    if (e) return load_fail(why, size, "keys", e);
    for (size_t i = 0; i < book_recipients(d->book) && !e; i++)
        e = load_owed(d, book_recipient_at(d->book, i));
    orgs_changed(d);
    return e ? load_fail(why, size, "notices", e) : OK;
}
