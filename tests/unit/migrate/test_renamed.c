/* A schema under its new names: what stands for the column or table is renamed, what is only called so is not. */
#include "migrate/renamed.h"

#include "support/tap.h"

#define TEXT(literal)                                                                                                  \
    {                                                                                                                  \
        (literal), sizeof(literal) - 1                                                                                 \
    }

static const weft_str text_name[] = {TEXT("text")};
static const weft_str id_name[] = {TEXT("id")};

static const weft_schema_column item_columns[] = {{.name = TEXT("id")}, {.name = TEXT("text")}, {.name = TEXT("up")}};

static const weft_schema_index item_indexes[] = {{
    .name = TEXT("text"),
    .columns = text_name,
    .column_count = 1,
    .where_sql = TEXT("text(up) <> \"Text\"::text AND up COLLATE text > 'text'"),
    .sql = TEXT("CREATE INDEX text ON public.item (text) WHERE \"text\" <> ''"),
}};

static const weft_schema_check item_checks[] = {{.name = TEXT("text"), .expression = TEXT("CAST(text AS text) <> ''")}};

static const weft_schema_foreign_key item_keys[] = {
    {.columns = text_name, .target_columns = id_name, .column_count = 1, .target_table = TEXT("item")}};

static const weft_schema_foreign_key part_keys[] = {
    {.columns = text_name, .target_columns = text_name, .column_count = 1, .target_table = TEXT("item")}};

static const weft_schema_trigger item_triggers[] = {
    {.name = TEXT("t"), .sql = TEXT("CREATE TRIGGER t AFTER INSERT ON item BEGIN SELECT 1; END")}};

static void make_tables(weft_schema_table tables[2])
{
    tables[0] = (weft_schema_table){
        .name = WEFT_STR("item"),
        .columns = item_columns,
        .column_count = 3,
        .indexes = item_indexes,
        .index_count = 1,
        .checks = item_checks,
        .check_count = 1,
        .foreign_keys = item_keys,
        .foreign_key_count = 1,
        .triggers = item_triggers,
        .trigger_count = 1,
        .sql = WEFT_STR("CREATE TABLE item (id TEXT PRIMARY KEY, text TEXT CONSTRAINT text CHECK (text <> ''), up TEXT "
                        "REFERENCES other (text), FOREIGN KEY (text) REFERENCES item (text), CHECK (length(text) > 1)) "
                        "STRICT"),
    };
    tables[1] = (weft_schema_table){
        .name = WEFT_STR("part"),
        .foreign_keys = part_keys,
        .foreign_key_count = 1,
        .sql = WEFT_STR("CREATE TABLE part (text TEXT REFERENCES \"item\" (text))"),
    };
}

static void test_a_column(void **state)
{
    (void)state;
    weft_arena arena;
    weft_schema_table tables[2];
    weft_arena_init(&arena, NULL, 0);
    weft_maker maker = {.keep = &arena};
    make_tables(tables);
    weft_renamed_column(&maker, tables, 2, 0, WEFT_STR("text"), WEFT_STR("body"));
    assert_str_equal(tables[0].columns[1].name, "body");
    assert_str_equal(tables[0].indexes[0].name, "text");
    assert_str_equal(tables[0].indexes[0].columns[0], "body");
    assert_str_equal(tables[0].indexes[0].where_sql, "text(up) <> \"body\"::text AND up COLLATE text > 'text'");
    assert_str_equal(tables[0].indexes[0].sql, "CREATE INDEX text ON public.item (\"body\") WHERE \"body\" <> ''");
    assert_str_equal(tables[0].checks[0].expression, "CAST(\"body\" AS text) <> ''");
    assert_str_equal(tables[0].foreign_keys[0].columns[0], "body");
    assert_str_equal(tables[0].foreign_keys[0].target_columns[0], "id");
    assert_str_equal(tables[0].sql,
                     "CREATE TABLE item (id TEXT PRIMARY KEY, \"body\" TEXT CONSTRAINT text CHECK (\"body\" <> ''), up "
                     "TEXT REFERENCES other (text), FOREIGN KEY (\"body\") REFERENCES item (\"body\"), CHECK "
                     "(length(\"body\") > 1)) STRICT");
    assert_str_equal(tables[1].foreign_keys[0].columns[0], "text");
    assert_str_equal(tables[1].foreign_keys[0].target_columns[0], "body");
    weft_arena_done(&arena);
}

static void test_a_table(void **state)
{
    (void)state;
    weft_arena arena;
    weft_schema_table tables[2];
    weft_arena_init(&arena, NULL, 0);
    weft_maker maker = {.keep = &arena};
    make_tables(tables);
    weft_renamed_table(&maker, tables, 2, 0, WEFT_STR("thing"));
    assert_str_equal(tables[0].name, "thing");
    assert_str_equal(tables[0].indexes[0].sql, "CREATE INDEX text ON public.\"thing\" (text) WHERE \"text\" <> ''");
    assert_str_equal(tables[0].triggers[0].sql, "CREATE TRIGGER t AFTER INSERT ON \"thing\" BEGIN SELECT 1; END");
    assert_str_equal(tables[0].foreign_keys[0].target_table, "thing");
    assert_str_equal(tables[0].sql,
                     "CREATE TABLE \"thing\" (id TEXT PRIMARY KEY, text TEXT CONSTRAINT text CHECK (text <> ''), up "
                     "TEXT REFERENCES other (text), FOREIGN KEY (text) REFERENCES \"thing\" (text), CHECK "
                     "(length(text) > 1)) STRICT");
    assert_str_equal(tables[1].foreign_keys[0].target_table, "thing");
    assert_str_equal(tables[1].sql, "CREATE TABLE part (text TEXT REFERENCES \"thing\" (text))");
    weft_arena_done(&arena);
}

/* A store that keeps no texts has nothing to rewrite. */
static void test_without_texts(void **state)
{
    (void)state;
    weft_arena arena;
    weft_schema_table table = {.name = WEFT_STR("item"), .columns = item_columns, .column_count = 3};
    weft_arena_init(&arena, NULL, 0);
    weft_maker maker = {.keep = &arena};
    weft_renamed_table(&maker, &table, 1, 0, WEFT_STR("thing"));
    weft_renamed_column(&maker, &table, 1, 0, WEFT_STR("up"), WEFT_STR("down"));
    assert_str_equal(table.name, "thing");
    assert_str_equal(table.columns[2].name, "down");
    assert_int_equal(table.sql.len, 0);
    weft_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_column), cmocka_unit_test(test_a_table), cmocka_unit_test(test_without_texts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
