/* What row rules ask of a model, as an expression: each of its conditions a comparison. Fails only by running out of
 * memory. */
#include "sql/exists.h"

#include "sql/compare.h"

bool weft_sql_has_rule(const weft_row_scope *rows, const weft_model *model)
{
    return rows != NULL && weft_row_scope_of(rows, model)->access != WEFT_ROWS_OPEN;
}

const weft_sql_expr *weft_sql_exists(weft_arena *keep,
                                     weft_str alias,
                                     const weft_row_scope *rows,
                                     const weft_model *model)
{
    const weft_model_rows *of = weft_row_scope_of(rows, model);
    const weft_sql_expr **args = WEFT_ARENA_ARRAY(keep, const weft_sql_expr *, of->condition_count);
    if (of->access == WEFT_ROWS_REFUSED) {
        return weft_sql_leaf(keep, WEFT_SQL_FALSE);
    }
    for (size_t i = 0; args != NULL && i < of->condition_count; i++) {
        const weft_filter is_own = {.kind = WEFT_FILTER_COMPARE,
                                    .field = of->conditions[i].field,
                                    .op = WEFT_OP_EQ,
                                    .values = &of->conditions[i].value,
                                    .value_count = 1};
        args[i] = weft_sql_compare(&is_own, alias, keep);
    }
    return args == NULL ? NULL : weft_sql_nary(keep, WEFT_SQL_AND, args, of->condition_count);
}

const weft_sql_expr *weft_sql_and_exists(weft_arena *keep,
                                         const weft_sql_expr *condition,
                                         const weft_row_scope *rows,
                                         const weft_model *model)
{
    const weft_str no_alias = {NULL, 0};
    return weft_sql_has_rule(rows, model)
               ? weft_sql_binary(keep, WEFT_SQL_AND, condition, weft_sql_exists(keep, no_alias, rows, model))
               : condition;
}
