/* Migrating real stores: what is made, what is altered, what is kept, and that a second plan is empty. */
#include <pthread.h>
#include <string.h>

#include "contract/migrate_world.h"
#include "support/alloc.h"
#include "support/tap.h"

#define EVERYTHING                                                                                                     \
    "  blog_post:\n"                                                                                                   \
    "    fields:\n"                                                                                                    \
    "      id: { type: id, prefix: post }\n"                                                                           \
    "      title: { type: text, default: \"it's \\\"new\\\"\", searchable: true }\n"                                   \
    "      body: text?\n"                                                                                              \
    "      slug: { type: text, unique: true }\n"                                                                       \
    "      views: { type: number, default: -3, index: true }\n"                                                        \
    "      price: { type: bigNumber, default: \"12.50\" }\n"                                                           \
    "      weight: { type: float, default: 1.5e-7 }\n"                                                                 \
    "      is_hot: { type: boolean, default: true }\n"                                                                 \
    "      published_at: { type: dateTime, default: \"2026-01-02T03:04:05.678Z\" }\n"                                  \
    "      meta: { type: json, default: { b: [1, \"x\"], a: null } }\n"                                                \
    "      tags: { type: array, default: [\"a\", \"b c\", \"d\\\"e\", \"f'g\"] }\n"                                    \
    "      status: { type: enum, values: [draft, \"it's\"], default: draft, index: true }\n"                           \
    "      nothing: { type: json, nullable: true }\n"                                                                  \
    "      number_of: autoincrement\n"                                                                                 \
    "    relations:\n"                                                                                                 \
    "      comments: { hasMany: comment, mappedBy: post }\n"                                                           \
    "      cover: { hasOne: cover, mappedBy: post }\n"                                                                 \
    "      labels: { manyToMany: label }\n"                                                                            \
    "    cascades: { delete: [comments] }\n"                                                                           \
    "    indexes:\n"                                                                                                   \
    "      - { on: [title, views] }\n"                                                                                 \
    "      - { on: [views], unique: true, where: \"views BETWEEN 1 AND 5 OR is_hot\", name: odd }\n"                   \
    "    checks:\n"                                                                                                    \
    "      - \"views > -10 AND title <> 'x'\"\n"                                                                       \
    "      - { name: price_is_sane, expression: \"length(title) BETWEEN 1 AND 1000\" }\n"                              \
    "  comment:\n"                                                                                                     \
    "    fields: { id: id, body: text }\n"                                                                             \
    "    relations: { post: { belongsTo: blog_post }, parent: { belongsTo: comment, nullable: true } }\n"              \
    "  cover:\n"                                                                                                       \
    "    fields: { code: { type: text, primaryKey: true } }\n"                                                         \
    "    relations: { post: { belongsTo: blog_post, nullable: true } }\n"                                              \
    "  label:\n"                                                                                                       \
    "    fields: { id: id, name: text }\n"                                                                             \
    "    relations: { posts: { manyToMany: blog_post, mappedBy: labels } }\n"                                          \
    "  price_row:\n"                                                                                                   \
    "    fields: { region: { type: text, primaryKey: true }, sku: { type: text, primaryKey: true } }\n"                \
    "  tag:\n"                                                                                                         \
    "    fields: { number: { type: autoincrement, primaryKey: true }, name: text }\n"

#define LINK_EVERY                                                                                                     \
    "left: { linkable: shop.blog_post, isList: true, alias: article }\n"                                               \
    "right: { linkable: shop.label, isList: true, alias: sticker }\n"                                                  \
    "database:\n  extraColumns:\n    position: { type: number, default: 0 }\n    note: text?\n"

static weft_store_kind kind_of(void **state)
{
    return *(const weft_store_kind *)*state;
}

#define OPEN_WORLD(world)                                                                                              \
    migrate_world world;                                                                                               \
    if (!world_open(&world, kind_of(state))) {                                                                         \
        world_close(&world);                                                                                           \
        fail_msg("the store of this test cannot be had: is WEFT_TEST_POSTGRES set?");                                  \
    }

static void assert_contains(const char *text, const char *part)
{
    if (!strstr(text, part)) {
        fail_msg("\"%s\" is not in:\n%s", part, text);
    }
}

static void assert_nothing_pending(migrate_world *world)
{
    if (world_pending(world) != 0) {
        fail_msg("still pending:\n%s", world_plan_sql(world));
    }
}

static void test_second_plan_is_empty(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    world_define_shop(&world, EVERYTHING, LINK_EVERY);
    assert_int_not_equal(world_pending(&world), 0);
    assert_int_not_equal(world_apply(&world, false, &left), 0);
    assert_int_equal(left, 0);
    assert_nothing_pending(&world);
    assert_int_equal(world_apply(&world, false, &left), 0);
    world_close(&world);
}

/* Fields of one model "item" beside its id. */
static void define_item(migrate_world *world, const char *fields)
{
    const weft_str models = weft_str_format(&world->arena, "  item:\n    fields: { id: id, %s }\n", fields);
    world_define_shop(world, models.data, NULL);
}

