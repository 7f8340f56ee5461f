/* What the files of move/ share. Internal to move/. */
#ifndef WEFT_MOVE_PARTS_H
#define WEFT_MOVE_PARTS_H

#include "migrate/compare.h"
#include "migrate/journal.h"
#include "migrate/locked.h"
#include "migrate/trash.h"
#include "move/move.h"

/* What a table holds, whatever the order of its rows and the store: rows as they would be answered. */
typedef struct weft_move_sum {
    uint64_t rows;
    uint64_t first;
    uint64_t second;
} weft_move_sum;

/* The module's tables. */
typedef struct weft_move_tables {
    const weft_model **models;
    weft_str *names;
    weft_move_sum *sums;
    size_t count;
} weft_move_tables;

/* One of the two stores, under the lock of migrations. */
typedef struct weft_move_end {
    const weft_store_def *store;
    weft_connection *connection; /* NULL: not opened */
    const weft_schema *schema;
} weft_move_end;

/* A move that was begun and not marked as ended. */
typedef struct weft_move_begun {
    weft_str batch; /* empty: there is none */
    weft_str from;  /* name of a store */
    weft_move_tables tables;
} weft_move_begun;

/* tables.c */
weft_code weft_move_tables_find(const weft_move *move, weft_move_tables *ret_tables, weft_error *error);
/* Are the source's tables as defined, all there, and pointed at by no others? */
weft_code weft_move_tables_check(const weft_move *move,
                                 const weft_move_tables *tables,
                                 const weft_move_end *source,
                                 weft_error *error);
/* A deletion that was cut off between its stores speaks of tables by their store: WEFT_REFUSED_UNSAFE while there is
 * one in any store. */
weft_code weft_move_deletions_check(const weft_move *move, weft_error *error);
/* Keep every other writer out. */
weft_code weft_move_tables_lock(const weft_move_end *end,
                                const weft_move_tables *tables,
                                weft_arena *scratch,
                                weft_error *error);
size_t weft_move_tables_present(const weft_move_end *end, const weft_move_tables *tables);
weft_code weft_move_tables_drop(const weft_move_end *end,
                                const weft_move_tables *tables,
                                weft_arena *scratch,
                                weft_error *error);

/* rows.c */
weft_code weft_move_sum_table(weft_connection *connection,
                              const weft_model *model,
                              weft_arena *scratch,
                              weft_move_sum *ret_sum,
                              weft_error *error);
/* WEFT_REFUSED_UNSAFE unless every table holds what was recorded. */
weft_code weft_move_sums_check(const weft_move *move,
                               const weft_move_end *end,
                               const weft_move_tables *tables,
                               const weft_move_tables *recorded,
                               weft_error *error);
weft_code weft_move_copy(const weft_move *move,
                         const weft_move_end *source,
                         const weft_move_end *target,
                         weft_move_tables *tables,
                         weft_journal *journal,
                         weft_error *error);

/* complete.c: what the target wants besides tables and rows, as migrating would make it: guards, weft's own tables. */
weft_code weft_move_complete(const weft_move *move,
                             const weft_move_end *target,
                             weft_journal *journal,
                             weft_error *error);

/* journal.c */
weft_code weft_move_journal_init(const weft_move *move, weft_journal *ret_journal, weft_error *error);
/* The unfinished move of the module into this store, if there is one; reads only. */
weft_code weft_move_begun_read(const weft_move *move,
                               weft_connection *connection,
                               weft_move_begun *ret_begun,
                               weft_error *error);
/* The same, on a connection of its own. */
weft_code weft_move_begun_find(const weft_move *move,
                               const weft_store_def *store,
                               weft_move_begun *ret_begun,
                               weft_error *error);
weft_code weft_move_record(const weft_move *move,
                           weft_journal *journal,
                           const weft_move_end *target,
                           const weft_store_def *from,
                           const weft_move_tables *tables,
                           weft_error *error);
/* Mark a move as ended. One that came to nothing has made no tables either. */
weft_code weft_move_record_end(const weft_move *move,
                               weft_journal *journal,
                               const weft_move_end *target,
                               weft_str batch,
                               bool came_to_nothing,
                               weft_error *error);

/* move.c */
weft_code weft_move_end_open(const weft_move *move, weft_move_end *end, weft_error *error);
void weft_move_end_close(const weft_move *move, weft_move_end *end);

#endif
