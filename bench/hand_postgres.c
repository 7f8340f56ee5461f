/* Hand-written PostgreSQL: prepared statements, binary rows, pipelines, JSON made in C.
 *
 *   flat     page and children in one pipeline; the children's statement derives the page again; one round trip
 *   any      the page, then the children by `= ANY(keys)`; two round trips
 *   driven   a page filtered over a link: from the posts that match to their products
 *   json     PostgreSQL makes the JSON                                (hand_postgres_more.c)
 *   copies   an export: three COPYs, hashed and merged in C           (hand_postgres_more.c)
 *
 * The first two with the planner held to index look-ups, and with its defaults ("free"). */
#include "bench/hand_postgres.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EPOCH_SHIFT_US INT64_C(946684800000000)

void postgres_hand_execute(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
        bench_fail(sql, PQerrorMessage(connection));
    }
    PQclear(result);
}

static PGconn *connect_to(const char *url)
{
    PGconn *connection = PQconnectdb(url);
    if (PQstatus(connection) != CONNECTION_OK) {
        bench_fail("postgres", PQerrorMessage(connection));
    }
    postgres_hand_execute(connection, "SET client_min_messages = error; SET jit = off; SET timezone = 'UTC'");
    return connection;
}

postgres_hand *postgres_hand_open(const char *url)
{
    postgres_hand *h = calloc(1, sizeof(*h));
    h->pinned = connect_to(url);
    h->free = connect_to(url);
    postgres_hand_execute(h->pinned,
                          "SET plan_cache_mode = force_generic_plan; SET enable_hashjoin = off; SET enable_mergejoin = "
                          "off; SET enable_seqscan = off");
    return h;
}

void postgres_hand_close(postgres_hand *h)
{
    PQfinish(h->pinned);
    PQfinish(h->free);
    free(h);
}

postgres_name postgres_hand_prepare(postgres_hand *h, PGconn *connection, const char *sql)
{
    postgres_name name;
    (void)snprintf(name.text, sizeof(name.text), "s%d", h->names++);
    PGresult *result = PQprepare(connection, name.text, sql, 0, NULL);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        bench_fail(sql, PQerrorMessage(connection));
    }
    PQclear(result);
    return name;
}

void postgres_hand_list(char *sql, const char *alias, const bench_columns *columns)
{
    for (int i = 0; i < columns->count; i++) {
        bench_sql(sql, "%s%s.%s", i ? ", " : "", alias, columns->items[i].name);
    }
}

void postgres_hand_page(char *sql, const bench_workload *workload, const bench_columns *columns)
{
    bench_sql(sql, "SELECT ");
    postgres_hand_list(sql, "p", columns);
    bench_sql(sql, " FROM %s p WHERE p.deleted_at IS NULL", workload->entity);
    if (workload->is_by_key) {
        bench_sql(sql, " AND p.id = $1");
    }
    if (workload->is_filtered) {
        bench_sql(sql,
                  " AND EXISTS (SELECT 1 FROM product_product_blog_post l JOIN blog_post t ON t.id = l.blog_post_id "
                  "WHERE l.product_id = p.id AND l.deleted_at IS NULL AND t.deleted_at IS NULL AND t.author = "
                  "'Author 7')");
    }
    bench_sql(sql, " ORDER BY %sp.id", workload->is_filtered ? "p.title, " : "");
    if (workload->take) {
        bench_sql(sql, " LIMIT %d%s", workload->take, workload->is_skipped ? " OFFSET $1" : "");
    }
}

void postgres_hand_children(char *sql, const bench_edge *edge, const char *from)
{
    bench_sql(sql, "SELECT l.%s, ", edge->near);
    postgres_hand_list(sql, "t", &edge->columns);
    bench_sql(sql, " FROM %s%s l JOIN %s t ON t.id = l.%s", from, edge->link, edge->target, edge->far);
    bench_sql(sql, " WHERE l.deleted_at IS NULL AND t.deleted_at IS NULL");
}

void postgres_hand_begin(PGconn *connection)
{
    (void)PQenterPipelineMode(connection);
}

