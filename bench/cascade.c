/* Deleting with all that hangs on it: 100 products with some 1,500 rows, by weft and by hand-written statements with
 * the same guarantees: one transaction, live rows only, every changed row written down so that it can be restored. Each
 * run deletes products of its own.
 *
 *      weft-bench-cascade URL DIRECTORY      the store must be empty, the directory too
 *
 * Ends the program, saying why, when anything fails. */
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "weft/weft.h"

enum { PRODUCTS = 100, RUNS = 9, POSTS = 4, VARIANTS = 3, COMMENTS = 1 };

static sqlite3 *file;
static PGconn *server;

static void die(const char *what, const char *why)
{
    (void)fprintf(stderr, "weft-bench-cascade: %s: %s\n", what, why);
    exit(1);
}

static void run_sql(const char *sql)
{
    if (file) {
        char *why = NULL;
        if (sqlite3_exec(file, sql, NULL, NULL, &why) != SQLITE_OK) {
            die(sql, why);
        }
        return;
    }
    PGresult *result = PQexec(server, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
        die(sql, PQerrorMessage(server));
    }
    PQclear(result);
}

static void run_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void run_format(const char *format, ...)
{
    static char sql[65536];
    va_list args;
    va_start(args, format);
    const int len = vsnprintf(sql, sizeof(sql), format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= sizeof(sql)) {
        die("a statement", "too long");
    }
    run_sql(sql);
}

static void write_text(const char *directory, const char *name, const char *text)
{
    char path[600];
    (void)snprintf(path, sizeof(path), "%s/%s", directory, name);
    for (char *at = path + strlen(directory) + 1; (at = strchr(at, '/')); at++) {
        *at = '\0';
        (void)mkdir(path, 0700);
        *at = '/';
    }
    FILE *out = fopen(path, "w");
    if (!out || fputs(text, out) < 0 || fclose(out) != 0) {
        die(path, "cannot be written");
    }
}

static void write_project(const char *directory, const char *url)
{
    char yaml[600];
    (void)snprintf(yaml, sizeof(yaml), "stores: { default: \"%s\" }\n", url);
    write_text(directory, "weft.yaml", yaml);
    write_text(directory,
               "src/modules/shop/module.yaml",
               "module: shop\nmodels:\n  product:\n    fields: { id: id, title: text? }\n"
               "    relations: { variants: { hasMany: variant, mappedBy: product } }\n"
               "    cascades: { delete: [variants] }\n"
               "  variant:\n    fields: { id: id }\n    relations: { product: { belongsTo: product } }\n");
    write_text(directory,
               "src/modules/blog/module.yaml",
               "module: blog\nmodels:\n  post:\n    fields: { id: id, title: text? }\n"
               "    relations: { comments: { hasMany: comment, mappedBy: post } }\n"
               "    cascades: { delete: [comments] }\n"
               "  comment:\n    fields: { id: id }\n    relations: { post: { belongsTo: post } }\n");
    write_text(
        directory,
        "src/links/l.yaml",
        "name: product_post\nleft: { linkable: shop.product, isList: true }\n"
        "right: { linkable: blog.post, isList: true, deleteCascade: true }\ndatabase: { table: product_post }\n");
}

/* Two sets of products a run: one for weft, one for hand. */
static void fill(void)
{
    run_sql("BEGIN");
    for (int p = 0; p < PRODUCTS * RUNS * 2; p++) {
        run_format("INSERT INTO product (id) VALUES ('p%06d')", p);
        for (int v = 0; v < VARIANTS; v++) {
            run_format("INSERT INTO variant (id, product_id) VALUES ('v%06d_%d', 'p%06d')", p, v, p);
        }
        for (int b = 0; b < POSTS; b++) {
            run_format("INSERT INTO post (id) VALUES ('b%06d_%d')", p, b);
            run_format("INSERT INTO product_post (id, product_id, post_id) VALUES ('l%06d_%d', 'p%06d', 'b%06d_%d')",
                       p,
                       b,
                       p,
                       p,
                       b);
            run_format("INSERT INTO comment (id, post_id) VALUES ('c%06d_%d', 'b%06d_%d')", p, b, p, b);
        }
    }
    run_sql("COMMIT");
    run_sql("CREATE TABLE hand_deletions (id TEXT PRIMARY KEY, deleted_at TEXT)");
    run_sql("CREATE TABLE hand_rows (deletion TEXT, tab TEXT, id TEXT, PRIMARY KEY (deletion, tab, id))");
    run_sql("ANALYZE");
}

