/* weft.yaml edited as a text: one place changes, comments and order stay, and what is not understood is refused. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "define/placing.h"
#include "support/directory.h"
#include "support/tap.h"

typedef struct placing_case {
    const char *before;
    const char *after; /* NULL: refused */
} placing_case;

/* Module blog goes to store b. */
static const placing_case cases[] = {
    {"stores: { a: x, b: y }\nmodules:\n  # keep me\n  blog: { store: a }  # here\n  shop: { store: a }\n",
     "stores: { a: x, b: y }\nmodules:\n  # keep me\n  blog: { store: b }  # here\n  shop: { store: a }\n"},
    {"modules:\n    shop:\n        store: a\n    blog:\n        store: \"a\" # q\nstores: { a: x }\n",
     "modules:\n    shop:\n        store: a\n    blog:\n        store: b # q\nstores: { a: x }\n"},
    {"stores:\n  a: x\n# end\n", "stores:\n  a: x\n# end\nmodules:\n  blog: { store: b }\n"},
    {"stores:\n  a: x", "stores:\n  a: x\nmodules:\n  blog: { store: b }\n"},
    {"stores: {a: x}\nmodules: {}\nlinks: { store: a }\n",
     "stores: {a: x}\nmodules: { blog: { store: b } }\nlinks: { store: a }\n"},
    {"stores: {a: x}\nmodules: { shop: { store: a } } # c",
     "stores: {a: x}\nmodules: { blog: { store: b }, shop: { store: a } } # c"},
    {"modules:\n  shop: { store: a }\n", "modules:\n  blog: { store: b }\n  shop: { store: a }\n"},
    {"stores: {a: x}\nmodules:\n  blog:\n  shop: {}\n", "stores: {a: x}\nmodules:\n  blog: { store: b }\n  shop: {}\n"},
    {"modules:\n  blog: {}  # e\n", "modules:\n  blog: { store: b }  # e\n"},
    {"modules:\n  blog: ~\n", "modules:\n  blog: { store: b }\n"},
    {"stores: {a: x}\nmodules:\nlinks: {store: a}",
     "stores: {a: x}\nmodules: { blog: { store: b } }\nlinks: {store: a}"},
    {"# \xC3\xA4\xC3\xB6\nmodules: { \"sh\xC3\xB6p\": { store: a }, blog: { store: a } }\n",
     "# \xC3\xA4\xC3\xB6\nmodules: { \"sh\xC3\xB6p\": { store: a }, blog: { store: b } }\n"},
    {"modules:\n  blog:\n    store: ${WHERE:-a}\n", NULL},
    {"modules:\n  blog: {store: >\n   a}\n", NULL},
    {"modules:\n  blog: { store: &x a }\n", NULL},
};

static const placing_case json_cases[] = {
    {"{\"stores\":{\"a\":\"x\"},\"modules\":{\"blog\":{\"store\":\"a\"}}}",
     "{\"stores\":{\"a\":\"x\"},\"modules\":{\"blog\":{\"store\":\"b\"}}}"},
    {"{\"stores\":{\"a\":\"x\"}}", "{ \"modules\": { \"blog\": { \"store\": \"b\" } },\"stores\":{\"a\":\"x\"}}"},
    {"{\"modules\":{\"shop\":{}}}", "{\"modules\":{ \"blog\": { \"store\": \"b\" },\"shop\":{}}}"},
};

static void check_case(const char *directory, const char *name, const placing_case *c)
{
    weft_arena arena;
    weft_placing placing = {0};
    weft_error error = {0};
    weft_arena_init(&arena, NULL, 0);
    assert_true(test_file_write(directory, name, c->before));
    const weft_code code = weft_placing_make(directory, WEFT_STR("blog"), WEFT_STR("b"), &arena, &placing, &error);
    if (!c->after) {
        if (code == WEFT_OK) {
            fail_msg("not refused: %s\ngave: %.*s", c->before, WEFT_STR_ARG(placing.after));
        }
        weft_arena_done(&arena);
        return;
    }
    if (code != WEFT_OK) {
        fail_msg("%s: %s", c->before, error.message);
    }
    assert_str_equal(placing.after, c->after);
    assert_str_equal(placing.before, c->before);
    weft_arena_done(&arena);
}

static void one_place_changes(void **state)
{
    char directory[512];
    (void)state;
    assert_true(test_directory_temporary(directory, sizeof(directory)));
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        check_case(directory, "weft.yaml", &cases[i]);
    }
    test_directory_remove(directory);
    assert_true(test_directory_temporary(directory, sizeof(directory)));
    for (size_t i = 0; i < sizeof(json_cases) / sizeof(*json_cases); i++) {
        check_case(directory, "weft.json", &json_cases[i]);
    }
    test_directory_remove(directory);
}

static void it_is_written_over_what_it_was_made_from(void **state)
{
    char directory[512];
    char path[600];
    struct stat found;
    weft_arena arena;
    weft_placing placing = {0};
    weft_error error = {0};
    (void)state;
    weft_arena_init(&arena, NULL, 0);
    assert_true(test_directory_temporary(directory, sizeof(directory)));
    assert_true(test_file_write(directory, "weft.yaml", "modules:\n  blog: { store: a }\n"));
    (void)snprintf(path, sizeof(path), "%s/weft.yaml", directory);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(weft_placing_make(directory, WEFT_STR("blog"), WEFT_STR("b"), &arena, &placing, &error), WEFT_OK);
    assert_true(test_file_write(directory, "weft.yaml", "modules:\n  blog: { store: c }\n"));
    assert_int_equal(weft_placing_write(&placing, &arena, &error), WEFT_DRIFTED);
    assert_true(test_file_write(directory, "weft.yaml", "modules:\n  blog: { store: a }\n"));
    assert_int_equal(weft_placing_write(&placing, &arena, &error), WEFT_OK);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 07777, 0600);
    assert_int_equal(weft_placing_make(directory, WEFT_STR("blog"), WEFT_STR("a"), &arena, &placing, &error), WEFT_OK);
    assert_str_equal(placing.before, "modules:\n  blog: { store: b }\n");
    weft_arena_done(&arena);
    test_directory_remove(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_place_changes),
        cmocka_unit_test(it_is_written_over_what_it_was_made_from),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