void postgres_hand_send(PGconn *connection, const postgres_name *name, const char *parameter)
{
    const char *const values[] = {parameter};
    if (!PQsendQueryPrepared(connection, name->text, parameter ? 1 : 0, values, NULL, NULL, 1)) {
        bench_fail("postgres", PQerrorMessage(connection));
    }
}

void postgres_hand_sync(PGconn *connection)
{
    (void)PQpipelineSync(connection);
}

PGresult *postgres_hand_receive(PGconn *connection)
{
    PGresult *result = PQgetResult(connection);
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        bench_fail("postgres", PQerrorMessage(connection));
    }
    PQclear(PQgetResult(connection)); /* the NULL that ends one statement's results */
    return result;
}

void postgres_hand_finish(PGconn *connection)
{
    PQclear(PQgetResult(connection)); /* the sync */
    (void)PQexitPipelineMode(connection);
}

int64_t postgres_hand_integer(const char *bytes, int len)
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

void postgres_hand_add(bench_text *out, const PGresult *result, int row, int first, const bench_shape *shape)
{
    for (int i = 0; i < shape->columns.count; i++) {
        bench_add_before(out, shape, i);
        const char *value = PQgetvalue(result, row, first + i);
        const int len = PQgetlength(result, row, first + i);
        const bench_kind kind = shape->columns.items[i].kind;
        if (len == 0 && PQgetisnull(result, row, first + i)) {
            bench_add(out, "null", 4);
        } else if (kind == BENCH_INTEGER) {
            bench_add_integer(out, postgres_hand_integer(value, len));
        } else if (kind == BENCH_TIME) {
            bench_add_time(out, postgres_hand_integer(value, len) + EPOCH_SHIFT_US);
        } else {
            bench_add_quoted(out, value, (size_t)len);
        }
    }
}

void postgres_hand_array(bench_text *text, const PGresult *result, int column)
{
    text->len = 0;
    bench_add(text, "{", 1);
    for (int row = 0; row < PQntuples(result); row++) {
        bench_add(text, ",", row ? 1 : 0);
        bench_add(text, PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column));
    }
    bench_add(text, "}", 2);
}

/* A program of statements: the page, one or two an edge, the count. */
typedef struct pages {
    PGconn *connection;
    const bench_workload *workload;
    bench_shape shape;
    bench_shape edge_shapes[BENCH_EDGES_MAX];
    char openings[BENCH_EDGES_MAX][32]; /* ,"posts":[ */
    postgres_name begin, page, count, commit;
    postgres_name edges[BENCH_EDGES_MAX];
    bench_text keys;
} pages;

