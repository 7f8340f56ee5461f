/* What creating and dismissing links promises, on every layout of stores. */
#include "world.h"

#include <stdio.h>
#include <string.h>

#include "support/alloc.h"

#define POST_TABLE "product_product_blog_post"

static test_world the_world;

/* Answers are compared with the ids taken out, as they differ in every run. */
static weft_str without_ids(const weft_buf *answer)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, &the_world.arena);
    const weft_str text = weft_buf_str(answer);
    for (size_t i = 0; i < text.len; i++) {
        if (strncmp(text.data + i, "\"id\":\"link_", 11) == 0) {
            i += 11 + WEFT_ULID_LEN + 1;
            continue;
        }
        weft_buf_add_char(&buf, text.data[i]);
    }
    return weft_buf_str(&buf);
}

#define assert_outcomes(expected) assert_str_equal(without_ids(&the_world.answer), (expected))

/* One outcome of product and post. */
#define POST_ROW(left, right, outcome)                                                                                 \
    "{\"link\":\"product_blog_post\",\"left\":\"" left "\",\"right\":\"" right "\",\"outcome\":\"" outcome "\"}"

static weft_str id_of(const weft_buf *answer)
{
    const char *at = strstr(answer->data, "\"id\":\"");
    assert_non_null(at);
    return weft_str_copy(&the_world.arena, (weft_str){at + 6, strlen("link_") + WEFT_ULID_LEN});
}

static void create_records(void)
{
    assert_done(&the_world,
                world_create(&the_world,
                             "product",
                             "[{\"id\":\"p1\",\"title\":\"One\"},{\"id\":\"p2\",\"title\":\"Two\"},"
                             "{\"id\":\"p3\",\"title\":\"Three\"}]"));
    assert_done(&the_world,
                world_create(&the_world,
                             "blog_post",
                             "[{\"id\":\"b1\",\"title\":\"One\"},{\"id\":\"b2\",\"title\":\"Two\"},"
                             "{\"id\":\"b3\",\"title\":\"Three\"}]"));
    assert_done(&the_world, world_create(&the_world, "seo_page", "[{\"id\":\"s1\"},{\"id\":\"s2\"}]"));
    assert_done(&the_world, world_create(&the_world, "review", "[{\"id\":\"r1\"},{\"id\":\"r2\"},{\"id\":\"r3\"}]"));
}

static int open_layout(void **state, world_layout layout)
{
    *state = NULL;
    if (world_open(&the_world, layout)) {
        create_records();
        *state = &the_world;
    }
    return 0;
}

static int open_sqlite(void **state)
{
    return open_layout(state, WORLD_SQLITE);
}

static int open_sqlite_two(void **state)
{
    return open_layout(state, WORLD_SQLITE_TWO);
}

static int open_postgres(void **state)
{
    return open_layout(state, WORLD_POSTGRES);
}

static int close_layout(void **state)
{
    if (*state) {
        world_close(&the_world);
    }
    return 0;
}

/* Fails where the layout could not be had, and empties the link tables that tests share. */
static void start(void **state)
{
    if (!*state) {
        fail_msg("there is no PostgreSQL here");
    }
    world_execute(&the_world, "product_blog_post", "DELETE FROM " POST_TABLE);
    world_execute(&the_world, "product_seo_page", "DELETE FROM product_product_blog_seo_page");
    world_execute(&the_world, "product_review", "DELETE FROM product_product_blog_review");
}

