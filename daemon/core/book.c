#include "book_inside.h"

#include "check.h"

#define BOOK_ALIGN 64U
#define MIX        0x9e3779b97f4a7c15U

static size_t aligned(size_t n)
{
    return (n + BOOK_ALIGN - 1) / BOOK_ALIGN * BOOK_ALIGN;
}

// Team 0 is that of cases in no list; one more than asked for.
static size_t teams_bytes(const struct book_limits *l)
{
    return aligned((l->teams_max + 1) * sizeof(struct shelf_team));
}

size_t book_size(const struct book_limits *l)
{
    return aligned(sizeof(struct book)) + teams_bytes(l) + aligned(shelf_bytes(l->cases_open_max)) +
           aligned(pages_bytes(l->keys_max)) + aligned(owed_bytes(l->recipients_max, l->owed_max)) +
           aligned(sightings_bytes(l->sightings_max)) + aligned(kin_bytes(l->kin_max)) +
           aligned(ties_bytes(l->cases_open_max)) + aligned(ties_bytes(l->kin_max)) +
           aligned(kin_bytes(l->orgs_max)) + aligned(pockets_bytes(l->errands_max)) + BOOK_ALIGN;
}

struct book *book_init(void *memory, size_t size, const struct book_limits *l)
{
    size_t const skip = (BOOK_ALIGN - (uintptr_t)memory % BOOK_ALIGN) % BOOK_ALIGN;
    uint8_t *at = (uint8_t *)memory + skip;
    CHECK(memory != NULL && size >= book_size(l));
    struct book *b = (struct book *)(void *)at;
    at += aligned(sizeof(struct book));
    b->teams = (struct shelf_team *)(void *)at;
    b->teams_max = l->teams_max + 1;
    b->n_teams = 1;
    at += teams_bytes(l);
    shelf_init(&b->shelf, at, l->cases_open_max);
    at += aligned(shelf_bytes(l->cases_open_max));
    pages_init(&b->keys, at, l->keys_max);
    at += aligned(pages_bytes(l->keys_max));
    owed_init(&b->owed, at, l->recipients_max, l->owed_max);
    at += aligned(owed_bytes(l->recipients_max, l->owed_max));
    sightings_init(&b->sightings, at, l->sightings_max);
    at += aligned(sightings_bytes(l->sightings_max));
    kin_init(&b->kin, at, l->kin_max);
    at += aligned(kin_bytes(l->kin_max));
    ties_init(&b->ties, at, l->cases_open_max);
    at += aligned(ties_bytes(l->cases_open_max));
    ties_init(&b->children, at, l->kin_max);
    at += aligned(ties_bytes(l->kin_max));
    kin_init(&b->orgs, at, l->orgs_max);
    at += aligned(kin_bytes(l->orgs_max));
    pockets_init(&b->pockets, at, l->errands_max);
    return b;
}

struct area *book_area(struct book *b)
{
    return &b->area;
}

// Open cases and the lists they stand in.

struct casefile *book_file(struct book *b, uint32_t slot)
{
    return slot != 0 ? &b->shelf.files[slot] : NULL;
}

uint32_t book_slot_of(const struct book *b, const struct casefile *f)
{
    uint32_t const slot = shelf_find(&b->shelf, f->no);
    CHECK(slot != 0);
    return slot;
}

struct casefile *book_case(struct book *b, uint64_t no)
{
    return book_file(b, shelf_find(&b->shelf, no));
}

size_t book_cases(const struct book *b)
{
    return b->shelf.count;
}

static void case_remove(struct book *b, const struct casefile *f)
{
    uint32_t const slot = shelf_find(&b->shelf, f->no);
    if (slot == 0) return;
    struct casefile *mine = &b->shelf.files[slot];
    book_kin_ended(b, mine, f);
    (void)pockets_put(&b->pockets, mine->errands, mine->n_errands, NULL, 0);
    book_lists_leave(b, slot);
    alarm_set(&b->shelf, slot, INT64_MAX);
    b->shelf.places[slot].errands = false;
    shelf_give(&b->shelf, slot);
}

bool book_errands_room(const struct book *b, size_t n_before, const struct casefile *f)
{
    if (f->n_errands <= n_before || !casefile_open(f)) return true;
    return pockets_room(&b->pockets, f->n_errands);
}

size_t book_slots(const struct book *b)
{
    return b->shelf.used;
}

static struct casefile *book_slot(struct book *b, size_t slot)
{
    struct casefile *f = &b->shelf.files[slot];
    return f->no != 0 ? f : NULL;
}

