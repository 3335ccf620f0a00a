// The list of what was erased: older ones are read, reasons are sealed and stay with their cases.
#include "erasures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#define MEMORY ((size_t)1 << 20)

static struct arena arena;
static struct erasures_key key, other;

static int setup(void **state)
{
    *state = malloc(MEMORY);
    arena_init(&arena, *state, MEMORY);
    erasures_key_init(&key, (const uint8_t *)"thirty-two bytes of an index key");
    erasures_key_init(&other, (const uint8_t *)"thirty-two bytes of another key.");
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static enum err read_line(const char *text, struct erasures_line *out)
{
    size_t used = 0;
    return erasures_line_read(bytes_text(text), out, &used);
}

static void a_case_is_a_line_as_an_earlier_release_wrote_it(void **state)
{
    struct erasures_line line;
    char text[ERASURES_CASE_MAX];
    size_t used = 0;
    (void)state;
    char const *list = "case 7 record 118\ncase 12 record 9\n";
    assert_int_equal(erasures_line_read(bytes_text(list), &line, &used), OK);
    assert_int_equal(line.kind, ERASURES_CASE);
    assert_true(line.no == 7 && line.seq == 118);
    assert_int_equal(used, 18);
    assert_int_equal(erasures_case_write(7, 118, text), used);
    assert_memory_equal(text, list, used);
    used = erasures_case_write(UINT64_MAX, UINT64_MAX, text);
    assert_int_equal(used, strlen(text));
    assert_int_equal(read_line(text, &line), OK);
    assert_true(line.no == UINT64_MAX && line.seq == UINT64_MAX);
}

static void what_is_no_line_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "\n",
        "case 7 record 118",
        "case 0 record 1\n",
        "case 7 record \n",
        "case 07 record 1\n",
        "case -7 record 1\n",
        "case 7  record 1\n",
        "case 7 record 1 \n",
        "case 18446744073709551616 record 1\n",
        "Case 7 record 1\n",
        "order 5 \n",
        "order 5 00\n",
        "order 5\n",
        "order 5 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff001122334455667\n",
        ("order 5 "
         "0011223344556677889AABBCCDDEEFF00112233445566778899aabbccddeeff0011223344556677\n")};
    struct erasures_line line;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(read_line(bad[i], &line), ERR_MALFORMED);
}

#define SEALING ((size_t)40) // a nonce of 24 bytes and a tag of 16

static void an_order_is_of_hexadecimal_digits_as_they_are_written(void **state)
{
    static const char odd[] = {'/', ':', '`', 'g', 'A', 'F', ' '};
    struct erasures_line line;
    char text[8 + 2 * SEALING + 2] = "order 5 ";
    size_t const at = strlen(text);
    (void)state;
    memset(text + at, 'f', 2 * SEALING);
    text[at + 2 * SEALING] = '\n';
    assert_int_equal(read_line(text, &line), OK);
    for (size_t i = 0; i < sizeof odd; i++) {
        text[at + 9] = odd[i];
        assert_int_equal(read_line(text, &line), ERR_MALFORMED);
    }
    assert_int_equal(read_line("order x 00\n", &line), ERR_MALFORMED);
    assert_int_equal(read_line("order 5/00\n", &line), ERR_MALFORMED);
    assert_int_equal(read_line("case 7\n", &line), ERR_MALFORMED);
    line = (struct erasures_line){.kind = ERASURES_ORDER, .hex = bytes_of(text + at, 2 * SEALING)};
    Triage__Ledger__V1__KeptErasure *back = NULL; // no reading of a line lets such digits through
    assert_int_equal(erasures_order_open(&key, &line, &arena, &back), ERR_MALFORMED);
}