static void every_outcome_is_told(void **state)
{
    start(state);
    const char *p1b1 = "{\"product\":{\"product_id\":\"p1\"},\"blog\":{\"blog_post_id\":\"b1\"}}";
    assert_done(&the_world, world_link(&the_world, p1b1));
    assert_outcomes("[" POST_ROW("p1", "b1", "created") "]");
    const weft_str id = id_of(&the_world.answer);

    assert_done(&the_world, world_link(&the_world, p1b1));
    assert_outcomes("[" POST_ROW("p1", "b1", "unchanged") "]");
    assert_true(weft_str_equal(id_of(&the_world.answer), id));

    const char *with_data = "{\"blog\":{\"blog_post_id\":\"b1\"},\"product\":{\"product_id\":\"p1\"},"
                            "\"data\":{\"position\":2}}";
    assert_done(&the_world, world_link(&the_world, with_data));
    assert_outcomes("[" POST_ROW("p1", "b1", "updated") "]");
    assert_done(&the_world, world_link(&the_world, with_data));
    assert_outcomes("[" POST_ROW("p1", "b1", "unchanged") "]");
    assert_true(weft_str_equal(id_of(&the_world.answer), id));

    /* Columns would read like a condition: they are refused, not passed over. */
    assert_int_equal(world_dismiss(&the_world, with_data), WEFT_INVALID_REQUEST);
    assert_string_equal(the_world.error.where, "/data");
    assert_done(&the_world, world_dismiss(&the_world, p1b1));
    assert_outcomes("[" POST_ROW("p1", "b1", "dismissed") "]");
    assert_true(weft_str_equal(id_of(&the_world.answer), id));
    assert_done(&the_world, world_dismiss(&the_world, p1b1));
    assert_answer(
        &the_world,
        "[{\"link\":\"product_blog_post\",\"id\":null,\"left\":\"p1\",\"right\":\"b1\",\"outcome\":\"absent\"}]");

    assert_done(&the_world, world_link(&the_world, p1b1));
    assert_outcomes("[" POST_ROW("p1", "b1", "revived") "]");
    assert_true(weft_str_equal(id_of(&the_world.answer), id));
    assert_int_equal(world_integer(&the_world, "product_blog_post", "SELECT position FROM " POST_TABLE), 2);
}

static void updated_at_moves_only_with_a_change(void **state)
{
    start(state);
    const char *change = "{\"link\":\"product_blog_post\",\"left\":\"p1\",\"right\":\"b1\",\"data\":{\"note\":\"x\"}}";
    assert_done(&the_world, world_link(&the_world, change));
    world_execute(&the_world,
                  "product_blog_post",
                  "UPDATE " POST_TABLE " SET updated_at = '2001-01-01T00:00:00.000Z', "
                  "created_at = '2001-01-01T00:00:00.000Z'");
    const char *is_old = "SELECT count(*) FROM " POST_TABLE " WHERE updated_at = '2001-01-01T00:00:00.000Z'";
    const char *was_created = "SELECT count(*) FROM " POST_TABLE " WHERE created_at = '2001-01-01T00:00:00.000Z'";
    assert_done(&the_world, world_link(&the_world, change));
    assert_int_equal(world_integer(&the_world, "product_blog_post", is_old), 1);
    assert_done(
        &the_world,
        world_link(&the_world,
                   "{\"link\":\"product_blog_post\",\"left\":\"p1\",\"right\":\"b1\",\"data\":{\"note\":null}}"));
    assert_outcomes("[" POST_ROW("p1", "b1", "updated") "]");
    assert_int_equal(world_integer(&the_world, "product_blog_post", is_old), 0);
    assert_int_equal(world_integer(&the_world, "product_blog_post", was_created), 1);
}

static void a_pair_twice_is_one_row(void **state)
{
    start(state);
    assert_done(
        &the_world,
        world_link(&the_world,
                   "[{\"link\":\"product_blog_post\",\"left\":\"p1\",\"right\":\"b1\",\"data\":{\"position\":1,"
                   "\"note\":\"first\"}},"
                   "{\"link\":\"product_blog_post\",\"left\":\"p2\",\"right\":\"b1\"},"
                   "{\"link\":\"product_blog_post\",\"left\":\"p1\",\"right\":\"b1\",\"data\":{\"position\":3}}]"));
    assert_outcomes("[" POST_ROW("p1", "b1", "created") "," POST_ROW("p2", "b1", "created") "," POST_ROW(
        "p1", "b1", "created") "]");
    assert_int_equal(world_integer(&the_world, "product_blog_post", "SELECT count(*) FROM " POST_TABLE), 2);
    assert_int_equal(
        world_integer(&the_world, "product_blog_post", "SELECT position FROM " POST_TABLE " WHERE product_id = 'p1'"),
        3);
    assert_str_equal(
        world_text(&the_world, "product_blog_post", "SELECT note FROM " POST_TABLE " WHERE product_id = 'p1'"),
        "first");
    assert_int_equal(
        world_integer(&the_world, "product_blog_post", "SELECT position FROM " POST_TABLE " WHERE product_id = 'p2'"),
        7);
}

