#include "witness.h"

#include "arena.h"
#include "erasures.h"
#include "wire.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ERASURES_FILE   "erasures"
#define CHECKPOINT_FILE "checkpoint"

void witness_open(struct witness *w, const struct config *config, struct log *log,
                  const uint8_t *seed)
{
    *w = (struct witness){.config = config, .log = log, .armed = seed != NULL};
    if (seed) memcpy(w->seed, seed, sizeof w->seed);
    if (!seed) log_event(log, LOG_WARNING, "no_checkpoint_key", NULL, 0);
}

void witness_close(struct witness *w)
{
    sodium_memzero(w->seed, sizeof w->seed);
    for (size_t i = 0; i < w->n_orders; i++) free(w->orders[i].text);
    free(w->orders);
}

// --- Files: under another name first, so that a reader never sees half of one. ---

static FILE *file_begin(const char *folder, char partial[PATH_MAX])
{
    int const n = snprintf(partial, PATH_MAX, "%s/.partial", folder);
    if (n >= PATH_MAX || (mkdir(folder, 0700) != 0 && errno != EEXIST)) return NULL;
    return fopen(partial, "we");
}

static bool file_end(FILE *f, bool good, const char *partial, const char *folder, const char *name)
{
    char path[PATH_MAX];
    good = fflush(f) == 0 && fsync(fileno(f)) == 0 && good;
    good = fclose(f) == 0 && good;
    int const n = snprintf(path, sizeof path, "%s/%s", folder, name);
    return good && n < PATH_MAX && rename(partial, path) == 0;
}

static bool file_text(const char *folder, const char *name, const char *text)
{
    char partial[PATH_MAX];
    FILE *f = file_begin(folder, partial);
    return f && file_end(f, fputs(text, f) >= 0, partial, folder, name);
}

// --- The list of what was erased. ---

// What an order says never changes, so its line is made once.
struct order_read {
    uint64_t seq, before; // the record that is read; the order before it
    struct arena *arena;
    struct bytes line;
    const struct erasures_key *key;
};

static enum err order_event(const struct ledger_record *r, struct event *e)
{
    e->entity = r->entity;
    return wire_header_decode(r->header, e, NULL);
}

#define ENOUGH ERR_CONFLICT // ends a scan after its first record

static enum err order_of_erasing(void *ctx, const struct ledger_record *r)
{
    struct order_read *o = ctx;
    struct event e;
    enum err const bad = order_event(r, &e);
    if (bad) return bad;
    o->before = e.kind == EVENT_ERASED ? e.number : 0; // an earlier release kept none
    return ENOUGH;
}

static enum err order_make(void *ctx, const struct ledger_record *r)
{
    struct order_read *o = ctx;
    struct event e;
    Triage__Ledger__V1__Body *body = NULL;
    enum err bad = order_event(r, &e);
    if (!bad) bad = wire_body(r->body, o->arena, &body);
    if (bad || !body->erasure) return bad ? bad : ERR_CORRUPT;
    o->before = e.number;
    o->line = erasures_order_write(o->key, o->seq, body->erasure, o->arena);
    return o->line.data ? ENOUGH : ERR_NO_MEMORY;
}

static bool record_read(struct witness *w, struct order_read *o, ledger_scan_record_fn *fn)
{
    char why[160];
    return ledger_scan_records(w->ledger, o->seq, true, fn, o, why, sizeof why) == ENOUGH;
}

static bool order_keep(struct witness *w, uint64_t seq, struct bytes line)
{
    struct witness_order *grown =
        realloc(w->orders, (w->n_orders + 1) * sizeof *w->orders); // two managers make one
    if (grown) w->orders = grown;
    char *text = grown ? malloc(line.len) : NULL;
    if (!text) return false;
    memcpy(text, line.data, line.len);
    w->orders[w->n_orders++] = (struct witness_order){seq, line.len, text};
    return true;
}

static bool order_known(const struct witness *w, uint64_t seq)
{
    for (size_t i = 0; i < w->n_orders; i++)
        if (w->orders[i].seq == seq) return true;
    return false;
}

// From the order of the newest erasure back, until one is known.
static bool orders_read(struct witness *w, uint64_t newest_erasing)
{
    static const size_t most = 4 * LEDGER_BODY_MAX;
    struct order_read o = {.seq = newest_erasing};
    struct erasures_key key;
    uint8_t index_key[LEDGER_KEY_BYTES];
    size_t const before = w->n_orders;
    if (newest_erasing == 0) return true;
    void *memory = malloc(most);
    struct arena arena;
    bool good = memory && record_read(w, &o, order_of_erasing);
    ledger_index_key(w->ledger, index_key);
    erasures_key_init(&key, index_key);
    o.key = &key;
    o.arena = &arena;
    while (good && o.before && !order_known(w, o.before)) {
        arena_init(&arena, memory, most);
        o.seq = o.before;
        good = record_read(w, &o, order_make) && order_keep(w, o.seq, o.line);
    }
    while (!good && w->n_orders > before) free(w->orders[--w->n_orders].text); // all, or none
    if (memory) sodium_memzero(memory, most);
    sodium_memzero(index_key, sizeof index_key);
    sodium_memzero(&key, sizeof key);
    free(memory);
    return good;
}

struct erasures_list {
    FILE *file;
    uint64_t newest; // record
};

