/* Conditions on one field. Private to sql/. */
#ifndef WEFT_SQL_COMPARE_H
#define WEFT_SQL_COMPARE_H

#include "sql/ast.h"

/* A COMPARE filter as an expression on the table at `alias`, TRUE or NULL or FALSE; NULL when out of memory. */
const weft_sql_expr *weft_sql_compare(const weft_filter *filter, weft_str alias, weft_arena *keep);
/* The same of a JSON field, or of what a path below one leads to. */
const weft_sql_expr *weft_sql_compare_json(const weft_filter *filter, const weft_sql_expr *json, weft_arena *keep);

/* `%text%` with LIKE's own characters escaped; `.data` NULL when out of memory. */
weft_str weft_sql_substring_pattern(weft_str text, weft_arena *keep);
/* The kind of AST node an ordering operator is; 0 for another operator. */
weft_sql_kind weft_sql_ordering_kind(weft_operator op);
/* `args[0] IN values` where NULL among the values means a null field, negated when `is_negated`. */
const weft_sql_expr *weft_sql_in(const weft_sql_expr *column,
                                 const weft_value *values,
                                 size_t count,
                                 weft_value_kind kind,
                                 bool is_negated,
                                 weft_arena *keep);

#endif
