// The ledger in memory: disks by name, and the faults that tests ask for.
#include "ledger_memory.h"

#include "check.h"
#include "keeper.h"
#include "ledger_internal.h"
#include "memory_store.h"

#include <signal.h>
#include <sodium.h>
#include <stdlib.h>

struct memory_disk {
    struct memory_disk *next;
    char *path;
    bool open; // the lock
    struct vault_kept vault;
    struct memory_store store;
};
static struct memory_disk *disks;

struct memory_ledger {
    struct ledger base;
    struct memory_disk *disk;
    struct keeper keeper;
    struct opener reads;
    uint64_t epoch;
    bool turn_held, reads_held, failed;
    enum memory_fault fault;
    unsigned fault_in; // appends
    enum err read_fault;
    unsigned read_fault_in;
    int64_t free_bytes;
    struct waiting waiting;
};

static struct memory_ledger *memory_of(struct ledger *l)
{
    return (struct memory_ledger *)l; // `base` is its first member.
}

static struct memory_disk *disk_find(const char *path)
{
    for (struct memory_disk *d = disks; d; d = d->next)
        if (strcmp(d->path, path) == 0) return d;
    return NULL;
}

static void disk_free(struct memory_disk *d)
{
    CHECK(!d->open);
    memory_store_free(&d->store);
    free(d->path);
    free(d);
}

void ledger_memory_forget(const char *path)
{
    struct memory_disk **at = &disks;
    while (*at) {
        struct memory_disk *d = *at;
        if (path && strcmp(d->path, path) != 0) {
            at = &d->next;
            continue;
        }
        *at = d->next;
        disk_free(d);
    }
}

// A new disk with an empty ledger on it.
static enum err disk_make(struct memory_disk **out, const struct ledger_settings *s,
                          struct vault *v)
{
    struct head head;
    struct dice dice = {.left = 0};
    uint8_t sealed[HEAD_SEALED_BYTES];
    struct memory_disk *d = calloc(1, sizeof *d);
    if (!d || !(d->path = strdup(s->path))) {
        free(d);
        return ERR_NO_MEMORY;
    }
    memory_store_init(&d->store);
    vault_make(v, &d->vault, s->master_key);
    head_first(&head, v);
    head_seal(sealed, &head, v, &dice);
    struct store *store = &d->store.base;
    enum err e = store->ops->begin(store, true);
    if (e == OK) e = store->ops->put_head(store, bytes_of(sealed, sizeof sealed));
    if (e == OK) e = store->ops->commit(store);
    d->next = disks;
    disks = *out = d;
    return e;
}

static void memory_append(struct ledger *l, uint64_t epoch, const struct ledger_turn *turn)
{
    struct memory_ledger *m = memory_of(l);
    (void)turn; // The front has it.
    m->epoch = epoch;
    if (!m->turn_held) ledger_wake(l);
}

static enum memory_fault memory_fault_now(struct memory_ledger *m)
{
    if (m->fault_in == 0 || --m->fault_in > 0) return MEMORY_NO_FAULT;
    return m->fault;
}

static bool memory_ended(struct ledger *l, struct ending *out)
{
    struct memory_ledger *m = memory_of(l);
    if (m->turn_held) return false;
    enum memory_fault const fault = memory_fault_now(m);
    if (fault == MEMORY_DIES) (void)raise(SIGKILL);
    if (fault == MEMORY_LOST) {
        out->kept = UNKNOWN;
    } else if (fault == MEMORY_FENCED) {
        out->kept = FENCED;
    } else {
        out->kept = keeper_keep(&m->keeper, m->epoch, &l->turn);
    }
    if (fault == MEMORY_UNTOLD) out->kept = UNKNOWN;
    out->head = m->keeper.head;
    out->commit_us = 0; // Memory has no clock.
    return true;
}

static enum err memory_read(struct ledger *l, const struct reading *r)
{
    struct memory_ledger *m = memory_of(l);
    enum err const e = waiting_put(&m->waiting, r);
    if (e == OK && !m->reads_held) ledger_wake(l);
    return e;
}

// Only what was asked before the reap: a callback may ask again.
static void memory_reap_reads(struct ledger *l)
{
    struct memory_ledger *m = memory_of(l);
    for (size_t left = m->reads_held ? 0 : m->waiting.n; left > 0; left--) {
        struct reading const r = waiting_take(&m->waiting);
        if (m->read_fault_in > 0 && --m->read_fault_in == 0) {
            reading_fail(&r, m->read_fault);
        } else {
            reading_run(&r, &m->reads);
        }
    }
}

static struct ledger_space memory_space(struct ledger *l)
{
    int64_t const bytes = memory_of(l)->free_bytes;
    return (struct ledger_space){.free_bytes = bytes, .low = bytes < l->settings.low_water_bytes};
}

