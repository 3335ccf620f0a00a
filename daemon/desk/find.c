// find.c - the looking: from the newest case to the oldest, a little in each turn.
#include "find.h"

#include "body.h"
#include "pending.h"
#include "session.h"
#include "turn.h"

#include <stdlib.h>

#define SCAN_STEP      ((uint64_t)200000) // marks looked at in one turn
#define FIND_READS_MAX 20000u             // concerns read for one search

enum err find_init(struct desk *d)
{
    size_t const n = (size_t)d->settings.limits.cases_total_max + 1;
    d->marks = land_take(&d->land, n * sizeof *d->marks);
    d->finds = calloc(1, sizeof *d->finds);
    return d->marks && d->finds ? OK : ERR_NO_MEMORY;
}

void find_note(struct desk *d, const struct casefile *f)
{
    if (f->no <= (uint64_t)d->settings.limits.cases_total_max) d->marks[f->no] = f->marks;
}

struct find *find_new(struct desk *d)
{
    for (size_t i = 0; i < FINDS_MAX; i++) {
        struct find *f = &d->finds->find[i];
        if (f->used) continue;
        memset(f, 0, sizeof *f);
        f->used = true;
        f->desk = d;
        return f;
    }
    return NULL;
}

void find_end(struct desk *d, struct find *f)
{
    (void)d;
    CHECK(f->used && f->reading == 0);
    if (f->hits) explicit_bzero(f->hits, f->limit * sizeof *f->hits); // It is about people.
    free(f->hits);
    explicit_bzero(f, sizeof *f);
}

struct find *find_of(struct desk *d, const struct message *m)
{
    for (size_t i = 0; m->slot && i < FINDS_MAX; i++)
        if (d->finds->find[i].used && d->finds->find[i].slot == m->slot) return &d->finds->find[i];
    return NULL;
}

bool find_again(const struct desk *d, const struct message *m)
{
    for (size_t i = 0; i < FINDS_MAX; i++)
        if (d->finds->find[i].used && pending_same(d->finds->find[i].slot, m)) return true;
    return false;
}

// --- May this case be meant? ---

static bool marks_have(uint32_t marks, const uint32_t wanted[SOUND_CODES])
{
    for (size_t v = 0; v < SOUND_CODES; v++)
        if (wanted[v] && (marks & wanted[v]) == wanted[v]) return true;
    return false;
}

static bool find_may(const struct find *f, uint32_t marks)
{
    if (f->by_nhs) return (marks & f->nhs_marks) == f->nhs_marks;
    struct find_words const *w = &f->name;
    for (size_t i = 0; i < w->sound.n; i++) {
        if (w->sound.words[i].particle || marks_have(marks, w->alone[i])) continue;
        if (marks_have(marks, w->joined[i]) || (i > 0 && marks_have(marks, w->joined[i - 1])))
            continue;
        return false;
    }
    return true;
}

// --- Is it? ---

static bool hit_before(const struct find_hit *a, const struct find_hit *b)
{
    if (a->match != b->match) return a->match < b->match;
    if (a->distance != b->distance) return a->distance < b->distance;
    return a->file.no > b->file.no;
}

// The best `limit`, the best first.
static void find_keep(struct find *f, const struct find_hit *hit)
{
    f->n_found++;
    size_t at = f->n_hits;
    while (at > 0 && hit_before(hit, &f->hits[at - 1])) at--;
    if (at == f->limit) return;
    if (f->n_hits < f->limit) f->n_hits++;
    memmove(f->hits + at + 1, f->hits + at, (f->n_hits - at - 1) * sizeof *f->hits);
    f->hits[at] = *hit;
}

static int year_of(int32_t day)
{
    return civil_local(day * DAY_MS + DAY_MS / 2).year;
}

static bool born_fits(const struct find *f, const Triage__V1__Adult *a)
{
    int32_t day;
    bool year_only;
    if (!f->has_born || !date_parse(bytes_text(a->date_of_birth), &day, &year_only)) return true;
    return year_only ? year_of(day) == year_of(f->born) : day == f->born;
}

static bool adult_fits(const struct find *f, const Triage__V1__Adult *a, struct find_hit *hit)
{
    struct sound held;
    char digits[11], folded[SOUND_FOLD_MAX];
    if (f->by_nhs) {
        hit->match = FIND_NHS;
        return nhs_number_judge(bytes_text(a->nhs_number), digits) == NHS_OK &&
               memcmp(digits, f->nhs, 10) == 0;
    }
    sound_of(bytes_text(a->name), &held);
    if (!sound_matches(&f->name.sound, &held) || !born_fits(f, a)) return false;
    sound_fold(bytes_text(a->name), folded);
    hit->distance = sound_distance(f->name.folded, folded);
    hit->match = hit->distance == 0 ? FIND_SAME : FIND_ALIKE;
    return true;
}

static void text_keep(char *to, size_t size, const char *text)
{
    size_t n = strlen(text);
    if (n >= size) n = size - 1;
    while (n > 0 && n < strlen(text) && ((uint8_t)text[n] & 0xc0) == 0x80) n--; // whole letters
    memcpy(to, text, n);
    to[n] = '\0';
}

static bool find_sees(struct find *f, const struct casefile *c)
{
    struct actor const a = {.principal = registry_principal(f->desk->registry, f->principal),
                            .worker = registry_worker(f->desk->registry, f->worker)};
    return a.principal && actor_sees(&a, c, &f->desk->rules);
}