static void make_items(migrate_world *world)
{
    define_item(world, "name: text, size: number");
    world_apply(world, false, NULL);
    world_sql(world, "INSERT INTO item (id, name, size) VALUES ('i1', 'one', 1), ('i2', 'two', 2), ('i3', 'two', 3)");
}

static void test_records_can_be_written(void **state)
{
    OPEN_WORLD(world);
    world_define_shop(&world, EVERYTHING, LINK_EVERY);
    world_apply(&world, false, NULL);
    world_sql(&world, "INSERT INTO blog_post (id, slug, number_of) VALUES ('p1', 's1', 1)");
    world_sql(&world, "INSERT INTO comment (id, body, post_id) VALUES ('c1', 'b', 'p1')");
    assert_int_not_equal(world_try_sql(&world, "INSERT INTO comment (id, body, post_id) VALUES ('c2', 'b', 'p2')"),
                         WEFT_OK);
    assert_int_not_equal(
        world_try_sql(&world, "INSERT INTO blog_post (id, slug, number_of, status) VALUES ('p2', 's2', 2, 'odd')"),
        WEFT_OK);
    assert_string_equal(world_sql(&world, "SELECT title FROM blog_post"), "it's \"new\"");
    world_close(&world);
}

static void test_columns_are_added(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    make_items(&world);
    define_item(&world,
                "name: text, size: number, note: text?, colour: { type: enum, values: [red, blue], default: red },"
                " made: { type: boolean, default: false, index: true }");
    assert_int_equal(world_pending(&world), 3);
    assert_int_equal(world_apply(&world, false, &left), 3);
    assert_int_equal(left, 0);
    assert_nothing_pending(&world);
    assert_string_equal(world_sql(&world, "SELECT colour FROM item"), "red\nred\nred");
    assert_int_not_equal(world_try_sql(&world, "UPDATE item SET colour = 'green'"), WEFT_OK);
    world_close(&world);
}

static void test_required_column_needs_a_default(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    make_items(&world);
    define_item(&world, "name: text, size: number, must: { type: text, unique: true }");
    assert_contains(world_plan_text(&world), "refused: existing rows would have no value");
    assert_contains(world_plan_text(&world), "(3 rows)");
    assert_int_equal(world_apply(&world, true, &left), 0);
    assert_int_equal(left, 1);
    world_sql(&world, "DELETE FROM item");
    assert_int_equal(world_apply(&world, false, &left), 1);
    assert_int_equal(left, 0);
    assert_nothing_pending(&world);
    world_close(&world);
}

static void test_unique_index_waits_for_duplicates(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    make_items(&world);
    define_item(&world, "name: { type: text, unique: true }, size: { type: number, unique: true }");
    assert_contains(world_plan_text(&world), "refused: values stand in more than one row; \"name\": two (2 rows)");
    assert_int_equal(world_apply(&world, true, &left), 1);
    assert_int_equal(left, 1);
    world_sql(&world, "UPDATE item SET name = 'three' WHERE id = 'i3'");
    assert_int_equal(world_apply(&world, false, &left), 1);
    assert_nothing_pending(&world);
    define_item(&world, "name: text, size: number");
    assert_int_equal(world_apply(&world, false, &left), 2);
    assert_nothing_pending(&world);
    world_sql(&world, "UPDATE item SET name = 'same'");
    world_close(&world);
}

static void test_nullability_and_defaults_change(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    make_items(&world);
    define_item(&world, "name: text?, size: { type: number, default: 7 }");
    assert_int_not_equal(world_apply(&world, false, &left), 0);
    assert_int_equal(left, 0);
    assert_nothing_pending(&world);
    world_sql(&world, "INSERT INTO item (id) VALUES ('i4')");
    assert_string_equal(world_sql(&world, "SELECT CAST(size AS text) FROM item WHERE id = 'i4'"), "7");
    define_item(&world, "name: text, size: number");
    assert_contains(world_plan_text(&world), "refused: rows have none; give them one first: i4 (1 row)");
    assert_int_equal(world_apply(&world, true, &left), 1);
    assert_int_equal(left, 1);
    world_sql(&world, "UPDATE item SET name = 'four' WHERE id = 'i4'");
    assert_int_equal(world_apply(&world, false, &left), 1);
    assert_nothing_pending(&world);
    assert_int_not_equal(world_try_sql(&world, "INSERT INTO item (id, size) VALUES ('i5', 1)"), WEFT_OK);
    assert_string_equal(world_sql(&world, "SELECT CAST(count(*) AS text) FROM item"), "4");
    world_close(&world);
}

static void test_types_change_when_allowed(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    define_item(&world, "name: { type: text, default: \"1\" }, size: number");
    world_apply(&world, false, NULL);
    world_sql(&world, "INSERT INTO item (id, name, size) VALUES ('i1', '11', 1), ('i2', '-2', 2)");
    define_item(&world, "name: { type: number, default: 1 }, size: float");
    assert_int_equal(world_apply(&world, false, &left), 0);
    assert_int_equal(left, 2);
    assert_contains(world_plan_text(&world), "unsafe: every value is converted");
    assert_int_equal(world_apply(&world, true, &left), 2);
    assert_int_equal(left, 0);
    assert_nothing_pending(&world);
    assert_string_equal(world_sql(&world, "SELECT CAST(name + 1 AS text) FROM item ORDER BY id"), "12\n-1");
    world_close(&world);
}

