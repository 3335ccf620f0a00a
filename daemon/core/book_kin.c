// Who and what belongs together: the cases of an adult, the threads of an incident, the concerns
// about a service.
#include "book_inside.h"

#include "check.h"
#include "kinds.h"

// When it closed or was found to be none.
static int64_t file_ended_ms(const struct casefile *f)
{
    return f->closed_ms != 0 ? f->closed_ms : f->state_since_ms;
}

static uint64_t org_key_of(const struct casefile *f)
{
    return org_key_hash(ORG_WHY_KEY(f->org_why), (uint64_t)f->place_hash);
}

// One that was closed has its entries still; there is room for both hashes of every case.
void book_kin_opened(struct book *b, const struct casefile *f)
{
    if (state_is_org(f->state)) { // there is room for as many as cases
        CHECK(kin_add(&b->orgs, org_key_of(f), f->no, f->received_ms, 0, true) == OK);
        b->n_orgs++;
    }
    int64_t const hashes[] = {f->adult_hash, f->person_hash};
    for (size_t i = 0; i < 2; i++) {
        uint64_t const key = (uint64_t)hashes[i];
        if (f->reopened > 0 && kin_close(&b->kin, key, f->no, 0)) continue;
        CHECK(kin_add(&b->kin, key, f->no, f->received_ms, 0, kind_counts(f->kind)) == OK);
    }
}

// A request in which somebody found harm.
void book_kin_changed(struct book *b, const struct casefile *was, const struct casefile *f)
{
    if (kind_counts(was->kind) || !kind_counts(f->kind)) return;
    kin_counts(&b->kin, (uint64_t)f->adult_hash, f->no);
    kin_counts(&b->kin, (uint64_t)f->person_hash, f->no);
}

void book_kin_ended(struct book *b, const struct casefile *was, const struct casefile *f)
{
    if (state_is_org(was->state)) {
        (void)kin_close(&b->orgs, org_key_of(was), f->no, file_ended_ms(f));
        b->n_orgs--;
    }
    (void)kin_close(&b->kin, (uint64_t)f->adult_hash, f->no, file_ended_ms(f));
    (void)kin_close(&b->kin, (uint64_t)f->person_hash, f->no, file_ended_ms(f));
}

static bool child_holds(void *ctx, uint64_t no)
{
    (void)ctx;
    (void)no;
    return true; // a closed one is told of as long as its record is
}

static void child_move(struct book *b, const struct casefile *was, const struct casefile *f)
{
    if (was->org == f->org) return;
    if (was->org > 0) ties_remove(&b->children, (uint64_t)was->org, f->no);
    if (f->org > 0)
        (was->version == 0 ? ties_first : ties_add)(&b->children, (uint64_t)f->org, f->no,
                                                    child_holds, b);
}

// Does the case still belong to the one it was tied to?
static bool tie_holds(void *ctx, uint64_t no)
{
    struct book *b = ctx;
    struct casefile const *f = book_case(b, no);
    return f != NULL && f->follows != 0;
}

void book_ties_move(struct book *b, const struct casefile *was, const struct casefile *f)
{
    if (f->follows != 0 && f->follows != was->follows)
        ties_add(&b->ties, (uint64_t)f->follows, f->no, tie_holds, b);
    child_move(b, was, f);
}

enum err book_kin_closed(struct book *b, const struct casefile *f)
{
    int64_t const hashes[] = {f->adult_hash, f->person_hash};
    if (f->received_ms < b->area.last_ms - SIGHTING_DAYS_MAX * DAY_MS) return OK;
    for (size_t i = 0; i < 2; i++) {
        enum err const e = kin_add(&b->kin, (uint64_t)hashes[i], f->no, f->received_ms,
                                   file_ended_ms(f), kind_counts(f->kind));
        if (e) return e;
    }
    return OK;
}

struct window_counts book_kin_count(const struct book *b, uint64_t hash, const struct windows *w,
                                    int64_t at_ms, uint64_t except_no)
{
    return kin_count(&b->kin, hash, w, at_ms, except_no);
}

bool book_kin_next(const struct book *b, uint64_t hash, struct kin_one *one)
{
    return kin_next(&b->kin, hash, one);
}

void book_kin_forget(struct book *b, const struct casefile *f)
{
    kin_forget(&b->kin, (uint64_t)f->adult_hash, f->no);
    kin_forget(&b->kin, (uint64_t)f->person_hash, f->no);
}

struct casefile *book_open_case_of_adult(struct book *b, uint64_t adult_hash, uint64_t except_no)
{
    struct kin_one one = {0};
    for (unsigned n = 0; n < KIN_LOOK_MAX && kin_next(&b->kin, adult_hash, &one); n++) {
        if (one.open && one.no != except_no) return book_case(b, one.no);
    }
    return NULL;
}

enum err book_org_closed(struct book *b, const struct casefile *f)
{
    if (f->received_ms < b->area.last_ms - SIGHTING_DAYS_MAX * DAY_MS) return OK;
    return kin_add(&b->orgs, org_key_of(f), f->no, f->received_ms, file_ended_ms(f), true);
}

struct casefile *book_org(struct book *b, uint64_t key)
{
    struct kin_one one = {0};
    while (b->n_orgs > 0 && kin_next(&b->orgs, key, &one)) {
        if (one.open) return book_case(b, one.no);
    }
    return NULL;
}

unsigned book_orgs_fired(const struct book *b, uint64_t key, int days, int64_t at_ms)
{
    return kin_count(&b->orgs, key, &(struct windows){1, {days}}, at_ms, 0).in[0];
}

bool book_orgs_open(const struct book *b)
{
    return b->n_orgs > 0;
}

void book_child_tie(struct book *b, uint64_t org_no, uint64_t no)
{
    ties_add(&b->children, org_no, no, child_holds, b);
}

uint64_t book_child_next(struct book *b, uint64_t org_no, struct pages_at *at)
{
    return ties_next(&b->children, org_no, at);
}

enum err book_child_closed(struct book *b, const struct casefile *f)
{
    if (f->org > 0) ties_first(&b->children, (uint64_t)f->org, f->no, child_holds, b);
    return OK;
}

uint64_t book_first_since(const struct book *b, int64_t at_ms)
{
    return kin_first_since(&b->kin, at_ms);
}

struct casefile *book_follower_next(struct book *b, uint64_t primary_no, struct pages_at *at)
{
    uint64_t no;
    while ((no = ties_next(&b->ties, primary_no, at)) != 0) {
        struct casefile *f = book_case(b, no);
        if (f != NULL && (uint64_t)f->follows == primary_no) return f;
    }
    return NULL;
}
