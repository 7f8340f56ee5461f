/* Arenas: alignment, zeroed memory, ceilings, marks and reset. */
#include "support/tap.h"

#include <stdalign.h>
#include <string.h>

#include "base/vec.h"
#include "support/alloc.h"

static void memory_is_zeroed_and_aligned_also_after_a_rewind(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    const weft_arena_mark mark = weft_arena_mark_here(&arena);
    for (int round = 0; round < 2; round++) {
        for (size_t size = 0; size < 300; size += 7) {
            unsigned char *memory = weft_arena_alloc(&arena, size);
            assert_non_null(memory);
            assert_int_equal((uintptr_t)memory % alignof(max_align_t), 0);
            for (size_t i = 0; i < size; i++) {
                assert_int_equal(memory[i], 0);
            }
            memset(memory, 0xAB, size);
        }
        weft_arena_rewind(&arena, mark);
        assert_int_equal(arena.bytes_used, 0);
    }
    weft_arena_done(&arena);
}

static void a_ceiling_is_met_by_failure_and_can_be_told_from_lack_of_memory(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 10000);
    size_t got = 0;
    while (weft_arena_alloc(&arena, 100)) {
        got++;
    }
    assert_true(got > 80 && got < 100);
    assert_true(arena.bytes_held <= 10000);
    assert_true(weft_arena_is_full(&arena));
    weft_arena_done(&arena);
    assert_int_equal(arena.bytes_max, 10000);

    test_alloc alloc;
    test_alloc_init(&alloc, 1);
    weft_arena_init(&arena, &alloc.allocator, 10000);
    assert_null(weft_arena_alloc(&arena, 1));
    assert_false(weft_arena_is_full(&arena));
    weft_arena_done(&arena);
    assert_true(test_alloc_done(&alloc));
}

static void a_ceiling_smaller_than_the_usual_chunk_still_gives_what_fits(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 512);
    assert_non_null(weft_arena_alloc(&arena, 100));
    assert_null(weft_arena_alloc(&arena, 1000));
    assert_true(weft_arena_is_full(&arena));
    assert_non_null(weft_arena_alloc(&arena, 100));
    weft_arena_done(&arena);
}

static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    assert_null(weft_arena_alloc(&arena, SIZE_MAX));
    assert_null(weft_arena_alloc(&arena, SIZE_MAX / 2 + 1));
    assert_null(weft_arena_alloc_array(&arena, SIZE_MAX / 4, 8));
    assert_non_null(weft_arena_alloc_array(&arena, 0, 8));
    assert_non_null(weft_arena_alloc_array(&arena, 8, 0));
    weft_arena_done(&arena);
    weft_arena_init(&arena, NULL, 1 << 20);
    assert_null(weft_arena_alloc(&arena, SIZE_MAX / 2 - 64));
    assert_true(weft_arena_is_full(&arena));
    weft_arena_done(&arena);
}

static void a_rewind_frees_chunks_taken_since_and_keeps_what_was_before(void **state)
{
    (void)state;
    test_alloc alloc;
    test_alloc_init(&alloc, 0);
    weft_arena arena;
    weft_arena_init(&arena, &alloc.allocator, 0);
    char *kept = weft_arena_alloc(&arena, 16);
    memcpy(kept, "kept", 5);
    const weft_arena_mark mark = weft_arena_mark_here(&arena);
    const size_t held = alloc.live_bytes;
    for (int i = 0; i < 100; i++) {
        assert_non_null(weft_arena_alloc(&arena, 5000));
    }
    assert_true(alloc.live_bytes > held);
    weft_arena_rewind(&arena, mark);
    assert_int_equal(alloc.live_bytes, held);
    assert_string_equal(kept, "kept");
    char *next = weft_arena_alloc(&arena, 16);
    assert_true(next == kept + 16);
    weft_arena_done(&arena);
    assert_true(test_alloc_done(&alloc));
}

static void a_reset_arena_serves_the_next_batch_without_allocating(void **state)
{
    (void)state;
    test_alloc alloc;
    test_alloc_init(&alloc, 0);
    weft_arena arena;
    weft_arena_init(&arena, &alloc.allocator, 0);
    for (int i = 0; i < 200; i++) {
        assert_non_null(weft_arena_alloc(&arena, 100));
    }
    weft_arena_reset(&arena);
    assert_int_equal(alloc.live_blocks, 1);
    assert_int_equal(arena.bytes_used, 0);
    const size_t requests = alloc.requests;
    for (int i = 0; i < 100; i++) {
        assert_non_null(weft_arena_alloc(&arena, 100));
    }
    assert_int_equal(alloc.requests, requests);
    weft_arena_done(&arena);
    assert_true(test_alloc_done(&alloc));
}

static void done_takes_null_zeroed_and_done_arenas(void **state)
{
    (void)state;
    weft_arena arena = {0};
    weft_arena_done(NULL);
    weft_arena_done(&arena);
    weft_arena_init(&arena, NULL, 0);
    weft_arena_reset(&arena);
    weft_arena_done(&arena);
    weft_arena_done(&arena);
    assert_int_equal(arena.bytes_held, 0);
}

static void a_vector_grows_and_stays_whole_when_memory_ends(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 6000);
    WEFT_VEC(int) numbers = {0};
    int pushed = 0;
    while (weft_vec_push(&arena, &numbers, pushed)) {
        pushed++;
    }
    assert_true(pushed >= 64);
    assert_int_equal(numbers.count, pushed);
    for (int i = 0; i < pushed; i++) {
        assert_int_equal(numbers.items[i], i);
    }
    weft_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned_also_after_a_rewind),
        cmocka_unit_test(a_ceiling_is_met_by_failure_and_can_be_told_from_lack_of_memory),
        cmocka_unit_test(a_ceiling_smaller_than_the_usual_chunk_still_gives_what_fits),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(a_rewind_frees_chunks_taken_since_and_keeps_what_was_before),
        cmocka_unit_test(a_reset_arena_serves_the_next_batch_without_allocating),
        cmocka_unit_test(done_takes_null_zeroed_and_done_arenas),
        cmocka_unit_test(a_vector_grows_and_stays_whole_when_memory_ends),
    };
    return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
