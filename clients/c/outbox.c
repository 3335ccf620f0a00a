// outbox.c - files, renames and syncs; an item is in exactly one state at any moment of a crash.
#include "outbox.h"
#include "safefile.h"
#include "uuid7.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAGIC_BYTES = 8,
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    TIME_BYTES = 8,
    HEAD_BYTES = MAGIC_BYTES + NONCE_BYTES,
};
static char const magic[MAGIC_BYTES + 1] = "TRIOBX01";
static int64_t const KEEP_MS = OUTBOX_KEEP_DAYS * INT64_C(86400000);

static bool outbox_refuse(struct outbox *o, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static bool outbox_refuse(struct outbox *o, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(o->why, sizeof o->why, format, args);
    va_end(args);
    return false;
}

static char *outbox_path(const struct outbox *o, const char *name, const char *suffix)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s%s", o->folder, name, suffix) < 0 ? NULL : path;
}

static bool outbox_lock(struct outbox *o)
{
    char *path = outbox_path(o, "lock", "");
    if (path) o->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    free(path);
    if (o->lock_fd < 0) return outbox_refuse(o, "outbox %s: %s", o->folder, strerror(errno));
    if (flock(o->lock_fd, LOCK_EX | LOCK_NB) == 0) return true;
    return outbox_refuse(o, "outbox %s: another process uses it", o->folder);
}

bool outbox_open(struct outbox *o, const char *folder, const uint8_t *secret_key)
{
    static char const purpose[] = "triage outbox, version 1";
    memset(o, 0, sizeof *o);
    o->lock_fd = -1;
    if (!(o->folder = strdup(folder))) return outbox_refuse(o, "out of memory");
    crypto_generichash(o->secret, sizeof o->secret, (const uint8_t *)purpose, sizeof purpose - 1,
                       secret_key, 32);
    bool const ok = safefile_make_folders(folder)
                        ? outbox_lock(o)
                        : outbox_refuse(o, "outbox %s: %s", folder, strerror(errno));
    char why[sizeof o->why];
    if (ok) return true;
    memcpy(why, o->why, sizeof why);
    outbox_close(o);
    memcpy(o->why, why, sizeof why);
    return false;
}

void outbox_close(struct outbox *o)
{
    if (o->folder && o->lock_fd >= 0) close(o->lock_fd); // the lock goes with it
    free(o->folder);
    sodium_memzero(o, sizeof *o);
    o->lock_fd = -1;
}

static bool outbox_exists(const struct outbox *o, const char *name, const char *suffix)
{
    char *path = outbox_path(o, name, suffix);
    bool const there = path && access(path, F_OK) == 0;
    free(path);
    return there;
}

// magic, nonce, sealed(time, data)
static uint8_t *outbox_seal(const struct outbox *o, const char *name, const void *data, size_t len,
                            int64_t made_ms, size_t *sealed_len)
{
    uint8_t *out = malloc(HEAD_BYTES + TIME_BYTES + len + TAG_BYTES);
    uint8_t *plain = malloc(TIME_BYTES + len);
    unsigned long long sealed = 0;
    if (out && plain) {
        memcpy(out, magic, MAGIC_BYTES);
        randombytes_buf(out + MAGIC_BYTES, NONCE_BYTES);
        for (int i = 0; i < TIME_BYTES; i++) plain[i] = (uint8_t)((uint64_t)made_ms >> (8 * i));
        memcpy(plain + TIME_BYTES, data, len);
        crypto_aead_xchacha20poly1305_ietf_encrypt(
            out + HEAD_BYTES, &sealed, plain, TIME_BYTES + len, (const uint8_t *)name, strlen(name),
            NULL, out + MAGIC_BYTES, o->secret);
    } else {
        free(out);
        out = NULL;
    }
    if (plain) sodium_memzero(plain, TIME_BYTES + len);
    free(plain);
    *sealed_len = HEAD_BYTES + (size_t)sealed;
    return out;
}

bool outbox_keep(struct outbox *o, const uint8_t key[OUTBOX_KEY_BYTES], const void *data,
                 size_t len, int64_t made_ms)
{
    char name[UUID_TEXT_BYTES];
    uuid_write(key, name);
    if (len > OUTBOX_ITEM_BYTES_MAX) return outbox_refuse(o, "too large for the outbox");
    size_t sealed_len = 0;
    uint8_t *sealed = outbox_seal(o, name, data, len, made_ms, &sealed_len);
    char *path = outbox_path(o, name, ".box");
    bool ok = sealed && path;
    errno = ENOMEM;
    // Kept already: an earlier run's copy counts, since its bytes may be the ones that were sent.
    // That run may have failed to sync the folder, so this one does.
    if (ok && !safefile_create(path, sealed, sealed_len, 0600))
        ok = errno == EEXIST && safefile_sync_folder(o->folder);
    if (!ok) outbox_refuse(o, "outbox %s: %s", o->folder, strerror(errno));
    free(path);
    free(sealed);
    return ok;
}

