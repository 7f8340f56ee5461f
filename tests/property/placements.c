/* The tests of a law, a placement or two each. */
#include "property/placements.h"

#include <stdlib.h>
#include <string.h>

#include "support/postgres.h"
#include "support/tap.h"

uint64_t number_from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

void placements_empty(const char *const urls[2])
{
    for (size_t i = 0; i < 2 && urls[i]; i++) {
        assert_true(test_postgres_execute(
            urls[i], "SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public"));
    }
}

static void check_on_files(void **state, const placement places[2])
{
    static const char *const no_urls[2] = {NULL, NULL};
    const placements_law *law = *state;
    law->check(places, 2, no_urls);
}

/* In databases of its own, so that placements can be checked beside each other. */
static void check_on_postgres(void **state, placement place)
{
    char one[512];
    char other[512];
    const char *const urls[2] = {one, other};
    const placements_law *law = *state;
    assert_true(test_postgres_database(one, sizeof(one)));
    assert_true(test_postgres_database(other, sizeof(other)));
    law->check(&place, 1, urls);
}

static void test_sqlite_placements(void **state)
{
    check_on_files(state, (const placement[]){PLACE_ONE_FILE, PLACE_FILES});
}

static void test_postgres_placement(void **state)
{
    check_on_postgres(state, PLACE_ONE_SERVER);
}

static void test_mixed_placement(void **state)
{
    check_on_postgres(state, PLACE_MIXED);
}

static void test_served_placements(void **state)
{
    check_on_files(state, (const placement[]){PLACE_SERVED, PLACE_SERVED_PLAIN});
}

int placements_run(const placements_law *law, int argc, char **argv)
{
    static const char *const words[] = {"sqlite", "postgres", "mixed", "served"};
    placements_law given = *law;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(test_sqlite_placements, &given),
        cmocka_unit_test_prestate(test_postgres_placement, &given),
        cmocka_unit_test_prestate(test_mixed_placement, &given),
        cmocka_unit_test_prestate(test_served_placements, &given),
    };
    for (size_t i = 0; argc > 1 && i < WEFT_COUNT_OF(words); i++) {
        if (!strcmp(argv[1], words[i])) {
            const struct CMUnitTest only[] = {tests[i]};
            return cmocka_run_group_tests(only, NULL, NULL);
        }
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
