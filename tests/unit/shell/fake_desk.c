#include "fake_desk.h"

#include <stdio.h>
#include <stdlib.h>

#define FLOODS_MAX 16

struct flood {
    struct peer to;
    unsigned next, end;
};
struct desk {
    const struct port *port;
    const struct policy *policy;
    unsigned messages, gone, writable, busy, ticks, registries;
    int64_t pause_until_ms, tick_ms;
    bool draining;
    struct flood floods[FLOODS_MAX];
};

enum err desk_open(struct desk **out, const struct desk_settings *settings, struct ledger *ledger,
                   const struct policy *policy, const struct registry *registry,
                   const struct port *port, struct now now, char *why, size_t size)
{
    (void)settings, (void)ledger, (void)registry, (void)now, (void)why, (void)size;
    *out = calloc(1, sizeof **out);
    (*out)->port = port;
    (*out)->policy = policy;
    return OK;
}

void desk_close(struct desk *d)
{
    free(d);
}

static void fake_say(struct desk *d, const struct peer *to, const char *text)
{
    d->port->send(d->port->ctx, to, bytes_text(text));
}

static void fake_flood(struct desk *d, struct flood *f)
{
    uint8_t reply[FAKE_FLOOD_BYTES] = {0};
    while (f->next < f->end) {
        memcpy(reply, &f->next, sizeof f->next);
        enum err const e = d->port->send(d->port->ctx, &f->to, bytes_of(reply, sizeof reply));
        if (e == ERR_BUSY) d->busy++;
        if (e) return;
        f->next++;
    }
    f->to.id = 0;
}

static void fake_flood_begin(struct desk *d, const struct peer *to, unsigned n)
{
    for (int i = 0; i < FLOODS_MAX; i++) {
        if (d->floods[i].to.id) continue;
        d->floods[i] = (struct flood){*to, 0, n};
        fake_flood(d, &d->floods[i]);
        return;
    }
}

static void fake_figures(struct desk *d, const struct peer *to)
{
    char text[200];
    snprintf(text, sizeof text,
             "messages %u gone %u writable %u busy %u ticks %u registries %u as %s", d->messages,
             d->gone, d->writable, d->busy, d->ticks, d->registries, to->principal);
    fake_say(d, to, text);
}

void desk_message(struct desk *d, const struct peer *from, struct bytes request, struct now now)
{
    char word[32] = "";
    unsigned n = 0;
    d->messages++;
    memcpy(word, request.data, request.len < sizeof word ? request.len : sizeof word - 1);
    if (strncmp(word, "echo", 4) == 0)
        d->port->send(d->port->ctx, from, request);
    else if (sscanf(word, "flood %u", &n) == 1)
        fake_flood_begin(d, from, n);
    else if (strcmp(word, "figures") == 0)
        fake_figures(d, from);
    else if (strcmp(word, "halt") == 0) {
        d->port->halt(d->port->ctx, FAKE_HALT_CODE, "commit_failed");
        fake_say(d, from, "must not be heard");
    } else if (sscanf(word, "pause %u", &n) == 1)
        d->pause_until_ms = now.mono_ms + n;
    else if (strcmp(word, "cut") == 0)
        d->port->cut(d->port->ctx, from->id);
}

void desk_peer_gone(struct desk *d, uint64_t peer_id)
{
    d->gone++;
    for (int i = 0; i < FLOODS_MAX; i++)
        if (d->floods[i].to.id == peer_id) d->floods[i].to.id = 0;
}

void desk_peer_writable(struct desk *d, uint64_t peer_id)
{
    d->writable++;
    for (int i = 0; i < FLOODS_MAX; i++)
        if (d->floods[i].to.id == peer_id) fake_flood(d, &d->floods[i]);
}

// A timer of the desk's own every 5 ms, so that timers and sockets share the loop.
int64_t desk_turn(struct desk *d, struct now now)
{
    if (now.mono_ms >= d->pause_until_ms) d->pause_until_ms = 0;
    if (now.mono_ms >= d->tick_ms) {
        d->ticks++;
        d->tick_ms = now.mono_ms + 5;
    }
    return d->tick_ms;
}

