/* The writing workloads: many links in one call, one a call, and many where few and where many are present. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"

#define KEY_BYTES       32
#define GROWN_FEW       10000
#define GROWN_MANY      1000000
#define SINGLE_FIRST    1000 /* number of the first run of single links: no other has it */
#define POSTS_A_PRODUCT 3
#define NEIGHBOURS      100

const bench_link bench_links[2] = {
    {0, "product_blog_post", "product_product_blog_post", "product_id", "blog_post_id"},
    {1, "growing", "growing", "grown_product_id", "grown_post_id"},
};

/* What one program links in one call. */
typedef struct task {
    const bench_stand *stand;
    const bench_link *link;
    int run, count;
    bool is_near; /* pairs of neighbouring records, as those made about the same time are */
} task;

/* Keys of pair number i: a product and a post that no other run pairs. Those of the link that grows are half the
 * products away from what is present: all over both tables, or each of 100 products with each of 100 posts. */
static void write_keys(const task *t, int i, char left[KEY_BYTES], char right[KEY_BYTES])
{
    const unsigned lefts = (unsigned)t->stand->products;
    const unsigned rights = lefts * POSTS_A_PRODUCT;
    unsigned product = (unsigned)(i * 31 + t->run * 17) % lefts;
    unsigned post = (unsigned)(i * 3 + t->run * 101) % rights;
    if (t->is_near) {
        post = (unsigned)(i / NEIGHBOURS + t->run * NEIGHBOURS) % rights;
        product = (lefts / 2 + (unsigned)(i % NEIGHBOURS + t->run * NEIGHBOURS)) % lefts;
    } else if (t->link->index == 1) {
        post = (unsigned)(i * 7919 + t->run * 101) % rights;
        product = (post + lefts / 2 + (unsigned)t->run) % lefts;
    }
    (void)snprintf(left, KEY_BYTES, "prod_%012u", product + 1);
    (void)snprintf(right, KEY_BYTES, "post_%012u", post + 1);
}

static void link_by_weft(const task *t)
{
    bench_text json = {0};
    for (int i = 0; i < t->count; i++) {
        char left[KEY_BYTES];
        char right[KEY_BYTES];
        write_keys(t, i, left, right);
        bench_add_word(&json, i ? ",{\"link\":\"" : "[{\"link\":\"");
        bench_add_word(&json, t->link->name);
        bench_add_word(&json, "\",\"left\":");
        bench_add_quoted(&json, left, strlen(left));
        bench_add_word(&json, ",\"right\":");
        bench_add_quoted(&json, right, strlen(right));
        bench_add(&json, "}", 1);
    }
    bench_add(&json, "]", 1);
    weft_text outcome = {0};
    weft_error error;
    bench_must(weft_link_create_json(t->stand->engine, json.data, json.len, &outcome, &error), &error);
    weft_text_free(&outcome);
    free(json.data);
}

static void link_by_hand(const task *t)
{
    char(*names)[2][KEY_BYTES] = calloc((size_t)t->count, sizeof(*names));
    bench_pairs pairs = {.left = calloc((size_t)t->count, sizeof(char *)),
                         .right = calloc((size_t)t->count, sizeof(char *)),
                         .count = t->count};
    for (int i = 0; i < t->count; i++) {
        write_keys(t, i, names[i][0], names[i][1]);
        pairs.left[i] = names[i][0];
        pairs.right[i] = names[i][1];
    }
    (void)snprintf(pairs.prefix, sizeof(pairs.prefix), "link_h%d_", t->run);
    t->stand->hand->link(t->stand->h, t->link, &pairs);
    free(names);
    free(pairs.left);
    free(pairs.right);
}

/* Remove what runs have linked, so that the same pairs are new again. */
static void forget_links(const bench_stand *stand, const bench_link *link)
{
    char sql[BENCH_SQL_BYTES] = "";
    bench_sql(sql, "DELETE FROM %s WHERE length(id) > 17 OR id LIKE 'link_h%%'", link->table);
    stand->hand->execute(stand->h, 0, sql);
}

