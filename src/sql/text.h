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
/* `unnest($1::text[], …) AS bulk(c0, …)` */
void weft_sql_add_unnest(weft_sql_text *text);
/* The placeholder of a new parameter. */
void weft_sql_add_param(weft_sql_text *text, weft_param param);
void weft_sql_add_placeholder(weft_sql_text *text, size_t place);
void weft_sql_add_cast(weft_sql_text *text, weft_value_kind kind);
void weft_sql_add_json_path(weft_sql_text *text, const weft_sql_expr *expr);
/* Bytewise (or numeric) collation for comparing and ordering values of `type`. */
void weft_sql_add_collation(weft_sql_text *text, weft_type type);

#endif
