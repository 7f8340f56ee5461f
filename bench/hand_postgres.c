/* Hand-written PostgreSQL: "flat" style, everything in one pipeline and one round trip. Page and children are sent
 * together in one snapshot, the children's statement derives the page again, rows come binary, and both come in key
 * order so that C merges them. */
#include <arpa/inet.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"

#define STATEMENTS_MAX 32
#define EPOCH_SHIFT_US INT64_C(946684800000000)
#define RESULTS_MAX    8

typedef struct hand {
    PGconn *connection;
    char cache[STATEMENTS_MAX][1600];
    int cached;
} hand;

static void execute(void *ctx, const char *sql)
{
    hand *h = ctx;
    PGresult *result = PQexec(h->connection, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
        bench_fail(sql, PQerrorMessage(h->connection));
    }
    PQclear(result);
}

static void *open_hand(const char *url)
{
    hand *h = calloc(1, sizeof(*h));
    h->connection = PQconnectdb(url);
    if (PQstatus(h->connection) != CONNECTION_OK) {
        bench_fail("postgres", PQerrorMessage(h->connection));
    }
    execute(h,
            "SET client_min_messages = error; SET jit = off; SET plan_cache_mode = force_generic_plan; SET timezone = "
            "'UTC'");
    return h;
}

static void close_hand(void *ctx)
{
    hand *h = ctx;
    PQfinish(h->connection);
    free(h);
}

/* The name of a prepared statement; prepares it (outside a pipeline) when new. */
static void prepare(hand *h, const char *sql, char name[16])
{
    int at = 0;
    while (at < h->cached && strcmp(h->cache[at], sql) != 0) {
        at++;
    }
    (void)snprintf(name, 16, "s%d", at);
    if (at == h->cached) {
        if (at == STATEMENTS_MAX) {
            bench_fail("postgres", "too many statements");
        }
        (void)snprintf(h->cache[h->cached++], sizeof(h->cache[0]), "%s", sql);
        PGresult *result = PQprepare(h->connection, name, sql, 0, NULL);
        if (PQresultStatus(result) != PGRES_COMMAND_OK) {
            bench_fail(sql, PQerrorMessage(h->connection));
        }
        PQclear(result);
    }
}

static size_t add_list(char *sql, size_t size, const char *alias, const bench_columns *columns)
{
    for (int i = 0; i < columns->count; i++) {
        const size_t len = strlen(sql);
        (void)snprintf(sql + len, size - len, "%s%s.%s", i ? ", " : "", alias, columns->items[i].name);
    }
    return strlen(sql);
}

static void page_sql(char *sql, size_t size, const bench_workload *workload, const bench_columns *columns)
{
    (void)snprintf(sql, size, "SELECT ");
    size_t len = add_list(sql, size, "p", columns);
    len += (size_t)snprintf(sql + len, size - len, " FROM %s p WHERE p.deleted_at IS NULL", workload->entity);
    len += (size_t)snprintf(sql + len,
                            size - len,
                            "%s%s%s ORDER BY %s%sp.id",
                            workload->is_by_key ? " AND p.id = $1" : "",
                            workload->condition ? " AND " : "",
                            workload->condition ? workload->condition : "",
                            workload->order ? workload->order : "",
                            workload->order ? ", " : "");
    if (workload->take) {
        (void)snprintf(sql + len, size - len, " LIMIT %d", workload->take);
    }
}

static void children_sql(char *sql, size_t size, const bench_workload *workload, const bench_edge *edge)
{
    static const bench_column id_only[] = {{"id", 0}};
    const bench_columns key = {id_only, 1};
    char page[1024];
    page_sql(page, sizeof(page), workload, &key);
    (void)snprintf(sql,
                   size,
                   "%s%s%s SELECT l.%s, ",
                   workload->take ? "WITH k AS MATERIALIZED (" : "",
                   workload->take ? page : "",
                   workload->take ? ")" : "",
                   edge->near);
    size_t len = add_list(sql, size, "t", &edge->columns);
    const char *from = workload->take ? "k JOIN" : "";
    const char *on = workload->take ? " ON l.%s = k.id" : "%.0s";
    len += (size_t)snprintf(sql + len, size - len, " FROM %s %s l", from, edge->link);
    len += (size_t)snprintf(sql + len, size - len, on, edge->near);
    (void)snprintf(
        sql + len,
        size - len,
        " JOIN %s t ON t.id = l.%s WHERE l.deleted_at IS NULL AND t.deleted_at IS NULL%s ORDER BY l.%s, l.%s",
        edge->target,
        edge->far,
        workload->is_by_key ? " AND l.product_id = $1" : "",
        edge->near,
        edge->far);
}

