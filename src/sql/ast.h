/* SQL as a tree. Built by whoever needs a statement, rendered by sql/render.c for one dialect. Nodes live in an arena;
 * names are plain and are quoted by the renderer; values are bound. There is no node for raw text from users:
 * WEFT_SQL_TRUSTED is for predicates that stand in a definition file (checks, partial indexes). */
#ifndef WEFT_SQL_AST_H
#define WEFT_SQL_AST_H

#include "plan/plan.h"

typedef struct weft_sql_expr weft_sql_expr;
typedef struct weft_sql_select weft_sql_select;

typedef enum weft_sql_kind {
    WEFT_SQL_COLUMN = 1, /* alias.name; read or compared as `type` */
    WEFT_SQL_VALUE,      /* a bound value */
    WEFT_SQL_LIST,       /* a bound list; only on the right of IN_LIST */
    WEFT_SQL_BULK,       /* column `bulk_column` of the statement's bulk */
    WEFT_SQL_EXCLUDED,   /* excluded.name, in ON CONFLICT */
    WEFT_SQL_NULL,
    WEFT_SQL_TRUE,
    WEFT_SQL_FALSE,
    WEFT_SQL_AND, /* args; none: TRUE */
    WEFT_SQL_OR,  /* args; none: FALSE */
    WEFT_SQL_NOT,
    WEFT_SQL_EQ, /* two args */
    WEFT_SQL_NE,
    WEFT_SQL_LT,
    WEFT_SQL_LTE,
    WEFT_SQL_GT,
    WEFT_SQL_GTE,
    WEFT_SQL_DISTINCT_FROM, /* null-safe inequality: IS DISTINCT FROM / IS NOT */
    WEFT_SQL_IS_NULL,
    WEFT_SQL_IS_NOT_NULL,
    WEFT_SQL_IN_LIST,        /* args[0] in LIST args[1] */
    WEFT_SQL_LIKE,           /* args[0] like args[1], case-sensitive, backslash escapes */
    WEFT_SQL_ILIKE,          /* ASCII letters without case */
    WEFT_SQL_ARRAY_CONTAINS, /* args[0] array column, args[1] VALUE of kind ARRAY: has all of them */
    WEFT_SQL_ARRAY_OVERLAPS, /* has any of them */
    WEFT_SQL_JSON_PATH, /* args[0] JSON column, json_path: the value there as JSON text, NULL when absent or JSON null
                         */
    WEFT_SQL_JSON_CONTAINS, /* args[0] JSON column @> args[1] VALUE of kind JSON */
    WEFT_SQL_COUNT_ALL,
    WEFT_SQL_MIN, /* aggregates of one arg, whose type they keep */
    WEFT_SQL_MAX,
    WEFT_SQL_COUNT,    /* of the values that are not NULL */
    WEFT_SQL_SUM_HIGH, /* of integers, exact: their sum is high * 2^32 + low */
    WEFT_SQL_SUM_LOW,
    WEFT_SQL_SUM_UPPER, /* the same with 0 <= lower < 2^32, so that they order as the sum does */
    WEFT_SQL_SUM_LOWER,
    WEFT_SQL_SUM_AVERAGE, /* that sum as a double, divided by the number of values */
    WEFT_SQL_EXISTS,      /* select */
    WEFT_SQL_SCALAR,      /* select as a value */
    WEFT_SQL_TRUSTED
} weft_sql_kind;

struct weft_sql_expr {
    weft_sql_kind kind;
    weft_type type;       /* COLUMN, JSON_PATH: decides collation and casts; 0: plain */
    bool is_foreign;      /* COLUMN of a table that weft did not make: its text has the database's own collation */
    weft_native native;   /* COLUMN, and SCALAR of one; BULK: of the column it is meant for */
    weft_str column_type; /* with `native` */
    bool is_nullable;     /* may be NULL: NOT and ORDER BY then say what NULL means */
    weft_str alias;       /* COLUMN; may be empty */
    weft_str name;        /* COLUMN, EXCLUDED; text of TRUSTED */
    weft_value value;     /* VALUE */
    weft_value_kind value_kind; /* VALUE, LIST, BULK: how to bind */
    const weft_value *items;    /* LIST */
    size_t item_count;
    size_t bulk_column; /* BULK */
    const weft_str *json_path;
    size_t json_path_len;
    const weft_sql_expr *const *args;
    size_t arg_count;
    const weft_sql_select *select;
};

typedef struct weft_sql_order {
    const weft_sql_expr *expr;
    bool is_descending; /* ASC puts nulls last, DESC first, in every dialect */
} weft_sql_order;

typedef struct weft_sql_output {
    const weft_sql_expr *expr;
    weft_value_kind kind; /* how the result column is read */
} weft_sql_output;

