/* What the observer is told of links: each row that changed, once, after the commit. */
#include <stdio.h>
#include <string.h>

#include "engine/engine.h"
#include "support/directory.h"
#include "support/shop.h"
#include "support/tap.h"

static char directory[256];
static weft_engine *engine;

static size_t attached;
static size_t too_early; /* told before the last statement */

/* "+left/right" and "-left/right" of each event, in order. */
static char told[1024];

static void note(void *ctx, const weft_event *event)
{
    (void)ctx;
    too_early = event->kind == WEFT_EVENT_STATEMENT ? attached : too_early;
    attached += event->kind == WEFT_EVENT_ATTACHED ? 1 : 0;
    if (event->kind != WEFT_EVENT_ATTACHED && event->kind != WEFT_EVENT_DETACHED) {
        return;
    }
    char row[256];
    (void)snprintf(row, sizeof(row), "%.*s", (int)event->text.len, event->text.data);
    assert_string_equal(event->store, "default");
    assert_non_null(strstr(row, "{\"link\":\"product_post\",\"id\":\"link_"));
    const char *left = strstr(row, "\"left\":\"");
    const char *right = strstr(row, "\"right\":\"");
    assert_non_null(left);
    assert_non_null(right);
    const size_t used = strlen(told);
    (void)snprintf(told + used,
                   sizeof(told) - used,
                   "%s%.*s/%.*s",
                   event->kind == WEFT_EVENT_ATTACHED ? "+" : "-",
                   (int)strcspn(left + 8, "\""),
                   left + 8,
                   (int)strcspn(right + 9, "\""),
                   right + 9);
}

static int setup(void **state)
{
    weft_error error = {0};
    weft_options options = WEFT_OPTIONS_INIT;
    (void)state;
    options.directory = directory;
    options.observer = (weft_observer){note, NULL};
    const bool is_ready = test_directory_temporary(directory, sizeof(directory)) && shop_write(directory, true) &&
                          shop_fill(directory, 2, &error) == WEFT_OK && weft_open(&options, &engine, &error) == WEFT_OK;
    return is_ready ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    weft_close(engine);
    test_directory_remove(directory);
    return 0;
}

typedef weft_code (*change)(
    weft_engine *engine, const char *json, size_t json_len, weft_text *ret_json, weft_error *error);

static weft_code tells(change run, const char *json)
{
    weft_text text = {0};
    weft_error error = {0};
    told[0] = '\0';
    const weft_code code = run(engine, json, strlen(json), &text, &error);
    weft_text_free(&text);
    return code;
}

#define PAIR(left, right) "{\"link\":\"product_post\",\"left\":\"" left "\",\"right\":\"" right "\",\"validate\":false}"

static void each_changed_row_is_told_once(void **state)
{
    (void)state;
    assert_int_equal(tells(weft_link_create_json, "[" PAIR("x", "a") "," PAIR("x", "b") "," PAIR("x", "a") "]"),
                     WEFT_OK);
    assert_string_equal(told, "+x/a+x/b");
    assert_int_equal(tells(weft_link_create_json, PAIR("x", "a")), WEFT_OK);
    assert_string_equal(told, "");
    assert_int_equal(tells(weft_link_dismiss_json, "[" PAIR("x", "c") "," PAIR("x", "a") "]"), WEFT_OK);
    assert_string_equal(told, "-x/a");
    assert_int_equal(tells(weft_link_restore_json, "[" PAIR("x", "b") "," PAIR("x", "a") "]"), WEFT_OK);
    assert_string_equal(told, "+x/a");
    assert_int_equal(tells(weft_link_dismiss_json, PAIR("x", "b")), WEFT_OK);
    assert_int_equal(tells(weft_link_create_json, PAIR("x", "b")), WEFT_OK);
    assert_string_equal(told, "+x/b");
}

static void what_failed_is_not_told(void **state)
{
    (void)state;
    static const char absent[] = "[" PAIR("x", "y") ",{\"link\":\"product_post\",\"left\":\"no\",\"right\":\"no\"}]";
    assert_int_equal(tells(weft_link_create_json, absent), WEFT_MISSING_RECORD);
    assert_string_equal(told, "");
}