void desk_ledger(struct desk *d, struct now now)
{
    (void)d, (void)now;
}

bool desk_wants_more(const struct desk *d)
{
    return d->pause_until_ms == 0;
}

void desk_set_registry(struct desk *d, const struct registry *registry, struct now now)
{
    (void)registry, (void)now;
    d->registries++;
}

void desk_set_policy(struct desk *d, const struct policy *policy, struct now now)
{
    (void)now;
    d->policy = policy;
}

void desk_set_hooks(struct desk *d, const struct desk_hooks *hooks)
{
    (void)d, (void)hooks;
}

void desk_scan_wants(struct desk *d, struct now now)
{
    (void)d, (void)now;
}

void desk_scanned(struct desk *d, enum scan verdict, const char *what, struct now now)
{
    (void)d, (void)verdict, (void)what, (void)now;
}

void desk_drain(struct desk *d)
{
    d->draining = true;
}

bool desk_drained(const struct desk *d)
{
    return d->draining;
}

void desk_figures(const struct desk *d, struct desk_figures *out)
{
    (void)d;
    *out = (struct desk_figures){.n_teams = 1, .ready = true, .cases_open = 3};
    out->teams[0] = (struct desk_team_figures){.team = "mash", .waiting = {[COLOUR_RED] = 2}};
}

struct ledger_stats ledger_stats(const struct ledger *l)
{
    (void)l;
    return (struct ledger_stats){.commits = 2, .records = 5, .commit_us_histogram = {1, 1}};
}

// The pack: one team, and no folder is needed.
struct policy {
    int unused;
};
struct policy_report {
    int unused;
};

enum err policy_open(struct policy **out, const char *dir, struct policy_report *report)
{
    (void)report;
    *out = strstr(dir, "broken") ? NULL : calloc(1, sizeof **out);
    return *out ? OK : ERR_POLICY;
}
void policy_close(struct policy *p)
{
    free(p);
}
int policy_team(const struct policy *p, const char *id)
{
    (void)p;
    return strcmp(id, "mash") == 0 ? 0 : -1;
}
struct policy_report *policy_report_open(void)
{
    return calloc(1, sizeof(struct policy_report));
}
void policy_report_close(struct policy_report *r)
{
    free(r);
}
size_t policy_report_count(const struct policy_report *r)
{
    (void)r;
    return 0;
}
struct policy_problem policy_report_at(const struct policy_report *r, size_t i)
{
    (void)r, (void)i;
    return (struct policy_problem){0};
}
void policy_report_add(struct policy_report *r, const char *file, int line, const char *text)
{
    (void)r, (void)file, (void)line, (void)text;
}
const struct policy_info *policy_info(const struct policy *p)
{
    static const struct policy_info one = {.name = "pack", .version = "1"};
    (void)p;
    return &one;
}

struct ledger_head ledger_head(const struct ledger *l)
{
    (void)l;
    return (struct ledger_head){.epoch = 1};
}

enum err ledger_scan_erasures(struct ledger *l, ledger_scan_erasure_fn *fn, void *ctx)
{
    (void)l, (void)fn, (void)ctx;
    return OK;
}

enum err ledger_scan_records(struct ledger *l, uint64_t from_seq, bool with_body,
                             ledger_scan_record_fn *fn, void *ctx, char *why, size_t size)
{
    (void)l, (void)from_seq, (void)with_body, (void)fn, (void)ctx, (void)why, (void)size;
    return OK;
}

void ledger_index_key(const struct ledger *l, uint8_t out[LEDGER_KEY_BYTES])
{
    (void)l;
    memset(out, 0, LEDGER_KEY_BYTES);
}

enum err ledger_backup(struct ledger *l, const char *folder, ledger_backup_fn *fn, void *ctx)
{
    (void)l, (void)folder, (void)fn, (void)ctx;
    return ERR_UNAVAILABLE;
}
