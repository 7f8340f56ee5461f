/* What a deletion came to, by its home store's journal alone: the rows it changed there are written down one by one,
 * and the work of the other stores stands in its row, done or not. Fails as the store does. */
#include "cascade/steps.h"

static weft_code mark_rows(weft_cascade_run *run, bool *is_touched, weft_error *error)
{
    const weft_deletion *home = &run->home;
    weft_connection *connection = NULL;
    weft_deletion_rows rows = {0};
    WEFT_TRY(weft_session_connection(run->session, home->store, &connection, error));
    WEFT_TRY(weft_deletions_read_rows(connection, home, home->store, run->scratch, &rows, error));
    for (size_t i = 0; i < rows.count; i++) {
        const weft_model *model = weft_cascade_model_of_table(run->catalog, home->store, rows.items[i].table);
        if (!model) {
            return weft_cascade_fail_unknown(rows.items[i].table, (weft_str){0}, error);
        }
        is_touched[model->index] = true;
    }
    return WEFT_OK;
}

static weft_code mark_work(weft_cascade_run *run, bool *is_touched, weft_error *error)
{
    weft_cascade_work work = {0};
    WEFT_TRY(weft_cascade_work_init(&work, run->catalog, 0, run->scratch, error));
    WEFT_TRY(weft_cascade_work_read(&work, run->home.work, error));
    for (size_t i = 0; i < run->catalog->model_count; i++) {
        const weft_cascade_table *table = &work.tables[i];
        is_touched[i] = is_touched[i] || table->rows.count > 0 || table->clears.count > 0;
    }
    return WEFT_OK;
}

weft_code weft_cascade_touched(const weft_catalog *catalog,
                               weft_str id,
                               weft_session *session,
                               weft_arena *scratch,
                               bool *is_touched,
                               weft_error *error)
{
    weft_cascade_run run = {.catalog = catalog, .session = session, .scratch = scratch};
    WEFT_TRY(id.len > 0 ? weft_cascade_find_home(&run, id, error)
                        : weft_fail(error, WEFT_NOT_FOUND, "a deletion must be named"));
    WEFT_TRY(mark_rows(&run, is_touched, error));
    return run.home.work.len > 0 ? mark_work(&run, is_touched, error) : WEFT_OK;
}
