/* Plans from definitions and a schema: DDL of both dialects, order, printing, and memory running out. */
#include "migrate/migrate.h"

#include <string.h>

#include "support/alloc.h"
#include "support/catalog.h"
#include "support/tap.h"

#define TEXT(literal)                                                                                                  \
    {                                                                                                                  \
        (literal), sizeof(literal) - 1                                                                                 \
    }

#define WEFT_YAML_POSTGRES "stores: { default: \"postgres:///none\" }\n"
#define WEFT_YAML_MEDUSA   "stores: { default: \"postgres:///none\" }\nlinks: { store: default, naming: medusa }\n"
#define WEFT_YAML_SQLITE   "stores: { default: \"sqlite::memory:\" }\n"

static const char *const product =
    "module: product\nmodels:\n  product:\n    fields: { id: { type: id, prefix: prod }, title: text }\n";
static const char *const blog =
    "module: blog\nmodels:\n  blog_post:\n    fields: { id: id, status: { type: enum, values: [draft, it's] } }\n";
static const char *const link_file =
    "left: { linkable: product.product, isList: true }\nright: { linkable: blog.blog_post, isList: false }\n";

static const weft_catalog *catalog_of(weft_arena *arena, const char *project)
{
    const char *const files[][2] = {{"weft.yaml", project},
                                    {"src/modules/product/module.yaml", product},
                                    {"src/modules/blog/module.yaml", blog},
                                    {"src/links/product-blog.yaml", link_file},
                                    {NULL, NULL}};
    return test_catalog(arena, files);
}

static const weft_schema no_schema;

static weft_migration_plan *plan_of(weft_arena *arena,
                                    const weft_catalog *catalog,
                                    weft_migration_scope scope,
                                    const weft_schema *schema)
{
    const weft_store_present present = {.schema = schema};
    weft_migration_plan *plan = NULL;
    assert_int_equal(weft_migration_plan_make(catalog, scope, &present, arena, &plan, NULL), WEFT_OK);
    return plan;
}

static void assert_link_ddl(const char *project, const char *const *expected, size_t count)
{
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_migration_plan *plan = plan_of(&arena, catalog_of(&arena, project), WEFT_MIGRATE_LINKS, &no_schema);
    assert_int_equal(plan->action_count, 1);
    const weft_action *action = &plan->actions[0];
    assert_int_equal(action->kind, WEFT_ACTION_CREATE);
    assert_true(action->is_safe);
    assert_int_equal(action->statement_count, count);
    for (size_t i = 0; i < count; i++) {
        assert_str_equal(action->statements[i], expected[i]);
    }
    weft_arena_done(&arena);
}

static void test_link_table_of_postgres(void **state)
{
    (void)state;
    const char *const expected[] = {
        "CREATE TABLE \"product_product_blog_post\" (\n"
        "  \"id\" VARCHAR NOT NULL PRIMARY KEY,\n"
        "  \"product_id\" VARCHAR COLLATE \"C\" NOT NULL,\n"
        "  \"blog_post_id\" VARCHAR COLLATE \"C\" NOT NULL,\n"
        "  \"created_at\" TIMESTAMPTZ NOT NULL DEFAULT now(),\n"
        "  \"updated_at\" TIMESTAMPTZ NOT NULL DEFAULT now(),\n"
        "  \"deleted_at\" TIMESTAMPTZ\n"
        ")",
        "CREATE UNIQUE INDEX \"idx_product_blog_post_product_id_blog_post_id_un-34e10f558\" ON"
        " \"product_product_blog_post\" (\"product_id\", \"blog_post_id\") INCLUDE (\"deleted_at\")",
        "CREATE INDEX \"IDX_product_product_blog_post_blog_post_id_product_id\" ON \"product_product_blog_post\""
        " (\"blog_post_id\", \"product_id\") INCLUDE (\"deleted_at\")",
        "CREATE UNIQUE INDEX \"IDX_product_product_blog_post_product_id_unique\" ON \"product_product_blog_post\""
        " (\"product_id\") WHERE \"deleted_at\" IS NULL",
    };
    assert_link_ddl(WEFT_YAML_POSTGRES, expected, 4);
}

static void test_link_table_of_sqlite(void **state)
{
    (void)state;
    const char *const expected[] = {
        "CREATE TABLE \"product_product_blog_post\" (\n"
        "  \"id\" TEXT NOT NULL PRIMARY KEY,\n"
        "  \"product_id\" TEXT NOT NULL,\n"
        "  \"blog_post_id\" TEXT NOT NULL,\n"
        "  \"created_at\" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),\n"
        "  \"updated_at\" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),\n"
        "  \"deleted_at\" TEXT\n"
        ")",
        "CREATE UNIQUE INDEX \"idx_product_blog_post_product_id_blog_post_id_un-34e10f558\" ON"
        " \"product_product_blog_post\" (\"product_id\", \"blog_post_id\")",
        "CREATE INDEX \"idx_product_blog_post_product_id_blog_post_id_de-363e189a4\" ON"
        " \"product_product_blog_post\" (\"product_id\", \"blog_post_id\", \"deleted_at\")",
        "CREATE INDEX \"IDX_product_product_blog_post_blog_post_id_product_id\" ON \"product_product_blog_post\""
        " (\"blog_post_id\", \"product_id\", \"deleted_at\")",
        "CREATE UNIQUE INDEX \"IDX_product_product_blog_post_product_id_unique\" ON \"product_product_blog_post\""
        " (\"product_id\") WHERE \"deleted_at\" IS NULL",
    };
    assert_link_ddl(WEFT_YAML_SQLITE, expected, 5);
}

