#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define ALPHABET "0123456789ABCDEFGHJKMNPQRSTVWXY"
#define NO_MAX   UINT64_C(27512614110) // 31^7 - 1

static struct wire_keys keys;

static int keyed(void **state)
{
    (void)state;
    wire_keys_init(&keys, (const uint8_t *)"an area's secret, 32 bytes long.");
    return 0;
}

static uint64_t no_of(const char *typed)
{
    return wire_reference_no(&keys, bytes_text(typed));
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, REFERENCE_MAX);
}

static void each_number_has_its_own_reference_and_comes_back(void **state)
{
    static char seen[200000][REFERENCE_MAX];
    size_t const n = sizeof seen / sizeof seen[0];
    (void)state;
    for (size_t i = 0; i < n; i++) {
        // The first ones, then ones all over the domain.
        uint64_t const no = i < n / 2 ? i + 1 : NO_MAX - (i * UINT64_C(137563)) % (NO_MAX - n);
        memset(seen[i], 0, REFERENCE_MAX);
        wire_reference(&keys, no, seen[i]);
        assert_int_equal(strlen(seen[i]), 12);
        assert_true(no_of(seen[i]) == no);
    }
    qsort(seen, n, REFERENCE_MAX, compare);
    for (size_t i = 1; i < n; i++) assert_true(compare(seen[i - 1], seen[i]) < 0);
}

static void both_ends_of_the_numbers_come_back(void **state)
{
    char r[REFERENCE_MAX];
    (void)state;
    wire_reference(&keys, NO_MAX, r);
    assert_true(no_of(r) == NO_MAX);
    wire_reference(&keys, 1, r);
    assert_true(no_of(r) == 1);
}

static void neighbours_look_nothing_alike(void **state)
{
    // Of 1,000 neighbouring pairs, few share their first symbol by more than chance (1 in 31).
    unsigned same = 0;
    (void)state;
    for (uint64_t no = 1; no <= 1000; no++) {
        char a[REFERENCE_MAX], b[REFERENCE_MAX];
        wire_reference(&keys, no, a);
        wire_reference(&keys, no + 1, b);
        same += a[3] == b[3];
    }
    assert_in_range(same, 10, 70);
}

static void one_wrong_symbol_is_always_noticed(void **state)
{
    (void)state;
    for (uint64_t no = 1; no <= 500; no++) {
        char r[REFERENCE_MAX];
        wire_reference(&keys, no * 54321, r);
        for (size_t at = 3; at < 12; at++) {
            char const right = r[at];
            if (right == '-') continue;
            for (const char *c = ALPHABET; *c; c++) {
                r[at] = *c;
                assert_true(no_of(r) == (*c == right ? no * 54321 : 0));
            }
            r[at] = right;
        }
    }
}

static void two_swapped_symbols_are_always_noticed(void **state)
{
    (void)state;
    for (uint64_t no = 1; no <= 5000; no++) {
        char r[REFERENCE_MAX];
        wire_reference(&keys, no * 4321, r);
        for (size_t a = 3; a < 12; a++) {
            for (size_t b = a + 1; b < 12; b++) {
                if (r[a] == '-' || r[b] == '-' || r[a] == r[b]) continue;
                char const kept = r[a];
                r[a] = r[b];
                r[b] = kept;
                assert_true(no_of(r) == 0);
                r[b] = r[a];
                r[a] = kept;
            }
        }
    }
}

static void what_people_type_is_forgiven(void **state)
{
    char r[REFERENCE_MAX];
    uint64_t no = 1;
    (void)state;
    for (;; no++) { // one that has both a 0 and a 1 in it
        wire_reference(&keys, no, r);
        if (strchr(r, '0') && strchr(r, '1')) break;
    }
    for (const char *one = "1lLiI"; *one; one++) {
        char typed[64] = " ";
        for (size_t i = 0, n = 1; i <= 12; i++) {
            char c = r[i];
            if (c == '-') c = ' ';
            if (c == '0') c = 'o';
            if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
            typed[n++] = c == '1' ? *one : c;
        }
        assert_true(no_of(typed) == no);
    }
    assert_true(no_of(r + 3) == no); // without its SC-
}

