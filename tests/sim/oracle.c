#include "oracle_in.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_MS     INT64_C(3600000)
#define DAY_MS      (24 * HOUR_MS)
#define CLOCK_SLACK (3 * DAY_MS) // UTC is stepped by hours, and days are counted whole

// --- Verdicts. ---

void oracle_broken(struct oracle *o, const char *text)
{
    if (o->verdict[0] == 0) (void)snprintf(o->verdict, sizeof o->verdict, "%s", text);
}

void oracle_brokenf(struct oracle *o, const char *form, ...)
{
    char text[sizeof o->verdict];
    va_list args;
    va_start(args, form);
    (void)vsnprintf(text, sizeof text, form, args);
    va_end(args);
    oracle_broken(o, text);
}

const char *oracle_verdict(const struct oracle *o)
{
    return o->verdict;
}

struct oracle *oracle_make(struct sim *s)
{
    struct oracle *o = calloc(1, sizeof *o);
    if (!o) abort();
    o->sim = s;
    o->up = true; // oracle_up(false) follows at once
    for (int i = 0; i <= STRANGER; i++) o->inboxes[i].next = 1;
    return o;
}

void oracle_free(struct oracle *o)
{
    for (size_t i = 0; i < o->n_cases; i++) free(o->cases[i].notices);
    for (int i = 0; i <= STRANGER; i++) free(o->inboxes[i].told);
    free(o->promises);
    free(o->cases);
    free(o->rumours);
    free(o);
}

static void *grown(void *list, size_t n, size_t *size, size_t each)
{
    if (n < *size) return list;
    *size = *size ? 2 * *size : 64;
    list = realloc(list, *size * each);
    if (!list) abort();
    return list;
}

// --- Cases, by their references. ---

static size_t reference_slot(const char *reference)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (; *reference; reference++) h = (h ^ (uint8_t)*reference) * 0x100000001b3u;
    return (size_t)(h ^ h >> 31) % CASES_HASH;
}

struct seen_case *oracle_find(const struct oracle *o, const char *reference)
{
    size_t at = reference_slot(reference);
    for (; o->hash[at]; at = (at + 1) % CASES_HASH)
        if (strcmp(o->cases[o->hash[at] - 1].reference, reference) == 0)
            return &o->cases[o->hash[at] - 1];
    return NULL;
}

struct seen_case *oracle_case_of(struct oracle *o, const char *reference, enum who referrer)
{
    struct seen_case *c = oracle_find(o, reference);
    if (c && c->referrer != referrer)
        oracle_brokenf(o, "%s is %s's, and %s hears of it", reference, KEYS[c->referrer].id,
                       KEYS[referrer].id);
    if (c) return c;
    size_t at = reference_slot(reference);
    while (o->hash[at]) at = (at + 1) % CASES_HASH;
    o->cases = grown(o->cases, o->n_cases, &o->cases_size, sizeof *o->cases);
    c = &o->cases[o->n_cases++];
    *c = (struct seen_case){.referrer = referrer, .concern = -1};
    (void)snprintf(c->reference, sizeof c->reference, "%s", reference);
    o->hash[at] = (uint32_t)o->n_cases;
    return c;
}

enum who oracle_owner(enum who who)
{
    return who == VENDOR ? HOME_C : who;
}

bool oracle_waits(const struct oracle *o)
{
    size_t const lately = o->n_promises < 20 ? o->n_promises : 20;
    for (size_t i = o->n_promises - lately; i < o->n_promises; i++)
        if (!o->promises[i].receipted) return true;
    return false;
}

const char *oracle_referrer(struct oracle *o, const char *reference)
{
    struct seen_case const *c = oracle_find(o, reference);
    return c ? KEYS[c->referrer].id : "";
}

Triage__V1__Kind oracle_kind(struct oracle *o, const char *reference)
{
    struct seen_case const *c = oracle_find(o, reference);
    if (!c || c->concern < 0 || c->harm) return TRIAGE__V1__KIND__KIND_SAFEGUARDING_CONCERN;
    return twin_kind(&o->promises[c->concern].truth, c->adult);
}

void oracle_harm(struct oracle *o, const char *reference)
{
    struct seen_case *c = oracle_find(o, reference);
    if (c) c->harm = true;
}

void oracle_rung(struct oracle *o, const char *reference, unsigned manager)
{
    struct seen_case *c = oracle_find(o, reference);
    if (c && c->n_rung < RUNG_MAX) c->rung[c->n_rung++] = manager;
}

size_t oracle_cases(const struct oracle *o)
{
    return o->n_cases;
}

const char *oracle_case(const struct oracle *o, size_t i)
{
    return o->cases[i].reference;
}

// --- The world. ---

