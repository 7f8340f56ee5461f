/* Row rules as conditions: which records of a table exist for a caller. */
#ifndef WEFT_SQL_EXISTS_H
#define WEFT_SQL_EXISTS_H

#include "sql/ast.h"

/* True when `rows` (NULL: every record exists) ask anything of the model's records. */
bool weft_sql_has_rule(const weft_row_scope *rows, const weft_model *model);

/* `alias.tenant_id = 'acme'`: the record exists; FALSE where the model is refused, which is said before. NULL when out
 * of memory. */
const weft_sql_expr *weft_sql_exists(weft_arena *keep,
                                     weft_str alias,
                                     const weft_row_scope *rows,
                                     const weft_model *model);

/* `condition` of a row without an alias that exists as well; itself where nothing is asked. */
const weft_sql_expr *weft_sql_and_exists(weft_arena *keep,
                                         const weft_sql_expr *condition,
                                         const weft_row_scope *rows,
                                         const weft_model *model);

#endif