static void json_data_is_compared_by_its_value(void **state)
{
    start(state);
    assert_done(&the_world,
                world_link(&the_world,
                           "{\"link\":\"product_blog_post\",\"left\":\"p1\",\"right\":\"b1\",\"data\":{\"data\":"
                           "{\"b\":1.0,\"aa\":[1,2]}}}"));
    assert_done(&the_world,
                world_link(&the_world,
                           "{\"link\":\"product_blog_post\",\"left\":\"p1\",\"right\":\"b1\",\"data\":{\"data\":"
                           "{\"aa\":[1,2],\"b\":1}}}"));
    assert_outcomes("[" POST_ROW("p1", "b1", "unchanged") "]");
}

static void links_of_several_definitions_go_in_one_call(void **state)
{
    start(state);
    assert_done(
        &the_world,
        world_link(&the_world,
                   "[{\"product\":{\"product_id\":\"p1\"},\"blog\":{\"seo_page_id\":\"s1\"}},"
                   "{\"product\":{\"product_id\":\"p1\",\"related_id\":\"p2\"}},"
                   "{\"product\":{\"product_id\":\"p1\"},\"blog\":{\"review_id\":\"r1\"},\"data\":{\"stars\":5}},"
                   "{\"product\":{\"promoted_id\":\"p1\"},\"blog\":{\"editorial_id\":\"b1\"}},"
                   "{\"product\":{\"product_id\":\"p1\"},\"blog\":{\"blog_post_id\":\"b1\"}}]"));
    assert_outcomes(
        "[{\"link\":\"product_seo_page\",\"left\":\"p1\",\"right\":\"s1\",\"outcome\":\"created\"},"
        "{\"link\":\"product_related\",\"left\":\"p1\",\"right\":\"p2\",\"outcome\":\"created\"},"
        "{\"link\":\"product_review\",\"left\":\"p1\",\"right\":\"r1\",\"outcome\":\"created\"},"
        "{\"link\":\"product_editorial\",\"left\":\"p1\",\"right\":\"b1\",\"outcome\":\"created\"}," POST_ROW(
            "p1", "b1", "created") "]");
}

static void absent_records_are_named_and_nothing_is_written(void **state)
{
    start(state);
    const char *changes = "[{\"product\":{\"product_id\":\"p1\"},\"blog\":{\"blog_post_id\":\"b1\"}},"
                          "{\"product\":{\"product_id\":\"gone\"},\"blog\":{\"blog_post_id\":\"b1\"}},"
                          "{\"product\":{\"product_id\":\"p1\"},\"blog\":{\"blog_post_id\":\"none\"}}]";
    assert_refused(&the_world, world_link(&the_world, changes), WEFT_MISSING_RECORD);
    assert_string_equal(the_world.error.message, "cannot link non-existent entities");
    assert_string_equal(the_world.error.detail, "product \"gone\", blog_post \"none\"");
    assert_string_equal(the_world.error.where, "/1");
    assert_int_equal(world_integer(&the_world, "product_blog_post", "SELECT count(*) FROM " POST_TABLE), 0);

    world_execute(&the_world, "blog_post", "UPDATE blog_post SET deleted_at = created_at WHERE id = 'b3'");
    assert_refused(&the_world,
                   world_link(&the_world, "{\"link\":\"product_blog_post\",\"left\":\"p1\",\"right\":\"b3\"}"),
                   WEFT_MISSING_RECORD);
    assert_string_equal(the_world.error.detail, "blog_post \"b3\"");
    assert_done(
        &the_world,
        world_link(&the_world, "{\"link\":\"product_blog_post\",\"left\":\"p1\",\"right\":\"b3\",\"validate\":false}"));
    assert_outcomes("[" POST_ROW("p1", "b3", "created") "]");
    world_execute(&the_world, "blog_post", "UPDATE blog_post SET deleted_at = NULL WHERE id = 'b3'");
}

static void many_absent_records_are_counted(void **state)
{
    start(state);
    weft_buf changes;
    weft_buf_init(&changes, NULL);
    for (int i = 0; i < 13; i++) {
        weft_buf_add_format(&changes, "{\"link\":\"product_blog_post\",\"left\":\"x%02d\",\"right\":\"b1\"}\n", i);
    }
    assert_refused(&the_world, world_link(&the_world, changes.data), WEFT_MISSING_RECORD);
    assert_non_null(strstr(the_world.error.detail, "product \"x09\" and 3 more"));
    weft_buf_done(&changes);
}

