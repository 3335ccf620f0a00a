// book_lists.c - the lists that open cases stand in: a team's queue, a board for each of its
// states, and what stands beside those.
#include "book_inside.h"

#include "check.h"

#define SCORE_MOST  ((1 << 26) - 1)
#define COLOUR_STEP (1 << 27) // one colour outweighs any score

// Teams.

static size_t team_find(const struct book *b, const char *id)
{
    for (size_t i = 1; i < b->n_teams; i++) {
        if (strncmp(b->teams[i].id, id, ID_MAX) == 0) return i;
    }
    return 0;
}

// The team's number, made when it is new; 0 when there is no room.
static size_t team_number(struct book *b, const char *id)
{
    size_t const found = team_find(b, id);
    if (found != 0) return found;
    if (b->n_teams == b->teams_max) return 0;
    id_copy(b->teams[b->n_teams].id, id);
    return b->n_teams++;
}

// A case in them.

static const char *file_team(const struct casefile *f)
{
    return f->state == STATE_HANDOVER_OFFERED ? f->offered_team : f->team;
}

static uint8_t file_lane(const struct casefile *f)
{
    CHECK(casefile_open(f));
    if (casefile_follows(f)) return 0;
    return f->state == STATE_HANDOVER_OFFERED ? LANE_QUEUE : (uint8_t)f->state;
}

static int32_t rank_of(int32_t colour, int32_t score)
{
    int32_t const within = score > SCORE_MOST    ? SCORE_MOST
                           : score < -SCORE_MOST ? -SCORE_MOST
                                                 : score;
    return colour * COLOUR_STEP + within;
}

static int32_t file_rank(const struct casefile *f)
{
    return rank_of(f->colour, f->score);
}

static enum book_beside file_beside(const struct casefile *f)
{
    if (casefile_shadowed(f)) return BESIDE_DIRECT;
    if (!casefile_unled(f)) return BESIDE_NONE;
    return f->state == STATE_DECIDED_MET ? BESIDE_MET : BESIDE_OFFERED;
}

static int64_t file_lead_by_ms(const struct casefile *f)
{
    if (file_beside(f) != BESIDE_MET) return 0;
    return f->deadline_ms != 0 ? f->deadline_ms : INT64_MAX;
}

static void beside_leave(struct book *b, uint32_t slot)
{
    struct place *p = &b->shelf.places[slot];
    struct shelf_team *t = &b->teams[p->beside_team];
    if (p->beside == BESIDE_NONE) return;
    tree_remove(&b->shelf, ORDER_BESIDE, &t->beside[p->beside], slot);
    if (p->beside == BESIDE_MET) t->met--;
    p->beside = BESIDE_NONE;
}

static void beside_join(struct book *b, uint32_t slot, size_t team)
{
    const struct casefile *f = &b->shelf.files[slot];
    struct place *p = &b->shelf.places[slot];
    struct shelf_team *t = &b->teams[team];
    p->beside = (uint8_t)file_beside(f);
    p->beside_team = (uint16_t)team;
    p->lead_by_ms = file_lead_by_ms(f);
    if (p->beside == BESIDE_NONE) return;
    tree_add(&b->shelf, ORDER_BESIDE, &t->beside[p->beside], slot);
    if (p->beside == BESIDE_MET) t->met++;
}

static bool beside_same(const struct book *b, uint32_t slot, size_t team)
{
    const struct casefile *f = &b->shelf.files[slot];
    const struct place *p = &b->shelf.places[slot];
    return p->beside == file_beside(f) && p->beside_team == team &&
           p->lead_by_ms == file_lead_by_ms(f);
}

static void list_leave(struct book *b, uint32_t slot)
{
    struct place *p = &b->shelf.places[slot];
    struct shelf_team *t = &b->teams[p->team];
    if (p->lane == 0) return;
    tree_remove(&b->shelf, ORDER_URGENCY, &t->urgency[p->lane], slot);
    if (p->lane == LANE_QUEUE) {
        tree_remove(&b->shelf, ORDER_AGE, &t->age[p->colour], slot);
        t->by_colour[p->colour]--;
    }
    if (p->lane == STATE_IN_TRIAGE) t->leased--;
    p->lane = 0;
}

static void list_join(struct book *b, uint32_t slot, size_t team)
{
    const struct casefile *f = &b->shelf.files[slot];
    struct place *p = &b->shelf.places[slot];
    struct shelf_team *t = &b->teams[team];
    p->received_ms = f->received_ms;
    p->rank = file_rank(f);
    p->team = (uint16_t)team;
    p->lane = file_lane(f);
    p->colour = (uint8_t)f->colour;
    if (p->lane == 0) return;
    tree_add(&b->shelf, ORDER_URGENCY, &t->urgency[p->lane], slot);
    if (p->lane == LANE_QUEUE) {
        tree_add(&b->shelf, ORDER_AGE, &t->age[p->colour], slot);
        t->by_colour[p->colour]++;
    }
    if (p->lane == STATE_IN_TRIAGE) t->leased++;
}

