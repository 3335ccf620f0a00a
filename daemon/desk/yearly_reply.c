#include "yearly_reply.h"

#include "check.h"
#include "land.h"
#include "wire.h"

#include <stdio.h>

static void *made(struct arena *a, const ProtobufCMessageDescriptor *type)
{
    ProtobufCMessage *m = arena_alloc(a, type->sizeof_message);
    CHECK(m);
    protobuf_c_message_init(type, m);
    return m;
}

static char *word(const char *text)
{
    return (char *)(uintptr_t)text;
}

static char *case_name(const struct wire_keys *keys, uint64_t no, struct arena *a)
{
    char text[REFERENCE_MAX + 16];
    if (keys)
        wire_reference(keys, no, text);
    else
        (void)snprintf(text, sizeof text, "case %llu", (unsigned long long)no);
    char const *copy = arena_text(a, bytes_text(text));
    CHECK(copy);
    return word(copy);
}

void yearly_reply(const struct returns *r, const struct wire_keys *keys, struct arena *a,
                  Triage__V1__ReturnsReply *out)
{
    out->year = (uint32_t)r->year;
    out->to_ms = r->to_ms;
    out->cells = arena_zalloc(a, returns_cells() * sizeof(void *));
    out->gaps = arena_zalloc(a, (r->n_gaps + 1) * sizeof(void *));
    CHECK(out->cells && out->gaps);
    for (size_t i = 0; i < returns_cells(); i++) {
        struct return_cell const c = returns_cell(r, i);
        Triage__V1__ReturnCell *cell = made(a, &triage__v1__return_cell__descriptor);
        cell->table = word(c.table);
        cell->enquiry_type = word(c.enquiry_type);
        cell->category = word(c.category);
        cell->subcategory = word(c.subcategory);
        cell->value = c.value;
        out->cells[out->n_cells++] = cell;
    }
    for (size_t i = 0; i < r->n_gaps; i++) {
        Triage__V1__ReturnGap *gap = made(a, &triage__v1__return_gap__descriptor);
        gap->reference = case_name(keys, r->gaps[i].no, a);
        gap->table = word(RETURN_GAP_WORDS[r->gaps[i].gap].table);
        gap->lacks = word(RETURN_GAP_WORDS[r->gaps[i].gap].words);
        out->gaps[out->n_gaps++] = gap;
    }
    out->gaps_more = (uint32_t)r->gaps_more;
}

// --- A whole ledger at once. ---

static enum err count_case(void *ctx, const struct ledger_row *row)
{
    uint64_t *n = ctx;
    if (ENTITY_KIND(row->entity) == 1 && ENTITY_CASE_NO(row->entity) > *n)
        *n = ENTITY_CASE_NO(row->entity);
    return OK;
}

static enum err add_case(void *ctx, const struct ledger_row *row)
{
    struct casefile f = {.no = ENTITY_CASE_NO(row->entity)};
    if (ENTITY_KIND(row->entity) != 1) return OK;
    enum err const e = wire_case_row_decode(row->blob, &f);
    if (!e) returns_add(ctx, &f);
    return e;
}

enum err yearly_of_ledger(struct ledger *l, int year, int64_t now_ms, const uint8_t *area_secret,
                          struct arena *a, Triage__V1__ReturnsReply *out)
{
    struct land land = {0};
    struct returns r;
    struct wire_keys keys;
    uint64_t cases = 0;
    enum err e = ledger_scan_rows(l, false, count_case, &cases);
    void *memory = e ? NULL : land_take(&land, returns_bytes(cases));
    if (!e && !memory) e = ERR_NO_MEMORY;
    if (!e) returns_init(&r, memory, cases, year, now_ms);
    if (!e) e = ledger_scan_rows(l, false, add_case, &r);
    if (!e) {
        while (!returns_step(&r, SIZE_MAX)) {
        }
        if (area_secret) wire_keys_init(&keys, area_secret);
        yearly_reply(&r, area_secret ? &keys : NULL, a, out);
        if (area_secret) wire_keys_wipe(&keys);
    }
    land_close(&land);
    return e;
}
