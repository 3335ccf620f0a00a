#include "verify.h"

#include "inside.h"

#include <stdio.h>

// Cases are folded so many at a time, each batch in a pass over the records, so that memory stays
// bounded whatever the ledger holds.
#define PASS_CASES      ((uint64_t)65536)
#define RECIPIENTS_HASH ((size_t)65536) // a power of two, twice what there can be

struct verify {
    struct desk_verify_report *report;
    struct land land;
    uint64_t from_no; // first case of this pass
    struct casefile *cases;
    struct errand *errands; // of each case of this pass, touched where it has any
    bool *rows_seen;
    struct recipient *recipients; // by a hash of the id
    struct area area;
    bool first_pass;
};

static enum err verify_wrong(struct verify *v, const char *what, uint64_t entity, const char *field)
{
    (void)snprintf(v->report->problem, sizeof v->report->problem, "%s: entity %u/%llu, %s", what,
                   ENTITY_KIND(entity), (unsigned long long)ENTITY_CASE_NO(entity), field);
    return ERR_CORRUPT;
}

static struct recipient *verify_recipient(struct verify *v, const char *id)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (char const *c = id; *c; c++) h = (h ^ (uint8_t)*c) * 0x100000001b3u;
    for (size_t n = 0; n < RECIPIENTS_HASH; n++) {
        struct recipient *r = &v->recipients[(h + n) & (RECIPIENTS_HASH - 1)];
        if (strcmp(r->id, id) == 0) return r;
        if (r->id[0]) continue;
        id_copy(r->id, id);
        v->report->recipients++;
        return r;
    }
    return NULL;
}

static enum err fold_notices(struct verify *v, const struct event *e, uint64_t seq)
{
    for (size_t i = 0; i < e->n_notices; i++) {
        struct recipient *r = verify_recipient(v, e->notices[i].recipient);
        if (!r) return ERR_NO_MEMORY;
        if (e->notices[i].cursor != r->cursor + 1 || e->notices[i].prev_seq != r->head_seq)
            return verify_wrong(v, "notices have a gap", e->entity, r->id);
        r->cursor++;
        r->head_seq = r->last_seq = seq;
    }
    return OK;
}

static enum err fold_receipt(struct verify *v, const struct event *e, uint64_t seq)
{
    struct recipient *r = verify_recipient(v, e->principal);
    if (!r) return ERR_NO_MEMORY;
    if (e->number > r->cursor)
        return verify_wrong(v, "receipted what was not sent", e->entity, r->id);
    r->receipted = e->number;
    r->last_seq = seq;
    return OK;
}

static void fold_area(struct verify *v, const struct event *e, uint64_t seq)
{
    struct area *a = &v->area;
    a->last_ms = e->at_ms;
    if (ENTITY_KIND(e->entity) == 1 && ENTITY_CASE_NO(e->entity) > a->cases)
        a->cases = ENTITY_CASE_NO(e->entity);
    if (e->kind == EVENT_CLAIMED) area_fold(a, e);
    if (e->entity != ENTITY_AREA) return;
    a->last_seq = seq;
    area_fold(a, e);
}

static enum err fold_case(struct verify *v, const struct ledger_record *r, struct event *e)
{
    uint64_t const no = ENTITY_CASE_NO(r->entity);
    struct casefile *f =
        no >= v->from_no && no < v->from_no + PASS_CASES ? &v->cases[no - v->from_no] : NULL;
    uint64_t const before = f ? f->last_seq : 0, files = f ? (uint64_t)f->files_seq : 0;
    if (f) {
        f->no = no;
        f->errands = &v->errands[(no - v->from_no) * ERRANDS_MAX];
        f->errands_max = ERRANDS_MAX;
    }
    enum err const err = wire_header_decode(r->header, e, f);
    if (err) return verify_wrong(v, "a header cannot be read", r->entity, err_word(err));
    bool const part = e->kind == EVENT_FILE_PART; // beside the story: it names the one before it
    if (f && e->prev_seq != (part ? files : before))
        return verify_wrong(v, "a record is missing", r->entity, "prev_seq");
    if (f && !part) f->last_seq = r->seq;
    return OK;
}

static enum err verify_record(void *ctx, const struct ledger_record *r)
{
    struct verify *v = ctx;
    struct event e = {.entity = r->entity};
    enum err err = OK;
    if (ENTITY_KIND(r->entity) == 1)
        err = fold_case(v, r, &e);
    else if (wire_header_decode(r->header, &e, NULL) != OK)
        err = verify_wrong(v, "a header cannot be read", r->entity, "");
    e.entity = r->entity;
    if (err || !v->first_pass) return err;
    v->report->records++;
    memcpy(v->report->head_hash, r->hash, sizeof v->report->head_hash);
    fold_area(v, &e, r->seq);
    if (e.kind == EVENT_RECEIPTED) return fold_receipt(v, &e, r->seq);
    return fold_notices(v, &e, r->seq);
}

// --- Rows. ---

