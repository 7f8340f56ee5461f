/* Deleting, policy by policy, in every placement of the stores. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "contract/cascade_world.h"
#include "weft/access.h"

static cascade_world the_world;

static void start(void **state)
{
    (void)state;
    cascade_open(&the_world, cascade_current_place);
}

static int stop(void **state)
{
    (void)state;
    cascade_close(&the_world);
    return 0;
}

static const char *delete_it(const char *entity, const char *key)
{
    const char *impact = cascade_impact(&the_world, entity, key);
    const char *answer = cascade_delete(&the_world, entity, key);
    if (!answer || !impact) {
        fail_msg("%s: %s (%s)", key, the_world.error.message, the_world.error.detail);
    }
    /* The deletion says what the impact said. */
    assert_non_null(strstr(answer, impact + 1));
    return cascade_member(&the_world, answer, "deletion");
}

static void assert_may_restore(const char *id, const char *module, weft_code code)
{
    const weft_access access = {.modules = &module, .module_count = 1};
    assert_int_equal(weft_access_restore(the_world.engine, &access, id, NULL), code);
}

static void assert_refused(const char *entity, const char *key, weft_code code)
{
    cascade_dump before;
    cascade_dump after;
    cascade_dump_read(&the_world, false, &before);
    assert_null(cascade_impact(&the_world, entity, key));
    assert_int_equal(the_world.error.code, code);
    assert_null(cascade_delete(&the_world, entity, key));
    assert_int_equal(the_world.error.code, code);
    cascade_dump_read(&the_world, false, &after);
    assert_dump_equal(&after, &before, "refused");
}

/* Live records of an entity, "a b c" in order of their ids. */
static const char *live(const char *entity)
{
    weft_text text = {0};
    char request[128];
    (void)snprintf(request, sizeof(request), "{\"entity\":\"%s\",\"fields\":[\"id\"]}", entity);
    if (weft_query_json(the_world.engine, request, strlen(request), &text, &the_world.error) != WEFT_OK) {
        fail_msg("%s: %s", entity, the_world.error.message);
    }
    weft_buf buf;
    weft_buf_init_arena(&buf, &the_world.arena);
    weft_buf_add_text(&buf, "");
    for (const char *at = strstr(text.data, "\"id\":\""); at; at = strstr(at + 1, "\"id\":\"")) {
        const char *end = strchr(at + 6, '"');
        weft_buf_add_text(&buf, buf.len > 0 ? " " : "");
        weft_buf_add(&buf, at + 6, (size_t)(end - at - 6));
    }
    weft_text_free(&text);
    return buf.len > 0 ? buf.data : "";
}

static size_t live_count(const char *entity)
{
    size_t count = 0;
    for (const char *at = live(entity); at && *at; at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL) {
        count++;
    }
    return count;
}

#define assert_live(entity, expected) assert_string_equal(live(entity), (expected))

static void cascades_go_and_unlinked_stay(void **state)
{
    start(state);
    cascade_create(&the_world, "product", "[{\"id\":\"p1\"},{\"id\":\"p2\"}]");
    cascade_create(
        &the_world, "variant", "[{\"id\":\"v1\",\"product_id\":\"p1\"},{\"id\":\"v2\",\"product_id\":\"p2\"}]");
    cascade_create(&the_world, "post", "[{\"id\":\"b1\"},{\"id\":\"b2\"}]");
    cascade_create(&the_world, "comment", "[{\"id\":\"c1\",\"post_id\":\"b1\"},{\"id\":\"c2\",\"post_id\":\"b2\"}]");
    cascade_create(&the_world, "tag", "[{\"id\":\"t1\"}]");
    cascade_create(&the_world, "topic", "[{\"id\":\"o1\"}]");
    cascade_link(&the_world, "product_post", "p1", "b1");
    cascade_link(&the_world, "product_post", "p2", "b2");
    cascade_link(&the_world, "product_tag", "p1", "t1");
    cascade_link(&the_world, "product_topic", "p1", "o1");
    cascade_dump before;
    cascade_dump after;
    cascade_dump_read(&the_world, false, &before);
    const char *id = delete_it("product", "p1");
    assert_live("product", "p2");
    assert_live("variant", "v2");
    assert_live("post", "b2");
    assert_live("comment", "c2");
    assert_live("tag", "t1");
    assert_int_equal(live_count("product_tag"), 0);
    assert_int_equal(live_count("product_topic"), 1); /* keep */
    assert_refused("product", "p1", WEFT_NOT_FOUND);
    assert_may_restore(id, "shop", WEFT_FORBIDDEN);
    assert_non_null(cascade_restore(&the_world, id));
    cascade_dump_read(&the_world, false, &after);
    assert_dump_equal(&after, &before, "restored");
    assert_null(cascade_restore(&the_world, id));
    assert_int_equal(the_world.error.code, WEFT_NOT_FOUND);
    assert_null(cascade_restore(&the_world, "del_none"));
    assert_int_equal(the_world.error.code, WEFT_NOT_FOUND);
}

