/* Migrating real stores: what is made, what is altered, what is kept, and that a second plan is empty. */
#include <stdio.h>
#include <string.h>

#include "contract/migrate_world.h"
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

static const weft_store_kind sqlite_kind = WEFT_STORE_SQLITE;

static weft_store_kind kind_of(void **state)
{
    return *(const weft_store_kind *)*state;
}

#define OPEN_WORLD(world)                                                                                              \
    migrate_world world;                                                                                               \
    if (!world_open(&world, kind_of(state))) {                                                                         \
        world_close(&world);                                                                                           \
        skip();                                                                                                        \
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

static int run_all(void)
{
    void *sqlite = (void *)(uintptr_t)&sqlite_kind;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(test_second_plan_is_empty, sqlite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    (void)assert_contains;
    return run_all();
}
