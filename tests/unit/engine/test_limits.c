/* Every limit a request meets: just kept, and passed by one. What is passed says the limit's name, and what to do. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "support/directory.h"
#include "support/shop.h"
#include "support/tap.h"

#define PRODUCTS 20

static char directory[256];

static int setup(void **state)
{
    weft_error error = {0};
    (void)state;
    return test_directory_temporary(directory, sizeof(directory)) && shop_write(directory, true) &&
                   shop_fill(directory, PRODUCTS, &error) == WEFT_OK
               ? 0
               : -1;
}

static int teardown(void **state)
{
    (void)state;
    test_directory_remove(directory);
    return 0;
}

static weft_engine *open_engine(const weft_limits *limits)
{
    weft_error error = {0};
    weft_engine *engine = NULL;
    weft_options options = WEFT_OPTIONS_INIT;
    options.directory = directory;
    options.limits = *limits;
    assert_int_equal(weft_open(&options, &engine, &error), WEFT_OK);
    return engine;
}

static weft_code ask(const weft_limits *limits, const char *request, weft_error *error)
{
    weft_text answer = {0};
    weft_engine *engine = open_engine(limits);
    *error = (weft_error){0};
    const weft_code code = weft_query_json(engine, request, strlen(request), &answer, error);
    weft_text_free(&answer);
    weft_close(engine);
    return code;
}

static void assert_names(const weft_error *error, const char *name)
{
    if (!strstr(error->detail, name) || !error->hint[0]) {
        fail_msg("%s: \"%s\" \"%s\" does not name %s", error->message, error->detail, error->hint, name);
    }
}

static void assert_kept(const weft_limits *limits, const char *request)
{
    weft_error error;
    if (ask(limits, request, &error) != WEFT_OK) {
        fail_msg("%s %s %s", request, error.message, error.detail);
    }
}

static void assert_passed(const weft_limits *limits, const char *request, const char *name, const char *where)
{
    weft_error error;
    assert_int_equal(ask(limits, request, &error), WEFT_LIMIT_EXCEEDED);
    assert_names(&error, name);
    assert_string_equal(error.where, where);
}

#define FIELDS_BEFORE    "{\"entity\":\"product\",\"fields\":["
#define FIELDS(fields)   FIELDS_BEFORE fields "]}"
#define FILTERS(filters) "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":" filters "}"

static void test_request_bytes(void **state)
{
    (void)state;
    static const char request[] = FIELDS("\"id\"");
    const weft_limits exact = {.request_bytes_max = sizeof(request) - 1};
    const weft_limits less = {.request_bytes_max = sizeof(request) - 2};
    assert_kept(&exact, request);
    assert_passed(&less, request, "request_bytes_max", "");
}

static void test_depth(void **state)
{
    (void)state;
    const weft_limits limits = {.depth_max = 2};
    assert_kept(&limits, FIELDS("\"posts.products.id\""));
    assert_passed(&limits, FIELDS("\"posts.products.variants.id\""), "depth_max", "/fields/0");
    assert_kept(&limits, FILTERS("{\"posts.products.id\":\"p1\"}"));
    assert_passed(&limits,
                  FILTERS("{\"posts\":{\"products\":{\"variants.id\":\"a1\"}}}"),
                  "depth_max",
                  "/filters/posts/products/variants.id");
}

static void test_fields(void **state)
{
    (void)state;
    const weft_limits limits = {.fields_max = 2};
    assert_kept(&limits, FIELDS("\"id\",\"title\""));
    assert_passed(&limits, FIELDS("\"id\",\"title\",\"metadata\""), "fields_max", "/fields");
    assert_kept(&limits, FILTERS("{\"id\":\"p1\",\"title\":\"x\"}"));
    assert_passed(
        &limits, FILTERS("{\"id\":\"p1\",\"title\":\"x\",\"posts.id\":\"t1\"}"), "fields_max", "/filters/posts.id");
    static const char with[] = "{\"entity\":\"product\",\"fields\":[\"posts.id\",\"variants.id\"],"
                               "\"with\":{\"posts\":{\"take\":1},\"variants\":{\"take\":1}}}";
    static const char more[] = "{\"entity\":\"product\",\"fields\":[\"posts.id\",\"variants.id\"],\"with\":{\"posts\":"
                               "{\"take\":1},\"variants\":{\"take\":1},\"review\":{\"take\":1}}}";
    assert_kept(&limits, with);
    assert_passed(&limits, more, "fields_max", "/with");
}

static void test_values(void **state)
{
    (void)state;
    const weft_limits limits = {.values_max = 2};
    assert_kept(&limits, FILTERS("{\"id\":[\"p1\",\"p2\"]}"));
    assert_passed(&limits, FILTERS("{\"id\":[\"p1\",\"p2\",\"p3\"]}"), "values_max", "/filters/id");
    assert_kept(&limits, FILTERS("{\"id\":{\"$nin\":[\"p1\",\"p2\"]}}"));
    assert_passed(&limits, FILTERS("{\"id\":{\"$nin\":[\"p1\",\"p2\",\"p3\"]}}"), "values_max", "/filters/id/$nin");
}

static void test_rows(void **state)
{
    (void)state;
    const weft_limits exact = {.rows_max = PRODUCTS};
    const weft_limits less = {.rows_max = PRODUCTS - 1};
    assert_kept(&exact, FIELDS("\"id\""));
    assert_passed(&less, FIELDS("\"id\""), "rows_max", "");
    assert_kept(&less, "{\"entity\":\"product\",\"fields\":[\"id\"],\"pagination\":{\"take\":19}}");
}

/* The smallest memory the answer can be made in: a byte less is not enough. */
static void test_memory(void **state)
{
    (void)state;
    static const char request[] = FIELDS("\"*\",\"variants.*\",\"posts.*\"");
    weft_error error;
    size_t little = 1;
    size_t enough = (size_t)1 << 20;
    while (enough - little > 1) {
        const weft_limits middle = {.memory_bytes_max = little + (enough - little) / 2};
        *(ask(&middle, request, &error) == WEFT_OK ? &enough : &little) = middle.memory_bytes_max;
    }
    const weft_limits exact = {.memory_bytes_max = enough};
    const weft_limits less = {.memory_bytes_max = little};
    assert_kept(&exact, request);
    assert_passed(&less, request, "memory_bytes_max", "");
}

