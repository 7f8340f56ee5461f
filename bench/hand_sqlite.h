/* What the hand-written SQLite programs share: a connection, statements that are prepared once, columns as JSON. */
#ifndef BENCH_HAND_SQLITE_H
#define BENCH_HAND_SQLITE_H

#include <sqlite3.h>

#include "bench/bench.h"

typedef struct sqlite_hand {
    sqlite3 *db;
    sqlite3_stmt *begin, *commit;
    sqlite3_stmt *statements[128]; /* to be finalized */
    int count;
} sqlite_hand;

sqlite_hand *sqlite_hand_open(const char *path);
void sqlite_hand_close(sqlite_hand *h);
void sqlite_hand_execute(sqlite_hand *h, const char *sql);
sqlite3_stmt *sqlite_hand_prepare(sqlite_hand *h, const char *sql);
void sqlite_hand_must(sqlite_hand *h, int code);
/* Step a statement that gives no rows. */
void sqlite_hand_step(sqlite_hand *h, sqlite3_stmt *statement);

/* "p.id, p.title" */
void sqlite_hand_list(char *sql, const char *alias, const bench_columns *columns);
/* The page of a workload; `columns` of it. */
void sqlite_hand_page(char *sql, const bench_workload *workload, const bench_columns *columns);
/* `{"id":…,"title":…` from column `first` of the row on. */
void sqlite_hand_add(bench_text *out, sqlite3_stmt *row, int first, const bench_shape *shape);
/* The same without shape: one value. */
void sqlite_hand_add_value(bench_text *out, sqlite3_stmt *row, int at, bench_kind kind);

/* hand_sqlite_more.c */
void *sqlite_hand_prepare_json(void *hand, const bench_workload *workload);
void sqlite_hand_answer_json(void *prepared, const char *key, bench_text *out);
void *sqlite_hand_prepare_scans(void *hand, const bench_workload *workload);
void sqlite_hand_answer_scans(void *prepared, const char *key, bench_text *out);
/* A set of the first column of `row`. */
void sqlite_hand_read_set(sqlite_hand *h, sqlite3_stmt *row, bench_set *set);
/* Products and links in key order, for an export. */
typedef struct sqlite_scans {
    sqlite_hand *hand;
    sqlite3_stmt *products, *links, *posts;
} sqlite_scans;
void sqlite_hand_prepare_scan(sqlite_scans *p, sqlite_hand *hand);
/* Every product with those of its posts that are in `set`. */
void sqlite_hand_write_scan(sqlite_scans *p, const bench_set *set, bench_text *out);

#endif
