// client.c - opening, closing, turning: the one loop that everything blocking is made of.
#include "client.h"

#include <errno.h>
#include <poll.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum {
    TIMEOUT_MS = 10000,
    WINDOW = 1000,
    WINDOW_MAX = 4000, // leaves calls for what is not a concern
    BACKOFF_MS = 1000,
    TURN_MESSAGES_MAX = 512,
    LOOKS = 3,
    LOOK_AGAIN_MS = 100,
};

int64_t client_mono_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

enum triage_status client_fail(struct triage_client *c, enum triage_status s, const char *format,
                               ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(c->error, sizeof c->error, format, args);
    va_end(args);
    return s;
}

// ---- What is wrong with the connection, in words ----

// The sentence is before, the named value of the profile, after.
static const struct {
    enum triage_status status;
    const char *before;
    size_t value;
    const char *after;
} client_faults[] = {
    [LINK_FINE] = {TRIAGE_E_UNREACHABLE, "Cannot reach ", offsetof(struct profile, endpoint), ""},
    [LINK_UNREACHABLE] = {TRIAGE_E_UNREACHABLE, "Cannot reach ", offsetof(struct profile, endpoint),
                          ": nothing answers there"},
    [LINK_CUT] = {TRIAGE_E_UNREACHABLE, "The connection to ", offsetof(struct profile, endpoint),
                  " was lost"},
    [LINK_KEY_UNKNOWN] = {TRIAGE_E_KEY_UNKNOWN,
                          "The server does not know this key. Send this public key to the "
                          "council: ",
                          offsetof(struct profile, public_key), ""},
    [LINK_SERVER_KEY] =
        {TRIAGE_E_SERVER_KEY, "The server's key is not the one in your profile (",
         offsetof(struct profile, path),
         "), or what answers there is not a council's server. Ask the council for its "
         "public key and endpoint."},
    [LINK_NOT_ENCRYPTED] = {TRIAGE_E_NOT_ENCRYPTED, "", offsetof(struct profile, endpoint),
                            " and this client do not agree on encryption: what answers there is "
                            "not the council's server"},
    [LINK_BAD_ENDPOINT] = {TRIAGE_E_PROFILE, "endpoint: cannot connect to \"",
                           offsetof(struct profile, endpoint), "\""},
};

static enum triage_status client_words(struct triage_client *c, enum link_fault fault)
{
    // Without a key of ours, the handshake breaks off because one was wanted.
    if (fault == LINK_SERVER_KEY && c->profile.plain) {
        return client_fail(c, TRIAGE_E_NOT_ENCRYPTED, "%s needs an encrypted connection",
                           c->profile.endpoint);
    }
    return client_fail(c, client_faults[fault].status, "%s%s%s", client_faults[fault].before,
                       (const char *)&c->profile + client_faults[fault].value,
                       client_faults[fault].after);
}

enum triage_status client_fail_link(struct triage_client *c)
{
    if (c->hello_refused) return c->hello_refused; // its words stand already
    return client_words(c, c->fault);
}

// A handshake that breaks off may also be a server that was just being restarted, or one without
// encryption that closed before its greeting was read: look again.
static bool client_is_sure(const struct triage_client *c)
{
    return c->fault != LINK_SERVER_KEY || c->fault_run >= LOOKS;
}

enum triage_status client_setup_fault(struct triage_client *c)
{
    if (c->ready || (c->fault == LINK_FINE && !c->hello_refused)) return TRIAGE_OK;
    enum triage_status const s = client_fail_link(c);
    return triage_status_is_retryable(s) || !client_is_sure(c) ? TRIAGE_OK : s;
}

// ---- Connection up and down ----

static void client_down(struct triage_client *c, enum link_fault fault, int64_t now_ms)
{
    bool const was_ready = c->ready;
    c->fault_run = fault == c->fault ? c->fault_run + 1 : 1;
    c->fault = fault;
    c->ready = false;
    c->hello_refused = TRIAGE_OK;
    calls_connection_lost(&c->calls);
    c->reconnect_ms = now_ms + calls_backoff_ms(c->attempts++, c->backoff_ms);
    enum triage_status const s = client_words(c, fault);
    bool const sure = client_is_sure(c);
    if (!sure) c->reconnect_ms = now_ms + LOOK_AGAIN_MS;
    if (s != TRIAGE_E_UNREACHABLE && sure)
        calls_fail(c, s, CALLS_EAGER);
    else if (s == TRIAGE_E_UNREACHABLE && !was_ready)
        calls_fail(c, s, CALLS_IMPATIENT);
}