static void span_edge(struct oracle *o, bool was, bool is)
{
    int64_t const now_ms = sim_utc_ms(o->sim);
    if (!was && is && o->n_spans < SPANS_MAX)
        o->spans[o->n_spans++] = (struct span_excused){now_ms, INT64_MAX};
    else if (was && !is && o->n_spans)
        o->spans[o->n_spans - 1].to_ms = now_ms;
}

void oracle_up(struct oracle *o, bool up)
{
    bool const was = !o->up || o->excused;
    o->up = up;
    span_edge(o, was, !o->up || o->excused);
}

void oracle_excused(struct oracle *o, bool begins)
{
    bool const was = !o->up || o->excused;
    o->excused = begins;
    span_edge(o, was, !o->up || o->excused);
}

int64_t oracle_excused_ms(const struct oracle *o, int64_t from_ms, int64_t to_ms)
{
    int64_t sum = 0;
    for (size_t i = 0; i < o->n_spans; i++) {
        int64_t const from = o->spans[i].from_ms > from_ms ? o->spans[i].from_ms : from_ms;
        int64_t const to = o->spans[i].to_ms < to_ms ? o->spans[i].to_ms : to_ms;
        if (to > from) sum += to - from;
    }
    return sum;
}

void oracle_policy(struct oracle *o, unsigned pack)
{
    o->pack = pack;
    for (size_t i = 0; i < o->n_promises; i++)
        if (!o->promises[i].receipted) o->promises[i].packs |= 1u << pack;
}

void oracle_key(struct oracle *o, enum who who, bool active)
{
    int64_t const now_ms = sim_utc_ms(o->sim);
    if (!active && o->n_withdrawn < WITHDRAWN_MAX)
        o->withdrawn[o->n_withdrawn++] = (struct withdrawn){who, now_ms, INT64_MAX};
    for (size_t i = 0; active && i < o->n_withdrawn; i++)
        if (o->withdrawn[i].who == who && o->withdrawn[i].to_ms == INT64_MAX)
            o->withdrawn[i].to_ms = now_ms;
}

void oracle_stepped(struct oracle *o)
{
    o->n_withdrawn = 0;
    o->stepped = true;
}

// --- Concerns. ---

unsigned oracle_sent(struct oracle *o, const struct truth *t)
{
    o->promises = grown(o->promises, o->n_promises, &o->promises_size, sizeof *o->promises);
    o->promises[o->n_promises] =
        (struct promise){.truth = *t, .packs = 1u << o->pack, .sent_utc_ms = sim_utc_ms(o->sim)};
    return (unsigned)o->n_promises++;
}

unsigned oracle_next(const struct oracle *o)
{
    return (unsigned)o->n_promises;
}

bool oracle_receipted(const struct oracle *o, unsigned concern)
{
    return o->promises[concern].receipted;
}

const char *oracle_reference(const struct oracle *o, unsigned concern, unsigned adult)
{
    struct promise const *p = &o->promises[concern];
    return p->receipted ? p->references[adult] : NULL;
}

static int person_of(const char *nhs_number)
{
    char own[11];
    for (unsigned i = 0; i < PERSONS + YOUNG; i++) {
        person_nhs_number(i, own);
        if (strcmp(own, nhs_number) == 0) return (int)i;
    }
    return -1;
}

static void rumour_concern(struct oracle *o, const ProtobufCBinaryData *bytes)
{
    Triage__V1__SafeguardingConcern *m =
        triage__v1__safeguarding_concern__unpack(NULL, bytes->len, bytes->data);
    for (size_t i = 0; m && i < m->n_adults; i++) {
        int const person = person_of(m->adults[i]->nhs_number);
        if (person < 0) continue;
        o->rumours = grown(o->rumours, o->n_rumours, &o->rumours_size, sizeof *o->rumours);
        o->rumours[o->n_rumours++] = (struct sighting){(unsigned)person, sim_utc_ms(o->sim)};
    }
    if (m) triage__v1__safeguarding_concern__free_unpacked(m, NULL);
}

void oracle_rumour(struct oracle *o, const uint8_t *request, size_t n)
{
    Triage__V1__Request *q = triage__v1__request__unpack(NULL, n, request);
    if (q && q->body_case == TRIAGE__V1__REQUEST__BODY_SUBMIT)
        for (size_t i = 0; i < q->submit->n_submissions; i++)
            rumour_concern(o, &q->submit->submissions[i]->concern);
    if (q) triage__v1__request__free_unpacked(q, NULL);
}

static bool promise_harm(const struct oracle *o, const struct promise *q, unsigned adult)
{
    struct seen_case const *c = q->receipted ? oracle_find(o, q->references[adult]) : NULL;
    return c && c->harm;
}