static void one_to_one_is_kept_on_both_sides(void **state)
{
    start(state);
    assert_done(&the_world, world_link(&the_world, "{\"link\":\"product_seo_page\",\"left\":\"p1\",\"right\":\"s1\"}"));
    assert_done(&the_world, world_link(&the_world, "{\"link\":\"product_seo_page\",\"left\":\"p1\",\"right\":\"s1\"}"));

    assert_refused(&the_world,
                   world_link(&the_world, "{\"link\":\"product_seo_page\",\"left\":\"p1\",\"right\":\"s2\"}"),
                   WEFT_CARDINALITY_VIOLATION);
    assert_string_equal(the_world.error.message, "product \"p1\" is linked to seo_page \"s1\" already");
    assert_string_equal(the_world.error.detail, "Link \"product_seo_page\" allows one seo_page for each product.");

    assert_refused(&the_world,
                   world_link(&the_world, "[{\"link\":\"product_seo_page\",\"left\":\"p2\",\"right\":\"s1\"}]"),
                   WEFT_CARDINALITY_VIOLATION);
    assert_string_equal(the_world.error.message, "seo_page \"s1\" is linked to product \"p1\" already");
    assert_string_equal(the_world.error.where, "/0");
}

static void one_to_many_is_kept_on_the_right_side(void **state)
{
    start(state);
    assert_done(&the_world,
                world_link(&the_world,
                           "[{\"link\":\"product_review\",\"left\":\"p1\",\"right\":\"r1\",\"data\":{\"stars\":1}},"
                           "{\"link\":\"product_review\",\"left\":\"p1\",\"right\":\"r2\",\"data\":{\"stars\":2}}]"));
    assert_refused(
        &the_world,
        world_link(&the_world, "{\"link\":\"product_review\",\"left\":\"p2\",\"right\":\"r2\",\"data\":{\"stars\":2}}"),
        WEFT_CARDINALITY_VIOLATION);
    assert_string_equal(the_world.error.message, "review \"r2\" is linked to product \"p1\" already");

    assert_refused(&the_world,
                   world_link(&the_world,
                              "[{\"link\":\"product_review\",\"left\":\"p2\",\"right\":\"r3\",\"data\":{\"stars\":1}},"
                              "{\"link\":\"product_review\",\"left\":\"p1\",\"right\":\"r3\",\"data\":{\"stars\":2}}]"),
                   WEFT_CARDINALITY_VIOLATION);
    assert_string_equal(the_world.error.message, "review \"r3\" is given product \"p2\" already");
    assert_string_equal(the_world.error.where, "/1");
}

static void a_dismissed_partner_makes_room(void **state)
{
    start(state);
    assert_done(&the_world, world_link(&the_world, "{\"link\":\"product_seo_page\",\"left\":\"p1\",\"right\":\"s1\"}"));
    assert_done(&the_world,
                world_dismiss(&the_world, "{\"link\":\"product_seo_page\",\"left\":\"p1\",\"right\":\"s1\"}"));
    assert_done(&the_world, world_link(&the_world, "{\"link\":\"product_seo_page\",\"left\":\"p1\",\"right\":\"s2\"}"));
    assert_refused(&the_world,
                   world_link(&the_world, "{\"link\":\"product_seo_page\",\"left\":\"p1\",\"right\":\"s1\"}"),
                   WEFT_CARDINALITY_VIOLATION);
    assert_string_equal(the_world.error.message, "product \"p1\" is linked to seo_page \"s2\" already");
}

static void a_required_column_is_asked_of_new_pairs_only(void **state)
{
    start(state);
    const char *bare = "{\"link\":\"product_review\",\"left\":\"p1\",\"right\":\"r1\"}";
    assert_refused(&the_world, world_link(&the_world, bare), WEFT_REQUIRED_VALUE);
    assert_string_equal(the_world.error.message, "field \"stars\" of link \"product_review\" must have a value");
    const char *full = "{\"link\":\"product_review\",\"left\":\"p1\",\"right\":\"r1\",\"data\":{\"stars\":4}}";
    assert_done(&the_world, world_link(&the_world, full));
    assert_done(&the_world, world_link(&the_world, bare));
    assert_non_null(strstr(the_world.answer.data, "unchanged"));
    assert_done(&the_world, world_dismiss(&the_world, bare));
    assert_done(&the_world, world_link(&the_world, bare));
    assert_non_null(strstr(the_world.answer.data, "revived"));
}