/* The policy is the other side's: deleting a post takes no product with it. */
static void a_cascade_goes_one_way(void **state)
{
    start(state);
    cascade_create(&the_world, "product", "[{\"id\":\"p1\"}]");
    cascade_create(&the_world, "post", "[{\"id\":\"b1\"}]");
    cascade_link(&the_world, "product_post", "p1", "b1");
    (void)delete_it("post", "b1");
    assert_live("product", "p1");
    assert_int_equal(live_count("product_post"), 0);
}

static void orphans_go_with_the_last(void **state)
{
    start(state);
    cascade_create(&the_world, "post", "[{\"id\":\"b1\"},{\"id\":\"b2\"}]");
    cascade_create(&the_world, "author", "[{\"id\":\"a1\"},{\"id\":\"a2\"}]");
    cascade_create(&the_world, "badge", "[{\"id\":\"g1\"}]");
    cascade_link(&the_world, "post_author", "b1", "a1");
    cascade_link(&the_world, "post_author", "b1", "a2");
    cascade_link(&the_world, "post_author", "b2", "a2");
    cascade_link(&the_world, "author_badge", "a2", "g1");
    (void)delete_it("post", "b1");
    assert_live("author", "a2");
    assert_live("badge", "g1");
    cascade_dump before;
    cascade_dump after;
    cascade_dump_read(&the_world, false, &before);
    const char *id = delete_it("post", "b2");
    assert_live("author", "");
    assert_live("badge", "");
    assert_non_null(cascade_restore(&the_world, id));
    cascade_dump_read(&the_world, false, &after);
    assert_dump_equal(&after, &before, "restored");
}

/* Two posts that die together leave no author behind, though each alone would have kept it. */
static void orphans_are_settled_at_the_end(void **state)
{
    start(state);
    cascade_create(&the_world, "product", "[{\"id\":\"p1\"}]");
    cascade_create(&the_world, "post", "[{\"id\":\"b1\"},{\"id\":\"b2\"}]");
    cascade_create(&the_world, "author", "[{\"id\":\"a1\"}]");
    cascade_link(&the_world, "product_post", "p1", "b1");
    cascade_link(&the_world, "product_post", "p1", "b2");
    cascade_link(&the_world, "post_author", "b1", "a1");
    cascade_link(&the_world, "post_author", "b2", "a1");
    (void)delete_it("product", "p1");
    assert_live("author", "");
}

static void a_holder_restricts_unless_it_is_gone(void **state)
{
    start(state);
    cascade_create(&the_world, "product", "[{\"id\":\"p1\"}]");
    cascade_create(&the_world, "review", "[{\"id\":\"r1\"}]");
    cascade_link(&the_world, "product_review", "p1", "r1");
    assert_refused("product", "p1", WEFT_RESTRICTED);
    assert_non_null(strstr(the_world.error.detail, "review \"r1\""));
    /* A holder that was deleted by others holds nothing any more. */
    cascade_execute(&the_world,
                    the_world.urls[1] ? 1 : 0,
                    "UPDATE review SET deleted_at = '2026-01-01T00:00:00.000Z' WHERE id = 'r1'");
    (void)delete_it("product", "p1");
    assert_int_equal(live_count("product_review"), 0);
}

