/* Replies: what is answered, in which pieces, and how reading ends. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "engine/engine.h"
#include "support/directory.h"
#include "support/shop.h"
#include "support/tap.h"

static char directory[256];
static weft_engine *engine;

static void open_engine(const weft_limits *limits)
{
    weft_error error = {0};
    weft_options options = WEFT_OPTIONS_INIT;
    options.directory = directory;
    options.limits = limits ? *limits : (weft_limits){0};
    weft_close(engine);
    engine = NULL;
    assert_int_equal(weft_open(&options, &engine, &error), WEFT_OK);
}

static int setup(void **state)
{
    weft_error error = {0};
    (void)state;
    if (!test_directory_temporary(directory, sizeof(directory)) || !shop_write(directory, true) ||
        shop_fill(directory, 20, &error) != WEFT_OK) {
        (void)fprintf(stderr, "%s %s\n", error.message, error.detail);
        return -1;
    }
    open_engine(NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    weft_close(engine);
    engine = NULL;
    test_directory_remove(directory);
    return 0;
}

static void assert_answer(const char *request, const char *expected)
{
    weft_text answer = {0};
    weft_error error = {0};
    if (weft_query_json(engine, request, strlen(request), &answer, &error) != WEFT_OK) {
        fail_msg("%s %s %s", error.where, error.message, error.detail);
    }
    assert_string_equal(answer.data, expected);
    assert_int_equal(answer.len, strlen(expected));
    weft_text_free(&answer);
}

static void assert_fails(const char *request, weft_code code, const char *where)
{
    weft_text answer = {0};
    weft_error error = {0};
    assert_int_equal(weft_query_json(engine, request, strlen(request), &answer, &error), code);
    assert_int_equal(error.code, code);
    assert_string_equal(error.where, where);
    assert_null(answer.data);
}

static void test_whole_answer(void **state)
{
    (void)state;
    assert_answer("{\"entity\":\"product\",\"fields\":[\"id\",\"variants.price\",\"posts.title\",\"posts.views\","
                  "\"post_link.position\",\"reviews.rating\",\"reviews.product.id\"],\"filters\":{\"id\":\"p3\"}}",
                  "{\"data\":[{\"id\":\"p3\",\"variants\":[{\"price\":1.5},{\"price\":2}],"
                  "\"posts\":[{\"title\":\"First of 3\",\"views\":null},{\"title\":\"Second of 3\",\"views\":3}],"
                  "\"post_link\":[{\"position\":3},{\"position\":null}],"
                  "\"reviews\":[{\"rating\":3,\"product\":{\"id\":\"p3\"}}]}]}");
}

static void test_metadata(void **state)
{
    (void)state;
    assert_answer("{\"entity\":\"post\",\"fields\":[\"id\"],\"pagination\":{\"skip\":1,\"take\":1}}",
                  "{\"data\":[{\"id\":\"t1\"}],\"metadata\":{\"skip\":1,\"take\":1,\"count\":40}}");
    assert_answer("{\"entity\":\"post\",\"fields\":[\"id\"],\"pagination\":{\"skip\":39}}",
                  "{\"data\":[{\"id\":\"u9\"}],\"metadata\":{\"skip\":39,\"count\":40}}");
    assert_answer("{\"entity\":\"post\",\"fields\":[\"id\"],\"pagination\":{\"skip\":39},\"count\":false}",
                  "{\"data\":[{\"id\":\"u9\"}],\"metadata\":{\"skip\":39}}");
    assert_answer("{\"entity\":\"post\",\"fields\":[\"id\"],\"pagination\":{\"take\":1}}",
                  "{\"data\":[{\"id\":\"t0\"}]}");
}

static void test_nothing(void **state)
{
    (void)state;
    assert_answer("{\"entity\":\"post\",\"fields\":[\"id\"],\"filters\":{\"id\":\"none\"}}", "{\"data\":[]}");
    assert_answer("{\"entity\":\"post\",\"fields\":[\"id\"],\"pagination\":{\"take\":0}}", "{\"data\":[]}");
    assert_answer("{\"entity\":\"post\",\"fields\":[\"id\"],\"pagination\":{\"skip\":0,\"take\":0}}",
                  "{\"data\":[],\"metadata\":{\"skip\":0,\"take\":0,\"count\":40}}");
}

/* Everything a reply says, chunk after chunk. */
static weft_buf read_reply(weft_reply *reply)
{
    weft_buf buf;
    weft_error error = {0};
    const char *data = NULL;
    size_t len = 0;
    weft_buf_init(&buf, NULL);
    do {
        assert_int_equal(weft_reply_read(reply, &data, &len, &error), WEFT_OK);
        weft_buf_add(&buf, data, len);
    } while (len > 0);
    assert_int_equal(weft_reply_read(reply, &data, &len, &error), WEFT_OK);
    assert_int_equal(len, 0);
    return buf;
}

