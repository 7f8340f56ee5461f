/* Streams: an export of very many records takes no more memory than one of few, gives its first bytes before the last
 * record is read, and goes no faster than it is read.
 *
 * Memory is what the operating system says of a process of its own, libraries included. How far a store has read is
 * told by the rows themselves: the table of products is a view whose rows call a function of the test. With
 * WEFT_TEST_LONG a million products with a linked post each are exported, else a tenth of it. */
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fail.h"
#include "support/directory.h"
#include "support/postgres.h"
#include "support/tap.h"
#include "weft/weft.h"

#define FEW         1000
#define MANY        100000
#define MANY_LONG   1000000
#define COUNTED     50000
#define COUNTED_MAX 6000 /* rows a store may have read when the first bytes of COUNTED are there */
#define WAITS_AT    4500 /* among the rows asked for while the first bytes of ids alone are given out */

static const char product_module[] =
    "module: product\nmodels:\n  product:\n    fields:\n      id: id\n      title: text\n";
static const char blog_module[] = "module: blog\nmodels:\n  post:\n    fields:\n      id: id\n      title: text\n";
static const char link_file[] = "left: { linkable: product.product, isList: true }\n"
                                "right: { linkable: blog.post, isList: true }\n"
                                "database: { table: product_post }\n";

static const char export_request[] = "{\"entity\":\"product\",\"fields\":[\"id\",\"title\",\"posts.id\"]}";
/* No index follows it. */
static const char sorted_request[] = "{\"entity\":\"product\",\"fields\":[\"id\",\"posts.id\"],"
                                     "\"pagination\":{\"order\":{\"title\":\"DESC\"}}}";

/* One project in one store. */
typedef struct project {
    char directory[256];
    char url[512]; /* of the PostgreSQL database; empty: SQLite */
} project;

/* What an export was, as its process saw it. */
typedef struct measured {
    size_t records;
    size_t bytes;
    long peak_kib;
    bool is_early; /* bytes were there before the products' statement had ended */
    char failure[256];
} measured;

static bool is_long(void)
{
    return getenv("WEFT_TEST_LONG") != NULL;
}

static weft_engine *open_engine(const project *p, weft_observer observer)
{
    weft_options options = WEFT_OPTIONS_INIT;
    weft_error error = {0};
    weft_engine *engine = NULL;
    options.directory = p->directory;
    options.observer = observer;
    options.limits.time_ms = 1200000;
    return weft_open(&options, &engine, &error) == WEFT_OK ? engine : NULL;
}

static void execute(const project *p, const char *sql)
{
    if (p->url[0]) {
        assert_true(test_postgres_execute(p->url, sql));
        return;
    }
    char path[512];
    sqlite3 *db = NULL;
    char *message = NULL;
    (void)snprintf(path, sizeof(path), "%s/shop.db", p->directory);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        fail_msg("%s", message);
    }
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* Both stores understand all of it. */
static void fill(const project *p, int count)
{
    static const char *const inserts[] = {
        "INSERT INTO product (id, title) SELECT 'p' || (10000000 + i), 'Product ' || i",
        "INSERT INTO post (id, title) SELECT 't' || (10000000 + i), 'Post ' || i",
        ("INSERT INTO product_post (id, product_id, post_id) SELECT 'link_' || i, "
         "'p' || (10000000 + i), 't' || (10000000 + i)")};
    for (size_t i = 0; i < WEFT_COUNT_OF(inserts); i++) {
        char sql[512];
        (void)snprintf(sql,
                       sizeof(sql),
                       "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) %s FROM n",
                       count,
                       inserts[i]);
        execute(p, sql);
    }
    execute(p, "ANALYZE");
}

static void project_open(project *p, bool is_postgres, int count)
{
    char stores[700];
    weft_error error = {0};
    *p = (project){0};
    assert_true(!is_postgres || test_postgres_database(p->url, sizeof(p->url)));
    assert_true(test_directory_temporary(p->directory, sizeof(p->directory)));
    (void)snprintf(stores, sizeof(stores), "stores: { default: \"%s\" }\n", is_postgres ? p->url : "sqlite:shop.db");
    assert_true(test_file_write(p->directory, "weft.yaml", stores));
    assert_true(test_file_write(p->directory, "src/modules/product/module.yaml", product_module));
    assert_true(test_file_write(p->directory, "src/modules/blog/module.yaml", blog_module));
    assert_true(test_file_write(p->directory, "src/links/product-post.yaml", link_file));
    weft_engine *engine = open_engine(p, (weft_observer){0});
    assert_non_null(engine);
    assert_int_equal(weft_migrate_apply(engine, WEFT_SCOPE_ALL, false, NULL, NULL, &error), WEFT_OK);
    weft_close(engine);
    fill(p, count);
}

static void project_close(const project *p)
{
    test_directory_remove(p->directory);
}

