/* Filters and orders over edges into another store: how many statements they take, and how much memory, whatever the
 * number of records. */
#include <stdio.h>
#include <string.h>

#include "support/alloc.h"
#include "support/directory.h"
#include "support/shop.h"
#include "support/tap.h"

#define MANY 50000
/* A batch and what is found for it; far below what so many records would take. */
#define BYTES_MAX ((size_t)6 << 20)

typedef struct stand {
    char directory[256];
    test_alloc alloc;
    size_t statements;
    size_t recounts; /* statements that read nothing of a product but its key */
    weft_engine *engine;
} stand;

static void count_statement(void *ctx, const weft_event *event)
{
    stand *s = ctx;
    static const char keys_only[] = "SELECT \"t\".\"id\", NULL FROM ";
    const size_t len = sizeof(keys_only) - 1;
    s->recounts +=
        event->kind == WEFT_EVENT_STATEMENT && event->text.len > len && !memcmp(event->text.data, keys_only, len);
    if (event->kind == WEFT_EVENT_STATEMENT && event->text.len >= 6 && !memcmp(event->text.data, "SELECT", 6)) {
        s->statements++;
    }
}

static void stand_open(stand *s, int count, size_t batch_rows, size_t values_max)
{
    weft_error error = {0};
    weft_options options = WEFT_OPTIONS_INIT;
    *s = (stand){0};
    test_alloc_init(&s->alloc, 0);
    assert_true(test_directory_temporary(s->directory, sizeof(s->directory)));
    assert_true(shop_write(s->directory, true));
    if (shop_fill(s->directory, count, &error) != WEFT_OK) {
        fail_msg("%s %s %s", error.where, error.message, error.detail);
    }
    options.directory = s->directory;
    options.allocator = &s->alloc.allocator;
    options.observer = (weft_observer){count_statement, s};
    options.limits.batch_rows = batch_rows;
    options.limits.values_max = values_max;
    assert_int_equal(weft_open(&options, &s->engine, &error), WEFT_OK);
}

static void stand_close(stand *s)
{
    weft_close(s->engine);
    assert_true(test_alloc_done(&s->alloc));
    test_directory_remove(s->directory);
}

/* The answer must begin and end as given; its size counts for nothing, since it is read in chunks. */
static void ask(stand *s, const char *request, const char *begins, const char *ends)
{
    weft_error error = {0};
    weft_reply *reply = NULL;
    const char *data = NULL;
    size_t len = 0;
    char tail[64] = "";
    s->statements = 0;
    s->alloc.peak_bytes = s->alloc.live_bytes;
    assert_int_equal(weft_query_open(s->engine, request, strlen(request), WEFT_FORMAT_JSON, &reply, &error), WEFT_OK);
    for (bool is_first = true;; is_first = false) {
        if (weft_reply_read(reply, &data, &len, &error) != WEFT_OK) {
            fail_msg("%s %s %s", error.where, error.message, error.detail);
        }
        if (len == 0) {
            break;
        }
        if (is_first && strncmp(data, begins, strlen(begins)) != 0) {
            fail_msg("begins with %.*s", (int)(len < 100 ? len : 100), data);
        }
        if (len >= strlen(ends)) {
            (void)snprintf(tail, sizeof(tail), "%.*s", (int)strlen(ends), data + len - strlen(ends));
        }
    }
    assert_string_equal(tail, ends);
    weft_reply_close(reply);
}

static const char some_posts[] = "{\"entity\":\"product\",\"fields\":[\"id\"],\"pagination\":{\"skip\":0,\"take\":1},"
                                 "\"filters\":{\"posts\":{\"views\":{\"$gte\":4}}}}";
static const char no_posts[] = "{\"entity\":\"product\",\"fields\":[\"id\"],\"pagination\":{\"skip\":0,\"take\":1},"
                               "\"filters\":{\"posts\":{\"$none\":{\"views\":{\"$lt\":4}}}}}";
static const char by_posts[] = "{\"entity\":\"product\",\"fields\":[\"id\",\"posts.id\"],\"pagination\":{\"skip\":0,"
                               "\"take\":1,\"order\":{\"posts.$max.views\":\"DESC\"}}}";

