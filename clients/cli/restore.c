// restore.c - a backup put back, and the drill that proves that it could be: proven as it lies,
// copied, its epoch raised, what was erased since erased again, and proven once more.
#include "again.h"
#include "arena.h"
#include "erasures.h"
#include "ledger_file.h"
#include "safefile.h"
#include "say.h"
#include "verify.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <semaphore.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ERASURES_BYTES_MAX ((size_t)64 << 20)
#define ORDERS_BYTES       ((size_t)256 << 20) // opened: address space, touched as far as needed

// A case, and the record that erased it.
struct listed {
    uint64_t no, seq;
};

struct restore {
    struct run *run;
    const char *from, *to, *key_file;
    char *text;                   // of the list
    struct listed *listed;        // by number
    struct erasures_line *orders; // by record
    size_t n_listed, n_orders;
    struct desk_again_case *cases;
    Triage__Ledger__V1__KeptErasure **said; // what the orders say, in the arena
    void *memory;
    struct arena arena;
    struct desk_again again;
    struct desk_verify_report before, after;
    uint64_t epoch;
    sem_t woke;
    int64_t began_ms;
};

static int64_t restore_clock(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

// --- The list (daemon/wire/erasures.h). ---

static int case_order(const void *a, const void *b)
{
    struct listed const *x = a, *y = b;
    if (x->no != y->no) return x->no < y->no ? -1 : 1;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static int line_order(const void *a, const void *b)
{
    struct erasures_line const *x = a, *y = b;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static int list_bad(const char *path, size_t line)
{
    say_error("%s:%zu: expected \"case NUMBER record SEQ\" or \"order SEQ HEX\"; is this the list "
              "`erasures` from checkpoints_dir?",
              path, line);
    return EXIT_USAGE;
}

static int list_parse(struct restore *s, const char *path, struct bytes text)
{
    size_t lines = 1, used = 0;
    for (size_t i = 0; i < text.len; i++) lines += text.data[i] == '\n';
    s->listed = calloc(lines, sizeof *s->listed);
    s->orders = calloc(lines, sizeof *s->orders);
    if (!s->listed || !s->orders) return EXIT_OURS;
    for (size_t line = 1; text.len; line++) {
        struct erasures_line one;
        if (erasures_line_read(text, &one, &used) != OK) return list_bad(path, line);
        if (one.kind == ERASURES_ORDER)
            s->orders[s->n_orders++] = one;
        else
            s->listed[s->n_listed++] = (struct listed){one.no, one.seq};
        text = bytes_of(text.data + used, text.len - used);
    }
    qsort(s->listed, s->n_listed, sizeof *s->listed, case_order);
    qsort(s->orders, s->n_orders, sizeof *s->orders, line_order);
    return EXIT_DONE;
}

static int list_read(struct restore *s)
{
    const char *path = run_text(s->run, "erasures");
    size_t len;
    if (!path) {
        say_error(
            "--erasures FILE is needed: the newest copy of `erasures` from checkpoints_dir, so "
            "that what was erased since the backup stays erased; --erasures none when none "
            "was");
        return EXIT_USAGE;
    }
    if (strcmp(path, "none") == 0) return EXIT_DONE;
    s->text = safefile_read(path, ERASURES_BYTES_MAX, &len);
    if (!s->text) {
        say_error("%s: %s", path, strerror(errno));
        return EXIT_USAGE;
    }
    return list_parse(s, path, bytes_of(s->text, len));
}

// Of this ledger?  Then each case has the last order before the record that erased it.
static int list_open(struct restore *s, const struct ledger *ledger)
{
    uint8_t index_key[LEDGER_KEY_BYTES];
    struct erasures_key key;
    enum err e = OK;
    s->cases = calloc(s->n_listed + 1, sizeof *s->cases);
    s->said = calloc(s->n_orders + 1, sizeof *s->said);
    s->memory = malloc(ORDERS_BYTES);
    if (!s->cases || !s->said || !s->memory) return EXIT_OURS;
    arena_init(&s->arena, s->memory, ORDERS_BYTES);
    ledger_index_key(ledger, index_key);
    erasures_key_init(&key, index_key);
    for (size_t i = 0; i < s->n_orders && e == OK; i++)
        e = erasures_order_open(&key, &s->orders[i], &s->arena, &s->said[i]);
    sodium_memzero(index_key, sizeof index_key);
    sodium_memzero(&key, sizeof key);
    if (e) {
        say_error("the list of erasures is not this ledger's, or was changed: an order in it does "
                  "not open");
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < s->n_listed; i++) {
        size_t order = 0;
        if (i && s->listed[i].no == s->listed[i - 1].no) continue;
        while (order < s->n_orders && s->orders[order].seq < s->listed[i].seq) order++;
        s->cases[s->again.n++] = (struct desk_again_case){s->listed[i].no, order};
    }
    s->again.cases = s->cases;
    s->again.orders = (const Triage__Ledger__V1__KeptErasure *const *)s->said;
    s->again.n_orders = s->n_orders;
    return EXIT_DONE;
}

// --- Files. ---

static bool copy_bytes(int from, int to)
{
    static char bytes[1 << 16];
    ssize_t n;
    while ((n = read(from, bytes, sizeof bytes)) > 0)
        for (ssize_t done = 0, w; done < n; done += w)
            if ((w = write(to, bytes + done, (size_t)(n - done))) < 0) return false;
    return n == 0 && fsync(to) == 0;
}

static bool copy_file(const struct restore *s, const char *name, bool needed)
{
    char from[PATH_MAX], to[PATH_MAX];
    snprintf(from, sizeof from, "%s/%s", s->from, name);
    snprintf(to, sizeof to, "%s/%s", s->to, name);
    int const in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0 && errno == ENOENT && !needed) return true;
    int const out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool const good = out >= 0 && copy_bytes(in, out);
    if (!good) say_error("%s to %s: %s", from, to, strerror(errno));
    if (in >= 0) (void)close(in);
    if (out >= 0 && close(out) != 0) return false;
    return good;
}

static int restore_copy(const struct restore *s)
{
    if (!safefile_make_folders(s->to)) {
        say_error("%s: %s", s->to, strerror(errno));
        return EXIT_OURS;
    }
    bool const good = copy_file(s, "ledger.db", true) && copy_file(s, "ledger.db-wal", false) &&
                      safefile_sync_folder(s->to);
    return good ? EXIT_DONE : EXIT_OURS;
}

// --- The steps. ---

static int restore_prove(struct restore *s, const char *folder, struct desk_verify_report *report)
{
    int code = EXIT_DONE;
    struct ledger *ledger = ledger_file_open(folder, s->key_file, &code);
    if (!ledger) return code;
    enum err const e = desk_verify(ledger, report);
    s->epoch = ledger_head(ledger).epoch;
    if (!s->cases) code = list_open(s, ledger);
    ledger_close(ledger);
    if (code != EXIT_DONE) return code;
    if (e == OK && !report->problem[0]) return EXIT_DONE;
    say_error("%s: NOT PROVEN: %s", folder, report->problem[0] ? report->problem : err_text(e));
    return EXIT_OURS;
}

static void restore_wake(void *ctx)
{
    (void)sem_post(&((struct restore *)ctx)->woke);
}

static void restore_rest(void *ctx)
{
    while (sem_wait(&((struct restore *)ctx)->woke) != 0) continue; // A signal came between.
}

static int restore_raise(struct restore *s)
{
    struct ledger_settings settings = {
        .path = s->to, .wake = restore_wake, .wake_ctx = s, .restored = true};
    struct ledger *ledger = NULL;
    char why[512] = "";
    if (!ledger_file_key(settings.master_key, s->key_file)) return EXIT_USAGE;
    enum err e = ledger_open_sqlite(&ledger, &settings, why, sizeof why);
    sodium_memzero(settings.master_key, sizeof settings.master_key);
    if (e == OK) {
        s->again.now_ms = restore_clock(CLOCK_REALTIME);
        s->again.rest = restore_rest;
        s->again.ctx = s;
        e = desk_erase_again(ledger, &s->again);
        ledger_close(ledger);
    }
    if (e == OK) return EXIT_DONE;
    say_error("%s: %s", s->to, why[0] ? why : err_text(e));
    return EXIT_OURS;
}

static int restore_tell(const struct restore *s, bool drill, uint64_t epoch_before)
{
    int64_t const took_ms = restore_clock(CLOCK_MONOTONIC) - s->began_ms;
    if (s->run->json) {
        say_data(json_pack("{sI, sI, sI, sI, sI, sI, sI, sI}", "records",
                           (json_int_t)s->after.records, "cases", (json_int_t)s->after.cases,
                           "epoch_before", (json_int_t)epoch_before, "epoch", (json_int_t)s->epoch,
                           "erased_again", (json_int_t)s->again.erased, "erased_before",
                           (json_int_t)s->again.before, "not_in_backup",
                           (json_int_t)s->again.unknown, "took_ms", (json_int_t)took_ms));
        return EXIT_DONE;
    }
    printf("proven: %" PRIu64 " records of %" PRIu64 " cases, before and after\n"
           "epoch: %" PRIu64 ", raised to %" PRIu64 "\n"
           "erased again: %zu (%zu were erased in the backup, %zu are not in it)\n",
           s->after.records, s->after.cases, epoch_before, s->epoch, s->again.erased,
           s->again.before, s->again.unknown);
    if (drill)
        printf("drill: restored and proven in %.1f s, and removed again\n", (double)took_ms / 1000);
    else
        printf("restored to %s in %.1f s: start the daemon there\n", s->to, (double)took_ms / 1000);
    return EXIT_DONE;
}

static int restore_steps(struct restore *s, bool drill)
{
    int code = restore_prove(s, s->from, &s->before);
    uint64_t const epoch_before = s->epoch;
    if (code == EXIT_DONE) code = restore_copy(s);
    if (code == EXIT_DONE) code = restore_raise(s);
    if (code == EXIT_DONE) code = restore_prove(s, s->to, &s->after);
    if (code != EXIT_DONE) return code;
    // Each case erased again is one record more, and each order; nothing else may have changed.
    if (s->epoch != epoch_before + 1 || s->after.cases != s->before.cases ||
        s->after.records != s->before.records + s->again.erased + s->again.told) {
        say_error("%s is not what the backup was: %" PRIu64 " records became %" PRIu64, s->to,
                  s->before.records, s->after.records);
        return EXIT_OURS;
    }
    return restore_tell(s, drill, epoch_before);
}

static void drill_remove(const char *folder)
{
    static const char *const names[] = {"ledger.db", "ledger.db-wal", "ledger.db-shm", "lock"};
    char path[PATH_MAX];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
}

static int restore_run(struct restore *s, bool drill)
{
    char folder[] = "/tmp/triage-drill-XXXXXX";
    char at[PATH_MAX];
    const char *beside = run_text(s->run, "to");
    if (drill && beside) { // The drill needs as much room as the backup has.
        snprintf(at, sizeof at, "%s/triage-drill-XXXXXX", beside);
        s->to = mkdtemp(at);
    } else {
        s->to = drill ? mkdtemp(folder) : beside;
    }
    if (!s->to) {
        say_error(drill ? "--to DIR: no folder can be made there"
                        : "--to DIR is needed: an empty folder for the ledger, such as ledger_dir");
        return EXIT_USAGE;
    }
    int const code = restore_steps(s, drill);
    if (drill) drill_remove(s->to);
    return code;
}

int ledger_restore(struct run *r, const char *from, bool drill)
{
    struct restore s = {.run = r,
                        .from = from,
                        .key_file = run_text(r, "key"),
                        .began_ms = restore_clock(CLOCK_MONOTONIC)};
    int code = list_read(&s);
    if (code == EXIT_DONE && sem_init(&s.woke, 0, 0) == 0) {
        code = restore_run(&s, drill);
        (void)sem_destroy(&s.woke);
    }
    if (s.memory) sodium_memzero(s.memory, s.arena.used);
    free(s.memory);
    free(s.said);
    free(s.cases);
    free(s.orders);
    free(s.listed);
    free(s.text);
    return code;
}