/* Reference §5.2–5.4, with the cardinality that Medusa leaves out. */
static void test_link_table_of_medusa(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_migration_plan *plan = plan_of(&arena, catalog_of(&arena, WEFT_YAML_MEDUSA), WEFT_MIGRATE_LINKS, &no_schema);
    const weft_action *action = &plan->actions[0];
    assert_str_equal(action->statements[0],
                     "CREATE TABLE \"product_product_blog_blog_post\" (\n"
                     "  \"product_id\" VARCHAR(255) NOT NULL,\n"
                     "  \"blog_post_id\" VARCHAR(255) NOT NULL,\n"
                     "  \"id\" VARCHAR(255) NOT NULL,\n"
                     "  \"created_at\" TIMESTAMPTZ NOT NULL DEFAULT now(),\n"
                     "  \"updated_at\" TIMESTAMPTZ NOT NULL DEFAULT now(),\n"
                     "  \"deleted_at\" TIMESTAMPTZ,\n"
                     "  CONSTRAINT \"product_product_blog_blog_post_pkey\" PRIMARY KEY (\"product_id\","
                     " \"blog_post_id\")\n"
                     ")");
    assert_int_equal(action->statement_count, 6);
    weft_arena_done(&arena);
}

static void test_plans_print_and_repeat(void **state)
{
    (void)state;
    weft_arena arena;
    weft_buf text;
    weft_buf json;
    weft_buf again;
    weft_arena_init(&arena, NULL, 0);
    weft_buf_init_arena(&text, &arena);
    weft_buf_init_arena(&json, &arena);
    weft_buf_init_arena(&again, &arena);
    const weft_catalog *catalog = catalog_of(&arena, WEFT_YAML_SQLITE);
    weft_migration_plan *plan = plan_of(&arena, catalog, WEFT_MIGRATE_ALL, &no_schema);
    weft_migration_plan_print(plan_of(&arena, catalog, WEFT_MIGRATE_LINKS, &no_schema), false, &text);
    assert_str_equal(weft_buf_str(&text),
                     "store default\n"
                     "    create product_product_blog_post: link product_blog_post with 6 columns, 4"
                     " indexes\n");
    weft_migration_plan_write_json(plan, &json);
    weft_migration_plan_write_json(plan_of(&arena, catalog, WEFT_MIGRATE_ALL, &no_schema), &again);
    assert_string_equal(json.data, again.data);
    json_t *value = json_loads(json.data, 0, NULL);
    assert_non_null(value);
    assert_int_equal(json_integer_value(json_object_get(value, "pending")), 4);
    assert_int_equal(json_integer_value(json_object_get(value, "unsafe")), 0);
    json_decref(value);
    weft_arena_done(&arena);
}

/* Two tables that need each other: the second foreign key waits until both are there. */
static void test_cycles_of_foreign_keys(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    const char *const files[][2] = {
        {"weft.yaml", WEFT_YAML_POSTGRES},
        {"src/modules/m/module.yaml",
         "module: m\nmodels:\n"
         "  a: { fields: { id: id }, relations: { b: { belongsTo: b, nullable: true } } }\n"
         "  b: { fields: { id: id }, relations: { a: { belongsTo: a, nullable: true } } }\n"},
        {NULL, NULL}};
    weft_migration_plan *plan = plan_of(&arena, test_catalog(&arena, files), WEFT_MIGRATE_ALL, &no_schema);
    assert_int_equal(plan->action_count, 4);
    assert_str_equal(plan->actions[0].table, "b");
    assert_null(strstr(plan->actions[0].statements[0].data, "REFERENCES"));
    assert_str_equal(plan->actions[1].table, "a");
    assert_non_null(strstr(plan->actions[1].statements[0].data, "REFERENCES \"b\""));
    assert_str_equal(plan->actions[2].table, "weft_deletions");
    assert_int_equal(plan->actions[3].kind, WEFT_ACTION_ALTER);
    assert_str_equal(plan->actions[3].statements[0],
                     "ALTER TABLE \"b\" ADD CONSTRAINT \"b_a_id_foreign\" FOREIGN KEY (\"a_id\") REFERENCES \"a\""
                     " (\"id\") ON UPDATE CASCADE ON DELETE SET NULL");
    weft_arena_done(&arena);
}