static void note_end_of_products(void *ctx, const weft_event *event)
{
    bool *has_ended = ctx;
    char text[512];
    (void)snprintf(text, sizeof(text), "%.*s", (int)event->text.len, event->text.data);
    if (event->kind == WEFT_EVENT_STATEMENT && strstr(text, "FROM \"product\" AS")) {
        *has_ended = true;
    }
}

/* Each record has one list, and JSON one more. */
static size_t count_lists(const char *data, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++) {
        count += data[i] == '[';
    }
    return count;
}

static weft_code read_all(weft_reply *reply, const bool *has_ended, measured *m, weft_error *error)
{
    size_t len = 1;
    while (len > 0) {
        const char *data = NULL;
        WEFT_TRY(weft_reply_read(reply, &data, &len, error));
        m->is_early = m->bytes == 0 ? !*has_ended : m->is_early;
        m->bytes += len;
        m->records += count_lists(data, len);
    }
    return WEFT_OK;
}

static measured export_here(const project *p, const char *request, weft_format format)
{
    bool has_ended = false;
    measured m = {0};
    weft_error error = {0};
    weft_reply *reply = NULL;
    struct rusage usage;
    weft_engine *engine = open_engine(p, (weft_observer){note_end_of_products, &has_ended});
    weft_code code =
        engine ? weft_query_open(engine, request, strlen(request), format, &reply, &error) : WEFT_FILE_ERROR;
    if (code == WEFT_OK) {
        code = read_all(reply, &has_ended, &m, &error);
    }
    if (code != WEFT_OK) {
        (void)snprintf(m.failure, sizeof(m.failure), "%.60s: %.180s", weft_code_name(code), error.message);
    }
    weft_reply_close(reply);
    weft_close(engine);
    m.records -= format == WEFT_FORMAT_JSON && m.records > 0 ? 1 : 0;
    m.peak_kib = getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0;
    return m;
}

