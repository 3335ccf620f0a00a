#include "fixture.h"

#include "ledger_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

const struct backend backend_sqlite = {"sqlite", ledger_open_sqlite, true};
const struct backend backend_memory = {"memory", ledger_open_memory, false};

static void on_wake(void *ctx)
{
    struct fixture const *f = ctx;
    uint64_t const one = 1;
    (void)!write(f->wake_fd, &one, sizeof one);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st, (void)kind, (void)where;
    return remove(path);
}

void file_remove_all(const char *path)
{
    (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void file_copy(const char *from, const char *to)
{
    char block[65536];
    int const in = open(from, O_RDONLY | O_CLOEXEC);
    int const out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(in >= 0 && out >= 0);
    ssize_t n;
    while ((n = read(in, block, sizeof block)) > 0)
        assert_int_equal(write(out, block, (size_t)n), n);
    assert_int_equal(n, 0);
    close(in);
    close(out);
}

void fixture_init(struct fixture *f, const struct backend *b)
{
    memset(f, 0, sizeof *f);
    f->backend = b;
    strcpy(f->path, "/tmp/triaged-ledger-XXXXXX");
    assert_non_null(mkdtemp(f->path));
    f->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    assert_true(f->wake_fd >= 0);
    f->settings = (struct ledger_settings){
        .path = f->path, .wake = on_wake, .wake_ctx = f, .low_water_bytes = 1024};
    memset(f->settings.master_key, 0x5a, sizeof f->settings.master_key);
}

enum err fixture_open(struct fixture *f)
{
    return f->backend->open(&f->ledger, &f->settings, f->why, sizeof f->why);
}

void fixture_close(struct fixture *f)
{
    ledger_close(f->ledger);
    f->ledger = NULL;
    ledger_memory_forget(f->path);
    file_remove_all(f->path);
    close(f->wake_fd);
}

void fixture_reopen(struct fixture *f)
{
    ledger_close(f->ledger);
    f->ledger = NULL;
    enum err const e = fixture_open(f);
    if (e) print_error("open: %s\n", f->why);
    assert_int_equal(e, OK);
}

void fixture_reap(struct fixture *f)
{
    struct pollfd p = {.fd = f->wake_fd, .events = POLLIN};
    uint64_t count;
    int n;
    do n = poll(&p, 1, 60000);
    while (n < 0 && errno == EINTR);
    assert_int_equal(n, 1);
    (void)!read(f->wake_fd, &count, sizeof count);
    ledger_reap(f->ledger);
}

static void on_done(void *ctx, enum kept kept, uint64_t head_seq)
{
    struct fixture *f = ctx;
    f->done = true;
    f->kept = kept;
    f->head = head_seq;
}

void fixture_start(struct fixture *f, const struct ledger_turn *t)
{
    f->done = false;
    ledger_append(f->ledger, ledger_head(f->ledger).epoch, t, on_done, f);
}

enum kept fixture_keep(struct fixture *f, const struct ledger_turn *t)
{
    fixture_start(f, t);
    while (!f->done) fixture_reap(f);
    return f->kept;
}

struct ledger_row fixture_row(uint64_t entity, uint64_t last_seq, const char *blob)
{
    return (struct ledger_row){.entity = entity,
                               .last_seq = last_seq,
                               .fold_version = 1,
                               .open = true,
                               .blob = bytes_text(blob)};
}

uint64_t fixture_put(struct fixture *f, uint64_t entity, const char *header, const char *body,
                     uint64_t fingerprint)
{
    uint64_t const seq = ledger_head(f->ledger).seq + 1;
    struct ledger_entry const entry = {.entity = entity,
                                       .header = bytes_text(header),
                                       .body = bytes_text(body),
                                       .fingerprint = fingerprint};
    struct ledger_row const row = fixture_row(entity, seq, header);
    struct ledger_turn const turn = {seq, 1, 1, &entry, &row};
    assert_int_equal(fixture_keep(f, &turn), KEPT);
    assert_int_equal(f->head, seq);
    return seq;
}

void fixture_erase(struct fixture *f, uint64_t entity)
{
    uint64_t const seq = ledger_head(f->ledger).seq + 1;
    struct ledger_entry const entry = {
        .entity = entity, .header = bytes_text("forgotten"), .erase = true};
    struct ledger_row const row = fixture_row(entity, seq, "forgotten");
    struct ledger_turn const turn = {seq, 1, 1, &entry, &row};
    assert_int_equal(fixture_keep(f, &turn), KEPT);
}

static void copy_text(char *to, size_t size, struct bytes from)
{
    size_t const len = from.len < size - 1 ? from.len : size - 1;
    if (len) memcpy(to, from.data, len);
    to[len] = '\0';
}

void copy_record(void *ctx, enum err err, const struct ledger_record *r)
{
    struct copy *c = ctx;
    assert_false(c->told);
    assert_true((err == OK) == (r != NULL));
    c->told = true;
    c->err = err;
    if (!r) return;
    c->seq = r->seq;
    c->entity = r->entity;
    c->erased = r->erased;
    c->header_len = r->header.len;
    c->body_len = r->body.len;
    copy_text(c->header, sizeof c->header, r->header);
    copy_text(c->body, sizeof c->body, r->body);
    memcpy(c->hash, r->hash, sizeof c->hash);
}

void copy_row(void *ctx, enum err err, const struct ledger_row *r)
{
    struct copy *c = ctx;
    assert_false(c->told);
    assert_true((err == OK) == (r != NULL));
    c->told = true;
    c->err = err;
    if (!r) return;
    c->seq = r->last_seq;
    c->entity = r->entity;
    c->open = r->open;
    c->fold_version = r->fold_version;
    c->body_len = r->blob.len;
    copy_text(c->body, sizeof c->body, r->blob);
}

struct copy fixture_read(struct fixture *f, uint64_t seq, bool with_body)
{
    struct copy c = {.told = false};
    assert_int_equal(ledger_read(f->ledger, seq, with_body, copy_record, &c), OK);
    while (!c.told) fixture_reap(f);
    return c;
}

struct copy fixture_read_row(struct fixture *f, uint64_t entity)
{
    struct copy c = {.told = false};
    assert_int_equal(ledger_read_row(f->ledger, entity, copy_row, &c), OK);
    while (!c.told) fixture_reap(f);
    return c;
}

// FNV-1a: plenty to tell two ledgers of a test apart.
static void digest_add(uint64_t *digest, const void *data, size_t len)
{
    for (size_t i = 0; i < len; i++)
        *digest = (*digest ^ ((const uint8_t *)data)[i]) * UINT64_C(1099511628211);
}

static enum err digest_record(void *ctx, const struct ledger_record *r)
{
    uint64_t const numbers[] = {r->seq, r->entity, r->header.len, r->body.len, r->erased};
    digest_add(ctx, numbers, sizeof numbers);
    digest_add(ctx, r->header.data, r->header.len);
    digest_add(ctx, r->body.data, r->body.len);
    return OK;
}

static enum err digest_row(void *ctx, const struct ledger_row *r)
{
    uint64_t const numbers[] = {r->entity, r->last_seq, r->fold_version, r->open, r->blob.len};
    digest_add(ctx, numbers, sizeof numbers);
    digest_add(ctx, r->blob.data, r->blob.len);
    return OK;
}

static enum err digest_pair(void *ctx, uint64_t a, uint64_t b)
{
    uint64_t const numbers[] = {a, b};
    digest_add(ctx, numbers, sizeof numbers);
    return OK;
}

enum err fixture_digest(struct ledger *l, uint64_t *digest, char *why, size_t size)
{
    *digest = UINT64_C(14695981039346656037);
    enum err e = ledger_scan_records(l, 1, true, digest_record, digest, why, size);
    if (e == OK) e = ledger_scan_rows(l, false, digest_row, digest);
    if (e == OK) e = ledger_scan_rows(l, true, digest_row, digest);
    if (e == OK) e = ledger_scan_keys(l, digest_pair, digest);
    if (e == OK) e = ledger_scan_erasures(l, digest_pair, digest);
    return e;
}
