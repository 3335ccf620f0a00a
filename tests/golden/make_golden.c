// Makes the golden ledger of this release: run once by hand before it, and keep the file for ever.
//
//   make_golden tests/golden/0.1.0
#include "golden.h"

#include <poll.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void on_wake(void *ctx)
{
    uint64_t const one = 1;
    (void)!write(*(int *)ctx, &one, sizeof one);
}

static void on_done(void *ctx, enum kept kept, uint64_t head_seq)
{
    (void)head_seq;
    *(enum kept *)ctx = kept;
}

static enum kept golden_keep(struct ledger *l, int wake_fd, const struct golden_record *g)
{
    enum kept kept = UNKNOWN;
    uint64_t const seq = ledger_head(l).seq + 1;
    struct ledger_entry const e = {.entity = g->entity,
                                   .header = bytes_text(g->header),
                                   .body = bytes_text(g->body),
                                   .fingerprint = g->fingerprint,
                                   .erase = g->erase};
    struct ledger_row const row = {.entity = g->entity,
                                   .last_seq = seq,
                                   .fold_version = 1,
                                   .open = g->open,
                                   .blob = bytes_text(g->header)};
    struct ledger_turn const t = {seq, 1, 1, &e, &row};
    struct pollfd p = {.fd = wake_fd, .events = POLLIN};
    ledger_append(l, ledger_head(l).epoch, &t, on_done, &kept);
    while (ledger_in_flight(l)) {
        uint64_t count;
        if (poll(&p, 1, -1) == 1 && read(wake_fd, &count, sizeof count) > 0) ledger_reap(l);
    }
    return kept;
}

int main(int argc, char **argv)
{
    struct ledger *l;
    char why[512], path[4096];
    int wake_fd = eventfd(0, EFD_CLOEXEC);
    if (argc != 2) return fputs("usage: make_golden DIRECTORY\n", stderr), 2;
    struct ledger_settings s = {.path = argv[1], .wake = on_wake, .wake_ctx = &wake_fd};
    memset(s.master_key, GOLDEN_KEY_BYTE, sizeof s.master_key);
    if (ledger_open_sqlite(&l, &s, why, sizeof why)) return fprintf(stderr, "%s\n", why), 1;
    if (ledger_head(l).seq > 0) return fputs("there is one already: it is kept\n", stderr), 1;
    for (size_t i = 0; i < GOLDEN_RECORDS; i++)
        if (golden_keep(l, wake_fd, &golden_records[i]) != KEPT) return 1;
    ledger_close(l);
    static const char *const rest[] = {"ledger.db-wal", "ledger.db-shm", "lock"};
    for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++) { // Empty now.
        snprintf(path, sizeof path, "%s/%s", argv[1], rest[i]);
        if (unlink(path) != 0) return perror(path), 1;
    }
    return 0;
}
