/* Many writers at once: cardinality holds, whoever loses is told the winner, and nobody waits for ever. Every writer
 * has a connection of its own, and all begin each round together. */
#include "world.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define POST_TABLE "product_product_blog_post"

enum { RACERS = 64, ROUNDS = 4 };

static test_world the_world;

typedef struct race_runner {
    pthread_t thread;
    pthread_barrier_t *barrier;
    size_t number;
    size_t rounds;
    size_t won;
    size_t refused;
    bool has_won[ROUNDS];
    weft_error refusals[ROUNDS];
    weft_error unexpected;
} race_runner;

static void start(void **state)
{
    if (!*state) {
        fail_msg("there is no PostgreSQL here");
    }
    world_execute(&the_world, "product_blog_post", "DELETE FROM " POST_TABLE);
    world_execute(&the_world, "product_seo_page", "DELETE FROM product_product_blog_seo_page");
    world_execute(&the_world, "product_review", "DELETE FROM product_product_blog_review");
}

/* What a race is about: a record of `own` that every writer wants a partner for, each a partner of its own. */
typedef struct contest {
    const char *link;
    const char *own; /* models, as errors name them */
    const char *other;
    const char *own_side;
    const char *other_side;
    const char *data;
    const char *violations; /* SQL: records with two live partners */
    const char *live;       /* SQL: live rows */
} contest;

static const contest contests[] = {
    {"product_seo_page",
     "product",
     "seo_page",
     "left",
     "right",
     "",
     "SELECT count(*) FROM (SELECT 1 FROM product_product_blog_seo_page WHERE deleted_at IS NULL GROUP BY product_id "
     "HAVING count(*) > 1) AS v",
     "SELECT count(*) FROM product_product_blog_seo_page WHERE deleted_at IS NULL"},
    {"product_seo_page",
     "seo_page",
     "product",
     "right",
     "left",
     "",
     "SELECT count(*) FROM (SELECT 1 FROM product_product_blog_seo_page WHERE deleted_at IS NULL GROUP BY seo_page_id "
     "HAVING count(*) > 1) AS v",
     "SELECT count(*) FROM product_product_blog_seo_page WHERE deleted_at IS NULL"},
    {"product_review",
     "review",
     "product",
     "right",
     "left",
     ",\"data\":{\"stars\":5}",
     "SELECT count(*) FROM (SELECT 1 FROM product_product_blog_review WHERE deleted_at IS NULL GROUP BY review_id "
     "HAVING count(*) > 1) AS v",
     "SELECT count(*) FROM product_product_blog_review WHERE deleted_at IS NULL"},
};

static const contest *the_contest;

static void run_round(race_runner *racer, size_t round)
{
    char change[256];
    weft_buf answer;
    weft_error error = {0};
    weft_buf_init(&answer, NULL);
    (void)snprintf(change,
                   sizeof(change),
                   "{\"link\":\"%s\",\"%s\":\"wanted%zu\",\"%s\":\"mine%zu-%zu\",\"validate\":false%s}",
                   the_contest->link,
                   the_contest->own_side,
                   round,
                   the_contest->other_side,
                   racer->number,
                   round,
                   the_contest->data);
    (void)pthread_barrier_wait(racer->barrier);
    const weft_code code = world_change(&the_world, change, false, &answer, &error);
    racer->has_won[round] = code == WEFT_OK;
    racer->won += code == WEFT_OK;
    racer->refused += code == WEFT_CARDINALITY_VIOLATION;
    if (code == WEFT_CARDINALITY_VIOLATION) {
        racer->refusals[round] = error;
    } else if (code != WEFT_OK) {
        racer->unexpected = error;
    }
    weft_buf_done(&answer);
}

static void *race(void *ctx)
{
    race_runner *racer = ctx;
    for (size_t round = 0; round < racer->rounds; round++) {
        run_round(racer, round);
    }
    return NULL;
}

static race_runner the_racers[RACERS];

