/* The writing workloads: many links in one call, and one a call. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"

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
    bench_must(weft_link_create_json(engine, json.data, json.len, &outcome, &error), &error);
    weft_text_free(&outcome);
    free(json.data);
}

static void link_by_hand(const bench_stand *stand, int run, int count)
{
    char(*names)[2][32] = calloc((size_t)count, sizeof(*names));
    const char **left = calloc((size_t)count, sizeof(*left));
    const char **right = calloc((size_t)count, sizeof(*right));
    for (int i = 0; i < count; i++) {
        make_pair(run, i, stand->products, names[i][0], names[i][1]);
        left[i] = names[i][0];
        right[i] = names[i][1];
    }
    char prefix[32];
    (void)snprintf(prefix, sizeof(prefix), "link_h%d_", run);
    stand->hand->link(stand->h, left, right, count, prefix);
    free(names);
    free(left);
    free(right);
}

/* Remove what former runs linked, so that the same pairs are new again. */
static void forget_links(const bench_stand *stand)
{
    stand->hand->execute(
        stand->h, 0, "DELETE FROM product_product_blog_post WHERE length(id) > 17 OR id LIKE 'link_h%'");
}

void bench_repeat_links(const bench_stand *stand, int count, int runs)
{
    forget_links(stand);
    for (int run = 0; run < abs(runs); run++) {
        const double start = bench_now_ms();
        if (runs > 0) {
            link_by_weft(stand->engine, run, count, stand->products);
        } else {
            link_by_hand(stand, run, count);
        }
        printf("%d links: %.3f ms\n", count, bench_now_ms() - start);
    }
}

void bench_measure_links(const bench_stand *stand, int count, int runs, const char *name, const char *what)
{
    double *weft_ms = calloc((size_t)runs, sizeof(double));
    double *hand_ms = calloc((size_t)runs, sizeof(double));
    forget_links(stand);
    for (int run = 0; run < runs; run++) {
        const int first = (count == 1 ? 1000 : 0) + run * 2;
        const double start = bench_now_ms();
        link_by_weft(stand->engine, first, count, stand->products);
        const double middle = bench_now_ms();
        link_by_hand(stand, first + 1, count);
        weft_ms[run] = middle - start;
        hand_ms[run] = bench_now_ms() - middle;
    }
    bench_show(name, what, weft_ms, hand_ms, runs, "arrays");
    free(weft_ms);
    free(hand_ms);
}