static void test_removed_columns_are_kept(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    make_items(&world);
    define_item(&world, "name: text");
    assert_contains(world_plan_text(&world), "unsafe: no definition has this column any more");
    assert_int_equal(world_apply(&world, false, &left), 1);
    assert_int_equal(left, 1);
    assert_string_equal(world_sql(&world, "SELECT CAST(size AS text) FROM item ORDER BY id"), "1\n2\n3");
    world_sql(&world, "INSERT INTO item (id, name) VALUES ('i4', 'four')");
    assert_int_equal(world_apply(&world, true, &left), 1);
    assert_nothing_pending(&world);
    assert_int_not_equal(world_try_sql(&world, "SELECT size FROM item"), WEFT_OK);
    assert_string_equal(world_sql(&world, "SELECT CAST(count(*) AS text) FROM item"), "4");
    world_close(&world);
}

static void test_others_columns_are_theirs(void **state)
{
    OPEN_WORLD(world);
    define_item(&world, "name: text");
    world_sql(&world,
              "CREATE TABLE item (id text NOT NULL PRIMARY KEY, name text NOT NULL, extra text DEFAULT 'x',"
              " created_at text, updated_at text, deleted_at text)");
    const char *plan = world_plan_text(&world);
    assert_null(strstr(plan, "extra"));
    world_close(&world);
}

static void test_enums_widen_and_narrow(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    define_item(&world, "colour: { type: enum, values: [red, blue] }");
    world_apply(&world, false, NULL);
    world_sql(&world, "INSERT INTO item (id, colour) VALUES ('i1', 'red'), ('i2', 'blue')");
    define_item(&world, "colour: { type: enum, values: [red, blue, green] }");
    assert_int_equal(world_apply(&world, false, &left), 1);
    assert_nothing_pending(&world);
    world_sql(&world, "INSERT INTO item (id, colour) VALUES ('i3', 'green')");
    define_item(&world, "colour: { type: enum, values: [red, green] }");
    assert_contains(world_plan_text(&world), "refused: rows break it: i2 (1 row)");
    assert_int_equal(world_apply(&world, true, &left), 0);
    world_sql(&world, "DELETE FROM item WHERE id = 'i2'");
    assert_int_equal(world_apply(&world, false, &left), 1);
    assert_nothing_pending(&world);
    define_item(&world, "colour: text");
    assert_int_equal(world_apply(&world, false, &left), 1);
    assert_nothing_pending(&world);
    world_sql(&world, "INSERT INTO item (id, colour) VALUES ('i4', 'any')");
    world_close(&world);
}

#define ITEM_CHECKED(check) "  item:\n    fields: { id: id, name: text, size: number }\n    checks: [ \"" check "\" ]\n"

static void test_checks_change(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    make_items(&world);
    world_define_shop(&world, ITEM_CHECKED("size > 0 AND name != 'odd'"), NULL);
    assert_int_equal(world_apply(&world, false, &left), 1);
    assert_nothing_pending(&world);
    assert_int_not_equal(world_try_sql(&world, "UPDATE item SET size = 0"), WEFT_OK);
    world_define_shop(&world, ITEM_CHECKED("size > 2 AND name != 'odd'"), NULL);
    assert_contains(world_plan_text(&world), "refused: rows break it: i1, i2 (2 rows)");
    world_sql(&world, "UPDATE item SET size = 3");
    assert_int_equal(world_apply(&world, false, &left), 1);
    assert_nothing_pending(&world);
    assert_int_not_equal(world_try_sql(&world, "UPDATE item SET size = 2"), WEFT_OK);
    world_close(&world);
}

#define TWO_MODELS "  item:\n    fields: { id: id, name: text }\n  shelf:\n    fields: { id: id }\n"
#define LINK_OF(item_list, shelf_list)                                                                                 \
    "left: { linkable: shop.item, isList: " item_list " }\nright: { linkable: shop.shelf, isList: " shelf_list " }\n"

static const char *const link_rows =
    "INSERT INTO shop_item_shop_shelf (id, item_id, shelf_id) VALUES ('l1', 'i1', 's1'), ('l2', 'i1', 's2'),"
    " ('l3', 'i2', 's3')";