/* Start all racers at `run` and wait for them; nobody may meet an error that is not expected. */
static void run_racers(race_runner *racers, void *(*run)(void *ctx))
{
    pthread_barrier_t barrier;
    assert_int_equal(pthread_barrier_init(&barrier, NULL, RACERS), 0);
    for (size_t i = 0; i < RACERS; i++) {
        racers[i] = (race_runner){.barrier = &barrier, .number = i, .rounds = ROUNDS};
        assert_int_equal(pthread_create(&racers[i].thread, NULL, run, &racers[i]), 0);
    }
    for (size_t i = 0; i < RACERS; i++) {
        assert_int_equal(pthread_join(racers[i].thread, NULL), 0);
        assert_string_equal(racers[i].unexpected.message, "");
    }
    assert_int_equal(pthread_barrier_destroy(&barrier), 0);
}

static size_t sum_of_won(const race_runner *racers)
{
    size_t sum = 0;
    for (size_t i = 0; i < RACERS; i++) {
        sum += racers[i].won;
    }
    return sum;
}

static size_t sum_of_refused(const race_runner *racers)
{
    size_t sum = 0;
    for (size_t i = 0; i < RACERS; i++) {
        sum += racers[i].refused;
    }
    return sum;
}

/* Everybody who lost was told the record that was wanted and the partner it has. */
static void assert_losers_know_the_winner(size_t round)
{
    char told[256];
    size_t winner = 0;
    while (!the_racers[winner].has_won[round]) {
        winner++;
        assert_true(winner < RACERS);
    }
    (void)snprintf(told,
                   sizeof(told),
                   "%s \"wanted%zu\" is linked to %s \"mine%zu-%zu\" already",
                   the_contest->own,
                   round,
                   the_contest->other,
                   winner,
                   round);
    for (size_t i = 0; i < RACERS; i++) {
        if (i != winner) {
            assert_string_equal(the_racers[i].refusals[round].message, told);
        }
    }
}

static void run_contest(void **state, const contest *about)
{
    start(state);
    the_contest = about;
    run_racers(the_racers, race);
    assert_int_equal(sum_of_won(the_racers), ROUNDS);
    assert_int_equal(sum_of_refused(the_racers), (RACERS - 1) * ROUNDS);
    assert_int_equal(world_integer(&the_world, about->link, about->violations), 0);
    assert_int_equal(world_integer(&the_world, about->link, about->live), ROUNDS);
    for (size_t round = 0; round < ROUNDS; round++) {
        assert_losers_know_the_winner(round);
    }
}

static void one_of_many_gets_the_left_of_one_to_one(void **state)
{
    run_contest(state, &contests[0]);
}

static void one_of_many_gets_the_right_of_one_to_one(void **state)
{
    run_contest(state, &contests[1]);
}

static void one_of_many_gets_the_one_of_one_to_many(void **state)
{
    run_contest(state, &contests[2]);
}

static void *race_for_one_pair(void *ctx)
{
    race_runner *racer = ctx;
    weft_buf answer;
    weft_buf_init(&answer, NULL);
    for (size_t round = 0; round < racer->rounds; round++) {
        char changes[512];
        (void)snprintf(changes,
                       sizeof(changes),
                       "[{\"link\":\"product_blog_post\",\"left\":\"same%zu\",\"right\":\"b\",\"validate\":false},"
                       "{\"link\":\"product_blog_post\",\"left\":\"also%zu\",\"right\":\"b\",\"validate\":false}]",
                       round,
                       round);
        weft_error error = {0};
        (void)pthread_barrier_wait(racer->barrier);
        if (world_change(&the_world, changes, false, &answer, &error) != WEFT_OK) {
            racer->unexpected = error;
        } else if (strstr(answer.data, "\"created\"")) {
            racer->won++;
        } else if (strstr(answer.data, "\"unchanged\"")) {
            racer->refused++;
        }
    }
    weft_buf_done(&answer);
    return NULL;
}

static void one_creates_a_pair_and_the_others_find_it(void **state)
{
    start(state);
    run_racers(the_racers, race_for_one_pair);
    assert_int_equal(sum_of_won(the_racers), ROUNDS);
    assert_int_equal(sum_of_refused(the_racers), (RACERS - 1) * ROUNDS);
}

/* Everybody gives both pages of the round to products of their own, half of them the other way round: in the order of
 * the products that is an embrace of two writers waiting for one another, if they did not take turns. */
