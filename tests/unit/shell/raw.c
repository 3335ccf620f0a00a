#include "raw.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define FRAME_MAX 70000

static bool raw_write(int fd, const uint8_t *data, size_t len)
{
    while (len > 0) {
        ssize_t const n = send(fd, data, len, MSG_NOSIGNAL);
        if (n <= 0) return false;
        data += n;
        len -= (size_t)n;
    }
    return true;
}

static void raw_read(int fd, uint8_t *data, size_t len)
{
    assert_int_equal(recv(fd, data, len, MSG_WAITALL), len);
}

// A command frame with a short length.
static void raw_command(int fd, const uint8_t *body, size_t len)
{
    uint8_t head[9] = {0x04, (uint8_t)len};
    if (len > 255) {
        memcpy(head, (uint8_t[]){0x06, 0, 0, 0, 0, 0, 0, (uint8_t)(len >> 8), (uint8_t)len}, 9);
        assert_true(raw_write(fd, head, 9));
    } else {
        assert_true(raw_write(fd, head, 2));
    }
    assert_true(raw_write(fd, body, len));
}

static void raw_nonce(uint8_t out[24], const char *prefix, uint64_t n)
{
    memcpy(out, prefix, 16);
    for (int i = 0; i < 8; i++) out[16 + i] = (uint8_t)(n >> (8 * (7 - i)));
}

static void raw_greet(int fd)
{
    uint8_t greeting[64] = {0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0, 'C', 'U', 'R', 'V', 'E'};
    assert_true(raw_write(fd, greeting, sizeof greeting));
    raw_read(fd, greeting, sizeof greeting);
}

static void raw_hello(int fd, const uint8_t transient[32], const uint8_t secret[32],
                      const uint8_t server[32])
{
    uint8_t hello[200] = {0}, nonce[24], zeros[64] = {0};
    memcpy(hello, "\x05HELLO\x01\x00", 8);
    memcpy(hello + 80, transient, 32);
    raw_nonce(nonce, "CurveZMQHELLO---", 1);
    memcpy(hello + 112, nonce + 16, 8);
    assert_int_equal(crypto_box_easy(hello + 120, zeros, 64, nonce, server, secret), 0);
    raw_command(fd, hello, sizeof hello);
}

// The server's transient key and the cookie.
static void raw_welcome(int fd, const uint8_t secret[32], const uint8_t server[32],
                        uint8_t out[128])
{
    uint8_t frame[170], nonce[24];
    raw_read(fd, frame, 170); // flags, length, "WELCOME", 16 bytes of nonce, a box of 144
    memcpy(nonce, "WELCOME-", 8);
    memcpy(nonce + 8, frame + 10, 16);
    assert_int_equal(crypto_box_open_easy(out, frame + 26, 144, nonce, server, secret), 0);
}

static size_t raw_metadata(uint8_t *out, const uint8_t *routing, size_t routing_len)
{
    size_t n = 0;
    memcpy(out,
           "\x0bSocket-Type\x00\x00\x00\x06"
           "DEALER",
           22);
    n = 22;
    memcpy(out + n, "\x08Identity\x00\x00\x00", 12);
    out[n + 12] = (uint8_t)routing_len;
    if (routing_len) memcpy(out + n + 13, routing, routing_len);
    return n + 13 + routing_len;
}

static void raw_initiate(int fd, const uint8_t welcome[128], const struct identity *transient,
                         const struct identity *who, const uint8_t server[32],
                         const uint8_t *metadata, size_t metadata_len)
{
    uint8_t vouch[64], nonce[24], plain[400], body[600];
    memcpy(body, "\x08INITIATE", 9);
    memcpy(body + 9, welcome + 32, 96);
    memcpy(plain, who->public, 32);
    memcpy(nonce, "VOUCH---", 8);
    randombytes_buf(nonce + 8, 16);
    memcpy(plain + 32, nonce + 8, 16);
    memcpy(vouch, transient->public, 32);
    memcpy(vouch + 32, server, 32);
    assert_int_equal(crypto_box_easy(plain + 48, vouch, 64, nonce, welcome, who->secret), 0);
    memcpy(plain + 128, metadata, metadata_len);
    raw_nonce(nonce, "CurveZMQINITIATE", 2);
    memcpy(body + 105, nonce + 16, 8);
    assert_int_equal(
        crypto_box_easy(body + 113, plain, 128 + metadata_len, nonce, welcome, transient->secret),
        0);
    raw_command(fd, body, 113 + 16 + 128 + metadata_len);
}

void raw_open(struct raw *r, const char *endpoint, const struct identity *who,
              const uint8_t server[32], const uint8_t *routing, size_t routing_len)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    at.sin_port = htons((uint16_t)atoi(strrchr(endpoint, ':') + 1));
    struct identity const transient = identity_make();
    uint8_t welcome[128], metadata[300], ready[300];
    r->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(r->fd, (struct sockaddr *)&at, sizeof at), 0);
    // Once cut, the other end is an orphan that takes no more and says no more: a send would wait.
    struct timeval const patience = {.tv_sec = 2};
    setsockopt(r->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    raw_greet(r->fd);
    raw_hello(r->fd, transient.public, transient.secret, server);
    raw_welcome(r->fd, transient.secret, server, welcome);
    size_t const len = raw_metadata(metadata, routing, routing_len);
    raw_initiate(r->fd, welcome, &transient, who, server, metadata, len);
    raw_read(r->fd, ready, 2);
    raw_read(r->fd, ready + 2, ready[1]);
    assert_memory_equal(ready + 2, "\x05READY", 6);
    assert_int_equal(crypto_box_beforenm(r->session, welcome, transient.secret), 0);
    r->nonce = 3;
}

bool raw_send(struct raw *r, const uint8_t *data, size_t len, bool more)
{
    static uint8_t plain[FRAME_MAX], frame[FRAME_MAX + 100];
    uint8_t nonce[24];
    size_t const sealed = 8 + 8 + 16 + 1 + len;
    plain[0] = more;
    if (len) memcpy(plain + 1, data, len);
    raw_nonce(nonce, "CurveZMQMESSAGEC", r->nonce++);
    frame[0] = 0x02;
    for (int i = 0; i < 8; i++) frame[1 + i] = (uint8_t)((uint64_t)sealed >> (8 * (7 - i)));
    memcpy(frame + 9, "\x07MESSAGE", 8);
    memcpy(frame + 17, nonce + 16, 8);
    crypto_box_easy_afternm(frame + 25, plain, 1 + len, nonce, r->session);
    return raw_write(r->fd, frame, 9 + sealed);
}

void raw_close(struct raw *r)
{
    close(r->fd);
}
