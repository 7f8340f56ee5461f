/* The project that is measured, and its rows: skewed, and the same in every store. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/bench.h"

static void write_file(const char *folder, const char *path, const char *text)
{
    char full[4096];
    (void)snprintf(full, sizeof(full), "%s/%s", folder, path);
    for (char *slash = strchr(full + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(full, 0777);
        *slash = '/';
    }
    FILE *out = fopen(full, "w");
    if (!out) {
        bench_fail("could not write", full);
    }
    (void)fputs(text, out);
    (void)fclose(out);
}

void bench_write_project(const char *folder, const char *const *urls, int store_count)
{
    char config[BENCH_SQL_BYTES] = "";
    bench_sql(config, "stores:\n  default: \"%s\"\n", urls[0]);
    if (store_count > 1) {
        bench_sql(config, "  content: \"%s\"\nmodules:\n  blog: { store: content }\n", urls[1]);
    }
    bench_sql(config, "limits: { time_ms: 600000 }\n");
    write_file(folder, "weft.yaml", config);
    write_file(folder,
               "src/modules/product/module.yaml",
               "module: product\nmodels:\n  product:\n    fields: { id: { type: id, prefix: prod }, title: text, "
               "handle: text, status: text }\n");
    write_file(folder,
               "src/modules/blog/module.yaml",
               "module: blog\nmodels:\n  blog_post:\n    fields: { id: { type: id, prefix: post }, title: text, "
               "author: text?, body: text?, views: number }\n");
    write_file(folder,
               "src/modules/review/module.yaml",
               "module: review\nmodels:\n  review:\n    fields: { id: { type: id, prefix: rev }, rating: number, body: "
               "text? }\n");
    write_file(
        folder,
        "src/links/product-blog.yaml",
        "left: { linkable: product.product, isList: true }\nright: { linkable: blog.blog_post, isList: true }\n");
    write_file(folder,
               "src/links/product-review.yaml",
               "left: product.product\nright: { linkable: review.review, isList: true }\n");
    write_file(folder,
               "src/modules/watched/module.yaml",
               "module: watched\nmodels:\n  plain:\n    fields: { id: { type: id, prefix: pla }, title: text }\n  "
               "guarded:\n    guard: triggers\n    fields: { id: { type: id, prefix: gua }, title: text }\n");
    write_file(folder,
               "src/links/growing.yaml",
               "name: growing\nleft: { linkable: product.product, isList: true, alias: grown_product }\nright: { "
               "linkable: blog.blog_post, isList: true, alias: grown_post }\ndatabase: { table: growing }\n");
}

/* SQL that both databases understand but for a few words. */
typedef struct words {
    const char *time;
    const char *key; /* printf's: a number as twelve digits */
    char series[160];
} words;

