/* Wide records on PostgreSQL: what a query holds is bounded by its limit, libpq's part of it included, whatever rows
 * there are.
 *
 * Memory is what the operating system says of a process of its own. The wide texts are many times the bound in all. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/directory.h"
#include "support/postgres.h"
#include "support/tap.h"
#include "weft/weft.h"

#define MEMORY_BYTES (12 << 20)
/* What a process may take more than one that read little: the batch, and half as much for what is on its way. */
#define MORE_KIB (3 * MEMORY_BYTES / 2 / 1024)
#define WIDE     600 /* records of 200 KB each, 120 MB in all */

static const char product_module[] =
    "module: product\nmodels:\n  product:\n    fields:\n      id: id\n      title: text\n";
static const char blog_module[] = "module: blog\nmodels:\n  post:\n    fields:\n      id: id\n      body: text\n";
static const char link_file[] = "left: { linkable: product.product, isList: true }\n"
                                "right: { linkable: blog.post, isList: true }\n"
                                "database: { table: product_post }\n";

/* p… have a wide post each, w… are wide themselves, "few" has some short posts and "many" 2,000 wide ones. */
static const char *const fillings[] = {
    "INSERT INTO product (id, title) SELECT 'p' || (10000 + i), 'x' FROM generate_series(1, 600) i",
    "INSERT INTO product (id, title) SELECT 'w' || (10000 + i), repeat('w', 200000) FROM generate_series(1, 600) i",
    "INSERT INTO product (id, title) VALUES ('few', 'x'), ('many', 'x')",
    "INSERT INTO post (id, body) SELECT 't' || (10000 + i), repeat('b', 200000) FROM generate_series(1, 2000) i",
    "INSERT INTO post (id, body) SELECT 's' || (10000 + i), 'short' FROM generate_series(1, 20) i",
    "INSERT INTO product_post (id, product_id, post_id) SELECT 'l1' || i, 'p' || (10000 + i), 't' || (10000 + i) FROM "
    "generate_series(1, 600) i",
    "INSERT INTO product_post (id, product_id, post_id) SELECT 'l2' || i, 'many', 't' || (10000 + i) FROM "
    "generate_series(1, 2000) i",
    "INSERT INTO product_post (id, product_id, post_id) SELECT 'l3' || i, 'few', 's' || (10000 + i) FROM "
    "generate_series(1, 20) i",
    "ANALYZE",
};

static char directory[256];

static weft_engine *open_engine(void)
{
    weft_options options = WEFT_OPTIONS_INIT;
    weft_error error = {0};
    weft_engine *engine = NULL;
    options.directory = directory;
    options.limits.memory_bytes_max = MEMORY_BYTES;
    options.limits.time_ms = 600000;
    return weft_open(&options, &engine, &error) == WEFT_OK ? engine : NULL;
}

static int make_project(void **state)
{
    char url[512];
    char stores[700];
    weft_error error = {0};
    (void)state;
    assert_true(test_postgres_database(url, sizeof(url)));
    assert_true(test_directory_temporary(directory, sizeof(directory)));
    (void)snprintf(stores, sizeof(stores), "stores: { default: \"%s\" }\n", url);
    assert_true(test_file_write(directory, "weft.yaml", stores));
    assert_true(test_file_write(directory, "src/modules/product/module.yaml", product_module));
    assert_true(test_file_write(directory, "src/modules/blog/module.yaml", blog_module));
    assert_true(test_file_write(directory, "src/links/product-post.yaml", link_file));
    weft_engine *engine = open_engine();
    assert_non_null(engine);
    assert_int_equal(weft_migrate_apply(engine, WEFT_SCOPE_ALL, false, NULL, NULL, &error), WEFT_OK);
    weft_close(engine);
    for (size_t i = 0; i < WEFT_COUNT_OF(fillings); i++) {
        assert_true(test_postgres_execute(url, fillings[i]));
    }
    return 0;
}

static int remove_project(void **state)
{
    (void)state;
    test_directory_remove(directory);
    return 0;
}

/* What came of some requests, as their process saw it. */
typedef struct measured {
    weft_code code; /* of the last */
    size_t bytes;
    long peak_kib;
} measured;

static weft_code read_all(weft_engine *engine, const char *request, size_t *bytes)
{
    size_t len = 1;
    weft_error error = {0};
    weft_reply *reply = NULL;
    weft_code code = weft_query_open(engine, request, strlen(request), WEFT_FORMAT_NDJSON, &reply, &error);
    while (code == WEFT_OK && len > 0) {
        const char *data = NULL;
        code = weft_reply_read(reply, &data, &len, &error);
        *bytes += code == WEFT_OK ? len : 0;
    }
    weft_reply_close(reply);
    return code;
}