static bool outbox_rename(struct outbox *o, const char *name, const char *from, const char *to)
{
    char *old = outbox_path(o, name, from);
    char *new = outbox_path(o, name, to);
    bool const ok = old && new &&rename(old, new) == 0 && utimensat(AT_FDCWD, new, NULL, 0) == 0;
    if (!ok) outbox_refuse(o, "outbox %s: %s", o->folder, strerror(errno));
    free(old);
    free(new);
    return ok;
}

bool outbox_end(struct outbox *o, const uint8_t key[OUTBOX_KEY_BYTES], enum outbox_end end)
{
    char name[UUID_TEXT_BYTES];
    uuid_write(key, name);
    if (!outbox_exists(o, name, ".box")) return true;
    // Not synced: after a crash it is offered once more, and the answer is the same receipt.
    return outbox_rename(o, name, ".box", end == OUTBOX_RECEIPTED ? ".done" : ".refused");
}

// The state and the key of a folder entry; false for other files.
static bool outbox_item(const char *entry, const char *suffix, char name[UUID_TEXT_BYTES],
                        uint8_t key[OUTBOX_KEY_BYTES])
{
    size_t const len = UUID_TEXT_BYTES - 1;
    if (strlen(entry) <= len || strcmp(entry + len, suffix) != 0) return false;
    memcpy(name, entry, len);
    name[len] = '\0';
    return uuid_parse(name, key);
}

static bool outbox_read(struct outbox *o, const char *name, const uint8_t *key, outbox_fn *fn,
                        void *ctx)
{
    size_t len = 0;
    char *path = outbox_path(o, name, ".box");
    uint8_t *file =
        path ? (uint8_t *)safefile_read(path, OUTBOX_ITEM_BYTES_MAX + 4096, &len) : NULL;
    unsigned long long plain = 0;
    bool ok = file && len >= HEAD_BYTES + TIME_BYTES + TAG_BYTES &&
              memcmp(file, magic, MAGIC_BYTES) == 0 &&
              crypto_aead_xchacha20poly1305_ietf_decrypt(
                  file + HEAD_BYTES, &plain, NULL, file + HEAD_BYTES, len - HEAD_BYTES,
                  (const uint8_t *)name, strlen(name), file + MAGIC_BYTES, o->secret) == 0;
    if (ok) {
        uint64_t made = 0;
        for (int i = 0; i < TIME_BYTES; i++) made |= (uint64_t)file[HEAD_BYTES + i] << (8 * i);
        fn(ctx, key, file + HEAD_BYTES + TIME_BYTES, (size_t)plain - TIME_BYTES, (int64_t)made);
    }
    if (file) sodium_memzero(file, len);
    free(file);
    free(path);
    return ok;
}

bool outbox_each(struct outbox *o, outbox_fn *fn, void *ctx, size_t *damaged)
{
    struct dirent **list = NULL;
    int const count = scandir(o->folder, &list, NULL, alphasort); // keys sort by time
    if (count < 0) return outbox_refuse(o, "outbox %s: %s", o->folder, strerror(errno));
    *damaged = 0;
    for (int i = 0; i < count; i++) {
        char name[UUID_TEXT_BYTES];
        uint8_t key[OUTBOX_KEY_BYTES];
        if (outbox_item(list[i]->d_name, ".box", name, key) && !outbox_read(o, name, key, fn, ctx))
            ++*damaged;
        free(list[i]);
    }
    free(list);
    return true;
}

static bool outbox_is_old(const struct outbox *o, const char *entry, int64_t now_ms)
{
    struct stat st;
    char *path = outbox_path(o, entry, "");
    bool const old = path && stat(path, &st) == 0 && now_ms - st.st_mtime * 1000 > KEEP_MS;
    if (old) unlink(path);
    free(path);
    return old;
}

static bool outbox_wake_done(struct outbox *o, bool wake, int64_t now_ms, size_t *again)
{
    DIR *d = opendir(o->folder);
    if (!d) return outbox_refuse(o, "outbox %s: %s", o->folder, strerror(errno));
    bool ok = true;
    for (struct dirent *e; ok && (e = readdir(d));) {
        char name[UUID_TEXT_BYTES];
        uint8_t key[OUTBOX_KEY_BYTES];
        if (!outbox_item(e->d_name, ".done", name, key)) continue;
        if (outbox_is_old(o, e->d_name, now_ms) || !wake) continue;
        ok = outbox_rename(o, name, ".done", ".box");
        *again += ok;
    }
    closedir(d);
    return ok && (!wake || safefile_sync_folder(o->folder));
}

bool outbox_meet_ledger(struct outbox *o, const char *ledger, int64_t now_ms, size_t *again)
{
    size_t len = 0;
    *again = 0;
    char *path = outbox_path(o, "ledger", "");
    char *met = path ? safefile_read(path, 256, &len) : NULL;
    bool const changed = met && strcmp(met, ledger) != 0;
    bool const first = !met;
    free(met);
    // Woken first and noted after: a crash between wakes them once more, which is harmless.
    bool ok = outbox_wake_done(o, changed, now_ms, again);
    if (ok && (changed || first) && !safefile_write(path, ledger, strlen(ledger), 0600)) {
        ok = outbox_refuse(o, "outbox %s: %s", o->folder, strerror(errno));
    }
    free(path);
    return ok;
}
