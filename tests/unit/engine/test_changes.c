/* Changes and descriptions through the public face: records, links, imports, what a project is. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "engine/engine.h"
#include "support/directory.h"
#include "support/shop.h"
#include "support/tap.h"

static char directory[256];
static weft_engine *engine;
static uint64_t progress;

static void note_progress(void *ctx, const weft_event *event)
{
    uint64_t *done = ctx;
    if (event->kind == WEFT_EVENT_PROGRESS) {
        *done = event->done;
    }
}

static int setup(void **state)
{
    weft_error error = {0};
    weft_options options = WEFT_OPTIONS_INIT;
    (void)state;
    options.directory = directory;
    options.deterministic = true;
    options.observer = (weft_observer){note_progress, &progress};
    const bool is_ready = test_directory_temporary(directory, sizeof(directory)) && shop_write(directory, true) &&
                          shop_fill(directory, 2, &error) == WEFT_OK && weft_open(&options, &engine, &error) == WEFT_OK;
    return is_ready ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    weft_close(engine);
    engine = NULL;
    test_directory_remove(directory);
    return 0;
}

static void assert_text(weft_code code, weft_text *text, const weft_error *error, const char *expected)
{
    if (code != WEFT_OK) {
        fail_msg("%s %s %s", error->where, error->message, error->detail);
    }
    assert_string_equal(text->data, expected);
    weft_text_free(text);
}

static void test_create_and_update(void **state)
{
    (void)state;
    weft_text text = {0};
    weft_error error = {0};
    static const char json[] = "{\"title\":\"Mug\"}";
    weft_code code = weft_record_create_json(engine, "product", json, strlen(json), &text, &error);
    assert_int_equal(code, WEFT_OK);
    assert_non_null(strstr(text.data, "\"id\":\"prod_01KDVDNA0"));
    assert_non_null(strstr(text.data, "\"created_at\":\"2026-01-01T00:00:00."));
    weft_text_free(&text);
    static const char change[] = "{\"title\":\"Cup\"}";
    code = weft_record_update_json(engine, "product", "p1", change, strlen(change), &text, &error);
    assert_int_equal(code, WEFT_OK);
    assert_non_null(strstr(text.data, "\"id\":\"p1\",\"title\":\"Cup\""));
    weft_text_free(&text);
    code = weft_record_update_json(engine, "product", "none", change, strlen(change), &text, &error);
    assert_int_equal(code, WEFT_NOT_FOUND);
}

static void test_failed_change_leaves_nothing(void **state)
{
    (void)state;
    weft_text text = {0};
    weft_error error = {0};
    static const char json[] = "[{\"id\":\"kept\",\"title\":\"A\"},{\"id\":\"p0\",\"title\":\"B\"}]";
    assert_int_equal(weft_record_create_json(engine, "product", json, strlen(json), &text, &error),
                     WEFT_UNIQUE_VIOLATION);
    static const char request[] = "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"id\":\"kept\"}}";
    const weft_code code = weft_query_json(engine, request, strlen(request), &text, &error);
    assert_text(code, &text, &error, "{\"data\":[]}");
}

static void test_links(void **state)
{
    (void)state;
    weft_text text = {0};
    weft_error error = {0};
    static const char json[] = "{\"link\":\"product_post\",\"left\":\"p0\",\"right\":\"t1\"}";
    weft_code code = weft_link_create_json(engine, json, strlen(json), &text, &error);
    assert_int_equal(code, WEFT_OK);
    assert_non_null(strstr(text.data, "\"outcome\":\"created\""));
    weft_text_free(&text);
    code = weft_link_dismiss_json(engine, json, strlen(json), &text, &error);
    assert_int_equal(code, WEFT_OK);
    assert_non_null(strstr(text.data, "\"outcome\":\"dismissed\""));
    weft_text_free(&text);
    static const char wrong[] = "{\"link\":\"product_post\",\"left\":\"p0\",\"right\":\"none\"}";
    assert_int_equal(weft_link_create_json(engine, wrong, strlen(wrong), &text, &error), WEFT_MISSING_RECORD);
}

/* Gives out a text in small pieces. */
typedef struct pieces {
    const char *text;
    size_t at;
} pieces;

static weft_code read_piece(void *ctx, char *data, size_t size, size_t *ret_len, weft_error *error)
{
    pieces *p = ctx;
    (void)error;
    size_t len = strlen(p->text + p->at);
    len = len < 5 ? len : 5;
    len = len < size ? len : size;
    memcpy(data, p->text + p->at, len);
    p->at += len;
    *ret_len = len;
    return WEFT_OK;
}

static void test_imports(void **state)
{
    (void)state;
    uint64_t count = 0;
    weft_error error = {0};
    pieces posts = {"id,title,views\nn1,One,1\nn2,Two,\n", 0};
    assert_int_equal(
        weft_record_import_stream(engine, "post", WEFT_IMPORT_KIND_CSV, read_piece, &posts, &count, &error), WEFT_OK);
    assert_int_equal(count, 2);
    pieces links = {"left,right,position\np0,n1,7\np1,n2,\n", 0};
    progress = 0;
    assert_int_equal(
        weft_link_import_stream(engine, "product_post", WEFT_IMPORT_KIND_CSV, read_piece, &links, &count, &error),
        WEFT_OK);
    assert_int_equal(count, 2);
    assert_int_equal(progress, 2);
    weft_text text = {0};
    static const char request[] = "{\"entity\":\"post\",\"fields\":[\"id\",\"product_link.position\",\"products.id\"],"
                                  "\"filters\":{\"id\":{\"$like\":\"n_\"}}}";
    const weft_code code = weft_query_json(engine, request, strlen(request), &text, &error);
    assert_text(code,
                &text,
                &error,
                "{\"data\":[{\"id\":\"n1\",\"product_link\":[{\"position\":7}],\"products\":[{\"id\":\"p0\"}]},"
                "{\"id\":\"n2\",\"product_link\":[{\"position\":null}],\"products\":[{\"id\":\"p1\"}]}]}");
}

