/* weft-bench: makes the data, checks that both programs answer the same bytes, then times them in turn and prints
 * ratios.
 *
 * usage: weft-bench FOLDER STORE URL [PRODUCTS]     STORE is sqlite or postgres; for sqlite URL is the file inside
 * FOLDER/data
 *
 * The figures of one run may be compared with each other, not with another machine's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "bench/bench.h"
#include "weft/weft.h"

#define LINKS_BULK   10000
#define LINKS_SINGLE 300

static double now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof(*values), by_value);
    return values[count / 2];
}

static void must(weft_code code, const weft_error *error)
{
    if (code != WEFT_OK) {
        (void)fprintf(stderr, "%s %s %s\n", error->detail, error->hint, error->where);
        bench_fail("weft", error->message);
    }
}

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

static void write_project(const char *folder, const char *url)
{
    char config[4200];
    (void)snprintf(config, sizeof(config), "stores:\n  default: \"%s\"\nlimits: { time_ms: 600000 }\n", url);
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
}

/* Rows by SQL that both databases understand: a series, and arithmetic for skew (one product in ten has most posts). */
static void fill(const bench_hand *hand, void *h, int products)
{
    const bool is_sqlite = !strcmp(hand->name, "sqlite");
    static const char *const inserts[] = {
        "INSERT INTO product (id, title, handle, status, created_at, updated_at) SELECT 'prod_' || %s, 'Product ' || "
        "n, 'product-' || n, "
        "'published', %s, %s FROM series WHERE n <= %d",
        "INSERT INTO blog_post (id, title, author, body, views, created_at, updated_at) SELECT 'post_' || %s, 'Post "
        "number ' || n, "
        "'Author ' || (n %% 100), 'A text about a product, as long as a summary usually is, number ' || n, n %% 1000, "
        "%s, %s FROM series WHERE n <= %d",
        "INSERT INTO review (id, rating, body, created_at, updated_at) SELECT 'rev_' || %s, n %% 5 + 1, 'Review number "
        "' || n, %s, %s FROM series WHERE n <= %d",
    };
    const char *time = is_sqlite ? "'2026-01-01T00:00:00.000Z'" : "TIMESTAMPTZ '2026-01-01 00:00:00Z'";
    const char *key = is_sqlite ? "printf('%%012d', %s)" : "lpad((%s)::text, 12, '0')";
    const int counts[] = {products, products * 3, products * 5};
    char key_n[64];
    (void)snprintf(key_n, sizeof(key_n), key, "n");
    char series[128];
    if (is_sqlite) {
        (void)snprintf(series,
                       sizeof(series),
                       "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series LIMIT %d) ",
                       products * 5);
    } else {
        (void)snprintf(series, sizeof(series), "WITH series AS (SELECT generate_series(1, %d) AS n) ", products * 5);
    }
    hand->execute(h, "BEGIN");
    char sql[2048];
    for (int i = 0; i < 3; i++) {
        const size_t len = (size_t)snprintf(sql, sizeof(sql), "%s", series);
        (void)snprintf(sql + len, sizeof(sql) - len, inserts[i], key_n, time, time, counts[i]);
        hand->execute(h, sql);
    }
    /* Half of the rows go to a tenth of the products. */
    char skewed[128];
    (void)snprintf(skewed,
                   sizeof(skewed),
                   "CASE WHEN n %% 2 = 0 THEN n * 7 %% %d ELSE n * 13 %% %d END + 1",
                   products / 10,
                   products);
    char key_p[256];
    (void)snprintf(key_p, sizeof(key_p), key, skewed);
    (void)snprintf(sql,
                   sizeof(sql),
                   "%sINSERT INTO product_product_blog_post (id, product_id, blog_post_id, created_at, updated_at) "
                   "SELECT 'link_' || %s, 'prod_' || %s, 'post_' || %s, %s, %s FROM series WHERE n <= %d",
                   series,
                   key_n,
                   key_p,
                   key_n,
                   time,
                   time,
                   products * 3);
    hand->execute(h, sql);
    (void)snprintf(
        sql,
        sizeof(sql),
        "%sINSERT INTO product_product_review_review (id, product_id, review_id, created_at, updated_at) SELECT "
        "'link_' || %s, 'prod_' || %s, 'rev_' || %s, %s, %s FROM series WHERE n <= %d",
        series,
        key_n,
        key_p,
        key_n,
        time,
        time,
        products * 5);
    hand->execute(h, sql);
    hand->execute(h, "COMMIT");
    hand->execute(h, is_sqlite ? "ANALYZE" : "VACUUM ANALYZE");
}

static void ask_weft(weft_engine *engine, const char *request, bench_text *out)
{
    weft_error error;
    weft_reply *reply = NULL;
    must(weft_query_open(engine, request, strlen(request), WEFT_FORMAT_JSON, &reply, &error), &error);
    const char *data = NULL;
    size_t len = 0;
    do {
        must(weft_reply_read(reply, &data, &len, &error), &error);
        bench_add(out, data ? data : "", len);
    } while (len);
    weft_reply_close(reply);
}

static void show(const char *name, const char *what, double weft_ms, double hand_ms)
{
    printf("%-4s %-46s %10.3f %10.3f %8.2f\n", name, what, weft_ms, hand_ms, weft_ms / hand_ms);
    (void)fflush(stdout);
}

