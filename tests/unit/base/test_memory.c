/* What base does when memory ends: one scenario over arena, buffer, map and vector, with the nth request failing for
 * every n. */
#include "support/tap.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/ulid.h"
#include "base/vec.h"
#include "support/alloc.h"

typedef struct scenario {
    weft_arena arena;
    weft_buf buf;
    weft_map map;
    WEFT_VEC(weft_str) names;
} scenario;

static bool fill(scenario *all)
{
    for (int i = 0; i < 300; i++) {
        const weft_str name = weft_str_format(&all->arena, "name_%d", i);
        if (!name.data || !weft_map_set(&all->map, name, name.data) || !weft_vec_push(&all->arena, &all->names, name)) {
            return false;
        }
        weft_buf_add_str(&all->buf, name);
        weft_buf_add_format(&all->buf, "=%d;", i);
    }
    return weft_arena_alloc(&all->arena, 100000) != NULL && !all->buf.failed;
}

/* Whatever failed, what is there is whole. */
static void check_whole(const scenario *all)
{
    assert_true(all->names.count <= 300);
    for (size_t i = 0; i < all->names.count; i++) {
        assert_true(weft_map_get(&all->map, all->names.items[i]) == all->names.items[i].data);
    }
    assert_true(all->buf.len == 0 || all->buf.data[all->buf.len] == '\0');
}

static void every_request_may_fail(void **state)
{
    (void)state;
    bool has_failed = true;
    for (size_t nth = 1; has_failed; nth++) {
        test_alloc alloc;
        test_alloc_init(&alloc, nth);
        scenario all = {.names = {0}};
        weft_arena_init(&all.arena, &alloc.allocator, 0);
        weft_buf_init(&all.buf, &alloc.allocator);
        weft_map_init(&all.map, &all.arena);
        const bool filled = fill(&all);
        has_failed = alloc.has_failed;
        assert_int_equal(filled, !has_failed);
        check_whole(&all);
        weft_buf_done(&all.buf);
        weft_arena_done(&all.arena);
        assert_true(test_alloc_done(&alloc));
        assert_true(nth < 100);
    }
}

static void the_counting_allocator_counts(void **state)
{
    (void)state;
    test_alloc alloc;
    test_alloc_init(&alloc, 0);
    void *a = weft_resize(&alloc.allocator, NULL, 0, 100);
    void *b = weft_resize(&alloc.allocator, NULL, 0, 50);
    a = weft_resize(&alloc.allocator, a, 100, 200);
    assert_int_equal(alloc.live_bytes, 250);
    assert_int_equal(alloc.live_blocks, 2);
    assert_int_equal(alloc.requests, 3);
    weft_free(&alloc.allocator, a, 200);
    assert_int_equal(alloc.live_bytes, 50);
    assert_int_equal(alloc.peak_bytes, 250);
    assert_false(alloc.is_misused);
    weft_free(&alloc.allocator, b, 49);
    assert_true(alloc.is_misused);
    assert_false(test_alloc_done(&alloc));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_request_may_fail),
        cmocka_unit_test(the_counting_allocator_counts),
    };
    return cmocka_run_group_tests_name("base/memory", tests, NULL, NULL);
}
