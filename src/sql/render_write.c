/* INSERT, UPDATE and DELETE as text.
 *
 * A bulk of rows is one statement: where the dialect binds arrays they are unnested into `bulk`, and elsewhere an
 * INSERT that gives no rows back reads `bulk` as a table, and others run once a row with its values in the first
 * places. WEFT_NO_MEMORY is the only failure. */
#include "sql/text.h"

static void add(weft_sql_text *text, const char *sql)
{
    weft_buf_add_text(&text->sql, sql);
}

static void add_names(weft_sql_text *text, const weft_str *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add(text, i > 0 ? ", " : "");
        weft_sql_add_name(&text->sql, names[i]);
    }
}

static void add_assignments(weft_sql_text *text, const weft_sql_assignment *assignments, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add(text, i > 0 ? ", " : "");
        weft_sql_add_name(&text->sql, assignments[i].column);
        add(text, " = ");
        weft_sql_add_expr(text, assignments[i].expr);
    }
}

static void add_where(weft_sql_text *text, const weft_sql_expr *where)
{
    if (where != NULL) {
        add(text, " WHERE ");
        weft_sql_add_expr(text, where);
    }
}

static void add_returning(weft_sql_text *text, const weft_sql_output *outputs, size_t count)
{
    if (count > 0) {
        add(text, " RETURNING ");
        weft_sql_add_outputs(text, outputs, count);
    }
}

static void add_inserted(weft_sql_text *text, const weft_sql_insert *insert)
{
    add(text, text->bulk_is_joined ? " SELECT " : " VALUES (");
    for (size_t i = 0; i < insert->column_count; i++) {
        add(text, i > 0 ? ", " : "");
        weft_sql_add_expr(text, insert->columns[i].expr);
    }
    if (text->bulk_is_joined) {
        add(text, " FROM ");
        weft_sql_add_bulk(text);
    } else {
        add(text, ")");
    }
}

/* Inside DO UPDATE a bare column could mean the table's or the excluded row's, so it is qualified. */
static void add_conflict(weft_sql_text *text, const weft_sql_insert *insert)
{
    if (insert->conflict_column_count == 0) {
        return;
    }
    /* Without WHERE a parser may take ON for that of a join. */
    add(text, text->bulk_is_joined && !text->dialect->bulk_is_arrays ? " WHERE TRUE ON CONFLICT (" : " ON CONFLICT (");
    add_names(text, insert->conflict_columns, insert->conflict_column_count);
    add(text, insert->update_count > 0 ? ") DO UPDATE SET " : ") DO NOTHING");
    if (insert->update_count > 0) {
        text->table = insert->table;
        add_assignments(text, insert->updates, insert->update_count);
        add_where(text, insert->update_where);
        text->table = (weft_str){0};
    }
}

weft_code weft_sql_render_insert(const weft_sql_insert *insert,
                                 const weft_bulk *bulk,
                                 const weft_dialect *dialect,
                                 weft_arena *keep,
                                 weft_statement *ret_statement,
                                 weft_error *error)
{
    weft_sql_text text;
    weft_sql_text_init(&text, dialect, bulk, keep);
    if (insert->returning_count == 0) {
        weft_sql_join_bulk(&text);
    }
    /* A statement that fails dooms its transaction, so that SQLite need not keep what it would take back the rows of
     * this one statement with: a copy of every page it touches. */
    add(&text, text.bulk_is_joined && !dialect->bulk_is_arrays ? "INSERT OR FAIL INTO " : "INSERT INTO ");
    weft_sql_add_name(&text.sql, insert->table);
    add(&text, " (");
    for (size_t i = 0; i < insert->column_count; i++) {
        add(&text, i > 0 ? ", " : "");
        weft_sql_add_name(&text.sql, insert->columns[i].column);
    }
    add(&text, ")");
    add_inserted(&text, insert);
    add_conflict(&text, insert);
    add_returning(&text, insert->returning, insert->returning_count);
    return weft_sql_text_finish(&text, insert->returning, insert->returning_count, ret_statement, error);
}

weft_code weft_sql_render_update(const weft_sql_update *update,
                                 const weft_bulk *bulk,
                                 const weft_dialect *dialect,
                                 weft_arena *keep,
                                 weft_statement *ret_statement,
                                 weft_error *error)
{
    weft_sql_text text;
    weft_sql_text_init(&text, dialect, bulk, keep);
    add(&text, "UPDATE ");
    weft_sql_add_name(&text.sql, update->table);
    add(&text, " SET ");
    if (text.bulk_is_joined) {
        text.table = update->table;
    }
    add_assignments(&text, update->assignments, update->assignment_count);
    if (text.bulk_is_joined) {
        add(&text, " FROM ");
        weft_sql_add_bulk(&text);
    }
    add_where(&text, update->where);
    add_returning(&text, update->returning, update->returning_count);
    return weft_sql_text_finish(&text, update->returning, update->returning_count, ret_statement, error);
}

weft_code weft_sql_render_delete(const weft_sql_delete *del,
                                 const weft_bulk *bulk,
                                 const weft_dialect *dialect,
                                 weft_arena *keep,
                                 weft_statement *ret_statement,
                                 weft_error *error)
{
    weft_sql_text text;
    weft_sql_text_init(&text, dialect, bulk, keep);
    add(&text, "DELETE FROM ");
    weft_sql_add_name(&text.sql, del->table);
    if (text.bulk_is_joined) {
        text.table = del->table;
        add(&text, " USING ");
        weft_sql_add_bulk(&text);
    }
    add_where(&text, del->where);
    add_returning(&text, del->returning, del->returning_count);
    return weft_sql_text_finish(&text, del->returning, del->returning_count, ret_statement, error);
}