struct casefile *book_slot_tasks(struct book *b, size_t slot)
{
    CHECK(slot >= 1 && slot <= b->shelf.used);
    const struct place *p = &b->shelf.places[slot];
    bool const unled = p->beside == BESIDE_MET || p->beside == BESIDE_OFFERED;
    return p->errands || unled ? book_slot(b, slot) : NULL;
}

// 0 of nobody.
static uint16_t lead_mark(const char *lead)
{
    uint32_t h = 0x811c9dc5U;
    for (const char *c = lead; *c != '\0'; c++) h = (h ^ (uint8_t)*c) * 0x01000193U;
    return lead[0] != '\0' ? (uint16_t)(h >> 16 | 1) : 0;
}

// Two bits of a command, so that of six few others are taken for one of them.
static uint32_t command_mark(uint64_t fingerprint)
{
    return fingerprint != 0 ? 1U << (fingerprint >> 59) | 1U << (fingerprint >> 54 & 31) : 0;
}

static uint32_t commands_mark(const struct casefile *f)
{
    uint32_t marks = 0;
    for (size_t i = 0; i < CASE_COMMANDS_MAX; i++)
        marks |= command_mark(f->commands[i].fingerprint);
    return marks;
}

struct casefile *book_slot_led(struct book *b, size_t slot, const char *lead, uint64_t command)
{
    CHECK(slot >= 1 && slot <= b->shelf.used);
    const struct place *p = &b->shelf.places[slot];
    uint32_t const mark = command_mark(command);
    bool const maybe = p->lead == lead_mark(lead) || (p->commands & mark) == mark;
    return maybe ? book_slot(b, slot) : NULL;
}

size_t book_errands(const struct book *b)
{
    return b->pockets.live;
}

// The book's copy of the case, with its errands in the book's own memory.
static void file_keep(struct book *b, struct casefile *mine, const struct casefile *f)
{
    struct errand *const errands =
        pockets_put(&b->pockets, mine->errands, mine->n_errands, f->errands, f->n_errands);
    *mine = *f;
    mine->errands = errands;
    mine->errands_max = 0;
}

enum err book_put(struct book *b, const struct casefile *f)
{
    CHECK(f->no != 0 && f->colour >= COLOUR_GREEN && f->colour <= COLOUR_RED);
    if (!casefile_open(f)) {
        case_remove(b, f);
        return OK;
    }
    uint32_t slot = shelf_find(&b->shelf, f->no);
    if (slot == 0 && shelf_full(&b->shelf)) return ERR_NO_MEMORY;
    struct book_seats seats;
    if (!book_seats(b, f, &seats)) return ERR_NO_MEMORY;
    bool const fresh = slot == 0;
    size_t const errands = fresh ? 0 : b->shelf.files[slot].n_errands;
    if (!book_errands_room(b, errands, f)) return ERR_NO_MEMORY;
    if (fresh) slot = shelf_take(&b->shelf, f->no);
    struct casefile *mine = &b->shelf.files[slot];
    if (fresh) book_kin_opened(b, f);
    if (f != mine) {
        if (!fresh) book_kin_changed(b, mine, f);
        book_ties_move(b, mine, f);
        file_keep(b, mine, f);
    }
    book_lists_move(b, slot, seats);
    b->shelf.places[slot].deferred_s = 0;
    b->shelf.places[slot].errands = mine->n_errands > 0;
    b->shelf.places[slot].lead = lead_mark(mine->lead);
    b->shelf.places[slot].commands = commands_mark(mine);
    alarm_set(&b->shelf, slot, casefile_due_ms(mine));
    return OK;
}

// Time.

int64_t book_next_due_ms(const struct book *b)
{
    uint32_t const slot = alarm_first(&b->shelf);
    return slot != 0 ? b->shelf.places[slot].due_ms : INT64_MAX;
}

struct casefile *book_due(struct book *b, int64_t until_ms)
{
    return book_next_due_ms(b) <= until_ms ? book_file(b, alarm_first(&b->shelf)) : NULL;
}

static struct casefile file_deferred(const struct book *b, uint32_t slot)
{
    struct casefile f = b->shelf.files[slot];
    uint32_t const seconds = b->shelf.places[slot].deferred_s;
    if (seconds != 0) f.reassess_ms = f.received_ms + seconds * SECOND_MS;
    return f;
}

enum command_kind book_due_command(struct book *b, const struct casefile *f, int64_t until_ms)
{
    struct casefile const seen = file_deferred(b, book_slot_of(b, f));
    return command_due(&seen, until_ms);
}