static void client_watch(struct triage_client *c, int64_t now_ms)
{
    enum link_state const was = c->link.state;
    link_watch(&c->link);
    if (was == LINK_TRYING && c->link.state == LINK_UP) hello_send(c);
    if (was != LINK_DOWN && c->link.state == LINK_DOWN) client_down(c, c->link.fault, now_ms);
    if (c->link.state == LINK_UP && !c->ready && now_ms - c->hello_sent_ms > SILENCE_MS) {
        link_close(&c->link); // up, and no answer to the hello
        client_down(c, LINK_CUT, now_ms);
    }
    if (c->link.state == LINK_DOWN && now_ms >= c->reconnect_ms) {
        if (!link_open(&c->link, &c->profile)) client_down(c, LINK_BAD_ENDPOINT, now_ms);
    }
}

// ---- What comes in ----

static void client_take(struct triage_client *c, const uint8_t *data, size_t len)
{
    Triage__V1__Reply *reply = triage__v1__reply__unpack(NULL, len, data);
    if (!reply) return; // a newer server's push, or damage: what waits is asked for again
    if (reply->id == 1)
        hello_take(c, reply);
    else if (reply->id != 0)
        calls_answer(c, reply);
    else
        follow_push(c, reply);
}

static void client_receive(struct triage_client *c)
{
    for (int i = 0; i < TURN_MESSAGES_MAX; i++) {
        size_t len = 0;
        uint8_t *data = link_receive(&c->link, &len);
        if (!data) return;
        client_take(c, data, len);
        free(data);
    }
}

void client_turn(struct triage_client *c)
{
    int64_t const now_ms = client_mono_ms();
    client_watch(c, now_ms);
    client_receive(c);
    calls_send_due(c, now_ms);
    parcels_warn(c, now_ms);
    parcels_offer_more(c);
}

// ---- Waiting ----

static bool client_interrupted(struct triage_client *c)
{
    uint64_t count;
    return read(c->wake_fd, &count, sizeof count) == (ssize_t)sizeof count;
}

int triage_next_deadline_ms(const struct triage_client *c)
{
    struct triage_client *own = (struct triage_client *)(uintptr_t)c; // asking quiets ZMQ_FD
    int64_t const now = client_mono_ms();
    int64_t next = c->calls.next_ms < c->next_warn_ms ? c->calls.next_ms : c->next_warn_ms;
    if (link_readable(&own->link)) return 0;
    if (c->link.state == LINK_DOWN && c->reconnect_ms < next) next = c->reconnect_ms;
    if (c->link.state == LINK_UP && !c->ready && c->hello_sent_ms + SILENCE_MS + 1 < next) {
        next = c->hello_sent_ms + SILENCE_MS + 1;
    }
    if (next == INT64_MAX) return -1;
    return next <= now ? 0 : next - now > INT32_MAX ? INT32_MAX : (int)(next - now);
}

enum triage_status client_wait(struct triage_client *c, const bool *done, int64_t deadline_ms)
{
    for (;;) {
        client_turn(c);
        if (*done) return TRIAGE_OK;
        if (client_interrupted(c)) return client_fail(c, TRIAGE_E_INTERRUPTED, "interrupted");
        int64_t const left = deadline_ms == INT64_MAX ? INT32_MAX : deadline_ms - client_mono_ms();
        if (left <= 0) return TRIAGE_E_TIMEOUT;
        int wait = triage_next_deadline_ms(c);
        if (wait < 0 || wait > left) wait = left > INT32_MAX ? INT32_MAX : (int)left;
        struct pollfd p = {.fd = c->poll_fd, .events = POLLIN};
        if (wait > 0) poll(&p, 1, wait);
    }
}

void triage_interrupt(struct triage_client *c)
{
    int const why = errno;
    uint64_t const one = 1;
    ssize_t const n = write(c->wake_fd, &one, sizeof one);
    (void)n; // full means that it is set already
    errno = why;
}

int triage_fd(const struct triage_client *c)
{
    return c->poll_fd;
}