static void restoring_revives_dismissed_pairs(void **state)
{
    start(state);
    const char *p1b1 = "{\"product\":{\"product_id\":\"p1\"},\"blog\":{\"blog_post_id\":\"b1\"}}";
    assert_done(&the_world,
                world_link(&the_world,
                           "[{\"link\":\"product_blog_post\",\"left\":\"p1\",\"right\":\"b1\","
                           "\"data\":{\"note\":\"x\"}},"
                           "{\"link\":\"product_blog_post\",\"left\":\"p2\",\"right\":\"b2\"}]"));
    const weft_str id = id_of(&the_world.answer);
    assert_done(&the_world, world_dismiss(&the_world, p1b1));
    assert_done(&the_world,
                world_restore(&the_world,
                              "[{\"blog\":{\"blog_post_id\":\"b1\"},\"product\":{\"product_id\":\"p1\"}},"
                              "{\"link\":\"product_blog_post\",\"left\":\"p2\",\"right\":\"b2\"},"
                              "{\"link\":\"product_blog_post\",\"left\":\"nobody\",\"right\":\"b3\"}]"));
    assert_true(weft_str_equal(id_of(&the_world.answer), id));
    assert_non_null(strstr(the_world.answer.data, "\"right\":\"b1\",\"outcome\":\"revived\"}"));
    assert_non_null(strstr(the_world.answer.data, "\"right\":\"b2\",\"outcome\":\"unchanged\"}"));
    assert_non_null(strstr(
        the_world.answer.data,
        "{\"link\":\"product_blog_post\",\"id\":null,\"left\":\"nobody\",\"right\":\"b3\",\"outcome\":\"absent\"}"));
    assert_int_equal(world_integer(&the_world,
                                   "product_blog_post",
                                   "SELECT count(*) FROM " POST_TABLE " WHERE note = 'x' AND deleted_at IS NULL"),
                     1);
    assert_done(&the_world, world_restore(&the_world, p1b1));
    assert_outcomes("[" POST_ROW("p1", "b1", "unchanged") "]");
    assert_refused(&the_world,
                   world_restore(&the_world,
                                 "{\"link\":\"product_blog_post\",\"left\":\"p1\",\"right\":\"b1\","
                                 "\"data\":{\"note\":\"y\"}}"),
                   WEFT_INVALID_REQUEST);
    assert_string_equal(the_world.error.where, "/data");
}

static void restoring_keeps_the_rules(void **state)
{
    start(state);
    const char *s1 = "{\"link\":\"product_seo_page\",\"left\":\"p1\",\"right\":\"s1\"}";
    const char *s2 = "{\"link\":\"product_seo_page\",\"left\":\"p1\",\"right\":\"s2\"}";
    assert_done(&the_world, world_link(&the_world, s1));
    assert_done(&the_world, world_dismiss(&the_world, s1));
    assert_done(&the_world, world_link(&the_world, s2));
    assert_refused(&the_world, world_restore(&the_world, s1), WEFT_CARDINALITY_VIOLATION);
    assert_non_null(strstr(the_world.error.message, "\"s2\""));
    assert_done(&the_world, world_dismiss(&the_world, s2));
    assert_refused(&the_world,
                   world_restore(&the_world,
                                 "[{\"link\":\"product_seo_page\",\"left\":\"p1\",\"right\":\"s1\"},"
                                 "{\"link\":\"product_seo_page\",\"left\":\"p1\",\"right\":\"s2\"}]"),
                   WEFT_CARDINALITY_VIOLATION);
    world_execute(
        &the_world, "seo_page", "UPDATE seo_page SET deleted_at = '2026-01-01T00:00:00.000Z' WHERE id = 's1'");
    const weft_code code = world_restore(&the_world, s1);
    world_execute(&the_world, "seo_page", "UPDATE seo_page SET deleted_at = NULL WHERE id = 's1'");
    assert_int_equal(code, WEFT_MISSING_RECORD);
    assert_done(&the_world, world_restore(&the_world, s1));
}