static void test_import_is_all_or_nothing(void **state)
{
    (void)state;
    uint64_t count = 77;
    weft_error error = {0};
    pieces links = {"{\"left\":\"p0\",\"right\":\"t1\"}\n{\"left\":\"p0\",\"right\":\"none\"}\n", 0};
    assert_int_equal(
        weft_link_import_stream(engine, "product_post", WEFT_IMPORT_KIND_NDJSON, read_piece, &links, &count, &error),
        WEFT_MISSING_RECORD);
    assert_int_equal(count, 77);
    pieces broken = {"{\"left\":\"p0\",\"right\":\"t1\"}\n{\"left\":\"p0\",\"wrong\":1}\n", 0};
    assert_int_equal(
        weft_link_import_stream(engine, "product_post", WEFT_IMPORT_KIND_NDJSON, read_piece, &broken, &count, &error),
        WEFT_UNKNOWN_FIELD);
    assert_int_equal(strncmp(error.where, "line 2", 6), 0);
    pieces none = {"", 0};
    assert_int_equal(
        weft_link_import_stream(engine, "product_pots", WEFT_IMPORT_KIND_NDJSON, read_piece, &none, &count, &error),
        WEFT_UNKNOWN_LINK);
    assert_non_null(strstr(error.hint, "product_post"));
}

static void test_descriptions(void **state)
{
    (void)state;
    weft_text text = {0};
    weft_error error = {0};
    assert_int_equal(weft_describe(engine, NULL, &text, &error), WEFT_OK);
    json_t *all = json_loadb(text.data, text.len, 0, NULL);
    assert_int_equal(json_array_size(all), 6);
    json_decref(all);
    weft_text_free(&text);
    assert_int_equal(weft_describe(engine, "posts", &text, &error), WEFT_OK);
    assert_non_null(strstr(text.data, "\"entity\":\"post\""));
    weft_text_free(&text);
    assert_int_equal(weft_describe(engine, "pots", &text, &error), WEFT_UNKNOWN_ENTITY);
    static const weft_format formats[] = {WEFT_FORMAT_DOT, WEFT_FORMAT_MERMAID, WEFT_FORMAT_JSON};
    for (size_t i = 0; i < WEFT_COUNT_OF(formats); i++) {
        assert_int_equal(weft_graph(engine, formats[i], &text, &error), WEFT_OK);
        assert_true(text.len > 0);
        weft_text_free(&text);
    }
}

static void count_problem(void *ctx, const weft_error *problem)
{
    size_t *count = ctx;
    assert_int_not_equal(problem->code, WEFT_OK);
    (*count)++;
}

static void test_check(void **state)
{
    (void)state;
    weft_options options = WEFT_OPTIONS_INIT;
    weft_error error = {0};
    size_t count = 0;
    options.directory = directory;
    assert_int_equal(weft_check(&options, count_problem, &count, &error), WEFT_OK);
    assert_int_equal(count, 0);
    char other[256];
    assert_true(test_directory_temporary(other, sizeof(other)));
    options.directory = other;
    assert_int_equal(weft_check(&options, count_problem, &count, &error), WEFT_FILE_ERROR);
    assert_true(test_file_write(other, "weft.yaml", "wrong: 1\nmodles: 2\n"));
    count = 0;
    assert_int_equal(weft_check(&options, count_problem, &count, &error), WEFT_UNKNOWN_KEY);
    assert_int_equal(count, 2);
    weft_engine *unopened = NULL;
    assert_int_equal(weft_open(&options, &unopened, &error), WEFT_UNKNOWN_KEY);
    assert_null(unopened);
    test_directory_remove(other);
}

static void test_migration(void **state)
{
    (void)state;
    weft_text text = {0};
    weft_error error = {0};
    size_t pending = 9;
    size_t unsafe_count = 9;
    assert_int_equal(
        weft_migrate_plan(engine, WEFT_SCOPE_ALL, WEFT_FORMAT_JSON, false, &text, &pending, &unsafe_count, &error),
        WEFT_OK);
    weft_text_free(&text);
    assert_int_equal(pending, 0);
    assert_int_equal(unsafe_count, 0);
    assert_int_equal(weft_migrate_status(engine, &text, &error), WEFT_OK);
    assert_non_null(strstr(text.data, "\"default\""));
    weft_text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_create_and_update, setup, teardown),
        cmocka_unit_test_setup_teardown(test_failed_change_leaves_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_links, setup, teardown),
        cmocka_unit_test_setup_teardown(test_imports, setup, teardown),
        cmocka_unit_test_setup_teardown(test_import_is_all_or_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_descriptions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_check, setup, teardown),
        cmocka_unit_test_setup_teardown(test_migration, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
