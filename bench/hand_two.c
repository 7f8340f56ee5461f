/* Hand-written for two stores: products and links in SQLite, posts in another SQLite file or in PostgreSQL.
 *
 *   steps   the page with its link rows, then the posts by their keys: each once, made into JSON once
 *   scans   an export: the live posts into a hash table, then products and links in key order
 *
 * A page filtered by its posts begins with the posts that match. Each store is read in one transaction. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/hand_postgres.h"
#include "bench/hand_sqlite.h"

typedef struct two_hand {
    sqlite_hand *first;
    sqlite_hand *second;       /* or */
    postgres_hand *second_far; /* the server */
} two_hand;

/* A link row: the product it stands at, and which of the posts it leads to. */
typedef struct link_row {
    size_t near_at;
    size_t near_len;
    ptrdiff_t post;
} link_row;

typedef struct piece {
    size_t at;
    size_t len; /* 0: there is no such post */
} piece;

typedef struct steps {
    two_hand *hand;
    const bench_workload *workload;
    bench_shape shape;
    bench_shape post_shape;
    sqlite3_stmt *page, *links;
    sqlite3_stmt *post;                           /* by key, or those that match */
    postgres_name begin, posts, one_post, commit; /* likewise */
    bench_set keys;
    bench_text nears;
    bench_text bodies;
    bench_text array;
    link_row *rows;
    piece *pieces;
    size_t row_count, row_capacity, piece_capacity;
} steps;