static void cycles_end(void **state)
{
    start(state);
    cascade_create(&the_world, "product", "[{\"id\":\"p1\"},{\"id\":\"p2\"},{\"id\":\"p3\"},{\"id\":\"p4\"}]");
    cascade_link(&the_world, "product_twin", "p1", "p2");
    cascade_link(&the_world, "product_twin", "p2", "p3");
    cascade_link(&the_world, "product_twin", "p3", "p1");
    cascade_link(&the_world, "product_twin", "p1", "p1");
    cascade_dump before;
    cascade_dump after;
    cascade_dump_read(&the_world, false, &before);
    const char *id = delete_it("product", "p2");
    assert_live("product", "p4");
    assert_non_null(cascade_restore(&the_world, id));
    cascade_dump_read(&the_world, false, &after);
    assert_dump_equal(&after, &before, "restored");
}

static const char bundles[] =
    "[{\"id\":\"u1\",\"weight\":-0.0,\"price\":123456789012345678901234567890.125,\"data\":{\"b\":[1,null],\"a\":"
    "\"\\u00e9\"},"
    "\"labels\":[\"x\",\"y,z\"],\"is_new\":false,\"made_at\":\"2026-03-04T05:06:07.089Z\",\"number\":9007199254740993},"
    "{\"id\":\"u2\",\"parent_id\":\"u1\",\"weight\":0.1},{\"id\":\"u3\"}]";

static void removed_rows_come_back_whole(void **state)
{
    start(state);
    cascade_create(&the_world, "bundle", bundles);
    cascade_create(&the_world, "line", "[{\"id\":\"l1\",\"bundle_id\":\"u1\"},{\"id\":\"l2\",\"bundle_id\":\"u2\"}]");
    cascade_create(&the_world, "line", "[{\"id\":\"l3\",\"bundle_id\":\"u1\"}]");
    cascade_create(&the_world, "memo", "[{\"id\":\"m1\",\"bundle_id\":\"u2\"},{\"id\":\"m2\",\"bundle_id\":\"u3\"}]");
    cascade_create(&the_world, "tag", "[{\"id\":\"t1\"}]");
    cascade_execute(&the_world, 0, "INSERT INTO bundle_tags (bundle_id, tag_id) VALUES ('u1', 't1'), ('u3', 't1')");
    (void)delete_it("line", "l3"); /* marked before: it goes and comes back with its parent, still marked */
    cascade_dump before;
    cascade_dump after;
    cascade_dump gone;
    cascade_dump_read(&the_world, false, &before);
    const char *answer = cascade_delete(&the_world, "bundle", "u1");
    if (!answer) {
        fail_msg("%s (%s)", the_world.error.message, the_world.error.detail);
    }
    cascade_dump_read(&the_world, false, &after);
    cascade_dump_minus(&the_world, &before, &after, &gone);
    assert_int_equal(gone.lines.count, 7); /* two bundles, three lines, a memo's field, a pivot row */
    assert_int_equal(cascade_rows(&the_world, answer), 7);
    assert_live("bundle", "u3");
    assert_may_restore(cascade_member(&the_world, answer, "deletion"), "shop", WEFT_OK);
    assert_non_null(cascade_restore(&the_world, cascade_member(&the_world, answer, "deletion")));
    cascade_dump_read(&the_world, false, &after);
    assert_dump_equal(&after, &before, "restored");
}

static void a_required_reference_holds_what_would_be_removed(void **state)
{
    start(state);
    cascade_create(&the_world, "bundle", "[{\"id\":\"u1\"}]");
    cascade_create(&the_world, "bill", "[{\"id\":\"i1\",\"bundle_id\":\"u1\"}]");
    assert_refused("bundle", "u1", WEFT_RESTRICTED);
    assert_non_null(strstr(the_world.error.detail, "bill \"i1\""));
}

static void composite_keys_are_arrays(void **state)
{
    start(state);
    cascade_create(
        &the_world, "rate", "[{\"region\":\"eu\",\"year\":2026,\"share\":0.3},{\"region\":\"eu\",\"year\":2027}]");
    cascade_dump before;
    cascade_dump after;
    cascade_dump_read(&the_world, false, &before);
    const char *id = delete_it("rate", "[\"eu\",2026]");
    assert_non_null(cascade_restore(&the_world, id));
    cascade_dump_read(&the_world, false, &after);
    assert_dump_equal(&after, &before, "restored");
    assert_refused("rate", "[\"eu\"]", WEFT_TYPE_MISMATCH);
    assert_refused("rate", "[\"eu\",2030]", WEFT_NOT_FOUND);
    assert_refused("shadow", "x", WEFT_UNSUPPORTED);
    assert_refused("product_tag", "x", WEFT_UNSUPPORTED);
}

