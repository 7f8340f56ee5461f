/* What the workloads of the benchmark cost, on each store and over two: statements by the request's shape alone; and
 * once a request was answered, no memory from the allocator for the next that is like it, however many rows there are.
 */
#include <stdio.h>
#include <string.h>

#include "support/alloc.h"
#include "support/directory.h"
#include "support/postgres.h"
#include "support/shop.h"
#include "support/tap.h"

#define PRODUCTS 120

typedef struct counter {
    size_t statements;
} counter;

static void count_statement(void *ctx, const weft_event *event)
{
    counter *c = ctx;
    c->statements +=
        event->kind == WEFT_EVENT_STATEMENT && event->text.len >= 6 && !memcmp(event->text.data, "SELECT", 6);
}

typedef struct stand {
    char directory[256];
    test_alloc alloc;
    counter counted;
    weft_engine *engine;
} stand;

static void stand_open(stand *s, const char *url, const char *content_url)
{
    weft_error error = {0};
    *s = (stand){0};
    test_alloc_init(&s->alloc, 0);
    assert_true(test_directory_temporary(s->directory, sizeof(s->directory)));
    assert_true(shop_write_at(s->directory, url, content_url));
    if (shop_fill(s->directory, PRODUCTS, &error) != WEFT_OK) {
        fail_msg("%s %s %s", error.where, error.message, error.detail);
    }
    weft_options options = WEFT_OPTIONS_INIT;
    options.directory = s->directory;
    options.allocator = &s->alloc.allocator;
    options.observer = (weft_observer){count_statement, &s->counted};
    options.limits.batch_rows = 40;
    assert_int_equal(weft_open(&options, &s->engine, &error), WEFT_OK);
}

static void stand_close(stand *s)
{
    weft_close(s->engine);
    assert_true(test_alloc_done(&s->alloc));
    test_directory_remove(s->directory);
}

/* Read the answer; how many bytes it had. */
static size_t ask(stand *s, const char *request)
{
    weft_error error = {0};
    weft_reply *reply = NULL;
    const char *data = NULL;
    size_t len = 1;
    size_t total = 0;
    weft_code code = weft_query_open(s->engine, request, strlen(request), WEFT_FORMAT_JSON, &reply, &error);
    while (code == WEFT_OK && len > 0) {
        code = weft_reply_read(reply, &data, &len, &error);
        total += code == WEFT_OK ? len : 0;
    }
    weft_reply_close(reply);
    if (code != WEFT_OK) {
        fail_msg("%s %s %s", error.where, error.message, error.detail);
    }
    return total;
}

typedef struct workload {
    const char *requests[2]; /* alike; the second is asked when the first was */
    size_t statements;       /* in one store */
    size_t statements_apart; /* with posts in another */
} workload;

#define FIELDS "\"fields\":[\"id\",\"title\",\"posts.*\",\"reviews.*\"]"

static const workload workloads[] = {
    {{"{\"entity\":\"product\",\"fields\":[\"id\",\"title\",\"created_at\",\"posts.*\"],\"filters\":{\"id\":\"p11\"}}",
      "{\"entity\":\"product\",\"fields\":[\"id\",\"title\",\"created_at\",\"posts.*\"],\"filters\":{\"id\":\"p12\"}}"},
     2,
     3},
    {{"{\"entity\":\"product\"," FIELDS ",\"pagination\":{\"skip\":0,\"take\":30}}", NULL}, 4, 5},
    {{"{\"entity\":\"product\"," FIELDS ",\"pagination\":{\"take\":30}}", NULL}, 3, 4},
    {{"{\"entity\":\"post\",\"fields\":[\"id\",\"title\",\"products.id\"],\"pagination\":{\"take\":30}}", NULL}, 2, 2},
    {{"{\"entity\":\"product\",\"fields\":[\"id\",\"posts.id\"]}", NULL},
     3,
     3}, /* root, links and targets: one stream each */
};

static void ask_all(const char *url, const char *content_url)
{
    stand s;
    stand_open(&s, url, content_url);
    for (size_t i = 0; i < sizeof(workloads) / sizeof(workloads[0]); i++) {
        const workload *w = &workloads[i];
        const char *second = w->requests[1] ? w->requests[1] : w->requests[0];
        for (int warm = 0; warm < 3; warm++) {
            assert_true(ask(&s, w->requests[0]) > 60);
        }
        s.counted = (counter){0};
        const size_t before = s.alloc.requests;
        assert_true(ask(&s, second) > 60);
        assert_int_equal(s.counted.statements, content_url ? w->statements_apart : w->statements);
        if (s.alloc.requests != before) {
            fail_msg("workload %zu: %zu requests for memory", i + 1, s.alloc.requests - before);
        }
    }
    stand_close(&s);
}

static void test_sqlite(void **state)
{
    (void)state;
    ask_all("sqlite:shop.db", NULL);
}

static void test_two_files(void **state)
{
    (void)state;
    ask_all("sqlite:shop.db", "sqlite:content.db");
}

static void test_postgres(void **state)
{
    char url[512];
    (void)state;
    assert_true(test_postgres_database(url, sizeof(url)));
    ask_all(url, NULL);
}

static void test_both(void **state)
{
    char url[512];
    (void)state;
    assert_true(test_postgres_database(url, sizeof(url)));
    ask_all("sqlite:shop.db", url);
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