static void test_cardinality_tightens_and_loosens(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    world_define_shop(&world, TWO_MODELS, LINK_OF("true", "true"));
    world_apply(&world, false, NULL);
    world_sql(&world, link_rows);
    world_define_shop(&world, TWO_MODELS, LINK_OF("true", "false"));
    assert_contains(world_plan_text(&world),
                    "refused: records have more live links than the link allows now; \"item_id\": i1 (2 rows)");
    assert_int_equal(world_apply(&world, true, &left), 0);
    assert_int_equal(left, 1);
    world_sql(&world, "UPDATE shop_item_shop_shelf SET deleted_at = created_at WHERE id = 'l2'");
    assert_int_equal(world_apply(&world, false, &left), 1);
    assert_nothing_pending(&world);
    assert_int_not_equal(
        world_try_sql(&world, "INSERT INTO shop_item_shop_shelf (id, item_id, shelf_id) VALUES ('l4', 'i1', 's9')"),
        WEFT_OK);
    world_define_shop(&world, TWO_MODELS, LINK_OF("true", "true"));
    assert_int_equal(world_apply(&world, false, &left), 1);
    assert_nothing_pending(&world);
    world_sql(&world, "INSERT INTO shop_item_shop_shelf (id, item_id, shelf_id) VALUES ('l4', 'i1', 's9')");
    world_close(&world);
}

static void test_medusas_table_is_adopted(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    world_define_shop(&world, TWO_MODELS, LINK_OF("true", "false"));
    world_sql(&world,
              "CREATE TABLE shop_item_shop_shelf (item_id varchar(255) NOT NULL, shelf_id varchar(255) NOT NULL,"
              " id varchar(255) NOT NULL, created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,"
              " updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP, deleted_at timestamptz NULL,"
              " CONSTRAINT shop_item_shop_shelf_pkey PRIMARY KEY (item_id, shelf_id))");
    world_sql(&world, "CREATE INDEX \"IDX_item_id_1\" ON shop_item_shop_shelf (item_id) WHERE deleted_at IS NULL");
    world_sql(&world, link_rows);
    assert_contains(world_plan_text(&world), "adopt  shop_item_shop_shelf: take the table as it is");
    assert_contains(world_plan_text(&world), "\"item_id\": i1 (2 rows)");
    assert_int_equal(world_apply(&world, false, &left), 3);
    assert_int_equal(left, 1);
    assert_string_equal(world_sql(&world, "SELECT CAST(count(*) AS text) FROM shop_item_shop_shelf"), "3");
    world_sql(&world, "DELETE FROM shop_item_shop_shelf WHERE id = 'l2'");
    assert_int_equal(world_apply(&world, false, &left), 1);
    assert_nothing_pending(&world);
    world_close(&world);
}

static void test_unrelated_table_is_not_adopted(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    world_define_shop(&world, TWO_MODELS, LINK_OF("true", "true"));
    world_sql(&world, "CREATE TABLE shop_item_shop_shelf (id text NOT NULL PRIMARY KEY, secret text)");
    assert_contains(world_plan_text(&world), "lacks the columns of a link table");
    assert_int_equal(world_apply(&world, true, &left), 2);
    assert_int_equal(left, 1);
    world_close(&world);
}

static void test_lost_link_is_reported_and_kept(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    world_define_shop(&world, TWO_MODELS, LINK_OF("true", "true"));
    world_apply(&world, false, NULL);
    world_sql(&world, link_rows);
    world_define_shop(&world, TWO_MODELS, NULL);
    assert_contains(world_plan_text(&world), "drop   shop_item_shop_shelf: table of link item_shelf");
    assert_contains(world_plan_text(&world), "(3 rows)");
    assert_nothing_pending(&world);
    assert_int_equal(world_apply(&world, true, &left), 0);
    assert_int_equal(left, 0);
    assert_contains(world_status(&world), "\"unknown_tables\":[\"shop_item_shop_shelf\"]");
    world_define_shop(&world, TWO_MODELS, LINK_OF("true", "true"));
    assert_nothing_pending(&world);
    assert_string_equal(world_sql(&world, "SELECT CAST(count(*) AS text) FROM shop_item_shop_shelf"), "3");
    world_close(&world);
}

static void test_unmanaged_tables_are_left_alone(void **state)
{
    OPEN_WORLD(world);
    const char *models = "  old:\n    managed: false\n    fields: { id: id, name: text }\n";
    world_define_shop(&world, models, NULL);
    assert_nothing_pending(&world);
    assert_contains(world_status(&world), "\"problems\":[\"table \\\"old\\\" is missing\"]");
    world_sql(&world, "CREATE TABLE old (id integer)");
    assert_nothing_pending(&world);
    assert_contains(world_status(&world), "\"problems\":[\"table \\\"old\\\" has no column \\\"name\\\"\"]");
    world_close(&world);
}

static void test_declared_renames(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    make_items(&world);
    world_define_shop(&world,
                      "  thing:\n    renamedFrom: item\n    fields:\n      id: id\n"
                      "      title: { type: text, renamedFrom: name, index: true }\n      size: number?\n",
                      NULL);
    assert_contains(world_plan_text(&world), "rename");
    world_apply(&world, false, &left);
    assert_int_equal(left, 0);
    assert_nothing_pending(&world);
    assert_string_equal(world_sql(&world, "SELECT title FROM thing ORDER BY id"), "one\ntwo\ntwo");
    world_close(&world);
}

#define TWO_ENDS                                                                                                       \
    "  item:\n    fields: { id: id }\n  shelf:\n    fields: { id: id }\n    relations: { top: { belongsTo: shelf, "    \
    "nullable: true } }\n"
