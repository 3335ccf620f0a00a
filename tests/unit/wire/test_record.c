#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "record.h"
#include "writer.h"

#define CAP 16384 // LEDGER_HEADER_MAX

static uint8_t memory[1 << 20];
static struct arena arena;
static uint64_t dice = 1;

static uint64_t rolled(void) // xorshift: the same run every time
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return dice;
}

static int64_t rolled_number(void)
{
    static const int64_t odd[] = {0, 1, -1, INT64_MAX, INT64_MIN, 1773135002000};
    return rolled() % 2 ? odd[rolled() % 6] : (int64_t)(rolled() >> rolled() % 64);
}

static int32_t rolled_small(void)
{
    static const int32_t odd[] = {0, 1, -1, INT32_MAX, INT32_MIN};
    return rolled() % 2 ? odd[rolled() % 5] : (int32_t)(rolled() >> (33 + rolled() % 31));
}

static void rolled_text(char out[ID_MAX])
{
    size_t const n = rolled() % 3 ? rolled() % ID_MAX : 0;
    memset(out, 0, ID_MAX);
    for (size_t i = 0; i < n; i++) out[i] = (char)('a' + rolled() % 26);
}

// Changes each field of `f` with one chance in `in`.
static void casefile_roll(struct casefile *f, unsigned in)
{
    for (size_t i = 0; i < CASE_FIELD_COUNT; i++) {
        char *const at = (char *)f + CASE_FIELD_LIST[i].offset;
        if (rolled() % in) continue;
        if (CASE_FIELD_LIST[i].type == CASE_TEXT) {
            rolled_text(at);
        } else {
            bool const small = CASE_FIELD_LIST[i].type == CASE_SMALL;
            int64_t const v = small ? rolled_small() : rolled_number();
            assert_true(case_num_set(f, &CASE_FIELD_LIST[i], v));
            assert_true(case_num(f, &CASE_FIELD_LIST[i]) == v);
        }
    }
    for (size_t i = 0; i < FACT_COUNT; i++) {
        if (rolled() % in) continue;
        int32_t const v = rolled() % 3 ? (int32_t)rolled() : FACT_UNKNOWN;
        if (!fact_keep(&f->facts, (enum fact)i, v))
            assert_true(fact_keep(&f->facts, (enum fact)i, v % 100));
    }
    for (size_t i = 0; i < CASE_COMMANDS_MAX; i++) {
        if (rolled() % in) continue;
        f->commands[i].fingerprint = rolled() % 4 ? rolled() : 0;
        f->commands[i].seq = rolled() % 4 ? rolled() >> rolled() % 64 : 0;
    }
}

static void event_roll(struct event *e)
{
    memset(e, 0, sizeof *e);
    e->kind = (enum event_kind)(rolled() % 54);
    e->version = (uint32_t)rolled();
    e->prev_seq = 1 + (rolled() >> 1);
    e->at_ms = rolled_number();
    rolled_text(e->principal);
    rolled_text(e->worker);
    e->command = rolled() % 2 ? rolled() : 0;
    e->number = rolled() % 2 ? rolled() : 0;
    e->n_notices = rolled() % (EVENT_NOTICES_MAX + 1);
    for (size_t i = 0; i < e->n_notices; i++) {
        rolled_text(e->notices[i].recipient);
        e->notices[i].cursor = rolled() >> rolled() % 64;
        e->notices[i].prev_seq = rolled() >> rolled() % 64;
        e->notices[i].code = (enum notice)(rolled() % 16);
    }
}

static void same_event(const struct event *a, const struct event *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->version, b->version);
    assert_true(a->prev_seq == b->prev_seq && a->at_ms == b->at_ms);
    assert_string_equal(a->principal, b->principal);
    assert_string_equal(a->worker, b->worker);
    assert_true(a->command == b->command && a->number == b->number);
    assert_int_equal(a->n_notices, b->n_notices);
    for (size_t i = 0; i < a->n_notices; i++) {
        assert_string_equal(a->notices[i].recipient, b->notices[i].recipient);
        assert_true(a->notices[i].cursor == b->notices[i].cursor);
        assert_true(a->notices[i].prev_seq == b->notices[i].prev_seq);
        assert_int_equal(a->notices[i].code, b->notices[i].code);
    }
}

static int start(void **state)
{
    (void)state;
    dice = 88172645463325252U;
    arena_init(&arena, memory, sizeof memory);
    return 0;
}

