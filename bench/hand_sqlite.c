/* Hand-written SQLite: one read transaction, prepared statements kept.
 *
 *   nested   the page first, then one indexed statement a parent: a round trip costs nothing here
 *   flat     the page, and one statement an edge that derives the page again; C merges, for both come in key order
 *   driven   a page filtered over a link: from the posts that match to their products, then ordered
 *   json     SQLite makes the JSON                     (hand_sqlite_more.c)
 *   scans    an export: three scans, hashed in C       (hand_sqlite_more.c) */
#include "bench/hand_sqlite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sqlite_hand_must(sqlite_hand *h, int code)
{
    if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE) {
        bench_fail("sqlite", sqlite3_errmsg(h->db));
    }
}

sqlite3_stmt *sqlite_hand_prepare(sqlite_hand *h, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    sqlite_hand_must(h, sqlite3_prepare_v3(h->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL));
    if (h->count == (int)(sizeof(h->statements) / sizeof(h->statements[0]))) {
        bench_fail("sqlite", "too many statements");
    }
    h->statements[h->count++] = statement;
    return statement;
}

void sqlite_hand_execute(sqlite_hand *h, const char *sql)
{
    sqlite_hand_must(h, sqlite3_exec(h->db, sql, NULL, NULL, NULL));
}

void sqlite_hand_step(sqlite_hand *h, sqlite3_stmt *statement)
{
    sqlite_hand_must(h, sqlite3_step(statement));
    sqlite_hand_must(h, sqlite3_reset(statement));
}

sqlite_hand *sqlite_hand_open(const char *path)
{
    sqlite_hand *h = calloc(1, sizeof(*h));
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (!h || sqlite3_open_v2(path, &h->db, flags, NULL) != SQLITE_OK) {
        bench_fail("sqlite", path);
    }
    sqlite_hand_execute(h,
                        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA "
                        "temp_store=MEMORY; PRAGMA cache_size=-65536");
    h->begin = sqlite_hand_prepare(h, "BEGIN");
    h->commit = sqlite_hand_prepare(h, "COMMIT");
    return h;
}

void sqlite_hand_close(sqlite_hand *h)
{
    for (int i = 0; i < h->count; i++) {
        (void)sqlite3_finalize(h->statements[i]);
    }
    (void)sqlite3_close(h->db);
    free(h);
}

void sqlite_hand_list(char *sql, const char *alias, const bench_columns *columns)
{
    for (int i = 0; i < columns->count; i++) {
        bench_sql(sql, "%s%s.%s", i ? ", " : "", alias, columns->items[i].name);
    }
}

void sqlite_hand_add_value(bench_text *out, sqlite3_stmt *row, int at, bench_kind kind)
{
    const int type = sqlite3_column_type(row, at);
    if (type == SQLITE_NULL) {
        bench_add(out, "null", 4);
    } else if (kind == BENCH_INTEGER) {
        bench_add_integer(out, sqlite3_column_int64(row, at));
    } else {
        const char *text = (const char *)sqlite3_column_text(row, at);
        bench_add_quoted(out, text, (size_t)sqlite3_column_bytes(row, at));
    }
}

void sqlite_hand_add(bench_text *out, sqlite3_stmt *row, int first, const bench_shape *shape)
{
    for (int i = 0; i < shape->columns.count; i++) {
        bench_add_before(out, shape, i);
        sqlite_hand_add_value(out, row, first + i, shape->columns.items[i].kind);
    }
}

void sqlite_hand_page(char *sql, const bench_workload *workload, const bench_columns *columns)
{
    bench_sql(sql, "SELECT ");
    sqlite_hand_list(sql, "p", columns);
    bench_sql(sql, " FROM %s p WHERE p.deleted_at IS NULL", workload->entity);
    if (workload->is_by_key) {
        bench_sql(sql, " AND p.id = ?1");
    }
    if (workload->is_filtered) {
        bench_sql(sql,
                  " AND EXISTS (SELECT 1 FROM product_product_blog_post l JOIN blog_post t ON t.id = l.blog_post_id "
                  "WHERE l.product_id = p.id AND l.deleted_at IS NULL AND t.deleted_at IS NULL AND t.author = "
                  "'Author 7')");
    }
    bench_sql(sql, " ORDER BY %sp.id", workload->is_filtered ? "p.title, " : "");
    if (workload->take) {
        bench_sql(sql, " LIMIT %d%s", workload->take, workload->is_skipped ? " OFFSET ?1" : "");
    }
}