static pages *make_pages(postgres_hand *h, PGconn *connection, const bench_workload *workload)
{
    pages *p = calloc(1, sizeof(*p));
    char sql[BENCH_SQL_BYTES] = "";
    p->connection = connection;
    p->workload = workload;
    bench_shape_init(&p->shape, &workload->columns);
    for (int i = 0; i < workload->edge_count; i++) {
        bench_shape_init(&p->edge_shapes[i], &workload->edges[i].columns);
        (void)snprintf(p->openings[i], sizeof(p->openings[i]), ",\"%s\":[", workload->edges[i].property);
    }
    p->begin = postgres_hand_prepare(h, connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    p->commit = postgres_hand_prepare(h, connection, "COMMIT");
    if (workload->has_count) {
        bench_sql(sql, "SELECT count(*) FROM %s WHERE deleted_at IS NULL", workload->entity);
        p->count = postgres_hand_prepare(h, connection, sql);
    }
    char page[BENCH_SQL_BYTES] = "";
    postgres_hand_page(page, workload, &workload->columns);
    p->page = postgres_hand_prepare(h, connection, page);
    return p;
}

static pages *prepare_flat(postgres_hand *h, PGconn *connection, const bench_workload *workload)
{
    static const bench_column id_only[] = {{"id", 0}};
    const bench_columns key = {id_only, 1};
    pages *p = make_pages(h, connection, workload);
    for (int i = 0; i < workload->edge_count; i++) {
        const bench_edge *edge = &workload->edges[i];
        char sql[BENCH_SQL_BYTES] = "";
        if (workload->take) {
            bench_sql(sql, "WITH k AS MATERIALIZED (");
            postgres_hand_page(sql, workload, &key);
            bench_sql(sql, ") ");
        }
        postgres_hand_children(sql, edge, workload->take ? "k CROSS JOIN " : "");
        if (workload->take) {
            bench_sql(sql, " AND l.%s = k.id", edge->near);
        } else if (workload->is_by_key) {
            bench_sql(sql, " AND l.%s = $1", edge->near);
        }
        bench_sql(sql, " ORDER BY l.%s, l.%s", edge->near, edge->far);
        p->edges[i] = postgres_hand_prepare(h, connection, sql);
    }
    return p;
}

/* The children of the parent `id`: from *at on, as long as their first column is that id. */
static void add_children(
    bench_text *out, const pages *p, int edge, const PGresult *children, int *at, const char *id, int id_len)
{
    const int count = PQntuples(children);
    bench_add_word(out, p->openings[edge]);
    for (bool is_first = true; *at < count; is_first = false, (*at)++) {
        if (PQgetlength(children, *at, 0) != id_len || memcmp(PQgetvalue(children, *at, 0), id, (size_t)id_len) != 0) {
            break;
        }
        bench_add(out, ",", is_first ? 0 : 1);
        postgres_hand_add(out, children, *at, 1, &p->edge_shapes[edge]);
        bench_add(out, "}", 1);
    }
    bench_add(out, "]", 1);
}

static void write_pages(
    const pages *p, const PGresult *page, PGresult *const *children, const PGresult *count, bench_text *out)
{
    int at[BENCH_EDGES_MAX] = {0};
    bench_add(out, "{\"data\":[", 9);
    for (int row = 0; row < PQntuples(page); row++) {
        bench_add(out, ",", row ? 1 : 0);
        postgres_hand_add(out, page, row, 0, &p->shape);
        for (int i = 0; i < p->workload->edge_count; i++) {
            add_children(out, p, i, children[i], &at[i], PQgetvalue(page, row, 0), PQgetlength(page, row, 0));
        }
        bench_add(out, "}", 1);
    }
    bench_add(out, "]", 1);
    if (count) {
        bench_add_word(out, ",\"metadata\":{\"skip\":0,\"take\":");
        bench_add_integer(out, p->workload->take);
        bench_add_word(out, ",\"count\":");
        bench_add_integer(out, postgres_hand_integer(PQgetvalue(count, 0, 0), 8));
        bench_add(out, "}", 1);
    }
    bench_add(out, "}", 1);
}

static void answer_flat(void *prepared, const char *key, bench_text *out)
{
    const pages *p = prepared;
    const char *parameter = p->workload->is_by_key || p->workload->is_skipped ? key : NULL;
    PGresult *children[BENCH_EDGES_MAX] = {0};
    postgres_hand_begin(p->connection);
    postgres_hand_send(p->connection, &p->begin, NULL);
    postgres_hand_send(p->connection, &p->page, parameter);
    for (int i = 0; i < p->workload->edge_count; i++) {
        postgres_hand_send(p->connection, &p->edges[i], parameter);
    }
    if (p->workload->has_count) {
        postgres_hand_send(p->connection, &p->count, NULL);
    }
    postgres_hand_send(p->connection, &p->commit, NULL);
    postgres_hand_sync(p->connection);
    PQclear(postgres_hand_receive(p->connection));
    PGresult *page = postgres_hand_receive(p->connection);
    for (int i = 0; i < p->workload->edge_count; i++) {
        children[i] = postgres_hand_receive(p->connection);
    }
    PGresult *count = p->workload->has_count ? postgres_hand_receive(p->connection) : NULL;
    PQclear(postgres_hand_receive(p->connection));
    postgres_hand_finish(p->connection);
    write_pages(p, page, children, count, out);
    PQclear(page);
    PQclear(count);
    for (int i = 0; i < p->workload->edge_count; i++) {
        PQclear(children[i]);
    }
}

static pages *prepare_any(postgres_hand *h, PGconn *connection, const bench_workload *workload)
{
    if (!workload->take || workload->edge_count == 0) {
        return NULL;
    }
    pages *p = make_pages(h, connection, workload);
    for (int i = 0; i < workload->edge_count; i++) {
        const bench_edge *edge = &workload->edges[i];
        char sql[BENCH_SQL_BYTES] = "";
        postgres_hand_children(sql, edge, "");
        bench_sql(sql, " AND l.%s = ANY($1::text[]) ORDER BY l.%s, l.%s", edge->near, edge->near, edge->far);
        p->edges[i] = postgres_hand_prepare(h, connection, sql);
    }
    return p;
}

static void answer_any(void *prepared, const char *key, bench_text *out)
{
    pages *p = prepared;
    PGresult *children[BENCH_EDGES_MAX] = {0};
    postgres_hand_begin(p->connection);
    postgres_hand_send(p->connection, &p->begin, NULL);
    postgres_hand_send(p->connection, &p->page, p->workload->is_skipped ? key : NULL);
    postgres_hand_sync(p->connection);
    PQclear(postgres_hand_receive(p->connection));
    PGresult *page = postgres_hand_receive(p->connection);
    PQclear(PQgetResult(p->connection)); /* the sync */
    postgres_hand_array(&p->keys, page, 0);
    for (int i = 0; i < p->workload->edge_count; i++) {
        postgres_hand_send(p->connection, &p->edges[i], p->keys.data);
    }
    if (p->workload->has_count) {
        postgres_hand_send(p->connection, &p->count, NULL);
    }
    postgres_hand_send(p->connection, &p->commit, NULL);
    postgres_hand_sync(p->connection);
    for (int i = 0; i < p->workload->edge_count; i++) {
        children[i] = postgres_hand_receive(p->connection);
    }
    PGresult *count = p->workload->has_count ? postgres_hand_receive(p->connection) : NULL;
    PQclear(postgres_hand_receive(p->connection));
    postgres_hand_finish(p->connection);
    write_pages(p, page, children, count, out);
    PQclear(page);
    PQclear(count);
    for (int i = 0; i < p->workload->edge_count; i++) {
        PQclear(children[i]);
    }
}

static void *prepare_flat_pinned(void *hand, const bench_workload *workload)
{
    return workload->take || workload->is_by_key ? prepare_flat(hand, ((postgres_hand *)hand)->pinned, workload) : NULL;
}

static void *prepare_flat_free(void *hand, const bench_workload *workload)
{
    return prepare_flat(hand, ((postgres_hand *)hand)->free, workload);
}

static void *prepare_any_pinned(void *hand, const bench_workload *workload)
{
    return prepare_any(hand, ((postgres_hand *)hand)->pinned, workload);
}

static void *prepare_any_free(void *hand, const bench_workload *workload)
{
    return prepare_any(hand, ((postgres_hand *)hand)->free, workload);
}

static void *prepare_driven(void *hand, const bench_workload *workload)
{
    postgres_hand *h = hand;
    if (!workload->is_filtered) {
        return NULL;
    }
    pages *p = make_pages(h, h->free, workload);
    p->page = postgres_hand_prepare(
        h,
        h->free,
        "SELECT p.id, p.title FROM product p WHERE p.deleted_at IS NULL AND p.id IN (SELECT l.product_id FROM "
        "blog_post "
        "t JOIN product_product_blog_post l ON l.blog_post_id = t.id WHERE t.author = 'Author 7' AND t.deleted_at IS "
        "NULL AND l.deleted_at IS NULL) ORDER BY p.title, p.id LIMIT 50");
    return p;
}

static void *open_hand(const char *const *urls)
{
    return postgres_hand_open(urls[0]);
}

static void close_hand(void *hand)
{
    postgres_hand_close(hand);
}

static void execute(void *hand, int store, const char *sql)
{
    (void)store;
    postgres_hand_execute(((postgres_hand *)hand)->free, sql);
}

static const bench_style styles[] = {
    {"flat", prepare_flat_pinned, answer_flat},
    {"flat, free", prepare_flat_free, answer_flat},
    {"any", prepare_any_pinned, answer_any},
    {"any, free", prepare_any_free, answer_any},
    {"driven", prepare_driven, answer_flat},
    {"json", postgres_hand_prepare_json, postgres_hand_answer_json},
    {"copies", postgres_hand_prepare_copies, postgres_hand_answer_copies},
};

const bench_hand bench_hand_postgres = {"postgres", open_hand, close_hand, styles, 7, postgres_hand_link, execute};
