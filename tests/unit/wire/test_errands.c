// Errands in records and rows: what differs is written, what is gone is said, and whoever has no
// use for them gets past them.
#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "record.h"
#include "triage/ledger/v1/record.pb-c.h"
#include "writer.h"

#define CAP 16384 // LEDGER_HEADER_MAX

static uint64_t dice;
static int32_t made; // numbers given so far

static uint64_t rolled(void)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return dice;
}

static int start(void **state)
{
    (void)state;
    made = 0;
    dice = 88172645463325252U;
    return 0;
}

// A case with room for its errands beside it.
struct roomy {
    struct casefile file;
    struct errand errands[ERRANDS_MAX];
};

static void roomy_make(struct roomy *r)
{
    memset(r, 0, sizeof *r);
    r->file.no = 7;
    facts_kept_clear(&r->file.facts);
    r->file.errands = r->errands;
    r->file.errands_max = ERRANDS_MAX;
}

static void roomy_copy(struct roomy *to, const struct roomy *from)
{
    *to = *from;
    to->file.errands = to->errands;
}

static void errand_roll(struct errand *e, unsigned in)
{
    for (size_t i = 1; i < ERRAND_FIELD_COUNT; i++) {
        char *const at = (char *)e + ERRAND_FIELD_LIST[i].offset;
        if (rolled() % in) continue;
        if (ERRAND_FIELD_LIST[i].type != CASE_TEXT) {
            bool const small = ERRAND_FIELD_LIST[i].type == CASE_SMALL;
            int64_t const v = small ? (int32_t)rolled() : (int64_t)rolled();
            assert_true(case_num_set(e, &ERRAND_FIELD_LIST[i], rolled() % 4 ? v : 0));
        } else {
            memset(at, 0, ID_MAX);
            for (size_t n = rolled() % ID_MAX; n > 0; n--) at[n - 1] = (char)('a' + rolled() % 26);
        }
    }
    e->kind = 1 + (int32_t)(rolled() % 7);
}

// Some change, some go, some are new.
static void errands_roll(struct casefile *f, unsigned in)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n_errands; i++) {
        if (rolled() % 5 == 0) continue;
        f->errands[n] = f->errands[i];
        if (rolled() % 3 == 0) errand_roll(&f->errands[n], in);
        n++;
    }
    for (size_t more = rolled() % 4; more > 0 && n < ERRANDS_MAX; more--) {
        memset(&f->errands[n], 0, sizeof f->errands[n]);
        f->errands[n].number = ++made;
        errand_roll(&f->errands[n++], 1);
    }
    f->n_errands = (uint16_t)n;
}

static const struct event LATER = {.kind = EVENT_CLAIMED, .version = 3, .prev_seq = 9};

static void what_differs_applied_to_before_is_after(void **state)
{
    struct roomy before, after, got;
    uint8_t out[CAP], again[CAP];
    size_t kept = 0;
    (void)state;
    roomy_make(&before);
    for (unsigned round = 0; round < 5000; round++) {
        struct event heard = {.entity = 1};
        roomy_copy(&after, &before);
        errands_roll(&after.file, 1 + round % 9);
        after.file.version = LATER.version;
        roomy_copy(&got, &before);
        size_t const n = wire_header_encode(&LATER, &before.file, &after.file, out, sizeof out);
        assert_int_equal(wire_header_decode(bytes_of(out, n), &heard, &got.file), OK);
        assert_null(casefile_difference(&after.file, &got.file));
        Triage__Ledger__V1__Header *const m = triage__ledger__v1__header__unpack(NULL, n, out);
        assert_non_null(m);
        assert_int_equal(triage__ledger__v1__header__pack(m, again), n);
        assert_memory_equal(again, out, n);
        kept += m->changed->n_errands;
        triage__ledger__v1__header__free_unpacked(m, NULL);
        roomy_copy(&before, &after);
    }
    assert_true(kept > 5000);
}

static void a_row_brings_them_back(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 1000; round++) {
        struct roomy f, got;
        uint8_t out[CAP];
        roomy_make(&f);
        roomy_make(&got);
        for (int i = 0; i < 4; i++) errands_roll(&f.file, 2);
        errands_roll(&got.file, 1); // left over
        size_t const n = wire_case_row_encode(&f.file, out, sizeof out);
        assert_int_equal(wire_case_row_decode(bytes_of(out, n), &got.file), OK);
        assert_null(casefile_difference(&f.file, &got.file));
    }
}

static void more_of_them_than_there_is_room_for_are_damage(void **state)
{
    struct roomy f, got;
    uint8_t out[CAP];
    (void)state;
    roomy_make(&f);
    roomy_make(&got);
    while (f.file.n_errands < 2) errands_roll(&f.file, 2);
    size_t const n = wire_case_row_encode(&f.file, out, sizeof out);
    got.file.errands_max = f.file.n_errands - 1;
    assert_int_equal(wire_case_row_decode(bytes_of(out, n), &got.file), ERR_CORRUPT);
}