static void measure(weft_engine *engine, const bench_hand *hand, void *h, const bench_workload *workload, int products)
{
    bench_text ours = {0};
    bench_text theirs = {0};
    double *weft_ms = calloc((size_t)workload->runs, sizeof(double));
    double *hand_ms = calloc((size_t)workload->runs, sizeof(double));
    for (int run = -1; run < workload->runs; run++) {
        char key[64];
        char request[512];
        (void)snprintf(key, sizeof(key), "prod_%012d", (int)((unsigned)(run + 2) * 7919u % (unsigned)products) + 1);
        (void)snprintf(request, sizeof(request), workload->request, key);
        ours.len = 0;
        theirs.len = 0;
        const double start = now_ms();
        ask_weft(engine, request, &ours);
        const double middle = now_ms();
        hand->answer(h, workload, key, &theirs);
        const double end = now_ms();
        if (ours.len != theirs.len || memcmp(ours.data, theirs.data, ours.len) != 0) {
            size_t at = 0;
            while (at < ours.len && at < theirs.len && ours.data[at] == theirs.data[at]) {
                at++;
            }
            (void)fprintf(stderr, "weft: …%.120s\nhand: …%.120s\n", ours.data + at, theirs.data + at);
            bench_fail(workload->name, "the answers differ");
        }
        if (run >= 0) {
            weft_ms[run] = middle - start;
            hand_ms[run] = end - middle;
        }
    }
    show(workload->name, workload->what, median(weft_ms, workload->runs), median(hand_ms, workload->runs));
    free(weft_ms);
    free(hand_ms);
    free(ours.data);
    free(theirs.data);
}

/* Pair number i of a run: a product and a post that no other run pairs. */
static void make_pair(int run, int i, int products, char left[32], char right[32])
{
    (void)snprintf(left, 32, "prod_%012d", (int)((unsigned)(i * 31 + run * 17) % (unsigned)products) + 1);
    (void)snprintf(right, 32, "post_%012d", (int)((unsigned)(i * 3 + run * 101) % (unsigned)(products * 3)) + 1);
}

static void link_by_weft(weft_engine *engine, int run, int count, int products)
{
    bench_text json = {0};
    for (int i = 0; i < count; i++) {
        char left[32];
        char right[32];
        make_pair(run, i, products, left, right);
        bench_add_word(&json,
                       i ? ",{\"link\":\"product_blog_post\",\"left\":" : "[{\"link\":\"product_blog_post\",\"left\":");
        bench_add_quoted(&json, left, strlen(left));
        bench_add_word(&json, ",\"right\":");
        bench_add_quoted(&json, right, strlen(right));
        bench_add(&json, "}", 1);
    }
    bench_add(&json, "]", 1);
    weft_text outcome = {0};
    weft_error error;
    must(weft_link_create_json(engine, json.data, json.len, &outcome, &error), &error);
    weft_text_free(&outcome);
    free(json.data);
}

static void link_by_hand(const bench_hand *hand, void *h, int run, int count, int products)
{
    char(*names)[2][32] = calloc((size_t)count, sizeof(*names));
    const char **left = calloc((size_t)count, sizeof(*left));
    const char **right = calloc((size_t)count, sizeof(*right));
    for (int i = 0; i < count; i++) {
        make_pair(run, i, products, names[i][0], names[i][1]);
        left[i] = names[i][0];
        right[i] = names[i][1];
    }
    char prefix[32];
    (void)snprintf(prefix, sizeof(prefix), "link_h%d_", run);
    hand->link(h, left, right, count, prefix);
    free(names);
    free(left);
    free(right);
}

static void measure_links(weft_engine *engine,
                          const bench_hand *hand,
                          void *h,
                          int products,
                          int count,
                          int runs,
                          const char *name,
                          const char *what)
{
    double *weft_ms = calloc((size_t)runs, sizeof(double));
    double *hand_ms = calloc((size_t)runs, sizeof(double));
    for (int run = 0; run < runs; run++) {
        const int first = (count == 1 ? 1000 : 0) + run * 2;
        const double start = now_ms();
        link_by_weft(engine, first, count, products);
        const double middle = now_ms();
        link_by_hand(hand, h, first + 1, count, products);
        weft_ms[run] = middle - start;
        hand_ms[run] = now_ms() - middle;
    }
    show(name, what, median(weft_ms, runs), median(hand_ms, runs));
    free(weft_ms);
    free(hand_ms);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        bench_fail("usage", "weft-bench FOLDER sqlite|postgres URL [PRODUCTS]");
    }
    const char *folder = argv[1];
    const bench_hand *hand = strcmp(argv[2], "sqlite") ? &bench_hand_postgres : &bench_hand_sqlite;
    const int products = argc > 4 ? atoi(argv[4]) : 100000;
    write_project(folder, argv[3]);
    weft_options options = WEFT_OPTIONS_INIT;
    options.directory = folder;
    weft_error error;
    weft_engine *engine = NULL;
    must(weft_open(&options, &engine, &error), &error);
    size_t applied = 0;
    size_t left = 0;
    must(weft_migrate_apply(engine, WEFT_SCOPE_ALL, false, &applied, &left, &error), &error);
    char path[4200];
    (void)snprintf(path, sizeof(path), "%s/%s", folder, argv[3] + strlen("sqlite:"));
    void *h = hand->open(hand == &bench_hand_sqlite ? path : argv[3]);
    fill(hand, h, products);
    printf("%s, %d products, 3 posts and 5 reviews each on average; medians in ms of runs in turn\n",
           hand->name,
           products);
    printf("%-4s %-46s %10s %10s %8s\n", "", "", "weft", "hand", "ratio");
    for (int i = 0; i < bench_workload_count; i++) {
        measure(engine, hand, h, &bench_workloads[i], products);
    }
    measure_links(engine, hand, h, products, LINKS_BULK, 5, "W7", "10,000 links in one call");
    measure_links(engine, hand, h, products, 1, LINKS_SINGLE, "W8", "one link a call");
    hand->close(h);
    weft_close(engine);
    return 0;
}
