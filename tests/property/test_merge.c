/* An export merged from streams answers as one that is looked up in batches: from its first batch on, from a later one,
 * given up, and with partners that are gone, whatever the store. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "support/directory.h"
#include "support/postgres.h"
#include "support/shop.h"
#include "support/tap.h"

#define PRODUCTS 60
#define BATCH    10
#define LONE     1500 /* posts of no product: more than are read for one batch, fewer than for three */

static const char list_request[] = "{\"entity\":\"product\",\"fields\":[\"id\",\"title\",\"posts.id\",\"reviews.id\"]}";
static const char one_request[] = "{\"entity\":\"review\",\"fields\":[\"id\",\"product.id\"]}";
static const char deleted_request[] = "{\"entity\":\"product\",\"fields\":[\"id\",\"posts.id\"],\"withDeleted\":true,"
                                      "\"with\":{\"posts\":{\"withDeleted\":true}}}";

typedef struct counter {
    size_t statements;
} counter;

typedef struct project {
    char directory[256];
    counter counted;
} project;

static void count_statement(void *ctx, const weft_event *event)
{
    counter *c = ctx;
    c->statements +=
        event->kind == WEFT_EVENT_STATEMENT && event->text.len >= 6 && !memcmp(event->text.data, "SELECT", 6);
}

static void must(weft_code code, const weft_error *error)
{
    if (code != WEFT_OK) {
        fail_msg("%s %s %s", error->where, error->message, error->detail);
    }
}

static weft_engine *open_engine(project *p, size_t batch_rows, size_t memory_bytes)
{
    weft_options options = WEFT_OPTIONS_INIT;
    weft_error error = {0};
    weft_engine *engine = NULL;
    options.directory = p->directory;
    options.limits.batch_rows = batch_rows;
    options.limits.memory_bytes_max = memory_bytes;
    options.observer = (weft_observer){count_statement, &p->counted};
    must(weft_open(&options, &engine, &error), &error);
    return engine;
}

/* Posts go, and their link rows come back; a link row leads to no post at all; another goes, and its post stays. */
static void remove_some(weft_engine *engine)
{
    static const char *const posts[] = {"t0", "u0", "t7", "u12", "t59"};
    static const char links[] = "[{\"link\":\"product_post\",\"left\":\"p0\",\"right\":\"t0\",\"validate\":false},"
                                "{\"link\":\"product_post\",\"left\":\"p7\",\"right\":\"t7\",\"validate\":false},"
                                "{\"link\":\"product_post\",\"left\":\"p59\",\"right\":\"t59\",\"validate\":false},"
                                "{\"link\":\"product_post\",\"left\":\"p8\",\"right\":\"none\",\"validate\":false}]";
    static const char gone[] = "{\"link\":\"product_post\",\"left\":\"p3\",\"right\":\"u3\"}";
    weft_error error = {0};
    weft_text answer = {0};
    must(weft_delete_json(engine, "post", posts, sizeof(posts) / sizeof(posts[0]), 0, &answer, &error), &error);
    weft_text_free(&answer);
    must(weft_link_create_json(engine, links, strlen(links), &answer, &error), &error);
    weft_text_free(&answer);
    must(weft_link_dismiss_json(engine, gone, strlen(gone), &answer, &error), &error);
    weft_text_free(&answer);
}

/* Many posts that nobody shows, in front of all others. */
static void add_lone(weft_engine *engine)
{
    weft_buf rows;
    weft_error error = {0};
    weft_text answer = {0};
    weft_buf_init(&rows, NULL);
    for (int i = 0; i < LONE; i++) {
        weft_buf_add_format(&rows, "%s{\"id\":\"a%d\",\"title\":\"Lone\"}", i > 0 ? "," : "[", i);
    }
    weft_buf_add_char(&rows, ']');
    must(weft_record_create_json(engine, "post", rows.data, rows.len, &answer, &error), &error);
    weft_text_free(&answer);
    weft_buf_done(&rows);
}

static void project_open(project *p, const char *url, const char *content_url)
{
    weft_error error = {0};
    *p = (project){0};
    assert_true(test_directory_temporary(p->directory, sizeof(p->directory)));
    assert_true(shop_write_at(p->directory, url, content_url));
    must(shop_fill(p->directory, PRODUCTS, &error), &error);
    weft_engine *engine = open_engine(p, 0, 0);
    remove_some(engine);
    weft_close(engine);
}

/* The answer, and how many statements it took. */
static weft_text ask(project *p, const char *request, size_t batch_rows, size_t memory_bytes, size_t *ret_statements)
{
    weft_text answer = {0};
    weft_error error = {0};
    weft_engine *engine = open_engine(p, batch_rows, memory_bytes);
    p->counted = (counter){0};
    must(weft_query_json(engine, request, strlen(request), &answer, &error), &error);
    *ret_statements = p->counted.statements;
    weft_close(engine);
    return answer;
}

/* Returns how many statements it took. */
static size_t ask_twice(project *p, const char *request, size_t batch_rows, size_t memory_bytes)
{
    size_t whole_statements = 0;
    size_t count = 0;
    weft_text whole = ask(p, request, 100000, 0, &whole_statements);
    weft_text answer = ask(p, request, batch_rows, memory_bytes, &count);
    assert_string_equal(answer.data, whole.data);
    assert_true(whole.len > 1000);
    weft_text_free(&whole);
    weft_text_free(&answer);
    return count;
}

static void check_same(project *p, const char *request, size_t batch_rows, size_t statements)
{
    const size_t count = ask_twice(p, request, batch_rows, 0);
    if (statements > 0 && count != statements) {
        fail_msg("%zu statements, not %zu: %s", count, statements, request);
    }
}

static void check_project(const char *url, const char *content_url)
{
    const size_t extra = content_url ? 1 : 0; /* link table and posts are two statements a batch */
    project p;
    project_open(&p, url, content_url);
    check_same(&p, list_request, BATCH, 5); /* the records, and two streams an edge */
    check_same(&p, list_request, 1, 0);
    check_same(&p, list_request, 7, 5);
    check_same(&p, list_request, PRODUCTS, 5);
    check_same(&p, list_request, PRODUCTS + 1, 3 + extra);
    check_same(&p, one_request, BATCH, 3);
    check_same(&p, deleted_request, BATCH, 3);
    weft_engine *engine = open_engine(&p, 0, 0);
    add_lone(engine);
    weft_close(engine);
    check_same(&p, deleted_request, BATCH, 3 + 2 * (1 + extra)); /* two batches until all posts are read */
    check_same(&p, list_request, 1, 0);
    /* Memory for a few keys only: given up, and one batch after another, of as few records as the memory asks for. */
    assert_true(ask_twice(&p, deleted_request, BATCH, 160 << 10) >= 2 + (PRODUCTS / BATCH) * (1 + extra));
    test_directory_remove(p.directory);
}

static void test_sqlite(void **state)
{
    (void)state;
    check_project("sqlite:shop.db", NULL);
}

static void test_two_files(void **state)
{
    (void)state;
    check_project("sqlite:shop.db", "sqlite:content.db");
}

static void test_postgres(void **state)
{
    char url[512];
    (void)state;
    assert_true(test_postgres_database(url, sizeof(url)));
    check_project(url, NULL);
}

static void test_both(void **state)
{
    char url[512];
    (void)state;
    assert_true(test_postgres_database(url, sizeof(url)));
    check_project("sqlite:shop.db", url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sqlite),
        cmocka_unit_test(test_two_files),
        cmocka_unit_test(test_postgres),
        cmocka_unit_test(test_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