static void a_difference_applied_to_before_is_after(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 3000; round++) {
        struct casefile before = {.no = 7}, after, got;
        struct event e, heard;
        uint8_t out[CAP];
        facts_kept_clear(&before.facts);
        casefile_roll(&before, 2);
        after = before;
        casefile_roll(&after, 1 + round % 20);
        event_roll(&e);
        e.entity = 42;
        after.version = e.version;
        got = before;
        size_t const n = wire_header_encode(&e, &before, &after, out, sizeof out);
        assert_in_range(n, 1, sizeof out);
        heard.entity = 42;
        assert_int_equal(wire_header_decode(bytes_of(out, n), &heard, &got), OK);
        same_event(&e, &heard);
        assert_true(heard.entity == 42);
        assert_memory_equal(&got, &after, sizeof got);
    }
}

static void a_first_record_says_everything_whatever_was_there(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 1000; round++) {
        struct casefile after = {.no = 7}, got = {.no = 7};
        struct event e, heard = {.entity = 1};
        uint8_t out[CAP];
        facts_kept_clear(&after.facts);
        casefile_roll(&after, 1 + round % 5);
        casefile_roll(&got, 2); // left over from whoever used the memory before
        event_roll(&e);
        e.prev_seq = 0;
        after.version = e.version;
        size_t const n = wire_header_encode(&e, NULL, &after, out, sizeof out);
        assert_int_equal(wire_header_decode(bytes_of(out, n), &heard, &got), OK);
        assert_memory_equal(&got, &after, sizeof got);
    }
}

static void a_row_is_the_case_itself(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 1000; round++) {
        struct casefile f = {.no = 9, .version = (uint32_t)rolled(), .last_seq = rolled()};
        struct casefile got = {.no = 9, .score = 3};
        uint8_t out[CAP];
        facts_kept_clear(&f.facts);
        casefile_roll(&f, 1 + round % 5);
        size_t const n = wire_case_row_encode(&f, out, sizeof out);
        assert_int_equal(wire_case_row_decode(bytes_of(out, n), &got), OK);
        assert_memory_equal(&got, &f, sizeof got);
        assert_true(casefile_equal(&got, &f));
    }
}

static void the_fullest_record_fits_its_place(void **state)
{
    (void)state;
    struct casefile f = {.version = UINT32_MAX, .last_seq = UINT64_MAX};
    struct event e = {.kind = EVENT_RECEIVED,
                      .version = UINT32_MAX,
                      .at_ms = -1,
                      .command = 1,
                      .number = 1,
                      .n_notices = EVENT_NOTICES_MAX};
    uint8_t out[CAP];
    for (size_t i = 0; i < CASE_FIELD_COUNT; i++) {
        char *const at = (char *)&f + CASE_FIELD_LIST[i].offset;
        if (CASE_FIELD_LIST[i].type == CASE_TEXT)
            memset(at, 'w', ID_MAX - 1);
        else
            memset(at, 0x80, CASE_FIELD_LIST[i].type == CASE_NUM ? sizeof(int64_t) : 4);
    }
    for (unsigned i = 0; i < FACT_COUNT; i++) {
        if (!fact_keep(&f.facts, i, INT32_MIN + 1)) assert_true(fact_keep(&f.facts, i, -127));
    }
    memset(f.commands, 0xFF, sizeof f.commands);
    memset(e.principal, 'p', ID_MAX - 1);
    memset(e.worker, 'w', ID_MAX - 1);
    for (size_t i = 0; i < EVENT_NOTICES_MAX; i++) {
        memset(e.notices[i].recipient, 'r', ID_MAX - 1);
        e.notices[i].cursor = e.notices[i].prev_seq = UINT64_MAX;
        e.notices[i].code = NOTICE_HOLDING;
    }
    size_t const n = wire_header_encode(&e, NULL, &f, out, sizeof out);
    assert_in_range(n, 1000, sizeof out);
    assert_in_range(wire_case_row_encode(&f, out, sizeof out), 1000, sizeof out);
    for (size_t cap = 0; cap < n; cap++) { // anything smaller says so and is not overrun
        uint8_t *const exact = malloc(cap ? cap : 1);
        assert_non_null(exact);
        assert_int_equal(wire_header_encode(&e, NULL, &f, exact, cap), 0);
        free(exact);
    }
}