static enum err verify_case_row(struct verify *v, const struct ledger_row *row)
{
    uint64_t const no = ENTITY_CASE_NO(row->entity);
    struct errand errands[ERRANDS_MAX];
    struct casefile f = {.no = no, .errands = errands, .errands_max = ERRANDS_MAX};
    if (no < v->from_no || no >= v->from_no + PASS_CASES) return OK;
    if (wire_case_row_decode(row->blob, &f) != OK)
        return verify_wrong(v, "a row cannot be read", row->entity, "");
    f.no = no;
    char const *field = casefile_difference(&v->cases[no - v->from_no], &f);
    if (field) return verify_wrong(v, "a row is not what its records say", row->entity, field);
    if (row->open != casefile_open(&f) || row->last_seq != casefile_kept_seq(&f))
        return verify_wrong(v, "a row is not what its records say", row->entity, "open");
    v->rows_seen[no - v->from_no] = true;
    v->report->cases++;
    return OK;
}

static enum err verify_recipient_row(struct verify *v, const struct ledger_row *row)
{
    struct recipient r;
    if (wire_recipient_row_decode(row->blob, &r) != OK)
        return verify_wrong(v, "a row cannot be read", row->entity, "");
    struct recipient const *f = verify_recipient(v, r.id);
    if (!f) return ERR_NO_MEMORY;
    if (f->cursor != r.cursor || f->receipted != r.receipted || f->head_seq != r.head_seq ||
        f->last_seq != r.last_seq)
        return verify_wrong(v, "a row is not what its records say", row->entity, r.id);
    return OK;
}

// A release that did not keep who put a pack in force left that out of the row.
static bool verify_packs(const struct area *row, const struct area *fold)
{
    if (row->policy_ms == 0 && row->proposed == 0) return fold->proposed == 0;
    return row->policy_ms == fold->policy_ms && strcmp(row->policy_by, fold->policy_by) == 0 &&
           strcmp(row->policy_proposed_by, fold->policy_proposed_by) == 0 &&
           row->proposed == fold->proposed && row->proposed_ms == fold->proposed_ms &&
           strcmp(row->proposed_by, fold->proposed_by) == 0 &&
           strcmp(row->proposed_key, fold->proposed_key) == 0;
}

static bool verify_erasure(const struct area *row, const struct area *fold)
{
    const struct erasure *r = &row->erasure, *f = &fold->erasure;
    return r->seq == f->seq && r->case_no == f->case_no && r->at_ms == f->at_ms &&
           r->on_request == f->on_request && r->order == f->order && strcmp(r->by, f->by) == 0 &&
           strcmp(r->key, f->key) == 0 && row->agreed_seq == fold->agreed_seq;
}

static enum err verify_area_row(struct verify *v, const struct ledger_row *row)
{
    struct area a;
    if (wire_area_row_decode(row->blob, &a) != OK)
        return verify_wrong(v, "a row cannot be read", row->entity, "");
    struct area const *f = &v->area;
    if (a.cases != f->cases || a.last_seq != f->last_seq || a.policy != f->policy ||
        a.registry != f->registry || a.last_ms != f->last_ms ||
        a.clock_suspect != f->clock_suspect || !verify_packs(&a, f) || !verify_erasure(&a, f) ||
        memcmp(a.passed, f->passed, sizeof a.passed) != 0)
        return verify_wrong(v, "a row is not what its records say", row->entity, "area");
    return OK;
}

static enum err verify_row(void *ctx, const struct ledger_row *row)
{
    struct verify *v = ctx;
    if (ENTITY_KIND(row->entity) == 1) return verify_case_row(v, row);
    if (!v->first_pass) return OK;
    return row->entity == ENTITY_AREA ? verify_area_row(v, row) : verify_recipient_row(v, row);
}

static enum err verify_rows_missing(struct verify *v)
{
    for (uint64_t i = 0; i < PASS_CASES && v->from_no + i <= v->area.cases; i++)
        if (v->cases[i].last_seq && !v->rows_seen[i])
            return verify_wrong(v, "a case has no row", ENTITY_CASE(v->from_no + i), "");
    return OK;
}

static enum err verify_pass(struct verify *v, struct ledger *ledger)
{
    char why[200] = "";
    if (!v->first_pass) { // Fresh memory is zero, and untouched as far as there are no cases.
        memset(v->cases, 0, PASS_CASES * sizeof *v->cases);
        memset(v->rows_seen, 0, PASS_CASES * sizeof *v->rows_seen);
    }
    enum err e = ledger_scan_records(ledger, 1, false, verify_record, v, why, sizeof why);
    if (e && !v->report->problem[0])
        (void)snprintf(v->report->problem, sizeof v->report->problem, "%s", why);
    if (!e) e = ledger_scan_rows(ledger, false, verify_row, v);
    return e ? e : verify_rows_missing(v);
}

enum err desk_verify(struct ledger *ledger, struct desk_verify_report *out)
{
    struct verify v = {.report = out, .from_no = 1, .first_pass = true};
    enum err e = ERR_NO_MEMORY;
    memset(out, 0, sizeof *out);
    v.cases = land_take(&v.land, PASS_CASES * sizeof *v.cases);
    v.errands = land_take(&v.land, PASS_CASES * ERRANDS_MAX * sizeof *v.errands);
    v.rows_seen = land_take(&v.land, PASS_CASES * sizeof *v.rows_seen);
    v.recipients = land_take(&v.land, RECIPIENTS_HASH * sizeof *v.recipients);
    if (v.cases && v.errands && v.rows_seen && v.recipients) {
        do {
            e = verify_pass(&v, ledger);
            v.first_pass = false;
            v.from_no += PASS_CASES;
        } while (!e && v.from_no <= v.area.cases);
    }
    land_close(&v.land);
    return e;
}
