#include "receive.h"

#include "check.h"
#include "moves.h"

static bool team_is(const struct rules *r, const char *team)
{
    return id_valid(team) && r->team_known(r->ctx, team);
}

static void reception_identify(const struct reception *in, struct casefile *f)
{
    bool const first = in->incident == 0 || in->incident == in->no;
    CHECK(in->incident_cases <= INT32_MAX && in->adult <= INT32_MAX);
    f->no = in->no;
    f->version = 1;
    f->kind = (int32_t)in->kind;
    f->adult = (int32_t)in->adult;
    f->incident = (int64_t)(first ? in->no : in->incident);
    f->incident_cases = first ? (int32_t)in->incident_cases : 0;
    f->submission_key = first ? (int64_t)in->submission_key : 0;
    f->adult_hash = (int64_t)in->adult_hash;
    f->person_hash = (int64_t)in->person_hash;
    f->place_hash = (int64_t)in->place_hash;
    f->source_hash = (int64_t)in->source_hash;
    f->policy = (int64_t)in->policy;
    id_copy(f->referrer, in->referrer);
    id_copy(f->place, in->place);
}

static void reception_rate(const struct reception *in, struct casefile *f)
{
    bool const unscreened = in->unscreened || in->colour == COLOUR_UNSET;
    CHECK(in->colour >= COLOUR_UNSET && in->colour <= COLOUR_RED);
    CHECK(in->parallel <= INT32_MAX && in->flags <= INT32_MAX);
    f->colour =
        (int32_t)(unscreened ? COLOUR_RED : in->colour); // what could not be rated may be the worst
    f->colour_first = f->colour;
    f->score = in->score;
    f->tier = (int32_t)in->tier;
    f->rule_limbs = limbs_pack(in->limb);
    f->parallel = (int32_t)in->parallel;
    f->flags = (int32_t)in->flags | (unscreened ? CASE_UNSCREENED : 0);
    if (unscreened)
        file_why_set(f, WHY_UNSCREENED, 0);
    else
        file_why_set(f, in->why_table, in->why_row);
}

static void reception_record(struct casefile *f)
{
    f->state = STATE_CLOSED;
    f->closed_ms = f->received_ms;
}

static void reception_queue(const struct ask *a, const struct reception *in, struct casefile *f)
{
    int64_t const due_ms =
        in->facts ? kind_due_ms(in->kind, in->facts, rules_kinds(a->rules), f->received_ms) : 0;
    f->state = STATE_QUEUED;
    f->decide_by_ms =
        due_ms ? due_ms : deadline_after(a, a->rules->clocks->decide, f->colour, f->received_ms);
    file_waiting_start(a, f);
    file_alarm_start(a, f);
    file_page_keep(a, f);
}

void casefile_receive(const struct rules *r, const struct reception *in, struct now now,
                      struct casefile *out)
{
    struct ask const a = {.rules = r, .file = out, .now = now};
    CHECK(in->no != 0 && in->referrer != NULL && in->referrer[0] != '\0');
    memset(out, 0, sizeof(*out));
    reception_identify(in, out);
    reception_rate(in, out);
    out->state_since_ms = now.utc_ms;
    out->received_ms = now.utc_ms;
    if (in->kind == KIND_LOG)
        reception_record(out);
    else
        reception_queue(&a, in, out);
    id_copy(out->team, team_is(r, in->team) ? in->team : r->mash);
    id_copy(out->suggested_team, team_is(r, in->suggested_team) ? in->suggested_team : "");
    if (in->facts != NULL)
        facts_keep(in->facts, &out->facts);
    else
        facts_kept_clear(&out->facts);
}