#define TWO_ENDS_RENAMED                                                                                               \
    "  item:\n    fields: { id: id }\n  rack:\n    renamedFrom: shelf\n    fields: { id: id }\n    relations: { "      \
    "above: "                                                                                                          \
    "{ belongsTo: rack, nullable: true, renamedFrom: top } }\n"

/* A model with a relation to itself, the link that leads to it, the link's side and its own column. */
static void test_links_and_sides_are_renamed(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    world_define_shop(&world,
                      TWO_ENDS,
                      "left: { linkable: shop.item, isList: true }\nright: { linkable: shop.shelf }\n"
                      "name: stands_on\ndatabase: { extraColumns: { place: number? } }\n");
    world_apply(&world, false, NULL);
    world_sql(&world, "INSERT INTO shelf (id, top_id) VALUES ('s1', NULL), ('s2', 's1')");
    world_sql(&world,
              "INSERT INTO shop_item_shop_shelf_stands_on (id, item_id, shelf_id, place) VALUES ('l1', 'i1', 's1', 7)");
    world_define_shop(
        &world,
        TWO_ENDS_RENAMED,
        "left: { linkable: shop.item, isList: true, alias: thing, renamedFrom: item }\n"
        "right: { linkable: shop.rack, renamedFrom: shelf }\n"
        "name: rests_on\nrenamedFrom: stands_on\n"
        "database: { extraColumns: { position: { type: number, nullable: true, renamedFrom: place } } }\n");
    assert_contains(world_plan_text(&world), "rename table shop_item_shop_shelf_stands_on to it");
    assert_null(strstr(world_plan_text(&world), "kept"));
    assert_int_equal(world_apply(&world, false, &left), 6);
    assert_int_equal(left, 0);
    assert_nothing_pending(&world);
    assert_string_equal(world_sql(&world,
                                  "SELECT id || thing_id || rack_id || CAST(position AS text) FROM "
                                  "shop_item_shop_rack_rests_on"),
                        "l1i1s17");
    assert_string_equal(world_sql(&world, "SELECT above_id FROM rack ORDER BY id"), "null\ns1");
    assert_int_not_equal(world_try_sql(&world,
                                       "INSERT INTO shop_item_shop_rack_rests_on (id, thing_id, rack_id) VALUES "
                                       "('l2', 'i1', 's2')"),
                         WEFT_OK);
    assert_null(strstr(world_status(&world), "stands_on"));
    world_close(&world);
}

static void test_foreign_keys_are_added(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    world_define_shop(
        &world, "  item:\n    fields: { id: id }\n  part:\n    fields: { id: id, item_id: text? }\n", NULL);
    world_apply(&world, false, NULL);
    world_sql(&world, "INSERT INTO item (id) VALUES ('i1')");
    world_sql(&world, "INSERT INTO part (id, item_id) VALUES ('p1', 'i1'), ('p2', 'none'), ('p3', NULL)");
    world_define_shop(&world,
                      "  item:\n    fields: { id: id }\n  part:\n    fields: { id: id }\n"
                      "    relations: { item: { belongsTo: item, nullable: true } }\n",
                      NULL);
    assert_contains(world_plan_text(&world), "refused: rows point at records that are not there: p2 (1 row)");
    assert_int_equal(world_apply(&world, false, &left), 1);
    assert_int_equal(left, 1);
    world_sql(&world, "DELETE FROM part WHERE id = 'p2'");
    assert_int_equal(world_apply(&world, false, &left), 1);
    assert_nothing_pending(&world);
    assert_int_not_equal(world_try_sql(&world, "INSERT INTO part (id, item_id) VALUES ('p4', 'none')"), WEFT_OK);
    world_close(&world);
}

/* A parent that is rebuilt keeps its children, its triggers and its indexes; a new reference comes with its column. */
static void test_rebuilding_keeps_what_belongs_to_the_table(void **state)
{
    OPEN_WORLD(world);
    const char *parent =
        "  item:\n    fields: { id: id, name: { type: text, index: true } }\n"
        "    relations: { parts: { hasMany: part, mappedBy: item } }\n    cascades: { delete: [parts] }\n";
    const char *parent_later = "  item:\n    fields: { id: id, name: { type: text, index: true, nullable: true } }\n"
                               "    relations: { parts: { hasMany: part, mappedBy: item } }\n"
                               "    cascades: { delete: [parts] }\n";
    const char *child = "  part:\n    fields: { id: id }\n    relations: { item: { belongsTo: item } }\n";
    world_define_shop(&world, weft_str_format(&world.arena, "%s%s", parent, child).data, NULL);
    world_apply(&world, false, NULL);
    world_sql(&world, "INSERT INTO item (id, name) VALUES ('i1', 'one')");
    world_sql(&world, "INSERT INTO part (id, item_id) VALUES ('p1', 'i1'), ('p2', 'i1')");
    if (world.kind == WEFT_STORE_SQLITE) {
        world_sql(&world, "CREATE VIEW items AS SELECT id FROM item");
        world_sql(
            &world,
            "CREATE TRIGGER shout AFTER INSERT ON item BEGIN UPDATE item SET name = upper(name) WHERE id = new.id;"
            " END");
    }
    world_define_shop(&world, weft_str_format(&world.arena, "%s%s", parent_later, child).data, NULL);
    assert_int_equal(world_apply(&world, false, NULL), 1);
    assert_nothing_pending(&world);
    assert_string_equal(world_sql(&world, "SELECT id FROM part ORDER BY id"), "p1\np2");
    world_sql(&world, "INSERT INTO item (id, name) VALUES ('i2', 'two')");
    if (world.kind == WEFT_STORE_SQLITE) {
        assert_string_equal(world_sql(&world, "SELECT name FROM item WHERE id = 'i2'"), "TWO");
        assert_string_equal(world_sql(&world, "SELECT id FROM items ORDER BY id"), "i1\ni2");
    }
    assert_int_not_equal(world_try_sql(&world, "INSERT INTO part (id, item_id) VALUES ('p3', 'no')"), WEFT_OK);
    world_sql(&world, "DELETE FROM item WHERE id = 'i1'");
    assert_string_equal(world_sql(&world, "SELECT CAST(count(*) AS text) FROM part"), "0");
    world_close(&world);
}

