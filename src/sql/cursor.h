/* The condition a cursor makes. Private to sql/. */
#ifndef WEFT_SQL_CURSOR_H
#define WEFT_SQL_CURSOR_H

#include "sql/ast.h"

/* Records behind the cursor of `selection` (which has one), as the request reads on from it, on the table at `alias`.
 * NULL when out of memory. */
const weft_sql_expr *weft_sql_cursor(const weft_selection *selection,
                                     weft_str alias,
                                     const weft_row_scope *rows,
                                     weft_arena *keep);

#endif