/* Deleted and restored, everything is as it was, and nothing is said to have changed meanwhile. */
static void assert_come_back(const char *entity, const char *const *keys, size_t count)
{
    weft_text text = {0};
    cascade_dump before;
    cascade_dump after;
    cascade_dump_read(&the_world, false, &before);
    if (weft_delete_json(the_world.engine, entity, keys, count, 0, &text, &the_world.error) != WEFT_OK) {
        fail_msg("%s: %s (%s)", keys[0], the_world.error.message, the_world.error.detail);
    }
    const char *answer = cascade_restore(&the_world, cascade_member(&the_world, text.data, "deletion"));
    weft_text_free(&text);
    if (!answer) {
        fail_msg("%s: %s (%s)", keys[0], the_world.error.message, the_world.error.detail);
    }
    assert_non_null(strstr(answer, "\"left\":0"));
    cascade_dump_read(&the_world, false, &after);
    assert_dump_equal(&after, &before, keys[0]);
}

static void fill_keys_of_two_parts(void)
{
    cascade_create(&the_world, "product", "[{\"id\":\"p1\"},{\"id\":\"p2\"}]");
    cascade_create(&the_world,
                   "offer",
                   "[{\"region\":\"eu\",\"year\":1,\"product_id\":\"p1\"},{\"region\":\"eu\",\"year\":2,"
                   "\"product_id\":\"p1\"},{\"region\":\"us\",\"year\":1,\"product_id\":\"p2\"}]");
    cascade_create(&the_world, "bundle", "[{\"id\":\"u1\"}]");
    cascade_create(&the_world,
                   "rate",
                   "[{\"region\":\"eu\",\"year\":1,\"bundle_id\":\"u1\"},{\"region\":\"us\",\"year\":1,"
                   "\"bundle_id\":\"u1\"},{\"region\":\"us\",\"year\":2}]");
    cascade_create(&the_world, "post", "[{\"id\":\"b1\"},{\"id\":\"b2\"}]");
    cascade_create(&the_world, "tag", "[{\"id\":\"t1\"},{\"id\":\"t2\"}]");
    cascade_create(&the_world, "badge", "[{\"id\":\"g1\"},{\"id\":\"g2\"},{\"id\":\"g3\"}]");
    cascade_link(&the_world, "post_tag", "b1", "t1");
    cascade_link(&the_world, "post_tag", "b2", "t1");
    cascade_link(&the_world, "tag_badge", "t1", "g1");
    cascade_link(&the_world, "tag_badge", "t1", "g2");
    cascade_link(&the_world, "tag_badge", "t2", "g3");
}

/* Marked, removed and cleared rows, records and links, one and many. */
static void rows_with_keys_of_two_parts_come_back(void **state)
{
    static const struct {
        const char *entity;
        const char *keys[2];
    } deletions[] = {
        {"offer", {"[\"eu\",1]", NULL}},
        {"offer", {"[\"eu\",2]", "[\"us\",1]"}},
        {"product", {"p2", NULL}},
        {"product", {"p1", "p2"}},
        {"rate", {"[\"us\",2]", NULL}},
        {"rate", {"[\"us\",1]", "[\"eu\",1]"}},
        {"bundle", {"u1", NULL}},
        {"post", {"b1", NULL}},
        {"badge", {"g3", "g1"}},
        {"tag", {"t2", NULL}},
        {"tag", {"t1", "t2"}},
    };
    start(state);
    fill_keys_of_two_parts();
    for (size_t i = 0; i < sizeof(deletions) / sizeof(*deletions); i++) {
        assert_come_back(deletions[i].entity, deletions[i].keys, deletions[i].keys[1] ? 2 : 1);
    }
}

/* A trigger that silently passes over each `change` of a table of the first store. */
static void hold(const char *table, const char *change)
{
    const bool is_file = !strncmp(the_world.urls[0], "sqlite:", 7);
    char sql[256];
    (void)snprintf(sql,
                   sizeof(sql),
                   is_file
                       ? "CREATE TRIGGER hold BEFORE %s ON %s BEGIN SELECT RAISE(IGNORE); END"
                       : "CREATE FUNCTION pass_over() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; "
                         "CREATE TRIGGER hold BEFORE %s ON %s FOR EACH ROW EXECUTE FUNCTION pass_over()",
                   change,
                   table);
    cascade_execute(&the_world, 0, sql);
}

