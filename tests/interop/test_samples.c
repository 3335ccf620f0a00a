// The golden samples, as the daemon reads and writes them: every byte comes back.
#include "wire.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "record.h"

#define FILE_MAX  65536
#define ARENA_MAX 1048576

static uint8_t memory[ARENA_MAX];

struct sample {
    char name[64];
    uint8_t data[FILE_MAX];
    struct bytes bytes;
    struct arena arena;
};
typedef void sample_fn(struct sample *s);

static void sample_read(struct sample *s, const char *file)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", SAMPLES, file);
    (void)snprintf(s->name, sizeof s->name, "%s", file);
    FILE *const f = fopen(path, "rb");
    assert_non_null(f);
    s->bytes = bytes_of(s->data, fread(s->data, 1, sizeof s->data, f));
    assert_int_equal(fclose(f), 0);
    arena_init(&s->arena, memory, sizeof memory);
}

// Runs `fn` on each sample whose name begins so; at least `least` of them.
static void samples_each(const char *prefix, int least, sample_fn *fn)
{
    static struct sample s;
    int n = 0;
    DIR *const dir = opendir(SAMPLES);
    assert_non_null(dir);
    for (struct dirent *d; (d = readdir(dir));) {
        size_t const len = strlen(d->d_name);
        if (len < 4 || strcmp(d->d_name + len - 4, ".bin") != 0) continue;
        if (strncmp(d->d_name, prefix, strlen(prefix)) != 0) continue;
        sample_read(&s, d->d_name);
        fn(&s);
        n++;
    }
    assert_int_equal(closedir(dir), 0);
    assert_true(n >= least);
}

static void same_bytes(const struct sample *s, struct bytes again)
{
    if (!bytes_equal(s->bytes, again)) fail_msg("%s: other bytes than were read", s->name);
}

static void no_flaw(const struct sample *s, enum err e, const struct wire_place *place)
{
    if (e) fail_msg("%s: %s at %s", s->name, place->code, place->field);
}

static struct wire_limits limits;

static void request_comes_back(struct sample *s)
{
    Triage__V1__Request *m;
    struct wire_place place;
    no_flaw(s, wire_request(s->bytes, &limits, &s->arena, &m, &place), &place);
    same_bytes(s, wire_pack(&m->base, &s->arena));
}
static void reply_comes_back(struct sample *s)
{
    Triage__V1__Reply *m;
    struct wire_place place;
    no_flaw(s, wire_reply(s->bytes, &limits, &s->arena, &m, &place), &place);
    same_bytes(s, wire_pack(&m->base, &s->arena));
}
static void concern_comes_back(struct sample *s)
{
    Triage__V1__SafeguardingConcern *m;
    struct wire_place place;
    no_flaw(s, wire_concern(s->bytes, &limits, &s->arena, &m, &place), &place);
    same_bytes(s, wire_pack(&m->base, &s->arena));
}

static void each_request_comes_back_byte_for_byte(void **state)
{
    (void)state;
    samples_each("request.", 38, request_comes_back);
}
static void each_reply_comes_back_byte_for_byte(void **state)
{
    (void)state;
    samples_each("reply.", 15, reply_comes_back);
}
static void each_concern_comes_back_byte_for_byte(void **state)
{
    (void)state;
    samples_each("concern.", 3, concern_comes_back);
}

static void body_comes_back(struct sample *s)
{
    Triage__Ledger__V1__Body *m;
    assert_int_equal(wire_body(s->bytes, &s->arena, &m), OK);
    same_bytes(s, wire_pack(&m->base, &s->arena));
}
static void header_comes_back(struct sample *s)
{
    struct casefile before = {.state = 1, .deadline_ms = 5, .lead = "w-reed"}, after;
    struct event e;
    uint8_t out[FILE_MAX];
    facts_kept_clear(&before.facts);
    assert_true(fact_keep(&before.facts, (enum fact)0, 1));
    assert_true(fact_keep(&before.facts, (enum fact)5, 1));
    after = before;
    assert_int_equal(wire_header_decode(s->bytes, &e, &after), OK);
    assert_int_equal(after.state, STATE_QUEUED);
    assert_string_equal(after.lead, ""); // set to nothing
    assert_int_equal(fact_kept(&after.facts, (enum fact)5), FACT_UNKNOWN);
    same_bytes(s, bytes_of(out, wire_header_encode(&e, &before, &after, out, sizeof out)));
}
static void case_row_comes_back(struct sample *s)
{
    struct errand errands[ERRANDS_MAX];
    struct casefile f = {.errands = errands, .errands_max = ERRANDS_MAX};
    uint8_t out[FILE_MAX];
    assert_int_equal(wire_case_row_decode(s->bytes, &f), OK);
    same_bytes(s, bytes_of(out, wire_case_row_encode(&f, out, sizeof out)));
}
static void recipient_row_comes_back(struct sample *s)
{
    struct recipient r;
    uint8_t out[FILE_MAX];
    assert_int_equal(wire_recipient_row_decode(s->bytes, &r), OK);
    assert_string_equal(r.id, "rosewood-house");
    same_bytes(s, bytes_of(out, wire_recipient_row_encode(&r, out, sizeof out)));
}
static void area_row_comes_back(struct sample *s)
{
    struct area a;
    uint8_t out[FILE_MAX];
    assert_int_equal(wire_area_row_decode(s->bytes, &a), OK);
    assert_true(a.clock_suspect);
    same_bytes(s, bytes_of(out, wire_area_row_encode(&a, out, sizeof out)));
}

static void each_record_and_row_comes_back_byte_for_byte(void **state)
{
    (void)state;
    samples_each("ledger.body", 1, body_comes_back);
    samples_each("ledger.header", 1, header_comes_back);
    samples_each("ledger.case_row", 1, case_row_comes_back);
    samples_each("ledger.recipient_row", 1, recipient_row_comes_back);
    samples_each("ledger.area_row", 1, area_row_comes_back);
}

static void digest_is_of(const Triage__V1__Receipt *r, const char *file)
{
    static struct sample concern;
    uint8_t digest[DIGEST_BYTES];
    sample_read(&concern, file);
    wire_digest(concern.bytes, digest);
    assert_int_equal(r->digest.len, DIGEST_BYTES);
    assert_memory_equal(r->digest.data, digest, DIGEST_BYTES);
}

static void digest_on_a_receipt_is_the_one_that_python_makes(void **state)
{
    static struct sample s;
    static uint8_t apart[ARENA_MAX];
    Triage__V1__Reply *m;
    struct wire_place place;
    (void)state;
    sample_read(&s, "reply.submit.bin");
    arena_init(&s.arena, apart, sizeof apart);
    assert_int_equal(wire_reply(s.bytes, &limits, &s.arena, &m, &place), OK);
    digest_is_of(m->submit->receipts[0], "concern.fall.bin");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_request_comes_back_byte_for_byte),
        cmocka_unit_test(each_reply_comes_back_byte_for_byte),
        cmocka_unit_test(each_concern_comes_back_byte_for_byte),
        cmocka_unit_test(each_record_and_row_comes_back_byte_for_byte),
        cmocka_unit_test(digest_on_a_receipt_is_the_one_that_python_makes),
    };
    limits = WIRE_LIMITS_DEFAULT;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
