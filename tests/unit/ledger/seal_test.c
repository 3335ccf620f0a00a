#include "chain.h"
#include "seal.h"
#include "vault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sodium.h>

static uint8_t const key[SEAL_KEY_BYTES] = {1, 2, 3};
static uint8_t const id[SEAL_ID_BYTES] = {9, 8, 7};

static struct seal_label label_of(enum seal_kind kind, uint64_t a, uint64_t b)
{
    struct seal_label l;
    uint64_t const numbers[] = {a, b};
    seal_label(&l, id, kind, 2, numbers);
    return l;
}

static void what_was_sealed_opens_with_the_same_key_and_label_only(void **state)
{
    (void)state;
    struct dice d = {.left = 0};
    uint8_t nonce[SEAL_NONCE_BYTES], sealed[64], plain[64], other_key[SEAL_KEY_BYTES] = {1, 2, 4};
    struct seal_label const here = label_of(SEAL_BODY, 5, 6);
    seal_nonce(nonce, SEAL_BODY, &d);
    size_t const n = seal_close(sealed, key, &here, nonce, bytes_of("words", 5));
    assert_int_equal(n, 5 + SEAL_OVERHEAD);
    assert_true(seal_open(plain, key, &here, bytes_of(sealed, n)));
    assert_memory_equal(plain, "words", 5);
    assert_false(seal_open(plain, other_key, &here, bytes_of(sealed, n)));
    struct seal_label const elsewhere[] = {label_of(SEAL_BODY, 6, 5), label_of(SEAL_BODY, 5, 7),
                                           label_of(SEAL_HEADER, 5, 6)};
    for (size_t i = 0; i < 3; i++)
        assert_false(seal_open(plain, key, &elsewhere[i], bytes_of(sealed, n)));
    for (size_t len = 0; len < n; len++)
        assert_false(seal_open(plain, key, &here, bytes_of(sealed, len)));
}

static void every_flipped_bit_is_noticed(void **state)
{
    (void)state;
    struct dice d = {.left = 0};
    uint8_t nonce[SEAL_NONCE_BYTES], sealed[64], plain[64];
    struct seal_label const l = label_of(SEAL_ROW, 1, 2);
    seal_nonce(nonce, SEAL_ROW, &d);
    size_t const n = seal_close(sealed, key, &l, nonce, bytes_of("words", 5));
    for (size_t bit = 0; bit < n * 8; bit++) {
        sealed[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_false(seal_open(plain, key, &l, bytes_of(sealed, n)));
        sealed[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    assert_true(seal_open(plain, key, &l, bytes_of(sealed, n)));
}

static void dice_never_give_the_same_twice(void **state)
{
    (void)state;
    struct dice d = {.left = 0};
    static uint64_t seen[3000];
    for (size_t i = 0; i < 3000; i++) {
        dice_take(&d, &seen[i], sizeof seen[i]);
        for (size_t k = 0; k < i; k++) assert_true(seen[k] != seen[i]);
    }
    // What was handed out is not in the pool any more.
    for (size_t i = d.left; i < sizeof d.pool; i++) assert_int_equal(d.pool[i], 0);
}

static void the_chain_depends_on_everything(void **state)
{
    (void)state;
    uint8_t zero[CHAIN_BYTES] = {0}, one[CHAIN_BYTES] = {1}, base[CHAIN_BYTES], h[CHAIN_BYTES];
    struct bytes const ab = bytes_of("ab", 2), c = bytes_of("c", 1), a = bytes_of("a", 1),
                       bc = bytes_of("bc", 2);
    chain_next(base, zero, 1, 2, ab, c);
    chain_next(h, zero, 1, 2, ab, c);
    assert_memory_equal(h, base, sizeof h);
    chain_next(h, one, 1, 2, ab, c);
    assert_memory_not_equal(h, base, sizeof h);
    chain_next(h, zero, 2, 2, ab, c);
    assert_memory_not_equal(h, base, sizeof h);
    chain_next(h, zero, 1, 3, ab, c);
    assert_memory_not_equal(h, base, sizeof h);
    chain_next(h, zero, 1, 2, a, bc); // The same bytes, cut elsewhere.
    assert_memory_not_equal(h, base, sizeof h);
    chain_next(h, zero, 1, 2, ab, BYTES_NONE);
    assert_memory_not_equal(h, base, sizeof h);
}

static void a_vault_opens_with_its_master_key_only(void **state)
{
    (void)state;
    uint8_t master[SEAL_KEY_BYTES] = {42}, index[SEAL_KEY_BYTES];
    struct vault_kept kept, changed;
    struct vault *v = vault_new();
    vault_make(v, &kept, master);
    memcpy(index, v->index, sizeof index);
    assert_int_equal(vault_open(v, &kept, master), OK);
    assert_memory_equal(index, v->index, sizeof index);
    master[31] ^= 1;
    assert_int_equal(vault_open(v, &kept, master), ERR_CONFIG);
    master[31] ^= 1;
    uint8_t *bytes = (uint8_t *)&changed;
    for (size_t i = 0; i < sizeof changed;
         i++) { // The right key on a damaged root is another thing.
        changed = kept;
        bytes[i] ^= 0x10;
        assert_int_equal(vault_open(v, &changed, master), ERR_CORRUPT);
    }
    vault_free(v);
}

static void a_head_comes_back_as_it_was_sealed(void **state)
{
    (void)state;
    uint8_t const master[SEAL_KEY_BYTES] = {42};
    uint8_t sealed[HEAD_SEALED_BYTES];
    struct vault_kept kept;
    struct dice d = {.left = 0};
    struct vault *v = vault_new();
    vault_make(v, &kept, master);
    struct head h = {.epoch = 1, .seq = 2, .rows_all = 3, .rows_open = 4, .keys = 5, .erasures = 6};
    struct head back;
    memset(h.hash, 7, sizeof h.hash);
    head_seal(sealed, &h, v, &d);
    assert_int_equal(head_open(&back, v, bytes_of(sealed, sizeof sealed)), OK);
    assert_memory_equal(&h, &back, sizeof h);
    sealed[40] ^= 1;
    assert_int_equal(head_open(&back, v, bytes_of(sealed, sizeof sealed)), ERR_CORRUPT);
    assert_int_equal(head_open(&back, v, bytes_of(sealed, 3)), ERR_CORRUPT);
    vault_free(v);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_sealed_opens_with_the_same_key_and_label_only),
        cmocka_unit_test(every_flipped_bit_is_noticed),
        cmocka_unit_test(dice_never_give_the_same_twice),
        cmocka_unit_test(the_chain_depends_on_everything),
        cmocka_unit_test(a_vault_opens_with_its_master_key_only),
        cmocka_unit_test(a_head_comes_back_as_it_was_sealed),
    };
    if (sodium_init() < 0) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