/* Ask all requests on one connection, in a process of its own, whose memory nothing else has touched. */
static measured ask_apart(const char *const *requests)
{
    int ends[2];
    measured m = {0};
    assert_int_equal(pipe(ends), 0);
    (void)fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rusage usage;
        weft_engine *engine = open_engine();
        m.code = engine ? WEFT_OK : WEFT_FILE_ERROR;
        for (size_t i = 0; m.code == WEFT_OK && requests[i]; i++) {
            m.code = read_all(engine, requests[i], &m.bytes);
        }
        weft_close(engine);
        m.peak_kib = getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0;
        _exit(write(ends[1], &m, sizeof(m)) == (ssize_t)sizeof(m) ? 0 : 1);
    }
    (void)close(ends[1]);
    assert_int_equal(read(ends[0], &m, sizeof(m)), sizeof(m));
    (void)close(ends[0]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    return m;
}

#if defined(__SANITIZE_ADDRESS__)
#define IS_MEMORY_INFLATED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_MEMORY_INFLATED 1
#endif
#endif
#ifndef IS_MEMORY_INFLATED
#define IS_MEMORY_INFLATED 0 /* a sanitizer keeps what was freed */
#endif

#define ASK_FEW "{\"entity\":\"product\",\"fields\":[\"id\",\"posts.id\",\"posts.body\"],\"filters\":{\"id\":\"few\"}}"
#define ASK_MANY                                                                                                       \
    "{\"entity\":\"product\",\"fields\":[\"id\",\"posts.id\",\"posts.body\"],\"filters\":{\"id\":\"many\"}}"

static void check_bounded(const char *what, const measured *m)
{
    static const char *const little[] = {ASK_FEW, NULL};
    const measured base = ask_apart(little);
    print_message("# %s: %zu bytes in %ld KiB, %ld of them for little\n", what, m->bytes, m->peak_kib, base.peak_kib);
    assert_int_equal(base.code, WEFT_OK);
    assert_true(base.peak_kib > 0);
    assert_true(IS_MEMORY_INFLATED || m->peak_kib - base.peak_kib <= MORE_KIB);
}

/* One parent whose partners do not fit fails, and long before they all were there. */
static void test_too_many_partners(void **state)
{
    static const char *const many[] = {ASK_MANY, NULL};
    (void)state;
    const measured m = ask_apart(many);
    assert_int_equal(m.code, WEFT_LIMIT_EXCEEDED);
    check_bounded("one parent with many", &m);
}

/* Nor do earlier parents with a few short ones each mislead. */
static void test_too_many_after_few(void **state)
{
    static const char *const requests[] = {ASK_FEW, ASK_FEW, ASK_MANY, NULL};
    (void)state;
    const measured m = ask_apart(requests);
    assert_int_equal(m.code, WEFT_LIMIT_EXCEEDED);
    check_bounded("after a parent with few", &m);
}

static void check_stream(const char *what, const char *request)
{
    const char *const requests[] = {request, NULL};
    const measured m = ask_apart(requests);
    assert_int_equal(m.code, WEFT_OK);
    assert_true(m.bytes > (size_t)WIDE * 200000);
    check_bounded(what, &m);
}

static void test_wide_records(void **state)
{
    (void)state;
    check_stream("wide records", "{\"entity\":\"product\",\"fields\":[\"*\"],\"filters\":{\"id\":{\"$gte\":\"w\"}}}");
}

static void test_wide_partners(void **state)
{
    (void)state;
    check_stream("wide partners",
                 "{\"entity\":\"product\",\"fields\":[\"id\",\"posts.id\",\"posts.body\"],"
                 "\"filters\":{\"id\":{\"$gte\":\"p\",\"$lt\":\"q\"}}}");
}

/* In an order that no index follows; by the link row and in batches that the page does not end. */
static void test_wide_pages(void **state)
{
    (void)state;
    check_stream("wide partners, sorted",
                 "{\"entity\":\"product\",\"fields\":[\"id\",\"posts.id\",\"posts.body\"],"
                 "\"filters\":{\"id\":{\"$gte\":\"p\",\"$lt\":\"q\"}},"
                 "\"pagination\":{\"order\":[{\"title\":\"DESC\"},{\"posts.$count\":\"ASC\"}],\"take\":5000}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_too_many_partners),
        cmocka_unit_test(test_too_many_after_few),
        cmocka_unit_test(test_wide_records),
        cmocka_unit_test(test_wide_partners),
        cmocka_unit_test(test_wide_pages),
    };
    return cmocka_run_group_tests(tests, make_project, remove_project);
}
