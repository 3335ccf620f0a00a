// metrics.h - every counter and gauge of the process, by a metric of a table and at most one label,
// out of our own tables or a pack's; the cell keeps a copy, for packs go.  Fixed size: a label
// beyond METRIC_LABELS_MAX is counted as "other".
#ifndef TRIAGED_METRICS_H
#define TRIAGED_METRICS_H

#include "port.h"

#define METRIC_LABELS_MAX 32

// What the shell itself counts: X(id, name, kind, label, meaning).
#define SHELL_METRIC_LIST(X)                                                                     \
    X(METRIC_CONNECTIONS, "triaged_connections", "gauge", "listener", "connections open")        \
    X(METRIC_ACCEPTED, "triaged_accepted_total", "counter", "listener", "connections accepted")  \
    X(METRIC_HANDSHAKES_FAILED, "triaged_handshakes_failed_total", "counter", "reason",          \
      "connections that did not get in")                                                         \
    X(METRIC_ZAP, "triaged_zap_total", "counter", "answer", "answers of the doorman")            \
    X(METRIC_DROPPED, "triaged_dropped_total", "counter", "reason",                              \
      "messages dropped because their sender is not who it must be")                             \
    X(METRIC_CUT, "triaged_connections_cut_total", "counter", "reason", "connections cut by us") \
    X(METRIC_SEND_BUSY, "triaged_send_busy_total", "counter", "listener",                        \
      "sends held back because the peer does not read")                                          \
    X(METRIC_SEND_GONE, "triaged_send_gone_total", "counter", "listener",                        \
      "sends to a peer that had gone")                                                           \
    X(METRIC_RELOADS, "triaged_reloads_total", "counter", "result", "reloads of files")          \
    X(METRIC_TURNS, "triaged_turns_total", "counter", NULL, "turns of the loop")                 \
    X(METRIC_LOG_LOST, "triaged_log_lost", "gauge", NULL, "log lines that could not be written") \
    X(METRIC_POLICY_BY_RELOAD, "triaged_policy_by_reload", "gauge", NULL,                        \
      "1 while rules come into force without two managers")                                      \
    X(METRIC_PRINCIPALS, "triaged_principals", "gauge", NULL, "active principals")               \
    X(METRIC_WORKERS, "triaged_workers", "gauge", NULL, "active workers")
#define SHELL_METRIC_ENUM(id, name, kind, label, help) id,
enum shell_metric {
    METRIC_SHELL_FIRST = METRIC_COUNT - 1,
    SHELL_METRIC_LIST(SHELL_METRIC_ENUM) METRICS_ALL
};
#undef SHELL_METRIC_ENUM

struct metric_cell {
    char label[ID_MAX]; // cut to fit; empty for none
    int64_t value;
};
struct metrics {
    size_t n[METRICS_ALL];
    struct metric_cell cells[METRICS_ALL][METRIC_LABELS_MAX];
};

void metrics_init(struct metrics *m);
void metrics_count(struct metrics *m, int metric, const char *label, int64_t delta);
void metrics_gauge(struct metrics *m, int metric, const char *label, int64_t value);
int64_t metrics_value(const struct metrics *m, int metric, const char *label); // 0 when never set

// Text for Prometheus, built in a borrowed block.  What does not fit is cut at a line, and `full`
// says so.
struct metric_text {
    char *out;
    size_t size, used;
    bool full;
};
__attribute__((format(printf, 2, 3))) void metric_text_add(struct metric_text *t,
                                                           const char *format, ...);
void metric_text_head(struct metric_text *t, const char *name, const char *kind, const char *help);
void metrics_print(const struct metrics *m, struct metric_text *t);

#endif
