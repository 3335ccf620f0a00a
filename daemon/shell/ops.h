// ops.h - /healthz, /readyz and /metrics over HTTP, on a loopback address only, driven by the loop.
// It answers GET, tells numbers and words of our own tables, and changes nothing.
#ifndef TRIAGED_OPS_H
#define TRIAGED_OPS_H

#include "ledger.h"
#include "metrics.h"

#include <uv.h>

#define OPS_TEXT_MAX 262144 // the longest /metrics

struct MHD_Daemon;
struct desk;
struct ops {
    struct MHD_Daemon *http; // NULL when there is no port
    uv_poll_t poll;
    bool polled;
    struct metrics *metrics;
    const struct desk *desk;
    struct ledger *ledger;
    int64_t utc_ms; // of this turn
    bool stopping;  // not ready any more
    char text[OPS_TEXT_MAX];
};

// ERR_CONFIG when `address` is not a loopback address, ERR_IO when it cannot be bound.
enum err ops_start(struct ops *o, uv_loop_t *loop, const char *address, uint16_t port);
void ops_stop(struct ops *o);
// Serves what is waiting; returns in how many milliseconds it wants to be called again, INT64_MAX
// for never.
int64_t ops_turn(struct ops *o, int64_t utc_ms);
// The answer to a path: its HTTP status; the text is in o->text.
unsigned ops_answer(struct ops *o, const char *path);

#endif