static bool list_same(const struct book *b, uint32_t slot, size_t team)
{
    const struct casefile *f = &b->shelf.files[slot];
    const struct place *p = &b->shelf.places[slot];
    return p->lane == file_lane(f) && p->team == team && p->rank == file_rank(f) &&
           p->received_ms == f->received_ms;
}

bool book_seats(struct book *b, const struct casefile *f, struct book_seats *out)
{
    enum book_beside const list = file_beside(f);
    bool const own = list == BESIDE_OFFERED || list == BESIDE_MET;
    *out = (struct book_seats){.team = team_number(b, file_team(f)),
                               .beside = own ? team_number(b, f->team) : 0};
    return out->team != 0 && (out->beside != 0 || !own);
}

void book_lists_leave(struct book *b, uint32_t slot)
{
    beside_leave(b, slot);
    list_leave(b, slot);
}

void book_lists_move(struct book *b, uint32_t slot, struct book_seats seats)
{
    if (list_same(b, slot, seats.team) && beside_same(b, slot, seats.beside)) return;
    book_lists_leave(b, slot);
    list_join(b, slot, seats.team);
    beside_join(b, slot, seats.beside);
}

// Walks.

struct casefile *book_queue_first(struct book *b, const char *team)
{
    struct shelf_team *t = &b->teams[team_find(b, team)];
    return book_file(b, tree_first(&b->shelf, ORDER_URGENCY, t->urgency[LANE_QUEUE]));
}

struct casefile *book_queue_next(struct book *b, const char *team, const struct casefile *after)
{
    struct shelf_team *t = &b->teams[team_find(b, team)];
    return book_file(
        b, tree_after(&b->shelf, ORDER_URGENCY, t->urgency[LANE_QUEUE], book_slot_of(b, after)));
}

struct casefile *book_queue_oldest(struct book *b, const char *team, enum colour colour)
{
    struct shelf_team *t = &b->teams[team_find(b, team)];
    return book_file(b, tree_first(&b->shelf, ORDER_AGE, t->age[colour]));
}

struct casefile *book_board_first(struct book *b, const char *team, enum state state)
{
    struct shelf_team *t = &b->teams[team_find(b, team)];
    CHECK((int)state >= 0 && state < LANES);
    return book_file(b, tree_first(&b->shelf, ORDER_URGENCY, t->urgency[state]));
}

struct casefile *book_board_next(struct book *b, const struct casefile *after)
{
    uint32_t const slot = book_slot_of(b, after);
    const struct place *p = &b->shelf.places[slot];
    struct shelf_team *t = &b->teams[p->team];
    return book_file(b, tree_after(&b->shelf, ORDER_URGENCY, t->urgency[p->lane], slot));
}

struct casefile *book_beside_first(struct book *b, enum book_beside list, const char *team)
{
    struct shelf_team *t = &b->teams[team_find(b, team)];
    CHECK(list > BESIDE_NONE && list < BESIDE_LISTS);
    return book_file(b, tree_first(&b->shelf, ORDER_BESIDE, t->beside[list]));
}

struct casefile *book_beside_next(struct book *b, const struct casefile *after)
{
    uint32_t const slot = book_slot_of(b, after);
    const struct place *p = &b->shelf.places[slot];
    struct shelf_team *t = &b->teams[p->beside_team];
    CHECK(p->beside != BESIDE_NONE);
    return book_file(b, tree_after(&b->shelf, ORDER_BESIDE, t->beside[p->beside], slot));
}

struct book_spot book_spot(const struct casefile *f)
{
    return (struct book_spot){f->no, f->colour, f->score, f->received_ms};
}

struct casefile *book_list_after(struct book *b, struct book_list list,
                                 const struct book_spot *spot)
{
    const struct shelf_team *t = &b->teams[team_find(b, list.team)];
    bool const beside = list.beside != BESIDE_NONE;
    enum shelf_order const order = beside ? ORDER_BESIDE : ORDER_URGENCY;
    uint32_t const root = beside ? t->beside[list.beside] : t->urgency[list.state];
    struct place const key = {.rank = rank_of(spot->colour, spot->score),
                              .received_ms = spot->received_ms};
    CHECK(list.beside != BESIDE_MET);
    return book_file(b, spot->no != 0 ? tree_behind(&b->shelf, order, root, &key, spot->no)
                                      : tree_first(&b->shelf, order, root));
}

struct book_depth book_depth(struct book *b, const char *team)
{
    const struct shelf_team *t = &b->teams[team_find(b, team)];
    struct book_depth d = {.leased = t->leased, .met = t->met};
    for (int colour = COLOUR_UNSET; colour <= COLOUR_RED; colour++) {
        uint32_t const oldest = tree_first(&b->shelf, ORDER_AGE, t->age[colour]);
        d.by_colour[colour] = t->by_colour[colour];
        if (oldest != 0) d.oldest_received_ms[colour] = b->shelf.places[oldest].received_ms;
    }
    return d;
}
