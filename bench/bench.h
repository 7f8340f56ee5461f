/* The benchmark: weft beside hand-written SQL in C, on the same data, in one run. A hand-written program answers each
 * workload with the same bytes as weft (they are compared before anything is timed) and under the same guarantees: one
 * snapshot, live rows only. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Text being built by the hand-written programs. Grows by doubling; running out of memory ends the program. */
typedef struct bench_text {
    char *data;
    size_t len, capacity;
} bench_text;

void bench_add(bench_text *text, const char *data, size_t len);
void bench_add_word(bench_text *text, const char *word);
void bench_add_quoted(bench_text *text, const char *data, size_t len); /* as a JSON string */
void bench_add_integer(bench_text *text, int64_t value);
void bench_add_time(bench_text *text, int64_t time_us); /* quoted ISO 8601, milliseconds */

typedef enum bench_kind { BENCH_TEXT = 0, BENCH_INTEGER, BENCH_TIME } bench_kind;

typedef struct bench_column {
    const char *name;
    bench_kind kind;
} bench_column;

/* A list of columns as a SELECT list and as JSON properties. */
typedef struct bench_columns {
    const bench_column *items;
    int count;
} bench_columns;

/* A nested list: rows of `target` over `link`, keyed by `near`, read by `far`. */
typedef struct bench_edge {
    const char *property;
    const char *link, *near, *far;
    const char *target;
    bench_columns columns;
} bench_edge;

/* One reading workload: weft's request, and the same as facts for the hand-written programs. */
typedef struct bench_workload {
    const char *name;
    const char *what;
    const char *request; /* %s is the key of one record, when is_by_key */
    const char *entity;
    bench_columns columns;
    const bench_edge *edges;
    int edge_count;
    bool is_by_key;
    bool has_count;
    int take; /* 0: all */
    int runs;
    const char *condition; /* further SQL on the record, whose alias is p; NULL: none */
    const char *order;     /* a column to order by before the id; NULL: none */
} bench_workload;

extern const bench_workload bench_workloads[];
extern const int bench_workload_count;

/* A hand-written program on one store. */
typedef struct bench_hand {
    const char *name;
    void *(*open)(const char *url);
    void (*close)(void *hand);
    void (*answer)(void *hand, const bench_workload *workload, const char *key, bench_text *out);
    /* Upsert `count` pairs into product_review-like link table `product_blog_post`, existence checked, one transaction.
     */
    void (*link)(void *hand, const char *const *left, const char *const *right, int count, const char *id_prefix);
    void (*execute)(void *hand, const char *sql);
} bench_hand;

extern const bench_hand bench_hand_sqlite, bench_hand_postgres;

/* End the program with a message. */
void bench_fail(const char *what, const char *why);

#endif
