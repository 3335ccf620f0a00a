// A look at a queue, page by page, without following it.
#include "board.h"
#include "reply.h"
#include "turn.h"

#define QUEUE_MOST ((size_t)1024) // headlines in one answer

static void board_queue_figures(struct desk *d, Triage__V1__QueueReply *q, const char *team)
{
    struct book_depth const depth = book_depth(d->book, team);
    q->by_colour = arena_alloc(&d->request, COLOUR_RED * sizeof *q->by_colour);
    CHECK(q->by_colour);
    for (int c = COLOUR_GREEN; c <= COLOUR_RED; c++) {
        int64_t const oldest = depth.oldest_received_ms[c];
        q->by_colour[q->n_by_colour++] = depth.by_colour[c];
        q->total += depth.by_colour[c];
        if (oldest && (q->oldest_received_ms == 0 || oldest < q->oldest_received_ms))
            q->oldest_received_ms = oldest;
    }
}

// What the rules sent past the MASH, whatever team has it, waiting or with somebody there.
static void board_queue_direct(struct desk *d, Triage__V1__QueueReply *q, size_t limit)
{
    struct casefile const *c = book_beside_first(d->book, BESIDE_DIRECT, "");
    q->direct = pb_list(&d->request, limit);
    for (; c && q->n_direct < limit; c = book_beside_next(d->book, c))
        q->direct[q->n_direct++] = headline_make(d, c);
}

void board_queue(struct desk *d, struct message *m)
{
    Triage__V1__QueueRequest const *q = m->request->queue;
    if (!board_open_to(d, m, q->team)) {
        reply_refuse_field(d, m, ERR_NOT_FOUND, "queue.team", "team",
                           "This key works no queue of that name.");
        return;
    }
    size_t const limit = q->limit && q->limit < QUEUE_MOST ? q->limit : QUEUE_MOST;
    Triage__V1__QueueReply body = TRIAGE__V1__QUEUE_REPLY__INIT;
    Triage__V1__Reply r;
    reply_init(m, &r);
    body.team = q->team;
    body.headlines = pb_list(&d->request, limit);
    uint32_t skip = q->skip;
    struct casefile *c = book_queue_first(d->book, q->team);
    for (; c && body.n_headlines < limit; c = book_queue_next(d->book, q->team, c)) {
        if (skip > 0)
            skip--;
        else
            body.headlines[body.n_headlines++] = headline_make(d, c);
    }
    board_queue_figures(d, &body, q->team);
    if (q->skip == 0 && strcmp(q->team, d->rules.mash) == 0) board_queue_direct(d, &body, limit);
    r.body_case = TRIAGE__V1__REPLY__BODY_QUEUE;
    r.queue = &body;
    reply_say(d, m, &r, turn_last_seq(d));
}