static void memory_free(struct memory_ledger *m)
{
    if (m->disk) m->disk->open = false;
    keeper_close(&m->keeper);
    opener_close(&m->reads);
    ledger_front_close(&m->base);
    free(m);
}

// Waits for the turn in flight, as the one on disk does: it is kept, and nobody is told.
static void memory_close(struct ledger *l)
{
    struct memory_ledger *m = memory_of(l);
    struct ending end;
    m->turn_held = false;
    if (l->in_flight && l->over == KEPT) (void)memory_ended(l, &end);
    memory_free(m);
}

static const struct ledger_ops memory_ops = {
    .append = memory_append,
    .ended = memory_ended,
    .read = memory_read,
    .reap_reads = memory_reap_reads,
    .space = memory_space,
    .close = memory_close,
};

static enum err memory_open(struct memory_ledger *m, const struct ledger_settings *s, char *why,
                            size_t size)
{
    struct memory_disk *d = disk_find(s->path);
    enum err e = ledger_front_open(&m->base, s);
    if (e) return e;
    if (d && d->open) {
        ledger_why(why, size, "%s is open already: close it first", s->path);
        return ERR_LOCKED;
    }
    e = d ? vault_open(m->base.vault, &d->vault, s->master_key) : disk_make(&d, s, m->base.vault);
    if (e == ERR_CONFIG)
        ledger_why(why, size, "the master key is not the one that %s was made with", s->path);
    if (e) return e;
    m->disk = d;
    d->open = true;
    m->base.settings.path = d->path;
    struct store *store = &d->store.base;
    if ((e = keeper_open(&m->keeper, m->base.vault, store, s->restored))) return e;
    if ((e = opener_open(&m->reads, m->base.vault, store))) return e;
    if ((e = opener_open(&m->base.scans, m->base.vault, store))) return e;
    m->base.head = m->keeper.head;
    e = opener_check_end(&m->reads, &m->base.head);
    if (e) ledger_why(why, size, "%s does not end where its head says: restore it", s->path);
    return e;
}

enum err ledger_open_memory(struct ledger **out, const struct ledger_settings *s, char *why,
                            size_t size)
{
    struct memory_ledger *m = calloc(1, sizeof *m);
    if (!m) return ERR_NO_MEMORY;
    m->base.ops = &memory_ops;
    m->free_bytes = INT64_MAX;
    if (size) why[0] = '\0';
    enum err const e = memory_open(m, s, why, size);
    if (e) {
        memory_free(m);
        return e;
    }
    *out = &m->base;
    return OK;
}

void ledger_memory_hold(struct ledger *l, bool turns, bool reads)
{
    struct memory_ledger *m = memory_of(l);
    bool const freed = (m->turn_held && !turns) || (m->reads_held && !reads);
    m->turn_held = turns;
    m->reads_held = reads;
    if (freed) ledger_wake(l);
}

void ledger_memory_fault(struct ledger *l, enum memory_fault fault, unsigned nth)
{
    memory_of(l)->fault = fault;
    memory_of(l)->fault_in = nth;
}

void ledger_memory_read_fault(struct ledger *l, enum err e, unsigned nth)
{
    memory_of(l)->read_fault = e;
    memory_of(l)->read_fault_in = nth;
}

void ledger_memory_space(struct ledger *l, int64_t free_bytes)
{
    memory_of(l)->free_bytes = free_bytes;
}

void ledger_memory_crash(struct ledger *l, bool turn_survives)
{
    struct memory_ledger *m = memory_of(l);
    CHECK(!l->scanning);
    if (turn_survives && l->in_flight && l->over == KEPT)
        (void)keeper_keep(&m->keeper, m->epoch, &l->turn);
    memory_free(m);
}

bool ledger_memory_flip(const char *path, enum memory_part part, uint64_t number, size_t bit)
{
    struct memory_disk *d = disk_find(path);
    if (!d || d->open) return false;
    struct memory_record *record = memory_store_record(&d->store, number);
    struct memory_row *row = memory_store_row(&d->store, number);
    uint8_t *at = NULL;
    size_t len = 0;
    if (part == MEMORY_BLOB && row) {
        at = row->bytes + row->row.key.len;
        len = row->row.blob.len;
    } else if (part == MEMORY_HEADER && record) {
        at = record->bytes;
        len = record->header_len;
    } else if (part == MEMORY_BODY && record) {
        at = record->bytes + record->header_len;
        len = record->body_len;
    }
    if (len == 0) return false;
    at[bit / 8 % len] ^= (uint8_t)(1U << bit % 8);
    return true;
}

bool ledger_memory_truncate(const char *path)
{
    struct memory_disk *d = disk_find(path);
    return d && !d->open && memory_store_drop_last(&d->store);
}
