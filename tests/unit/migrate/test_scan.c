/* The scanner of SQL that stores print, and CREATE TABLE texts taken apart. */
#include "migrate/scan.h"

#include "migrate/tabletext.h"
#include "support/tap.h"

static void assert_tokens(const char *sql, const char *expected)
{
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_buf buf;
    weft_buf_init_arena(&buf, &arena);
    size_t at = 0;
    for (weft_token token = weft_token_next(weft_str_from(sql), &at); token.kind != WEFT_TOKEN_END;
         token = weft_token_next(weft_str_from(sql), &at)) {
        weft_buf_add_format(&buf, "%c<%.*s>", " wnsd."[token.kind], WEFT_STR_ARG(token.text));
    }
    assert_str_equal(weft_buf_str(&buf), expected);
    weft_arena_done(&arena);
}

static void test_tokens(void **state)
{
    (void)state;
    assert_tokens("", "");
    assert_tokens("  -- only this", "");
    assert_tokens("a/* b */\"c d\"", "w<a>n<\"c d\">");
    assert_tokens("'it''s' E'x' 12.5e-7", "s<'it''s'>s<E'x'>d<12.5e-7>");
    assert_tokens("(a>=1)::text[]", ".<(>w<a>.<>=>d<1>.<)>.<::>w<text>.<[>.<]>");
    assert_tokens("[odd name] ARRAY['x'] b[1]", "n<[odd name]>w<ARRAY>.<[>s<'x'>.<]>w<b>.<[>d<1>.<]>");
    assert_tokens("'open", "s<'open>");
    assert_tokens("/* open", "");
}

static void test_values(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_maker maker = {.keep = &arena};
    size_t at = 0;
    const weft_str sql = WEFT_STR("'it''s' \"a\"\"b\" [c] Word");
    weft_token token = weft_token_next(sql, &at);
    assert_str_equal(weft_token_value(&token, &maker), "it's");
    token = weft_token_next(sql, &at);
    assert_str_equal(weft_token_value(&token, &maker), "a\"b");
    token = weft_token_next(sql, &at);
    assert_str_equal(weft_token_value(&token, &maker), "c");
    assert_true(weft_token_is_name(&token, WEFT_STR("C")));
    token = weft_token_next(sql, &at);
    assert_true(weft_token_is_word(&token, "wORD"));
    assert_true(weft_token_is_name(&token, WEFT_STR("word")));
    assert_false(weft_token_is_name(&token, WEFT_STR("wor")));
    weft_arena_done(&arena);
}

static void test_items_of_a_table(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_maker maker = {.keep = &arena};
    weft_table_text text;
    weft_table_text_read(
        &maker,
        WEFT_STR("CREATE TABLE \"t\" (\n  id TEXT -- the key\n , \"n m\" DECIMAL(10, 2) DEFAULT (1, 2),\n"
                 " CONSTRAINT c CHECK (a IN (1, 2)), UNIQUE (id)) STRICT, WITHOUT ROWID"),
        &text);
    assert_int_equal(text.items.count, 4);
    assert_str_equal(text.items.items[0].text, "id TEXT");
    assert_str_equal(text.items.items[1].name, "n m");
    assert_true(text.items.items[2].is_constraint);
    assert_str_equal(text.items.items[2].name, "c");
    assert_true(text.items.items[3].is_constraint);
    assert_int_equal(text.items.items[3].name.len, 0);
    assert_str_equal(text.tail, "STRICT, WITHOUT ROWID");
    weft_arena_done(&arena);
}

static void assert_parts(const char *column, const char *expected)
{
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_maker maker = {.keep = &arena};
    weft_column_parts parts = {0};
    weft_buf buf;
    weft_buf_init_arena(&buf, &arena);
    weft_column_parts_read(&maker, weft_str_from(column), &parts);
    for (size_t i = 0; i < parts.count; i++) {
        weft_buf_add_format(&buf, "%d<%.*s>", (int)parts.items[i].kind, WEFT_STR_ARG(parts.items[i].text));
    }
    assert_str_equal(weft_buf_str(&buf), expected);
    weft_arena_done(&arena);
}

static void test_parts_of_a_column(void **state)
{
    (void)state;
    assert_parts("id", "1<id>");
    assert_parts("id TEXT NOT NULL PRIMARY KEY", "1<id>2<TEXT>3<NOT NULL>7<PRIMARY KEY>");
    assert_parts("\"n\" NUMERIC(10, 2) DEFAULT NULL NULL", "1<\"n\">2<NUMERIC(10, 2)>5<DEFAULT NULL>4<NULL>");
    assert_parts("a REFERENCES b (c) ON DELETE SET NULL NOT DEFERRABLE DEFAULT (x + 'not null')",
                 "1<a>7<REFERENCES b (c) ON DELETE SET NULL NOT DEFERRABLE>5<DEFAULT (x + 'not null')>");
    assert_parts("a INT CONSTRAINT here NOT NULL CONSTRAINT \"is ok\" CHECK (a NOT NULL) COLLATE nocase",
                 "1<a>2<INT>3<CONSTRAINT here NOT NULL>6<CONSTRAINT \"is ok\" CHECK (a NOT NULL)>7<COLLATE nocase>");
    assert_parts("a INT GENERATED ALWAYS AS (b + 1) STORED", "1<a>2<INT>7<GENERATED ALWAYS AS (b + 1) STORED>");
    assert_parts("a REFERENCES b ON UPDATE SET DEFAULT", "1<a>7<REFERENCES b ON UPDATE SET DEFAULT>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_items_of_a_table),
        cmocka_unit_test(test_parts_of_a_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