static void let_go(const char *table)
{
    const bool is_file = !strncmp(the_world.urls[0], "sqlite:", 7);
    char sql[128];
    (void)snprintf(sql, sizeof(sql), is_file ? "DROP TRIGGER hold" : "DROP TRIGGER hold ON %s", table);
    cascade_execute(&the_world, 0, sql);
    cascade_execute(&the_world, 0, is_file ? "SELECT 1" : "DROP FUNCTION pass_over");
}

static void assert_held(const char *entity, const char *table, const char *change, const char *key)
{
    cascade_dump before;
    cascade_dump deleted;
    cascade_dump after;
    cascade_dump_read(&the_world, false, &before);
    const char *id = delete_it(entity, key);
    cascade_dump_read(&the_world, false, &deleted);
    hold(table, change);
    assert_null(cascade_restore(&the_world, id));
    assert_int_equal(the_world.error.code, WEFT_STORE_ERROR);
    assert_non_null(strstr(the_world.error.message, "of its rows stayed deleted"));
    cascade_dump_read(&the_world, false, &after);
    assert_dump_equal(&after, &deleted, "nothing was restored");
    let_go(table);
    assert_non_null(cascade_restore(&the_world, id));
    cascade_dump_read(&the_world, false, &after);
    assert_dump_equal(&after, &before, "restored");
}

/* A deletion is not called restored while its rows stay deleted: it could not be restored again. */
static void rows_that_stay_deleted_are_an_error(void **state)
{
    start(state);
    fill_keys_of_two_parts();
    assert_held("product", "product", "UPDATE", "p1");
    assert_held("product", "offer", "UPDATE", "p1");
    assert_held("bundle", "bundle", "INSERT", "u1");
    assert_held("rate", "rate", "INSERT", "[\"us\",1]");
}

static void a_budget_stops_before_it_begins(void **state)
{
    start(state);
    cascade_create(&the_world, "product", "[{\"id\":\"p1\"}]");
    cascade_create(
        &the_world, "variant", "[{\"id\":\"v1\",\"product_id\":\"p1\"},{\"id\":\"v2\",\"product_id\":\"p1\"}]");
    const char *key = "p1";
    weft_text text = {0};
    assert_int_equal(weft_delete_json(the_world.engine, "product", &key, 1, 2, &text, &the_world.error),
                     WEFT_LIMIT_EXCEEDED);
    assert_non_null(strstr(the_world.error.detail, "records_max"));
    assert_live("variant", "v1 v2");
    assert_int_equal(weft_delete_json(the_world.engine, "product", &key, 1, 3, &text, &the_world.error), WEFT_OK);
    weft_text_free(&text);
    assert_live("variant", "");
}

static void restoring_leaves_what_others_changed(void **state)
{
    start(state);
    cascade_create(&the_world, "product", "[{\"id\":\"p1\"}]");
    cascade_create(&the_world, "post", "[{\"id\":\"b1\"},{\"id\":\"b2\"}]");
    cascade_create(&the_world, "tag", "[{\"id\":\"t1\"},{\"id\":\"t2\"}]");
    cascade_link(&the_world, "product_post", "p1", "b1");
    cascade_link(&the_world, "product_tag", "p1", "t1");
    cascade_link(&the_world, "product_tag", "p1", "t2");
    cascade_dismiss(&the_world, "product_tag", "p1", "t2");
    const char *id = delete_it("product", "p1");
    (void)delete_it("post", "b2");
    const char *answer = cascade_restore(&the_world, id);
    assert_non_null(answer);
    assert_live("post", "b1");
    assert_int_equal(live_count("product_tag"), 1); /* what was dismissed before stays dismissed */
}