/* In a process of its own, whose memory nothing else has touched. */
static measured export_apart(const project *p, const char *request, weft_format format)
{
    int ends[2];
    measured m = {0};
    assert_int_equal(pipe(ends), 0);
    (void)fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        m = export_here(p, request, format);
        _exit(write(ends[1], &m, sizeof(m)) == (ssize_t)sizeof(m) ? 0 : 1);
    }
    (void)close(ends[1]);
    assert_int_equal(read(ends[0], &m, sizeof(m)), sizeof(m));
    (void)close(ends[0]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    if (m.failure[0]) {
        fail_msg("%s", m.failure);
    }
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

/* One request of few records and of many. `more_kib` is how much more memory the many may take. */
static void compare(
    const project *few_project, const project *many_project, const char *request, weft_format format, long more_kib)
{
    const measured few = export_apart(few_project, request, format);
    const measured many = export_apart(many_project, request, format);
    print_message("# %s: %zu records, %zu bytes, in %ld KiB; %zu records, %zu bytes, in %ld KiB\n",
                  format == WEFT_FORMAT_JSON ? "JSON" : "NDJSON",
                  few.records,
                  few.bytes,
                  few.peak_kib,
                  many.records,
                  many.bytes,
                  many.peak_kib);
    assert_int_equal(few.records, FEW);
    assert_int_equal(many.records, is_long() ? MANY_LONG : MANY);
    assert_true(many.is_early);
    assert_true(few.peak_kib > 0);
    assert_true(IS_MEMORY_INFLATED || many.peak_kib - few.peak_kib <= more_kib);
}

/* SQLite keeps the pages it has read, to a bound; and as much of what it sorts. */
static void check_export(bool is_postgres)
{
    const long more_kib = is_long() ? 64 << 10 : is_postgres ? 8 << 10 : 32 << 10;
    const long more_sorted_kib = is_long() ? 112 << 10 : more_kib;
    project few;
    project many;
    project_open(&few, is_postgres, FEW);
    project_open(&many, is_postgres, is_long() ? MANY_LONG : MANY);
    compare(&few, &many, export_request, WEFT_FORMAT_JSON, more_kib);
    compare(&few, &many, export_request, WEFT_FORMAT_NDJSON, more_kib);
    compare(&few, &many, sorted_request, WEFT_FORMAT_NDJSON, more_sorted_kib);
    project_close(&many);
    project_close(&few);
}

static void test_export_sqlite(void **state)
{
    (void)state;
    check_export(false);
}

static void test_export_postgres(void **state)
{
    (void)state;
    check_export(true);
}

static atomic_long rows_seen;

static void note_row(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    (void)values;
    rows_seen++;
    sqlite3_result_int(context, 1);
}

static int add_function(sqlite3 *db, char **message, const void *routines)
{
    (void)message;
    (void)routines;
    return sqlite3_create_function(db, "seen", 1, SQLITE_UTF8 | SQLITE_INNOCUOUS, NULL, note_row, NULL, NULL);
}

/* A number that the server answers. */
static long ask_server(const project *p, const char *sql)
{
    PGconn *connection = PQconnectdb(p->url);
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        fail_msg("%s", PQerrorMessage(connection));
    }
    const long number = strtol(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    PQfinish(connection);
    return number;
}

static long count_seen(const project *p)
{
    return p->url[0] ? ask_server(p,
                                  "SELECT coalesce(max(substr(application_name, 6)::int), 0) FROM pg_stat_activity "
                                  "WHERE datname = current_database() AND application_name LIKE 'seen %'")
                     : rows_seen;
}

/* The server's own name for its session tells how far it has come: other sessions see it though nothing is committed.
 * The row with the number `waits_at` takes two minutes; 0: none does. */
static void make_counting(const project *p, int waits_at)
{
    execute(p, "ALTER TABLE product RENAME TO product_rows");
    if (p->url[0]) {
        char sql[700];
        (void)snprintf(sql,
                       sizeof(sql),
                       "CREATE FUNCTION seen(id varchar) RETURNS boolean LANGUAGE plpgsql COST 1 AS $$ DECLARE "
                       "n int := substr(id, 2)::int - 10000000; BEGIN "
                       "PERFORM set_config('application_name', 'seen ' || n, false); "
                       "IF n = %d THEN PERFORM pg_sleep(120); END IF; RETURN true; END $$",
                       waits_at);
        execute(p, sql);
    }
    execute(p, "CREATE VIEW product AS SELECT * FROM product_rows WHERE seen(id)");
}

static weft_reply *open_reply(weft_engine *engine, const char *request)
{
    weft_reply *reply = NULL;
    weft_error error = {0};
    if (weft_query_open(engine, request, strlen(request), WEFT_FORMAT_NDJSON, &reply, &error) != WEFT_OK) {
        fail_msg("%s", error.message);
    }
    return reply;
}

static size_t read_chunk(weft_reply *reply)
{
    const char *data = NULL;
    size_t len = 0;
    weft_error error = {0};
    if (weft_reply_read(reply, &data, &len, &error) != WEFT_OK) {
        fail_msg("%s %s", error.message, error.detail);
    }
    return len;
}

/* What is on its way comes to its end: how many rows were read when no more are for a while. */
static long wait_until_still(const project *p)
{
    const struct timespec pause = {0, 50000000};
    long before = -1;
    long now = count_seen(p);
    for (int i = 0; i < 200 && now != before; i++) {
        before = now;
        (void)nanosleep(&pause, NULL);
        now = count_seen(p);
    }
    return now;
}

static void check_pressure(bool is_postgres)
{
    project p;
    project_open(&p, is_postgres, COUNTED);
    make_counting(&p, 0);
    weft_engine *engine = open_engine(&p, (weft_observer){0});
    weft_reply *reply = open_reply(engine, export_request);
    rows_seen = 0;
    assert_true(read_chunk(reply) > 0);
    const long first = wait_until_still(&p);
    if (first <= 0 || first > COUNTED_MAX) {
        fail_msg("%ld rows were read for the first bytes", first);
    }
    assert_true(read_chunk(reply) > 0);
    const long second = wait_until_still(&p);
    assert_true(second >= first && second <= first + COUNTED_MAX);
    weft_reply_close(reply);
    assert_true(is_postgres || rows_seen == second);
    weft_close(engine);
    project_close(&p);
}

static void test_pressure_sqlite(void **state)
{
    (void)state;
    assert_int_equal(sqlite3_auto_extension((void (*)(void))add_function), SQLITE_OK);
    check_pressure(false);
    sqlite3_reset_auto_extension();
}

static void test_pressure_postgres(void **state)
{
    (void)state;
    check_pressure(true);
}

/* The server is in the middle of a row that takes minutes when the reader goes away. */
static void test_close_cancels(void **state)
{
    (void)state;
    static const char running[] = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                                  "pid <> pg_backend_pid() AND state = 'active'";
    const struct timespec pause = {0, 50000000};
    project p;
    project_open(&p, true, COUNTED);
    make_counting(&p, WAITS_AT);
    weft_engine *engine = open_engine(&p, (weft_observer){0});
    weft_reply *reply = open_reply(engine, "{\"entity\":\"product\",\"fields\":[\"id\"]}");
    assert_true(read_chunk(reply) > 0);
    for (int i = 0; i < 200 && count_seen(&p) < WAITS_AT; i++) {
        (void)nanosleep(&pause, NULL);
    }
    assert_int_equal(count_seen(&p), WAITS_AT);
    assert_int_equal(ask_server(&p, running), 1);
    weft_reply_close(reply);
    assert_int_equal(ask_server(&p, running), 0);
    weft_close(engine);
    project_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_export_sqlite),
        cmocka_unit_test(test_export_postgres),
        cmocka_unit_test(test_pressure_sqlite),
        cmocka_unit_test(test_pressure_postgres),
        cmocka_unit_test(test_close_cancels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
