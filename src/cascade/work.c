/* Rows gathered by table. Nothing is looked up in a store here; adding fails for want of memory and at the limit. */
#include "cascade/work.h"

#include "store/store.h"

weft_str weft_cascade_change_name(weft_cascade_change change)
{
    static const char *const names[] = {[WEFT_CASCADE_MARK] = "mark",
                                        [WEFT_CASCADE_REMOVE] = "remove",
                                        [WEFT_CASCADE_CLEAR] = "clear",
                                        [WEFT_CASCADE_TAKE] = "mark",
                                        [WEFT_CASCADE_GONE] = "gone"};
    return weft_str_from(names[change]);
}

weft_code weft_cascade_work_init(
    weft_cascade_work *work, const weft_catalog *catalog, size_t rows_max, weft_arena *keep, weft_error *error)
{
    *work = (weft_cascade_work){.catalog = catalog, .keep = keep, .rows_max = rows_max};
    work->tables = WEFT_ARENA_ARRAY(keep, weft_cascade_table, catalog->model_count);
    if (!work->tables) {
        return weft_fail_arena(error, keep);
    }
    for (size_t i = 0; i < catalog->model_count; i++) {
        work->tables[i].model = catalog->models[i];
        weft_map_init(&work->tables[i].map, keep);
    }
    return WEFT_OK;
}

/* The map gives back what was put in as const; the row itself is the work's own. */
static weft_cascade_row *row_in_map(const weft_map *map, weft_str key_text)
{
    const union {
        const void *kept;
        weft_cascade_row *row;
    } found = {.kept = weft_map_get(map, key_text)};
    return found.row;
}

weft_cascade_row *weft_cascade_find(const weft_cascade_work *work, const weft_model *model, const weft_value *keys)
{
    const weft_arena_mark mark = weft_arena_mark_here(work->keep);
    const weft_str text = weft_cascade_key_text(keys, model->key_count, work->keep);
    weft_cascade_row *row = text.data ? row_in_map(&weft_cascade_table_of(work, model)->map, text) : NULL;
    weft_arena_rewind(work->keep, mark);
    return row;
}

static const weft_value *copy_values(weft_arena *keep, const weft_value *values, size_t count)
{
    weft_value *copy = WEFT_ARENA_ARRAY(keep, weft_value, count);
    for (size_t i = 0; copy && i < count; i++) {
        if (!weft_value_copy(keep, values[i], &copy[i])) {
            return NULL;
        }
    }
    return copy;
}

static void hang_in_tree(weft_cascade_row *row)
{
    weft_cascade_row *parent = row->parent;
    if (!parent || row->ends) {
        return;
    }
    if (parent->last_child) {
        parent->last_child->next_sibling = row;
    } else {
        parent->first_child = row;
    }
    parent->last_child = row;
}

static weft_code check_addition(const weft_cascade_work *work, const weft_model *model, weft_error *error)
{
    if (!model->is_managed && !model->link) {
        return weft_fail(error,
                         WEFT_UNSUPPORTED,
                         model->is_served ? "cannot delete records of \"%.*s\": callbacks serve them to be read"
                                          : "cannot delete records of \"%.*s\": its table is not managed by weft",
                         WEFT_STR_ARG(model->name));
    }
    if (work->rows_max > 0 && work->row_count >= work->rows_max) {
        const weft_code code =
            weft_fail(error, WEFT_LIMIT_EXCEEDED, "the deletion would touch more than %zu rows", work->rows_max);
        weft_error_set_detail(error, "The limit is records_max. Nothing was deleted.");
        weft_error_set_hint(error, "Look at the definitions' cascades, or allow more with --max (over HTTP: ?max=N).");
        return code;
    }
    return WEFT_OK;
}

/* Rows that point at it are looked for. */
static weft_code note_removal(weft_cascade_work *work, weft_cascade_row *row, weft_error *error)
{
    weft_cascade_table *table = weft_cascade_table_of(work, row->model);
    return weft_vec_push(work->keep, &table->removals, row) ? WEFT_OK : weft_fail_arena(error, work->keep);
}