static words words_of(bool is_postgres, int rows)
{
    words w = {.time = "'2026-01-01T00:00:00.000Z'", .key = "printf('%%012d', %s)"};
    if (is_postgres) {
        w.time = "TIMESTAMPTZ '2026-01-01 00:00:00Z'";
        w.key = "lpad((%s)::text, 12, '0')";
        (void)snprintf(w.series, sizeof(w.series), "WITH series AS (SELECT generate_series(1, %d) AS n) ", rows);
    } else {
        (void)snprintf(w.series,
                       sizeof(w.series),
                       "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series LIMIT %d) ",
                       rows);
    }
    return w;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void key_of(const words *w, const char *number, char key[256])
{
    (void)snprintf(key, 256, w->key, number);
}
#pragma GCC diagnostic pop

static void fill_records(const bench_stand *stand, int store, bool is_postgres, const char *table, int rows)
{
    static const char *const inserts[][3] = {
        {"product",
         "INSERT INTO product (id, title, handle, status, created_at, updated_at) SELECT 'prod_' || ",
         "'Product ' || n, 'product-' || n, 'published'"},
        {"blog_post",
         "INSERT INTO blog_post (id, title, author, body, views, created_at, updated_at) SELECT 'post_' || ",
         "'Post number ' || n, 'Author ' || (n % 100), 'A text about a product, as long as a summary usually is, "
         "number ' || n, n % 1000"},
        {"review",
         "INSERT INTO review (id, rating, body, created_at, updated_at) SELECT 'rev_' || ",
         "n % 5 + 1, 'Review number ' || n"},
    };
    const words w = words_of(is_postgres, rows);
    char key[256];
    key_of(&w, "n", key);
    for (size_t i = 0; i < sizeof(inserts) / sizeof(inserts[0]); i++) {
        if (strcmp(inserts[i][0], table) == 0) {
            char sql[BENCH_SQL_BYTES] = "";
            bench_sql(
                sql, "%s%s%s, %s, %s, %s FROM series", w.series, inserts[i][1], key, inserts[i][2], w.time, w.time);
            stand->hand->execute(stand->h, store, sql);
        }
    }
}

/* Half of the links go to a tenth of the products. */
static void fill_links(
    const bench_stand *stand, bool is_postgres, const char *table, const char *far, const char *prefix, int rows)
{
    const words w = words_of(is_postgres, rows);
    char skewed[128];
    char key[256];
    char product[256];
    (void)snprintf(skewed,
                   sizeof(skewed),
                   "CASE WHEN n %% 2 = 0 THEN n * 7 %% %d ELSE n * 13 %% %d END + 1",
                   stand->products / 10,
                   stand->products);
    key_of(&w, "n", key);
    key_of(&w, skewed, product);
    char sql[BENCH_SQL_BYTES] = "";
    bench_sql(sql, "%sINSERT INTO %s (id, product_id, %s, created_at, updated_at) ", w.series, table, far);
    bench_sql(sql, "SELECT 'link_' || %s, 'prod_' || %s, '%s_' || %s, ", key, product, prefix, key);
    bench_sql(sql, "%s, %s FROM series", w.time, w.time);
    stand->hand->execute(stand->h, 0, sql);
}

void bench_fill_watched(const bench_stand *stand, bool is_postgres, const char *table, int rows)
{
    const words w = words_of(is_postgres, rows);
    char key[256];
    key_of(&w, "n", key);
    char sql[BENCH_SQL_BYTES] = "";
    bench_sql(sql, "%sINSERT INTO %s (id, title, created_at, updated_at) ", w.series, table);
    bench_sql(sql, "SELECT 'id_' || %s, 'Title ' || n, %s, %s FROM series", key, w.time, w.time);
    stand->hand->execute(stand->h, 0, sql);
}

/* Posts one after the other, each time round with the next product, so that no pair comes twice. */
void bench_fill_growing(const bench_stand *stand, bool is_postgres, int from, int to)
{
    const int posts = stand->products * 3;
    const words w = words_of(is_postgres, to - from);
    char number[32];
    char product[128];
    char post[96];
    char keys[3][256];
    (void)snprintf(number, sizeof(number), "n + %d", from);
    (void)snprintf(product, sizeof(product), "(%s + (%s) / %d) %% %d + 1", number, number, posts, stand->products);
    (void)snprintf(post, sizeof(post), "(%s) %% %d + 1", number, posts);
    key_of(&w, number, keys[0]);
    key_of(&w, product, keys[1]);
    key_of(&w, post, keys[2]);
    char sql[BENCH_SQL_BYTES] = "";
    bench_sql(sql, "%sINSERT INTO growing (id, grown_product_id, grown_post_id, created_at, updated_at) ", w.series);
    bench_sql(sql, "SELECT 'grow_' || %s, 'prod_' || %s, 'post_' || %s, ", keys[0], keys[1], keys[2]);
    bench_sql(sql, "%s, %s FROM series", w.time, w.time);
    stand->hand->execute(stand->h, 0, sql);
    stand->hand->execute(stand->h, 0, is_postgres ? "VACUUM ANALYZE growing" : "ANALYZE growing");
}

void bench_fill(const bench_stand *stand, const bool *is_postgres, int store_count)
{
    const int last = store_count - 1;
    for (int i = 0; i < store_count; i++) {
        stand->hand->execute(stand->h, i, "BEGIN");
    }
    fill_records(stand, 0, is_postgres[0], "product", stand->products);
    fill_records(stand, 0, is_postgres[0], "review", stand->products * 5);
    fill_records(stand, last, is_postgres[last], "blog_post", stand->products * 3);
    fill_links(stand, is_postgres[0], "product_product_blog_post", "blog_post_id", "post", stand->products * 3);
    fill_links(stand, is_postgres[0], "product_product_review_review", "review_id", "rev", stand->products * 5);
    for (int i = 0; i < store_count; i++) {
        stand->hand->execute(stand->h, i, "COMMIT");
        if (is_postgres[i]) {
            /* The server does not wait for its log here, and what may not be written yet VACUUM cannot mark as seen by
             * all; the tables would be read as those nobody has vacuumed. */
            stand->hand->execute(stand->h, i, "CHECKPOINT");
        }
        stand->hand->execute(stand->h, i, is_postgres[i] ? "VACUUM ANALYZE" : "ANALYZE");
    }
}

weft_engine *bench_open_weft(const char *folder, bool is_new)
{
    weft_options options = WEFT_OPTIONS_INIT;
    options.directory = folder;
    weft_error error;
    weft_engine *engine = NULL;
    bench_must(weft_open(&options, &engine, &error), &error);
    size_t applied = 0;
    size_t left = 0;
    if (is_new) {
        bench_must(weft_migrate_apply(engine, WEFT_SCOPE_ALL, false, &applied, &left, &error), &error);
    }
    return engine;
}