static void test_timestamps_are_added_later(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    world_define_shop(
        &world, "  item:\n    timestamps: false\n    softDelete: false\n    fields: { id: id, name: text }\n", NULL);
    world_apply(&world, false, NULL);
    world_sql(&world, "INSERT INTO item (id, name) VALUES ('i1', 'one')");
    define_item(&world, "name: text?, more: text?, ref: { type: text, nullable: true, unique: true }");
    world_apply(&world, false, &left);
    assert_int_equal(left, 0);
    assert_nothing_pending(&world);
    assert_string_equal(world_sql(&world, "SELECT id FROM item WHERE created_at IS NOT NULL"), "i1");
    world_close(&world);
}

static void test_failure_rolls_back_the_store(void **state)
{
    OPEN_WORLD(world);
    weft_error error = {0};
    make_items(&world);
    world_define_shop(&world,
                      "  item:\n    fields: { id: id, name: text, size: number?, extra: text? }\n"
                      "  wrong:\n    fields: { id: id }\n    checks: [ \"no_such_column > 1\" ]\n",
                      NULL);
    assert_int_not_equal(world_try_apply(&world, true, &error), WEFT_OK);
    assert_string_equal(error.store, "default");
    assert_contains(error.message, "while migrating table \"wrong\"");
    assert_int_not_equal(world_try_sql(&world, "SELECT id FROM wrong"), WEFT_OK);
    assert_int_not_equal(world_try_sql(&world, "SELECT extra FROM item"), WEFT_OK);
    assert_string_equal(world_sql(&world, "SELECT CAST(count(DISTINCT batch) AS text) FROM weft_migrations"), "1");
    world_close(&world);
}

static void test_status_tells(void **state)
{
    OPEN_WORLD(world);
    define_item(&world, "name: text");
    assert_contains(world_status(&world), "\"reachable\":true,\"pending\":1,\"unsafe\":0,\"unknown_tables\":[]");
    assert_contains(world_status(&world), "\"last_batch\":null");
    world_apply(&world, false, NULL);
    assert_contains(world_status(&world), "\"pending\":0");
    assert_contains(world_status(&world), "\"last_batch\":{\"batch\":\"");
    assert_contains(world_status(&world), "\"actions\":1}");
    world_close(&world);
}

static void test_unreachable_store_is_told(void **state)
{
    OPEN_WORLD(world);
    const char *const files[][2] = {
        {"weft.yaml",
         weft_str_format(&world.arena,
                         "stores:\n  default: \"%s\"\n  far: \"postgres://ada:secret@127.0.0.1:1/none\"\n"
                         "modules:\n  far: { store: far }\n",
                         world.url)
             .data},
        {"src/modules/shop/module.yaml", "module: shop\nmodels:\n  item:\n    fields: { id: id }\n"},
        {"src/modules/far/module.yaml", "module: far\nmodels:\n  star:\n    fields: { id: id }\n"},
        {NULL, NULL}};
    world_define(&world, files);
    const char *status = world_status(&world);
    assert_contains(status, "\"name\":\"far\"");
    assert_contains(status, "\"reachable\":false,\"error\":\"");
    assert_contains(status, "\"reachable\":true,\"pending\":1");
    assert_null(strstr(status, "secret"));
    world_close(&world);
}

static void test_fingerprint_follows_the_store(void **state)
{
    OPEN_WORLD(world);
    make_items(&world);
    const weft_str first = world_plan(&world)->fingerprints[0];
    assert_int_equal(first.len, 32);
    assert_true(weft_str_equal(first, world_plan(&world)->fingerprints[0]));
    world_sql(&world, "CREATE TABLE others (id text)");
    assert_true(weft_str_equal(first, world_plan(&world)->fingerprints[0]));
    world_sql(&world, "CREATE INDEX by_size ON item (size)");
    assert_false(weft_str_equal(first, world_plan(&world)->fingerprints[0]));
    world_close(&world);
}