/* A program with its statements: one for the page, one an edge, one for the count. */
typedef struct pages {
    sqlite_hand *hand;
    const bench_workload *workload;
    bench_shape shape;
    bench_shape edge_shapes[BENCH_EDGES_MAX];
    char openings[BENCH_EDGES_MAX][32]; /* ,"posts":[ */
    sqlite3_stmt *page, *count, *edges[BENCH_EDGES_MAX];
} pages;

static pages *make_pages(sqlite_hand *h, const bench_workload *workload)
{
    pages *p = calloc(1, sizeof(*p));
    p->hand = h;
    p->workload = workload;
    bench_shape_init(&p->shape, &workload->columns);
    for (int i = 0; i < workload->edge_count; i++) {
        bench_shape_init(&p->edge_shapes[i], &workload->edges[i].columns);
        (void)snprintf(p->openings[i], sizeof(p->openings[i]), ",\"%s\":[", workload->edges[i].property);
    }
    if (workload->has_count) {
        char sql[BENCH_SQL_BYTES] = "";
        bench_sql(sql, "SELECT count(*) FROM %s WHERE deleted_at IS NULL", workload->entity);
        p->count = sqlite_hand_prepare(h, sql);
    }
    return p;
}

static void *prepare_nested(void *hand, const bench_workload *workload)
{
    pages *p = make_pages(hand, workload);
    char page[BENCH_SQL_BYTES] = "";
    sqlite_hand_page(page, workload, &workload->columns);
    p->page = sqlite_hand_prepare(hand, page);
    for (int i = 0; i < workload->edge_count; i++) {
        const bench_edge *edge = &workload->edges[i];
        char sql[BENCH_SQL_BYTES] = "SELECT ";
        sqlite_hand_list(sql, "t", &edge->columns);
        bench_sql(sql,
                  " FROM %s l CROSS JOIN %s t ON t.id = l.%s WHERE l.%s = ?1",
                  edge->link,
                  edge->target,
                  edge->far,
                  edge->near);
        bench_sql(sql, " AND l.deleted_at IS NULL AND t.deleted_at IS NULL ORDER BY l.%s", edge->far);
        p->edges[i] = sqlite_hand_prepare(hand, sql);
    }
    return p;
}

static void add_nested(pages *p, bench_text *out, int edge, const char *key, int key_len)
{
    sqlite3_stmt *row = p->edges[edge];
    sqlite_hand_must(p->hand, sqlite3_bind_text(row, 1, key, key_len, SQLITE_STATIC));
    bench_add_word(out, p->openings[edge]);
    const size_t start = out->len;
    while (sqlite3_step(row) == SQLITE_ROW) {
        if (out->len > start) {
            bench_add(out, ",", 1);
        }
        sqlite_hand_add(out, row, 0, &p->edge_shapes[edge]);
        bench_add(out, "}", 1);
    }
    sqlite_hand_must(p->hand, sqlite3_reset(row));
    bench_add(out, "]", 1);
}

/* Edges in key order, each standing on its next row: those of `key` are taken. */
static void add_merged(pages *p, bench_text *out, int edge, const char *key, int key_len, bool *is_on_row)
{
    sqlite3_stmt *row = p->edges[edge];
    bench_add_word(out, p->openings[edge]);
    const size_t start = out->len;
    while (*is_on_row) {
        const char *of_row = (const char *)sqlite3_column_text(row, 0);
        const int len = sqlite3_column_bytes(row, 0);
        const int order = memcmp(of_row, key, (size_t)(len < key_len ? len : key_len));
        if (order > 0 || (order == 0 && len > key_len)) {
            break;
        }
        if (order == 0 && len == key_len) {
            if (out->len > start) {
                bench_add(out, ",", 1);
            }
            sqlite_hand_add(out, row, 1, &p->edge_shapes[edge]);
            bench_add(out, "}", 1);
        }
        *is_on_row = sqlite3_step(row) == SQLITE_ROW;
    }
    bench_add(out, "]", 1);
}