static void *race_crosswise(void *ctx)
{
    race_runner *racer = ctx;
    weft_buf answer;
    weft_buf_init(&answer, NULL);
    for (size_t round = 0; round < racer->rounds; round++) {
        char changes[512];
        const bool turned = racer->number % 2 == 0;
        (void)snprintf(changes,
                       sizeof(changes),
                       "[{\"link\":\"product_seo_page\",\"left\":\"a%zu-%zu\",\"right\":\"%c%zu\",\"validate\":false},"
                       "{\"link\":\"product_seo_page\",\"left\":\"b%zu-%zu\",\"right\":\"%c%zu\",\"validate\":false}]",
                       racer->number,
                       round,
                       turned ? 'x' : 'y',
                       round,
                       racer->number,
                       round,
                       turned ? 'y' : 'x',
                       round);
        weft_error error = {0};
        (void)pthread_barrier_wait(racer->barrier);
        const weft_code code = world_change(&the_world, changes, false, &answer, &error);
        racer->won += code == WEFT_OK;
        racer->refused += code == WEFT_CARDINALITY_VIOLATION;
        if (code != WEFT_OK && code != WEFT_CARDINALITY_VIOLATION) {
            racer->unexpected = error;
        }
    }
    weft_buf_done(&answer);
    return NULL;
}

static void crossing_batches_take_turns(void **state)
{
    start(state);
    run_racers(the_racers, race_crosswise);
    assert_int_equal(sum_of_won(the_racers), ROUNDS);
    assert_int_equal(sum_of_refused(the_racers), (RACERS - 1) * ROUNDS);
}

enum { CROWD = 40 };

/* Half create and half dismiss the same pairs, each starting elsewhere. */
static void *create_and_dismiss(void *ctx)
{
    race_runner *racer = ctx;
    weft_buf answer;
    weft_buf changes;
    weft_buf_init(&answer, NULL);
    weft_buf_init(&changes, NULL);
    const bool dismisses = racer->number % 2 == 0;
    for (size_t i = 0; i < CROWD; i++) {
        weft_buf_add_format(&changes,
                            "{\"link\":\"product_blog_post\",\"left\":\"c%02zu\",\"right\":\"d\",\"validate\":false",
                            (i * 7 + racer->number * 3) % CROWD);
        if (!dismisses) {
            weft_buf_add_format(&changes, ",\"data\":{\"position\":%zu}", racer->number);
        }
        weft_buf_add_text(&changes, "}\n");
    }
    for (size_t round = 0; round < racer->rounds; round++) {
        weft_error error = {0};
        (void)pthread_barrier_wait(racer->barrier);
        if (world_change(&the_world, changes.data, dismisses, &answer, &error) != WEFT_OK) {
            racer->unexpected = error;
        }
    }
    weft_buf_done(&changes);
    weft_buf_done(&answer);
    return NULL;
}

static void creating_and_dismissing_get_along(void **state)
{
    start(state);
    run_racers(the_racers, create_and_dismiss);
    assert_int_equal(world_integer(&the_world, "product_blog_post", "SELECT count(*) FROM " POST_TABLE), CROWD);
}

static int open_world(void **state, world_layout layout)
{
    the_world.connections_max = RACERS + 1;
    *state = world_open(&the_world, layout) ? &the_world : NULL;
    return 0;
}

static int open_sqlite(void **state)
{
    return open_world(state, WORLD_SQLITE);
}

static int open_postgres(void **state)
{
    return open_world(state, WORLD_POSTGRES);
}

static int close_world(void **state)
{
    if (*state) {
        world_close(&the_world);
    }
    return 0;
}

/* One layout a run: "sqlite" or "postgres". */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_of_many_gets_the_left_of_one_to_one),
                                       cmocka_unit_test(one_of_many_gets_the_right_of_one_to_one),
                                       cmocka_unit_test(one_of_many_gets_the_one_of_one_to_many),
                                       cmocka_unit_test(one_creates_a_pair_and_the_others_find_it),
                                       cmocka_unit_test(crossing_batches_take_turns),
                                       cmocka_unit_test(creating_and_dismissing_get_along)};
    const bool is_postgres = argc > 1 && strcmp(argv[1], "postgres") == 0;
    return cmocka_run_group_tests(tests, is_postgres ? open_postgres : open_sqlite, close_world);
}
