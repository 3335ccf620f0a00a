#include "init.h"
#include "checkpoint.h"
#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

static enum err init_folder(const char *path, struct faults *p)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST) return OK;
    faults_add(p, path, 0, 0, "cannot be made: %s", strerror(errno));
    return ERR_IO;
}

static enum err init_folders(const char *dir, struct faults *p)
{
    static const char *const names[] = {"", "/keys", "/principals", "/workers", "/run"};
    enum err e = OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && !e; i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s%s", dir, names[i]);
        e = init_folder(path, p);
    }
    return e;
}

// Makes a key file unless there is one, and reads what is there then.
static enum err init_key(const char *dir, const char *name, uint8_t out[SECRET_BYTES],
                         struct faults *p)
{
    char path[PATH_MAX];
    uint8_t fresh[SECRET_BYTES];
    snprintf(path, sizeof path, "%s/keys/%s", dir, name);
    randombytes_buf(fresh, sizeof fresh);
    enum err const e = secret_write(fresh, path);
    sodium_memzero(fresh, sizeof fresh);
    if (e && e != ERR_CONFLICT) {
        faults_add(p, path, 0, 0, "cannot be made: %s", strerror(errno));
        return e;
    }
    return secret_read(out, path, p);
}

static enum err init_keys(const char *dir, uint8_t server_public[32], uint8_t checkpoint_pub[32],
                          struct faults *p)
{
    uint8_t secret[SECRET_BYTES];
    enum err e;
    if (!(e = init_key(dir, "master.key", secret, p)) &&
        !(e = init_key(dir, "area.key", secret, p)) &&
        !(e = init_key(dir, "server.key", secret, p)))
        crypto_scalarmult_curve25519_base(server_public, secret);
    if (!e && !(e = init_key(dir, "checkpoint.key", secret, p)))
        checkpoint_public(checkpoint_pub, secret);
    sodium_memzero(secret, sizeof secret);
    return e;
}

// What a client's profile needs, and what an auditor needs; not secrets.
static enum err init_public(const char *dir, const char *name, const uint8_t key[32],
                            struct faults *p)
{
    char path[PATH_MAX], text[SECRET_CHARS + 1];
    snprintf(path, sizeof path, "%s/keys/%s", dir, name);
    FILE *out = fopen(path, "we");
    bool const written = out && fprintf(out, "%s\n", zmq_z85_encode(text, key, 32)) > 0;
    if (out && fclose(out) == 0 && written) return OK;
    faults_add(p, path, 0, 0, "cannot be written: %s", strerror(errno));
    return ERR_IO;
}

static enum err init_config(const char *dir, const char *const *assignments, size_t n,
                            struct faults *p)
{
    struct config config;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/triaged.yaml", dir);
    if (access(path, F_OK) == 0) return OK; // An area that is there stays as it is.
    config_defaults(&config);
    for (size_t i = 0; i < n; i++)
        if (config_set(&config, assignments[i], p)) return ERR_CONFIG;
    if (!id_valid(config.area)) {
        faults_add(p, "--set", 0, 0, "area=ID must be given: small letters, digits and hyphens");
        return ERR_CONFIG;
    }
    int const fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        faults_add(p, path, 0, 0, "cannot be made: %s", strerror(errno));
        return ERR_IO;
    }
    FILE *out = fdopen(fd, "w");
    if (!out) {
        close(fd);
        return ERR_NO_MEMORY;
    }
    config_print(&config, out, true);
    return fclose(out) == 0 ? OK : ERR_IO;
}

enum err init_area(const char *dir, const char *const *assignments, size_t n,
                   uint8_t server_public[32], struct faults *p)
{
    uint8_t checkpoint_pub[CHECKPOINT_KEY_BYTES];
    enum err e;
    if ((e = init_folders(dir, p))) return e;
    if ((e = init_keys(dir, server_public, checkpoint_pub, p))) return e;
    if ((e = init_public(dir, "checkpoint.pub", checkpoint_pub, p))) return e;
    if ((e = init_public(dir, "server.pub", server_public, p))) return e;
    return init_config(dir, assignments, n, p);
}