static void add_count(pages *p, bench_text *out)
{
    if (p->count) {
        sqlite_hand_must(p->hand, sqlite3_step(p->count));
        bench_add_word(out, ",\"metadata\":{\"skip\":0,\"take\":");
        bench_add_integer(out, p->workload->take);
        bench_add_word(out, ",\"count\":");
        bench_add_integer(out, sqlite3_column_int64(p->count, 0));
        bench_add(out, "}", 1);
        sqlite_hand_must(p->hand, sqlite3_reset(p->count));
    }
    bench_add(out, "}", 1);
}

static void answer_pages(pages *p, const char *key, bench_text *out, bool is_flat)
{
    bool is_on_row[BENCH_EDGES_MAX] = {false};
    sqlite3_stmt *row = p->page;
    sqlite_hand_step(p->hand, p->hand->begin);
    const bool has_key = p->workload->is_by_key || p->workload->is_skipped;
    if (has_key) {
        sqlite_hand_must(p->hand, sqlite3_bind_text(row, 1, key, -1, SQLITE_STATIC));
    }
    for (int i = 0; is_flat && i < p->workload->edge_count; i++) {
        if (has_key) {
            sqlite_hand_must(p->hand, sqlite3_bind_text(p->edges[i], 1, key, -1, SQLITE_STATIC));
        }
        is_on_row[i] = sqlite3_step(p->edges[i]) == SQLITE_ROW;
    }
    bench_add(out, "{\"data\":[", 9);
    const size_t start = out->len;
    while (sqlite3_step(row) == SQLITE_ROW) {
        if (out->len > start) {
            bench_add(out, ",", 1);
        }
        sqlite_hand_add(out, row, 0, &p->shape);
        const char *id = (const char *)sqlite3_column_text(row, 0);
        const int id_len = sqlite3_column_bytes(row, 0);
        for (int i = 0; i < p->workload->edge_count; i++) {
            if (is_flat) {
                add_merged(p, out, i, id, id_len, &is_on_row[i]);
            } else {
                add_nested(p, out, i, id, id_len);
            }
        }
        bench_add(out, "}", 1);
    }
    sqlite_hand_must(p->hand, sqlite3_reset(row));
    for (int i = 0; i < p->workload->edge_count; i++) {
        sqlite_hand_must(p->hand, sqlite3_reset(p->edges[i]));
    }
    bench_add(out, "]", 1);
    add_count(p, out);
    sqlite_hand_step(p->hand, p->hand->commit);
}

static void answer_nested(void *prepared, const char *key, bench_text *out)
{
    answer_pages(prepared, key, out, false);
}

static void answer_flat(void *prepared, const char *key, bench_text *out)
{
    answer_pages(prepared, key, out, true);
}

static void *prepare_flat(void *hand, const bench_workload *workload)
{
    static const bench_column id_only[] = {{"id", 0}};
    const bench_columns key = {id_only, 1};
    if (workload->edge_count == 0) {
        return NULL;
    }
    pages *p = make_pages(hand, workload);
    char page[BENCH_SQL_BYTES] = "";
    sqlite_hand_page(page, workload, &workload->columns);
    p->page = sqlite_hand_prepare(hand, page);
    for (int i = 0; i < workload->edge_count; i++) {
        const bench_edge *edge = &workload->edges[i];
        char sql[BENCH_SQL_BYTES] = "";
        const bool has_page = workload->take != 0;
        if (has_page) {
            bench_sql(sql, "WITH k AS MATERIALIZED (");
            sqlite_hand_page(sql, workload, &key);
            bench_sql(sql, ") ");
        }
        bench_sql(sql, "SELECT l.%s, ", edge->near);
        sqlite_hand_list(sql, "t", &edge->columns);
        bench_sql(sql, " FROM %s%s l", has_page ? "k CROSS JOIN " : "", edge->link);
        bench_sql(sql, " CROSS JOIN %s t ON t.id = l.%s WHERE ", edge->target, edge->far);
        if (has_page || workload->is_by_key) {
            bench_sql(sql, "l.%s = %s AND ", edge->near, has_page ? "k.id" : "?1");
        }
        bench_sql(sql, "l.deleted_at IS NULL AND t.deleted_at IS NULL ORDER BY l.%s, l.%s", edge->near, edge->far);
        p->edges[i] = sqlite_hand_prepare(hand, sql);
    }
    return p;
}

