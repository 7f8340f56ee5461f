/* The set of keys: what goes in is found, whatever its length; and it stays below its ceiling. */
#include "fetch/key_set.h"

#include <stdio.h>

#include "support/alloc.h"
#include "support/tap.h"

#define MANY 20000

static weft_str key_of(char storage[64], int number)
{
    const int len = snprintf(storage, 64, "post_%012d", number);
    return (weft_str){storage, (size_t)len};
}

static bool add(weft_key_set *set, weft_str key)
{
    bool is_added = false;
    assert_int_equal(weft_key_set_add(set, key, &is_added, NULL), WEFT_OK);
    return is_added;
}

static weft_str find(weft_key_set *set, weft_str key)
{
    weft_str found = {NULL, 1};
    weft_key_set_find(set, &key, 1, &found);
    return found;
}

static void test_finds_what_went_in(void **state)
{
    (void)state;
    char storage[64];
    weft_key_set set;
    weft_key_set_init(&set, NULL, (size_t)64 << 20);
    assert_null(find(&set, WEFT_STR("post")).data);
    for (int i = 0; i < MANY; i += 2) {
        assert_true(add(&set, key_of(storage, i)));
    }
    for (int i = 0; i < MANY; i++) {
        const weft_str key = key_of(storage, i);
        const weft_str found = find(&set, key);
        assert_int_equal(found.data != NULL, i % 2 == 0);
        assert_true(found.data == NULL || (found.data != key.data && weft_str_equal(found, key)));
    }
    assert_int_equal(set.count, MANY / 2);
    weft_key_set_clear(&set);
    assert_null(find(&set, key_of(storage, 0)).data);
    assert_true(add(&set, key_of(storage, 0)));
    weft_key_set_done(&set);
}

/* Keys that are there and keys that are not, in blocks of every size, while keys still wait for their slots. */
static void test_finds_blocks(void **state)
{
    (void)state;
    char storage[WEFT_KEY_SET_BLOCK][64];
    weft_str keys[WEFT_KEY_SET_BLOCK];
    weft_str found[WEFT_KEY_SET_BLOCK];
    weft_key_set set;
    weft_key_set_init(&set, NULL, (size_t)64 << 20);
    int number = 0;
    for (size_t count = 0; count <= WEFT_KEY_SET_BLOCK; count++) {
        for (size_t i = 0; i < count; i++) {
            keys[i] = key_of(storage[i], number++);
            assert_true(i % 3 == 0 || add(&set, keys[i]));
        }
        weft_key_set_find(&set, keys, count, found);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(found[i].data != NULL, i % 3 != 0);
            assert_true(!found[i].data || weft_str_equal(found[i], keys[i]));
        }
    }
    weft_key_set_done(&set);
}

static void test_every_length(void **state)
{
    (void)state;
    char text[WEFT_KEY_SET_BYTES_MAX + 1];
    weft_key_set set;
    weft_key_set_init(&set, NULL, (size_t)1 << 20);
    memset(text, 'x', sizeof(text));
    for (size_t len = 0; len <= WEFT_KEY_SET_BYTES_MAX; len++) {
        assert_null(find(&set, (weft_str){text, len}).data);
        assert_true(add(&set, (weft_str){text, len}));
        assert_int_equal(find(&set, (weft_str){text, len}).len, len);
    }
    assert_false(add(&set, (weft_str){text, WEFT_KEY_SET_BYTES_MAX + 1}));
    weft_key_set_done(&set);
}

/* At its ceiling it says so, holds what it held, and took no more than the text's growing may cost. */
static void test_ceiling(void **state)
{
    (void)state;
    char storage[64];
    const size_t bytes_max = 100000;
    weft_key_set set;
    weft_key_set_init(&set, NULL, bytes_max);
    int count = 0;
    while (add(&set, key_of(storage, count))) {
        count++;
    }
    assert_true(count > 1000 && count < MANY);
    assert_true(set.bytes.len + set.slot_count * sizeof(*set.slots) <= bytes_max);
    for (int i = 0; i < count; i++) {
        assert_non_null(find(&set, key_of(storage, i)).data);
    }
    assert_null(find(&set, key_of(storage, count)).data);
    weft_key_set_done(&set);
}

static void test_memory_runs_out(void **state)
{
    (void)state;
    for (size_t nth = 1; nth <= 3; nth++) {
        char storage[64];
        bool is_added = true;
        test_alloc alloc;
        weft_key_set set;
        weft_error error = {0};
        test_alloc_init(&alloc, nth);
        weft_key_set_init(&set, &alloc.allocator, (size_t)64 << 20);
        weft_code code = WEFT_OK;
        for (int i = 0; i < MANY && code == WEFT_OK; i++) {
            code = weft_key_set_add(&set, key_of(storage, i), &is_added, &error);
        }
        assert_int_equal(code, WEFT_NO_MEMORY);
        weft_key_set_done(&set);
        assert_true(test_alloc_done(&alloc));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_what_went_in),
        cmocka_unit_test(test_finds_blocks),
        cmocka_unit_test(test_every_length),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