static weft_reply *open_reply(const char *request, weft_format format)
{
    weft_reply *reply = NULL;
    weft_error error = {0};
    assert_int_equal(weft_query_open(engine, request, strlen(request), format, &reply, &error), WEFT_OK);
    return reply;
}

static void test_ndjson(void **state)
{
    (void)state;
    static const char request[] = "{\"entity\":\"post\",\"fields\":[\"id\"],\"pagination\":{\"skip\":0,\"take\":2}}";
    weft_reply *reply = open_reply(request, WEFT_FORMAT_NDJSON);
    weft_buf buf = read_reply(reply);
    assert_str_equal(weft_buf_str(&buf), "{\"id\":\"t0\"}\n{\"id\":\"t1\"}\n");
    weft_buf_done(&buf);
    weft_reply_close(reply);
}

static const char all_products[] = "{\"entity\":\"product\",\"fields\":[\"*\",\"variants.*\",\"posts.*\"]}";

static void test_batches_do_not_show(void **state)
{
    (void)state;
    weft_text whole = {0};
    weft_text parts = {0};
    weft_error error = {0};
    assert_int_equal(weft_query_json(engine, all_products, strlen(all_products), &whole, &error), WEFT_OK);
    const weft_limits limits = {.batch_rows = 3};
    open_engine(&limits);
    assert_int_equal(weft_query_json(engine, all_products, strlen(all_products), &parts, &error), WEFT_OK);
    assert_string_equal(whole.data, parts.data);
    weft_text_free(&whole);
    weft_text_free(&parts);
    open_engine(NULL);
}

static void test_rows_limit(void **state)
{
    (void)state;
    const weft_limits limits = {.rows_max = 19};
    open_engine(&limits);
    weft_text answer = {0};
    weft_error error = {0};
    assert_int_equal(weft_query_json(engine, all_products, strlen(all_products), &answer, &error), WEFT_LIMIT_EXCEEDED);
    assert_non_null(strstr(error.detail, "rows_max"));
    open_engine(NULL);
}

static void test_memory_limit(void **state)
{
    (void)state;
    const weft_limits limits = {.memory_bytes_max = 12000};
    open_engine(&limits);
    weft_text answer = {0};
    weft_error error = {0};
    assert_int_equal(weft_query_json(engine, all_products, strlen(all_products), &answer, &error), WEFT_LIMIT_EXCEEDED);
    assert_non_null(strstr(error.detail, "memory_bytes_max"));
    open_engine(NULL);
}

static void test_errors_of_opening(void **state)
{
    (void)state;
    assert_fails("{\"entity\":\"product\"", WEFT_INVALID_JSON, "1:19");
    assert_fails("{\"entity\":\"produkt\",\"fields\":[\"id\"]}", WEFT_UNKNOWN_ENTITY, "/entity");
    assert_fails("{\"entity\":\"product\",\"fields\":[\"titel\"]}", WEFT_UNKNOWN_FIELD, "/fields/0");
}