static enum err erasure_line(void *ctx, uint64_t entity, uint64_t seq)
{
    struct erasures_list *l = ctx;
    char line[ERASURES_CASE_MAX];
    (void)erasures_case_write(ENTITY_CASE_NO(entity), seq, line);
    if (seq > l->newest) l->newest = seq;
    return fputs(line, l->file) >= 0 ? OK : ERR_IO;
}

static bool erasures_write(struct witness *w, const char *folder)
{
    char partial[PATH_MAX];
    struct erasures_list l = {.file = file_begin(folder, partial)};
    if (!l.file) return false;
    bool good = ledger_scan_erasures(w->ledger, erasure_line, &l) == OK && orders_read(w, l.newest);
    for (size_t i = 0; i < w->n_orders && good; i++)
        good = fwrite(w->orders[i].text, 1, w->orders[i].len, l.file) == w->orders[i].len;
    return file_end(l.file, good, partial, folder, ERASURES_FILE);
}

// --- Checkpoints. ---

static void witness_sign_head(struct witness *w, const struct ledger_head *head, struct now now,
                              char out[CHECKPOINT_TEXT_MAX])
{
    struct checkpoint c = {.head = *head, .at_ms = now.utc_ms};
    strcpy(c.area, w->config->area); // An id: config_finish looked at it.
    (void)checkpoint_write(&c, w->seed, out);
}

enum err witness_sign(struct witness *w, struct now now, char out[CHECKPOINT_TEXT_MAX])
{
    struct ledger_head const head = ledger_head(w->ledger);
    if (!w->armed) return ERR_NOT_FOUND;
    witness_sign_head(w, &head, now, out);
    return OK;
}

static void witness_write(struct witness *w, struct now now)
{
    char text[CHECKPOINT_TEXT_MAX], name[64];
    struct ledger_head const head = ledger_head(w->ledger);
    bool good = true;
    if (w->armed && (head.seq != w->written.seq || head.epoch != w->written.epoch)) {
        witness_sign_head(w, &head, now, text);
        (void)snprintf(name, sizeof name, "%03" PRIu64 "-%012" PRIu64 "." CHECKPOINT_FILE,
                       head.epoch, head.seq);
        good = file_text(w->config->checkpoints_dir, name, text);
    }
    if (head.erasures != w->written.erasures || w->written.epoch == 0)
        good = erasures_write(w, w->config->checkpoints_dir) && good;
    // What could not be written is tried again with the next one.
    if (good) w->written = head;
    if (!good) log_event(w->log, LOG_WARNING, "checkpoint_failed", NULL, (int64_t)head.seq);
}

static bool witness_wanted(const struct witness *w)
{
    return w->config->checkpoint_minutes > 0 && w->config->checkpoints_dir[0];
}

int64_t witness_turn(struct witness *w, struct now now)
{
    if (!witness_wanted(w)) return INT64_MAX;
    // An erasure may not come back with a backup: the list is written at once, a moment apart.
    bool const erased = ledger_head(w->ledger).erasures != w->written.erasures;
    if (w->next_ms && erased && w->next_ms > now.mono_ms + SECOND_MS)
        w->next_ms = now.mono_ms + SECOND_MS;
    if (now.mono_ms < w->next_ms) return w->next_ms;
    witness_write(w, now);
    w->next_ms = now.mono_ms + w->config->checkpoint_minutes * MINUTE_MS;
    return w->next_ms;
}

void witness_last(struct witness *w, struct now now)
{
    struct ledger_head const head = ledger_head(w->ledger);
    bool const news = head.seq != w->written.seq || head.erasures != w->written.erasures;
    if (witness_wanted(w) && news) witness_write(w, now);
}

// --- Backups. ---

static void backup_told(void *ctx, enum err err, const struct ledger_head *head, const char *why)
{
    struct witness *w = ctx;
    char text[CHECKPOINT_TEXT_MAX];
    struct timespec t;
    bool good = err == OK;
    w->running = false;
    w->copied = *head;
    (void)snprintf(w->problem, sizeof w->problem, "%s", good ? "" : why);
    if (good) {
        clock_gettime(CLOCK_REALTIME, &t);
        struct now const now = {.utc_ms = (int64_t)t.tv_sec * SECOND_MS};
        if (w->armed) witness_sign_head(w, head, now, text);
        if (w->armed) good = file_text(w->folder, CHECKPOINT_FILE, text);
        good = erasures_write(w, w->folder) && good;
        if (!good)
            (void)snprintf(w->problem, sizeof w->problem, "%s: %s", w->folder, strerror(errno));
    }
    log_event(w->log, good ? LOG_INFO : LOG_ERROR, good ? "backup" : "backup_failed", NULL,
              (int64_t)head->seq);
}

enum err witness_backup(struct witness *w, struct now now)
{
    time_t const at = (time_t)(now.utc_ms / SECOND_MS);
    struct tm utc;
    char stamp[24];
    if (w->running) return ERR_BUSY;
    if (!w->config->backups_dir[0]) return ERR_NOT_FOUND;
    if (mkdir(w->config->backups_dir, 0700) != 0 && errno != EEXIST) {
        (void)snprintf(w->problem, sizeof w->problem, "%s: %s", w->config->backups_dir,
                       strerror(errno));
        return ERR_IO;
    }
    (void)strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%S", gmtime_r(&at, &utc));
    (void)snprintf(w->folder, sizeof w->folder, "%s/%s.%03dZ", w->config->backups_dir, stamp,
                   (int)(now.utc_ms % SECOND_MS));
    w->problem[0] = '\0';
    enum err const e = ledger_backup(w->ledger, w->folder, backup_told, w);
    w->running = e == OK;
    return e;
}