// What protobuf's own reader makes of field `i`: its value and whether it is there.
static bool proto_field(const Triage__Ledger__V1__CaseFields *m, size_t i, int64_t *num,
                        char **text)
{
    const ProtobufCFieldDescriptor *const f = protobuf_c_message_descriptor_get_field(
        &triage__ledger__v1__case_fields__descriptor, CASE_FIELD_LIST[i].number);
    int which;
    assert_non_null(f);
    assert_string_equal(f->name, CASE_FIELD_LIST[i].name);
    assert_int_equal(f->type, CASE_FIELD_LIST[i].type == CASE_TEXT ? PROTOBUF_C_TYPE_STRING
                                                                   : PROTOBUF_C_TYPE_SINT64);
    memcpy(&which, (const char *)m + f->quantifier_offset, sizeof which);
    if (f->type == PROTOBUF_C_TYPE_SINT64)
        memcpy(num, (const char *)m + f->offset, sizeof *num);
    else
        memcpy(text, (const char *)m + f->offset, sizeof *text);
    return which != 0;
}

static void same_as_proto(const Triage__Ledger__V1__CaseFields *m, const struct casefile *before,
                          const struct casefile *after)
{
    for (size_t i = 0; i < CASE_FIELD_COUNT; i++) {
        const struct case_field *const f = &CASE_FIELD_LIST[i];
        const char *const was = (const char *)before + f->offset;
        const char *const is = (const char *)after + f->offset;
        static const size_t sizes[] = {
            [CASE_NUM] = sizeof(int64_t), [CASE_SMALL] = sizeof(int32_t), [CASE_TEXT] = ID_MAX};
        int64_t num = 0;
        char *text = NULL;
        bool const there = proto_field(m, i, &num, &text);
        assert_int_equal(there, memcmp(was, is, sizes[f->type]) != 0);
        if (there && f->type != CASE_TEXT) assert_true(num == case_num(after, f));
        if (there && f->type == CASE_TEXT) assert_string_equal(text, is);
    }
    size_t n = 0;
    for (uint32_t i = 0; i < FACT_COUNT; i++) {
        int32_t const value = fact_kept(&after->facts, (enum fact)i);
        if (fact_kept(&before->facts, (enum fact)i) == value) continue;
        const Triage__Ledger__V1__FactValue *const v = m->facts[n++];
        assert_int_equal(v->fact, i);
        bool const known = v->value__case == TRIAGE__LEDGER__V1__FACT_VALUE__VALUE__VALUE;
        assert_int_equal(known ? v->value : FACT_UNKNOWN, value);
    }
    assert_int_equal(m->n_facts, n);
    for (size_t i = 0; i < m->n_commands; i++) {
        assert_true(m->commands[i]->fingerprint == after->commands[i].fingerprint);
        assert_true(m->commands[i]->seq == after->commands[i].seq);
    }
}

static void protobuf_reads_a_header_as_we_do(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 1000; round++) {
        struct casefile before = {.no = 7}, after;
        struct event e;
        uint8_t out[CAP];
        facts_kept_clear(&before.facts);
        casefile_roll(&before, 2);
        after = before;
        casefile_roll(&after, 1 + round % 20);
        event_roll(&e);
        size_t const n = wire_header_encode(&e, &before, &after, out, sizeof out);
        Triage__Ledger__V1__Header *const m = triage__ledger__v1__header__unpack(NULL, n, out);
        assert_non_null(m);
        assert_int_equal(m->base.n_unknown_fields, 0);
        assert_int_equal(m->kind, e.kind);
        assert_int_equal(m->version, e.version);
        assert_true(m->prev_seq == e.prev_seq && m->at_ms == e.at_ms);
        assert_string_equal(m->principal, e.principal);
        assert_string_equal(m->worker, e.worker);
        assert_true(m->command == e.command && m->number == e.number);
        assert_int_equal(m->n_notices, e.n_notices);
        same_as_proto(m->changed, &before, &after);
        // And what protobuf writes of it is the same, byte for byte.
        uint8_t again[CAP];
        assert_int_equal(triage__ledger__v1__header__pack(m, again), n);
        assert_memory_equal(again, out, n);
        triage__ledger__v1__header__free_unpacked(m, NULL);
    }
}

static void the_schema_has_no_field_that_the_list_lacks(void **state)
{
    (void)state;
    assert_int_equal(triage__ledger__v1__case_fields__descriptor.n_fields, CASE_FIELD_COUNT + 3);
    assert_int_equal(triage__ledger__v1__header__descriptor.n_fields, HEADER_CHANGED);
    assert_int_equal(triage__ledger__v1__case_row__descriptor.n_fields, CASE_ROW_UNMARKED);
    assert_int_equal(triage__ledger__v1__recipient_row__descriptor.n_fields, RECIPIENT_LAST_SEQ);
    assert_int_equal(triage__ledger__v1__area_row__descriptor.n_fields,
                     AREA_PASSED + AREA_AGREED_SEQ - AREA_ERASURE_SEQ + 1);
}