typedef struct weft_sql_join {
    weft_str table;
    weft_str alias;
    const weft_sql_expr *on;
    bool is_left;
    weft_str schema; /* empty: where a bare name finds the table */
} weft_sql_join;

struct weft_sql_select {
    const weft_sql_output *outputs;
    size_t output_count;
    weft_str schema; /* empty: where a bare name finds the table */
    weft_str table;
    weft_str alias;
    const weft_sql_join *joins; /* joined in this order; the renderer pins it where the dialect can */
    size_t join_count;
    const weft_sql_expr *where;        /* NULL: none */
    const weft_sql_expr *const *group; /* GROUP BY */
    size_t group_count;
    const weft_sql_expr *having; /* of groups; NULL: none */
    const weft_sql_order *order;
    size_t order_count;
    bool has_limit, has_offset;
    uint64_t limit, offset;
    bool has_rank_limit; /* only the first `rank_limit` rows, by `order`, of those that share output `rank_key`; rows
                            then come ordered by that output and their rank */
    size_t rank_key;
    uint64_t rank_limit;
    bool is_distinct; /* no row twice; never with locks or ranks */
    bool lock_shared; /* FOR SHARE OF the first table, where the dialect has row locks */
    bool lock_update; /* FOR UPDATE likewise */
    bool lock_skip;   /* rows that others hold are passed over */
};

typedef struct weft_sql_assignment {
    weft_str column;
    const weft_sql_expr *expr;
} weft_sql_assignment;

/* INSERT of one row of expressions, or of a bulk when any expression is BULK. */
typedef struct weft_sql_insert {
    weft_str table;
    const weft_sql_assignment *columns;
    size_t column_count;
    const weft_str *conflict_columns; /* none: no ON CONFLICT clause */
    size_t conflict_column_count;
    const weft_sql_assignment *updates; /* DO UPDATE SET; none: DO NOTHING */
    size_t update_count;
    const weft_sql_expr *update_where;
    const weft_sql_output *returning;
    size_t returning_count;
} weft_sql_insert;

/* UPDATE; with BULK expressions the rows are matched by `where` (bulk columns against table columns). */
typedef struct weft_sql_update {
    weft_str table;
    const weft_sql_assignment *assignments;
    size_t assignment_count;
    const weft_sql_expr *where;
    const weft_sql_output *returning;
    size_t returning_count;
} weft_sql_update;

typedef struct weft_sql_delete {
    weft_str table;
    const weft_sql_expr *where;
    const weft_sql_output *returning;
    size_t returning_count;
} weft_sql_delete;

/* Small constructors; each answers NULL when out of memory, and takes NULL args as "out of memory before". */
const weft_sql_expr *weft_sql_column(weft_arena *keep, weft_str alias, weft_str name, weft_type type);
const weft_sql_expr *weft_sql_field(weft_arena *keep, weft_str alias, const weft_field *field);
const weft_sql_expr *weft_sql_value(weft_arena *keep, weft_value value, weft_value_kind kind);
const weft_sql_expr *weft_sql_list(weft_arena *keep, const weft_value *items, size_t count, weft_value_kind kind);
const weft_sql_expr *weft_sql_bulk(weft_arena *keep, size_t bulk_column, weft_value_kind kind);
/* A column of the bulk whose values are meant for `field`. */
const weft_sql_expr *weft_sql_bulk_of(weft_arena *keep, size_t bulk_column, const weft_field *field);
const weft_sql_expr *weft_sql_excluded(weft_arena *keep, weft_str name);
const weft_sql_expr *weft_sql_leaf(weft_arena *keep, weft_sql_kind kind); /* NULL, TRUE, FALSE, COUNT_ALL */
const weft_sql_expr *weft_sql_unary(weft_arena *keep, weft_sql_kind kind, const weft_sql_expr *arg);
const weft_sql_expr *weft_sql_binary(weft_arena *keep,
                                     weft_sql_kind kind,
                                     const weft_sql_expr *a,
                                     const weft_sql_expr *b);
const weft_sql_expr *weft_sql_nary(weft_arena *keep,
                                   weft_sql_kind kind,
                                   const weft_sql_expr *const *args,
                                   size_t count);
/* JSON_PATH. `type` says what is wanted: JSON (or 0) the JSON text; TEXT the text of a string, BIG_NUMBER the digits of
 * a number, and NULL when something else is there. */
const weft_sql_expr *weft_sql_path(
    weft_arena *keep, const weft_sql_expr *json, const weft_str *path, size_t path_len, weft_type type);
const weft_sql_expr *weft_sql_subselect(weft_arena *keep,
                                        weft_sql_kind kind,
                                        const weft_sql_select *select); /* EXISTS, SCALAR */

#endif