/* One call of a hundred thousand pairs, and the same again. */
static void a_hundred_thousand_pairs_go_in_one_call(void **state)
{
    enum { PAIRS = 100000 };
    start(state);
    weft_buf changes;
    weft_buf_init(&changes, NULL);
    for (size_t i = 0; i < PAIRS; i++) {
        weft_buf_add_format(
            &changes,
            "{\"link\":\"product_blog_post\",\"left\":\"m%zu\",\"right\":\"b%zu\",\"validate\":false}\n",
            i / 100,
            i % 100);
    }
    test_alloc alloc;
    test_alloc_init(&alloc, 0);
    the_world.allocator = &alloc.allocator;
    const weft_code code = world_link(&the_world, changes.data);
    the_world.allocator = NULL;
    weft_buf_done(&changes);
    assert_done(&the_world, code);
    assert_true(alloc.peak_bytes < ((size_t)256 << 20)); /* weft_limits.memory_bytes_max */
    assert_true(test_alloc_done(&alloc));
    assert_int_equal(world_integer(&the_world, "product_blog_post", "SELECT count(*) FROM " POST_TABLE), PAIRS);
    world_execute(&the_world, "product_blog_post", "DELETE FROM " POST_TABLE);
}

static void ids_rise_in_the_order_of_the_changes(void **state)
{
    start(state);
    assert_done(&the_world,
                world_link(&the_world,
                           "[{\"link\":\"product_blog_post\",\"left\":\"p3\",\"right\":\"b1\"},"
                           "{\"link\":\"product_blog_post\",\"left\":\"p1\",\"right\":\"b2\"},"
                           "{\"link\":\"product_blog_post\",\"left\":\"p2\",\"right\":\"b1\"}]"));
    assert_str_equal(
        world_text(&the_world, "product_blog_post", "SELECT product_id FROM " POST_TABLE " ORDER BY id LIMIT 1"), "p3");
    assert_str_equal(
        world_text(&the_world, "product_blog_post", "SELECT product_id FROM " POST_TABLE " ORDER BY id DESC LIMIT 1"),
        "p2");
}

static void numeric_keys_link_too(void **state)
{
    start(state);
    assert_done(&the_world, world_create(&the_world, "counter", "[{\"label\":\"a\"},{\"label\":\"b\"}]"));
    assert_done(&the_world,
                world_link(&the_world,
                           "[{\"link\":\"product_counter\",\"left\":\"p1\",\"right\":2},"
                           "{\"link\":\"product_counter\",\"left\":\"p1\",\"right\":1}]"));
    assert_outcomes("[{\"link\":\"product_counter\",\"left\":\"p1\",\"right\":2,\"outcome\":\"created\"},"
                    "{\"link\":\"product_counter\",\"left\":\"p1\",\"right\":1,\"outcome\":\"created\"}]");
    assert_done(&the_world, world_link(&the_world, "{\"link\":\"product_counter\",\"left\":\"p1\",\"right\":2}"));
    assert_non_null(strstr(the_world.answer.data, "unchanged"));
    assert_refused(&the_world,
                   world_link(&the_world, "{\"link\":\"product_counter\",\"left\":\"p1\",\"right\":99}"),
                   WEFT_MISSING_RECORD);
    assert_string_equal(the_world.error.detail, "counter 99");
    assert_done(&the_world, world_dismiss(&the_world, "{\"link\":\"product_counter\",\"left\":\"p1\",\"right\":2}"));
    assert_non_null(strstr(the_world.answer.data, "dismissed"));
}

enum { MANY = 10000 };

static void make_many_records(void)
{
    weft_buf json;
    weft_buf_init(&json, NULL);
    const char *entities[] = {"product", "blog_post"};
    for (size_t e = 0; e < 2; e++) {
        weft_buf_clear(&json);
        for (int i = 0; i < 500; i++) {
            weft_buf_add_format(&json, "%s{\"id\":\"m%03d\",\"title\":\"t\"}", i ? "," : "[", i);
        }
        weft_buf_add_text(&json, "]");
        assert_done(&the_world, world_create(&the_world, entities[e], json.data));
    }
    weft_buf_done(&json);
}

