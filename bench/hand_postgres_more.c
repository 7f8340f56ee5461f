/* Hand-written PostgreSQL, continued: JSON made by the database, an export by three COPYs, and links by arrays.
 *
 * The COPYs: live posts into a hash table, then links in the order of the index (product, post) beside products in the
 * order of theirs; a link whose post is not in the table is left out. Memory grows with the posts. */
#include <stdlib.h>
#include <string.h>

#include "bench/hand_postgres.h"

typedef struct json_program {
    PGconn *connection;
    const bench_workload *workload;
    postgres_name begin, page, count, commit;
} json_program;

static void add_columns(char *sql, const char *alias, const bench_columns *columns)
{
    for (int i = 0; i < columns->count; i++) {
        const char *name = columns->items[i].name;
        bench_sql(sql, i ? ", " : "");
        if (columns->items[i].kind == BENCH_TIME) {
            bench_sql(sql, "to_char(%s.%s, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') AS %s", alias, name, name);
        } else {
            bench_sql(sql, "%s.%s", alias, name);
        }
    }
}

void *postgres_hand_prepare_json(void *hand, const bench_workload *workload)
{
    static const bench_column id_only[] = {{"id", 0}};
    const bench_columns key = {id_only, 1};
    postgres_hand *h = hand;
    if (workload->is_filtered) {
        return NULL; /* nothing is nested */
    }
    json_program *p = calloc(1, sizeof(*p));
    p->connection = workload->take || workload->is_by_key ? h->pinned : h->free;
    p->workload = workload;
    char sql[BENCH_SQL_BYTES] = "SELECT row_to_json(r)::text FROM (SELECT ";
    add_columns(sql, "p", &workload->columns);
    for (int i = 0; i < workload->edge_count; i++) {
        const bench_edge *edge = &workload->edges[i];
        bench_sql(sql, ", COALESCE((SELECT ('[' || string_agg(row_to_json(c)::text, ',' ORDER BY c.id) || ']')::json");
        bench_sql(sql, " FROM (SELECT ");
        add_columns(sql, "t", &edge->columns);
        bench_sql(sql, " FROM %s l JOIN %s t ON t.id = l.%s", edge->link, edge->target, edge->far);
        bench_sql(sql, " WHERE l.%s = p.id AND l.deleted_at IS NULL AND t.deleted_at IS NULL) c)", edge->near);
        bench_sql(sql, ", '[]'::json) AS %s", edge->property);
    }
    char page[BENCH_SQL_BYTES] = "";
    postgres_hand_page(page, workload, &key);
    bench_sql(sql, "%s) r", strstr(page, " FROM "));
    p->page = postgres_hand_prepare(h, p->connection, sql);
    p->begin = postgres_hand_prepare(h, p->connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    p->commit = postgres_hand_prepare(h, p->connection, "COMMIT");
    p->count = postgres_hand_prepare(h, p->connection, "SELECT count(*) FROM product WHERE deleted_at IS NULL");
    return p;
}

void postgres_hand_answer_json(void *prepared, const char *key, bench_text *out)
{
    json_program *p = prepared;
    postgres_hand_begin(p->connection);
    postgres_hand_send(p->connection, &p->begin, NULL);
    postgres_hand_send(p->connection, &p->page, p->workload->is_by_key ? key : NULL);
    if (p->workload->has_count) {
        postgres_hand_send(p->connection, &p->count, NULL);
    }
    postgres_hand_send(p->connection, &p->commit, NULL);
    postgres_hand_sync(p->connection);
    PQclear(postgres_hand_receive(p->connection));
    PGresult *page = postgres_hand_receive(p->connection);
    bench_add(out, "{\"data\":[", 9);
    for (int row = 0; row < PQntuples(page); row++) {
        bench_add(out, ",", row ? 1 : 0);
        bench_add(out, PQgetvalue(page, row, 0), (size_t)PQgetlength(page, row, 0));
    }
    bench_add(out, "]", 1);
    PQclear(page);
    if (p->workload->has_count) {
        PGresult *count = postgres_hand_receive(p->connection);
        bench_add_word(out, ",\"metadata\":{\"skip\":0,\"take\":50,\"count\":");
        bench_add_integer(out, postgres_hand_integer(PQgetvalue(count, 0, 0), 8));
        bench_add(out, "}", 1);
        PQclear(count);
    }
    bench_add(out, "}", 1);
    PQclear(postgres_hand_receive(p->connection));
    postgres_hand_finish(p->connection);
}

void *postgres_hand_prepare_copies(void *hand, const bench_workload *workload)
{
    return workload->take || workload->is_by_key ? NULL : ((postgres_hand *)hand)->free;
}

bench_text postgres_hand_copy(PGconn *connection, const char *sql)
{
    bench_text all = {0};
    char *data = NULL;
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_COPY_OUT) {
        bench_fail(sql, PQerrorMessage(connection));
    }
    PQclear(result);
    for (int len = PQgetCopyData(connection, &data, 0); len > 0; len = PQgetCopyData(connection, &data, 0)) {
        bench_add(&all, data, (size_t)len);
        PQfreemem(data);
    }
    for (result = PQgetResult(connection); result; result = PQgetResult(connection)) {
        PQclear(result);
    }
    bench_add(&all, "", 1);
    return all;
}