static void test_error_is_answered_again(void **state)
{
    (void)state;
    const char *data = NULL;
    size_t len = 0;
    weft_error error = {0};
    weft_reply *reply = open_reply(all_products, WEFT_FORMAT_JSON);
    weft_reply_cancel(reply);
    assert_int_equal(weft_reply_read(reply, &data, &len, &error), WEFT_CANCELLED);
    error = (weft_error){0};
    assert_int_equal(weft_reply_read(reply, &data, &len, &error), WEFT_CANCELLED);
    assert_int_equal(error.code, WEFT_CANCELLED);
    weft_reply_close(reply);
}

static void test_missing_tables(void **state)
{
    (void)state;
    char other[256];
    weft_error error = {0};
    weft_options options = WEFT_OPTIONS_INIT;
    weft_engine *empty = NULL;
    weft_text answer = {0};
    assert_true(test_directory_temporary(other, sizeof(other)));
    assert_true(shop_write(other, false));
    options.directory = other;
    assert_int_equal(weft_open(&options, &empty, &error), WEFT_OK);
    assert_int_equal(weft_query_json(empty, all_products, strlen(all_products), &answer, &error), WEFT_SCHEMA_MISSING);
    assert_string_equal(error.store, "default");
    weft_close(empty);
    test_directory_remove(other);
}

static void test_misuse(void **state)
{
    (void)state;
    weft_reply *reply = NULL;
    weft_text text = {0};
    weft_error error;
    assert_int_equal(weft_query_open(NULL, "{}", 2, WEFT_FORMAT_JSON, &reply, &error), WEFT_MISUSE);
    assert_int_equal(weft_query_open(engine, NULL, 0, WEFT_FORMAT_JSON, &reply, &error), WEFT_MISUSE);
    assert_int_equal(weft_query_open(engine, "{}", 2, WEFT_FORMAT_DOT, &reply, &error), WEFT_MISUSE);
    assert_int_equal(weft_query_json(engine, "{}", 2, NULL, &error), WEFT_MISUSE);
    assert_int_equal(weft_explain(engine, "{}", 2, WEFT_FORMAT_DOT, &text, &error), WEFT_MISUSE);
    assert_int_equal(weft_describe(engine, NULL, NULL, &error), WEFT_MISUSE);
    assert_int_equal(weft_graph(engine, WEFT_FORMAT_TEXT, &text, &error), WEFT_MISUSE);
    assert_int_equal(weft_open(NULL, NULL, NULL), WEFT_MISUSE);
    weft_reply_close(NULL);
    weft_reply_cancel(NULL);
    weft_close(NULL);
    weft_text_free(NULL);
    weft_text_free(&text);
}

static void test_explain(void **state)
{
    (void)state;
    weft_text text = {0};
    weft_error error = {0};
    assert_int_equal(weft_explain(engine, all_products, strlen(all_products), WEFT_FORMAT_TEXT, &text, &error),
                     WEFT_OK);
    assert_non_null(strstr(text.data, "request\n{\"entity\":\"product\""));
    assert_non_null(strstr(text.data, "\nquery\n"));
    assert_non_null(strstr(text.data, "\nplan\n"));
    assert_non_null(strstr(text.data, "step 3 in content\n    SELECT "));
    weft_text_free(&text);
    assert_int_equal(weft_explain(engine, all_products, strlen(all_products), WEFT_FORMAT_JSON, &text, &error),
                     WEFT_OK);
    json_t *json = json_loadb(text.data, text.len, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(json, "statements")), 4);
    json_decref(json);
    weft_text_free(&text);
}

