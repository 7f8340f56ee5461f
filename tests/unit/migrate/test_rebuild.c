/* Rebuilding a table: its text edited, the rest of it kept. */
#include "migrate/rebuild.h"

#include "support/tap.h"

#define TEXT(literal)                                                                                                  \
    {                                                                                                                  \
        (literal), sizeof(literal) - 1                                                                                 \
    }

static const weft_str item_columns_of_index[] = {TEXT("name")};

static const weft_schema_column item_columns[] = {
    {.name = TEXT("id")}, {.name = TEXT("name")}, {.name = TEXT("size")}, {.name = TEXT("twice")}};

static const weft_schema_index item_indexes[] = {
    {.name = TEXT("by_name"),
     .columns = item_columns_of_index,
     .column_count = 1,
     .sql = TEXT("CREATE INDEX by_name ON item (name)")},
    {.name = TEXT("sqlite_autoindex_item_1"), .is_unique = true, .is_primary = true},
};

static const weft_schema_trigger item_triggers[] = {
    {.name = TEXT("t"), .sql = TEXT("CREATE TRIGGER t AFTER INSERT ON item BEGIN SELECT 1; END")}};

static weft_schema_table item(void)
{
    return (weft_schema_table){
        .name = WEFT_STR("item"),
        .columns = item_columns,
        .column_count = 4,
        .indexes = item_indexes,
        .index_count = 2,
        .triggers = item_triggers,
        .trigger_count = 1,
        .sql = WEFT_STR("CREATE TABLE item (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL DEFAULT 'x', size INTEGER,"
                        " twice INTEGER GENERATED ALWAYS AS (size * 2),"
                        " CONSTRAINT ok CHECK (name <> ''), CONSTRAINT fits CHECK (size > 0)) STRICT"),
    };
}

static weft_str rebuilt(weft_arena *arena, const weft_edit *edits, size_t count)
{
    weft_maker maker = {.keep = arena};
    weft_statements statements = {0};
    const weft_schema_table table = item();
    weft_rebuild(&maker, &table, edits, count, &statements);
    weft_buf buf;
    weft_buf_init_arena(&buf, arena);
    for (size_t i = 0; i < statements.count; i++) {
        weft_buf_add_format(&buf, "%.*s\n", WEFT_STR_ARG(statements.items[i]));
    }
    return weft_buf_str(&buf);
}

static void test_several_edits(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    const weft_edit edits[] = {
        {WEFT_EDIT_SET_NULLABLE, WEFT_STR("name"), WEFT_STR(""), {NULL, 0}},
        {WEFT_EDIT_SET_DEFAULT, WEFT_STR("name"), WEFT_STR("'y'"), {NULL, 0}},
        {WEFT_EDIT_SET_TYPE, WEFT_STR("size"), WEFT_STR("REAL"), WEFT_STR("size / 2.0")},
        {WEFT_EDIT_SET_NOT_NULL, WEFT_STR("size"), WEFT_STR(""), {NULL, 0}},
        {WEFT_EDIT_ADD_COLUMN, WEFT_STR("more"), WEFT_STR("\"more\" TEXT DEFAULT (1 + 1)"), {NULL, 0}},
        {WEFT_EDIT_SET_CONSTRAINT, WEFT_STR("fits"), WEFT_STR("CONSTRAINT \"fits\" CHECK (size > 1)"), {NULL, 0}},
    };
    assert_str_equal(rebuilt(&arena, edits, 6),
                     "PRAGMA legacy_alter_table = ON\n"
                     "CREATE TABLE \"weft_new_item\" (\n"
                     "  id TEXT NOT NULL PRIMARY KEY,\n"
                     "  name TEXT DEFAULT 'y',\n"
                     "  size REAL NOT NULL,\n"
                     "  twice INTEGER GENERATED ALWAYS AS (size * 2),\n"
                     "  \"more\" TEXT DEFAULT (1 + 1),\n"
                     "  CONSTRAINT ok CHECK (name <> ''),\n"
                     "  CONSTRAINT \"fits\" CHECK (size > 1)\n"
                     ") STRICT\n"
                     "INSERT INTO \"weft_new_item\" (\"id\", \"name\", \"size\") SELECT \"id\", \"name\","
                     " size / 2.0 FROM \"item\"\n"
                     "DROP TABLE \"item\"\n"
                     "ALTER TABLE \"weft_new_item\" RENAME TO \"item\"\n"
                     "PRAGMA legacy_alter_table = OFF\n"
                     "CREATE INDEX by_name ON item (name)\n"
                     "CREATE TRIGGER t AFTER INSERT ON item BEGIN SELECT 1; END\n");
    weft_arena_done(&arena);
}

static void test_dropping_a_column(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    const weft_edit edit = {WEFT_EDIT_DROP_COLUMN, WEFT_STR("name"), WEFT_STR(""), {NULL, 0}};
    assert_str_equal(rebuilt(&arena, &edit, 1),
                     "PRAGMA legacy_alter_table = ON\n"
                     "CREATE TABLE \"weft_new_item\" (\n"
                     "  id TEXT NOT NULL PRIMARY KEY,\n"
                     "  size INTEGER,\n"
                     "  twice INTEGER GENERATED ALWAYS AS (size * 2),\n"
                     "  CONSTRAINT fits CHECK (size > 0)\n"
                     ") STRICT\n"
                     "INSERT INTO \"weft_new_item\" (\"id\", \"size\") SELECT \"id\", \"size\" FROM \"item\"\n"
                     "DROP TABLE \"item\"\n"
                     "ALTER TABLE \"weft_new_item\" RENAME TO \"item\"\n"
                     "PRAGMA legacy_alter_table = OFF\n"
                     "CREATE TRIGGER t AFTER INSERT ON item BEGIN SELECT 1; END\n");
    weft_arena_done(&arena);
}

static void test_checks_in_a_text(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_maker maker = {.keep = &arena};
    weft_text_checks checks = {0};
    weft_table_text_checks(&maker,
                           WEFT_STR("CREATE TABLE t (a INT CHECK (a > (0)), b INT CONSTRAINT n CHECK (b IN (1)),"
                                    " CONSTRAINT \"m\" CHECK (a < b), FOREIGN KEY (a) REFERENCES u (\"check\"))"),
                           &checks);
    assert_int_equal(checks.count, 3);
    assert_str_equal(checks.items[0].name, "");
    assert_str_equal(checks.items[0].expression, "a > (0)");
    assert_str_equal(checks.items[1].name, "n");
    assert_str_equal(checks.items[2].name, "m");
    assert_str_equal(checks.items[2].expression, "a < b");
    weft_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_several_edits),
        cmocka_unit_test(test_dropping_a_column),
        cmocka_unit_test(test_checks_in_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