static void a_taken_place_keeps_everything_deleted(void **state)
{
    start(state);
    cascade_create(&the_world, "product", "[{\"id\":\"p1\",\"title\":\"A\"}]");
    cascade_create(&the_world, "post", "[{\"id\":\"b1\"},{\"id\":\"b2\"}]");
    cascade_create(&the_world, "bundle", "[{\"id\":\"u1\"}]");
    cascade_link(&the_world, "product_post", "p1", "b1");
    cascade_link(&the_world, "post_bundle", "b2", "u1");
    const char *id = delete_it("product", "p1");
    cascade_create(&the_world, "product", "[{\"id\":\"p2\",\"title\":\"A\"}]");
    cascade_dump before;
    cascade_dump after;
    cascade_dump_read(&the_world, false, &before);
    assert_null(cascade_restore(&the_world, id));
    assert_int_equal(the_world.error.code, WEFT_UNIQUE_VIOLATION);
    cascade_dump_read(&the_world, false, &after);
    assert_dump_equal(&after, &before, "nothing restored");
    (void)delete_it("product", "p2");
    assert_non_null(cascade_restore(&the_world, id));

    id = delete_it("post", "b2"); /* its bundle is removed */
    cascade_create(&the_world, "bundle", "[{\"id\":\"u1\"}]");
    cascade_dump_read(&the_world, false, &before);
    assert_null(cascade_restore(&the_world, id));
    cascade_dump_read(&the_world, false, &after);
    assert_dump_equal(&after, &before, "nothing restored");
}

static void cardinality_is_kept_when_restoring(void **state)
{
    start(state);
    cascade_create(&the_world, "post", "[{\"id\":\"b1\"},{\"id\":\"b2\"}]");
    cascade_create(&the_world, "author", "[{\"id\":\"a1\"}]");
    cascade_create(&the_world, "bundle", "[{\"id\":\"u1\"}]");
    cascade_link(&the_world, "post_bundle", "b1", "u1");
    const char *id = delete_it("bundle", "u1");
    cascade_create(&the_world, "bundle", "[{\"id\":\"u1\"}]");
    cascade_link(&the_world, "post_bundle", "b2", "u1");
    assert_null(cascade_restore(&the_world, id));
    assert_true(the_world.error.code == WEFT_UNIQUE_VIOLATION || the_world.error.code == WEFT_CARDINALITY_VIOLATION);
    assert_live("post_bundle", live("post_bundle"));
    assert_int_equal(live_count("post_bundle"), 1);
}

/* Links made while their product goes: each was either made before, and went with it, or was refused. */
typedef struct linker {
    pthread_t thread;
    size_t number;
    size_t made;
    weft_code worst;
} linker;

#define LINKERS       6
#define LINKS_OF_EACH 12

static void *link_many(void *argument)
{
    linker *l = argument;
    for (size_t i = 0; i < LINKS_OF_EACH; i++) {
        char json[128];
        weft_text text = {0};
        weft_error error = {0};
        (void)snprintf(json,
                       sizeof(json),
                       "{\"link\":\"product_tag\",\"left\":\"p1\",\"right\":\"t%zu\"}",
                       l->number * LINKS_OF_EACH + i);
        const weft_code code = weft_link_create_json(the_world.engine, json, strlen(json), &text, &error);
        l->made += code == WEFT_OK ? 1 : 0;
        if (code != WEFT_OK && code != WEFT_MISSING_RECORD && code != WEFT_STORE_BUSY) {
            l->worst = code;
        }
        weft_text_free(&text);
    }
    return NULL;
}

static void nobody_links_to_what_is_going(void **state)
{
    start(state);
    linker linkers[LINKERS] = {0};
    weft_buf tags;
    weft_buf_init_arena(&tags, &the_world.arena);
    for (size_t i = 0; i < (size_t)LINKERS * LINKS_OF_EACH; i++) {
        weft_buf_add_format(&tags, "%s{\"id\":\"t%zu\"}", i > 0 ? "," : "[", i);
    }
    weft_buf_add_char(&tags, ']');
    cascade_create(&the_world, "product", "[{\"id\":\"p1\"}]");
    cascade_create(&the_world, "tag", tags.data);
    for (size_t i = 0; i < LINKERS; i++) {
        linkers[i].number = i;
        assert_int_equal(pthread_create(&linkers[i].thread, NULL, link_many, &linkers[i]), 0);
    }
    const char *answer = NULL;
    for (int tries = 0; !answer && tries < 20; tries++) {
        answer = cascade_delete(&the_world, "product", "p1");
    }
    for (size_t i = 0; i < LINKERS; i++) {
        assert_int_equal(pthread_join(linkers[i].thread, NULL), 0);
        assert_int_equal(linkers[i].worst, WEFT_OK);
    }
    assert_non_null(answer);
    assert_int_equal(live_count("product_tag"), 0);
}

