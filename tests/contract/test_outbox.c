/* Deletes by plain SQL, noted by triggers and carried out by recovering, in every placement of the stores. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "contract/cascade_world.h"
#include "support/alloc.h"

static cascade_world the_world;

#define NOTHING "{\"finished\":[],\"pending\":[]}"
#define WHEN    "'2026-02-03T04:05:06.789Z'"

static void start(void **state)
{
    (void)state;
    cascade_open_guarded(&the_world, cascade_current_place);
}

static int stop(void **state)
{
    (void)state;
    cascade_close(&the_world);
    return 0;
}

static size_t blog(void)
{
    return the_world.urls[1] ? 1 : 0;
}

static const char *count_of(size_t store, const char *table)
{
    const char *sql = weft_str_format(&the_world.arena, "SELECT CAST(count(*) AS text) FROM %s", table).data;
    return cascade_query(&the_world, store, sql);
}

#define assert_notes(store, expected)     assert_string_equal(count_of((store), "weft_outbox"), (expected))
#define assert_deletions(store, expected) assert_string_equal(count_of((store), "weft_deletions"), (expected))

/* What is refused is told, and so is the rest: the answer, though the call fails. */
static const char *recover_refused(weft_code code)
{
    weft_text text = {0};
    assert_int_equal(weft_recover(the_world.engine, &text, &the_world.error), code);
    assert_non_null(text.data);
    const char *answer = weft_str_format(&the_world.arena, "%s", text.data).data;
    weft_text_free(&text);
    return answer;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part)) {
        fail_msg("\"%s\" is not in: %s", part, text);
    }
}

/* With a tag, whose row goes, and a topic, whose row is kept. */
static void fill(void)
{
    cascade_fill(&the_world);
    cascade_create(&the_world, "tag", "[{\"id\":\"t1\"}]");
    cascade_create(&the_world, "topic", "[{\"id\":\"o1\"}]");
    cascade_link(&the_world, "product_tag", "p1", "t1");
    cascade_link(&the_world, "product_topic", "p1", "o1");
}

static void a_mark_by_sql_does_what_weft_does(void **state)
{
    cascade_dump before;
    cascade_dump wanted;
    cascade_dump now;
    start(state);
    fill();
    cascade_dump_read(&the_world, false, &before);
    const char *answer = cascade_delete(&the_world, "product", "p1");
    assert_non_null(answer);
    cascade_dump_read(&the_world, true, &wanted);
    assert_non_null(cascade_restore(&the_world, cascade_member(&the_world, answer, "deletion")));
    assert_notes(0, "0");
    cascade_execute(&the_world, 0, "UPDATE product SET deleted_at = " WHEN " WHERE id = 'p1'");
    assert_notes(0, "1");
    assert_has(cascade_must_recover(&the_world), "\"settled\":1,\"void\":0,\"refused\":0,\"left\":0");
    cascade_dump_read(&the_world, true, &now);
    assert_dump_equal(&now, &wanted, "drained");
    assert_notes(0, "0");
    assert_notes(blog(), "0");
    assert_string_equal(cascade_must_recover(&the_world), NOTHING);
    /* It is a deletion like any other, the record itself among what it gives back. */
    assert_non_null(cascade_restore(&the_world, cascade_latest(&the_world)));
    cascade_dump_read(&the_world, false, &now);
    assert_dump_equal(&now, &before, "restored");
    assert_string_equal(cascade_must_recover(&the_world), NOTHING);
}

static void a_row_that_left_its_table_takes_what_hangs_on_it(void **state)
{
    cascade_dump wanted;
    cascade_dump now;
    start(state);
    fill();
    assert_non_null(cascade_delete(&the_world, "bundle", "u1"));
    cascade_dump_read(&the_world, true, &wanted);
    assert_non_null(cascade_restore(&the_world, cascade_latest(&the_world)));
    cascade_execute(&the_world, 0, "DELETE FROM bundle WHERE id = 'u1'");
    cascade_must_recover(&the_world);
    cascade_dump_read(&the_world, true, &now);
    assert_dump_equal(&now, &wanted, "drained");
    assert_notes(0, "0");
    assert_string_equal(cascade_must_recover(&the_world), NOTHING);
}