static void whoever_has_no_room_gets_past_them(void **state)
{
    struct roomy f;
    struct casefile bare = {.no = 7};
    struct event heard = {.entity = 1};
    uint8_t out[CAP];
    (void)state;
    roomy_make(&f);
    for (int i = 0; i < 4; i++) errands_roll(&f.file, 2);
    f.file.score = 12;
    f.file.version = LATER.version;
    struct roomy none;
    roomy_make(&none);
    size_t const n = wire_header_encode(&LATER, &none.file, &f.file, out, sizeof out);
    facts_kept_clear(&bare.facts);
    assert_int_equal(wire_header_decode(bytes_of(out, n), &heard, &bare), OK);
    assert_int_equal(bare.score, 12);
    assert_int_equal(bare.n_errands, 0);
}

static void the_most_that_a_case_may_have_fits_its_record(void **state)
{
    struct roomy f;
    uint8_t out[CAP];
    (void)state;
    roomy_make(&f);
    for (size_t i = 0; i < CASE_FIELD_COUNT; i++) {
        char *const at = (char *)&f.file + CASE_FIELD_LIST[i].offset;
        if (CASE_FIELD_LIST[i].type == CASE_TEXT)
            memset(at, 'w', ID_MAX - 1);
        else
            memset(at, 0x80, CASE_FIELD_LIST[i].type == CASE_NUM ? sizeof(int64_t) : 4);
    }
    for (unsigned i = 0; i < FACT_COUNT; i++) {
        if (!fact_keep(&f.file.facts, i, INT32_MIN + 1))
            assert_true(fact_keep(&f.file.facts, i, -127));
    }
    memset(f.file.commands, 0xFF, sizeof f.file.commands);
    for (size_t i = 0; i < ERRANDS_MAX; i++) {
        memset(&f.errands[i], 0x80, sizeof f.errands[i]);
        memset(f.errands[i].who, 'w', ID_MAX - 1);
        memset(f.errands[i].by, 'w', ID_MAX - 1);
        f.errands[i].who[ID_MAX - 1] = f.errands[i].by[ID_MAX - 1] = 0;
        f.errands[i].kind = ERRAND_CALL;
        f.errands[i].number = INT32_MAX - (int32_t)i;
    }
    f.file.n_errands = ERRANDS_MAX;
    assert_in_range(wire_case_row_encode(&f.file, out, sizeof out), 1000, CAP - 2048);
}

static void damage_is_an_error_and_nothing_worse(void **state)
{
    struct roomy f, none, got;
    uint8_t out[CAP];
    size_t refused = 0;
    (void)state;
    roomy_make(&f);
    roomy_make(&none);
    for (int i = 0; i < 6; i++) errands_roll(&f.file, 2);
    f.file.version = LATER.version;
    size_t const n = wire_header_encode(&LATER, &none.file, &f.file, out, sizeof out);
    for (unsigned round = 0; round < 50000; round++) {
        uint8_t *const copy = malloc(n);
        struct event heard = {.entity = 1};
        assert_non_null(copy);
        memcpy(copy, out, n);
        for (uint64_t i = rolled() % 4 + 1; i > 0; i--) copy[rolled() % n] = (uint8_t)rolled();
        roomy_make(&got);
        enum err const e = wire_header_decode(bytes_of(copy, n), &heard, &got.file);
        assert_true(e == OK || e == ERR_CORRUPT || e == ERR_VERSION);
        assert_in_range(got.file.n_errands, 0, ERRANDS_MAX);
        refused += e != OK;
        free(copy);
    }
    assert_true(refused > 1000);
}

static void the_schema_says_the_same_as_the_list(void **state)
{
    const ProtobufCMessageDescriptor *const m = &triage__ledger__v1__case_errand__descriptor;
    (void)state;
    assert_int_equal(m->n_fields, ERRAND_FIELD_COUNT);
    for (size_t i = 0; i < ERRAND_FIELD_COUNT; i++) {
        bool const text = ERRAND_FIELD_LIST[i].type == CASE_TEXT;
        assert_int_equal(ERRAND_FIELD_LIST[i].number, i + 1);
        assert_int_equal(m->fields[i].id, i + 1);
        assert_string_equal(m->fields[i].name, ERRAND_FIELD_LIST[i].name);
        assert_int_equal(m->fields[i].type, text ? PROTOBUF_C_TYPE_STRING : PROTOBUF_C_TYPE_SINT64);
    }
}

#define T(name) cmocka_unit_test_setup(name, start)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(what_differs_applied_to_before_is_after),        T(a_row_brings_them_back),
        T(more_of_them_than_there_is_room_for_are_damage), T(whoever_has_no_room_gets_past_them),
        T(the_most_that_a_case_may_have_fits_its_record),  T(damage_is_an_error_and_nothing_worse),
        T(the_schema_says_the_same_as_the_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