static const size_t area_texts[] = {
    offsetof(struct area, policy_by),   offsetof(struct area, policy_proposed_by),
    offsetof(struct area, proposed_by), offsetof(struct area, proposed_key),
    offsetof(struct area, erasure.by),  offsetof(struct area, erasure.key)};

static void rows_of_recipients_and_of_the_area_come_back(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 1000; round++) {
        struct recipient r = {.cursor = rolled(), .receipted = rolled() >> 40, .last_seq = 7}, r2;
        struct area a = {.cases = rolled() >> 40, .policy = rolled(), .registry = 2}, a2;
        a.last_ms = rolled_number(), a.clock_suspect = rolled() % 2, a.policy_ms = rolled_number();
        a.proposed = rolled(), a.proposed_ms = rolled_number(), a.agreed_seq = rolled();
        a.erasure = (struct erasure){rolled(), rolled(), rolled() % 3, rolled_number(),
                                     .on_request = rolled() % 2};
        uint8_t out[1024];
        rolled_text(r.id);
        for (size_t i = 0; i < sizeof area_texts / sizeof area_texts[0]; i++)
            rolled_text((char *)&a + area_texts[i]);
        assert_int_equal(wire_recipient_row_decode(
                             bytes_of(out, wire_recipient_row_encode(&r, out, sizeof out)), &r2),
                         OK);
        assert_string_equal(r.id, r2.id);
        assert_true(r.cursor == r2.cursor && r.receipted == r2.receipted &&
                    r.head_seq == r2.head_seq && r.last_seq == r2.last_seq);
        assert_int_equal(
            wire_area_row_decode(bytes_of(out, wire_area_row_encode(&a, out, sizeof out)), &a2),
            OK);
        assert_true(a.cases == a2.cases && a.policy == a2.policy && a.registry == a2.registry &&
                    a.last_ms == a2.last_ms && a.clock_suspect == a2.clock_suspect &&
                    a.last_seq == a2.last_seq && a.policy_ms == a2.policy_ms &&
                    a.proposed == a2.proposed && a.proposed_ms == a2.proposed_ms);
        for (size_t i = 0; i < sizeof area_texts / sizeof area_texts[0]; i++)
            assert_string_equal((char *)&a + area_texts[i], (char *)&a2 + area_texts[i]);
        assert_true(a.erasure.seq == a2.erasure.seq && a.erasure.case_no == a2.erasure.case_no &&
                    a.erasure.at_ms == a2.erasure.at_ms && a.erasure.order == a2.erasure.order &&
                    a.erasure.on_request == a2.erasure.on_request && a.agreed_seq == a2.agreed_seq);
    }
}

static void a_field_of_a_later_release_stops_the_fold(void **state)
{
    (void)state;
    struct casefile f = {.no = 1};
    struct event e = {.entity = 1};
    static const uint8_t header[] = {0x58, 0x01};                  // field 11
    static const uint8_t field[] = {0x52, 0x03, 0xF0, 0x07, 0x01}; // changed.126
    static const uint8_t fact[] = {0x52, 0x06, 0x82, 0x04, 0x03, 0x08, 0xFF, 0x7F};
    assert_int_equal(wire_header_decode(bytes_of(header, sizeof header), &e, &f), ERR_VERSION);
    assert_int_equal(wire_header_decode(bytes_of(field, sizeof field), &e, &f), ERR_VERSION);
    assert_int_equal(wire_header_decode(bytes_of(fact, sizeof fact), &e, &f), ERR_VERSION);
}

// Puts one message of `n` empty fields `number` into field `outer` (0: nowhere) of another.
static enum err header_of_many(uint32_t outer, uint32_t number, int n)
{
    struct casefile f = {.no = 1};
    struct event e = {.entity = 1};
    struct writer w;
    uint8_t out[512];
    writer_init(&w, out, sizeof out);
    size_t const at = outer ? writer_open(&w, outer) : 0;
    for (int i = 0; i < n; i++) writer_close(&w, writer_open(&w, number));
    if (outer) writer_close(&w, at);
    assert_false(w.full);
    return wire_header_decode(bytes_of(out, w.len), &e, &f);
}

static void more_than_there_is_room_for_is_damage(void **state)
{
    (void)state;
    assert_int_equal(header_of_many(0, HEADER_NOTICES, EVENT_NOTICES_MAX), OK);
    assert_int_equal(header_of_many(0, HEADER_NOTICES, EVENT_NOTICES_MAX + 1), ERR_CORRUPT);
    assert_int_equal(header_of_many(HEADER_CHANGED, CASE_COMMANDS, CASE_COMMANDS_MAX), OK);
    assert_int_equal(header_of_many(HEADER_CHANGED, CASE_COMMANDS, CASE_COMMANDS_MAX + 1),
                     ERR_CORRUPT);
}