static const char either_post[] =
    "{\"entity\":\"product\",\"fields\":[\"id\"],\"pagination\":{\"skip\":0,\"take\":1},\"filters\":{\"posts\":"
    "{\"$some\":{\"views\":{\"$lt\":4}}},\"$or\":[{\"title\":\"Product 0\"},{\"posts\":{\"views\":[2,3,9]}}]}}";

/* Few partners match: they are asked for, then the root, which counts and pages alone. */
static void test_probe(void **state)
{
    (void)state;
    stand s;
    stand_open(&s, 20, 0, 0);
    ask(&s, some_posts, "{\"data\":[{\"id\":\"p10\"}]", "\"count\":16}}");
    assert_int_equal(s.statements, 2 + 2);
    /* The other way round too: the records that none of few matching partners has. */
    ask(&s, no_posts, "{\"data\":[{\"id\":\"p10\"}]", "\"count\":16}}");
    assert_int_equal(s.statements, 2 + 2);
    /* Every condition over another store is asked for its keys, wherever it stands. */
    ask(&s, either_post, "{\"data\":[{\"id\":\"p0\"}]", "\"count\":3}}");
    assert_int_equal(s.statements, 2 + 2 + 2);
    stand_close(&s);
}

/* Too many do: the probe is given up after its first statement, and each batch takes the root's and two more. */
static void test_batches(void **state)
{
    (void)state;
    stand s;
    stand_open(&s, 20, 1000, 4);
    ask(&s, some_posts, "{\"data\":[{\"id\":\"p10\"}]", "\"count\":16}}");
    assert_int_equal(s.statements, 1 + 1 + 2);
    ask(&s, no_posts, "{\"data\":[{\"id\":\"p10\"}]", "\"count\":16}}");
    assert_int_equal(s.statements, 1 + 1 + 2);
    ask(&s, by_posts, "{\"data\":[{\"id\":\"p19\",\"posts\":[{\"id\":\"t19\"},{\"id\":\"u19\"}]}]", "\"count\":20}}");
    assert_int_equal(s.statements, 2 + 2 + 2);
    stand_close(&s);
}

/* When the page is full the rest is counted by keys alone: two statements of the root, whatever the number of batches.
 */
static void test_count_reads_keys(void **state)
{
    (void)state;
    stand s;
    stand_open(&s, 400, 10, 2);
    ask(&s,
        "{\"entity\":\"product\",\"fields\":[\"id\",\"title\"],\"pagination\":{\"skip\":0,\"take\":3},"
        "\"filters\":{\"posts\":{\"$none\":{\"views\":{\"$lt\":4}}}}}",
        "{\"data\":[{\"id\":\"p10\",\"title\":\"Product 10\"}",
        "\"count\":396}}");
    assert_int_equal(s.recounts, 1);
    stand_close(&s);
}

static void assert_peak(const stand *s, size_t before)
{
    if (s->alloc.peak_bytes - before > BYTES_MAX) {
        fail_msg("%zu bytes at a time", s->alloc.peak_bytes - before);
    }
}

static void test_memory_is_bounded(void **state)
{
    (void)state;
    stand s;
    stand_open(&s, MANY, 0, 0);
    const size_t before = s.alloc.live_bytes;
    ask(&s, no_posts, "{\"data\":[{\"id\":\"p10\"}]", "\"count\":49996}}");
    assert_peak(&s, before);
    ask(&s, by_posts, "{\"data\":[{\"id\":\"p49999\"", "\"count\":50000}}");
    assert_peak(&s, before);
    ask(&s,
        "{\"entity\":\"product\",\"fields\":[\"*\"],\"pagination\":{\"order\":{\"posts.$max.views\":\"DESC\"}}}",
        "{\"data\":[{\"id\":\"p49999\"",
        "}]}");
    assert_peak(&s, before);
    stand_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_probe),
        cmocka_unit_test(test_batches),
        cmocka_unit_test(test_count_reads_keys),
        cmocka_unit_test(test_memory_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