static void whatever_form_a_time_has(void **state)
{
    start(state);
    fill();
    cascade_execute(&the_world, 0, "UPDATE product SET deleted_at = CURRENT_TIMESTAMP WHERE id = 'p1'");
    cascade_execute(&the_world, blog(), "UPDATE post SET deleted_at = '2026-02-03 04:05:06+00:00' WHERE id = 'b3'");
    cascade_must_recover(&the_world);
    assert_string_equal(cascade_query(&the_world, blog(), "SELECT id FROM post WHERE deleted_at IS NULL ORDER BY id"),
                        "");
    assert_string_equal(
        cascade_query(
            &the_world,
            0,
            "SELECT CAST(count(*) AS text) FROM shop_product_blog_post_product_post WHERE deleted_at IS NULL"),
        "0");
}

static void what_weft_deletes_leaves_no_notes(void **state)
{
    start(state);
    fill();
    cascade_create(&the_world, "rate", "[{\"region\":\"e\\\"u\\\\\\u0001\\u007f \xc3\xa9\\n/\",\"year\":-7}]");
    assert_non_null(cascade_delete(&the_world, "product", "p1"));
    assert_non_null(cascade_delete(&the_world, "rate", "[\"e\\\"u\\\\\\u0001\\u007f \xc3\xa9\\n/\",-7]"));
    assert_notes(0, "0");
    assert_notes(blog(), "0");
}

static void a_record_that_is_back_keeps_its_links(void **state)
{
    cascade_dump before;
    cascade_dump now;
    start(state);
    fill();
    cascade_execute(&the_world, 0, "UPDATE product SET deleted_at = " WHEN " WHERE id = 'p1'");
    cascade_execute(&the_world, 0, "UPDATE product SET deleted_at = NULL");
    cascade_execute(&the_world, blog(), "DELETE FROM author WHERE id = 'a1'");
    cascade_execute(
        &the_world, blog(), "INSERT INTO author (id, created_at, updated_at) VALUES ('a1', " WHEN ", " WHEN ")");
    cascade_dump_read(&the_world, false, &before);
    assert_has(cascade_must_recover(&the_world), "\"settled\":0,\"void\":");
    cascade_dump_read(&the_world, false, &now);
    assert_dump_equal(&now, &before, "void");
    assert_notes(0, "0");
    assert_notes(blog(), "0");
    assert_string_equal(cascade_must_recover(&the_world), NOTHING);
}

/* Inserted again, deleted again: what hangs on the key goes once, and the second note finds nothing. */
static void a_key_deleted_twice_is_deleted_once(void **state)
{
    start(state);
    fill();
    cascade_execute(&the_world, 0, "UPDATE product SET deleted_at = " WHEN " WHERE id = 'p1'");
    cascade_execute(&the_world, 0, "UPDATE product SET deleted_at = NULL WHERE id = 'p1'");
    cascade_execute(&the_world, 0, "UPDATE product SET deleted_at = " WHEN " WHERE id = 'p1'");
    assert_notes(0, "2");
    cascade_must_recover(&the_world);
    assert_notes(0, "0");
    assert_string_equal(
        cascade_query(&the_world, 0, "SELECT CAST(count(*) AS text) FROM weft_deletions WHERE store = home"), "1");
}

/* A note of a record that weft deleted itself (a process that did not know of the guard yet) changes nothing. */
static void a_deletion_of_wefts_is_not_taken_over(void **state)
{
    cascade_dump before;
    cascade_dump now;
    start(state);
    fill();
    cascade_dump_read(&the_world, false, &before);
    assert_non_null(cascade_delete(&the_world, "product", "p1"));
    cascade_execute(
        &the_world, 0, "INSERT INTO weft_outbox (table_name, row_key, change) VALUES ('product', '[\"p1\"]', 'mark')");
    assert_has(cascade_must_recover(&the_world), "\"settled\":0,\"void\":1,\"refused\":0,\"left\":0");
    assert_non_null(cascade_restore(&the_world, cascade_latest(&the_world)));
    cascade_dump_read(&the_world, false, &now);
    assert_dump_equal(&now, &before, "restored");
}

