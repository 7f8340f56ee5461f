/* Kept replies: a request like an earlier one is answered for its own values. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "engine/engine.h"
#include "support/directory.h"
#include "support/shop.h"
#include "support/tap.h"

static char directory[256];
static weft_engine *engine;

static int setup(void **state)
{
    weft_error error = {0};
    weft_options options = WEFT_OPTIONS_INIT;
    (void)state;
    options.directory = directory;
    return test_directory_temporary(directory, sizeof(directory)) && shop_write(directory, true) &&
                   shop_fill(directory, 20, &error) == WEFT_OK && weft_open(&options, &engine, &error) == WEFT_OK
               ? 0
               : -1;
}

static int teardown(void **state)
{
    (void)state;
    weft_close(engine);
    test_directory_remove(directory);
    return 0;
}

static weft_reply *open_for(const char *filters)
{
    char request[256];
    weft_error error = {0};
    weft_reply *reply = NULL;
    (void)snprintf(request,
                   sizeof(request),
                   "{\"entity\":\"product\",\"fields\":[\"title\",\"posts.id\"],\"filters\":{%s}}",
                   filters);
    if (weft_query_open(engine, request, strlen(request), WEFT_FORMAT_NDJSON, &reply, &error) != WEFT_OK) {
        fail_msg("%s: %s %s", filters, error.where, error.message);
    }
    return reply;
}

static void assert_holds(weft_reply *reply, const char *expected)
{
    const char *data = NULL;
    size_t len = 0;
    weft_error error = {0};
    assert_int_equal(weft_reply_read(reply, &data, &len, &error), WEFT_OK);
    assert_int_equal(len, strlen(expected));
    assert_true(len == 0 || memcmp(data, expected, len) == 0);
    assert_int_equal(weft_reply_read(reply, &data, &len, &error), WEFT_OK);
    assert_int_equal(len, 0);
}

static void assert_reads(weft_reply *reply, const char *expected)
{
    assert_holds(reply, expected);
    weft_reply_close(reply);
}

static void assert_answer(const char *filters, const char *expected)
{
    assert_reads(open_for(filters), expected);
}

#define PRODUCT(number)                                                                                                \
    "{\"title\":\"Product " number "\",\"posts\":[{\"id\":\"t" number "\"},{\"id\":\"u" number "\"}]}\n"

static void test_other_value(void **state)
{
    (void)state;
    assert_answer("\"id\":\"p3\"", PRODUCT("3"));
    assert_int_equal(engine->kept.count, 1);
    assert_answer("\"id\":\"p4\"", PRODUCT("4"));
    assert_int_equal(engine->kept.count, 1);
    assert_answer("\"id\":\"zz\"", "");
    assert_answer("\"id\":\"p3\"", PRODUCT("3"));
    assert_int_equal(engine->kept.count, 1);
    assert_answer("\"id\":\"p13\"", PRODUCT("13"));
    assert_int_equal(engine->kept.count, 2);
}

static void test_two_values(void **state)
{
    (void)state;
    assert_answer("\"id\":\"p5\",\"title\":\"Product 5\"", PRODUCT("5"));
    assert_answer("\"id\":\"p6\",\"title\":\"Product 6\"", PRODUCT("6"));
    assert_answer("\"id\":\"p6\",\"title\":\"Product 5\"", "");
}

/* What is not written as it is, or stands elsewhere too, is read anew. */
static void test_values_that_are_no_holes(void **state)
{
    (void)state;
    assert_answer("\"id\":\"p3\"", PRODUCT("3"));
    assert_answer("\"id\":\"\\\"\"", "");
    assert_answer("\"title\":\"title\"", "");
    assert_answer("\"title\":\"other\"", "");
    assert_answer("\"\\u0069d\":\"p7\"", PRODUCT("7"));
    assert_answer("\"\\u0069d\":\"p8\"", PRODUCT("8"));
}

/* While one is read the other has a reply of its own. */
static void test_two_at_once(void **state)
{
    (void)state;
    assert_answer("\"id\":\"p1\"", PRODUCT("1"));
    weft_reply *first = open_for("\"id\":\"p1\"");
    weft_reply *second = open_for("\"id\":\"p2\"");
    assert_reads(second, PRODUCT("2"));
    assert_reads(first, PRODUCT("1"));
}

static void *close_reply(void *reply)
{
    weft_reply_close(reply);
    return NULL;
}

/* Of two that would do a thread gets the one it gave back itself. */
static void test_a_thread_gets_its_own_back(void **state)
{
    pthread_t other;
    (void)state;
    weft_reply *own = open_for("\"id\":\"p1\"");
    weft_reply *others = open_for("\"id\":\"p2\"");
    assert_holds(others, PRODUCT("2"));
    assert_reads(own, PRODUCT("1"));
    assert_int_equal(pthread_create(&other, NULL, close_reply, others), 0);
    assert_int_equal(pthread_join(other, NULL), 0);
    assert_int_equal(engine->kept.count, 2);
    weft_reply *first = open_for("\"id\":\"p3\"");
    weft_reply *second = open_for("\"id\":\"p4\"");
    assert_ptr_equal(first, own);
    assert_ptr_equal(second, others);
    assert_reads(first, PRODUCT("3"));
    assert_reads(second, PRODUCT("4"));
}

/* What was closed before its end begins anew too. */
static void test_closed_early(void **state)
{
    (void)state;
    weft_reply_close(open_for("\"id\":\"p9\""));
    assert_answer("\"id\":\"p9\"", PRODUCT("9"));
}

static void test_table_is_bounded(void **state)
{
    char filters[64];
    (void)state;
    for (int i = 0; i < WEFT_KEPT_MAX * 2; i++) {
        (void)snprintf(filters, sizeof(filters), "\"metadata.color\":\"%d\"", i + 100);
        assert_answer(filters, "");
    }
    assert_int_equal(engine->kept.count, WEFT_KEPT_MAX);
    assert_answer("\"id\":\"p3\"", PRODUCT("3"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_other_value, setup, teardown),
        cmocka_unit_test_setup_teardown(test_two_values, setup, teardown),
        cmocka_unit_test_setup_teardown(test_values_that_are_no_holes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_two_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_thread_gets_its_own_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_closed_early, setup, teardown),
        cmocka_unit_test_setup_teardown(test_table_is_bounded, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