static double now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void take(const char *table, const char *where, int run)
{
    run_format("INSERT INTO hand_rows SELECT 'del_%d', '%s', id FROM %s WHERE %s AND deleted_at IS NULL",
               run,
               table,
               table,
               where);
    run_format("UPDATE %s SET deleted_at = '2026-01-01T00:00:00.%03dZ' WHERE id IN (SELECT id FROM hand_rows WHERE "
               "deletion = 'del_%d' AND tab = '%s')",
               table,
               run,
               run,
               table);
}

static void delete_by_hand(int first, int run)
{
    char keys[4096] = "";
    char where[8192];
    for (int p = 0; p < PRODUCTS; p++) {
        const size_t used = strlen(keys);
        (void)snprintf(keys + used, sizeof(keys) - used, "%s'p%06d'", p ? "," : "", first + p);
    }
    run_sql(file ? "BEGIN IMMEDIATE" : "BEGIN");
    if (server) {
        run_format("SELECT id FROM product WHERE id IN (%s) AND deleted_at IS NULL ORDER BY id FOR UPDATE", keys);
    }
    run_format("INSERT INTO hand_deletions VALUES ('del_%d', '2026-01-01')", run);
    (void)snprintf(where, sizeof(where), "id IN (%s)", keys);
    take("product", where, run);
    (void)snprintf(where, sizeof(where), "product_id IN (%s)", keys);
    take("variant", where, run);
    take("product_post", where, run);
    (void)snprintf(where,
                   sizeof(where),
                   "id IN (SELECT l.post_id FROM product_post l JOIN hand_rows r ON r.id = l.id WHERE r.deletion = "
                   "'del_%d' AND r.tab = 'product_post')",
                   run);
    take("post", where, run);
    (void)snprintf(
        where, sizeof(where), "post_id IN (SELECT id FROM hand_rows WHERE deletion = 'del_%d' AND tab = 'post')", run);
    take("comment", where, run);
    run_sql("COMMIT");
}

static void delete_by_weft(weft_engine *engine, int first)
{
    static char names[PRODUCTS][16];
    const char *keys[PRODUCTS];
    weft_text text = {0};
    weft_error error = {0};
    for (int p = 0; p < PRODUCTS; p++) {
        (void)snprintf(names[p], sizeof(names[p]), "p%06d", first + p);
        keys[p] = names[p];
    }
    if (weft_delete_json(engine, "product", keys, PRODUCTS, 0, &text, &error) != WEFT_OK) {
        die("deleting", error.message);
    }
    weft_text_free(&text);
}

static int compare(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

static void measure(weft_engine *engine)
{
    double weft_ms[RUNS];
    double hand_ms[RUNS];
    for (int run = 0; run < RUNS; run++) {
        const double start = now_ms();
        delete_by_weft(engine, run * 2 * PRODUCTS);
        const double middle = now_ms();
        delete_by_hand((run * 2 + 1) * PRODUCTS, run);
        weft_ms[run] = middle - start;
        hand_ms[run] = now_ms() - middle;
    }
    qsort(weft_ms, RUNS, sizeof(double), compare);
    qsort(hand_ms, RUNS, sizeof(double), compare);
    (void)printf("cascade of 100 products, %d rows: weft %.2f ms, by hand %.2f ms, ratio %.2f (medians of %d)\n",
                 PRODUCTS * (1 + VARIANTS + POSTS * 3),
                 weft_ms[RUNS / 2],
                 hand_ms[RUNS / 2],
                 weft_ms[RUNS / 2] / hand_ms[RUNS / 2],
                 RUNS);
}

int main(int argc, char **argv)
{
    weft_engine *engine = NULL;
    weft_error error = {0};
    size_t applied = 0;
    size_t left = 0;
    if (argc != 3) {
        die("usage", "weft-bench-cascade URL DIRECTORY");
    }
    write_project(argv[2], argv[1]);
    weft_options options = WEFT_OPTIONS_INIT;
    options.directory = argv[2];
    if (weft_open(&options, &engine, &error) != WEFT_OK ||
        weft_migrate_apply(engine, WEFT_SCOPE_ALL, false, &applied, &left, &error) != WEFT_OK) {
        die("opening", error.message);
    }
    if (!strncmp(argv[1], "sqlite:", 7)) {
        if (sqlite3_open(argv[1] + 7, &file) != SQLITE_OK) {
            die(argv[1], "cannot be opened");
        }
        run_sql("PRAGMA journal_mode = wal");
        run_sql("PRAGMA synchronous = full");
    } else {
        server = PQconnectdb(argv[1]);
        if (PQstatus(server) != CONNECTION_OK) {
            die(argv[1], PQerrorMessage(server));
        }
    }
    fill();
    measure(engine);
    weft_close(engine);
    (void)sqlite3_close(file);
    PQfinish(server);
    return 0;
}