/* A live look-up from either end is answered by an index alone. */
static void test_links_are_covered(void **state)
{
    OPEN_WORLD(world);
    world_define_shop(&world, TWO_MODELS, LINK_OF("true", "true"));
    world_apply(&world, false, NULL);
    world_sql(&world, link_rows);
    const char *left = "SELECT shelf_id FROM shop_item_shop_shelf WHERE item_id = 'i1' AND deleted_at IS NULL";
    const char *right = "SELECT item_id FROM shop_item_shop_shelf WHERE shelf_id = 's1' AND deleted_at IS NULL";
    if (world.kind == WEFT_STORE_SQLITE) {
        assert_contains(world_explain(&world, left), "COVERING INDEX");
        assert_contains(world_explain(&world, right), "COVERING INDEX");
    } else {
        world_sql(&world, "VACUUM ANALYZE shop_item_shop_shelf");
        assert_contains(world_explain(&world, left), "Index Only Scan");
        assert_contains(world_explain(&world, right), "Index Only Scan");
    }
    world_close(&world);
}

typedef struct migrator {
    migrate_world *world;
    weft_arena arena;
    weft_migration_outcome outcome;
    weft_code code;
} migrator;

static void *migrate(void *ctx)
{
    migrator *self = ctx;
    weft_session session;
    weft_session_init(&session, self->world->pools, 1, WEFT_TRANSACTION_WRITE);
    self->code = weft_migration_apply(
        self->world->catalog, WEFT_MIGRATE_ALL, false, &session, &self->arena, &self->outcome, NULL);
    weft_session_done(&session);
    return NULL;
}

