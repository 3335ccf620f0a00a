#include "house.h"
#include "fake_desk.h"
#include "init.h"
#include "loop.h"
#include "secret.h"

#include <arpa/inet.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#include <cmocka.h>

static void *context;

void *test_context(void)
{
    if (context) return context;
    context = zmq_ctx_new();
    zmq_ctx_set(context, ZMQ_MAX_SOCKETS, 8000);
    return context;
}

void test_context_end(void)
{
    if (context) zmq_ctx_term(context);
    context = NULL;
}

struct identity identity_make(void)
{
    struct identity i;
    crypto_box_keypair(i.public, i.secret);
    return i;
}

// A port that was free a moment ago, below those that the kernel gives to connections: another
// test's could take it before the daemon binds.
static int port_find(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (int tries = 0; tries < 1000; tries++) {
        int const port = 20000 + (int)randombytes_uniform(12000);
        int const fd = socket(AF_INET, SOCK_STREAM, 0);
        at.sin_port = htons((uint16_t)port);
        int const taken = bind(fd, (struct sockaddr *)&at, sizeof at);
        close(fd);
        if (!taken) return port;
    }
    fail_msg("no port is free");
    return 0;
}

void house_make(struct house *h, const char *const *assignments, size_t n)
{
    static struct faults faults;
    char text[8][160];
    const char *all[40];
    memset(h, 0, sizeof *h);
    strcpy(h->dir, "/tmp/triaged-test.XXXXXX");
    assert_non_null(mkdtemp(h->dir));
    h->ops_port = port_find();
    snprintf(h->intake, sizeof h->intake, "tcp://127.0.0.1:%d", port_find());
    snprintf(h->desk, sizeof h->desk, "tcp://127.0.0.1:%d", port_find());
    snprintf(h->operators, sizeof h->operators, "ipc://%s/run/operator.sock", h->dir);
    snprintf(text[0], sizeof text[0], "intake_endpoint=%s", h->intake);
    snprintf(text[1], sizeof text[1], "desk_endpoint=%s", h->desk);
    snprintf(text[2], sizeof text[2], "ops_port=%d", h->ops_port);
    strcpy(text[3], "area=exampleshire");
    strcpy(text[4], "log_level=error");
    strcpy(text[5], "core_dumps=1"); // the leak checker must be able to look
    for (size_t i = 0; i < 6; i++) all[i] = text[i];
    for (size_t i = 0; i < n; i++) all[6 + i] = assignments[i];
    faults.n = 0;
    enum err const e = init_area(h->dir, all, 6 + n, h->server_public, &faults);
    if (e) print_message("%s\n", faults.at[0].text);
    assert_int_equal(e, OK);
}

