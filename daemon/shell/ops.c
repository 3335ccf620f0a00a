#include "ops.h"
#include "desk.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>

#define OPS_CONNECTIONS_MAX 16
#define OPS_TIMEOUT_SECONDS 5
#define OPS_MEMORY_BYTES    8192

// The same family's lines must stand together: one pass a family.
static void ops_print_queues(struct metric_text *t, const struct desk_figures *f, int64_t utc_ms)
{
    metric_text_head(t, "triaged_queue_depth", "gauge", "cases waiting, by team and colour");
    for (size_t i = 0; i < f->n_teams; i++)
        for (enum colour c = COLOUR_GREEN; c <= COLOUR_RED; c++)
            metric_text_add(t, "triaged_queue_depth{team=\"%s\",colour=\"%s\"} %u\n",
                            f->teams[i].team, colour_word(c), f->teams[i].waiting[c]);
    metric_text_head(t, "triaged_queue_oldest_seconds", "gauge",
                     "age of the case that waits longest, by team and colour");
    for (size_t i = 0; i < f->n_teams; i++)
        for (enum colour c = COLOUR_GREEN; c <= COLOUR_RED; c++) {
            int64_t const oldest_ms = f->teams[i].oldest_received_ms[c];
            metric_text_add(t, "triaged_queue_oldest_seconds{team=\"%s\",colour=\"%s\"} %.3f\n",
                            f->teams[i].team, colour_word(c),
                            oldest_ms ? (double)(utc_ms - oldest_ms) / 1000.0 : 0.0);
        }
    metric_text_head(t, "triaged_queue_leased", "gauge", "cases that a desk holds, by team");
    for (size_t i = 0; i < f->n_teams; i++)
        metric_text_add(t, "triaged_queue_leased{team=\"%s\"} %u\n", f->teams[i].team,
                        f->teams[i].leased);
}

static void ops_print_ledger(struct metric_text *t, const struct ledger_stats *s)
{
    static const char *const bounds[] = {"0.00025", "0.0005", "0.001", "0.002", "0.004", "0.008",
                                         "0.016",   "0.032",  "0.064", "0.128", "0.256", "+Inf"};
    uint64_t sum = 0;
    metric_text_head(t, "triaged_commit_seconds", "histogram", "time of one commit to disk");
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        sum += s->commit_us_histogram[i];
        metric_text_add(t, "triaged_commit_seconds_bucket{le=\"%s\"} %llu\n", bounds[i],
                        (unsigned long long)sum);
    }
    metric_text_add(t, "triaged_commit_seconds_count %llu\n", (unsigned long long)sum);
    metric_text_head(t, "triaged_commit_seconds_max", "gauge", "longest commit since the start");
    metric_text_add(t, "triaged_commit_seconds_max %.6f\n", (double)s->commit_us_max / 1e6);
    metric_text_head(t, "triaged_records_total", "counter", "records kept since the start");
    metric_text_add(t, "triaged_records_total %llu\n", (unsigned long long)s->records);
}

static void ops_print_notices(struct metric_text *t, const struct desk_figures *f, int64_t utc_ms)
{
    double const age = f->notice_oldest_ms ? (double)(utc_ms - f->notice_oldest_ms) / 1000.0 : 0.0;
    metric_text_head(t, "triaged_notice_oldest_seconds", "gauge",
                     "age of the oldest notice not receipted");
    metric_text_add(t, "triaged_notice_oldest_seconds %.3f\n", age);
    metric_text_head(t, "triaged_head_seq", "gauge", "number of the last record on disk");
    metric_text_add(t, "triaged_head_seq %llu\n", (unsigned long long)f->head_seq);
}

static unsigned ops_metrics(struct ops *o, const struct desk_figures *f)
{
    struct metric_text t = {.out = o->text, .size = sizeof o->text};
    struct ledger_stats const stats = ledger_stats(o->ledger);
    metrics_gauge(o->metrics, METRIC_CASES_OPEN, NULL, (int64_t)f->cases_open);
    metrics_gauge(o->metrics, METRIC_NOTICES_OWED, NULL, (int64_t)f->notices_owed);
    metrics_gauge(o->metrics, METRIC_SESSIONS, NULL, (int64_t)f->sessions);
    metrics_gauge(o->metrics, METRIC_CLOCK_SUSPECT, NULL, f->clock_suspect);
    metrics_gauge(o->metrics, METRIC_DISK_LOW, NULL, f->disk_low);
    metrics_print(o->metrics, &t);
    ops_print_queues(&t, f, o->utc_ms);
    ops_print_notices(&t, f, o->utc_ms);
    ops_print_ledger(&t, &stats);
    return MHD_HTTP_OK;
}

