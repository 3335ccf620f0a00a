// call.c - a slot for each outstanding request; its id names the slot, so an answer finds it at
// once.
#include "call.h"
#include "client.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { SLOT_BITS = 12 };
_Static_assert(CALLS_MAX == 1 << SLOT_BITS, "an id holds its slot");

bool calls_init(struct calls *cs)
{
    memset(cs, 0, sizeof *cs);
    cs->slots = calloc(CALLS_MAX, sizeof *cs->slots);
    cs->free_slots = calloc(CALLS_MAX, sizeof *cs->free_slots);
    if (!cs->slots || !cs->free_slots) return false;
    for (size_t i = 0; i < CALLS_MAX; i++) cs->free_slots[i] = (uint16_t)(CALLS_MAX - 1 - i);
    cs->free_len = CALLS_MAX;
    cs->next_ms = INT64_MAX;
    return true;
}

void calls_drop(struct calls *cs)
{
    for (size_t i = 0; cs->slots && i < cs->used_max; i++) free(cs->slots[i].frame);
    free(cs->slots);
    free(cs->free_slots);
    memset(cs, 0, sizeof *cs);
}

uint64_t calls_reserve(struct calls *cs)
{
    if (cs->free_len == 0) return 0;
    uint16_t const slot = cs->free_slots[--cs->free_len];
    uint64_t const id = ++cs->serial << SLOT_BITS | slot;
    cs->slots[slot] = (struct call){.id = id, .last = TRIAGE_E_TIMEOUT};
    if (slot >= cs->used_max) cs->used_max = slot + 1U;
    cs->active++;
    return id;
}

struct call *calls_find(struct calls *cs, uint64_t id)
{
    struct call *call = &cs->slots[id & (CALLS_MAX - 1)];
    return id != 0 && call->id == id ? call : NULL;
}

void calls_remove(struct calls *cs, struct call *call)
{
    free(call->frame);
    memset(call, 0, sizeof *call);
    cs->free_slots[cs->free_len++] = (uint16_t)(call - cs->slots);
    cs->active--;
}

int64_t calls_backoff_ms(uint32_t attempt, uint32_t first_ms)
{
    int64_t wait = first_ms;
    while (attempt-- > 0 && wait < BACKOFF_MS_MAX) wait *= 2;
    if (wait > BACKOFF_MS_MAX) wait = BACKOFF_MS_MAX;
    // A quarter either way: a thousand clients of a restarted server must not come back at once.
    return wait - wait / 4 + (int64_t)randombytes_uniform((uint32_t)(wait / 2 + 1));
}

static void calls_note_due(struct calls *cs, const struct call *call)
{
    int64_t const due = call->due_ms < call->plan.give_up_ms ? call->due_ms : call->plan.give_up_ms;
    if (due < cs->next_ms) cs->next_ms = due;
}

// Tells the caller; removes the call or plans the next attempt.
static void calls_finish(struct triage_client *c, struct call *call, enum triage_status s,
                         Triage__V1__Reply *reply)
{
    uint64_t const id = call->id;
    bool taken = false;
    int64_t const again = call->plan.done(c, call->plan.ctx, s, reply, &taken);
    if (reply && !taken) triage__v1__reply__free_unpacked(reply, NULL);
    if (!(call = calls_find(&c->calls, id))) return; // cancelled by the callback
    if (again < 0) {
        calls_remove(&c->calls, call);
        return;
    }
    call->due_ms = client_mono_ms() + again;
    call->sent = false;
    calls_note_due(&c->calls, call);
}

void calls_send(struct triage_client *c, struct call *call, int64_t now_ms)
{
    if (!call->frame) { // asked for nothing but a connection
        calls_finish(c, call, TRIAGE_OK, NULL);
        return;
    }
    if (!link_send(&c->link, call->frame, call->len)) return;
    // The connection is reliable; silence on it means a server in trouble.  The same again, with
    // the same key, is harmless.
    call->due_ms = now_ms + calls_backoff_ms(call->attempts++, SILENCE_MS);
    call->sent = true;
    calls_note_due(&c->calls, call);
}

void calls_send_due(struct triage_client *c, int64_t now_ms)
{
    struct calls *cs = &c->calls;
    if (now_ms < cs->next_ms) return;
    cs->next_ms = INT64_MAX;
    for (size_t i = 0; i < cs->used_max; i++) {
        struct call *call = &cs->slots[i];
        if (call->id == 0) continue;
        if (now_ms >= call->plan.give_up_ms) {
            enum triage_status const s = c->ready ? call->last : TRIAGE_E_UNREACHABLE;
            call->plan.give_up_ms = INT64_MAX;
            calls_finish(c, call, s, NULL);
        } else if (c->ready && now_ms >= call->due_ms) {
            calls_send(c, call, now_ms);
        }
        if (call->id == 0) continue;
        if (c->ready)
            calls_note_due(cs, call);
        else if (call->plan.give_up_ms < cs->next_ms)
            cs->next_ms = call->plan.give_up_ms;
    }
}

void calls_connection_lost(struct calls *cs)
{
    for (size_t i = 0; i < cs->used_max; i++) {
        if (cs->slots[i].id && cs->slots[i].sent) cs->slots[i].due_ms = 0;
        cs->slots[i].sent = false;
    }
    cs->next_ms = 0;
}

void calls_fail(struct triage_client *c, enum triage_status s, enum calls_which which)
{
    for (size_t i = 0; i < c->calls.used_max; i++) {
        struct call *call = &c->calls.slots[i];
        bool const meant[] = {[CALLS_EAGER] = call->plan.eager,
                              [CALLS_IMPATIENT] = call->plan.impatient,
                              [CALLS_BOUND] = call->plan.bound};
        if (call->id != 0 && meant[which]) calls_finish(c, call, s, NULL);
    }
}

void calls_answer(struct triage_client *c, Triage__V1__Reply *reply)
{
    struct call *call = calls_find(&c->calls, reply->id);
    enum triage_status const s = status_from_wire(reply->status);
    if (!call) { // a second answer to what was sent twice
        triage__v1__reply__free_unpacked(reply, NULL);
        return;
    }
    if (s == TRIAGE_E_BUSY || s == TRIAGE_E_UNAVAILABLE) {
        int64_t wait = calls_backoff_ms(call->attempts, c->backoff_ms);
        if (wait < (int64_t)reply->retry_after_ms) wait = reply->retry_after_ms;
        call->last = s;
        call->due_ms = client_mono_ms() + wait;
        call->sent = false;
        calls_note_due(&c->calls, call);
        triage__v1__reply__free_unpacked(reply, NULL);
        return;
    }
    calls_finish(c, call, s, reply);
}

void calls_cancel(struct triage_client *c, uint64_t id)
{
    struct call *call = calls_find(&c->calls, id);
    if (call) calls_remove(&c->calls, call);
}