/* However wide the graph: a statement a table, edge and round. */
static size_t statements;

static void count_statement(void *ctx, const weft_event *event)
{
    (void)ctx;
    statements += event->kind == WEFT_EVENT_STATEMENT ? 1 : 0;
}

static size_t statements_for(size_t posts)
{
    cascade_open(&the_world, cascade_current_place);
    cascade_create(&the_world, "product", "[{\"id\":\"p1\"}]");
    for (size_t i = 0; i < posts; i++) {
        char id[16];
        char json[64];
        (void)snprintf(id, sizeof(id), "b%zu", i);
        (void)snprintf(json, sizeof(json), "[{\"id\":\"%s\"}]", id);
        cascade_create(&the_world, "post", json);
        cascade_link(&the_world, "product_post", "p1", id);
    }
    cascade_close_engine(&the_world);
    the_world.observer = (weft_observer){count_statement, NULL};
    cascade_open_engine(&the_world);
    assert_non_null(cascade_impact(&the_world, "product", "p1"));
    statements = 0;
    assert_non_null(cascade_impact(&the_world, "product", "p1"));
    const size_t run = statements;
    cascade_close(&the_world);
    return run;
}

static void statements_do_not_grow_with_rows(void **state)
{
    (void)state;
    const size_t few = statements_for(2);
    const size_t many = statements_for(30);
    assert_int_equal(few, many);
    cascade_open(&the_world, cascade_current_place);
}

static void count_ddl(void *ctx, const weft_event *event)
{
    (void)ctx;
    statements += event->kind == WEFT_EVENT_STATEMENT && weft_str_starts_with(event->text, WEFT_STR("CREATE")) ? 1 : 0;
}

static void delete_watching_ddl(const char *key)
{
    cascade_close_engine(&the_world);
    the_world.observer = (weft_observer){count_ddl, NULL};
    cascade_open_engine(&the_world);
    statements = 0;
    assert_non_null(cascade_delete(&the_world, "product", key));
}

static void the_journal_is_made_by_migrating(void **state)
{
    (void)state;
    cascade_open(&the_world, cascade_current_place);
    cascade_create(&the_world, "product", "[{\"id\":\"p1\"},{\"id\":\"p2\"}]");
    delete_watching_ddl("p1");
    assert_int_equal(statements, 0);
    for (size_t i = 0; i < 2 && the_world.urls[i]; i++) {
        cascade_execute(&the_world, i, "DROP TABLE weft_deletions");
        cascade_execute(&the_world, i, "DROP TABLE weft_deletion_rows");
    }
    delete_watching_ddl("p2");
    assert_true(statements >= 4);
    assert_non_null(cascade_restore(&the_world, cascade_latest(&the_world)));
}

/* One array, so that the run has one plan. */
#define CASE(name, place) cmocka_unit_test_prestate_setup_teardown(name, cascade_set_place, stop, place)
#define CASES(place)                                                                                                   \
    CASE(cascades_go_and_unlinked_stay, place), CASE(a_cascade_goes_one_way, place),                                   \
        CASE(orphans_go_with_the_last, place), CASE(orphans_are_settled_at_the_end, place),                            \
        CASE(a_holder_restricts_unless_it_is_gone, place), CASE(cycles_end, place),                                    \
        CASE(removed_rows_come_back_whole, place), CASE(a_required_reference_holds_what_would_be_removed, place),      \
        CASE(composite_keys_are_arrays, place), CASE(rows_with_keys_of_two_parts_come_back, place),                    \
        CASE(rows_that_stay_deleted_are_an_error, place), CASE(a_budget_stops_before_it_begins, place),                \
        CASE(restoring_leaves_what_others_changed, place), CASE(a_taken_place_keeps_everything_deleted, place),        \
        CASE(cardinality_is_kept_when_restoring, place), CASE(nobody_links_to_what_is_going, place),                   \
        CASE(statements_do_not_grow_with_rows, place), CASE(the_journal_is_made_by_migrating, place)

int main(void)
{
    static cascade_place places[] = {
        CASCADE_FILE, CASCADE_FILES, CASCADE_SERVER, CASCADE_FILE_SERVER, CASCADE_SERVER_FILE};
    const struct CMUnitTest tests[] = {
        CASES(&places[0]), CASES(&places[1]), CASES(&places[2]), CASES(&places[3]), CASES(&places[4])};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