static unsigned ops_ready(struct ops *o, const struct desk_figures *f)
{
    bool const ready = f->ready && !o->stopping;
    snprintf(o->text, sizeof o->text, "%s\n",
             o->stopping ? "stopping"
             : ready     ? "ready"
                         : "not ready");
    return ready ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
}

static unsigned ops_healthy(struct ops *o, const struct desk_figures *f)
{
    (void)f;
    snprintf(o->text, sizeof o->text, "alive\n");
    return MHD_HTTP_OK;
}

unsigned ops_answer(struct ops *o, const char *path)
{
    static const struct {
        const char *path;
        unsigned (*answer)(struct ops *o, const struct desk_figures *f);
    } pages[] = {{"/healthz", ops_healthy}, {"/readyz", ops_ready}, {"/metrics", ops_metrics}};
    struct desk_figures figures;
    o->text[0] = 0;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        if (strcmp(path, pages[i].path) != 0) continue;
        desk_figures(o->desk, &figures);
        return pages[i].answer(o, &figures);
    }
    snprintf(o->text, sizeof o->text, "/healthz, /readyz or /metrics\n");
    return MHD_HTTP_NOT_FOUND;
}

static enum MHD_Result ops_request(void *ctx, struct MHD_Connection *connection, const char *url,
                                   const char *method, const char *version, const char *upload,
                                   size_t *upload_size, void **state)
{
    (void)version;
    (void)upload;
    (void)state;
    struct ops *o = ctx;
    bool const get = strcmp(method, "GET") == 0;
    if (*upload_size > 0) return MHD_NO;
    unsigned const status = get ? ops_answer(o, url) : MHD_HTTP_METHOD_NOT_ALLOWED;
    size_t const len = get ? strlen(o->text) : 0;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(len, o->text, MHD_RESPMEM_MUST_COPY);
    if (!response) return MHD_NO;
    MHD_add_response_header(response, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    enum MHD_Result const sent = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return sent;
}

static void ops_woke(uv_poll_t *poll, int status, int events)
{
    // The turn that follows serves it.
    (void)poll;
    (void)status;
    (void)events;
}

// Fills `out` for a loopback address; false for any other.
static bool ops_loopback(const char *address, uint16_t port, struct sockaddr_storage *out,
                         bool *six)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
    memset(out, 0, sizeof *out);
    *six = inet_pton(AF_INET6, address, &v6->sin6_addr) == 1;
    if (*six) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
    }
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    return inet_pton(AF_INET, address, &v4->sin_addr) == 1 &&
           ntohl(v4->sin_addr.s_addr) >> 24 == 127;
}

static enum err ops_watch(struct ops *o, uv_loop_t *loop)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(o->http, MHD_DAEMON_INFO_EPOLL_FD);
    if (!info || uv_poll_init(loop, &o->poll, info->epoll_fd)) return ERR_IO;
    o->polled = true;
    return uv_poll_start(&o->poll, UV_READABLE, ops_woke) ? ERR_IO : OK;
}

enum err ops_start(struct ops *o, uv_loop_t *loop, const char *address, uint16_t port)
{
    struct sockaddr_storage to;
    bool six;
    if (!ops_loopback(address, port, &to, &six)) return ERR_CONFIG;
    unsigned const flags = MHD_USE_EPOLL | MHD_NO_FLAG | (six ? MHD_USE_IPv6 : 0U);
    o->http = MHD_start_daemon(flags, port, NULL, NULL, ops_request, o, MHD_OPTION_SOCK_ADDR, &to,
                               MHD_OPTION_CONNECTION_LIMIT, (unsigned)OPS_CONNECTIONS_MAX,
                               MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)OPS_TIMEOUT_SECONDS,
                               MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)OPS_MEMORY_BYTES,
                               MHD_OPTION_END);
    return o->http ? ops_watch(o, loop) : ERR_IO;
}

void ops_stop(struct ops *o)
{
    if (o->polled) uv_close((uv_handle_t *)&o->poll, NULL);
    if (o->http) MHD_stop_daemon(o->http);
    o->http = NULL;
    o->polled = false;
}

int64_t ops_turn(struct ops *o, int64_t utc_ms)
{
    if (!o->http) return INT64_MAX;
    MHD_UNSIGNED_LONG_LONG wait_ms = 0;
    o->utc_ms = utc_ms;
    MHD_run(o->http);
    return MHD_get_timeout(o->http, &wait_ms) == MHD_YES ? (int64_t)wait_ms : INT64_MAX;
}
