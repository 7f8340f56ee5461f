/* The benchmark: weft beside hand-written SQL in C, on the same data, in one run.
 *
 * A hand-written program has several styles, for the one that wins differs from workload to workload. Each answers with
 * the same bytes as weft (they are compared before anything is timed) and under the same guarantees: one snapshot, live
 * rows only. weft is measured against the best style of each workload.
 *
 *   main.c              what is run          data.c       the project and its rows
 *   measure.c           timing in turn       links.c      the writing workloads
 *                                            guard.c      deletes by SQL under a guard
 *   workloads.c         the reading ones     text.c, set.c   text and JSON for the hand-written programs, and a set
 *   hand_http.c         a hand-written server, for http_bench.py
 *   hand_sqlite*.c, hand_postgres*.c, hand_two.c          the hand-written programs */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "weft/weft.h"

#define BENCH_SQL_BYTES 4096

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
/* Append to a statement of BENCH_SQL_BYTES. */
void bench_sql(char *sql, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A set of texts, and the place at which each was added. */
typedef struct bench_set {
    bench_text bytes;
    struct bench_set_item *items;
    uint32_t *slots; /* number of the item + 1 */
    size_t count, capacity, slot_count;
} bench_set;

void bench_set_add(bench_set *set, const char *data, size_t len);
/* The number of the text, or -1. */
ptrdiff_t bench_set_find(const bench_set *set, const char *data, size_t len);
static inline bool bench_set_has(const bench_set *set, const char *data, size_t len)
{
    return bench_set_find(set, data, len) >= 0;
}
const char *bench_set_item_at(const bench_set *set, size_t number, size_t *ret_len);
void bench_set_clear(bench_set *set);
void bench_set_done(bench_set *set);

/* A link table of products and posts. */
typedef struct bench_link {
    int index; /* in bench_links */
    const char *name, *table, *left, *right;
} bench_link;

extern const bench_link bench_links[2]; /* the shop's, and one of its own for how the cost grows with rows present */

/* Pairs to be linked, and what the hand-written program's ids begin with. */
typedef struct bench_pairs {
    const char **left, **right;
    int count;
    char prefix[32];
} bench_pairs;

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

#define BENCH_COLUMNS_MAX 12

/* What stands before each column of a record: `{"id":`, `,"title":`. */
typedef struct bench_shape {
    bench_columns columns;
    char before[BENCH_COLUMNS_MAX][24];
    size_t before_len[BENCH_COLUMNS_MAX];
} bench_shape;

void bench_shape_init(bench_shape *shape, const bench_columns *columns);
static inline void bench_add_before(bench_text *out, const bench_shape *shape, int column)
{
    bench_add(out, shape->before[column], shape->before_len[column]);
}

/* A nested list: rows of `target` over `link`, keyed by `near`, read by `far`. */
typedef struct bench_edge {
    const char *property;
    const char *link, *near, *far;
    const char *target;
    bench_columns columns;
} bench_edge;

#define BENCH_EDGES_MAX 2

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
    bool is_skipped;  /* the key is the number of records before the page */
    bool is_filtered; /* by the author of a linked post, ordered by title */
    int take;         /* 0: all */
    int runs;
} bench_workload;

extern const bench_workload bench_workloads[]; /* of one store */
extern const int bench_workload_count;
extern const bench_workload bench_far_workloads[]; /* products and links in one store, posts in another */
extern const int bench_far_workload_count;
extern const bench_workload bench_http_one, bench_http_page; /* of hand_http.c */

/* One way to write the program. */
typedef struct bench_style {
    const char *name;
    /* What is known before the first request: statements, mostly. NULL where the style has no answer. */
    void *(*prepare)(void *hand, const bench_workload *workload);
    void (*answer)(void *prepared, const char *key, bench_text *out);
} bench_style;

/* A hand-written program on one store, or on two. */
typedef struct bench_hand {
    const char *name;
    /* `urls`: of the store, or of both; a file's path for SQLite. */
    void *(*open)(const char *const *urls);
    void (*close)(void *hand);
    const bench_style *styles;
    int style_count;
    /* Upsert pairs into a link table, ends checked, in one transaction. NULL: no. */
    void (*link)(void *hand, const bench_link *link, const bench_pairs *pairs);
    /* Run SQL in store number `store`. */
    void (*execute)(void *hand, int store, const char *sql);
} bench_hand;

extern const bench_hand bench_hand_sqlite, bench_hand_postgres, bench_hand_two_sqlite, bench_hand_sqlite_postgres;

/* What is measured: an engine and a hand-written program on the same rows. */
typedef struct bench_stand {
    weft_engine *engine;
    const bench_hand *hand;
    void *h;
    const char *const *urls; /* what `h` was opened with */
    int products;
} bench_stand;

/* data.c. One url: everything in one store; two: posts in the second. `is_postgres` of each. */
weft_engine *bench_open_weft(const char *folder, bool is_new);
void bench_write_project(const char *folder, const char *const *urls, int store_count);
void bench_fill(const bench_stand *stand, const bool *is_postgres, int store_count);
/* Rows of a table of the module "watched". */
void bench_fill_watched(const bench_stand *stand, bool is_postgres, const char *table, int rows);
/* Rows number `from` + 1 … `to` of the link table that grows. */
void bench_fill_growing(const bench_stand *stand, bool is_postgres, int from, int to);

/* measure.c */
double bench_now_ms(void);
double bench_median(double *values, int count);
void bench_must(weft_code code, const weft_error *error);
void bench_measure(const bench_stand *stand, const bench_workload *workload);
void bench_show_head(void);
void bench_show(const char *name, const char *what, double *weft_ms, double *hand_ms, int count, const char *style);
/* weft alone, for a profiler. */
void bench_repeat(const bench_stand *stand, const bench_workload *workload, int runs);

/* links.c */
void bench_measure_links(const bench_stand *stand, int count, int runs, const char *name, const char *what);
/* The same with 10^4 and with 10^6 link rows present. */
void bench_measure_growth(const bench_stand *stand, bool is_postgres, int count, int runs);
/* weft alone `runs` times, or the hand-written program `-runs` times, for a profiler. */
void bench_repeat_links(const bench_stand *stand, const bench_link *link, int count, int runs);

/* guard.c */
void bench_measure_guard(const bench_stand *stand, bool is_postgres);

/* End the program with a message. */
void bench_fail(const char *what, const char *why);

#endif