static void send_statement(hand *h, const char *name, const char *key)
{
    const char *const values[] = {key};
    if (!PQsendQueryPrepared(h->connection, name, key ? 1 : 0, values, NULL, NULL, 1)) {
        bench_fail("postgres", PQerrorMessage(h->connection));
    }
}

static PGresult *receive(hand *h)
{
    PGresult *result = PQgetResult(h->connection);
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        bench_fail("postgres", PQerrorMessage(h->connection));
    }
    PQclear(PQgetResult(h->connection)); /* the NULL that ends one statement's results */
    return result;
}

static int64_t big_endian(const char *bytes, int len)
{
    uint32_t high = 0;
    uint32_t low = 0;
    if (len == 4) {
        memcpy(&low, bytes, 4);
        return (int32_t)ntohl(low);
    }
    memcpy(&high, bytes, 4);
    memcpy(&low, bytes + 4, 4);
    return (int64_t)((uint64_t)ntohl(high) << 32 | ntohl(low));
}

static void add_columns(bench_text *out, const PGresult *result, int row, int first, const bench_columns *columns)
{
    for (int i = 0; i < columns->count; i++) {
        bench_add(out, i ? ",\"" : "{\"", 2);
        bench_add_word(out, columns->items[i].name);
        bench_add(out, "\":", 2);
        const char *value = PQgetvalue(result, row, first + i);
        const int len = PQgetlength(result, row, first + i);
        if (PQgetisnull(result, row, first + i)) {
            bench_add(out, "null", 4);
        } else if (columns->items[i].kind == BENCH_INTEGER) {
            bench_add_integer(out, big_endian(value, len));
        } else if (columns->items[i].kind == BENCH_TIME) {
            bench_add_time(out, big_endian(value, len) + EPOCH_SHIFT_US);
        } else {
            bench_add_quoted(out, value, (size_t)len);
        }
    }
}

/* The children of the parent `id`: from *at on, as long as their first column is that id. */
static void add_children(
    bench_text *out, const bench_edge *edge, const PGresult *children, int *at, const char *id, int id_len)
{
    bench_add(out, ",\"", 2);
    bench_add_word(out, edge->property);
    bench_add(out, "\":[", 3);
    const int count = PQntuples(children);
    for (bool is_first = true; *at < count; is_first = false, (*at)++) {
        if (PQgetlength(children, *at, 0) != id_len || memcmp(PQgetvalue(children, *at, 0), id, (size_t)id_len) != 0) {
            break;
        }
        if (!is_first) {
            bench_add(out, ",", 1);
        }
        add_columns(out, children, *at, 1, &edge->columns);
        bench_add(out, "}", 1);
    }
    bench_add(out, "]", 1);
}

static void set_planner(hand *h, bool is_page)
{
    char sql[128];
    (void)snprintf(sql,
                   sizeof(sql),
                   "SET enable_hashjoin = %s; SET enable_mergejoin = %s; SET enable_seqscan = %s",
                   is_page ? "off" : "on",
                   is_page ? "off" : "on",
                   is_page ? "off" : "on");
    execute(h, sql);
}