static void what_is_refused_stays_and_the_rest_goes_on(void **state)
{
    start(state);
    fill();
    cascade_create(&the_world, "review", "[{\"id\":\"r1\"}]");
    cascade_link(&the_world, "product_review", "p1", "r1");
    cascade_execute(&the_world, 0, "UPDATE product SET deleted_at = " WHEN);
    const char *answer = recover_refused(WEFT_RESTRICTED);
    assert_has(answer, "\"settled\":1,\"void\":0,\"refused\":1,\"left\":1");
    assert_has(answer, "{\"entity\":\"product\",\"key\":\"[\\\"p1\\\"]\",\"reason\":\"product \\\"p1\\\" is held");
    assert_string_equal(cascade_query(&the_world, blog(), "SELECT id FROM post WHERE deleted_at IS NULL ORDER BY id"),
                        "b1\nb2");
    assert_string_equal(
        cascade_query(&the_world, 0, "SELECT row_key FROM weft_outbox WHERE reason LIKE '%review%' AND tries = 2"),
        "[\"p1\"]");
    recover_refused(WEFT_RESTRICTED);
    assert_string_equal(cascade_query(&the_world, 0, "SELECT CAST(tries AS text) FROM weft_outbox"), "3");
    cascade_dismiss(&the_world, "product_review", "p1", "r1");
    assert_has(cascade_must_recover(&the_world), "\"settled\":1,\"void\":0,\"refused\":0,\"left\":0");
    assert_string_equal(cascade_query(&the_world, blog(), "SELECT id FROM post WHERE deleted_at IS NULL ORDER BY id"),
                        "");
    assert_string_equal(cascade_must_recover(&the_world), NOTHING);
}

/* A later note removes what holds the record of an earlier one. */
static void passes_are_repeated_while_they_help(void **state)
{
    start(state);
    fill();
    cascade_create(&the_world, "review", "[{\"id\":\"r1\"}]");
    cascade_link(&the_world, "product_review", "p1", "r1");
    cascade_execute(&the_world, 0, "UPDATE product SET deleted_at = " WHEN " WHERE id = 'p1'");
    cascade_execute(&the_world, blog(), "DELETE FROM review");
    cascade_must_recover(&the_world);
    assert_notes(0, "0");
    assert_notes(blog(), "0");
}

static void a_note_that_makes_no_sense_stays(void **state)
{
    start(state);
    fill();
    cascade_execute(&the_world,
                    0,
                    "INSERT INTO weft_outbox (table_name, row_key, change) VALUES ('nowhere', '[\"x\"]', 'remove'), "
                    "('product', 'x', 'remove'), ('product', '[7]', 'remove'), ('product', '[\"p9\"]', 'remove')");
    const char *answer = recover_refused(WEFT_UNKNOWN_ENTITY);
    assert_has(answer, "\"settled\":1,\"void\":0,\"refused\":3,\"left\":3");
    assert_has(answer, "no model has the table \\\"nowhere\\\"");
    assert_deletions(0, "0");
}

static void a_statement_is_one_deletion(void **state)
{
    start(state);
    fill();
    cascade_create(&the_world, "product", "[{\"id\":\"p3\"},{\"id\":\"p4\"},{\"id\":\"p5\"}]");
    cascade_create(
        &the_world, "variant", "[{\"id\":\"v3\",\"product_id\":\"p3\"},{\"id\":\"v4\",\"product_id\":\"p4\"}]");
    cascade_execute(&the_world, 0, "UPDATE product SET deleted_at = " WHEN " WHERE id IN ('p3', 'p4', 'p5')");
    assert_has(cascade_must_recover(&the_world), "\"settled\":3,\"void\":0,\"refused\":0,\"left\":0");
    assert_string_equal(cascade_query(&the_world, 0, "SELECT keys FROM weft_deletions"), "[\"p3\",\"p4\",\"p5\"]");
    assert_non_null(cascade_restore(&the_world, cascade_latest(&the_world)));
    assert_string_equal(cascade_query(&the_world, 0, "SELECT id FROM variant WHERE deleted_at IS NULL ORDER BY id"),
                        "v1\nv3\nv4");
    assert_string_equal(cascade_must_recover(&the_world), NOTHING);
}

static void tables_of_others_are_left_alone(void **state)
{
    start(state);
    fill();
    cascade_execute(&the_world, 0, "INSERT INTO shadow (id) VALUES ('s1')");
    cascade_link(&the_world, "shadow_tag", "s1", "t1");
    cascade_execute(&the_world, 0, "DELETE FROM shadow WHERE id = 's1'");
    cascade_must_recover(&the_world);
    assert_string_equal(cascade_query(&the_world, 0, "SELECT id FROM tag WHERE deleted_at IS NULL"), "");
    assert_string_equal(cascade_query(&the_world, 0, "SELECT keys FROM weft_deletions"), "[\"s1\"]");
    cascade_execute(&the_world, 0, "INSERT INTO shadow (id) VALUES ('s1')");
    assert_non_null(cascade_restore(&the_world, cascade_latest(&the_world)));
    assert_string_equal(cascade_query(&the_world, 0, "SELECT id FROM tag WHERE deleted_at IS NULL"), "t1");
}

