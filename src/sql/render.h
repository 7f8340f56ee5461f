/* Rendering SQL trees for one dialect into a weft_statement: text, bound values, result kinds.
 *
 * The statement and all it points to live in `keep`. List items and values are borrowed from the tree, and so are the
 * columns of a bulk. Text and decimals are compared and ordered with the dialect's bytewise (numeric) collation,
 * whatever the column's own is.
 * WEFT_NO_MEMORY is the only failure. */
#ifndef WEFT_SQL_RENDER_H
#define WEFT_SQL_RENDER_H

#include "sql/ast.h"

weft_code weft_sql_render_select(const weft_sql_select *select,
                                 const weft_dialect *dialect,
                                 weft_arena *keep,
                                 weft_statement *ret_statement,
                                 weft_error *error);
/* A select whose `where` compares BULK expressions with columns: the rows that match any row of the bulk (the bulk as a
 * first-joined unnest where bulk_is_arrays, else the statement once a bulk row). No limit and no offset; a row that
 * matches two rows of the bulk comes twice. */
weft_code weft_sql_render_select_bulk(const weft_sql_select *select,
                                      const weft_bulk *bulk,
                                      const weft_dialect *dialect,
                                      weft_arena *keep,
                                      weft_statement *ret_statement,
                                      weft_error *error);
/* `bulk` NULL when no expression is BULK; a copy of it becomes statement->bulk. */
weft_code weft_sql_render_insert(const weft_sql_insert *insert,
                                 const weft_bulk *bulk,
                                 const weft_dialect *dialect,
                                 weft_arena *keep,
                                 weft_statement *ret_statement,
                                 weft_error *error);
weft_code weft_sql_render_update(const weft_sql_update *update,
                                 const weft_bulk *bulk,
                                 const weft_dialect *dialect,
                                 weft_arena *keep,
                                 weft_statement *ret_statement,
                                 weft_error *error);
weft_code weft_sql_render_delete(const weft_sql_delete *del,
                                 const weft_bulk *bulk,
                                 const weft_dialect *dialect,
                                 weft_arena *keep,
                                 weft_statement *ret_statement,
                                 weft_error *error);

/* Append `name` quoted as an identifier: "na""me". */
void weft_sql_add_name(weft_buf *buf, weft_str name);
/* Append `text` as a string literal: 'it''s'. For DDL defaults and enum checks, which cannot be bound; never for user
 * values of requests. */
void weft_sql_add_literal(weft_buf *buf, weft_str text);
/* A default value as a DDL literal. */
void weft_sql_add_value_literal(weft_buf *buf, const weft_value *value, const weft_dialect *dialect);

#endif
