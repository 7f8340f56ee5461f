/* What the hand-written PostgreSQL programs share: connections, statements prepared once, binary columns as JSON. */
#ifndef BENCH_HAND_POSTGRES_H
#define BENCH_HAND_POSTGRES_H

#include <libpq-fe.h>

#include "bench/bench.h"

typedef struct postgres_hand {
    PGconn *pinned; /* its planner is held to index look-ups, as suits pages */
    PGconn *free;   /* its planner decides */
    int names;      /* of statements prepared so far */
} postgres_hand;

typedef struct postgres_name {
    char text[16];
} postgres_name;

postgres_hand *postgres_hand_open(const char *url);
void postgres_hand_close(postgres_hand *h);
void postgres_hand_execute(PGconn *connection, const char *sql);
postgres_name postgres_hand_prepare(postgres_hand *h, PGconn *connection, const char *sql);

/* "p.id, p.title" */
void postgres_hand_list(char *sql, const char *alias, const bench_columns *columns);
void postgres_hand_page(char *sql, const bench_workload *workload, const bench_columns *columns);
/* `SELECT near, columns FROM link l JOIN target t`, up to and with WHERE and liveness. */
void postgres_hand_children(char *sql, const bench_edge *edge, const char *from);

/* A pipeline: send, then end it, then receive each result in order, then finish. */
void postgres_hand_begin(PGconn *connection);
void postgres_hand_send(PGconn *connection, const postgres_name *name, const char *parameter);
void postgres_hand_sync(PGconn *connection);
PGresult *postgres_hand_receive(PGconn *connection);
void postgres_hand_finish(PGconn *connection);

int64_t postgres_hand_integer(const char *bytes, int len);
/* `{"id":…,"title":…` from column `first` of the row on. */
void postgres_hand_add(bench_text *out, const PGresult *result, int row, int first, const bench_shape *shape);
/* The values of a column as an array literal; those of the benchmark need no escapes. */
void postgres_hand_array(bench_text *text, const PGresult *result, int column);

/* hand_postgres_more.c */
void *postgres_hand_prepare_json(void *hand, const bench_workload *workload);
void postgres_hand_answer_json(void *prepared, const char *key, bench_text *out);
void *postgres_hand_prepare_copies(void *hand, const bench_workload *workload);
void postgres_hand_answer_copies(void *prepared, const char *key, bench_text *out);
void postgres_hand_link(void *hand, const bench_link *link, const bench_pairs *pairs);
/* A whole COPY as text: rows end in a newline, columns in a tab; ids need no unescaping. */
bench_text postgres_hand_copy(PGconn *connection, const char *sql);
/* A set of the rows of a COPY of one column. */
void postgres_hand_copy_set(PGconn *connection, const char *sql, bench_set *set);

#endif