static void prepare_posts(steps *p, const char *columns_and_condition[2])
{
    two_hand *h = p->hand;
    char sql[BENCH_SQL_BYTES] = "";
    const bool is_far = h->second_far != NULL;
    bench_sql(sql, "SELECT %s FROM blog_post t WHERE t.deleted_at IS NULL AND ", columns_and_condition[0]);
    const size_t len = strlen(sql);
    if (!is_far) {
        bench_sql(sql, "%s", columns_and_condition[1] ? columns_and_condition[1] : "t.id = ?1");
        p->post = sqlite_hand_prepare(h->second, sql);
        return;
    }
    bench_sql(sql, "%s", columns_and_condition[1] ? columns_and_condition[1] : "t.id = ANY($1::text[])");
    p->begin =
        postgres_hand_prepare(h->second_far, h->second_far->pinned, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    p->commit = postgres_hand_prepare(h->second_far, h->second_far->pinned, "COMMIT");
    p->posts = postgres_hand_prepare(h->second_far, h->second_far->pinned, sql);
    sql[len] = '\0';
    bench_sql(sql, "t.id = $1");
    p->one_post = postgres_hand_prepare(h->second_far, h->second_far->pinned, sql);
}

static void *prepare_steps(void *hand, const bench_workload *workload)
{
    static const bench_column id_only[] = {{"id", 0}};
    const bench_columns key = {id_only, 1};
    if (workload->is_filtered || (!workload->take && !workload->is_by_key)) {
        return NULL;
    }
    steps *p = calloc(1, sizeof(*p));
    const bench_edge *edge = workload->edges;
    char sql[BENCH_SQL_BYTES] = "";
    p->hand = hand;
    p->workload = workload;
    bench_shape_init(&p->shape, &workload->columns);
    bench_shape_init(&p->post_shape, &edge->columns);
    sqlite_hand_page(sql, workload, &workload->columns);
    p->page = sqlite_hand_prepare(p->hand->first, sql);
    sql[0] = '\0';
    if (workload->take) {
        bench_sql(sql, "WITH k AS MATERIALIZED (");
        sqlite_hand_page(sql, workload, &key);
        bench_sql(sql, ") ");
    }
    bench_sql(
        sql, "SELECT l.%s, l.%s FROM %s%s l", edge->near, edge->far, workload->take ? "k CROSS JOIN " : "", edge->link);
    bench_sql(sql, " WHERE l.%s = %s AND l.deleted_at IS NULL", edge->near, workload->take ? "k.id" : "?1");
    bench_sql(sql, " ORDER BY l.%s, l.%s", edge->near, edge->far);
    p->links = sqlite_hand_prepare(p->hand->first, sql);
    char columns[BENCH_SQL_BYTES] = "";
    sqlite_hand_list(columns, "t", &edge->columns);
    prepare_posts(p, (const char *[]){columns, NULL});
    return p;
}

static void add_link(steps *p, const char *near, size_t near_len, const char *far, size_t far_len)
{
    if (p->row_count == p->row_capacity) {
        p->row_capacity = p->row_capacity ? p->row_capacity * 2 : 256;
        p->rows = realloc(p->rows, p->row_capacity * sizeof(*p->rows));
    }
    bench_set_add(&p->keys, far, far_len);
    p->rows[p->row_count++] = (link_row){p->nears.len, near_len, bench_set_find(&p->keys, far, far_len)};
    bench_add(&p->nears, near, near_len);
}

static void read_links(steps *p)
{
    bench_set_clear(&p->keys);
    p->nears.len = 0;
    p->row_count = 0;
    while (sqlite3_step(p->links) == SQLITE_ROW) {
        add_link(p,
                 (const char *)sqlite3_column_text(p->links, 0),
                 (size_t)sqlite3_column_bytes(p->links, 0),
                 (const char *)sqlite3_column_text(p->links, 1),
                 (size_t)sqlite3_column_bytes(p->links, 1));
    }
    sqlite_hand_must(p->hand->first, sqlite3_reset(p->links));
}

static void clear_pieces(steps *p)
{
    p->bodies.len = 0;
    if (p->piece_capacity < p->keys.count) {
        p->piece_capacity = p->keys.count * 2;
        p->pieces = realloc(p->pieces, p->piece_capacity * sizeof(*p->pieces));
    }
    for (size_t i = 0; i < p->keys.count; i++) {
        p->pieces[i] = (piece){0, 0};
    }
}

static void read_near_posts(steps *p)
{
    two_hand *h = p->hand;
    sqlite_hand_step(h->second, h->second->begin);
    for (size_t i = 0; i < p->keys.count; i++) {
        size_t len = 0;
        const char *key = bench_set_item_at(&p->keys, i, &len);
        sqlite_hand_must(h->second, sqlite3_bind_text(p->post, 1, key, (int)len, SQLITE_STATIC));
        if (sqlite3_step(p->post) == SQLITE_ROW) {
            const size_t at = p->bodies.len;
            sqlite_hand_add(&p->bodies, p->post, 0, &p->post_shape);
            bench_add(&p->bodies, "}", 1);
            p->pieces[i] = (piece){at, p->bodies.len - at};
        }
        sqlite_hand_must(h->second, sqlite3_reset(p->post));
    }
    sqlite_hand_step(h->second, h->second->commit);
}

static void write_array(steps *p)
{
    p->array.len = 0;
    bench_add(&p->array, p->keys.count == 1 ? "" : "{", p->keys.count != 1);
    for (size_t i = 0; i < p->keys.count; i++) {
        size_t len = 0;
        const char *key = bench_set_item_at(&p->keys, i, &len);
        bench_add(&p->array, ",", i > 0);
        bench_add(&p->array, key, len);
    }
    bench_add(&p->array, p->keys.count == 1 ? "" : "}", p->keys.count == 1 ? 1 : 2);
}

static void read_far_posts(steps *p)
{
    PGconn *connection = p->hand->second_far->pinned;
    write_array(p);
    postgres_hand_begin(connection);
    postgres_hand_send(connection, &p->begin, NULL);
    postgres_hand_send(connection, p->keys.count == 1 ? &p->one_post : &p->posts, p->array.data);
    postgres_hand_send(connection, &p->commit, NULL);
    postgres_hand_sync(connection);
    PQclear(postgres_hand_receive(connection));
    PGresult *result = postgres_hand_receive(connection);
    PQclear(postgres_hand_receive(connection));
    postgres_hand_finish(connection);
    for (int row = 0; row < PQntuples(result); row++) {
        const size_t at = p->bodies.len;
        postgres_hand_add(&p->bodies, result, row, 0, &p->post_shape);
        bench_add(&p->bodies, "}", 1);
        const ptrdiff_t post =
            bench_set_find(&p->keys, PQgetvalue(result, row, 0), (size_t)PQgetlength(result, row, 0));
        p->pieces[post] = (piece){at, p->bodies.len - at};
    }
    PQclear(result);
}

static void add_posts(steps *p, bench_text *out, size_t *at, const char *id, size_t id_len)
{
    bool is_first = true;
    bench_add_word(out, ",\"blog_posts\":[");
    for (; *at < p->row_count; (*at)++) {
        const link_row *row = &p->rows[*at];
        if (row->near_len != id_len || memcmp(p->nears.data + row->near_at, id, id_len) != 0) {
            break;
        }
        const piece *body = &p->pieces[row->post];
        if (body->len > 0) {
            bench_add(out, ",", is_first ? 0 : 1);
            bench_add(out, p->bodies.data + body->at, body->len);
            is_first = false;
        }
    }
    bench_add(out, "]}", 2);
}

static void answer_steps(void *prepared, const char *key, bench_text *out)
{
    steps *p = prepared;
    two_hand *h = p->hand;
    size_t at = 0;
    sqlite_hand_step(h->first, h->first->begin);
    if (p->workload->is_by_key) {
        sqlite_hand_must(h->first, sqlite3_bind_text(p->page, 1, key, -1, SQLITE_STATIC));
        sqlite_hand_must(h->first, sqlite3_bind_text(p->links, 1, key, -1, SQLITE_STATIC));
    }
    read_links(p);
    clear_pieces(p);
    if (p->keys.count > 0 && h->second_far) {
        read_far_posts(p);
    } else if (p->keys.count > 0) {
        read_near_posts(p);
    }
    bench_add(out, "{\"data\":[", 9);
    for (bool is_first = true; sqlite3_step(p->page) == SQLITE_ROW; is_first = false) {
        bench_add(out, ",", is_first ? 0 : 1);
        sqlite_hand_add(out, p->page, 0, &p->shape);
        add_posts(p, out, &at, (const char *)sqlite3_column_text(p->page, 0), (size_t)sqlite3_column_bytes(p->page, 0));
    }
    sqlite_hand_must(h->first, sqlite3_reset(p->page));
    sqlite_hand_step(h->first, h->first->commit);
    bench_add(out, "]}", 2);
}

/* From the posts that match, to the products that are linked with any of them, in order. */
static void *prepare_filtered(void *hand, const bench_workload *workload)
{
    if (!workload->is_filtered) {
        return NULL;
    }
    steps *p = calloc(1, sizeof(*p));
    p->hand = hand;
    p->workload = workload;
    bench_shape_init(&p->shape, &workload->columns);
    prepare_posts(p, (const char *[]){"t.id", "t.author = 'Author 7'"});
    p->page = sqlite_hand_prepare(
        p->hand->first,
        "SELECT DISTINCT p.id, p.title FROM json_each(?1) k CROSS JOIN product_product_blog_post l ON l.blog_post_id = "
        "k.value CROSS JOIN product p ON p.id = l.product_id WHERE l.deleted_at IS NULL AND p.deleted_at IS NULL ORDER "
        "BY p.title, p.id LIMIT 50");
    return p;
}

static void find_near_posts(steps *p)
{
    two_hand *h = p->hand;
    sqlite_hand_step(h->second, h->second->begin);
    for (bool is_first = true; sqlite3_step(p->post) == SQLITE_ROW; is_first = false) {
        bench_add(&p->array, is_first ? "[" : ",", 1);
        sqlite_hand_add_value(&p->array, p->post, 0, BENCH_TEXT);
    }
    sqlite_hand_must(h->second, sqlite3_reset(p->post));
    sqlite_hand_step(h->second, h->second->commit);
}

static void find_far_posts(steps *p)
{
    PGconn *connection = p->hand->second_far->pinned;
    postgres_hand_begin(connection);
    postgres_hand_send(connection, &p->begin, NULL);
    postgres_hand_send(connection, &p->posts, NULL);
    postgres_hand_send(connection, &p->commit, NULL);
    postgres_hand_sync(connection);
    PQclear(postgres_hand_receive(connection));
    PGresult *result = postgres_hand_receive(connection);
    PQclear(postgres_hand_receive(connection));
    postgres_hand_finish(connection);
    for (int row = 0; row < PQntuples(result); row++) {
        bench_add(&p->array, row ? "," : "[", 1);
        bench_add_quoted(&p->array, PQgetvalue(result, row, 0), (size_t)PQgetlength(result, row, 0));
    }
    PQclear(result);
}

static void answer_filtered(void *prepared, const char *key, bench_text *out)
{
    steps *p = prepared;
    two_hand *h = p->hand;
    (void)key;
    p->array.len = 0;
    if (h->second_far) {
        find_far_posts(p);
    } else {
        find_near_posts(p);
    }
    bench_add(&p->array, p->array.len ? "]" : "[]", p->array.len ? 2 : 3);
    sqlite_hand_step(h->first, h->first->begin);
    sqlite_hand_must(h->first, sqlite3_bind_text(p->page, 1, p->array.data, -1, SQLITE_STATIC));
    bench_add(out, "{\"data\":[", 9);
    for (bool is_first = true; sqlite3_step(p->page) == SQLITE_ROW; is_first = false) {
        bench_add(out, ",", is_first ? 0 : 1);
        sqlite_hand_add(out, p->page, 0, &p->shape);
        bench_add(out, "}", 1);
    }
    sqlite_hand_must(h->first, sqlite3_reset(p->page));
    sqlite_hand_step(h->first, h->first->commit);
    bench_add(out, "]}", 2);
}

typedef struct export_program {
    sqlite_scans scans;
    two_hand *hand;
    sqlite3_stmt *posts;
} export_program;

static void *prepare_scans(void *hand, const bench_workload *workload)
{
    if (workload->take || workload->is_by_key) {
        return NULL;
    }
    export_program *p = calloc(1, sizeof(*p));
    p->hand = hand;
    sqlite_hand_prepare_scan(&p->scans, p->hand->first);
    if (p->hand->second) {
        p->posts = sqlite_hand_prepare(p->hand->second, "SELECT id FROM blog_post WHERE deleted_at IS NULL");
    }
    return p;
}

static void answer_scans(void *prepared, const char *key, bench_text *out)
{
    export_program *p = prepared;
    bench_set set = {0};
    (void)key;
    sqlite_hand_step(p->hand->first, p->hand->first->begin);
    if (p->hand->second) {
        sqlite_hand_read_set(p->hand->second, p->posts, &set);
    } else {
        postgres_hand_copy_set(
            p->hand->second_far->free, "COPY (SELECT id FROM blog_post WHERE deleted_at IS NULL) TO STDOUT", &set);
    }
    sqlite_hand_write_scan(&p->scans, &set, out);
    sqlite_hand_step(p->hand->first, p->hand->first->commit);
    bench_set_done(&set);
}

static void *open_near(const char *const *urls)
{
    two_hand *h = calloc(1, sizeof(*h));
    h->first = sqlite_hand_open(urls[0]);
    h->second = sqlite_hand_open(urls[1]);
    return h;
}

static void *open_far(const char *const *urls)
{
    two_hand *h = calloc(1, sizeof(*h));
    h->first = sqlite_hand_open(urls[0]);
    h->second_far = postgres_hand_open(urls[1]);
    return h;
}

static void close_two(void *hand)
{
    two_hand *h = hand;
    sqlite_hand_close(h->first);
    if (h->second) {
        sqlite_hand_close(h->second);
    } else {
        postgres_hand_close(h->second_far);
    }
    free(h);
}

static void execute(void *hand, int store, const char *sql)
{
    two_hand *h = hand;
    if (store == 0) {
        sqlite_hand_execute(h->first, sql);
    } else if (h->second) {
        sqlite_hand_execute(h->second, sql);
    } else {
        postgres_hand_execute(h->second_far->free, sql);
    }
}

static const bench_style styles[] = {
    {"steps", prepare_steps, answer_steps},
    {"posts first", prepare_filtered, answer_filtered},
    {"scans", prepare_scans, answer_scans},
};

const bench_hand bench_hand_two_sqlite = {"two-sqlite", open_near, close_two, styles, 3, NULL, execute};
const bench_hand bench_hand_sqlite_postgres = {"sqlite-postgres", open_far, close_two, styles, 3, NULL, execute};