static void test_two_migrators_take_turns(void **state)
{
    OPEN_WORLD(world);
    migrator migrators[4];
    pthread_t threads[4];
    size_t applied = 0;
    world_define_shop(&world, EVERYTHING, LINK_EVERY);
    const size_t pending = world_pending(&world);
    for (size_t i = 0; i < 4; i++) {
        migrators[i] = (migrator){.world = &world};
        weft_arena_init(&migrators[i].arena, NULL, 0);
        assert_int_equal(pthread_create(&threads[i], NULL, migrate, &migrators[i]), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(migrators[i].code, WEFT_OK);
        assert_true(migrators[i].outcome.applied == 0 || migrators[i].outcome.applied == pending);
        applied += migrators[i].outcome.applied;
        weft_arena_done(&migrators[i].arena);
    }
    assert_int_equal(applied, pending);
    assert_nothing_pending(&world);
    world_close(&world);
}

/* A relation that comes brings its column, key and index; one that goes can be dropped with all of them. */
static void test_relations_come_and_go(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    const char *without = "  item:\n    fields: { id: id }\n  part:\n    fields: { id: id }\n";
    const char *with =
        "  item:\n    fields: { id: id }\n  part:\n    fields: { id: id }\n    relations:\n"
        "      item: { belongsTo: item, nullable: true }\n      parent: { belongsTo: part, nullable: true }\n";
    world_define_shop(&world, without, NULL);
    world_apply(&world, false, NULL);
    world_sql(&world, "INSERT INTO item (id) VALUES ('i1')");
    world_sql(&world, "INSERT INTO part (id) VALUES ('p1')");
    world_define_shop(&world, with, NULL);
    assert_int_equal(world_apply(&world, false, &left), 2);
    assert_int_equal(left, 0);
    assert_nothing_pending(&world);
    world_sql(&world, "INSERT INTO part (id, item_id, parent_id) VALUES ('p2', 'i1', 'p1')");
    assert_int_not_equal(world_try_sql(&world, "INSERT INTO part (id, item_id) VALUES ('p3', 'no')"), WEFT_OK);
    world_define_shop(&world, without, NULL);
    assert_int_equal(world_apply(&world, false, &left), 0);
    assert_int_equal(left, 2);
    assert_int_equal(world_apply(&world, true, &left), 2);
    assert_int_equal(left, 0);
    assert_nothing_pending(&world);
    assert_string_equal(world_sql(&world, "SELECT id FROM part ORDER BY id"), "p1\np2");
    world_close(&world);
}

static void define_medusa(migrate_world *world, const char *link)
{
    const char *const files[][2] = {
        {"weft.yaml",
         weft_str_format(
             &world->arena, "stores:\n  default: \"%s\"\nlinks: { store: default, naming: medusa }\n", world->url)
             .data},
        {"src/modules/shop/module.yaml", "module: shop\nmodels:\n" TWO_MODELS},
        {"src/links/link.yaml", link},
        {NULL, NULL}};
    world_define(world, files);
}

/* Medusa's own table is what weft would have made, but for cardinality. */
static void test_medusas_names_are_kept(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    define_medusa(&world, LINK_OF("true", "false"));
    world_apply(&world, false, &left);
    assert_int_equal(left, 0);
    assert_nothing_pending(&world);
    define_medusa(&world, LINK_OF("true", "true"));
    assert_int_equal(world_apply(&world, false, &left), 1);
    assert_nothing_pending(&world);
    world_sql(&world, "DROP TABLE weft_migrations");
    assert_int_not_equal(world_pending(&world), 0);
    assert_contains(world_plan_text(&world), "adopt ");
    assert_int_equal(world_apply(&world, false, &left), 1);
    assert_nothing_pending(&world);
    world_close(&world);
}

static void test_sharded_links_are_keyed_by_the_pair(void **state)
{
    OPEN_WORLD(world);
    world_define_shop(&world, TWO_MODELS, LINK_OF("true", "true") "shard: by left\n");
    world_apply(&world, false, NULL);
    assert_nothing_pending(&world);
    world_sql(&world, link_rows);
    assert_int_not_equal(
        world_try_sql(&world, "INSERT INTO shop_item_shop_shelf (id, item_id, shelf_id) VALUES ('l9', 'i1', 's1')"),
        WEFT_OK);
    world_close(&world);
}

/* Memory that runs out at any point leaves the store as it was. */
static void test_memory_runs_out(void **state)
{
    OPEN_WORLD(world);
    world_define_shop(&world, EVERYTHING, LINK_EVERY);
    const size_t pending = world_pending(&world);
    for (size_t nth = 1;; nth++) {
        test_alloc alloc;
        migrator self = {.world = &world};
        test_alloc_init(&alloc, nth);
        weft_arena_init(&self.arena, &alloc.allocator, 0);
        migrate(&self);
        weft_arena_done(&self.arena);
        assert_true(test_alloc_done(&alloc));
        if (!alloc.has_failed) {
            assert_int_equal(self.code, WEFT_OK);
            break;
        }
        assert_int_equal(self.code, WEFT_NO_MEMORY);
        assert_int_equal(world_pending(&world), pending);
    }
    assert_nothing_pending(&world);
    world_close(&world);
}

#define MIGRATE_TESTS(kind)                                                                                            \
    cmocka_unit_test_prestate(test_second_plan_is_empty, kind),                                                        \
        cmocka_unit_test_prestate(test_records_can_be_written, kind),                                                  \
        cmocka_unit_test_prestate(test_columns_are_added, kind),                                                       \
        cmocka_unit_test_prestate(test_required_column_needs_a_default, kind),                                         \
        cmocka_unit_test_prestate(test_unique_index_waits_for_duplicates, kind),                                       \
        cmocka_unit_test_prestate(test_nullability_and_defaults_change, kind),                                         \
        cmocka_unit_test_prestate(test_types_change_when_allowed, kind),                                               \
        cmocka_unit_test_prestate(test_removed_columns_are_kept, kind),                                                \
        cmocka_unit_test_prestate(test_others_columns_are_theirs, kind),                                               \
        cmocka_unit_test_prestate(test_enums_widen_and_narrow, kind),                                                  \
        cmocka_unit_test_prestate(test_checks_change, kind),                                                           \
        cmocka_unit_test_prestate(test_cardinality_tightens_and_loosens, kind),                                        \
        cmocka_unit_test_prestate(test_medusas_table_is_adopted, kind),                                                \
        cmocka_unit_test_prestate(test_unrelated_table_is_not_adopted, kind),                                          \
        cmocka_unit_test_prestate(test_lost_link_is_reported_and_kept, kind),                                          \
        cmocka_unit_test_prestate(test_unmanaged_tables_are_left_alone, kind),                                         \
        cmocka_unit_test_prestate(test_declared_renames, kind),                                                        \
        cmocka_unit_test_prestate(test_links_and_sides_are_renamed, kind),                                             \
        cmocka_unit_test_prestate(test_foreign_keys_are_added, kind),                                                  \
        cmocka_unit_test_prestate(test_rebuilding_keeps_what_belongs_to_the_table, kind),                              \
        cmocka_unit_test_prestate(test_timestamps_are_added_later, kind),                                              \
        cmocka_unit_test_prestate(test_failure_rolls_back_the_store, kind),                                            \
        cmocka_unit_test_prestate(test_status_tells, kind),                                                            \
        cmocka_unit_test_prestate(test_unreachable_store_is_told, kind),                                               \
        cmocka_unit_test_prestate(test_fingerprint_follows_the_store, kind),                                           \
        cmocka_unit_test_prestate(test_links_are_covered, kind),                                                       \
        cmocka_unit_test_prestate(test_relations_come_and_go, kind),                                                   \
        cmocka_unit_test_prestate(test_medusas_names_are_kept, kind),                                                  \
        cmocka_unit_test_prestate(test_sharded_links_are_keyed_by_the_pair, kind),                                     \
        cmocka_unit_test_prestate(test_memory_runs_out, kind),                                                         \
        cmocka_unit_test_prestate(test_two_migrators_take_turns, kind)

int main(void)
{
    static weft_store_kind sqlite = WEFT_STORE_SQLITE;
    static weft_store_kind postgres = WEFT_STORE_POSTGRES;
    const struct CMUnitTest tests[] = {MIGRATE_TESTS(&sqlite), MIGRATE_TESTS(&postgres)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