enum triage_status triage_dispatch(struct triage_client *c)
{
    if (client_interrupted(c)) return client_fail(c, TRIAGE_E_INTERRUPTED, "interrupted");
    do client_turn(c);
    while (link_readable(&c->link));
    if (c->ready || c->fault == LINK_FINE) return TRIAGE_OK;
    return client_fail_link(c);
}

// ---- Opening and closing ----

static bool client_machinery(struct triage_client *c)
{
    struct epoll_event event = {.events = EPOLLIN};
    c->ctx = zmq_ctx_new();
    c->poll_fd = epoll_create1(EPOLL_CLOEXEC);
    c->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!c->ctx || c->poll_fd < 0 || c->wake_fd < 0 || !calls_init(&c->calls)) return false;
    link_init(&c->link, c->ctx, c->poll_fd);
    return epoll_ctl(c->poll_fd, EPOLL_CTL_ADD, c->wake_fd, &event) == 0;
}

static struct triage_client *client_new(void)
{
    struct triage_client *c = sodium_init() < 0 ? NULL : calloc(1, sizeof *c);
    if (!c) return NULL;
    c->poll_fd = c->wake_fd = c->outbox.lock_fd = -1;
    c->timeout_ms = TIMEOUT_MS;
    c->window = WINDOW;
    c->backoff_ms = BACKOFF_MS;
    parcels_init(c);
    follow_init(c);
    return c;
}

static enum triage_status client_start(struct triage_client **out, struct triage_client *c,
                                       bool profile_ok)
{
    if (!profile_ok || !client_machinery(c)) {
        triage_close(c);
        return profile_ok ? TRIAGE_E_NO_MEMORY : TRIAGE_E_PROFILE;
    }
    snprintf(c->worker, sizeof c->worker, "%.63s", c->profile.worker);
    council_load(c);
    *out = c;
    return TRIAGE_OK;
}

enum triage_status triage_open(struct triage_client **out, const char *profile_path, char *why,
                               size_t why_size)
{
    *out = NULL;
    char *path = profile_path ? strdup(profile_path) : triage_profile_default_path();
    struct triage_client *c = client_new();
    if (!path || !c) {
        free(path);
        free(c);
        return TRIAGE_E_NO_MEMORY;
    }
    bool const ok = profile_load(&c->profile, path, why, why_size);
    free(path);
    return client_start(out, c, ok);
}

enum triage_status triage_open_local(struct triage_client **out, const char *endpoint, char *why,
                                     size_t why_size)
{
    *out = NULL;
    char *text = NULL;
    struct triage_client *c = client_new();
    if (!c || asprintf(&text, "endpoint: %s", endpoint) < 0) {
        free(c);
        return TRIAGE_E_NO_MEMORY;
    }
    bool const ok = profile_parse(&c->profile, text, "operator socket", why, why_size);
    free(text);
    return client_start(out, c, ok);
}

void triage_close(struct triage_client *c)
{
    if (!c) return;
    if (c->ctx) link_close(&c->link);
    if (c->ctx) zmq_ctx_term(c->ctx);
    if (c->poll_fd >= 0) close(c->poll_fd);
    if (c->wake_fd >= 0) close(c->wake_fd);
    calls_drop(&c->calls);
    parcels_drop(c);
    follow_drop(c);
    outbox_close(&c->outbox);
    if (c->last) triage__v1__reply__free_unpacked(c->last, NULL);
    if (c->hello) triage__v1__reply__free_unpacked(c->hello, NULL);
    profile_wipe(&c->profile);
    free(c);
}

void triage_set_timeout_ms(struct triage_client *c, uint32_t ms)
{
    c->timeout_ms = ms;
}

void triage_set_window(struct triage_client *c, uint32_t outstanding)
{
    c->window = outstanding < 2 ? 2 : outstanding > WINDOW_MAX ? WINDOW_MAX : outstanding;
}

enum triage_status triage_set_worker(struct triage_client *c, const char *worker)
{
    if (strlen(worker) >= sizeof c->worker) {
        return client_fail(c, TRIAGE_E_ARGUMENT, "worker: this id is too long");
    }
    memcpy(c->worker, worker, strlen(worker) + 1);
    return TRIAGE_OK;
}

const char *triage_profile_value(const struct triage_client *c, const char *name)
{
    return profile_value(&c->profile, name);
}

const char *triage_last_error(const struct triage_client *c)
{
    return c->error;
}
