// How fast the ledger keeps records, beside the disk's own speed in the same run.
//
//   bench_ledger [DIRECTORY [SECONDS]]
//
// Every record: a header of 300 bytes, a body of 700, a state row of 300.  "new" opens a case with
// each record, "more" adds to 20,000 cases that are there.  The floor appends as many bytes as
// plain text and calls fdatasync once a turn.
#include "ledger.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define HEADER_BYTES 300
#define BODY_BYTES   700
#define ROW_BYTES    300
#define CASES        20000
#define TURNS_MAX    1000000

static uint64_t samples[TURNS_MAX];

static uint64_t clock_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static int compare(const void *a, const void *b)
{
    uint64_t const x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static void report(const char *what, size_t batch, size_t turns, uint64_t us)
{
    qsort(samples, turns, sizeof samples[0], compare);
    printf("%-22s %5zu a turn %9.0f records/s   turn p50 %7.2f ms  p99 %7.2f ms  worst %7.2f ms\n",
           what, batch, (double)(turns * batch) * 1e6 / (double)us,
           (double)samples[turns / 2] / 1e3, (double)samples[turns * 99 / 100] / 1e3,
           (double)samples[turns - 1] / 1e3);
    fflush(stdout);
}

static void floor_run(const char *dir, size_t batch, uint64_t limit_us)
{
    char path[5000];
    static char block[1024 * (HEADER_BYTES + BODY_BYTES + ROW_BYTES)];
    size_t const len = batch * (HEADER_BYTES + BODY_BYTES + ROW_BYTES);
    snprintf(path, sizeof path, "%s/floor", dir);
    int const fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    uint64_t const start = clock_us();
    uint64_t now = start;
    size_t turns = 0;
    while (now - start < limit_us && turns < TURNS_MAX) {
        uint64_t const before = now;
        if (write(fd, block, len) != (ssize_t)len || fdatasync(fd) != 0) abort();
        now = clock_us();
        samples[turns++] = now - before;
    }
    report("write + fdatasync", batch, turns, now - start);
    close(fd);
    unlink(path);
}

struct bench {
    struct ledger *ledger;
    int wake_fd;
    bool done;
    struct ledger_entry entries[LEDGER_TURN_MAX];
    struct ledger_row rows[LEDGER_TURN_MAX];
    uint8_t bytes[HEADER_BYTES + BODY_BYTES + ROW_BYTES];
};

static void on_wake(void *ctx)
{
    uint64_t const one = 1;
    if (write(((struct bench *)ctx)->wake_fd, &one, sizeof one) != sizeof one) abort();
}

static void on_done(void *ctx, enum kept kept, uint64_t head_seq)
{
    (void)head_seq;
    if (kept != KEPT) abort();
    ((struct bench *)ctx)->done = true;
}

static void bench_turn(struct bench *b, size_t batch, bool more)
{
    uint64_t const first = ledger_head(b->ledger).seq + 1;
    for (size_t i = 0; i < batch; i++) {
        uint64_t const no = more ? (first + i) % CASES : first + i;
        b->entries[i] = (struct ledger_entry){.entity = ENTITY_CASE(no),
                                              .header = bytes_of(b->bytes, HEADER_BYTES),
                                              .body = bytes_of(b->bytes + HEADER_BYTES, BODY_BYTES),
                                              .fingerprint = first + i};
        b->rows[i] =
            (struct ledger_row){.entity = ENTITY_CASE(no),
                                .last_seq = first + i,
                                .fold_version = 1,
                                .open = true,
                                .blob = bytes_of(b->bytes + HEADER_BYTES + BODY_BYTES, ROW_BYTES)};
    }
    struct ledger_turn const turn = {first, batch, batch, b->entries, b->rows};
    struct pollfd p = {.fd = b->wake_fd, .events = POLLIN};
    uint64_t count;
    b->done = false;
    ledger_append(b->ledger, 1, &turn, on_done, b);
    while (!b->done) {
        if (poll(&p, 1, -1) < 0 || read(b->wake_fd, &count, sizeof count) < 0) continue;
        ledger_reap(b->ledger);
    }
}

static void bench_run(struct bench *b, const char *what, size_t batch, bool more, uint64_t limit_us)
{
    uint64_t const start = clock_us();
    uint64_t now = start;
    size_t turns = 0;
    while (now - start < limit_us && turns < TURNS_MAX) {
        uint64_t const before = now;
        bench_turn(b, batch, more);
        now = clock_us();
        samples[turns++] = now - before;
    }
    report(what, batch, turns, now - start);
}

static enum err nothing(void *ctx, const struct ledger_row *row)
{
    *(uint64_t *)ctx += row->blob.len;
    return OK;
}

static enum err nothing_more(void *ctx, const struct ledger_record *r)
{
    *(uint64_t *)ctx += r->header.len;
    return OK;
}

static void bench_scans(struct bench *b)
{
    char why[256];
    uint64_t sum = 0, start = clock_us();
    if (ledger_scan_rows(b->ledger, false, nothing, &sum) != OK) abort();
    uint64_t us = clock_us() - start;
    printf("state rows read and checked  %9.0f/s\n", (double)(sum / ROW_BYTES) * 1e6 / (double)us);
    start = clock_us();
    sum = 0;
    if (ledger_scan_records(b->ledger, 1, true, nothing_more, &sum, why, sizeof why) != OK) abort();
    us = clock_us() - start;
    printf("records read and proved      %9.0f/s\n",
           (double)(sum / HEADER_BYTES) * 1e6 / (double)us);
}

static void on_read(void *ctx, enum err err, const struct ledger_record *r)
{
    if (err != OK || r->body.len != BODY_BYTES) abort();
    --*(size_t *)ctx;
}

// As a desk that claims: records at random, with their bodies, 1,000 outstanding.
static void bench_reads(struct bench *b, uint64_t limit_us)
{
    uint64_t const head = ledger_head(b->ledger).seq, start = clock_us();
    struct pollfd p = {.fd = b->wake_fd, .events = POLLIN};
    uint64_t asked = 0, at = 1, count;
    size_t outstanding = 0;
    while (clock_us() - start < limit_us || outstanding > 0) {
        while (outstanding < 1000 && clock_us() - start < limit_us) {
            at = at * UINT64_C(6364136223846793005) + 1442695040888963407;
            if (ledger_read(b->ledger, 1 + (at >> 20) % head, true, on_read, &outstanding)) abort();
            outstanding++;
            asked++;
        }
        if (poll(&p, 1, -1) > 0 && read(b->wake_fd, &count, sizeof count) > 0)
            ledger_reap(b->ledger);
    }
    printf("asked one by one, with body  %9.0f/s\n",
           (double)asked * 1e6 / (double)(clock_us() - start));
}

int main(int argc, char **argv)
{
    static struct bench b;
    char dir[4096], why[512], command[5000];
    static const size_t batches[] = {1, 64, 1024};
    uint64_t const limit_us = (argc > 2 ? strtoull(argv[2], NULL, 10) : 5) * 1000000;
    snprintf(dir, sizeof dir, "%s/bench-ledger-XXXXXX", argc > 1 ? argv[1] : "/tmp");
    if (!mkdtemp(dir)) return perror(dir), 1;
    struct ledger_settings s = {.path = dir, .wake = on_wake, .wake_ctx = &b};
    b.wake_fd = eventfd(0, EFD_CLOEXEC);
    memset(b.bytes, 'x', sizeof b.bytes);
    enum err const e = ledger_open_sqlite(&b.ledger, &s, why, sizeof why);
    if (e) return fprintf(stderr, "%s\n", why), 1;
    while (ledger_head(b.ledger).seq < CASES) bench_turn(&b, 1000, false);
    for (size_t i = 0; i < sizeof batches / sizeof batches[0]; i++) {
        floor_run(dir, batches[i], limit_us);
        bench_run(&b, "ledger, new", batches[i], false, limit_us);
        bench_run(&b, "ledger, more", batches[i], true, limit_us);
    }
    bench_scans(&b);
    bench_reads(&b, limit_us);
    ledger_close(b.ledger);
    snprintf(command, sizeof command, "rm -r '%s'", dir);
    return system(command) == 0 ? 0 : 1;
}