void bench_repeat_links(const bench_stand *stand, const bench_link *link, int count, int runs)
{
    forget_links(stand, link);
    for (int run = 0; run < abs(runs); run++) {
        const task t = {stand, link, run, count, false};
        const double start = bench_now_ms();
        if (runs > 0) {
            link_by_weft(&t);
        } else {
            link_by_hand(&t);
        }
        printf("%d links: %.3f ms\n", count, bench_now_ms() - start);
    }
}

static double time_one(const task *t, bool by_weft)
{
    const double start = bench_now_ms();
    if (by_weft) {
        link_by_weft(t);
    } else {
        link_by_hand(t);
    }
    return bench_now_ms() - start;
}

/* The times of both in turn, each coming first every other run. */
typedef struct pair_of_times {
    double *weft_ms, *hand_ms;
} pair_of_times;

static pair_of_times make_times(int runs)
{
    return (pair_of_times){calloc((size_t)runs, sizeof(double)), calloc((size_t)runs, sizeof(double))};
}

static void free_times(pair_of_times *times)
{
    free(times->weft_ms);
    free(times->hand_ms);
}

static void time_both(const task *t, int first, int run, pair_of_times *times)
{
    for (int turn = 0; turn < 2; turn++) {
        const bool by_weft = (run + turn) % 2 == 0;
        task own = *t;
        own.run = first + run * 2 + (by_weft ? 0 : 1);
        *(by_weft ? &times->weft_ms[run] : &times->hand_ms[run]) = time_one(&own, by_weft);
    }
}

void bench_measure_links(const bench_stand *stand, int count, int runs, const char *name, const char *what)
{
    pair_of_times times = make_times(runs);
    const task t = {stand, &bench_links[0], 0, count, false};
    forget_links(stand, t.link);
    for (int run = 0; run < runs; run++) {
        time_both(&t, count == 1 ? SINGLE_FIRST : 0, run, &times);
    }
    bench_show(name, what, times.weft_ms, times.hand_ms, runs, "arrays");
    free_times(&times);
}

/* The table is as large before each run: what the last one linked is removed, and the room given back. */
static void measure_at(const task *t, bool is_postgres, int runs, const char *name, const char *what)
{
    pair_of_times times = make_times(runs);
    for (int run = 0; run < runs; run++) {
        time_both(t, 0, run, &times);
        forget_links(t->stand, t->link);
        if (is_postgres) {
            t->stand->hand->execute(t->stand->h, 0, "VACUUM growing");
        }
    }
    bench_show(name, what, times.weft_ms, times.hand_ms, runs, "arrays");
    printf("     a link: %.2f µs, by hand %.2f µs\n",
           times.weft_ms[0] * 1e3 / t->count,
           times.hand_ms[0] * 1e3 / t->count);
    free_times(&times);
}

void bench_measure_growth(const bench_stand *stand, bool is_postgres, int count, int runs)
{
    const task scattered = {stand, &bench_links[1], 0, count, false};
    const task near = {stand, &bench_links[1], 0, count, true};
    stand->hand->execute(stand->h, 0, "DELETE FROM growing");
    bench_fill_growing(stand, is_postgres, 0, GROWN_FEW);
    measure_at(&near, is_postgres, runs, "G4n", "10,000 links of neighbours, 10^4 present");
    measure_at(&scattered, is_postgres, runs, "G4", "10,000 links in one call, 10^4 present");
    bench_fill_growing(stand, is_postgres, GROWN_FEW, GROWN_MANY);
    measure_at(&near, is_postgres, runs, "G6n", "10,000 links of neighbours, 10^6 present");
    measure_at(&scattered, is_postgres, runs, "G6", "10,000 links in one call, 10^6 present");
}