static void what_is_no_reference_is_none(void **state)
{
    static const char *const wrong[] = {
        "",
        "SC",
        "SC-",
        "SC-0000-000",
        "SC-0000-00000",
        "XX-0000-0000",
        "SC-0000-000U",
        "SC-0000-000Z",
        "SC_0000_0000",
        "SX-0000-0000",
        "SC-0000-000{",
        "0000000",
        "000000000",
        "SC-0000-0000-0000-0000",
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) assert_true(no_of(wrong[i]) == 0);
    assert_true(wire_reference_no(&keys, bytes_of("\0\0\0\0\0\0\0\0", 8)) == 0);
    assert_true(wire_reference_no(&keys, BYTES_NONE) == 0);
}

static void another_areas_secret_gives_other_references(void **state)
{
    struct wire_keys other;
    char a[REFERENCE_MAX], b[REFERENCE_MAX];
    (void)state;
    wire_keys_init(&other, (const uint8_t *)"another secret, of 32 bytes too.");
    wire_reference(&keys, 7, a);
    wire_reference(&other, 7, b);
    assert_string_not_equal(a, b);
    wire_keys_wipe(&other);
    for (size_t i = 0; i < sizeof other; i++) assert_int_equal(((const uint8_t *)&other)[i], 0);
}

static void fingerprints_tell_senders_and_keys_apart(void **state)
{
    (void)state;
    uint64_t const f = wire_fingerprint(&keys, "rosewood-house", bytes_text("abc"));
    assert_true(f != 0 && f == wire_fingerprint(&keys, "rosewood-house", bytes_text("abc")));
    assert_true(f != wire_fingerprint(&keys, "rosewood-hous", bytes_text("eabc")));
    assert_true(f != wire_fingerprint(&keys, "rosewood-house", bytes_text("abd")));
    assert_true(f != wire_identity_hash(&keys, "rosewood-house", bytes_text("abc")));
    assert_true(wire_fingerprint(&keys, "", BYTES_NONE) != 0);
}

static uint64_t hash_of(const char *nhs, const char *name, const char *born)
{
    Triage__V1__Adult a = TRIAGE__V1__ADULT__INIT;
    char buf[3][64];
    memcpy(buf[0], nhs, strlen(nhs) + 1);
    memcpy(buf[1], name, strlen(name) + 1);
    memcpy(buf[2], born, strlen(born) + 1);
    a.nhs_number = buf[0];
    a.name = buf[1];
    a.date_of_birth = buf[2];
    return wire_adult_hash(&keys, &a);
}

static void an_adult_is_known_by_nhs_number_however_it_is_typed(void **state)
{
    (void)state;
    uint64_t const h = hash_of("9990000018", "Arthur Pennywhistle", "1941-05-28");
    assert_true(h != 0);
    assert_true(h == hash_of("999 000 0018", "A. Pennywhistle", ""));
    assert_true(h != hash_of("9990000026", "Arthur Pennywhistle", "1941-05-28"));
}

static void without_a_number_an_adult_is_known_by_name_and_birth(void **state)
{
    (void)state;
    uint64_t const h = hash_of("", "Beatrix O'Sample", "1950-02-03");
    assert_true(h != 0);
    assert_true(h == hash_of("", "  beatrix  OSAMPLE ", "1950-02-03"));
    assert_true(h == hash_of("", "{Beatrix} ;`OSample~@", "1950-02-03"));
    assert_true(h ==
                hash_of("9990000019", "Beatrix O'Sample", "1950-02-03")); // a wrong number is none
    assert_true(h != hash_of("", "Beatrix O'Sample", "1950-02-04"));
    assert_true(h != hash_of("", "Beatrix O'Sample 2", "1950-02-03"));
    assert_true(h != hash_of("",
                             "B\xc3\xa9"
                             "atrix O'Sample",
                             "1950-02-03"));
    assert_true(h != hash_of("", "Beatrice O'Sample", "1950-02-03"));
}

static void too_little_to_know_an_adult_by_is_no_identity(void **state)
{
    (void)state;
    assert_true(hash_of("", "", "1950-02-03") == 0);
    assert_true(hash_of("", "Beatrix", "") == 0);
    assert_true(hash_of("", "Beatrix", "1950") == 0); // two people may share a name and a year
    assert_true(hash_of("", " .'- ", "1950-02-03") == 0);
    assert_true(wire_identity_hash(&keys, "place", BYTES_NONE) == 0);
}

