#include "shelf.h"

#include "check.h"

#define SHELF_ALIGN 64U

static size_t aligned(size_t n)
{
    return (n + SHELF_ALIGN - 1) / SHELF_ALIGN * SHELF_ALIGN;
}

size_t shelf_bytes(size_t cases_max)
{
    size_t const slots = cases_max + 1;
    return aligned(slots * sizeof(struct casefile)) + aligned(slots * sizeof(struct place)) +
           aligned(slots * sizeof(uint32_t)) + aligned(index_bytes(cases_max));
}

static uint64_t number_hash(const void *ctx, uint32_t slot)
{
    const struct shelf *s = ctx;
    return s->files[slot].no; // numbers are given in order: they fill buckets evenly as they are
}

static uint32_t *number_next(void *ctx, uint32_t slot)
{
    struct shelf *s = ctx;
    return &s->places[slot].number_next;
}

void shelf_init(struct shelf *s, void *memory, size_t cases_max)
{
    size_t const slots = cases_max + 1;
    uint8_t *at = memory;
    CHECK(cases_max > 0 && cases_max < UINT32_MAX);
    *s = (struct shelf){.max = cases_max};
    s->files = (struct casefile *)(void *)at;
    at += aligned(slots * sizeof(struct casefile));
    s->places = (struct place *)(void *)at;
    at += aligned(slots * sizeof(struct place));
    s->alarms = (uint32_t *)(void *)at;
    at += aligned(slots * sizeof(uint32_t));
    index_init(&s->by_number, at, cases_max, (struct index_items){s, number_hash, number_next});
}

bool shelf_full(const struct shelf *s)
{
    return s->count == s->max;
}

uint32_t shelf_find(const struct shelf *s, uint64_t no)
{
    uint32_t slot = index_first(&s->by_number, no);
    while (slot != 0 && s->files[slot].no != no) slot = s->places[slot].number_next;
    return slot;
}

uint32_t shelf_take(struct shelf *s, uint64_t no)
{
    uint32_t slot = s->free;
    CHECK(!shelf_full(s) && no != 0);
    if (slot != 0)
        s->free = s->places[slot].number_next;
    else
        slot = (uint32_t)++s->used;
    memset(&s->places[slot], 0, sizeof(s->places[slot]));
    s->files[slot].no = no;
    index_add(&s->by_number, slot);
    s->count++;
    return slot;
}

// What the rules knew about a person goes with the case.
void shelf_give(struct shelf *s, uint32_t slot)
{
    CHECK(s->places[slot].lane == 0 && s->places[slot].alarm == 0);
    index_remove(&s->by_number, slot);
    memset(&s->files[slot], 0, sizeof(s->files[slot]));
    s->places[slot].number_next = s->free;
    s->free = slot;
    s->count--;
}

// Trees: treaps whose priorities are a hash of the slot, so that no order of arrival unbalances
// them.

static uint32_t priority(uint32_t slot)
{
    uint32_t x = slot * 0x9e3779b1U;
    x ^= x >> 15;
    x *= 0x85ebca77U;
    return x ^ (x >> 13);
}

// The numbers are in the records, which are only looked at when all else is equal.
static bool key_before(enum shelf_order order, const struct place *p, const uint64_t *p_no,
                       const struct place *q, const uint64_t *q_no)
{
    if (order == ORDER_BESIDE && p->lead_by_ms != q->lead_by_ms)
        return p->lead_by_ms < q->lead_by_ms;
    if (order != ORDER_AGE && p->rank != q->rank) return p->rank > q->rank;
    if (p->received_ms != q->received_ms) return p->received_ms < q->received_ms;
    return *p_no < *q_no;
}

static bool stands_before(const struct shelf *s, enum shelf_order order, uint32_t a, uint32_t b)
{
    return key_before(order, &s->places[a], &s->files[a].no, &s->places[b], &s->files[b].no);
}

static uint32_t *child(struct shelf *s, enum shelf_order order, uint32_t slot, int side)
{
    return &s->places[slot].child[order][side];
}

