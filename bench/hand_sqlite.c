/* Hand-written SQLite: one read transaction, prepared statements kept, the page first and then one indexed statement a
 * parent (a round trip costs nothing here); the export walks products and links in step, both in key order. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"

#define STATEMENTS_MAX 32

typedef struct hand {
    sqlite3 *db;
    struct {
        char sql[1024];
        sqlite3_stmt *statement;
    } cache[STATEMENTS_MAX];
    int cached;
} hand;

static void must(hand *h, int code)
{
    if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE) {
        bench_fail("sqlite", sqlite3_errmsg(h->db));
    }
}

static sqlite3_stmt *prepare(hand *h, const char *sql)
{
    for (int i = 0; i < h->cached; i++) {
        if (!strcmp(h->cache[i].sql, sql)) {
            (void)sqlite3_reset(h->cache[i].statement);
            return h->cache[i].statement;
        }
    }
    if (h->cached == STATEMENTS_MAX) {
        bench_fail("sqlite", "too many statements");
    }
    (void)snprintf(h->cache[h->cached].sql, sizeof(h->cache[0].sql), "%s", sql);
    must(h, sqlite3_prepare_v3(h->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &h->cache[h->cached].statement, NULL));
    return h->cache[h->cached++].statement;
}

static void execute(void *ctx, const char *sql)
{
    hand *h = ctx;
    must(h, sqlite3_exec(h->db, sql, NULL, NULL, NULL));
}

static void *open_hand(const char *url)
{
    hand *h = calloc(1, sizeof(*h));
    if (!h || sqlite3_open(url, &h->db) != SQLITE_OK) {
        bench_fail("sqlite", url);
    }
    execute(h, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA temp_store=MEMORY");
    return h;
}

static void close_hand(void *ctx)
{
    hand *h = ctx;
    for (int i = 0; i < h->cached; i++) {
        (void)sqlite3_finalize(h->cache[i].statement);
    }
    (void)sqlite3_close(h->db);
    free(h);
}

static void add_list(char *sql, size_t size, const char *alias, const bench_columns *columns)
{
    for (int i = 0; i < columns->count; i++) {
        const size_t len = strlen(sql);
        (void)snprintf(sql + len, size - len, "%s%s.%s", i ? ", " : "", alias, columns->items[i].name);
    }
}

static void add_value(bench_text *out, sqlite3_stmt *row, int at, bench_kind kind)
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

static void add_columns(bench_text *out, sqlite3_stmt *row, int first, const bench_columns *columns)
{
    for (int i = 0; i < columns->count; i++) {
        bench_add(out, i ? ",\"" : "{\"", 2);
        bench_add_word(out, columns->items[i].name);
        bench_add(out, "\":", 2);
        add_value(out, row, first + i, columns->items[i].kind);
    }
}

static sqlite3_stmt *children(hand *h, const bench_edge *edge)
{
    char sql[1024] = "SELECT ";
    add_list(sql, sizeof(sql), "t", &edge->columns);
    const size_t len = strlen(sql);
    (void)snprintf(sql + len,
                   sizeof(sql) - len,
                   " FROM %s l CROSS JOIN %s t ON t.id = l.%s WHERE l.%s = ?1 AND l.deleted_at IS NULL AND "
                   "t.deleted_at IS NULL ORDER BY l.%s",
                   edge->link,
                   edge->target,
                   edge->far,
                   edge->near,
                   edge->far);
    return prepare(h, sql);
}

static void add_children(hand *h, bench_text *out, const bench_edge *edge, const char *key, int key_len)
{
    sqlite3_stmt *row = children(h, edge);
    must(h, sqlite3_bind_text(row, 1, key, key_len, SQLITE_STATIC));
    bench_add(out, ",\"", 2);
    bench_add_word(out, edge->property);
    bench_add(out, "\":[", 3);
    bool is_first = true;
    while (sqlite3_step(row) == SQLITE_ROW) {
        if (!is_first) {
            bench_add(out, ",", 1);
        }
        is_first = false;
        add_columns(out, row, 0, &edge->columns);
        bench_add(out, "}", 1);
    }
    (void)sqlite3_reset(row);
    bench_add(out, "]", 1);
}

static void answer(void *ctx, const bench_workload *workload, const char *key, bench_text *out)
{
    hand *h = ctx;
    char sql[1024] = "SELECT ";
    add_list(sql, sizeof(sql), "p", &workload->columns);
    size_t len = strlen(sql);
    len += (size_t)snprintf(sql + len, sizeof(sql) - len, " FROM %s p WHERE p.deleted_at IS NULL", workload->entity);
    len += (size_t)snprintf(sql + len,
                            sizeof(sql) - len,
                            "%s%s%s ORDER BY %s%sp.id",
                            workload->is_by_key ? " AND p.id = ?1" : "",
                            workload->condition ? " AND " : "",
                            workload->condition ? workload->condition : "",
                            workload->order ? workload->order : "",
                            workload->order ? ", " : "");
    if (workload->take) {
        (void)snprintf(sql + len, sizeof(sql) - len, " LIMIT %d", workload->take);
    }
    must(h, sqlite3_step(prepare(h, "BEGIN")));
    sqlite3_stmt *row = prepare(h, sql);
    if (workload->is_by_key) {
        must(h, sqlite3_bind_text(row, 1, key, -1, SQLITE_STATIC));
    }
    bench_add(out, "{\"data\":[", 9);
    bool is_first = true;
    while (sqlite3_step(row) == SQLITE_ROW) {
        if (!is_first) {
            bench_add(out, ",", 1);
        }
        is_first = false;
        add_columns(out, row, 0, &workload->columns);
        const char *id = (const char *)sqlite3_column_text(row, 0);
        for (int i = 0; i < workload->edge_count; i++) {
            add_children(h, out, &workload->edges[i], id, sqlite3_column_bytes(row, 0));
        }
        bench_add(out, "}", 1);
    }
    (void)sqlite3_reset(row);
    bench_add(out, "]", 1);
    if (workload->has_count) {
        (void)snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s WHERE deleted_at IS NULL", workload->entity);
        sqlite3_stmt *count = prepare(h, sql);
        must(h, sqlite3_step(count));
        bench_add_word(out, ",\"metadata\":{\"skip\":0,\"take\":");
        bench_add_integer(out, workload->take);
        bench_add_word(out, ",\"count\":");
        bench_add_integer(out, sqlite3_column_int64(count, 0));
        bench_add(out, "}", 1);
        (void)sqlite3_reset(count);
    }
    bench_add(out, "}", 1);
    sqlite3_stmt *commit = prepare(h, "COMMIT");
    must(h, sqlite3_step(commit));
    (void)sqlite3_reset(commit);
}

static bool exists(hand *h, const char *sql, const char *key)
{
    sqlite3_stmt *row = prepare(h, sql);
    must(h, sqlite3_bind_text(row, 1, key, -1, SQLITE_STATIC));
    const bool found = sqlite3_step(row) == SQLITE_ROW;
    (void)sqlite3_reset(row);
    return found;
}

static void link_pairs(void *ctx, const char *const *left, const char *const *right, int count, const char *id_prefix)
{
    hand *h = ctx;
    execute(h, "BEGIN IMMEDIATE");
    sqlite3_stmt *upsert =
        prepare(h,
                "INSERT INTO product_product_blog_post (id, product_id, blog_post_id, created_at, updated_at) "
                "VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT (product_id, blog_post_id) DO UPDATE SET deleted_at = NULL, "
                "updated_at = excluded.updated_at WHERE deleted_at IS NOT NULL RETURNING id");
    char id[64];
    for (int i = 0; i < count; i++) {
        if (!exists(h, "SELECT 1 FROM product WHERE id = ?1 AND deleted_at IS NULL", left[i]) ||
            !exists(h, "SELECT 1 FROM blog_post WHERE id = ?1 AND deleted_at IS NULL", right[i])) {
            bench_fail("sqlite", "an end of a link is missing");
        }
        (void)snprintf(id, sizeof(id), "%s%012d", id_prefix, i);
        must(h, sqlite3_bind_text(upsert, 1, id, -1, SQLITE_TRANSIENT));
        must(h, sqlite3_bind_text(upsert, 2, left[i], -1, SQLITE_STATIC));
        must(h, sqlite3_bind_text(upsert, 3, right[i], -1, SQLITE_STATIC));
        must(h, sqlite3_bind_text(upsert, 4, "2026-01-01T00:00:00.000Z", -1, SQLITE_STATIC));
        must(h, sqlite3_step(upsert));
        must(h, sqlite3_reset(upsert));
    }
    execute(h, "COMMIT");
}

const bench_hand bench_hand_sqlite = {"sqlite", open_hand, close_hand, answer, link_pairs, execute};
