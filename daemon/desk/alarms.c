#include "alarms.h"

#define SHARE_LEAST 10u // of fewer that wait a share says nothing

enum alarm {
    ALARM_RED_SHARE,
    ALARM_WAIT_GREEN,
    ALARM_WAIT_AMBER,
    ALARM_WAIT_RED,
    ALARM_UNLED,
    ALARMS
};
static const char *const ALARM_WORDS[ALARMS][2] = {
    // as it ends, as it begins
    [ALARM_RED_SHARE] = {"red_share_normal", "red_share_high"},
    [ALARM_WAIT_GREEN] = {"green_wait_normal", "green_waits_long"},
    [ALARM_WAIT_AMBER] = {"amber_wait_normal", "amber_waits_long"},
    [ALARM_WAIT_RED] = {"red_wait_normal", "red_waits_long"},
    [ALARM_UNLED] = {"met_wait_normal", "met_waits_long"},
};

// A team's depth at this moment, and which alarms that means.
struct judged {
    uint8_t alarms;
    uint32_t waiting, reds, unled; // unled: met, and nobody leads
};

// The longest wait that a colour may have: twice the time in which it is to be decided.
static int64_t wait_most_ms(const struct desk *d, int colour, int64_t received_ms)
{
    struct span const *s = &d->info->clocks.decide[colour];
    int64_t const once_ms = span_end(s, &d->info->calendar, received_ms);
    return once_ms == INT64_MAX ? once_ms : span_end(s, &d->info->calendar, once_ms);
}

bool alarms_waits_long(const struct desk *d, const struct casefile *f)
{
    if (d->clock_suspect || kind_is_dated(f->kind)) return false;
    return wait_most_ms(d, f->colour, f->received_ms) < d->now.utc_ms;
}

// Of all that the team is to name a lead for, the one whose date comes first.
static bool unled_late(struct desk *d, const char *team)
{
    struct casefile const *f = book_beside_first(d->book, BESIDE_MET, team);
    return f && f->deadline_ms != 0 && f->deadline_ms < d->now.utc_ms;
}

// Each second the same question of the same case: working time is counted once for it.
static bool oldest_waits_long(struct desk *d, size_t team, const struct casefile *f)
{
    struct longest_wait *w = &d->waits[team][f->colour];
    if (kind_is_dated(f->kind)) return false;
    if (w->received_ms != f->received_ms)
        *w = (struct longest_wait){f->received_ms, wait_most_ms(d, f->colour, f->received_ms)};
    return w->end_ms < d->now.utc_ms;
}

static struct judged judge(struct desk *d, size_t i)
{
    char const *team = d->info->teams[i].id;
    struct book_depth const depth = book_depth(d->book, team);
    struct judged j = {.reds = depth.by_colour[COLOUR_RED], .unled = depth.met};
    for (int c = COLOUR_GREEN; c <= COLOUR_RED; c++) {
        struct casefile const *oldest = book_queue_oldest(d->book, team, (enum colour)c);
        j.waiting += depth.by_colour[c];
        if (oldest && oldest_waits_long(d, i, oldest))
            j.alarms |= (uint8_t)(1u << (ALARM_WAIT_GREEN + c - COLOUR_GREEN));
    }
    uint64_t const share = (uint64_t)j.reds * 100;
    if (j.waiting >= SHARE_LEAST &&
        share > (uint64_t)d->settings.limits.red_share_percent * j.waiting)
        j.alarms |= 1u << ALARM_RED_SHARE;
    if (unled_late(d, team)) j.alarms |= 1u << ALARM_UNLED;
    return j;
}

static void tell(struct desk *d, const char *team, uint8_t was, const struct judged *j)
{
    for (unsigned a = 0; a < ALARMS; a++) {
        bool const on = j->alarms >> a & 1;
        if (on == (was >> a & 1)) continue;
        d->port->log(d->port->ctx, on ? LOG_WARNING : LOG_INFO, ALARM_WORDS[a][on], team,
                     a == ALARM_RED_SHARE ? (int64_t)j->reds
                     : a == ALARM_UNLED   ? (int64_t)j->unled
                                          : (int64_t)j->waiting);
        if (on) d->port->count(d->port->ctx, METRIC_ALERTS, ALARM_WORDS[a][on], 1);
    }
}

void alarms_judge(struct desk *d)
{
    if (d->clock_suspect) return; // every wait would be too long
    for (size_t i = 0; i < d->info->n_teams; i++) {
        char const *team = d->info->teams[i].id;
        struct judged const j = judge(d, i);
        tell(d, team, d->alarms[i], &j);
        d->alarms[i] = j.alarms;
        d->port->gauge(d->port->ctx, METRIC_RED_SHARE, team,
                       j.waiting ? (int64_t)j.reds * 100 / j.waiting : 0);
    }
}

bool alarms_twice_overdue(const struct desk *d, const struct casefile *f)
{
    bool const undecided = f->state == STATE_QUEUED || f->state == STATE_IN_TRIAGE;
    if (!undecided || f->decide_by_ms == 0 || d->clock_suspect) return false;
    int64_t const end_ms =
        span_end(&d->info->clocks.decide[f->colour], &d->info->calendar, f->decide_by_ms);
    return end_ms < d->now.utc_ms;
}
