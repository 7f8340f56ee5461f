/* Hand-written SQLite, continued: JSON made by the database, and an export by three scans.
 *
 * The scans: live posts into a hash table, then links in the order of the index (product, post) beside products in the
 * order of theirs; a link whose post is not in the table is left out. Memory grows with the posts. */
#include <stdlib.h>
#include <string.h>

#include "bench/hand_sqlite.h"

typedef struct json_program {
    sqlite_hand *hand;
    const bench_workload *workload;
    sqlite3_stmt *page, *count;
} json_program;

static void add_object(char *sql, const char *alias, const bench_columns *columns)
{
    bench_sql(sql, "json_object(");
    for (int i = 0; i < columns->count; i++) {
        bench_sql(sql, "%s'%s', %s.%s", i ? ", " : "", columns->items[i].name, alias, columns->items[i].name);
    }
}

void *sqlite_hand_prepare_json(void *hand, const bench_workload *workload)
{
    static const bench_column id_only[] = {{"id", 0}};
    if (workload->is_filtered) {
        return NULL; /* nothing is nested */
    }
    json_program *p = calloc(1, sizeof(*p));
    char sql[BENCH_SQL_BYTES] = "SELECT ";
    const bench_columns key = {id_only, 1};
    p->hand = hand;
    p->workload = workload;
    add_object(sql, "p", &workload->columns);
    for (int i = 0; i < workload->edge_count; i++) {
        const bench_edge *edge = &workload->edges[i];
        bench_sql(sql, ", '%s', (SELECT json_group_array(", edge->property);
        add_object(sql, "c", &edge->columns);
        bench_sql(sql, ")) FROM (SELECT ");
        sqlite_hand_list(sql, "t", &edge->columns);
        bench_sql(sql, " FROM %s l CROSS JOIN %s t ON t.id = l.%s", edge->link, edge->target, edge->far);
        bench_sql(sql, " WHERE l.%s = p.id AND l.deleted_at IS NULL AND t.deleted_at IS NULL", edge->near);
        bench_sql(sql, " ORDER BY l.%s) c)", edge->far);
    }
    char page[BENCH_SQL_BYTES] = "";
    sqlite_hand_page(page, workload, &key);
    bench_sql(sql, ")%s", strstr(page, " FROM "));
    p->page = sqlite_hand_prepare(hand, sql);
    if (workload->has_count) {
        p->count = sqlite_hand_prepare(hand, "SELECT count(*) FROM product WHERE deleted_at IS NULL");
    }
    return p;
}

void sqlite_hand_answer_json(void *prepared, const char *key, bench_text *out)
{
    json_program *p = prepared;
    sqlite_hand_step(p->hand, p->hand->begin);
    if (p->workload->is_by_key) {
        sqlite_hand_must(p->hand, sqlite3_bind_text(p->page, 1, key, -1, SQLITE_STATIC));
    }
    bench_add(out, "{\"data\":[", 9);
    for (bool is_first = true; sqlite3_step(p->page) == SQLITE_ROW; is_first = false) {
        bench_add(out, ",", is_first ? 0 : 1);
        const char *text = (const char *)sqlite3_column_text(p->page, 0);
        bench_add(out, text, (size_t)sqlite3_column_bytes(p->page, 0));
    }
    sqlite_hand_must(p->hand, sqlite3_reset(p->page));
    bench_add(out, "]", 1);
    if (p->count) {
        sqlite_hand_must(p->hand, sqlite3_step(p->count));
        bench_add_word(out, ",\"metadata\":{\"skip\":0,\"take\":50,\"count\":");
        bench_add_integer(out, sqlite3_column_int64(p->count, 0));
        bench_add(out, "}", 1);
        sqlite_hand_must(p->hand, sqlite3_reset(p->count));
    }
    bench_add(out, "}", 1);
    sqlite_hand_step(p->hand, p->hand->commit);
}

void sqlite_hand_prepare_scan(sqlite_scans *p, sqlite_hand *hand)
{
    p->hand = hand;
    p->products = sqlite_hand_prepare(hand, "SELECT id FROM product WHERE deleted_at IS NULL ORDER BY id");
    p->links = sqlite_hand_prepare(hand,
                                   "SELECT product_id, blog_post_id FROM product_product_blog_post WHERE deleted_at IS "
                                   "NULL ORDER BY product_id, blog_post_id");
}

void *sqlite_hand_prepare_scans(void *hand, const bench_workload *workload)
{
    if (workload->take || workload->is_by_key) {
        return NULL;
    }
    sqlite_scans *p = calloc(1, sizeof(*p));
    sqlite_hand_prepare_scan(p, hand);
    p->posts = sqlite_hand_prepare(hand, "SELECT id FROM blog_post WHERE deleted_at IS NULL");
    return p;
}

void sqlite_hand_read_set(sqlite_hand *h, sqlite3_stmt *row, bench_set *set)
{
    while (sqlite3_step(row) == SQLITE_ROW) {
        bench_set_add(set, (const char *)sqlite3_column_text(row, 0), (size_t)sqlite3_column_bytes(row, 0));
    }
    sqlite_hand_must(h, sqlite3_reset(row));
}

/* The links of the product `id`, from where the statement stands on; true while it stands on a row. */
static bool add_links(sqlite_scans *p, const bench_set *set, bench_text *out, const char *id)
{
    bool is_first = true;
    for (;;) {
        const char *product = (const char *)sqlite3_column_text(p->links, 0);
        const int order = strcmp(product, id);
        if (order > 0) {
            return true;
        }
        const char *post = (const char *)sqlite3_column_text(p->links, 1);
        const size_t len = (size_t)sqlite3_column_bytes(p->links, 1);
        if (order == 0 && bench_set_has(set, post, len)) {
            bench_add_word(out, is_first ? "{\"id\":" : ",{\"id\":");
            bench_add_quoted(out, post, len);
            bench_add(out, "}", 1);
            is_first = false;
        }
        if (sqlite3_step(p->links) != SQLITE_ROW) {
            return false;
        }
    }
}

void sqlite_hand_write_scan(sqlite_scans *p, const bench_set *set, bench_text *out)
{
    bool has_link = sqlite3_step(p->links) == SQLITE_ROW;
    bench_add(out, "{\"data\":[", 9);
    for (bool is_first = true; sqlite3_step(p->products) == SQLITE_ROW; is_first = false) {
        const char *id = (const char *)sqlite3_column_text(p->products, 0);
        const int len = sqlite3_column_bytes(p->products, 0);
        bench_add_word(out, is_first ? "{\"id\":" : ",{\"id\":");
        bench_add_quoted(out, id, (size_t)len);
        bench_add_word(out, ",\"blog_posts\":[");
        has_link = has_link && add_links(p, set, out, id);
        bench_add(out, "]}", 2);
    }
    bench_add(out, "]}", 2);
    sqlite_hand_must(p->hand, sqlite3_reset(p->products));
    sqlite_hand_must(p->hand, sqlite3_reset(p->links));
}

void sqlite_hand_answer_scans(void *prepared, const char *key, bench_text *out)
{
    sqlite_scans *p = prepared;
    bench_set set = {0};
    (void)key;
    sqlite_hand_step(p->hand, p->hand->begin);
    sqlite_hand_read_set(p->hand, p->posts, &set);
    sqlite_hand_write_scan(p, &set, out);
    sqlite_hand_step(p->hand, p->hand->commit);
    bench_set_done(&set);
}