static void test_explain_analyze(void **state)
{
    (void)state;
    weft_text text = {0};
    weft_error error = {0};
    assert_int_equal(weft_explain_analyze(engine, all_products, strlen(all_products), WEFT_FORMAT_JSON, &text, &error),
                     WEFT_OK);
    json_t *json = json_loadb(text.data, text.len, 0, NULL);
    const json_t *root = json_array_get(json_object_get(json, "costs"), 0);
    assert_int_equal(json_array_size(json_object_get(json, "costs")), 4);
    assert_int_equal(json_integer_value(json_object_get(root, "statements")), 1);
    assert_int_equal(json_integer_value(json_object_get(root, "rows")),
                     json_integer_value(json_object_get(json, "records")));
    json_decref(json);
    weft_text_free(&text);
    assert_int_equal(weft_explain_analyze(engine, all_products, strlen(all_products), WEFT_FORMAT_TEXT, &text, &error),
                     WEFT_OK);
    assert_non_null(strstr(text.data, "\ncost of 20 records\n  step   "));
    assert_non_null(strstr(text.data, "\n  #0 product in default      "));
    assert_null(strstr(text.data, "\nadvice\n"));
    weft_text_free(&text);
}

/* Nothing is asked of partners that their page leaves out: two of each product's posts, one is shown. */
static void test_what_a_page_hides_is_not_followed(void **state)
{
    (void)state;
    static const char request[] = "{\"entity\":\"product\",\"fields\":[\"id\",\"posts.id\",\"posts.products.id\"],"
                                  "\"with\":{\"posts\":{\"skip\":1}}}";
    weft_text text = {0};
    weft_error error = {0};
    assert_int_equal(weft_explain_analyze(engine, request, strlen(request), WEFT_FORMAT_JSON, &text, &error), WEFT_OK);
    json_t *json = json_loadb(text.data, text.len, 0, NULL);
    const json_t *costs = json_object_get(json, "costs");
    assert_int_equal(json_integer_value(json_object_get(json_array_get(costs, 2), "rows")), 40);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(costs, 3), "rows")), 20);
    json_decref(json);
    weft_text_free(&text);
}

/* The titles have no index, in either store; the posts' keys are asked for first, and the records counted then. */
static void test_advice(void **state)
{
    (void)state;
    static const char request[] =
        "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"title\":\"Product 3\",\"posts\":{\"views\":3}},"
        "\"pagination\":{\"skip\":0}}";
    weft_text text = {0};
    weft_error error = {0};
    assert_int_equal(weft_explain_analyze(engine, request, strlen(request), WEFT_FORMAT_TEXT, &text, &error), WEFT_OK);
    assert_non_null(strstr(text.data,
                           "\nadvice\n  #0 looks at every row of \"product\": no index begins with title\n    "
                           "src/modules/product/module.yaml:3:3: give field title of model product \"index: true\"\n"
                           "  #2 looks at every row of \"post\": no index begins with views\n"));
    assert_non_null(strstr(text.data, "\n  probe of #1: 1 keys, used "));
    assert_non_null(strstr(text.data, "\n  count   "));
    weft_text_free(&text);
    assert_int_equal(weft_explain_analyze(engine, request, strlen(request), WEFT_FORMAT_JSON, &text, &error), WEFT_OK);
    json_t *json = json_loadb(text.data, text.len, 0, NULL);
    const json_t *advice = json_array_get(json_object_get(json, "advice"), 0);
    assert_string_equal(json_string_value(json_object_get(advice, "table")), "product");
    assert_string_equal(json_string_value(json_object_get(advice, "columns")), "title");
    const json_t *probe = json_array_get(json_object_get(json, "probes"), 0);
    assert_true(json_is_true(json_object_get(probe, "is_used")));
    assert_int_equal(json_integer_value(json_object_get(probe, "statements")), 2);
    json_decref(json);
    weft_text_free(&text);
}

