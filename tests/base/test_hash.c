/* CRC32C against its definition, and a hash that depends on every byte and spreads keys. */
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/rng.h"
#include "tests/check.h"

static uint32_t crc_of(const char *text)
{
    return crc32c(0, text, strlen(text));
}

/* From RFC 3720 B.4 and the usual check value. */
static void test_crc32c_gives_the_published_values(void **state)
{
    uint8_t block[32];

    assert_int_equal(crc_of("123456789"), 0xe3069283);
    assert_int_equal(crc_of(""), 0);
    memset(block, 0, sizeof block);
    assert_int_equal(crc32c(0, block, sizeof block), 0x8a9136aa);
    memset(block, 0xff, sizeof block);
    assert_int_equal(crc32c(0, block, sizeof block), 0x62a8ab43);
    for (uint8_t i = 0; i < 32; i++)
        block[i] = i;
    assert_int_equal(crc32c(0, block, sizeof block), 0x46dd794e);
}

/* The definition: divide bit by bit. */
static uint32_t crc_by_bits(const uint8_t *p, size_t bytes)
{
    uint32_t crc = ~0u;

    for (size_t i = 0; i < bytes; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
    }
    return ~crc;
}

static void test_crc32c_is_the_division_by_its_polynomial(void **state)
{
    struct rng r = rng_of(1, "crc");
    uint8_t block[100];

    for (size_t i = 0; i < sizeof block; i++)
        block[i] = (uint8_t)rng_next(&r);
    for (size_t n = 0; n <= sizeof block; n++)
        assert_int_equal(crc32c(0, block, n), crc_by_bits(block, n));
}

static void test_crc32c_can_be_taken_in_pieces(void **state)
{
    const char *text = "the quick brown fox jumps over";

    for (size_t n = 0; n <= strlen(text); n++)
        assert_int_equal(crc32c(crc32c(0, text, n), text + n, strlen(text) - n), crc_of(text));
}

/* Written down once: a hash may be in a golden file, so it must not change by accident. */
static void test_hash_bytes_is_the_same_for_ever(void **state)
{
    assert_true(hash_bytes("", 0) == 0xf90109d2335f6b4fu);
    assert_true(hash_bytes("LAS", 3) == 0x48669e5b3f0719f7u);
    assert_true(hash_bytes("\1\0\0\0\0\0\0\0", 8) == 0xebbb3ea00e5765a2u);
    assert_true(hash_bytes("123456789", 9) == 0x568fee4fd6546dedu);
    assert_true(hash_bytes("the quick brown fox jumps over the lazy dog", 43) ==
                0x505c908fd63a2bfau);
}

static void test_hash_bytes_changes_with_every_bit_and_the_length(void **state)
{
    uint8_t block[40];

    for (size_t n = 0; n <= sizeof block; n++) {
        memset(block, 0, sizeof block);
        uint64_t zero = hash_bytes(block, n);

        if (n)
            assert_true(zero != hash_bytes(block, n - 1));
        for (size_t bit = 0; bit < 8 * n; bit++) {
            block[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_true(zero != hash_bytes(block, n));
            block[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
}

static void test_hash_bytes_reads_nothing_behind_the_end(void **state)
{
    for (size_t n = 0; n <= 40; n++) {
        uint8_t *p = mem_alloc(n); /* a sanitizer looks */

        hash_bytes(p, n);
        mem_free(p);
    }
}

/* 64 K keys into 64 K slots by the low bits: a random hash leaves 1/e = 36.8 % empty. */
static int empty_slots(uint64_t stride)
{
    static uint8_t hit[65536];
    int empty = 0;

    memset(hit, 0, sizeof hit);
    for (uint64_t i = 0; i < 65536; i++) {
        uint64_t key = i * stride;

        hit[hash_bytes(&key, 8) & 65535] = 1;
    }
    for (int i = 0; i < 65536; i++)
        empty += !hit[i];
    return empty;
}

static void test_hash_bytes_spreads_regular_keys(void **state)
{
    static const uint64_t strides[] = {1,    2,     10,      64,         1000,
                                       4096, 65536, 3600000, 1ull << 32, 1ull << 48};

    for (size_t i = 0; i < sizeof strides / sizeof strides[0]; i++)
        assert_in_range(empty_slots(strides[i]), 0, 65536 * 40 / 100);
}

static void test_hash_mix_depends_on_order(void **state)
{
    assert_true(hash_mix(hash_mix(0, 1), 2) != hash_mix(hash_mix(0, 2), 1));
    assert_true(hash_mix(1, 0) != hash_mix(2, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crc32c_gives_the_published_values),
        cmocka_unit_test(test_crc32c_is_the_division_by_its_polynomial),
        cmocka_unit_test(test_crc32c_can_be_taken_in_pieces),
        cmocka_unit_test(test_hash_bytes_is_the_same_for_ever),
        cmocka_unit_test(test_hash_bytes_changes_with_every_bit_and_the_length),
        cmocka_unit_test(test_hash_bytes_reads_nothing_behind_the_end),
        cmocka_unit_test(test_hash_bytes_spreads_regular_keys),
        cmocka_unit_test(test_hash_mix_depends_on_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