static void ten_thousand_pairs_take_few_statements(void **state)
{
    start(state);
    make_many_records();
    weft_buf changes;
    weft_buf_init(&changes, NULL);
    for (int i = 0; i < MANY; i++) {
        weft_buf_add_format(&changes,
                            "{\"link\":\"product_blog_post\",\"left\":\"m%03d\",\"right\":\"m%03d\"}\n",
                            (i * 7) % 500,
                            (i * 7 + i / 500) % 500);
    }
    /* Some are there already, live or dismissed. */
    assert_done(&the_world,
                world_link(&the_world,
                           "[{\"link\":\"product_blog_post\",\"left\":\"m000\",\"right\":\"m000\"},"
                           "{\"link\":\"product_blog_post\",\"left\":\"m001\",\"right\":\"m001\"}]"));
    assert_done(&the_world,
                world_dismiss(&the_world, "{\"link\":\"product_blog_post\",\"left\":\"m001\",\"right\":\"m001\"}"));
    the_world.statements = 0;
    assert_done(&the_world, world_link(&the_world, changes.data));
    assert_true(the_world.statements <= 10);
    size_t counts[3] = {0};
    const char *outcomes[] = {"\"created\"", "\"revived\"", "\"unchanged\""};
    for (size_t i = 0; i < 3; i++) {
        for (const char *at = the_world.answer.data; (at = strstr(at, outcomes[i])) != NULL; at++) {
            counts[i]++;
        }
    }
    assert_int_equal(counts[0], MANY - 2);
    assert_int_equal(counts[1], 1);
    assert_int_equal(counts[2], 1);
    assert_int_equal(world_integer(&the_world, "product_blog_post", "SELECT count(*) FROM " POST_TABLE), MANY);
    the_world.statements = 0;
    assert_done(&the_world, world_dismiss(&the_world, changes.data));
    assert_true(the_world.statements <= 4);
    assert_int_equal(
        world_integer(&the_world, "product_blog_post", "SELECT count(*) FROM " POST_TABLE " WHERE deleted_at IS NULL"),
        0);
    weft_buf_done(&changes);
}

static void running_out_of_memory_writes_nothing(void **state)
{
    start(state);
    const char *changes =
        "[{\"link\":\"product_blog_post\",\"left\":\"p1\",\"right\":\"b1\",\"data\":{\"position\":1}},"
        "{\"link\":\"product_seo_page\",\"left\":\"p1\",\"right\":\"s1\"},"
        "{\"link\":\"product_blog_post\",\"left\":\"p1\",\"right\":\"b1\",\"data\":{\"note\":\"x\"}}]";
    for (size_t nth = 1;; nth++) {
        test_alloc alloc;
        test_alloc_init(&alloc, nth);
        the_world.allocator = &alloc.allocator;
        const weft_code code = world_link(&the_world, changes);
        the_world.allocator = NULL;
        assert_true(test_alloc_done(&alloc));
        if (!alloc.has_failed) {
            assert_done(&the_world, code);
            break;
        }
        assert_int_equal(code, WEFT_NO_MEMORY);
        assert_int_equal(world_integer(&the_world, "product_blog_post", "SELECT count(*) FROM " POST_TABLE), 0);
    }
}

#define LAYOUT_TESTS                                                                                                   \
    {                                                                                                                  \
        cmocka_unit_test(every_outcome_is_told), cmocka_unit_test(updated_at_moves_only_with_a_change),                \
            cmocka_unit_test(a_pair_twice_is_one_row), cmocka_unit_test(json_data_is_compared_by_its_value),           \
            cmocka_unit_test(links_of_several_definitions_go_in_one_call),                                             \
            cmocka_unit_test(absent_records_are_named_and_nothing_is_written),                                         \
            cmocka_unit_test(many_absent_records_are_counted), cmocka_unit_test(one_to_one_is_kept_on_both_sides),     \
            cmocka_unit_test(one_to_many_is_kept_on_the_right_side), cmocka_unit_test(a_dismissed_partner_makes_room), \
            cmocka_unit_test(a_required_column_is_asked_of_new_pairs_only),                                            \
            cmocka_unit_test(restoring_revives_dismissed_pairs), cmocka_unit_test(restoring_keeps_the_rules),          \
            cmocka_unit_test(a_hundred_thousand_pairs_go_in_one_call),                                                 \
            cmocka_unit_test(ids_rise_in_the_order_of_the_changes), cmocka_unit_test(numeric_keys_link_too),           \
            cmocka_unit_test(ten_thousand_pairs_take_few_statements),                                                  \
            cmocka_unit_test(running_out_of_memory_writes_nothing),                                                    \
    }

/* One layout a run, so that the run has one plan: "sqlite", "two_files" (links only) or "postgres". */
int main(int argc, char **argv)
{
    const char *layout = argc > 1 ? argv[1] : "sqlite";
    const struct CMUnitTest tests[] = LAYOUT_TESTS;
    if (strcmp(layout, "two_files") == 0) {
        return cmocka_run_group_tests(tests, open_sqlite_two, close_layout);
    }
    return cmocka_run_group_tests(tests, strcmp(layout, "postgres") == 0 ? open_postgres : open_sqlite, close_layout);
}