// Sealed as an order is, whatever is in it.
static enum err open_sealed(const uint8_t *plain, size_t len, struct arena *a)
{
    static const uint8_t place[8] = {5};
    uint8_t sealed[SEALING + 64];
    char hex[2 * sizeof sealed + 1];
    Triage__Ledger__V1__KeptErasure *back = NULL;
    randombytes_buf(sealed, 24);
    assert_int_equal(crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + 24, NULL, plain, len,
                                                                place, sizeof place, NULL, sealed,
                                                                key.seal),
                     0);
    sodium_bin2hex(hex, sizeof hex, sealed, SEALING + len);
    struct erasures_line const line = {.kind = ERASURES_ORDER, .seq = 5, .hex = bytes_text(hex)};
    return erasures_order_open(&key, &line, a, &back);
}

static void what_is_sealed_and_is_no_order_is_told_from_want_of_memory(void **state)
{
    static const uint8_t broken[] = {0xff}, erasure[] = {0xf2, 0x01, 0x00}; // field 30, empty
    static uint8_t little[4 * SEALING];
    struct arena few;
    (void)state;
    assert_int_equal(open_sealed(broken, sizeof broken, &arena), ERR_MALFORMED);
    assert_int_equal(open_sealed(broken, 0, &arena), ERR_MALFORMED); // a body about something else
    assert_int_equal(open_sealed(erasure, sizeof erasure, &arena), OK);
    arena_init(&few, little, SEALING + 24); // for what was sealed, and not for what was in it
    assert_int_equal(open_sealed(erasure, sizeof erasure, &few), ERR_NO_MEMORY);
    arena_init(&few, little, 3 * SEALING); // for both, and not for the message
    assert_int_equal(open_sealed(erasure, sizeof erasure, &few), ERR_NO_MEMORY);
}

static void an_order_opens_with_its_ledgers_key_and_for_its_own_number(void **state)
{
    Triage__Ledger__V1__KeptErasure said = TRIAGE__LEDGER__V1__KEPT_ERASURE__INIT, *back = NULL;
    struct erasures_line line;
    (void)state;
    said.reason = (char *)(uintptr_t) "An invented reason.";
    said.case_no = 7;
    struct bytes const text = erasures_order_write(&key, 117, &said, &arena);
    assert_non_null(text.data);
    assert_null(strstr((const char *)text.data, "invented"));
    assert_int_equal(text.data[text.len - 1], '\n');
    assert_int_equal(read_line((const char *)text.data, &line), OK);
    assert_int_equal(line.kind, ERASURES_ORDER);
    assert_int_equal(line.seq, 117);
    assert_int_equal(erasures_order_open(&key, &line, &arena, &back), OK);
    assert_string_equal(back->reason, "An invented reason.");
    assert_int_equal(back->case_no, 7);
    assert_int_equal(erasures_order_open(&other, &line, &arena, &back), ERR_FORBIDDEN);
    line.seq++;
    assert_int_equal(erasures_order_open(&key, &line, &arena, &back), ERR_FORBIDDEN);
    line.seq--;
    for (size_t i = 0; i < line.hex.len; i++) { // each of its digits counts
        uint8_t *digit = (uint8_t *)(uintptr_t)&line.hex.data[i];
        uint8_t const was = *digit;
        *digit = was == '0' ? '1' : '0';
        assert_int_equal(erasures_order_open(&key, &line, &arena, &back), ERR_FORBIDDEN);
        *digit = was;
    }
    struct arena none;
    uint8_t few[16];
    arena_init(&none, few, sizeof few);
    assert_null(erasures_order_write(&key, 117, &said, &none).data);
    assert_int_equal(erasures_order_open(&key, &line, &none, &back), ERR_NO_MEMORY);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_case_is_a_line_as_an_earlier_release_wrote_it),
        T(what_is_no_line_is_refused),
        T(an_order_is_of_hexadecimal_digits_as_they_are_written),
        T(what_is_sealed_and_is_no_order_is_told_from_want_of_memory),
        T(an_order_opens_with_its_ledgers_key_and_for_its_own_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
