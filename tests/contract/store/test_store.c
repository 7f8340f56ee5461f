/* The store contract (include/weft/sys/store.h): every promise, on every store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/store/fixture.h"

#define TESTS_MAX 400

static const store_area *const areas[] = {
    &store_area_values,
    &store_area_natives,
    &store_area_params,
    &store_area_rows,
    &store_area_transactions,
    &store_area_errors,
    &store_area_stops,
    &store_area_pool,
    &store_area_cache,
    &store_area_inspect,
    &store_area_memory,
    &store_area_like,
    &store_area_path,
};

static store_fixture the_fixture;

static int set_up(void **state)
{
    const weft_store_kind *kind = *state;
    if (!store_fixture_open(&the_fixture, *kind)) {
        (void)fprintf(stderr, "%s\n", the_fixture.error.message);
        return -1;
    }
    *state = &the_fixture;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    store_fixture_close(&the_fixture);
    return 0;
}

static size_t add_tests(weft_store_kind *kind, const store_area *area, char (*names)[96], struct CMUnitTest *tests)
{
    size_t count = 0;
    const bool is_postgres = *kind == WEFT_STORE_POSTGRES;
    for (size_t i = 0; i < area->count; i++) {
        const store_test *test = &area->tests[i];
        if (is_postgres ? test->sqlite_only : test->postgres_only) {
            continue;
        }
        (void)snprintf(names[count], sizeof(names[count]), "%s: %s", is_postgres ? "postgres" : "sqlite", test->name);
        tests[count] = (struct CMUnitTest){.name = names[count],
                                           .test_func = test->function,
                                           .setup_func = set_up,
                                           .teardown_func = tear_down,
                                           .initial_state = kind};
        count++;
    }
    return count;
}

/* An argument is a filter of test names, with `*`. */
int main(int argc, char **argv)
{
    static weft_store_kind kinds[] = {WEFT_STORE_SQLITE, WEFT_STORE_POSTGRES};
    static struct CMUnitTest tests[TESTS_MAX];
    static char names[TESTS_MAX][96];
    size_t count = 0;
    for (size_t kind = 0; kind < WEFT_COUNT_OF(kinds); kind++) {
        for (size_t i = 0; i < WEFT_COUNT_OF(areas); i++) {
            count += add_tests(&kinds[kind], areas[i], names + count, tests + count);
        }
    }
    if (argc > 1) {
        cmocka_set_test_filter(argv[1]);
    }
    return _cmocka_run_group_tests("store", tests, count, NULL, NULL);
}