// Deals a tree into what stands before `slot` and what stands after it.
static void tree_split(struct shelf *s, enum shelf_order order, uint32_t root, uint32_t slot)
{
    uint32_t *before = child(s, order, slot, 0);
    uint32_t *after = child(s, order, slot, 1);
    while (root != 0) {
        if (stands_before(s, order, root, slot)) {
            *before = root;
            before = child(s, order, root, 1);
            root = *before;
        } else {
            *after = root;
            after = child(s, order, root, 0);
            root = *after;
        }
    }
    *before = 0;
    *after = 0;
}

void tree_add(struct shelf *s, enum shelf_order order, uint32_t *root, uint32_t slot)
{
    uint32_t const mine = priority(slot);
    uint32_t *link = root;
    while (*link != 0 && priority(*link) >= mine) {
        CHECK(*link != slot);
        link = child(s, order, *link, stands_before(s, order, *link, slot) ? 1 : 0);
    }
    tree_split(s, order, *link, slot);
    *link = slot;
}

void tree_remove(struct shelf *s, enum shelf_order order, uint32_t *root, uint32_t slot)
{
    uint32_t *link = root;
    while (*link != slot) {
        CHECK(*link != 0);
        link = child(s, order, *link, stands_before(s, order, *link, slot) ? 1 : 0);
    }
    uint32_t before = *child(s, order, slot, 0);
    uint32_t after = *child(s, order, slot, 1);
    while (before != 0 && after != 0) {
        if (priority(before) >= priority(after)) {
            *link = before;
            link = child(s, order, before, 1);
            before = *link;
        } else {
            *link = after;
            link = child(s, order, after, 0);
            after = *link;
        }
    }
    *link = before != 0 ? before : after;
}

uint32_t tree_first(const struct shelf *s, enum shelf_order order, uint32_t root)
{
    while (root != 0 && s->places[root].child[order][0] != 0) {
        root = s->places[root].child[order][0];
    }
    return root;
}

uint32_t tree_after(const struct shelf *s, enum shelf_order order, uint32_t root, uint32_t slot)
{
    return tree_behind(s, order, root, &s->places[slot], s->files[slot].no);
}

uint32_t tree_behind(const struct shelf *s, enum shelf_order order, uint32_t root,
                     const struct place *key, uint64_t no)
{
    uint32_t best = 0;
    while (root != 0) {
        bool const later = key_before(order, key, &no, &s->places[root], &s->files[root].no);
        if (later) best = root;
        root = s->places[root].child[order][later ? 0 : 1];
    }
    return best;
}

// Alarms: a binary heap that knows where each case stands in it.

static void alarm_put(struct shelf *s, size_t at, uint32_t slot)
{
    s->alarms[at] = slot;
    s->places[slot].alarm = (uint32_t)at;
}

static int64_t alarm_ms(const struct shelf *s, size_t at)
{
    return s->places[s->alarms[at]].due_ms;
}

static size_t alarm_rise(struct shelf *s, size_t at, int64_t due_ms)
{
    while (at > 1 && alarm_ms(s, at / 2) > due_ms) {
        alarm_put(s, at, s->alarms[at / 2]);
        at /= 2;
    }
    return at;
}

static size_t alarm_sink(struct shelf *s, size_t at, int64_t due_ms)
{
    for (;;) {
        size_t least = 2 * at;
        if (least > s->alarms_n) return at;
        if (least < s->alarms_n && alarm_ms(s, least + 1) < alarm_ms(s, least)) least++;
        if (alarm_ms(s, least) >= due_ms) return at;
        alarm_put(s, at, s->alarms[least]);
        at = least;
    }
}

static void alarm_seat(struct shelf *s, size_t at, uint32_t slot)
{
    int64_t const due_ms = s->places[slot].due_ms;
    at = alarm_rise(s, at, due_ms);
    alarm_put(s, alarm_sink(s, at, due_ms), slot);
}

void alarm_set(struct shelf *s, uint32_t slot, int64_t due_ms)
{
    struct place *p = &s->places[slot];
    p->due_ms = due_ms;
    if (due_ms != INT64_MAX) {
        alarm_seat(s, p->alarm != 0 ? p->alarm : ++s->alarms_n, slot);
        return;
    }
    if (p->alarm == 0) return;
    size_t const hole = p->alarm;
    uint32_t const last = s->alarms[s->alarms_n--];
    p->alarm = 0;
    if (last != slot) alarm_seat(s, hole, last);
}

uint32_t alarm_first(const struct shelf *s)
{
    return s->alarms_n > 0 ? s->alarms[1] : 0;
}