static weft_code add_new(weft_cascade_work *work,
                         const weft_cascade_addition *addition,
                         weft_str key_text,
                         weft_cascade_row **ret_row,
                         weft_error *error)
{
    const weft_model *model = addition->model;
    weft_cascade_table *table = weft_cascade_table_of(work, model);
    const bool is_gone = addition->change == WEFT_CASCADE_GONE;
    if (!is_gone) {
        WEFT_TRY(check_addition(work, model, error));
    }
    weft_cascade_row *row = WEFT_ARENA_NEW(work->keep, weft_cascade_row);
    const weft_value *keys = copy_values(work->keep, addition->keys, model->key_count);
    const weft_value *ends = addition->ends ? copy_values(work->keep, addition->ends, 2) : NULL;
    if (!row || !keys || (addition->ends && !ends)) {
        return weft_fail_arena(error, work->keep);
    }
    *row = (weft_cascade_row){.model = model,
                              .keys = keys,
                              .key_text = key_text,
                              .change = addition->change,
                              .was_deleted = addition->was_deleted,
                              .ends = ends,
                              .via = addition->via,
                              .parent = addition->parent};
    if (!weft_map_set(&table->map, key_text, row) || !weft_vec_push(work->keep, &table->rows, row)) {
        return weft_fail_arena(error, work->keep);
    }
    hang_in_tree(row);
    work->row_count += is_gone ? 0 : 1;
    *ret_row = row;
    return addition->change == WEFT_CASCADE_REMOVE || addition->is_absent ? note_removal(work, row, error) : WEFT_OK;
}

weft_code weft_cascade_add(weft_cascade_work *work,
                           const weft_cascade_addition *addition,
                           weft_cascade_row **ret_row,
                           weft_error *error)
{
    const weft_model *model = addition->model;
    const weft_str text = weft_cascade_key_text(addition->keys, model->key_count, work->keep);
    if (!text.data) {
        return weft_fail_arena(error, work->keep);
    }
    weft_cascade_row *row = row_in_map(&weft_cascade_table_of(work, model)->map, text);
    if (!row) {
        WEFT_TRY(add_new(work, addition, text, &row, error));
    } else if (addition->change == WEFT_CASCADE_REMOVE &&
               (row->change == WEFT_CASCADE_MARK || row->change == WEFT_CASCADE_TAKE)) {
        row->change = WEFT_CASCADE_REMOVE;
        WEFT_TRY(note_removal(work, row, error));
    }
    if (ret_row) {
        *ret_row = row;
    }
    return WEFT_OK;
}

weft_code weft_cascade_add_clear(weft_cascade_work *work,
                                 const weft_field *field,
                                 const weft_value *keys,
                                 const weft_value *before,
                                 weft_error *error)
{
    const weft_model *model = field->model;
    weft_cascade_clear clear = {.keys = copy_values(work->keep, keys, model->key_count), .field = field};
    WEFT_TRY(check_addition(work, model, error));
    clear.key_text = weft_cascade_key_text(keys, model->key_count, work->keep);
    if (!clear.keys || !clear.key_text.data || !weft_value_copy(work->keep, *before, &clear.before) ||
        !weft_vec_push(work->keep, &weft_cascade_table_of(work, model)->clears, clear)) {
        return weft_fail_arena(error, work->keep);
    }
    work->row_count++;
    return WEFT_OK;
}

bool weft_cascade_work_touches(const weft_cascade_work *work, const weft_store_def *store)
{
    for (size_t i = 0; i < work->catalog->model_count; i++) {
        const weft_cascade_table *table = &work->tables[i];
        if (table->model->store == store && (table->rows.count > 0 || table->clears.count > 0)) {
            return true;
        }
    }
    return false;
}

const weft_model *weft_cascade_model_of_table(const weft_catalog *catalog, const weft_store_def *store, weft_str table)
{
    for (size_t i = 0; i < catalog->model_count; i++) {
        const weft_model *model = catalog->models[i];
        if (model->store == store && weft_str_equal(model->table, table)) {
            return model;
        }
    }
    return NULL;
}
