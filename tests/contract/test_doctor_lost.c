/* A server that is lost in the middle of a doctor's run, after the first statement, the second …: the run says so, as a
 * finding or as its error, tells no damage that is not there, and what it fixed is fixed whole; the next run finds or
 * fixes the rest. */
#include <stdio.h>
#include <string.h>

#include "doctor/doctor.h"
#include "support/postgres.h"
#include "world.h"

#define POSTS      "product_product_blog_post"
#define POINTS_MAX 200

static test_world the_world;
static world_layout the_layout;
static size_t lost_at; /* the statement of the run after which every connection of the server ends; 0: none */
static size_t met;

/* It waits until they have ended: a pool then sees which of its connections are gone. */
static const char lose_sql[] =
    "DO $$ BEGIN"
    " PERFORM pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid();"
    " WHILE EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()) LOOP"
    " PERFORM pg_sleep(0.001); PERFORM pg_stat_clear_snapshot();"
    " END LOOP; END $$";

static void lose_server(void)
{
    if (++met != lost_at) {
        return;
    }
    for (size_t i = 0; i < the_world.catalog->store_count; i++) {
        const weft_str url = the_world.catalog->stores[i].url;
        if (weft_str_starts_with(url, WEFT_STR("postgres:"))) {
            assert_true(test_postgres_execute(url.data, lose_sql));
        }
    }
}

/* What one run told. */
typedef struct run {
    size_t damage;      /* of the five rows that are broken */
    size_t unreachable; /* stores */
    size_t other;       /* what should not be told */
    weft_code code;
    weft_doctor_summary summary;
} run;

static weft_code take(void *ctx, const char *json, size_t len)
{
    run *r = ctx;
    char line[1000];
    (void)snprintf(line, sizeof(line), "%.*s", (int)len, json);
    const bool is_damage = strstr(line, "\"kind\":\"dangling_end\"") && strstr(line, "\"id\":\"x");
    const bool is_away = strstr(line, "\"kind\":\"unreachable_store\"");
    r->damage += is_damage;
    r->unreachable += is_away;
    r->other += !is_damage && !is_away;
    return WEFT_OK;
}

static run examine(weft_doctor_fix fix, size_t at)
{
    run r = {0};
    weft_error error = {0};
    weft_session pattern;
    weft_session_init(&pattern, the_world.pools, the_world.catalog->store_count, WEFT_TRANSACTION_READ);
    pattern.ulids = &the_world.ulids;
    const weft_doctor_options options = {.fix = fix, .batch_rows = 2, .finding = take, .ctx = &r};
    met = 0;
    lost_at = at;
    r.code = weft_doctor_run(the_world.catalog, &options, &pattern, NULL, &r.summary, &error);
    lost_at = 0;
    if (r.other > 0) {
        fail_msg("point %zu: told what is not there", at);
    }
    return r;
}

static void break_rows(void)
{
    world_execute(&the_world, "product_blog_post", "DELETE FROM " POSTS);
    world_execute(&the_world,
                  "product_blog_post",
                  "INSERT INTO " POSTS " (id, product_id, blog_post_id) VALUES ('l1', 'p1', 'b1'), ('l2', 'p1', 'b2'), "
                  "('l3', 'p2', 'b2'), ('x1', 'gone', 'b1'), ('x2', 'p2', 'gone1'), ('x3', 'p1', 'gone2'), "
                  "('x4', 'p1', 'gone3'), ('x5', 'p2', 'gone4')");
}

static int64_t live_rows(void)
{
    return world_integer(&the_world, "product_blog_post", "SELECT count(*) FROM " POSTS " WHERE deleted_at IS NULL");
}

static int open_world(void **state)
{
    if (!world_open(&the_world, the_layout)) {
        return -1;
    }
    world_execute(&the_world, "shadow", "CREATE TABLE shadow (id varchar NOT NULL PRIMARY KEY)");
    assert_done(
        &the_world,
        world_create(&the_world, "product", "[{\"id\":\"p1\",\"title\":\"One\"},{\"id\":\"p2\",\"title\":\"Two\"}]"));
    world_execute(&the_world, "blog_post", "INSERT INTO blog_post (id, title) VALUES ('b1', 'One'), ('b2', 'Two')");
    break_rows();
    the_world.on_statement = lose_server;
    *state = &the_world;
    return 0;
}

static int close_world(void **state)
{
    if (*state) {
        the_world.on_statement = NULL;
        world_close(&the_world);
    }
    return 0;
}

static void a_look_that_loses_the_server_tells_no_wrong_thing(void **state)
{
    size_t noticed = 0;
    size_t at = 1;
    (void)state;
    for (bool is_past = false; !is_past; at++) {
        assert_true(at < POINTS_MAX);
        const run r = examine(WEFT_DOCTOR_LOOK, at);
        is_past = met < at;
        const bool is_noticed = r.unreachable > 0 || (r.code != WEFT_OK && r.code != WEFT_FINDINGS);
        noticed += is_noticed;
        /* Silent only where nothing was missed. */
        assert_true(is_noticed || r.damage == 5);
        const run again = examine(WEFT_DOCTOR_LOOK, 0);
        assert_int_equal(again.code, WEFT_FINDINGS);
        assert_int_equal(again.damage, 5);
        assert_int_equal(again.unreachable, 0);
    }
    assert_true(at > 5);
    assert_true(noticed > 3);
}

static void a_fix_that_loses_the_server_is_finished_by_the_next(void **state)
{
    size_t halfway = 0;
    size_t at = 1;
    (void)state;
    for (bool is_past = false; !is_past; at++) {
        assert_true(at < POINTS_MAX);
        break_rows();
        const run r = examine(WEFT_DOCTOR_UNLINK, at);
        is_past = met < at;
        const int64_t live = live_rows();
        assert_true(live >= 3 && live <= 8);
        assert_true(8 - live >= (int64_t)r.summary.fixed); /* what was told as fixed is */
        halfway += live > 3 && live < 8;
        const run again = examine(WEFT_DOCTOR_UNLINK, 0);
        assert_int_equal(again.code, WEFT_OK);
        assert_int_equal(again.damage, live - 3);
        assert_int_equal(live_rows(), 3);
        assert_int_equal(examine(WEFT_DOCTOR_LOOK, 0).code, WEFT_OK);
    }
    assert_true(at > 5);
    assert_true(halfway > 0);
}

/* One layout a run: "postgres" or "mixed". */
int main(int argc, char **argv)
{
    the_layout = argc > 1 && strcmp(argv[1], "mixed") == 0 ? WORLD_MIXED : WORLD_POSTGRES;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_look_that_loses_the_server_tells_no_wrong_thing, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_fix_that_loses_the_server_is_finished_by_the_next, open_world, close_world),
    };
    return cmocka_run_group_tests_name("doctor_lost", tests, NULL, NULL);
}