void house_write(const struct house *h, const char *name, const char *text)
{
    char path[400], fresh[400];
    snprintf(path, sizeof path, "%s/%s", h->dir, name);
    snprintf(fresh, sizeof fresh, "%s/%s.new", h->dir, name);
    FILE *out = fopen(fresh, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
    assert_int_equal(rename(fresh, path), 0);
}

void house_enrol(const struct house *h, const char *id, const char *role,
                 const struct identity *who, const char *status)
{
    char text[400], key[41], name[100];
    zmq_z85_encode(key, who->public, 32);
    snprintf(text, sizeof text, "id: %s\nrole: %s\npublic_key: '%s'\nstatus: %s\n", id, role, key,
             status);
    snprintf(name, sizeof name, "principals/%s.yaml", id);
    house_write(h, name, text);
}

// The daemon's life in the child; never returns.
static void house_live(const struct house *h)
{
    static struct config config;
    static struct faults faults;
    static struct shell shell;
    char path[300], why[400] = "";
    uint8_t secret[32];
    struct policy *policy = NULL;
    struct roster *roster = NULL;
    struct desk *desk = NULL;
    snprintf(path, sizeof path, "%s/triaged.yaml", h->dir);
    enum err e = config_read(&config, path, &faults);
    if (!e) e = config_finish(&config, &faults);
    if (!e) e = secret_read(secret, config.server_key_file, &faults);
    if (!e) e = policy_open(&policy, config.policy_dir, NULL);
    if (!e) e = roster_open(&roster, config.principals_dir, config.workers_dir, policy, 1, &faults);
    if (!e) e = shell_open(&shell, &config, secret, why, sizeof why);
    if (e) {
        fprintf(stderr, "%s %s\n", faults.n ? faults.at[0].text : "", why);
        exit(1);
    }
    desk_open(&desk, NULL, NULL, policy, &roster->registry, &shell.port, shell_clock(), why,
              sizeof why);
    witness_open(&shell.witness, &shell.config, &shell.log, NULL);
    int const code = shell_run(&shell, desk, NULL, policy, roster);
    desk_close(desk);
    shell_close(&shell);
    exit(code);
}

void house_start(struct house *h)
{
    fflush(NULL);
    h->pid = fork();
    assert_true(h->pid >= 0);
    if (h->pid == 0) house_live(h);
    char text[200];
    for (int i = 0; i < 2000; i++) {
        if (house_http(h, "/readyz", text, sizeof text) == 200) return;
        struct timespec const pause = {0, 10000000}; // between attempts to connect
        nanosleep(&pause, NULL);
    }
    fail_msg("the house did not open");
}

int house_wait(struct house *h)
{
    int status = 0;
    assert_int_equal(waitpid(h->pid, &status, 0), h->pid);
    h->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int house_stop(struct house *h)
{
    kill(h->pid, SIGTERM);
    return house_wait(h);
}

static int house_remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

void house_remove(struct house *h)
{
    nftw(h->dir, house_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int house_http(const struct house *h, const char *path, char *out, size_t size)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    at.sin_port = htons((uint16_t)h->ops_port);
    char request[200];
    int status = 0;
    size_t used = 0;
    ssize_t got = 1;
    int const fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0) {
        int const n = snprintf(request, sizeof request, "GET %s HTTP/1.0\r\n\r\n", path);
        if (write(fd, request, (size_t)n) != n) got = 0;
        while (got > 0 && used < size - 1) {
            got = read(fd, out + used, size - 1 - used);
            if (got > 0) used += (size_t)got;
        }
    }
    close(fd);
    out[used] = 0;
    sscanf(out, "HTTP/%*s %d", &status);
    return status;
}

double house_metric(const struct house *h, const char *line)
{
    static char text[300000];
    char want[200];
    assert_int_equal(house_http(h, "/metrics", text, sizeof text), 200);
    snprintf(want, sizeof want, "\n%s ", line);
    const char *at = strstr(text, want);
    return at ? strtod(at + strlen(want), NULL) : -1;
}

bool house_metric_reaches(const struct house *h, const char *line, double least)
{
    for (int i = 0; i < 1000; i++) {
        if (house_metric(h, line) >= least) return true;
        struct timespec const pause = {0, 10000000}; // between questions
        nanosleep(&pause, NULL);
    }
    return false;
}

struct client client_open(const struct house *h, const char *endpoint, const struct identity *who,
                          const uint8_t *server, const char *routing)
{
    static int serial;
    char name[64];
    struct client c = {.socket = zmq_socket(test_context(), ZMQ_DEALER)};
    int const linger = 0, timeout = 10000;
    zmq_setsockopt(c.socket, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(c.socket, ZMQ_SNDTIMEO, &timeout, sizeof timeout);
    if (routing) zmq_setsockopt(c.socket, ZMQ_ROUTING_ID, routing, strlen(routing));
    if (who) {
        c.who = *who;
        zmq_setsockopt(c.socket, ZMQ_CURVE_SERVERKEY, server ? server : h->server_public, 32);
        zmq_setsockopt(c.socket, ZMQ_CURVE_PUBLICKEY, who->public, 32);
        zmq_setsockopt(c.socket, ZMQ_CURVE_SECRETKEY, who->secret, 32);
    }
    snprintf(name, sizeof name, "inproc://client.%d", ++serial);
    zmq_socket_monitor(c.socket, name, ZMQ_EVENT_ALL);
    c.monitor = zmq_socket(test_context(), ZMQ_PAIR);
    zmq_setsockopt(c.monitor, ZMQ_LINGER, &linger, sizeof linger);
    assert_int_equal(zmq_connect(c.monitor, name), 0);
    assert_int_equal(zmq_connect(c.socket, endpoint), 0);
    return c;
}

void client_close(struct client *c)
{
    zmq_socket_monitor(c->socket, NULL, 0);
    zmq_close(c->monitor);
    zmq_close(c->socket);
}

void client_say(struct client *c, const char *text)
{
    assert_true(zmq_send(c->socket, text, strlen(text), 0) >= 0);
}

int client_hear(const struct house *h, struct client *c, char *out, size_t size, int ms)
{
    static uint8_t frame[70000];
    zmq_setsockopt(c->socket, ZMQ_RCVTIMEO, &ms, sizeof ms);
    int const n = zmq_recv(c->socket, frame, sizeof frame, 0);
    if (n < 0) return -1;
    bool const boxed = memcmp(c->who.public, (uint8_t[32]){0}, 32) != 0;
    if (!boxed) {
        memcpy(out, frame, (size_t)n);
        out[n] = 0;
        return n;
    }
    assert_true(n >= 40 && (size_t)n - 40 < size);
    assert_int_equal(crypto_box_open_easy((uint8_t *)out, frame + 24, (unsigned long long)n - 24,
                                          frame, h->server_public, c->who.secret),
                     0);
    out[n - 40] = 0;
    return n - 40;
}

bool client_echoes(const struct house *h, struct client *c)
{
    char text[200];
    client_say(c, "echo hello");
    return client_hear(h, c, text, sizeof text, 10000) > 0 && strcmp(text, "echo hello") == 0;
}

int client_event(struct client *c, int events, int *value)
{
    int const ms = 5000;
    zmq_setsockopt(c->monitor, ZMQ_RCVTIMEO, &ms, sizeof ms);
    for (;;) {
        uint8_t head[6];
        char address[200];
        if (zmq_recv(c->monitor, head, sizeof head, 0) < 0) return 0;
        zmq_recv(c->monitor, address, sizeof address, 0);
        uint16_t event;
        memcpy(&event, head, sizeof event);
        int32_t number;
        memcpy(&number, head + 2, sizeof number);
        if (value) *value = number;
        if (event & events) return event;
    }
}
