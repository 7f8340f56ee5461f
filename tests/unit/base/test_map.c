/* Maps: setting, replacing, growing, keys that look alike. */
#include "support/tap.h"

#include "base/map.h"

static void an_empty_map_has_nothing(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_map map;
    weft_map_init(&map, &arena);
    assert_null(weft_map_get(&map, WEFT_STR("a")));
    assert_null(weft_map_get(&map, WEFT_STR("")));
    weft_arena_done(&arena);
}

static void every_key_of_many_is_found_and_no_other(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_map map;
    weft_map_init(&map, &arena);
    static int values[3000];
    for (int i = 0; i < 3000; i++) {
        values[i] = i;
        assert_true(weft_map_set(&map, weft_str_format(&arena, "key_%d", i), &values[i]));
    }
    assert_int_equal(map.count, 3000);
    for (int i = 0; i < 3000; i++) {
        assert_true(weft_map_get(&map, weft_str_format(&arena, "key_%d", i)) == &values[i]);
        assert_null(weft_map_get(&map, weft_str_format(&arena, "kex_%d", i)));
    }
    weft_arena_done(&arena);
}

static void setting_again_replaces_and_counts_once(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_map map;
    weft_map_init(&map, &arena);
    const int one = 1;
    const int two = 2;
    assert_true(weft_map_set(&map, WEFT_STR("a"), &one));
    assert_true(weft_map_set(&map, WEFT_STR("a"), &two));
    assert_true(weft_map_set(&map, WEFT_STR(""), &one));
    assert_true(weft_map_set(&map, WEFT_STR("a\0b"), &one));
    assert_int_equal(map.count, 3);
    assert_true(weft_map_get(&map, WEFT_STR("a")) == &two);
    assert_true(weft_map_get(&map, WEFT_STR("")) == &one);
    assert_null(weft_map_get(&map, WEFT_STR("a\0c")));
    assert_null(weft_map_get(&map, WEFT_STR("A")));
    weft_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_map_has_nothing),
        cmocka_unit_test(every_key_of_many_is_found_and_no_other),
        cmocka_unit_test(setting_again_replaces_and_counts_once),
    };
    return cmocka_run_group_tests_name("base/map", tests, NULL, NULL);
}
