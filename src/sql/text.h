/* Statement text being written: the buffer, the parameters bound so far and the dialect. Private to sql/. */
#ifndef WEFT_SQL_TEXT_H
#define WEFT_SQL_TEXT_H

#include "base/vec.h"
#include "sql/render.h"

/* Trees are bounded by the limits on a request's depth; anything deeper is a defect. */
#define WEFT_SQL_DEPTH_MAX 4096

typedef struct weft_sql_text {
    const weft_dialect *dialect;
    weft_arena *keep;
    weft_buf sql;
    WEFT_VEC(weft_param) params;
    const weft_bulk *bulk; /* takes the first places; NULL: none */
    bool bulk_is_joined;   /* it is a table of the statement, whose columns are called bulk.c0 … */
    weft_str table;        /* qualifies columns without an alias where a bare name could mean two tables; or empty */
    size_t depth;
    bool has_failed; /* out of memory, beside sql.failed */
} weft_sql_text;

void weft_sql_text_init(weft_sql_text *text, const weft_dialect *dialect, const weft_bulk *bulk, weft_arena *keep);
/* Fill the statement from what was written. */
weft_code weft_sql_text_finish(weft_sql_text *text,
                               const weft_sql_output *outputs,
                               size_t output_count,
                               weft_statement *ret_statement,
                               weft_error *error);

void weft_sql_add_expr(weft_sql_text *text, const weft_sql_expr *expr);
void weft_sql_add_outputs(weft_sql_text *text, const weft_sql_output *outputs, size_t count);
void weft_sql_add_select(weft_sql_text *text, const weft_sql_select *select);
/* The bulk becomes a table of the statement where the dialect has a way. */
void weft_sql_join_bulk(weft_sql_text *text);
/* `unnest($1::text[], …) AS bulk(c0, …)` or `weft_bulk(?1) AS bulk` */
void weft_sql_add_bulk(weft_sql_text *text);
/* Places that the bulk takes. */
size_t weft_sql_bulk_places(const weft_sql_text *text);
/* The placeholder of a new parameter. */
void weft_sql_add_param(weft_sql_text *text, weft_param param);
void weft_sql_add_placeholder(weft_sql_text *text, size_t place);
void weft_sql_add_cast(weft_sql_text *text, weft_value_kind kind);
void weft_sql_add_json_path(weft_sql_text *text, const weft_sql_expr *expr);
/* An expression as something to order by: bytewise (or as a number), whatever its column's own type and collation. */
void weft_sql_add_ordered(weft_sql_text *text, const weft_sql_expr *expr);
/* True where the expression is a uuid of the database's own: it orders as its text does, and has no collation. */
bool weft_sql_is_uuid(const weft_sql_text *text, const weft_sql_expr *expr);
/* Equality and lists of a column whose type weft would not have chosen; false when it is as any other. */
bool weft_sql_add_native_comparison(weft_sql_text *text, const weft_sql_expr *expr, const char *infix);
bool weft_sql_add_native_list(weft_sql_text *text, const weft_sql_expr *expr);
/* The type of a column, in quotes: "public"."citext". */
void weft_sql_add_type_name(weft_sql_text *text, weft_str name);
/* The cast behind a column that is read as something else than it is. */
void weft_sql_add_native_cast(weft_sql_text *text, const weft_sql_expr *expr);
/* The expression as text, where its type has no order or pattern of texts. */
void weft_sql_add_as_text(weft_sql_text *text, const weft_sql_expr *expr);
/* Bytewise (or numeric) collation for comparing and ordering values of `type`. */
void weft_sql_add_collation(weft_sql_text *text, weft_type type);

#endif