/* `request` explained as a drawing holds each of `parts`. */
static void assert_drawn(const char *request, bool is_analyzed, const char *const *parts, size_t part_count)
{
    weft_text text = {0};
    weft_error error = {0};
    const size_t len = strlen(request);
    const weft_code code = is_analyzed ? weft_explain_analyze(engine, request, len, WEFT_FORMAT_MERMAID, &text, &error)
                                       : weft_explain(engine, request, len, WEFT_FORMAT_MERMAID, &text, &error);
    assert_int_equal(code, WEFT_OK);
    for (size_t i = 0; i < part_count; i++) {
        if (!strstr(text.data, parts[i])) {
            fail_msg("\"%s\" is not in:\n%s", parts[i], text.data);
        }
    }
    weft_text_free(&text);
}

/* What the text says, in boxes: what is done and what not and why, SQL, arrows for the keys. */
static void test_explain_drawn(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "%%{init: {\"flowchart\": {\"wrappingWidth\": 500}}}%%\nflowchart TD\n",
        "  subgraph store0[\"store default\"]\n    s0[\"#35;0 root product: product in store default<br/>reads ",
        "<br/>not a join with #35;0: #34;posts#34; does not lie in store #34;default#34; alone; ",
        "\n  s0 -->|keys| s1\n"};
    assert_drawn(all_products, false, parts, WEFT_COUNT_OF(parts));
}

static void test_a_drive_is_drawn(void **state)
{
    (void)state;
    static const char request[] =
        "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"variants\":{\"price\":1.5}},"
        "\"pagination\":{\"skip\":0}}";
    static const char *const parts[] = {
        "<br/>not EXISTS at once: it would be asked of every record<br/>probe the keys that matching #34;variants#34; ",
        "\n    partners[\"probe of the partners<br/>SQL SELECT ",
        ", all the keys: used\"]\n",
        "\n    count[\"count<br/>SQL SELECT count(*) FROM ",
        "<br/>cost 1 statements, 1 rows, ",
        "\n  partners -.->|keys, if few| s0\n",
        "\n  advice0>\"#35;0 looks at every row of #34;variant#34;: no index begins with price<br/>"};
    assert_drawn(request, false, parts, 2);
    assert_drawn(request, true, parts, WEFT_COUNT_OF(parts));
}

static void test_a_probe_is_drawn(void **state)
{
    (void)state;
    static const char request[] = "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"posts\":{\"views\":3}},"
                                  "\"pagination\":{\"take\":3}}";
    static const char *const parts[] = {
        "<br/>probe the keys found by #35;1 are asked for first: ",
        "<br/>SQL of the probe SELECT DISTINCT #34;l#34;",
        "\n  s0 -.->|looks up| s1\n",
        "\n  s1 -.->|keys, if few| s0\n",
        "<br/>probe 2 statements, 2 rows, ",
        "\n  s2 -.- advice",
    };
    assert_drawn(request, false, parts, 4);
    assert_drawn(request, true, parts, WEFT_COUNT_OF(parts));
}

/* Nothing is counted, so that no count is drawn beside the streams. */
static void test_streams_are_drawn(void **state)
{
    (void)state;
    static const char request[] = "{\"entity\":\"product\",\"fields\":[\"id\",\"posts.id\"]}";
    static const char *const parts[] = {"<br/>merge beyond the first batch of #35;0: ",
                                        "<br/>SQL of the links SELECT ",
                                        "<br/>SQL of the targets SELECT "};
    weft_text text = {0};
    weft_error error = {0};
    assert_drawn(request, false, parts, WEFT_COUNT_OF(parts));
    assert_int_equal(weft_explain(engine, request, strlen(request), WEFT_FORMAT_MERMAID, &text, &error), WEFT_OK);
    assert_null(strstr(text.data, "count["));
    weft_text_free(&text);
}

