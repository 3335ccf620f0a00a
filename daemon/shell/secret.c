#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#define SECRET_ALPHABET \
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"

enum err secret_text_read(uint8_t out[SECRET_BYTES], const char *z85)
{
    // zmq_z85_decode reads outside its table for bytes above 127: look first.
    if (strlen(z85) != SECRET_CHARS || strspn(z85, SECRET_ALPHABET) != SECRET_CHARS)
        return ERR_MALFORMED;
    return zmq_z85_decode(out, z85) ? OK : ERR_MALFORMED;
}

// A credential that systemd placed for this unit; false when there is none of this name.
static bool secret_credential(const char *path, char *out, size_t size)
{
    const char *dir = getenv("CREDENTIALS_DIRECTORY");
    const char *slash = strrchr(path, '/');
    if (!dir) return false;
    int const n = snprintf(out, size, "%s/%s", dir, slash ? slash + 1 : path);
    return n > 0 && (size_t)n < size && access(out, F_OK) == 0;
}

// systemd grants a credential to the unit's user by an ACL, whose mask shows in the group's bits.
static bool secret_is_private(int fd, bool credential)
{
    struct stat st;
    if (fstat(fd, &st) || !S_ISREG(st.st_mode)) return false;
    mode_t const loose = credential ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
    return (st.st_mode & loose) == 0;
}

static enum err secret_parse(uint8_t out[SECRET_BYTES], int fd)
{
    char line[SECRET_CHARS + 3] = "";
    ssize_t const n = read(fd, line, sizeof line - 1);
    if (n >= 0) line[strcspn(line, "\r\n")] = 0;
    enum err const e = n < 0 ? ERR_IO : secret_text_read(out, line);
    sodium_memzero(line, sizeof line);
    return e;
}

bool secret_there(const char *path)
{
    char credential[PATH_MAX], word[5] = "";
    if (!secret_credential(path, credential, sizeof credential)) return access(path, F_OK) == 0;
    // The unit gives this word to an area that has none: systemd takes nothing shorter.
    int const fd = open(credential, O_RDONLY | O_CLOEXEC);
    bool const none = fd >= 0 && read(fd, word, sizeof word - 1) == 4 && !strcmp(word, "none");
    if (fd >= 0) close(fd);
    return !none;
}

enum err secret_read(uint8_t out[SECRET_BYTES], const char *path, struct faults *p)
{
    char credential[PATH_MAX];
    bool const given = secret_credential(path, credential, sizeof credential);
    const char *from = given ? credential : path;
    int const fd = open(from, O_RDONLY | O_CLOEXEC);
    enum err e = ERR_CONFIG;
    if (fd < 0)
        faults_add(p, from, 0, 0, "the key cannot be read: %s", strerror(errno));
    else if (!secret_is_private(fd, given))
        faults_add(p, from, 0, 0, "others may read this key: chmod 600, and replace it");
    else if (secret_parse(out, fd))
        faults_add(p, from, 0, 0, "a key is one line of %d characters of Z85", SECRET_CHARS);
    else
        e = OK;
    if (fd >= 0) close(fd);
    return e;
}

enum err secret_write(const uint8_t secret[SECRET_BYTES], const char *path)
{
    char line[SECRET_CHARS + 2];
    int const fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return errno == EEXIST ? ERR_CONFLICT : ERR_IO;
    zmq_z85_encode(line, secret, SECRET_BYTES);
    line[SECRET_CHARS] = '\n';
    bool const written = write(fd, line, SECRET_CHARS + 1) == SECRET_CHARS + 1 && fsync(fd) == 0;
    sodium_memzero(line, sizeof line);
    return close(fd) == 0 && written ? OK : ERR_IO;
}