static size_t length_to(const char *at, char end)
{
    return (size_t)(strchr(at, end) - at);
}

void postgres_hand_copy_set(PGconn *connection, const char *sql, bench_set *set)
{
    bench_text all = postgres_hand_copy(connection, sql);
    for (const char *at = all.data; *at;) {
        const size_t len = length_to(at, '\n');
        bench_set_add(set, at, len);
        at += len + 1;
    }
    free(all.data);
}

/* The links of the product from `at` on; where those of the next begin. */
static const char *add_links(bench_text *out, const bench_set *set, const char *at, const char *id, size_t id_len)
{
    bool is_first = true;
    while (*at) {
        const size_t len = length_to(at, '\t');
        const int order = memcmp(at, id, len < id_len ? len : id_len);
        if (order > 0 || (order == 0 && len > id_len)) {
            break;
        }
        const char *post = at + len + 1;
        const size_t post_len = length_to(post, '\n');
        if (order == 0 && len == id_len && bench_set_has(set, post, post_len)) {
            bench_add_word(out, is_first ? "{\"id\":" : ",{\"id\":");
            bench_add_quoted(out, post, post_len);
            bench_add(out, "}", 1);
            is_first = false;
        }
        at = post + post_len + 1;
    }
    return at;
}

void postgres_hand_answer_copies(void *prepared, const char *key, bench_text *out)
{
    PGconn *connection = prepared;
    bench_set set = {0};
    (void)key;
    postgres_hand_execute(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    postgres_hand_copy_set(connection, "COPY (SELECT id FROM blog_post WHERE deleted_at IS NULL) TO STDOUT", &set);
    bench_text links =
        postgres_hand_copy(connection,
                           "COPY (SELECT product_id, blog_post_id FROM product_product_blog_post WHERE deleted_at "
                           "IS NULL ORDER BY product_id, blog_post_id) TO STDOUT");
    bench_text products =
        postgres_hand_copy(connection, "COPY (SELECT id FROM product WHERE deleted_at IS NULL ORDER BY id) TO STDOUT");
    postgres_hand_execute(connection, "COMMIT");
    const char *link = links.data;
    bench_add(out, "{\"data\":[", 9);
    for (const char *at = products.data; *at;) {
        const size_t len = length_to(at, '\n');
        bench_add_word(out, at == products.data ? "{\"id\":" : ",{\"id\":");
        bench_add_quoted(out, at, len);
        bench_add_word(out, ",\"blog_posts\":[");
        link = add_links(out, &set, link, at, len);
        bench_add(out, "]}", 2);
        at += len + 1;
    }
    bench_add(out, "]}", 2);
    bench_set_done(&set);
    free(links.data);
    free(products.data);
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

static postgres_name prepare_upsert(postgres_hand *h, const bench_link *link)
{
    char sql[BENCH_SQL_BYTES] = "";
    bench_sql(sql, "INSERT INTO %s (id, %s, %s) ", link->table, link->left, link->right);
    bench_sql(sql,
              "SELECT $3 || row_number() OVER (), l, r FROM unnest($1::text[], $2::text[]) AS b(l, r) ORDER BY l, r ON "
              "CONFLICT (%s, %s) DO UPDATE SET deleted_at = NULL, ",
              link->left,
              link->right);
    bench_sql(sql, "updated_at = excluded.updated_at WHERE %s.deleted_at IS NOT NULL", link->table);
    return postgres_hand_prepare(h, h->free, sql);
}

void postgres_hand_link(void *hand, const bench_link *link, const bench_pairs *pairs)
{
    postgres_hand *h = hand;
    static postgres_name check;
    static postgres_name upserts[sizeof(bench_links) / sizeof(bench_links[0])];
    if (!check.text[0]) {
        check = postgres_hand_prepare(
            h,
            h->free,
            "SELECT (SELECT count(DISTINCT k) FROM unnest($1::text[]) k) - (SELECT count(*) FROM product WHERE id = "
            "ANY($1::text[]) AND deleted_at IS NULL) + (SELECT count(DISTINCT k) FROM unnest($2::text[]) k) - (SELECT "
            "count(*) FROM blog_post WHERE id = ANY($2::text[]) AND deleted_at IS NULL)");
    }
    if (!upserts[link->index].text[0]) {
        upserts[link->index] = prepare_upsert(h, link);
    }
    char *lefts = array_of(pairs->left, pairs->count);
    char *rights = array_of(pairs->right, pairs->count);
    const char *const values[] = {lefts, rights, pairs->prefix};
    postgres_hand_execute(h->free, "BEGIN");
    PGresult *missing = PQexecPrepared(h->free, check.text, 2, values, NULL, NULL, 0);
    if (PQresultStatus(missing) != PGRES_TUPLES_OK || strcmp(PQgetvalue(missing, 0, 0), "0") != 0) {
        bench_fail("postgres", "an end of a link is missing");
    }
    PQclear(missing);
    PGresult *done = PQexecPrepared(h->free, upserts[link->index].text, 3, values, NULL, NULL, 1);
    if (PQresultStatus(done) != PGRES_COMMAND_OK) {
        bench_fail("postgres", PQerrorMessage(h->free));
    }
    PQclear(done);
    postgres_hand_execute(h->free, "COMMIT");
    free(lefts);
    free(rights);
}
