// house.h - a real shell with a fake desk, in a process of its own, and clients with keys of their
// own.
#ifndef HOUSE_H
#define HOUSE_H

#include "config.h"

#include <sys/types.h>

struct house {
    char dir[200];
    char intake[64], desk[64], operators[300];
    int ops_port;
    uint8_t server_public[32];
    pid_t pid;
};
struct identity {
    uint8_t public[32], secret[32];
};
struct client {
    void *socket, *monitor;
    struct identity who;
};

struct identity identity_make(void);
// Makes the folder; principals are written before house_start.
void house_make(struct house *h, const char *const *assignments, size_t n);
void house_enrol(const struct house *h, const char *id, const char *role,
                 const struct identity *who, const char *status);
void house_write(const struct house *h, const char *name, const char *text);
void house_start(struct house *h);
int house_stop(struct house *h); // SIGTERM; the exit code
int house_wait(struct house *h); // the exit code
void house_remove(struct house *h);
// A value out of /metrics, -1 when the line is not there.
double house_metric(const struct house *h, const char *line);
// Waits until a metric is at least so much; false after 10 s.
bool house_metric_reaches(const struct house *h, const char *line, double least);
int house_http(const struct house *h, const char *path, char *out, size_t size); // the status

// `who` NULL: without encryption.  `server` NULL: the house's key.
struct client client_open(const struct house *h, const char *endpoint, const struct identity *who,
                          const uint8_t *server, const char *routing);
void client_close(struct client *c);
void client_say(struct client *c, const char *text);
// The next reply, opened with the client's secret key; its length, -1 when none comes within `ms`.
int client_hear(const struct house *h, struct client *c, char *out, size_t size, int ms);
bool client_echoes(const struct house *h, struct client *c);
// The last of the given monitor events that comes within 5 s; 0 for none.
int client_event(struct client *c, int events, int *value);
void *test_context(void);
void test_context_end(void);

#endif