static void answer(void *ctx, const bench_workload *workload, const char *key, bench_text *out)
{
    hand *h = ctx;
    static int planned_for = -1;
    const bool is_page = workload->take || workload->is_by_key;
    if (planned_for != is_page) {
        set_planner(h, is_page);
        planned_for = is_page;
    }
    char sql[1600];
    char names[RESULTS_MAX][16];
    int count = 0;
    prepare(h, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", names[count++]);
    page_sql(sql, sizeof(sql), workload, &workload->columns);
    prepare(h, sql, names[count++]);
    for (int i = 0; i < workload->edge_count; i++) {
        children_sql(sql, sizeof(sql), workload, &workload->edges[i]);
        prepare(h, sql, names[count++]);
    }
    if (workload->has_count) {
        (void)snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s WHERE deleted_at IS NULL", workload->entity);
        prepare(h, sql, names[count++]);
    }
    prepare(h, "COMMIT", names[count++]);

    (void)PQenterPipelineMode(h->connection);
    for (int i = 0; i < count; i++) {
        const bool takes_key = workload->is_by_key && i > 0 && i <= workload->edge_count + 1;
        send_statement(h, names[i], takes_key ? key : NULL);
    }
    (void)PQpipelineSync(h->connection);
    PGresult *results[RESULTS_MAX];
    for (int i = 0; i < count; i++) {
        results[i] = receive(h);
    }
    PQclear(PQgetResult(h->connection)); /* the sync */
    (void)PQexitPipelineMode(h->connection);

    int at[RESULTS_MAX] = {0};
    bench_add(out, "{\"data\":[", 9);
    for (int row = 0; row < PQntuples(results[1]); row++) {
        if (row) {
            bench_add(out, ",", 1);
        }
        add_columns(out, results[1], row, 0, &workload->columns);
        for (int i = 0; i < workload->edge_count; i++) {
            add_children(out,
                         &workload->edges[i],
                         results[2 + i],
                         &at[i],
                         PQgetvalue(results[1], row, 0),
                         PQgetlength(results[1], row, 0));
        }
        bench_add(out, "}", 1);
    }
    bench_add(out, "]", 1);
    if (workload->has_count) {
        bench_add_word(out, ",\"metadata\":{\"skip\":0,\"take\":");
        bench_add_integer(out, workload->take);
        bench_add_word(out, ",\"count\":");
        bench_add_integer(out, big_endian(PQgetvalue(results[count - 2], 0, 0), 8));
        bench_add(out, "}", 1);
    }
    bench_add(out, "}", 1);
    for (int i = 0; i < count; i++) {
        PQclear(results[i]);
    }
}

/* {"a","b",…} as an array literal; the ids of the benchmark need no escapes. */
static char *array_of(const char *const *items, int count)
{
    bench_text text = {0};
    for (int i = 0; i < count; i++) {
        bench_add(&text, i ? "," : "{", 1);
        bench_add_word(&text, items[i]);
    }
    bench_add(&text, "}", 2);
    return text.data;
}

static void link_pairs(void *ctx, const char *const *left, const char *const *right, int count, const char *id_prefix)
{
    hand *h = ctx;
    char upsert[16];
    char check[16];
    prepare(h,
            "SELECT (SELECT count(DISTINCT k) FROM unnest($1::text[]) k) - (SELECT count(*) FROM product WHERE id = "
            "ANY($1::text[]) AND deleted_at IS NULL) "
            "+ (SELECT count(DISTINCT k) FROM unnest($2::text[]) k) - (SELECT count(*) FROM blog_post WHERE id = "
            "ANY($2::text[]) AND deleted_at IS NULL)",
            check);
    prepare(
        h,
        "INSERT INTO product_product_blog_post (id, product_id, blog_post_id) SELECT $3 || row_number() OVER (), l, r "
        "FROM unnest($1::text[], $2::text[]) AS b(l, r) ORDER BY l, r ON CONFLICT (product_id, blog_post_id) DO UPDATE "
        "SET deleted_at = NULL, "
        "updated_at = excluded.updated_at WHERE product_product_blog_post.deleted_at IS NOT NULL RETURNING id",
        upsert);
    char *lefts = array_of(left, count);
    char *rights = array_of(right, count);
    const char *const values[] = {lefts, rights, id_prefix};
    execute(h, "BEGIN");
    PGresult *missing = PQexecPrepared(h->connection, check, 2, values, NULL, NULL, 0);
    if (PQresultStatus(missing) != PGRES_TUPLES_OK || strcmp(PQgetvalue(missing, 0, 0), "0") != 0) {
        bench_fail("postgres", "an end of a link is missing");
    }
    PQclear(missing);
    PGresult *done = PQexecPrepared(h->connection, upsert, 3, values, NULL, NULL, 1);
    if (PQresultStatus(done) != PGRES_TUPLES_OK) {
        bench_fail("postgres", PQerrorMessage(h->connection));
    }
    PQclear(done);
    execute(h, "COMMIT");
    free(lefts);
    free(rights);
}

const bench_hand bench_hand_postgres = {"postgres", open_hand, close_hand, answer, link_pairs, execute};