// How many concerns it is about this person: for certain, and as many as it may be.  A request is
// none until somebody makes it one; a log says that something happened, and may count.
static void about(const struct oracle *o, const struct promise *q, unsigned person, unsigned *sure,
                  unsigned *most)
{
    *sure = *most = 0;
    for (unsigned i = 0; i < q->truth.adults; i++) {
        Triage__V1__Kind const kind = twin_kind(&q->truth, i);
        bool const log = kind == TRIAGE__V1__KIND__KIND_LOW_LEVEL_LOG;
        bool const s42 = kind == TRIAGE__V1__KIND__KIND_SAFEGUARDING_CONCERN ||
                         kind == TRIAGE__V1__KIND__KIND_DOMESTIC_ABUSE_NOTIFICATION;
        if (q->truth.person[i] != person) continue;
        *sure += s42;
        *most += s42 || log || promise_harm(o, q, i);
    }
}

// What was receipted before this one was sent is known to the council; what was sent before this
// one was receipted may be.
void oracle_concerns_28(const struct oracle *o, const struct promise *p, unsigned adult,
                        unsigned *least, unsigned *most)
{
    unsigned const person = p->truth.person[adult];
    *least = *most = 0;
    for (size_t i = 0; i < o->n_promises; i++) {
        struct promise const *q = &o->promises[i];
        unsigned sure, may;
        about(o, q, person, &sure, &may);
        if (q == p || may == 0) continue;
        if (q->receipted && q->receipted_utc_ms < p->sent_utc_ms - CLOCK_SLACK / 3 &&
            q->sent_utc_ms > p->received_ms - 27 * DAY_MS + CLOCK_SLACK)
            *least += sure;
        if (q->sent_utc_ms < p->receipted_utc_ms + CLOCK_SLACK &&
            q->sent_utc_ms > p->received_ms - 100 * DAY_MS)
            *most += may;
    }
    for (size_t i = 0; i < o->n_rumours; i++) *most += o->rumours[i].person == person;
}

// --- Receipts. ---

// By law 21 days, and before what it rests on runs out; 28 days once the birthday has passed.
static bool decide_by_dated(const struct truth *t, int64_t received_ms, int64_t decide_by_ms)
{
    bool const dols = t->kind == TRIAGE__V1__KIND__KIND_DOLS_REQUEST;
    int32_t const received = london_day(received_ms), most = received + (dols ? 21 : 28);
    bool const runs_out = t->runs_out >= received && (!dols || t->runs_out < most);
    return decide_by_ms == london_midnight_ms((runs_out ? t->runs_out : most) + 1);
}

static bool decide_by_lawful(const struct truth *t, unsigned adult, Triage__V1__Colour colour,
                             int64_t received_ms, int64_t decide_by_ms)
{
    int64_t const wait_ms = decide_by_ms - received_ms;
    switch (twin_kind(t, adult)) {
    case TRIAGE__V1__KIND__KIND_LOW_LEVEL_LOG: return decide_by_ms == 0; // it is recorded
    case TRIAGE__V1__KIND__KIND_DOLS_REQUEST:
    case TRIAGE__V1__KIND__KIND_TRANSITION_REFERRAL:
        return decide_by_dated(t, received_ms, decide_by_ms);
    default: break;
    }
    if (colour == TRIAGE__V1__COLOUR__COLOUR_RED) return wait_ms == 4 * HOUR_MS;
    return wait_ms > 0 && wait_ms <= 10 * DAY_MS; // working days, a weekend, bank holidays
}

static int receipt_pack(const Triage__V1__Receipt *r)
{
    if (!r->policy || (r->policy->version[0] != '1' && r->policy->version[0] != '2')) return -1;
    return r->policy->version[0] - '1';
}

static void receipt_first(struct oracle *o, unsigned concern, const Triage__V1__Receipt *r)
{
    struct promise *p = &o->promises[concern];
    int const pack = receipt_pack(r);
    p->receipted = true;
    p->receipted_utc_ms = sim_utc_ms(o->sim);
    p->received_ms = r->received_ms;
    if (pack < 0 || !(p->packs & (1u << pack))) {
        oracle_broken(o, "a concern was rated by a pack that was not in force");
        return;
    }
    for (unsigned i = 0; i < p->truth.adults; i++) {
        Triage__V1__AdultReceipt const *a = r->adults[i];
        struct seen_case *c = oracle_find(o, a->reference);
        if (c && c->concern >= 0) {
            oracle_brokenf(o, "the reference %s was given twice", a->reference);
            return;
        }
        c = oracle_case_of(o, a->reference, p->truth.referrer);
        c->concern = (int)concern;
        c->adult = i;
        (void)snprintf(p->references[i], sizeof p->references[i], "%s", a->reference);
        p->colour[i] = a->colour;
        p->decide_by_ms[i] = a->decide_by_ms;
        Triage__V1__Colour const want = twin_rate((unsigned)pack, &p->truth, i, CONCERNS_UNKNOWN);
        if (a->colour != want)
            oracle_brokenf(o, "%s is told colour %d, its own words give %d", a->reference,
                           (int)a->colour, (int)want);
        else if (!decide_by_lawful(&p->truth, i, a->colour, r->received_ms, a->decide_by_ms))
            oracle_brokenf(o, "%s is to be decided %lld ms after it came", a->reference,
                           (long long)(a->decide_by_ms - r->received_ms));
    }
}