static void look_judge(struct find_look *l, struct bytes packed)
{
    struct find *f = l->find;
    struct desk *d = f->desk;
    struct find_hit hit = {.file = l->file};
    Triage__Ledger__V1__Body *body = NULL;
    Triage__V1__SafeguardingConcern *concern = NULL;
    struct wire_place unused;
    size_t const mark = arena_mark(&d->scratch);
    if (body_read(packed, BODY_CONCERN, &d->scratch, &body) != OK ||
        wire_concern(bytes_pb(body->concern), &OWN_LIMITS, &d->scratch, &concern, &unused) != OK) {
        f->unread++;
    } else if ((size_t)l->file.adult < concern->n_adults) {
        Triage__V1__Adult const *a = concern->adults[l->file.adult];
        if (adult_fits(f, a, &hit)) {
            text_keep(hit.name, sizeof hit.name, a->name);
            text_keep(hit.born, sizeof hit.born, a->date_of_birth);
            find_keep(f, &hit);
        }
    }
    arena_release(&d->scratch, mark);
}

// --- Reading: the row of a closed case, then its first record. ---

static void look_done(struct find_look *l)
{
    l->find->reading--;
    l->used = false;
}

static void look_record(void *ctx, enum err e, const struct ledger_record *r)
{
    struct find_look *l = ctx;
    if (e)
        l->find->unread++;
    else if (l->find->slot && !r->erased)
        look_judge(l, r->body);
    look_done(l);
}

static void look_body(struct find_look *l)
{
    struct desk *d = l->find->desk;
    struct casefile const *c = &l->file;
    struct bytes const kept = turn_body(d, (uint64_t)c->first_seq);
    if ((c->flags & CASE_ERASED) || (l->find->open_only && !casefile_open(c)) ||
        !find_sees(l->find, c)) {
        look_done(l);
    } else if (kept.data) { // Not on disk yet, or a moment ago.
        look_judge(l, kept);
        look_done(l);
    } else if (ledger_read(d->ledger, (uint64_t)c->first_seq, true, look_record, l) != OK) {
        l->find->unread++;
        look_done(l);
    }
}

static void look_row(void *ctx, enum err e, const struct ledger_row *row)
{
    struct find_look *l = ctx;
    uint64_t const no = l->file.no;
    if (!e) e = wire_case_row_decode(row->blob, &l->file);
    l->file.no = no;
    if (e) l->find->unread++;
    if (e || !l->find->slot)
        look_done(l);
    else
        look_body(l);
}

static void find_look(struct find *f, struct find_look *l, uint64_t no)
{
    struct desk *d = f->desk;
    struct casefile const *open = book_case(d->book, no);
    if (!open) open = turn_closed(d, no);
    if (!open && f->open_only) return;
    l->find = f;
    l->used = true;
    f->reading++;
    f->looked++;
    if (open) {
        l->file = *open;
        look_body(l);
    } else {
        l->file.no = no;
        if (ledger_read_row(d->ledger, ENTITY_CASE(no), look_row, l) == OK) return;
        f->unread++;
        look_done(l);
    }
}

static struct find_look *look_free(struct find *f)
{
    for (size_t i = 0; i < FIND_LOOKS; i++)
        if (!f->looks[i].used) return &f->looks[i];
    return NULL;
}

// True when it wants another turn soon.
static bool find_go_on(struct find *f)
{
    uint64_t left = SCAN_STEP;
    struct find_look *l = look_free(f);
    for (; f->slot && f->next > 0 && l; f->next--) {
        if (left-- == 0) return true;
        if (!find_may(f, f->desk->marks[f->next])) continue;
        if (f->looked == FIND_READS_MAX) {
            f->next = 0;
            f->n_found += f->limit; // There may be more.
            break;
        }
        find_look(f, l, f->next);
        l = look_free(f);
    }
    return false;
}

static void find_over(struct desk *d, struct find *f)
{
    struct pending *slot = f->slot;
    if (slot) pending_resume(d, slot); // Its message is asked again, and finds the search over.
    f->slot = NULL;
    find_end(d, f);
}

bool find_turn(struct desk *d)
{
    bool more = false;
    for (size_t i = 0; i < FINDS_MAX; i++) {
        struct find *f = &d->finds->find[i];
        if (!f->used) continue;
        if (f->slot && !session_find(d, f->peer)) {
            struct pending *slot = f->slot;
            f->slot = NULL;
            pending_drop(d, slot);
        }
        more = find_go_on(f) || more;
        if (f->reading == 0 && (f->next == 0 || !f->slot)) find_over(d, f);
    }
    return more;
}

void find_stop(struct desk *d)
{
    for (size_t i = 0; i < FINDS_MAX; i++) {
        struct find *f = &d->finds->find[i];
        if (!f->used || !f->slot) continue;
        struct pending *slot = f->slot;
        f->slot = NULL;
        pending_drop(d, slot);
    }
}

void find_close(struct desk *d)
{
    if (!d->finds) return;
    for (size_t i = 0; i < FINDS_MAX; i++) {
        struct find *f = &d->finds->find[i];
        f->reading = 0; // The ledger calls nobody any more.
        if (f->used) find_end(d, f);
    }
    free(d->finds);
}
