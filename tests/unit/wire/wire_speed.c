// How long the wire takes over one concern: prints microseconds, asserts nothing.
//   ninja wire_speed && tests/wire_speed ../../proto/samples/concern.fall.bin
#include "wire.h"

#include <stdio.h>
#include <time.h>

#include "scan.h"

#define ROUNDS 200000

static uint8_t memory[1 << 20], content[65536];

static double now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void told(const char *what, double since)
{
    printf("%-34s %8.3f us\n", what, (now_us() - since) / ROUNDS);
}

static void speed_decode(struct bytes b, Triage__V1__SafeguardingConcern **out)
{
    static struct arena a;
    struct wire_limits const limits = WIRE_LIMITS_DEFAULT;
    struct wire_place place;
    arena_init(&a, memory, sizeof memory);
    double const t = now_us();
    for (int i = 0; i < ROUNDS; i++) {
        arena_reset(&a);
        if (wire_concern(b, &limits, &a, out, &place)) printf("%s: %s\n", place.field, place.code);
    }
    told("scan and unpack", t);
    printf("%-34s %8zu bytes\n", "arena used", a.used);
}

static void speed_scan(struct bytes b)
{
    struct wire_limits const limits = WIRE_LIMITS_DEFAULT;
    struct wire_place place;
    double const t = now_us();
    for (int i = 0; i < ROUNDS; i++) {
        (void)scan_message(&triage__v1__safeguarding_concern__descriptor, b, &limits, SCAN_STRICT,
                           &place);
    }
    told("of which scan", t);
}

static void speed_rest(struct bytes b, const Triage__V1__SafeguardingConcern *c)
{
    static struct concern_view view;
    struct facts facts;
    uint8_t digest[DIGEST_BYTES];
    double t = now_us();
    for (int i = 0; i < ROUNDS; i++) wire_concern_facts(c, 0, 1773135002000, &facts);
    told("facts", t);
    t = now_us();
    for (int i = 0; i < ROUNDS; i++) wire_concern_view(c, KIND_CONCERN, &view);
    told("view", t);
    t = now_us();
    for (int i = 0; i < ROUNDS; i++) wire_digest(b, digest);
    told("digest", t);
}

static void speed_keys(struct bytes b, const Triage__V1__SafeguardingConcern *c)
{
    struct wire_keys k;
    struct wire_box box = {{1}};
    static uint8_t frame[sizeof content + WIRE_BOX_OVERHEAD];
    char reference[REFERENCE_MAX];
    uint64_t sum = 0;
    wire_keys_init(&k, (const uint8_t *)"an area's secret, 32 bytes long.");
    double t = now_us();
    for (int i = 1; i <= ROUNDS; i++) wire_reference(&k, (uint64_t)i, reference);
    told("reference", t);
    t = now_us();
    for (int i = 0; i < ROUNDS; i++)
        sum += wire_fingerprint(&k, "rosewood-house", bytes_of(b.data, 16));
    told("fingerprint", t);
    t = now_us();
    for (int i = 0; i < ROUNDS; i++) sum += wire_adult_hash(&k, c->adults[0]);
    told("adult hash", t);
    t = now_us();
    for (int i = 0; i < ROUNDS; i++) wire_box_seal(&box, b, frame);
    told("box", t);
    if (sum == 0) printf("never\n");
}

static void speed_records(const Triage__V1__SafeguardingConcern *c)
{
    struct casefile f = {.no = 1,
                         .state = STATE_QUEUED,
                         .colour = COLOUR_AMBER,
                         .team = "mash",
                         .received_ms = 1773135002000,
                         .decide_by_ms = 1773248400000,
                         .referrer = "rosewood-house",
                         .adult_hash = -81985529216486896};
    struct casefile after = f;
    struct event e = {.kind = EVENT_CLAIMED, .version = 2, .prev_seq = 9, .principal = "mash"};
    uint8_t out[16384];
    size_t n = 0;
    struct facts facts;
    wire_concern_facts(c, 0, 1773135002000, &facts);
    facts_keep(&facts, &f.facts);
    after.facts = f.facts;
    after.state = STATE_IN_TRIAGE;
    after.lease_token = 7;
    double t = now_us();
    for (int i = 0; i < ROUNDS; i++) n = wire_header_encode(&e, &f, &after, out, sizeof out);
    told("header of a claim, encode", t);
    t = now_us();
    for (int i = 0; i < ROUNDS; i++) (void)wire_header_decode(bytes_of(out, n), &e, &after);
    told("header of a claim, decode", t);
    t = now_us();
    for (int i = 0; i < ROUNDS; i++) n = wire_case_row_encode(&f, out, sizeof out);
    told("case row, encode", t);
    t = now_us();
    for (int i = 0; i < ROUNDS; i++) (void)wire_case_row_decode(bytes_of(out, n), &after);
    told("case row, decode", t);
}

int main(int argc, char **argv)
{
    Triage__V1__SafeguardingConcern *c;
    FILE *const f = argc > 1 ? fopen(argv[1], "rb") : NULL;
    if (!f) return 2;
    struct bytes const b = bytes_of(content, fread(content, 1, sizeof content, f));
    (void)fclose(f);
    printf("%-34s %8zu bytes\n", argv[1], b.len);
    speed_decode(b, &c);
    speed_scan(b);
    speed_rest(b, c);
    speed_keys(b, c);
    speed_records(c);
    return 0;
}
