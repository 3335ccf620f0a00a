#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <sodium.h>

static struct {
    uint8_t public[32], secret[32];
} daemon_keys, client_keys, stranger_keys;
static struct wire_box to_client, at_client, at_stranger;

static int boxed(void **state)
{
    (void)state;
    if (sodium_init() < 0) return -1;
    crypto_box_keypair(daemon_keys.public, daemon_keys.secret);
    crypto_box_keypair(client_keys.public, client_keys.secret);
    crypto_box_keypair(stranger_keys.public, stranger_keys.secret);
    return wire_box_init(&to_client, client_keys.public, daemon_keys.secret) ||
           wire_box_init(&at_client, daemon_keys.public, client_keys.secret) ||
           wire_box_init(&at_stranger, daemon_keys.public, stranger_keys.secret);
}

static const char words[] = "what the council decided";
#define FRAME (sizeof words + WIRE_BOX_OVERHEAD)

static void what_is_sealed_to_a_key_opens_with_it(void **state)
{
    uint8_t frame[FRAME], out[FRAME];
    size_t len;
    (void)state;
    wire_box_seal(&to_client, bytes_of(words, sizeof words), frame);
    assert_int_equal(wire_box_open(&at_client, bytes_of(frame, FRAME), out, &len), OK);
    assert_int_equal(len, sizeof words);
    assert_memory_equal(out, words, len);
}

static void nothing_at_all_can_be_sealed(void **state)
{
    uint8_t frame[WIRE_BOX_OVERHEAD], out[WIRE_BOX_OVERHEAD];
    size_t len;
    (void)state;
    wire_box_seal(&to_client, BYTES_NONE, frame);
    assert_int_equal(wire_box_open(&at_client, bytes_of(frame, sizeof frame), out, &len), OK);
    assert_int_equal(len, 0);
}

static void one_call_of_any_nacl_opens_it(void **state)
{
    uint8_t frame[FRAME], out[FRAME];
    (void)state;
    wire_box_seal(&to_client, bytes_of(words, sizeof words), frame);
    assert_int_equal(crypto_box_open_easy(out, frame + 24, FRAME - 24, frame, daemon_keys.public,
                                          client_keys.secret),
                     0);
    assert_memory_equal(out, words, sizeof words);
}

static void it_is_noise_to_anybody_else(void **state)
{
    uint8_t frame[FRAME], out[FRAME];
    size_t len;
    (void)state;
    wire_box_seal(&to_client, bytes_of(words, sizeof words), frame);
    assert_int_equal(wire_box_open(&at_stranger, bytes_of(frame, FRAME), out, &len), ERR_FORBIDDEN);
}

static void a_change_of_any_bit_is_noticed(void **state)
{
    uint8_t frame[FRAME], out[FRAME];
    size_t len;
    (void)state;
    wire_box_seal(&to_client, bytes_of(words, sizeof words), frame);
    for (size_t bit = 0; bit < 8 * FRAME; bit++) {
        frame[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_equal(wire_box_open(&at_client, bytes_of(frame, FRAME), out, &len),
                         ERR_FORBIDDEN);
        frame[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
}

static void a_shorter_frame_is_noticed(void **state)
{
    uint8_t frame[FRAME], out[FRAME];
    size_t len;
    (void)state;
    wire_box_seal(&to_client, bytes_of(words, sizeof words), frame);
    for (size_t n = 0; n < FRAME; n++) {
        assert_int_equal(wire_box_open(&at_client, bytes_of(frame, n), out, &len), ERR_FORBIDDEN);
    }
}

static void the_same_words_never_look_the_same_twice(void **state)
{
    uint8_t a[FRAME], b[FRAME];
    (void)state;
    wire_box_seal(&to_client, bytes_of(words, sizeof words), a);
    wire_box_seal(&to_client, bytes_of(words, sizeof words), b);
    assert_memory_not_equal(a, b, FRAME);
}

static void a_key_that_hides_nothing_is_refused(void **state)
{
    static const uint8_t zero[32];
    struct wire_box b;
    (void)state;
    assert_int_equal(wire_box_init(&b, zero, daemon_keys.secret), ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sealed_to_a_key_opens_with_it),
        cmocka_unit_test(nothing_at_all_can_be_sealed),
        cmocka_unit_test(one_call_of_any_nacl_opens_it),
        cmocka_unit_test(it_is_noise_to_anybody_else),
        cmocka_unit_test(a_change_of_any_bit_is_noticed),
        cmocka_unit_test(a_shorter_frame_is_noticed),
        cmocka_unit_test(the_same_words_never_look_the_same_twice),
        cmocka_unit_test(a_key_that_hides_nothing_is_refused),
    };
    return cmocka_run_group_tests(tests, boxed, NULL);
}
