/* What the doctor promises, on every layout of stores: all damage is found and nothing else, also beside writers; fixes
 * put it right and can be run again; memory does not grow with rows. Damage is done with plain SQL. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/doctor.h"
#include "support/alloc.h"
#include "world.h"

#define POSTS   "product_product_blog_post"
#define SEO     "product_product_blog_seo_page"
#define REVIEWS "product_product_blog_review"

static test_world the_world;
static world_layout the_layout;

/* What one run answered: its findings, sorted, a line each. */
typedef struct run {
    weft_doctor_summary summary;
    weft_code code;
    weft_error error;
    weft_buf text;
    size_t refuse_at; /* the finding not taken; 0: none */
    size_t count;
    bool counts_only;
} run;

static weft_code take(void *ctx, const char *json, size_t len)
{
    run *r = ctx;
    r->count++;
    if (r->count == r->refuse_at) {
        return WEFT_CANCELLED;
    }
    if (!r->counts_only) {
        weft_buf_add(&r->text, json, len);
        weft_buf_add_char(&r->text, '\n');
    }
    return WEFT_OK;
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_lines(weft_buf *text)
{
    static char *lines[10000];
    size_t count = 0;
    char *copy = text->data ? strdup(text->data) : NULL;
    char *rest = NULL;
    for (char *line = copy ? strtok_r(copy, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest)) {
        assert_true(count < WEFT_COUNT_OF(lines));
        lines[count++] = line;
    }
    if (count > 1) {
        qsort(lines, count, sizeof(*lines), compare_lines);
    }
    weft_buf_clear(text);
    for (size_t i = 0; i < count; i++) {
        weft_buf_add_format(text, "%s\n", lines[i]);
    }
    free(copy);
}

static void examine(run *r, weft_doctor_options options, const weft_allocator *allocator)
{
    weft_session pattern;
    weft_session_init(&pattern, the_world.pools, the_world.catalog->store_count, WEFT_TRANSACTION_READ);
    pattern.ulids = &the_world.ulids;
    pattern.allocator = allocator;
    options.finding = take;
    options.ctx = r;
    r->code = weft_doctor_run(the_world.catalog, &options, &pattern, NULL, &r->summary, &r->error);
}

static void examine_all(run *r, weft_doctor_fix fix, size_t batch_rows)
{
    weft_buf_init(&r->text, NULL);
    examine(r, (weft_doctor_options){.fix = fix, .batch_rows = batch_rows}, NULL);
    sort_lines(&r->text);
}

static void run_done(run *r)
{
    weft_buf_done(&r->text);
}

/* One run must find exactly these lines, in whatever batches. */
static void assert_finds(weft_doctor_fix fix, size_t batch_rows, const char *expected)
{
    run r = {0};
    examine_all(&r, fix, batch_rows);
    if (r.code != WEFT_OK && r.code != WEFT_FINDINGS) {
        fail_msg("%s: %s", weft_code_name(r.code), r.error.message);
    }
    assert_string_equal(r.text.data ? r.text.data : "", expected);
    assert_int_equal(r.summary.found, r.count);
    assert_int_equal(r.code, r.summary.fixed == r.summary.found ? WEFT_OK : WEFT_FINDINGS);
    run_done(&r);
}

static void assert_finds_nothing(void)
{
    assert_finds(WEFT_DOCTOR_LOOK, 0, "");
}

static void execute(const char *entity, const char *sql)
{
    world_execute(&the_world, entity, sql);
}

static int open_world(void **state)
{
    *state = NULL;
    if (!world_open(&the_world, the_layout)) {
        return -1;
    }
    execute("shadow", "CREATE TABLE shadow (id varchar NOT NULL PRIMARY KEY)");
    assert_done(&the_world,
                world_create(&the_world,
                             "product",
                             "[{\"id\":\"p1\",\"title\":\"One\"},{\"id\":\"p2\",\"title\":\"Two\"},"
                             "{\"id\":\"p3\",\"title\":\"Three\"}]"));
    execute("blog_post", "INSERT INTO blog_post (id, title) VALUES ('b1', 'One'), ('b2', 'Two'), ('b3', 'Three')");
    execute("seo_page", "INSERT INTO seo_page (id) VALUES ('s1'), ('s2'), ('s3')");
    execute("review", "INSERT INTO review (id) VALUES ('r1'), ('r2'), ('r3')");
    execute("counter", "INSERT INTO counter (number, label) VALUES (1, 'one'), (2, 'two')");
    execute("product_blog_post",
            "INSERT INTO " POSTS " (id, product_id, blog_post_id) VALUES ('l1', 'p1', 'b1'), ('l2', 'p1', 'b2'), "
            "('l3', 'p2', 'b2')");
    execute("product_seo_page", "INSERT INTO " SEO " (id, product_id, seo_page_id) VALUES ('k1', 'p1', 's1')");
    *state = &the_world;
    return 0;
}

static int close_world(void **state)
{
    if (*state) {
        world_close(&the_world);
    }
    return 0;
}

static void a_clean_project_has_no_findings(void **state)
{
    (void)state;
    run r = {0};
    examine_all(&r, WEFT_DOCTOR_LOOK, 2);
    assert_int_equal(r.code, WEFT_OK);
    assert_int_equal(r.count, 0);
    assert_int_equal(r.summary.rows, 4);
    run_done(&r);
}

#define DANGLING(id, left, right, side, model, how, fix)                                                               \
    "{\"kind\":\"dangling_end\",\"store\":\"default\",\"link\":\"product_blog_post\",\"id\":\"" id                     \
    "\",\"left\":\"" left "\",\"right\":\"" right "\",\"side\":\"" side "\",\"model\":\"" model "\",\"state\":\"" how  \
    "\",\"fix\":" fix "}\n"

/* Missing and deleted ends on either side and on both. */
static void break_ends(void)
{
    execute("product_blog_post",
            "INSERT INTO " POSTS " (id, product_id, blog_post_id) VALUES ('x1', 'gone', 'b1'), ('x2', 'p2', 'gone'), "
            "('x3', 'gone', 'gone'), ('x4', 'p3', 'b3'), ('x5', 'p1', 'b3')");
    execute("product_blog_post",
            "INSERT INTO " POSTS " (id, product_id, blog_post_id, deleted_at) VALUES "
            "('y1', 'gone', 'b2', '2026-01-01T00:00:00.000Z')");
    execute("product", "UPDATE product SET deleted_at = '2026-01-01T00:00:00.000Z' WHERE id = 'p3'");
    execute("blog_post", "UPDATE blog_post SET deleted_at = '2026-01-01T00:00:00.000Z' WHERE id = 'b3'");
}

#define BROKEN_ENDS(missing, deleted)                                                                                  \
    DANGLING("x1", "gone", "b1", "left", "product", "missing", missing)                                                \
    DANGLING("x2", "p2", "gone", "right", "blog_post", "missing", missing)                                             \
    DANGLING("x3", "gone", "gone", "left", "product", "missing", missing)                                              \
    DANGLING("x3", "gone", "gone", "right", "blog_post", "missing", missing)                                           \
    DANGLING("x4", "p3", "b3", "left", "product", "deleted", deleted)                                                  \
    DANGLING("x4", "p3", "b3", "right", "blog_post", "deleted", deleted)                                               \
    DANGLING("x5", "p1", "b3", "right", "blog_post", "deleted", deleted)

static void dangling_ends_are_found(void **state)
{
    (void)state;
    break_ends();
    for (size_t batch_rows = 1; batch_rows < 9; batch_rows += 3) {
        assert_finds(WEFT_DOCTOR_LOOK, batch_rows, BROKEN_ENDS("null", "null"));
    }
    assert_finds(WEFT_DOCTOR_LOOK, 0, BROKEN_ENDS("null", "null"));
}

static void numeric_keys_dangle_too(void **state)
{
    (void)state;
    assert_done(&the_world,
                world_link(&the_world,
                           "[{\"link\":\"product_counter\",\"left\":\"p1\",\"right\":1},"
                           "{\"link\":\"product_counter\",\"left\":\"p2\",\"right\":77,\"validate\":false}]"));
    run r = {0};
    examine_all(&r, WEFT_DOCTOR_LOOK, 0);
    assert_int_equal(r.count, 1);
    assert_non_null(strstr(r.text.data, "\"model\":\"counter\",\"state\":\"missing\""));
    run_done(&r);
}

/* The right side keeps its rows when a product goes; a counter that goes takes them along. */
static void what_a_policy_keeps_is_no_damage(void **state)
{
    (void)state;
    assert_done(&the_world,
                world_link(&the_world,
                           "[{\"link\":\"product_counter\",\"left\":\"p1\",\"right\":1},"
                           "{\"link\":\"product_counter\",\"left\":\"gone\",\"right\":2,\"validate\":false}]"));
    execute("product", "UPDATE product SET deleted_at = '2026-01-01T00:00:00.000Z' WHERE id = 'p3'");
    assert_finds_nothing();
    execute("counter", "DELETE FROM counter WHERE number = 2");
    run r = {0};
    examine_all(&r, WEFT_DOCTOR_LOOK, 0);
    assert_int_equal(r.count, 1);
    assert_non_null(strstr(r.text.data, "\"side\":\"right\",\"model\":\"counter\",\"state\":\"missing\""));
    run_done(&r);
}

static void unlinking_dismisses_what_dangles(void **state)
{
    (void)state;
    break_ends();
    assert_finds(WEFT_DOCTOR_UNLINK, 3, BROKEN_ENDS("\"unlinked\"", "\"unlinked\""));
    assert_finds_nothing();
    assert_finds(WEFT_DOCTOR_UNLINK, 0, "");
    const char *dismissed = "SELECT count(*) FROM " POSTS " WHERE id IN ('x1', 'x2', 'x3', 'x4', 'x5') "
                            "AND deleted_at IS NOT NULL AND updated_at = deleted_at";
    assert_int_equal(world_integer(&the_world, "product_blog_post", dismissed), 5);
    const char *live = "SELECT count(*) FROM " POSTS " WHERE deleted_at IS NULL";
    assert_int_equal(world_integer(&the_world, "product_blog_post", live), 3);
}

static void quarantine_keeps_the_rows(void **state)
{
    (void)state;
    break_ends();
    execute("product_blog_post", "UPDATE " POSTS " SET note = 'keep me' WHERE id = 'x1'");
    assert_finds(WEFT_DOCTOR_QUARANTINE, 0, BROKEN_ENDS("\"quarantined\"", "\"quarantined\""));
    assert_finds_nothing();
    const char *kept = "SELECT count(*) FROM weft_quarantine WHERE link = 'product_blog_post' AND "
                       "reason = 'dangling_end' AND at IS NOT NULL";
    assert_int_equal(world_integer(&the_world, "product_blog_post", kept), 5);
    assert_int_equal(world_integer(&the_world, "product_blog_post", "SELECT count(*) FROM " POSTS), 4);
    const weft_str row = world_text(
        &the_world, "product_blog_post", "SELECT row_json FROM weft_quarantine WHERE row_json LIKE '{\"id\":\"x1\",%'");
    assert_non_null(strstr(row.data, "\"product_id\":\"gone\",\"blog_post_id\":\"b1\""));
    assert_non_null(strstr(row.data, "\"note\":\"keep me\""));
}

static void restoring_revives_what_was_deleted(void **state)
{
    (void)state;
    break_ends();
    assert_finds(WEFT_DOCTOR_RESTORE, 0, BROKEN_ENDS("\"left\"", "\"restored\""));
    assert_finds(WEFT_DOCTOR_LOOK,
                 0,
                 DANGLING("x1", "gone", "b1", "left", "product", "missing", "null")
                     DANGLING("x2", "p2", "gone", "right", "blog_post", "missing", "null")
                         DANGLING("x3", "gone", "gone", "left", "product", "missing", "null")
                             DANGLING("x3", "gone", "gone", "right", "blog_post", "missing", "null"));
    const char *deleted = "SELECT count(*) FROM product WHERE deleted_at IS NOT NULL";
    assert_int_equal(world_integer(&the_world, "product", deleted), 0);
}

static void what_lost_its_place_is_left(void **state)
{
    (void)state;
    execute("product", "UPDATE product SET handle = 'h', deleted_at = '2026-01-01T00:00:00.000Z' WHERE id = 'p1'");
    execute("product", "UPDATE product SET deleted_at = '2026-01-01T00:00:00.000Z' WHERE id = 'p2'");
    execute("product", "UPDATE product SET handle = 'h' WHERE id = 'p3'");
    run r = {0};
    examine(&r, (weft_doctor_options){.fix = WEFT_DOCTOR_RESTORE, .link = "product_blog_post"}, NULL);
    assert_int_equal(r.code, WEFT_FINDINGS);
    assert_int_equal(r.summary.found, 3);
    assert_int_equal(r.summary.fixed, 1);
    run_done(&r);
    assert_int_equal(world_integer(&the_world, "product", "SELECT count(*) FROM product WHERE deleted_at IS NULL"), 2);
}

static weft_str unique_index_of(const char *entity, const char *table, const char *column)
{
    char sql[512];
    const bool is_postgres = the_layout == WORLD_POSTGRES || the_layout == WORLD_MIXED;
    (void)snprintf(sql,
                   sizeof(sql),
                   is_postgres ? "SELECT indexname FROM pg_indexes WHERE tablename = '%s' AND indexdef LIKE "
                                 "'CREATE UNIQUE%%(%s%%' AND indexname NOT LIKE '%%pkey'"
                               : "SELECT name FROM sqlite_master WHERE tbl_name = '%s' AND sql LIKE "
                                 "'CREATE UNIQUE%%(\"%s\"%%'",
                   table,
                   column);
    return world_text(&the_world, entity, sql);
}

static void drop_unique_index(const char *entity, const char *table, const char *column)
{
    char sql[256];
    const weft_str name = unique_index_of(entity, table, column);
    assert_true(name.len > 0);
    (void)snprintf(sql, sizeof(sql), "DROP INDEX \"%.*s\"", WEFT_STR_ARG(name));
    execute(entity, sql);
}

/* Findings but for drift, which the tests of migrating know in detail. */
static void assert_finds_beside_drift(weft_doctor_fix fix, size_t batch_rows, size_t drift, const char *expected)
{
    run r = {0};
    weft_buf others;
    size_t drifted = 0;
    examine_all(&r, fix, batch_rows);
    weft_buf_init(&others, NULL);
    for (const char *line = r.text.data; line && *line; line = strchr(line, '\n') + 1) {
        if (strncmp(line, "{\"kind\":\"drift\"", 15) == 0) {
            drifted++;
            continue;
        }
        weft_buf_add(&others, line, (size_t)(strchr(line, '\n') + 1 - line));
    }
    assert_int_equal(r.code, WEFT_FINDINGS);
    assert_string_equal(others.data ? others.data : "", expected);
    assert_int_equal(drifted, drift);
    weft_buf_done(&others);
    run_done(&r);
}

#define DOUBLE(id, fix)                                                                                                \
    "{\"kind\":\"duplicate_pair\",\"store\":\"default\",\"link\":\"product_blog_post\",\"id\":\"" id                   \
    "\",\"left\":\"p1\",\"right\":\"b1\",\"first\":\"l1\",\"fix\":" fix "}\n"

static void break_pairs(void)
{
    drop_unique_index("product_blog_post", POSTS, "product_id");
    execute("product_blog_post",
            "INSERT INTO " POSTS " (id, product_id, blog_post_id, created_at) VALUES "
            "('d1', 'p1', 'b1', '2039-01-01T00:00:00.000Z'), ('d2', 'p1', 'b1', '2038-01-01T00:00:00.000Z')");
    execute("product_blog_post",
            "INSERT INTO " POSTS " (id, product_id, blog_post_id, deleted_at) VALUES "
            "('d3', 'p1', 'b2', '2026-01-01T00:00:00.000Z')");
}

static void duplicate_pairs_are_found(void **state)
{
    (void)state;
    break_pairs();
    assert_finds_beside_drift(WEFT_DOCTOR_LOOK, 1, 1, DOUBLE("d1", "null") DOUBLE("d2", "null"));
    assert_finds_beside_drift(WEFT_DOCTOR_LOOK, 0, 1, DOUBLE("d1", "null") DOUBLE("d2", "null"));
    assert_finds_beside_drift(WEFT_DOCTOR_RESTORE, 0, 1, DOUBLE("d1", "\"left\"") DOUBLE("d2", "\"left\""));
    assert_finds_beside_drift(WEFT_DOCTOR_UNLINK, 1, 1, DOUBLE("d1", "\"unlinked\"") DOUBLE("d2", "\"unlinked\""));
    assert_finds_beside_drift(WEFT_DOCTOR_LOOK, 0, 1, "");
    const char *rows = "SELECT count(*) FROM " POSTS " WHERE product_id = 'p1' AND blog_post_id = 'b1'";
    assert_int_equal(world_integer(&the_world, "product_blog_post", rows), 1);
}

static void duplicate_pairs_go_to_quarantine(void **state)
{
    (void)state;
    break_pairs();
    assert_finds_beside_drift(
        WEFT_DOCTOR_QUARANTINE, 0, 1, DOUBLE("d1", "\"quarantined\"") DOUBLE("d2", "\"quarantined\""));
    assert_finds_beside_drift(WEFT_DOCTOR_LOOK, 0, 1, "");
    const char *kept = "SELECT count(*) FROM weft_quarantine WHERE reason = 'duplicate_pair'";
    assert_int_equal(world_integer(&the_world, "product_blog_post", kept), 2);
}

#define SECOND(link, id, left, right, side, model, first, fix)                                                         \
    "{\"kind\":\"cardinality\",\"store\":\"default\",\"link\":\"" link "\",\"id\":\"" id "\",\"left\":\"" left         \
    "\",\"right\":\"" right "\",\"side\":\"" side "\",\"model\":\"" model "\",\"first\":\"" first "\",\"fix\":" fix    \
    "}\n"

static void break_partners(void)
{
    for (const char *column = "product_id"; column; column = strcmp(column, "product_id") ? NULL : "seo_page_id") {
        while (unique_index_of("product_seo_page", SEO, column).len > 0) {
            drop_unique_index("product_seo_page", SEO, column);
        }
    }
    while (unique_index_of("product_review", REVIEWS, "review_id").len > 0) {
        drop_unique_index("product_review", REVIEWS, "review_id");
    }
    execute("product_seo_page",
            "INSERT INTO " SEO " (id, product_id, seo_page_id, created_at) VALUES "
            "('m1', 'p1', 's2', '2038-01-01T00:00:00.000Z'), ('m2', 'p2', 's1', '2039-01-01T00:00:00.000Z')");
    execute("product_review",
            "INSERT INTO " REVIEWS " (id, product_id, review_id, stars, created_at) VALUES "
            "('n1', 'p1', 'r1', 1, '2038-01-01T00:00:00.000Z'), ('n2', 'p2', 'r1', 2, '2039-01-01T00:00:00.000Z'), "
            "('n3', 'p1', 'r2', 3, '2039-01-01T00:00:00.000Z')");
}

#define SECOND_PARTNERS(fix)                                                                                           \
    SECOND("product_review", "n2", "p2", "r1", "right", "review", "n1", fix)                                           \
    SECOND("product_seo_page", "m1", "p1", "s2", "left", "product", "k1", fix)                                         \
    SECOND("product_seo_page", "m2", "p2", "s1", "right", "seo_page", "k1", fix)

static void second_partners_are_found(void **state)
{
    (void)state;
    break_partners();
    run r = {0};
    examine_all(&r, WEFT_DOCTOR_LOOK, 0);
    const size_t drift = r.count - 3;
    run_done(&r);
    assert_true(drift >= 3);
    assert_finds_beside_drift(WEFT_DOCTOR_LOOK, 1, drift, SECOND_PARTNERS("null"));
    assert_finds_beside_drift(WEFT_DOCTOR_UNLINK, 0, drift, SECOND_PARTNERS("\"unlinked\""));
    assert_finds_beside_drift(WEFT_DOCTOR_LOOK, 0, drift, "");
    const char *dismissed = "SELECT count(*) FROM " SEO " WHERE deleted_at IS NOT NULL";
    assert_int_equal(world_integer(&the_world, "product_seo_page", dismissed), 2);
}

static void rows_that_cannot_be_told_apart_are_left(void **state)
{
    (void)state;
    execute("product_counter", "DROP TABLE product_product_product_counter");
    execute("product_counter",
            "CREATE TABLE product_product_product_counter AS SELECT 'c1' AS id, 'p1' AS product_id, CAST(1 AS bigint) "
            "AS counter_number, "
            "created_at, updated_at, deleted_at FROM " POSTS " WHERE id IN ('l1', 'l2')");
    run r = {0};
    weft_buf_init(&r.text, NULL);
    examine(&r, (weft_doctor_options){.fix = WEFT_DOCTOR_UNLINK, .link = "product_counter"}, NULL);
    assert_int_equal(r.code, WEFT_FINDINGS);
    assert_non_null(strstr(r.text.data, "\"kind\":\"duplicate_pair\""));
    assert_non_null(strstr(r.text.data, "\"id\":\"c1\""));
    assert_int_equal(r.summary.fixed, 0);
    run_done(&r);
    assert_int_equal(
        world_integer(&the_world, "product_counter", "SELECT count(*) FROM product_product_product_counter"), 2);
}

static void tables_of_unknown_links_are_found(void **state)
{
    (void)state;
    execute("product", "CREATE TABLE old_link (id varchar NOT NULL PRIMARY KEY)");
    execute("product", "INSERT INTO old_link VALUES ('o1'), ('o2')");
    execute("product",
            "INSERT INTO weft_migrations (id, batch, store, scope, action, table_name, link, summary, statements, "
            "applied_at, weft_version) VALUES ('00', '00', 'default', 'all', 'create', 'old_link', 'old', 'x', '[]', "
            "'2026-01-01T00:00:00.000Z', '0')");
    run r = {0};
    examine_all(&r, WEFT_DOCTOR_QUARANTINE, 0);
    assert_int_equal(r.code, WEFT_FINDINGS);
    assert_int_equal(r.count, 1);
    assert_non_null(strstr(r.text.data, "{\"kind\":\"unknown_link\",\"store\":\"default\",\"table\":\"old_link\","));
    assert_non_null(strstr(r.text.data, "\"fix\":\"left\"}"));
    run_done(&r);
}

static void unfinished_deletions_are_found(void **state)
{
    (void)state;
    static const char *const states[] = {"prepared", "done", "restoring", "restored"};
    for (size_t i = 0; i < 4; i++) {
        char sql[300];
        (void)snprintf(
            sql,
            sizeof(sql),
            "INSERT INTO weft_deletions VALUES ('del_%zu', 'default', 'default', '%s', 'blog_post', '[]', '[]', "
            "'', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', NULL)",
            i + 1,
            states[i]);
        execute("blog_post", sql);
    }
    run r = {0};
    examine_all(&r, WEFT_DOCTOR_LOOK, 0);
    assert_int_equal(r.count, 2);
    assert_non_null(strstr(r.text.data, "\"id\":\"del_1\",\"entity\":\"blog_post\",\"state\":\"prepared\""));
    assert_non_null(strstr(r.text.data, "\"id\":\"del_3\",\"entity\":\"blog_post\",\"state\":\"restoring\""));
    run_done(&r);
}

static void tables_that_are_not_there_are_drift(void **state)
{
    (void)state;
    execute("product_blog_post", "DROP TABLE " POSTS);
    execute("product_seo_page", "INSERT INTO " SEO " (id, product_id, seo_page_id) VALUES ('k2', 'p2', 'gone')");
    run r = {0};
    examine_all(&r, WEFT_DOCTOR_LOOK, 0);
    assert_int_equal(r.code, WEFT_FINDINGS);
    assert_int_equal(r.count, 2);
    assert_non_null(strstr(r.text.data, "{\"kind\":\"drift\",\"store\":\"default\",\"table\":\"" POSTS "\""));
    assert_non_null(strstr(r.text.data, "\"link\":\"product_seo_page\",\"id\":\"k2\""));
    run_done(&r);
}

static void a_link_is_examined_by_name(void **state)
{
    (void)state;
    break_ends();
    run r = {0};
    examine(&r, (weft_doctor_options){.link = "product_seo_page"}, NULL);
    assert_int_equal(r.code, WEFT_OK);
    assert_int_equal(r.summary.rows, 1);
    examine(&r, (weft_doctor_options){.link = "nothing"}, NULL);
    assert_int_equal(r.code, WEFT_UNKNOWN_LINK);
}

static void a_receiver_may_end_the_run(void **state)
{
    (void)state;
    break_ends();
    run r = {.refuse_at = 2, .counts_only = true};
    examine(&r, (weft_doctor_options){.batch_rows = 1}, NULL);
    assert_int_equal(r.code, WEFT_CANCELLED);
    assert_int_equal(r.count, 2);
}

static void running_out_of_memory_is_told(void **state)
{
    (void)state;
    break_ends();
    for (size_t nth = 1;; nth++) {
        test_alloc alloc;
        run r = {.counts_only = true};
        test_alloc_init(&alloc, nth);
        examine(&r, (weft_doctor_options){.batch_rows = 3}, &alloc.allocator);
        assert_true(test_alloc_done(&alloc));
        if (!alloc.has_failed) {
            assert_int_equal(r.code, WEFT_FINDINGS);
            assert_int_equal(r.count, 7);
            break;
        }
        assert_int_equal(r.code, WEFT_NO_MEMORY);
    }
}

enum { WRITERS = 2 };

typedef struct writer {
    pthread_t thread;
    size_t number;
    atomic_size_t rounds;
    atomic_bool *stops;
    weft_error unexpected;
} writer;

/* Create links and dismiss them: at no moment is there damage. */
static void *write_on(void *ctx)
{
    writer *self = ctx;
    weft_buf answer;
    weft_buf_init(&answer, NULL);
    while (!atomic_load(self->stops) && self->unexpected.code == WEFT_OK) {
        char change[256];
        weft_error error = {0};
        const size_t round = atomic_load(&self->rounds);
        (void)snprintf(change,
                       sizeof(change),
                       "[{\"link\":\"product_blog_post\",\"left\":\"p%zu\",\"right\":\"b%zu\"},"
                       "{\"link\":\"product_seo_page\",\"left\":\"p%zu\",\"right\":\"s%zu\"}]",
                       self->number + 2,
                       round % 3 + 1,
                       self->number + 2,
                       self->number + 2);
        const bool dismisses = round / 3 % 2 == 1;
        if (world_change(&the_world, change, dismisses, &answer, &error) != WEFT_OK) {
            self->unexpected = error;
        }
        atomic_store(&self->rounds, round + 1);
    }
    weft_buf_done(&answer);
    return NULL;
}

static bool have_all_written(writer *writers)
{
    for (size_t i = 0; i < WRITERS; i++) {
        if (atomic_load(&writers[i].rounds) < 12 && writers[i].unexpected.code == WEFT_OK) {
            return false;
        }
    }
    return true;
}

static void start_writers(writer *writers, atomic_bool *stops)
{
    for (size_t i = 0; i < WRITERS; i++) {
        writers[i].number = i;
        writers[i].stops = stops;
        assert_int_equal(pthread_create(&writers[i].thread, NULL, write_on, &writers[i]), 0);
    }
}

static void stop_writers(writer *writers, atomic_bool *stops)
{
    atomic_store(stops, true);
    for (size_t i = 0; i < WRITERS; i++) {
        assert_int_equal(pthread_join(writers[i].thread, NULL), 0);
        assert_string_equal(writers[i].unexpected.message, "");
    }
}

static void writers_are_never_taken_for_damage(void **state)
{
    (void)state;
    atomic_bool stops = false;
    writer writers[WRITERS] = {0};
    start_writers(writers, &stops);
    size_t found = 0;
    weft_error error = {0};
    for (size_t i = 0; i < 25 || !have_all_written(writers); i++) {
        run r = {.counts_only = true};
        examine(&r, (weft_doctor_options){.batch_rows = i % 3 + 1, .fix = (weft_doctor_fix)(i % 4)}, NULL);
        found += r.count;
        error = r.code == WEFT_OK ? error : r.error;
    }
    stop_writers(writers, &stops);
    assert_string_equal(error.message, "");
    assert_int_equal(found, 0);
}

/* Posts and links up to `count`, each tenth link to a post that is not there. */
static void grow(size_t from, size_t to)
{
    char sql[768];
    (void)snprintf(sql,
                   sizeof(sql),
                   "WITH RECURSIVE n(i) AS (SELECT %zu UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %zu) "
                   "INSERT INTO blog_post (id, title) SELECT 'q' || i, 't' FROM n WHERE i %% 10 <> 0",
                   from,
                   to);
    execute("blog_post", sql);
    (void)snprintf(sql,
                   sizeof(sql),
                   "WITH RECURSIVE n(i) AS (SELECT %zu UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %zu) "
                   "INSERT INTO " POSTS " (id, product_id, blog_post_id) SELECT 'k' || i, 'p1', 'q' || i FROM n",
                   from,
                   to);
    execute("product_blog_post", sql);
}

/* Ten links to posts that were never there and five to posts that are deleted, among a hundred: these and no others are
 * found, every time, while links beside them come and go. */
static void damage_is_found_beside_writers(void **state)
{
    (void)state;
    grow(0, 100);
    execute("blog_post",
            "UPDATE blog_post SET deleted_at = '2026-01-01T00:00:00.000Z' WHERE id IN ('q1', 'q2', 'q3', 'q4', 'q5')");
    atomic_bool stops = false;
    writer writers[WRITERS] = {0};
    start_writers(writers, &stops);
    size_t runs_that_found_all = 0;
    size_t runs = 0;
    for (; runs < 10 || !have_all_written(writers); runs++) {
        run r = {.counts_only = true};
        examine(&r, (weft_doctor_options){.batch_rows = runs % 3 * 50 + 1}, NULL);
        runs_that_found_all += r.count == 15 && r.code == WEFT_FINDINGS;
    }
    run fixing = {.counts_only = true};
    examine(&fixing, (weft_doctor_options){.fix = WEFT_DOCTOR_UNLINK}, NULL);
    stop_writers(writers, &stops);
    assert_int_equal(runs_that_found_all, runs);
    assert_int_equal(fixing.summary.fixed, 15);
    assert_finds_nothing();
}

static size_t peak_of(weft_doctor_fix fix, size_t rows)
{
    test_alloc alloc;
    run r = {.counts_only = true};
    test_alloc_init(&alloc, 0);
    examine(&r, (weft_doctor_options){.fix = fix}, &alloc.allocator);
    assert_true(test_alloc_done(&alloc));
    assert_int_equal(r.code, fix == WEFT_DOCTOR_LOOK ? WEFT_FINDINGS : WEFT_OK);
    assert_int_equal(r.count, rows / 10);
    assert_int_equal(r.summary.rows, rows + 4);
    return alloc.peak_bytes;
}

static void memory_does_not_grow_with_rows(void **state)
{
    (void)state;
    const char *asked = getenv("WEFT_TEST_LONG"); /* make test-long */
    const size_t many = asked ? 1000000 : 100000;
    grow(0, 10000);
    const size_t few_bytes = peak_of(WEFT_DOCTOR_LOOK, 10000);
    grow(10000, many);
    const size_t many_bytes = peak_of(WEFT_DOCTOR_LOOK, many);
    if (asked) {
        print_message("peak at 10000 rows %zu bytes, at %zu rows %zu bytes\n", few_bytes, many, many_bytes);
    }
    assert_true(many_bytes * 10 <= few_bytes * 11);
    (void)peak_of(WEFT_DOCTOR_UNLINK, many);
    assert_finds_nothing();
}

#define DOCTOR_TEST(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

/* One layout a run: "sqlite", "two_files", "postgres" or "mixed". */
int main(int argc, char **argv)
{
    static const char *const names[WORLD_LAYOUTS] = {"sqlite", "two_files", "postgres", "mixed"};
    for (size_t i = 0; argc > 1 && i < WORLD_LAYOUTS; i++) {
        the_layout = strcmp(argv[1], names[i]) == 0 ? (world_layout)i : the_layout;
    }
    const struct CMUnitTest tests[] = {
        DOCTOR_TEST(a_clean_project_has_no_findings),
        DOCTOR_TEST(dangling_ends_are_found),
        DOCTOR_TEST(numeric_keys_dangle_too),
        DOCTOR_TEST(what_a_policy_keeps_is_no_damage),
        DOCTOR_TEST(unlinking_dismisses_what_dangles),
        DOCTOR_TEST(quarantine_keeps_the_rows),
        DOCTOR_TEST(restoring_revives_what_was_deleted),
        DOCTOR_TEST(what_lost_its_place_is_left),
        DOCTOR_TEST(duplicate_pairs_are_found),
        DOCTOR_TEST(duplicate_pairs_go_to_quarantine),
        DOCTOR_TEST(second_partners_are_found),
        DOCTOR_TEST(rows_that_cannot_be_told_apart_are_left),
        DOCTOR_TEST(tables_of_unknown_links_are_found),
        DOCTOR_TEST(unfinished_deletions_are_found),
        DOCTOR_TEST(tables_that_are_not_there_are_drift),
        DOCTOR_TEST(a_link_is_examined_by_name),
        DOCTOR_TEST(a_receiver_may_end_the_run),
        DOCTOR_TEST(running_out_of_memory_is_told),
        DOCTOR_TEST(writers_are_never_taken_for_damage),
        DOCTOR_TEST(damage_is_found_beside_writers),
        DOCTOR_TEST(memory_does_not_grow_with_rows),
    };
    return cmocka_run_group_tests_name("doctor", tests, NULL, NULL);
}