/* The clock runs from when the reply is opened. */
static void test_time(void **state)
{
    (void)state;
    static const char request[] = FIELDS("\"id\"");
    const weft_limits limits = {.time_ms = 1};
    const weft_limits hour = {.time_ms = 3600000};
    const struct timespec pause = {0, 3000000};
    weft_engine *engine = open_engine(&limits);
    weft_reply *reply = NULL;
    weft_error error = {0};
    const char *data = NULL;
    size_t len = 0;
    assert_kept(&hour, request);
    assert_int_equal(weft_query_open(engine, request, strlen(request), WEFT_FORMAT_JSON, &reply, &error), WEFT_OK);
    (void)nanosleep(&pause, NULL);
    assert_int_equal(weft_reply_read(reply, &data, &len, &error), WEFT_TIMEOUT);
    assert_names(&error, "time_ms");
    weft_reply_close(reply);
    weft_close(engine);
}

static weft_code create(size_t bytes_max, bool is_link, const char *json, weft_error *error)
{
    weft_text answer = {0};
    const weft_limits limits = {.changes_bytes_max = bytes_max};
    weft_engine *engine = open_engine(&limits);
    *error = (weft_error){0};
    const weft_code code = is_link ? weft_link_create_json(engine, json, strlen(json), &answer, error)
                                   : weft_record_create_json(engine, "product", json, strlen(json), &answer, error);
    weft_text_free(&answer);
    weft_close(engine);
    return code;
}

static void test_changes(void **state)
{
    (void)state;
    static const char record[] = "{\"id\":\"new\",\"title\":\"New\"}";
    static const char link[] = "{\"product\":{\"product_id\":\"p1\"},\"blog\":{\"post_id\":\"t2\"}}";
    weft_error error;
    assert_int_equal(create(sizeof(record) - 2, false, record, &error), WEFT_LIMIT_EXCEEDED);
    assert_names(&error, "changes_bytes_max");
    assert_int_equal(create(sizeof(record) - 1, false, record, &error), WEFT_OK);
    assert_int_equal(create(sizeof(link) - 2, true, link, &error), WEFT_LIMIT_EXCEEDED);
    assert_names(&error, "changes_bytes_max");
    assert_int_equal(create(sizeof(link) - 1, true, link, &error), WEFT_OK);
}

/* `before`, `piece` a number of times with `between` between them, `middle`, `after` as many times, `end`. */
typedef struct pattern {
    const char *before, *piece, *between, *middle, *after, *end;
} pattern;

static void write_pattern(const pattern *p, size_t count, weft_buf *buf)
{
    weft_buf_clear(buf);
    weft_buf_add_text(buf, p->before);
    for (size_t i = 0; i < count; i++) {
        weft_buf_add_text(buf, i > 0 ? p->between : "");
        weft_buf_add_text(buf, p->piece);
    }
    weft_buf_add_text(buf, p->middle);
    for (size_t i = 0; i < count; i++) {
        weft_buf_add_text(buf, p->after);
    }
    weft_buf_add_text(buf, p->end);
}

/* Limits that nothing raises. What they still let through need not mean anything. */
static void test_fixed(void **state)
{
    (void)state;
    static const struct {
        pattern text;
        size_t count_max;
        const char *detail;
    } cases[] = {
        {{FIELDS_BEFORE "\"", "a", ".", "", "", "\"]}"}, 64, "A path may have 64 names."},
        {{FIELDS_BEFORE "\"", "a", "", "", "", "\"]}"}, 1024, "A path may have 1024 bytes."},
        {{FIELDS_BEFORE "\"id\"],\"pagination\":{\"order\":[", "{\"id\":\"ASC\"}", ",", "", "", "]}}"},
         64,
         "An order may have 64 keys."},
        {{FIELDS_BEFORE "\"id\"],\"filters\":{\"id\":\"x\",\"$not\":", "{\"$not\":", "", "{\"id\":\"x\"}", "}", "}}"},
         62,
         "Filters may be nested 64 deep."},
        {{"", "[", "", "1", "]", ""}, 512, "At most 512 levels are allowed."},
    };
    const weft_limits limits = {0};
    weft_buf buf;
    weft_buf_init(&buf, NULL);
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        weft_error error;
        write_pattern(&cases[i].text, cases[i].count_max, &buf);
        assert_int_not_equal(ask(&limits, buf.data, &error), WEFT_LIMIT_EXCEEDED);
        write_pattern(&cases[i].text, cases[i].count_max + 1, &buf);
        assert_int_equal(ask(&limits, buf.data, &error), WEFT_LIMIT_EXCEEDED);
        assert_names(&error, cases[i].detail);
    }
    weft_buf_done(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request_bytes),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_time),
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_fixed),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