void book_defer(struct book *b, uint64_t no, int64_t reassess_ms)
{
    uint32_t const slot = shelf_find(&b->shelf, no);
    if (slot == 0) return;
    struct place *p = &b->shelf.places[slot];
    int64_t const seconds = (reassess_ms - p->received_ms + SECOND_MS - 1) / SECOND_MS;
    bool const never = reassess_ms == 0 || seconds > UINT32_MAX;
    p->deferred_s = never ? UINT32_MAX : seconds < 1 ? 1 : (uint32_t)seconds;
    struct casefile const seen = file_deferred(b, slot);
    alarm_set(&b->shelf, slot, casefile_due_ms(&seen));
}

void book_put_off(struct book *b, uint64_t no, int64_t until_ms)
{
    uint32_t const slot = shelf_find(&b->shelf, no);
    if (slot != 0) alarm_set(&b->shelf, slot, until_ms);
}

// Fingerprints.

uint64_t book_key_find(const struct book *b, uint64_t fingerprint, unsigned nth)
{
    struct pages_at at = {0};
    while (pages_next(&b->keys, fingerprint, &at)) {
        if (nth-- == 0) return pages_value(&b->keys, at);
    }
    return 0;
}

enum err book_key_add(struct book *b, uint64_t fingerprint, uint64_t seq)
{
    CHECK(fingerprint != 0 && seq != 0);
    return pages_add(&b->keys, fingerprint, seq);
}

// Recipients.

struct recipient *book_recipient(struct book *b, const char *id)
{
    return owed_recipient(&b->owed, id);
}

enum err book_recipient_add(struct book *b, const struct recipient *r, struct recipient **out)
{
    return owed_recipient_add(&b->owed, r, out);
}

size_t book_recipients(const struct book *b)
{
    return b->owed.n_recipients;
}

struct recipient *book_recipient_at(struct book *b, size_t i)
{
    CHECK(i < b->owed.n_recipients);
    return &b->owed.recipients[i];
}

enum err book_owe(struct book *b, struct recipient *r, uint64_t seq, int64_t at_ms)
{
    return owed_append(&b->owed, r, seq, at_ms);
}

enum err book_owe_older(struct book *b, struct recipient *r, uint64_t cursor, uint64_t seq,
                        int64_t at_ms)
{
    return owed_older(&b->owed, r, cursor, seq, at_ms);
}

uint64_t book_owed_seq(const struct book *b, const struct recipient *r, uint64_t cursor)
{
    return owed_seq(&b->owed, r, cursor);
}

void book_receipt(struct book *b, struct recipient *r, uint64_t up_to)
{
    owed_receipt(&b->owed, r, up_to);
}

uint64_t book_owed_total(const struct book *b)
{
    return b->owed.total;
}

int64_t book_owed_oldest_ms(const struct book *b)
{
    return owed_oldest_ms(&b->owed);
}

// Sightings.

static uint64_t sighting_key(enum sighting kind, uint64_t hash)
{
    return hash ^ ((uint64_t)kind + 1) * MIX;
}

enum err book_sighting_add(struct book *b, enum sighting kind, uint64_t hash, uint64_t case_no,
                           int64_t at_ms)
{
    (void)case_no; // which case it was can be told from the open case itself, or no longer matters
    if (at_ms < b->area.last_ms - SIGHTING_DAYS_MAX * DAY_MS) return OK;
    return hash != 0 ? sightings_add(&b->sightings, sighting_key(kind, hash), at_ms) : OK;
}

static bool sighting_is_of(enum sighting kind, uint64_t hash, const struct casefile *f)
{
    switch (kind) {
    case SIGHTING_PLACE: return (uint64_t)f->place_hash == hash;
    case SIGHTING_PLACE_RED:
        return (uint64_t)f->place_hash == hash && f->colour_first == COLOUR_RED;
    default: break; // asked about a case's own referrer only
    }
    return true;
}

struct window_counts book_sightings(const struct book *b, enum sighting kind, uint64_t hash,
                                    const struct windows *w, int64_t at_ms, uint64_t except_no)
{
    uint32_t const slot = hash != 0 && except_no != 0 ? shelf_find(&b->shelf, except_no) : 0;
    const struct casefile *f = &b->shelf.files[slot];
    bool const own = slot != 0 && sighting_is_of(kind, hash, f);
    if (hash == 0) return (struct window_counts){0};
    return sightings_count(&b->sightings, sighting_key(kind, hash), w, at_ms,
                           own ? f->received_ms : NO_SIGHTING);
}