static void undoing_by_sql_is_not_followed(void **state)
{
    cascade_dump before;
    cascade_dump now;
    start(state);
    fill();
    cascade_dump_read(&the_world, false, &before);
    cascade_execute(&the_world, 0, "UPDATE product SET deleted_at = " WHEN " WHERE id = 'p1'");
    cascade_must_recover(&the_world);
    cascade_execute(&the_world, 0, "UPDATE product SET deleted_at = NULL");
    assert_string_equal(cascade_must_recover(&the_world), NOTHING);
    assert_string_equal(cascade_query(&the_world, 0, "SELECT id FROM variant WHERE deleted_at IS NULL"), "");
    const char *answer = cascade_restore(&the_world, cascade_latest(&the_world));
    assert_non_null(answer);
    assert_has(answer, "\"left\":1");
    cascade_dump_read(&the_world, false, &now);
    assert_dump_equal(&now, &before, "restored");
}

static void limits_are_kept(void **state)
{
    weft_text text = {0};
    weft_recover_options options = {.records_max = 3};
    start(state);
    fill();
    cascade_execute(&the_world, 0, "UPDATE product SET deleted_at = " WHEN " WHERE id = 'p1'");
    assert_int_equal(weft_recover_with(the_world.engine, &options, &text, &the_world.error), WEFT_LIMIT_EXCEEDED);
    assert_has(text.data, "would touch more than 3 rows");
    weft_text_free(&text);
    assert_notes(0, "1");
    assert_has(cascade_must_recover(&the_world), "\"left\":0");
    options = (weft_recover_options){.notes_max = 2};
    cascade_create(&the_world, "tag", "[{\"id\":\"t2\"},{\"id\":\"t3\"},{\"id\":\"t4\"}]");
    cascade_execute(&the_world, 0, "DELETE FROM tag WHERE id IN ('t2', 't3', 't4')");
    assert_int_equal(weft_recover_with(the_world.engine, &options, &text, &the_world.error), WEFT_OK);
    assert_has(text.data, "\"settled\":2,\"void\":0,\"refused\":0,\"left\":1");
    weft_text_free(&text);
}

static size_t peak_of(size_t notes)
{
    test_alloc alloc;
    test_alloc_init(&alloc, 0);
    cascade_close_engine(&the_world);
    the_world.allocator = &alloc.allocator;
    cascade_open_engine(&the_world);
    const char *sql = weft_str_format(&the_world.arena,
                                      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %zu) "
                                      "INSERT INTO weft_outbox (table_name, row_key, change) SELECT 'product', "
                                      "'[\"gone' || i || '\"]', 'remove' FROM n",
                                      notes)
                          .data;
    cascade_execute(&the_world, 0, sql);
    cascade_must_recover(&the_world);
    assert_notes(0, "0");
    cascade_close_engine(&the_world);
    the_world.allocator = NULL;
    const size_t peak = alloc.peak_bytes;
    assert_true(test_alloc_done(&alloc));
    cascade_open_engine(&the_world);
    return peak;
}

static void memory_does_not_grow_with_notes(void **state)
{
    start(state);
    const size_t few = peak_of(2000);
    const size_t many = peak_of(20000);
    if (many > few + few / 10) {
        fail_msg("2,000 notes took %zu bytes, 20,000 took %zu", few, many);
    }
}

#define WRITERS  3
#define DRAINERS 3
#define EACH     20

static weft_engine *shared;
static char names[WRITERS * EACH][8];
static pthread_mutex_t sql_lock = PTHREAD_MUTEX_INITIALIZER;
static int writers_done;

static void *write_and_delete(void *arg)
{
    const size_t first = *(const size_t *)arg * EACH;
    for (size_t i = first; i < first + EACH; i++) {
        char sql[256];
        (void)snprintf(sql,
                       sizeof(sql),
                       i % 2 == 0 ? "UPDATE product SET deleted_at = " WHEN " WHERE id = '%s'"
                                  : "DELETE FROM product WHERE id = '%s'",
                       names[i]);
        if (i % 5 == 4) {
            const char *key = names[i];
            weft_text text = {0};
            weft_error error = {0};
            (void)weft_delete_json(shared, "product", &key, 1, 0, &text, &error);
            weft_text_free(&text);
        }
        (void)pthread_mutex_lock(&sql_lock); /* the world's arena and a file's one writer */
        cascade_execute(&the_world, 0, sql);
        (void)pthread_mutex_unlock(&sql_lock);
    }
    (void)pthread_mutex_lock(&sql_lock);
    writers_done++;
    (void)pthread_mutex_unlock(&sql_lock);
    return NULL;
}