static void somebody_alleged_is_known_by_name_and_place_within_the_service_alone(void **state)
{
    Triage__V1__SourceOfRisk s = TRIAGE__V1__SOURCE_OF_RISK__INIT;
    char name[] = "Carl Cadwallader";
    (void)state;
    s.category = TRIAGE__V1__SOURCE_CATEGORY__SOURCE_CATEGORY_PAID_CARER;
    assert_true(wire_source_hash(&keys, &s, "1-999000001") == 0); // nobody is named
    s.person_name = name;
    uint64_t const h = wire_source_hash(&keys, &s, "1-999000001");
    assert_true(h != 0 && h != wire_source_hash(&keys, &s, "1-999000002"));
    assert_true(wire_source_hash(&keys, &s, "") == 0);
    assert_true(wire_source_hash(&keys, NULL, "1-999000001") == 0);
    s.category = TRIAGE__V1__SOURCE_CATEGORY__SOURCE_CATEGORY_UNSPECIFIED;
    assert_true(wire_source_hash(&keys, &s, "1-999000001") == 0);
}

static void who_has_a_number_is_known_by_name_and_birth_beside_it(void **state)
{
    Triage__V1__Adult a = TRIAGE__V1__ADULT__INIT;
    char number[] = "9990000018", name[] = "Arthur Pennywhistle", born[] = "1941-05-28";
    (void)state;
    a.name = name;
    int32_t const ageless = wire_adult_person(&a, INT64_C(1768989600000));
    a.date_of_birth = born;
    assert_true(wire_adult_person(&a, INT64_C(1768989600000)) != ageless);
    assert_true(wire_person_hash(&keys, &a) == 0);
    uint64_t const h = wire_adult_hash(&keys, &a);
    a.nhs_number = number;
    assert_true(wire_person_hash(&keys, &a) == h && wire_adult_hash(&keys, &a) != h);
}

static void a_very_long_name_is_cut_and_not_overrun(void **state)
{
    static char name[5000];
    Triage__V1__Adult a = TRIAGE__V1__ADULT__INIT;
    char born[] = "1950-02-03";
    (void)state;
    memset(name, 'n', sizeof name - 1);
    a.name = name;
    a.date_of_birth = born;
    assert_true(wire_adult_hash(&keys, &a) != 0);
}

static void the_digest_is_half_of_blake2b_512(void **state)
{
    // RFC 7693, appendix A: BLAKE2b-512 of "abc" begins so.
    static const uint8_t abc[8] = {0xba, 0x80, 0xa5, 0x3f, 0x98, 0x1c, 0x4d, 0x0d};
    uint8_t d[DIGEST_BYTES];
    (void)state;
    wire_digest(bytes_text("abc"), d);
    assert_memory_equal(d, abc, sizeof abc);
    wire_digest(BYTES_NONE, d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_number_has_its_own_reference_and_comes_back),
        cmocka_unit_test(both_ends_of_the_numbers_come_back),
        cmocka_unit_test(neighbours_look_nothing_alike),
        cmocka_unit_test(one_wrong_symbol_is_always_noticed),
        cmocka_unit_test(two_swapped_symbols_are_always_noticed),
        cmocka_unit_test(what_people_type_is_forgiven),
        cmocka_unit_test(what_is_no_reference_is_none),
        cmocka_unit_test(another_areas_secret_gives_other_references),
        cmocka_unit_test(fingerprints_tell_senders_and_keys_apart),
        cmocka_unit_test(an_adult_is_known_by_nhs_number_however_it_is_typed),
        cmocka_unit_test(without_a_number_an_adult_is_known_by_name_and_birth),
        cmocka_unit_test(too_little_to_know_an_adult_by_is_no_identity),
        cmocka_unit_test(somebody_alleged_is_known_by_name_and_place_within_the_service_alone),
        cmocka_unit_test(who_has_a_number_is_known_by_name_and_birth_beside_it),
        cmocka_unit_test(a_very_long_name_is_cut_and_not_overrun),
        cmocka_unit_test(the_digest_is_half_of_blake2b_512),
    };
    return cmocka_run_group_tests(tests, keyed, NULL);
}