static void many_pairs_go_through_the_public_face(void **state)
{
    enum { PAIRS = 30000 };
    (void)state;
    weft_buf buf;
    weft_text text = {0};
    weft_error error = {0};
    weft_buf_init(&buf, NULL);
    for (size_t i = 0; i < PAIRS; i++) {
        weft_buf_add_format(&buf,
                            "{\"link\":\"product_post\",\"left\":\"m%zu\",\"right\":\"b%zu\",\"validate\":false}\n",
                            i / 100,
                            i % 100);
    }
    assert_int_equal(weft_link_create_json(engine, buf.data, buf.len, &text, &error), WEFT_OK);
    weft_text_free(&text);
    weft_buf_done(&buf);
}

/* Rows "left,right" of CSV, made as they are read. */
typedef struct csv_source {
    size_t at;
    size_t count;
    size_t broken_at; /* this row has no right end; 0: none */
} csv_source;

static weft_code read_csv(void *ctx, char *data, size_t size, size_t *ret_len, weft_error *error)
{
    csv_source *source = ctx;
    (void)error;
    assert_true(size > 64);
    *ret_len = 0;
    if (source->at == 0) {
        *ret_len = (size_t)snprintf(data, size, "left,right\n");
    }
    while (source->at < source->count && *ret_len + 64 < size) {
        source->at++;
        *ret_len += (size_t)snprintf(data + *ret_len,
                                     size - *ret_len,
                                     source->at == source->broken_at ? "m%zu,\n" : "m%zu,b%zu\n",
                                     source->at / 100,
                                     source->at % 100);
    }
    return WEFT_OK;
}

/* Without records to link to, an import must not look for them: the ends are made first. */
static void make_ends(void)
{
    weft_buf products;
    weft_buf posts;
    weft_text text = {0};
    weft_buf_init(&products, NULL);
    weft_buf_init(&posts, NULL);
    for (size_t i = 0; i < 300; i++) {
        weft_buf_add_format(&products, "%c{\"id\":\"m%zu\",\"title\":\"t\"}", i > 0 ? ',' : '[', i);
        weft_buf_add_format(&posts, "%c{\"id\":\"b%zu\",\"title\":\"t\"}", i > 0 ? ',' : '[', i);
    }
    weft_buf_add_char(&products, ']');
    weft_buf_add_char(&posts, ']');
    weft_error error = {0};
    assert_int_equal(weft_record_create_json(engine, "product", products.data, products.len, &text, &error), WEFT_OK);
    weft_text_free(&text);
    assert_int_equal(weft_record_create_json(engine, "post", posts.data, posts.len, &text, &error), WEFT_OK);
    weft_text_free(&text);
    weft_buf_done(&products);
    weft_buf_done(&posts);
}

static void an_import_is_told_when_it_is_committed(void **state)
{
    (void)state;
    weft_error error = {0};
    uint64_t count = 0;
    make_ends();
    csv_source broken = {.count = 25000, .broken_at = 24999};
    attached = too_early = 0;
    assert_int_not_equal(
        weft_link_import_stream(engine, "product_post", WEFT_IMPORT_KIND_CSV, read_csv, &broken, &count, &error),
        WEFT_OK);
    assert_int_equal(attached, 0);
    csv_source whole = {.count = 25000};
    assert_int_equal(
        weft_link_import_stream(engine, "product_post", WEFT_IMPORT_KIND_CSV, read_csv, &whole, &count, &error),
        WEFT_OK);
    assert_int_equal(count, 25000);
    assert_int_equal(attached, 25000);
    assert_int_equal(too_early, 0);
    csv_source again = {.count = 25000};
    assert_int_equal(
        weft_link_import_stream(engine, "product_post", WEFT_IMPORT_KIND_CSV, read_csv, &again, &count, &error),
        WEFT_OK);
    assert_int_equal(attached, 25000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_changed_row_is_told_once, setup, teardown),
        cmocka_unit_test_setup_teardown(what_failed_is_not_told, setup, teardown),
        cmocka_unit_test_setup_teardown(many_pairs_go_through_the_public_face, setup, teardown),
        cmocka_unit_test_setup_teardown(an_import_is_told_when_it_is_committed, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
