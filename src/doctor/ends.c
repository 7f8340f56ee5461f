/* The records at the ends of rows: one statement a side, by the list of their keys. Fails as the store does. */
#include <errno.h>
#include <stdlib.h>

#include "doctor/rows.h"

/* A key and how its record is. */
typedef struct end {
    weft_value key;
    weft_end_state state;
} end;

typedef struct ends {
    const weft_link_side *side;
    end *items; /* by key, no doubles */
    size_t count;
} ends;

static int compare_ends(const void *a, const void *b)
{
    return weft_value_compare(&((const end *)a)->key, &((const end *)b)->key);
}

/* A link's column may keep a number as text. */
bool weft_doctor_end_key(const weft_link_side *side, const weft_value *column, weft_value *ret_key)
{
    if (column->kind == WEFT_VALUE_NULL) {
        return false;
    }
    if (column->kind != WEFT_VALUE_TEXT || weft_type_value_kind(side->key->type) != WEFT_VALUE_INTEGER) {
        *ret_key = *column;
        return true;
    }
    char text[32];
    const weft_str digits = column->as.text;
    if (digits.len == 0 || digits.len >= sizeof(text)) {
        return false;
    }
    for (size_t i = 0; i < digits.len; i++) {
        text[i] = digits.data[i];
    }
    text[digits.len] = '\0';
    char *stop = NULL;
    errno = 0;
    const long long number = strtoll(text, &stop, 10);
    *ret_key = (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = number};
    return errno == 0 && *stop == '\0';
}

static const weft_value *column_of(const weft_doctor_row *row, size_t at)
{
    return at == 0 ? &row->left : &row->right;
}

static weft_code gather(
    const weft_link_side *side, size_t at, const weft_doctor_rows *rows, weft_arena *scratch, ends *ret_ends)
{
    ends gathered = {.side = side, .items = WEFT_ARENA_ARRAY(scratch, end, rows->count)};
    if (!gathered.items) {
        return WEFT_NO_MEMORY;
    }
    for (size_t i = 0; i < rows->count; i++) {
        end *next = &gathered.items[gathered.count];
        next->state = WEFT_END_MISSING;
        gathered.count += weft_doctor_end_key(side, column_of(&rows->items[i], at), &next->key);
    }
    if (gathered.count > 1) {
        qsort(gathered.items, gathered.count, sizeof(end), compare_ends);
    }
    size_t kept = 0;
    for (size_t i = 0; i < gathered.count; i++) {
        if (kept == 0 || compare_ends(&gathered.items[kept - 1], &gathered.items[i]) != 0) {
            gathered.items[kept++] = gathered.items[i];
        }
    }
    gathered.count = kept;
    *ret_ends = gathered;
    return WEFT_OK;
}

static end *find(const ends *known, const weft_value *key)
{
    const end wanted = {.key = *key};
    return known->count ? bsearch(&wanted, known->items, known->count, sizeof(end), compare_ends) : NULL;
}

static weft_code make_select(const ends *known,
                             bool locks,
                             const weft_dialect *dialect,
                             weft_arena *scratch,
                             weft_statement *ret_statement,
                             weft_error *error)
{
    const weft_link_side *side = known->side;
    const weft_model *model = side->model;
    const weft_value_kind kind = weft_type_value_kind(side->key->type);
    weft_value *keys = WEFT_ARENA_ARRAY(scratch, weft_value, known->count);
    weft_sql_output outputs[2] = {{weft_sql_field(scratch, (weft_str){0}, side->key), kind}};
    const bool is_soft = model->deleted_at != NULL;
    if (is_soft) {
        outputs[1] = (weft_sql_output){weft_sql_field(scratch, (weft_str){0}, model->deleted_at), WEFT_VALUE_TIME};
    }
    if (!keys || !outputs[0].expr || (is_soft && !outputs[1].expr)) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < known->count; i++) {
        keys[i] = known->items[i].key;
    }
    const weft_sql_order order = {outputs[0].expr, false};
    const weft_sql_select select = {
        .outputs = outputs,
        .output_count = is_soft ? 2 : 1,
        .schema = model->schema,
        .table = model->table,
        .where = weft_sql_binary(
            scratch, WEFT_SQL_IN_LIST, outputs[0].expr, weft_sql_list(scratch, keys, known->count, kind)),
        .order = &order,
        .order_count = locks && dialect->has_row_locks ? 1 : 0,
        .lock_shared = locks};
    return select.where ? weft_sql_render_select(&select, dialect, scratch, ret_statement, error)
                        : weft_fail_arena(error, scratch);
}

static weft_code run(weft_connection *connection, const weft_statement *statement, ends *known, weft_error *error)
{
    weft_rows *rows = NULL;
    const weft_value *values = NULL;
    WEFT_TRY(weft_connection_run(connection, statement, 1, &rows, error));
    weft_code code = weft_rows_next(rows, &values, error);
    while (code == WEFT_OK && values) {
        end *met = find(known, &values[0]);
        if (met) {
            const bool is_deleted = statement->column_count > 1 && values[1].kind != WEFT_VALUE_NULL;
            met->state = is_deleted ? WEFT_END_DELETED : WEFT_END_LIVE;
        }
        code = weft_rows_next(rows, &values, error);
    }
    weft_rows_close(rows);
    return code;
}

static weft_code look_at_side(weft_session *session, bool locks, ends *known, weft_arena *scratch, weft_error *error)
{
    weft_connection *connection = NULL;
    weft_statement statement = {0};
    if (known->count == 0) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_session_connection(session, known->side->model->store, &connection, error));
    const weft_dialect *dialect = weft_connection_dialect(connection);
    WEFT_TRY(make_select(known, locks, dialect, scratch, &statement, error));
    return run(connection, &statement, known, error);
}

static void pass_as_live(weft_doctor_rows *rows, size_t at)
{
    for (size_t i = 0; i < rows->count; i++) {
        rows->items[i].ends[at] = WEFT_END_LIVE;
    }
}

weft_code weft_doctor_ends_look(weft_examination *examination,
                                weft_session *session,
                                const weft_link *link,
                                bool locks,
                                weft_doctor_rows *rows,
                                weft_error *error)
{
    weft_arena *scratch = &examination->page;
    for (size_t at = 0; rows->count > 0 && at < 2; at++) {
        const weft_link_side *side = weft_doctor_side(link, at);
        const weft_link_side *other = weft_doctor_side(link, 1 - at);
        ends known = {0};
        /* Where the record's going keeps the row, a dead end is what was declared, and no damage. */
        if (other->on_delete == WEFT_ON_DELETE_KEEP || examination->is_away[side->model->store->index]) {
            pass_as_live(rows, at);
            continue;
        }
        if (gather(side, at, rows, scratch, &known) != WEFT_OK) {
            return weft_fail_arena(error, scratch);
        }
        WEFT_TRY(look_at_side(session, locks, &known, scratch, error));
        for (size_t i = 0; i < rows->count; i++) {
            weft_value key = {0};
            const bool is_key = weft_doctor_end_key(side, column_of(&rows->items[i], at), &key);
            const end *met = is_key ? find(&known, &key) : NULL;
            rows->items[i].ends[at] = met ? met->state : WEFT_END_MISSING;
        }
    }
    return WEFT_OK;
}