/* What is asked for first is among the statements, in the text and in JSON. */
static void test_probes_are_explained(void **state)
{
    (void)state;
    static const char driven[] =
        "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"variants\":{\"price\":1.5}}}";
    static const char far[] = "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"posts\":{\"views\":3}}}";
    weft_text text = {0};
    weft_error error = {0};
    assert_int_equal(weft_explain(engine, driven, strlen(driven), WEFT_FORMAT_TEXT, &text, &error), WEFT_OK);
    assert_non_null(strstr(text.data, "\nprobe of the partners of step 0 in default\n    SELECT "));
    weft_text_free(&text);
    assert_int_equal(weft_explain(engine, far, strlen(far), WEFT_FORMAT_TEXT, &text, &error), WEFT_OK);
    assert_non_null(strstr(text.data, "\nprobe of step 2 in content\n    SELECT DISTINCT "));
    assert_non_null(strstr(text.data, "\nprobe of step 1 in default\n    SELECT DISTINCT "));
    weft_text_free(&text);
    assert_int_equal(weft_explain(engine, far, strlen(far), WEFT_FORMAT_JSON, &text, &error), WEFT_OK);
    assert_non_null(strstr(text.data, "{\"step\":2,\"probe\":true,\"store\":\"content\",\"sql\":\"SELECT DISTINCT "));
    weft_text_free(&text);
}

/* The next page by the cursor of `first`, of which `order` may differ. */
static weft_code ask_behind(const char *cursor, const char *order, weft_text *ret_answer, weft_error *error)
{
    char request[512];
    (void)snprintf(request,
                   sizeof(request),
                   "{\"entity\":\"product\",\"fields\":[\"id\"],"
                   "\"pagination\":{\"take\":1,\"after\":\"%s\",\"order\":{\"id\":\"%s\"}}}",
                   cursor,
                   order);
    return weft_query_json(engine, request, strlen(request), ret_answer, error);
}

static void test_cursors(void **state)
{
    (void)state;
    static const char request[] = "{\"entity\":\"product\",\"fields\":[\"id\"],"
                                  "\"pagination\":{\"take\":1,\"after\":null,\"order\":{\"id\":\"DESC\"}}}";
    weft_text text = {0};
    weft_error error = {0};
    assert_int_equal(weft_query_json(engine, request, strlen(request), &text, &error), WEFT_OK);
    json_t *json = json_loadb(text.data, text.len, 0, NULL);
    const char *next = json_string_value(json_object_get(json_object_get(json, "metadata"), "next"));
    assert_non_null(next);
    assert_true(json_is_null(json_object_get(json_object_get(json, "metadata"), "previous")));
    weft_text_free(&text);
    assert_int_equal(ask_behind(next, "DESC", &text, &error), WEFT_OK);
    assert_non_null(strstr(text.data, "\"previous\":\""));
    weft_text_free(&text);
    assert_int_equal(ask_behind(next, "ASC", &text, &error), WEFT_INVALID_REQUEST);
    assert_string_equal(error.where, "/pagination/after");
    assert_int_equal(ask_behind("e30", "ASC", &text, &error), WEFT_INVALID_REQUEST);
    assert_int_equal(ask_behind("?", "ASC", &text, &error), WEFT_INVALID_REQUEST);
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_answer),
        cmocka_unit_test(test_metadata),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_ndjson),
        cmocka_unit_test(test_batches_do_not_show),
        cmocka_unit_test(test_rows_limit),
        cmocka_unit_test(test_memory_limit),
        cmocka_unit_test(test_errors_of_opening),
        cmocka_unit_test(test_error_is_answered_again),
        cmocka_unit_test(test_missing_tables),
        cmocka_unit_test(test_misuse),
        cmocka_unit_test(test_explain),
        cmocka_unit_test(test_explain_analyze),
        cmocka_unit_test(test_what_a_page_hides_is_not_followed),
        cmocka_unit_test(test_advice),
        cmocka_unit_test(test_explain_drawn),
        cmocka_unit_test(test_a_drive_is_drawn),
        cmocka_unit_test(test_a_probe_is_drawn),
        cmocka_unit_test(test_streams_are_drawn),
        cmocka_unit_test(test_probes_are_explained),
        cmocka_unit_test(test_cursors),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
