/* ULIDs: their form, and that each sorts after the one before, whatever clock and threads do. */
#include "support/tap.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/ulid.h"

typedef struct test_clock {
    int64_t now_us;
} test_clock;

static int64_t read_test_clock(void *ctx)
{
    return ((const test_clock *)ctx)->now_us;
}

static void the_form_is_that_of_the_specification(void **state)
{
    (void)state;
    test_clock time = {INT64_C(1469918176385) * 1000};
    const weft_clock clock = {read_test_clock, read_test_clock, &time};
    weft_ulid_source source;
    weft_ulid_source_init(&source, &clock, true);
    char text[WEFT_ULID_LEN + 1];
    weft_ulid_next(&source, text);
    assert_string_equal(text, "01ARYZ6S410000000000000000");
    weft_ulid_next(&source, text);
    assert_string_equal(text, "01ARYZ6S410000000000000001");
    weft_ulid_source_done(&source);
    weft_ulid_source_done(NULL);
}

static void ids_rise_within_a_millisecond_and_when_the_clock_steps_back(void **state)
{
    (void)state;
    test_clock time = {INT64_C(1700000000000000)};
    const weft_clock clock = {read_test_clock, read_test_clock, &time};
    weft_ulid_source source;
    weft_ulid_source_init(&source, &clock, false);
    char before[WEFT_ULID_LEN + 1] = "";
    char text[WEFT_ULID_LEN + 1];
    const int64_t steps_us[] = {0, 0, 400, 700, -5000000, 0, 2000, 5000000, -1, 1000000};
    for (size_t i = 0; i < 1000; i++) {
        time.now_us += steps_us[i % WEFT_COUNT_OF(steps_us)];
        weft_ulid_next(&source, text);
        assert_int_equal(strlen(text), WEFT_ULID_LEN);
        assert_true(strcmp(before, text) < 0);
        memcpy(before, text, sizeof(text));
    }
    weft_ulid_source_done(&source);
}

static void an_overflow_of_the_random_part_borrows_the_next_millisecond(void **state)
{
    (void)state;
    test_clock time = {INT64_C(1700000000000000)};
    const weft_clock clock = {read_test_clock, read_test_clock, &time};
    weft_ulid_source source;
    weft_ulid_source_init(&source, &clock, true);
    char before[WEFT_ULID_LEN + 1];
    char text[WEFT_ULID_LEN + 1];
    weft_ulid_next(&source, before);
    memset(source.random, 0xFF, sizeof(source.random));
    weft_ulid_next(&source, text);
    assert_true(strcmp(before, text) < 0);
    assert_string_equal(text + 10, "0000000000000000");
    weft_ulid_source_done(&source);
}

static void a_clock_before_1970_counts_as_1970(void **state)
{
    (void)state;
    test_clock time = {-5};
    const weft_clock clock = {read_test_clock, read_test_clock, &time};
    weft_ulid_source source;
    weft_ulid_source_init(&source, &clock, true);
    char text[WEFT_ULID_LEN + 1];
    weft_ulid_next(&source, text);
    assert_memory_equal(text, "0000000000", 10);
    weft_ulid_source_done(&source);
}

static void an_id_has_its_prefix(void **state)
{
    (void)state;
    test_clock time = {INT64_C(1469918176385) * 1000};
    const weft_clock clock = {read_test_clock, read_test_clock, &time};
    weft_ulid_source source;
    weft_ulid_source_init(&source, &clock, true);
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    assert_str_equal(weft_ulid_next_id(&source, WEFT_STR("post"), &arena), "post_01ARYZ6S410000000000000000");
    assert_str_equal(weft_ulid_next_id(&source, WEFT_STR(""), &arena), "01ARYZ6S410000000000000001");
    weft_arena_done(&arena);
    weft_ulid_source_done(&source);
}

enum { THREADS = 4, IDS = 2000 };

typedef struct worker {
    pthread_t thread;
    weft_ulid_source *source;
    char ids[IDS][WEFT_ULID_LEN + 1];
} worker;

static void *make_ids(void *ctx)
{
    worker *self = ctx;
    for (int i = 0; i < IDS; i++) {
        weft_ulid_next(self->source, self->ids[i]);
    }
    return NULL;
}

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, WEFT_ULID_LEN);
}

static void threads_get_rising_ids_and_none_twice(void **state)
{
    (void)state;
    static worker workers[THREADS];
    static char all[THREADS * IDS][WEFT_ULID_LEN + 1];
    weft_ulid_source source;
    weft_ulid_source_init(&source, NULL, false);
    for (int i = 0; i < THREADS; i++) {
        workers[i].source = &source;
        assert_int_equal(pthread_create(&workers[i].thread, NULL, make_ids, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
        memcpy(all[(size_t)i * IDS], workers[i].ids, sizeof(workers[i].ids));
        for (int j = 1; j < IDS; j++) {
            assert_true(strcmp(workers[i].ids[j - 1], workers[i].ids[j]) < 0);
        }
    }
    qsort(all, WEFT_COUNT_OF(all), sizeof(all[0]), compare_ids);
    for (size_t i = 1; i < WEFT_COUNT_OF(all); i++) {
        assert_true(strcmp(all[i - 1], all[i]) < 0);
    }
    weft_ulid_source_done(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_form_is_that_of_the_specification),
        cmocka_unit_test(ids_rise_within_a_millisecond_and_when_the_clock_steps_back),
        cmocka_unit_test(an_overflow_of_the_random_part_borrows_the_next_millisecond),
        cmocka_unit_test(a_clock_before_1970_counts_as_1970),
        cmocka_unit_test(an_id_has_its_prefix),
        cmocka_unit_test(threads_get_rising_ids_and_none_twice),
    };
    return cmocka_run_group_tests_name("base/ulid", tests, NULL, NULL);
}