static void receipt_again(struct oracle *o, const struct promise *p, const Triage__V1__Receipt *r)
{
    bool same = r->received_ms == p->received_ms;
    for (unsigned i = 0; i < p->truth.adults; i++)
        same = same && strcmp(r->adults[i]->reference, p->references[i]) == 0 &&
               r->adults[i]->colour == p->colour[i] &&
               r->adults[i]->decide_by_ms == p->decide_by_ms[i];
    if (!same)
        oracle_brokenf(o, "the receipt of %s changed when it was asked for again",
                       p->references[0]);
}

void oracle_receipt(struct oracle *o, unsigned concern, const Triage__V1__Receipt *r)
{
    struct promise *p = &o->promises[concern];
    if (r->status > TRIAGE__V1__STATUS__STATUS_DUPLICATE) {
        oracle_brokenf(o, "a sound concern was refused with status %d: %s", (int)r->status,
                       r->n_problems ? r->problems[0]->text : "");
        return;
    }
    if (r->key.len != 16 || memcmp(r->key.data, p->truth.key, 16) != 0 || r->digest.len != 32 ||
        memcmp(r->digest.data, p->truth.digest, 32) != 0) {
        oracle_broken(o, "a receipt is for other bytes than were sent");
        return;
    }
    if (r->n_adults != p->truth.adults) {
        oracle_broken(o, "a receipt names another number of adults");
        return;
    }
    p->fresh += r->status == TRIAGE__V1__STATUS__STATUS_OK;
    if (p->fresh > 1)
        oracle_brokenf(o, "a key was taken twice: %s", r->adults[0]->reference);
    else if (p->receipted)
        receipt_again(o, p, r);
    else
        receipt_first(o, concern, r);
}

void oracle_supplement(struct oracle *o, const char *reference, bool acknowledged)
{
    struct seen_case *c = oracle_find(o, reference);
    if (!c) return;
    if (acknowledged)
        c->added_known++;
    else
        c->added++;
}

void oracle_brief(struct oracle *o, enum who who, const Triage__V1__CaseBrief *b)
{
    struct seen_case const *c = oracle_case_of(o, b->reference, oracle_owner(who));
    struct promise const *p = c->concern >= 0 ? &o->promises[c->concern] : NULL;
    if (p && b->received_ms != p->received_ms)
        oracle_brokenf(o, "the time at which %s came in has changed", b->reference);
}

void oracle_version(struct oracle *o, const char *reference, uint32_t version, int64_t asked_us)
{
    struct seen_case *c = oracle_find(o, reference);
    if (!c || version == 0) return; // Veiled from its referrer.
    uint32_t const known = c->version_us < asked_us ? c->version : c->version_before;
    if (version < known)
        oracle_brokenf(o, "%s was at version %u, and is at %u", reference, known, version);
    if (version <= c->version) return;
    // Of the one before it is forgotten when it was told: it counts only once this one is old.
    c->version_before = c->version_us + MINUTE < o->sim->wheel.now_us ? c->version : 0;
    c->version = version;
    c->version_us = o->sim->wheel.now_us;
}

void oracle_mine(struct oracle *o, enum who who, char (*references)[16], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct seen_case *c = oracle_case_of(o, references[i], who);
        if (c->listed) oracle_brokenf(o, "%s is listed twice", references[i]);
        c->listed = true;
    }
    for (size_t i = 0; i < o->n_cases; i++)
        if (o->cases[i].referrer == who && o->cases[i].concern >= 0 && !o->cases[i].listed)
            oracle_brokenf(o, "%s was receipted, and %s's list lacks it", o->cases[i].reference,
                           KEYS[who].id);
}

void oracle_states(const struct oracle *o, unsigned states[32])
{
    for (size_t i = 0; i < o->n_cases; i++) states[o->cases[i].state & 31]++;
}

void oracle_figures(const struct oracle *o, uint64_t *concerns, uint64_t *notices)
{
    *concerns = o->n_promises;
    *notices = o->notices;
}