static void *drain(void *arg)
{
    bool is_last = false;
    (void)arg;
    while (!is_last) {
        weft_text text = {0};
        weft_error error = {0};
        (void)pthread_mutex_lock(&sql_lock);
        is_last = writers_done == WRITERS;
        (void)pthread_mutex_unlock(&sql_lock);
        (void)weft_recover(shared, &text, &error);
        weft_text_free(&text);
    }
    return NULL;
}

/* Many delete by SQL and through weft while several drain: in the end everything is deleted, nothing twice. */
static void many_drain_while_many_delete(void **state)
{
    pthread_t threads[WRITERS + DRAINERS];
    size_t numbers[WRITERS];
    start(state);
    fill();
    for (size_t i = 0; i < WRITERS * EACH; i++) {
        char json[64];
        (void)snprintf(names[i], sizeof(names[i]), "x%zu", i % 1000);
        (void)snprintf(json, sizeof(json), "[{\"id\":\"%.7s\"}]", names[i]);
        cascade_create(&the_world, "product", json);
        cascade_create(&the_world, "post", json);
        cascade_link(&the_world, "product_post", names[i], names[i]);
    }
    shared = the_world.engine;
    writers_done = 0;
    for (size_t i = 0; i < WRITERS + DRAINERS; i++) {
        if (i < WRITERS) {
            numbers[i] = i;
        }
        assert_int_equal(
            pthread_create(&threads[i], NULL, i < WRITERS ? write_and_delete : drain, &numbers[i % WRITERS]), 0);
    }
    for (size_t i = 0; i < WRITERS + DRAINERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    cascade_must_recover(&the_world);
    assert_notes(0, "0");
    assert_notes(blog(), "0");
    assert_string_equal(cascade_query(&the_world, 0, "SELECT id FROM product WHERE deleted_at IS NULL ORDER BY id"),
                        "p1\np2");
    assert_string_equal(cascade_query(&the_world, blog(), "SELECT id FROM post WHERE deleted_at IS NULL ORDER BY id"),
                        "b1\nb2\nb3");
    /* Each post was marked by one deletion. */
    assert_string_equal(
        cascade_query(&the_world,
                      blog(),
                      "SELECT CAST(count(*) AS text) || ' ' || CAST(count(DISTINCT row_key) AS text) FROM "
                      "weft_deletion_rows WHERE table_name = 'post'"),
        "60 60");
}

#define CASE(name, place) cmocka_unit_test_prestate_setup_teardown(name, cascade_set_place, stop, place)
#define CASES(place)                                                                                                   \
    CASE(a_mark_by_sql_does_what_weft_does, place), CASE(a_row_that_left_its_table_takes_what_hangs_on_it, place),     \
        CASE(whatever_form_a_time_has, place), CASE(what_weft_deletes_leaves_no_notes, place),                         \
        CASE(a_record_that_is_back_keeps_its_links, place), CASE(a_key_deleted_twice_is_deleted_once, place),          \
        CASE(a_deletion_of_wefts_is_not_taken_over, place), CASE(what_is_refused_stays_and_the_rest_goes_on, place),   \
        CASE(passes_are_repeated_while_they_help, place), CASE(a_note_that_makes_no_sense_stays, place),               \
        CASE(a_statement_is_one_deletion, place), CASE(tables_of_others_are_left_alone, place),                        \
        CASE(undoing_by_sql_is_not_followed, place), CASE(limits_are_kept, place),                                     \
        CASE(memory_does_not_grow_with_notes, place), CASE(many_drain_while_many_delete, place)

int main(void)
{
    static cascade_place places[] = {
        CASCADE_FILE, CASCADE_FILES, CASCADE_SERVER, CASCADE_FILE_SERVER, CASCADE_SERVER_FILE};
    const struct CMUnitTest tests[] = {
        CASES(&places[0]), CASES(&places[1]), CASES(&places[2]), CASES(&places[3]), CASES(&places[4])};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