static void *prepare_driven(void *hand, const bench_workload *workload)
{
    if (!workload->is_filtered) {
        return NULL;
    }
    pages *p = make_pages(hand, workload);
    p->page = sqlite_hand_prepare(
        hand,
        "SELECT DISTINCT p.id, p.title FROM blog_post t CROSS JOIN product_product_blog_post l ON l.blog_post_id = "
        "t.id "
        "CROSS JOIN product p ON p.id = l.product_id WHERE t.author = 'Author 7' AND t.deleted_at IS NULL AND "
        "l.deleted_at IS NULL AND p.deleted_at IS NULL ORDER BY p.title, p.id LIMIT 50");
    return p;
}

static bool exists(sqlite_hand *h, sqlite3_stmt *row, const char *key)
{
    sqlite_hand_must(h, sqlite3_bind_text(row, 1, key, -1, SQLITE_STATIC));
    const bool found = sqlite3_step(row) == SQLITE_ROW;
    sqlite_hand_must(h, sqlite3_reset(row));
    return found;
}

/* Without RETURNING, for which SQLite would open a table of its own for each row. */
static sqlite3_stmt *prepare_upsert(sqlite_hand *h, const bench_link *link)
{
    char sql[BENCH_SQL_BYTES] = "";
    bench_sql(sql, "INSERT INTO %s (id, %s, %s, created_at, updated_at) ", link->table, link->left, link->right);
    bench_sql(sql, "VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT (%s, %s) ", link->left, link->right);
    bench_sql(sql, "DO UPDATE SET deleted_at = NULL, updated_at = excluded.updated_at WHERE deleted_at IS NOT NULL");
    return sqlite_hand_prepare(h, sql);
}

static void link_pairs(void *ctx, const bench_link *link, const bench_pairs *pairs)
{
    sqlite_hand *h = ctx;
    static sqlite3_stmt *has_product;
    static sqlite3_stmt *has_post;
    static sqlite3_stmt *upserts[sizeof(bench_links) / sizeof(bench_links[0])];
    if (!has_product) {
        has_product = sqlite_hand_prepare(h, "SELECT 1 FROM product WHERE id = ?1 AND deleted_at IS NULL");
        has_post = sqlite_hand_prepare(h, "SELECT 1 FROM blog_post WHERE id = ?1 AND deleted_at IS NULL");
    }
    if (!upserts[link->index]) {
        upserts[link->index] = prepare_upsert(h, link);
    }
    sqlite3_stmt *upsert = upserts[link->index];
    char id[64];
    sqlite_hand_execute(h, "BEGIN IMMEDIATE");
    for (int i = 0; i < pairs->count; i++) {
        if (!exists(h, has_product, pairs->left[i]) || !exists(h, has_post, pairs->right[i])) {
            bench_fail("sqlite", "an end of a link is missing");
        }
        (void)snprintf(id, sizeof(id), "%s%012d", pairs->prefix, i);
        sqlite_hand_must(h, sqlite3_bind_text(upsert, 1, id, -1, SQLITE_TRANSIENT));
        sqlite_hand_must(h, sqlite3_bind_text(upsert, 2, pairs->left[i], -1, SQLITE_STATIC));
        sqlite_hand_must(h, sqlite3_bind_text(upsert, 3, pairs->right[i], -1, SQLITE_STATIC));
        sqlite_hand_must(h, sqlite3_bind_text(upsert, 4, "2026-01-01T00:00:00.000Z", -1, SQLITE_STATIC));
        sqlite_hand_step(h, upsert);
    }
    sqlite_hand_step(h, h->commit);
}

static void *open_hand(const char *const *urls)
{
    return sqlite_hand_open(urls[0]);
}

static void close_hand(void *hand)
{
    sqlite_hand_close(hand);
}

static void execute(void *hand, int store, const char *sql)
{
    (void)store;
    sqlite_hand_execute(hand, sql);
}

static const bench_style styles[] = {
    {"nested", prepare_nested, answer_nested},
    {"flat", prepare_flat, answer_flat},
    {"driven", prepare_driven, answer_nested},
    {"json", sqlite_hand_prepare_json, sqlite_hand_answer_json},
    {"scans", sqlite_hand_prepare_scans, sqlite_hand_answer_scans},
};

const bench_hand bench_hand_sqlite = {"sqlite", open_hand, close_hand, styles, 5, link_pairs, execute};