/* A product table that differs in all that can differ. */
static const weft_schema_column odd_columns[] = {
    {.name = TEXT("id"), .type = TEXT("text"), .key_position = 1},
    {.name = TEXT("title"), .type = TEXT("integer"), .is_nullable = true, .default_sql = TEXT("1")},
    {.name = TEXT("gone"), .type = TEXT("text")},
};
static const weft_schema_index odd_indexes[] = {
    {.name = TEXT("IDX_product_title_unique"),
     .columns = &odd_columns[1].name,
     .column_count = 1,
     .is_unique = true,
     .sql = TEXT("CREATE UNIQUE INDEX \"IDX_product_title_unique\" ON product (title)")}};
static const weft_schema_table odd_table = {
    .name = TEXT("product"),
    .columns = odd_columns,
    .column_count = 3,
    .indexes = odd_indexes,
    .index_count = 1,
    .sql = TEXT("CREATE TABLE product (id text NOT NULL PRIMARY KEY, title integer DEFAULT 1, gone text NOT NULL)")};
static const weft_schema odd_schema = {.tables = &odd_table, .table_count = 1};
static const weft_str odd_made[] = {TEXT("product")};

/* One attempt with memory failing at the nth request, `padding` bytes into the first piece of it. */
static bool try_plan(const weft_catalog *catalog, size_t nth, size_t padding)
{
    test_alloc alloc;
    weft_arena keep;
    weft_migration_plan *plan = NULL;
    const weft_store_present present = {.schema = &odd_schema, .made = odd_made, .made_count = 1};
    test_alloc_init(&alloc, nth);
    weft_arena_init(&keep, &alloc.allocator, 0);
    weft_code code = weft_arena_alloc(&keep, padding) ? WEFT_OK : WEFT_NO_MEMORY;
    if (code == WEFT_OK) {
        code = weft_migration_plan_make(catalog, WEFT_MIGRATE_ALL, &present, &keep, &plan, NULL);
    }
    weft_arena_done(&keep);
    assert_true(test_alloc_done(&alloc));
    assert_int_equal(code, alloc.has_failed ? WEFT_NO_MEMORY : WEFT_OK);
    return !alloc.has_failed;
}

/* The same table, renamed with its columns. */
static const weft_catalog *renamed_catalog_of(weft_arena *arena, const char *project)
{
    const char *const files[][2] = {{"weft.yaml", project},
                                    {"src/modules/product/module.yaml",
                                     "module: product\nmodels:\n  item:\n    renamedFrom: product\n    fields:\n"
                                     "      key: { type: id, renamedFrom: id }\n      headline: { type: text, "
                                     "renamedFrom: title, unique: true }\n"},
                                    {NULL, NULL}};
    return test_catalog(arena, files);
}

static void test_a_rename_and_what_comes_after_it(void **state)
{
    (void)state;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    const weft_catalog *catalog = renamed_catalog_of(&arena, WEFT_YAML_POSTGRES);
    weft_migration_plan *plan = plan_of(&arena, catalog, WEFT_MIGRATE_ALL, &odd_schema);
    const weft_action *action = plan->actions;
    assert_str_equal(action->statements[0], "ALTER TABLE \"product\" RENAME TO \"item\"");
    assert_str_equal((++action)->statements[0], "ALTER TABLE \"item\" RENAME COLUMN \"id\" TO \"key\"");
    assert_str_equal((++action)->statements[0], "ALTER TABLE \"item\" RENAME COLUMN \"title\" TO \"headline\"");
    while (action->kind != WEFT_ACTION_ALTER) {
        action++;
    }
    assert_str_equal(action->summary, "change type of column headline from integer to TEXT COLLATE \"C\"");
    assert_str_equal(action[1].count_sql,
                     "SELECT count(*) FROM (SELECT \"id\" AS \"key\", \"title\" AS \"headline\", \"gone\" AS "
                     "\"gone\" FROM \"product\") AS \"item\" WHERE \"headline\" IS NULL");
    assert_int_equal(plan->table_fingerprint_count, 1);
    assert_str_equal(plan->table_fingerprints[0].table, "product");
    weft_arena_done(&arena);
}

static void test_memory_runs_out(void **state)
{
    (void)state;
    static const char *const projects[] = {WEFT_YAML_POSTGRES, WEFT_YAML_SQLITE};
    for (size_t i = 0; i < 4; i++) {
        weft_arena arena;
        weft_arena_init(&arena, NULL, 0);
        const weft_catalog *catalog =
            i < 2 ? catalog_of(&arena, projects[i]) : renamed_catalog_of(&arena, projects[i - 2]);
        for (size_t padding = 0; padding < 4096; padding += 80) {
            for (size_t nth = 1; !try_plan(catalog, nth, padding); nth++) {
            }
        }
        weft_arena_done(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_link_table_of_postgres),
        cmocka_unit_test(test_link_table_of_sqlite),
        cmocka_unit_test(test_link_table_of_medusa),
        cmocka_unit_test(test_plans_print_and_repeat),
        cmocka_unit_test(test_cycles_of_foreign_keys),
        cmocka_unit_test(test_a_rename_and_what_comes_after_it),
        cmocka_unit_test(test_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