static void an_id_too_long_for_its_place_is_damage(void **state)
{
    char id[ID_MAX + 1];
    uint8_t out[64];
    struct recipient r;
    (void)state;
    for (size_t len = ID_MAX - 1; len <= ID_MAX; len++) {
        struct writer w;
        memset(id, 'i', len);
        id[len] = 0;
        writer_init(&w, out, sizeof out);
        writer_text(&w, RECIPIENT_ID, id);
        enum err const e = wire_recipient_row_decode(bytes_of(out, w.len), &r);
        assert_int_equal(e, len < ID_MAX ? OK : ERR_CORRUPT);
    }
}

static void a_number_too_large_for_its_field_is_damage(void **state)
{
    static const int64_t fits[] = {INT32_MAX, INT32_MIN},
                         odd[] = {(int64_t)INT32_MAX + 1, (int64_t)INT32_MIN - 1};
    uint8_t out[64];
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct casefile f = {.no = 1};
        int64_t const v = i < 2 ? fits[i] : odd[i - 2];
        struct writer w;
        writer_init(&w, out, sizeof out);
        size_t const at = writer_open(&w, CASE_ROW_FIELDS);
        writer_sint_always(&w, 2, v);
        writer_close(&w, at);
        enum err const e = wire_case_row_decode(bytes_of(out, w.len), &f);
        assert_int_equal(e, i < 2 ? OK : ERR_CORRUPT);
        assert_true(f.state == (i < 2 ? v : 0));
    }
}

static void the_first_record_of_a_case_ignores_what_was_before(void **state)
{
    (void)state;
    struct casefile before = {.no = 7, .state = STATE_QUEUED, .score = 3}, after = before;
    struct event const e = {.kind = EVENT_RECEIVED, .version = 1};
    uint8_t a[CAP], b[CAP];
    size_t const n = wire_header_encode(&e, &before, &after, a, sizeof a);
    assert_int_equal(n, wire_header_encode(&e, NULL, &after, b, sizeof b));
    assert_memory_equal(a, b, n);
}

static bool records_try(struct bytes b)
{
    static struct casefile got;
    struct event heard = {.entity = 1};
    struct recipient r;
    struct area a;
    enum err const e = wire_header_decode(b, &heard, &got);
    assert_true(e == OK || e == ERR_CORRUPT || e == ERR_VERSION);
    (void)wire_case_row_decode(b, &got);
    (void)wire_recipient_row_decode(b, &r);
    (void)wire_area_row_decode(b, &a);
    return e != OK;
}

static void damaged_records_are_errors_and_nothing_worse(void **state)
{
    (void)state;
    struct casefile before = {.no = 7}, after;
    struct event e;
    uint8_t out[CAP];
    size_t refused = 0;
    facts_kept_clear(&before.facts);
    after = before;
    casefile_roll(&after, 2);
    event_roll(&e);
    size_t const n = wire_header_encode(&e, &before, &after, out, sizeof out);
    for (unsigned round = 0; round < 100000; round++) {
        size_t const len = rolled() % 4 ? n : 1 + rolled() % n;
        uint8_t *const copy = malloc(len); // exactly so long, for the sanitizer to guard its end
        assert_non_null(copy);
        memcpy(copy, out, len);
        for (uint64_t i = rolled() % 4 + 1; i > 0; i--) copy[rolled() % len] = (uint8_t)rolled();
        refused += records_try(bytes_of(copy, len));
        free(copy);
    }
    assert_true(refused > 1000);
}

#define T(name) cmocka_unit_test_setup(name, start)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_difference_applied_to_before_is_after),
        T(a_first_record_says_everything_whatever_was_there),
        T(a_row_is_the_case_itself),
        T(the_fullest_record_fits_its_place),
        T(protobuf_reads_a_header_as_we_do),
        T(the_schema_has_no_field_that_the_list_lacks),
        T(rows_of_recipients_and_of_the_area_come_back),
        T(a_field_of_a_later_release_stops_the_fold),
        T(more_than_there_is_room_for_is_damage),
        T(an_id_too_long_for_its_place_is_damage),
        T(a_number_too_large_for_its_field_is_damage),
        T(the_first_record_of_a_case_ignores_what_was_before),
        T(damaged_records_are_errors_and_nothing_worse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
