/* LIKE means the same in every store: PostgreSQL's operators and SQLite's functions are each held against our own
 * matcher, over the same generated values and patterns. */
#include <string.h>

#include "contract/store/fixture.h"
#include "store/like.h"

enum { PAIRS = 600 };

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 16;
}

/* Few different characters, so that many pairs match. No lone backslash at the end of a pattern. */
static weft_str make_text(store_fixture *f, uint32_t *seed, bool is_pattern)
{
    static const char *const of_values[] = {"a", "a", "a", "A", "\xc3\xa9", "%", "_", "\\"};
    static const char *const of_patterns[] = {
        "a", "a", "A", "_", "_", "%", "%", "%_", "_%", "\xc3\xa9", "\\%", "\\_", "\\a", "\\\\"};
    weft_buf buf;
    weft_buf_init_arena(&buf, &f->arena);
    weft_buf_add(&buf, "", 0);
    const uint32_t len = next_random(seed) % (is_pattern ? 5 : 6);
    for (uint32_t i = 0; i < len; i++) {
        weft_buf_add_text(&buf,
                          is_pattern ? of_patterns[next_random(seed) % WEFT_COUNT_OF(of_patterns)]
                                     : of_values[next_random(seed) % WEFT_COUNT_OF(of_values)]);
    }
    return weft_buf_str(&buf);
}

static const char *question(const store_fixture *f)
{
    return fixture_is_postgres(f) ? "SELECT $1::text COLLATE \"C\" LIKE $2, $1::text COLLATE \"C\" ILIKE $2"
                                  : "SELECT weft_like($1, $2), weft_ilike($1, $2)";
}

static void test_like(void **state)
{
    store_fixture *f = *state;
    uint32_t seed = 20260101;
    size_t matches = 0;
    for (size_t i = 0; i < PAIRS; i++) {
        const weft_str value = make_text(f, &seed, false);
        const weft_str pattern = make_text(f, &seed, true);
        const weft_param params[] = {{.type = WEFT_VALUE_TEXT, .value = {.kind = WEFT_VALUE_TEXT, .as.text = value}},
                                     {.type = WEFT_VALUE_TEXT, .value = {.kind = WEFT_VALUE_TEXT, .as.text = pattern}}};
        const bool is_like = weft_like_match(value, pattern, false) == WEFT_LIKE_YES;
        const bool is_ilike = weft_like_match(value, pattern, true) == WEFT_LIKE_YES;
        const weft_statement statement = fixture_statement(f, question(f), "bb", params, 2);
        const char expected[] = {is_like ? 't' : 'f', '|', is_ilike ? 't' : 'f', '\0'};
        assert_ok(f, fixture_ask(f, f->connection, &statement));
        if (!weft_str_equal_text(weft_buf_str(&f->answer), expected)) {
            fail_msg("\"%.*s\" like \"%.*s\": got %.*s, wanted %s",
                     WEFT_STR_ARG(value),
                     WEFT_STR_ARG(pattern),
                     WEFT_STR_ARG(weft_buf_str(&f->answer)),
                     expected);
        }
        matches += is_ilike;
    }
    assert_in_range(matches, PAIRS / 10, PAIRS - PAIRS / 10);
}

static void test_like_of_null(void **state)
{
    store_fixture *f = *state;
    const weft_param params[] = {param_null(WEFT_VALUE_TEXT), param_of(value_of(WEFT_VALUE_TEXT, "%"))};
    const weft_param swapped[] = {params[1], params[0]};
    assert_rows_with(f, question(f), "bb", params, 2, "-|-");
    assert_rows_with(f, question(f), "bb", swapped, 2, "-|-");
}

static void test_a_lone_backslash(void **state)
{
    store_fixture *f = *state;
    const weft_param params[] = {param_of(value_of(WEFT_VALUE_TEXT, "a")), param_of(value_of(WEFT_VALUE_TEXT, "a\\"))};
    const weft_statement statement = fixture_statement(f, question(f), "bb", params, 2);
    assert_code(f, fixture_ask(f, f->connection, &statement), fixture_is_postgres(f) ? WEFT_OK : WEFT_STORE_ERROR);
}

static const store_test tests[] = {
    {.name = "like", .function = test_like},
    {.name = "like of NULL", .function = test_like_of_null},
    {.name = "a lone backslash", .function = test_a_lone_backslash, .sqlite_only = true},
};
const store_area store_area_like = {tests, WEFT_COUNT_OF(tests)};
