/* Running out of memory at any point of loading a project, well-formed or not: the right code, nothing leaked. (libyaml
 * takes its memory from the C library and is not counted.) */
#include "support/alloc.h"
#include "support/catalog.h"
#include "support/tap.h"

/* Load with the nth request for memory failing; true when none had to. */
static bool load_failing_at(const char *directory, size_t nth, weft_code code_wanted)
{
    test_alloc alloc;
    test_alloc_init(&alloc, nth);
    test_alloc_set_jansson(&alloc);
    weft_arena keep;
    weft_arena scratch;
    weft_arena_init(&keep, &alloc.allocator, 0);
    weft_arena_init(&scratch, &alloc.allocator, 0);
    const weft_catalog *catalog = NULL;
    weft_error error = {0};
    const weft_code code = weft_define_project(directory, &test_environment, &keep, &scratch, &catalog, NULL, &error);
    if (code != (alloc.has_failed ? WEFT_NO_MEMORY : code_wanted)) {
        fail_msg("request %zu: %s %s", nth, error.where, error.message);
    }
    assert_int_equal(code, error.code);
    weft_arena_done(&scratch);
    weft_arena_done(&keep);
    test_alloc_set_jansson(NULL);
    const bool has_failed = alloc.has_failed;
    assert_true(test_alloc_done(&alloc));
    return !has_failed;
}

static void load_failing_everywhere(const char *directory, weft_code code_wanted)
{
    size_t nth = 1;
    while (!load_failing_at(directory, nth, code_wanted)) {
        nth++;
    }
    assert_true(nth > 10);
}

static void test_good_project(void **state)
{
    (void)state;
    load_failing_everywhere(DEFINE_CASES "/../../../data/shop", WEFT_OK);
}

static void test_bad_project(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    const char *const files[][2] = {
        {"weft.json", "{\"stores\": {\"default\": \"sqlite:${NOWHERE:-a.db}\"}, \"limit\": 1}"},
        {"src/modules/a/module.yaml",
         "models:\n  item: { fields: { id: id, n: { type: number, default: x }, j: { type: json, default: { a: [1] } } "
         "},"
         " relations: { many: { manyToMany: item } } }\n"},
        {"src/links/l.yaml", "left: { linkable: a.item, deleteCascade: [itm] }\nright: a.item\n"},
        {NULL, NULL}};
    const char *directory = test_project_write(&arena, files);
    load_failing_everywhere(directory, WEFT_UNKNOWN_KEY);
    test_project_remove(directory);
    weft_arena_done(&arena);
}

/* A ceiling is not the machine's fault and says so. */
static void test_ceiling(void **state)
{
    (void)state;
    weft_arena keep;
    weft_arena scratch;
    weft_arena_init(&keep, NULL, 8192);
    weft_arena_init(&scratch, NULL, 0);
    const weft_catalog *catalog = NULL;
    weft_error error = {0};
    assert_int_equal(
        weft_define_project(
            DEFINE_CASES "/../../../data/shop", &test_environment, &keep, &scratch, &catalog, NULL, &error),
        WEFT_LIMIT_EXCEEDED);
    weft_arena_done(&keep);
    weft_arena_done(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_project),
        cmocka_unit_test(test_bad_project),
        cmocka_unit_test(test_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
