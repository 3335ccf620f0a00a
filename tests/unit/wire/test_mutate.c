// Golden samples, broken at random a few hundred thousand times, and places too long to name: the
// sanitizers watch.
#include "wire.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "place.h"

#define SAMPLES_MAX 128
#define ROUNDS      500000
#define BYTES_MAX   8192

static struct {
    uint8_t data[BYTES_MAX];
    size_t len;
} samples[SAMPLES_MAX];
static size_t n_samples;
static uint8_t memory[1 << 20];
static uint64_t dice;

static uint64_t rolled(void)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return dice;
}

static int samples_load(void **state)
{
    DIR *const dir = opendir(SAMPLES);
    (void)state;
    assert_non_null(dir);
    for (struct dirent *d; (d = readdir(dir)) && n_samples < SAMPLES_MAX;) {
        char path[4096];
        size_t const len = strlen(d->d_name);
        if (len < 4 || strcmp(d->d_name + len - 4, ".bin") != 0) continue;
        (void)snprintf(path, sizeof path, "%s/%s", SAMPLES, d->d_name);
        FILE *const f = fopen(path, "rb");
        assert_non_null(f);
        samples[n_samples].len = fread(samples[n_samples].data, 1, BYTES_MAX / 2, f);
        n_samples += samples[n_samples].len > 0;
        assert_int_equal(fclose(f), 0);
    }
    assert_int_equal(closedir(dir), 0);
    assert_true(n_samples > 50);
    dice = 88172645463325252U;
    return 0;
}

// The ways in which bytes go wrong; each gives the new length.
static size_t flip_bit(uint8_t *b, size_t len)
{
    b[rolled() % len] ^= (uint8_t)(1U << rolled() % 8);
    return len;
}
static size_t set_byte(uint8_t *b, size_t len)
{
    static const uint8_t dear[] = {0x00, 0x7F, 0x80, 0xFF, 0x0A, 0x12};
    b[rolled() % len] = rolled() % 2 ? dear[rolled() % 6] : (uint8_t)rolled();
    return len;
}
static size_t cut(uint8_t *b, size_t len)
{
    (void)b;
    return rolled() % len;
}
static size_t leave_out(uint8_t *b, size_t len)
{
    size_t const at = rolled() % len, n = rolled() % (len - at) % 16;
    memmove(b + at, b + at + n, len - at - n);
    return len - n;
}
static size_t repeat(uint8_t *b, size_t len)
{
    size_t const at = rolled() % len, n = rolled() % (len - at);
    if (len + n > BYTES_MAX) return len;
    memmove(b + at + n, b + at, len - at);
    return len + n;
}
static size_t splice(uint8_t *b, size_t len)
{
    size_t const other = rolled() % n_samples, at = rolled() % len;
    size_t const n = samples[other].len;
    if (at + n > BYTES_MAX) return len;
    memcpy(b + at, samples[other].data, n);
    return at + n > len ? at + n : len;
}
static size_t (*const breaks[])(uint8_t *b, size_t len) = {flip_bit,  set_byte, cut,
                                                           leave_out, repeat,   splice};

static size_t taken, refused;

static void tried(enum err e, const struct wire_place *place)
{
    taken += e == OK;
    refused += e != OK;
    assert_true(e == OK || e == ERR_MALFORMED || e == ERR_INVALID || e == ERR_TOO_LARGE);
    if (!e) return;
    assert_true(strlen(place->field) < CONCERN_FIELD_MAX);
    assert_non_null(place->code);
}

// Whatever was taken must be fit for everything that looks at it afterwards.
static void concern_used(const Triage__V1__SafeguardingConcern *c, struct arena *a)
{
    static struct concern_view view;
    struct facts facts;
    wire_concern_view(c, KIND_CONCERN, &view);
    for (size_t i = 0; i <= c->n_adults; i++) wire_concern_facts(c, i, 1773135002000, &facts);
    (void)wire_pack(&c->base, a);
}

static void all_decoders_try(const uint8_t *data, size_t len)
{
    uint8_t *const exact =
        malloc(len + !len); // so long and no longer: the sanitizer guards its end
    assert_non_null(exact);
    memcpy(exact, data, len);
    struct bytes const b = bytes_of(exact, len);
    struct wire_limits const limits = WIRE_LIMITS_DEFAULT;
    struct arena a;
    struct wire_place place;
    Triage__V1__Request *request;
    Triage__V1__Reply *reply;
    Triage__V1__SafeguardingConcern *concern;
    Triage__Ledger__V1__Body *body;
    arena_init(&a, memory, sizeof memory);
    enum err e = wire_request(b, &limits, &a, &request, &place);
    tried(e, &place);
    // A lone number of a list that came unpacked leaves packed: two bytes become three.
    if (!e) assert_true(wire_pack(&request->base, &a).len <= b.len + b.len / 2);
    arena_reset(&a);
    tried(wire_reply(b, &limits, &a, &reply, &place), &place);
    arena_reset(&a);
    e = wire_concern(b, &limits, &a, &concern, &place);
    tried(e, &place);
    if (!e) concern_used(concern, &a);
    arena_reset(&a);
    e = wire_body(b, &a, &body);
    assert_true(e == OK || e == ERR_CORRUPT || e == ERR_NO_MEMORY);
    free(exact);
}

static void broken_samples_are_taken_or_refused_and_nothing_worse(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        uint8_t b[BYTES_MAX];
        size_t const i = rolled() % n_samples;
        size_t len = samples[i].len;
        memcpy(b, samples[i].data, len);
        for (uint64_t n = 1 + rolled() % 3; n > 0 && len > 0; n--) {
            len = breaks[rolled() % (sizeof breaks / sizeof breaks[0])](b, len);
        }
        all_decoders_try(b, len);
    }
    assert_true(taken > ROUNDS / 100 && refused > ROUNDS);
}

static void noise_is_refused(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS / 10; round++) {
        uint8_t b[256];
        for (size_t i = 0; i < sizeof b; i++) b[i] = (uint8_t)rolled();
        all_decoders_try(b, rolled() % sizeof b);
    }
}

static void a_path_too_long_for_its_place_is_cut(void **state)
{
    struct place_step steps[8];
    struct wire_place place;
    (void)state;
    for (size_t i = 0; i < 8; i++) {
        steps[i] = (struct place_step){i ? &steps[i - 1] : NULL, "submissions", 1, true, SIZE_MAX};
    }
    assert_int_equal(place_flaw(&place, &steps[7], FLAW_ENUM), ERR_INVALID);
    assert_int_equal(strlen(place.field), sizeof place.field - 1);
    assert_memory_equal(place.field, "submissions[18446744073709551615].submissions[", 46);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_samples_are_taken_or_refused_and_nothing_worse),
        cmocka_unit_test(noise_is_refused),
        cmocka_unit_test(a_path_too_long_for_its_place_is_cut),
    };
    return cmocka_run_group_tests(tests, samples_load, NULL);
}
