/* Import: rows of a reader, created in batches inside the caller's transaction. Memory holds one batch: at most
 * WEFT_IMPORT_ROWS_MAX rows, and a batch is written as soon as its rows came to WEFT_IMPORT_BYTES_MAX. An error's
 * `where` begins with the line. */
#include "record/insert.h"

typedef struct import_work {
    weft_record_input input;
    weft_row_reader *reader;
    weft_arena *scratch;
    json_t *json[WEFT_IMPORT_ROWS_MAX]; /* of the batch; values borrow their text */
    uint64_t lines[WEFT_IMPORT_ROWS_MAX];
    weft_record_row rows[WEFT_IMPORT_ROWS_MAX];
    size_t count;  /* of the batch */
    uint64_t done; /* rows written */
    bool is_ended;
} import_work;

static void set_line(uint64_t line, weft_error *error)
{
    weft_error_prefix_where(error, "line %llu", (unsigned long long)line);
}

static weft_code check_columns(const import_work *work, weft_error *error)
{
    size_t count = 0;
    const weft_str *columns = weft_row_reader_columns(work->reader, &count);
    for (size_t i = 0; i < count; i++) {
        if (!weft_model_field(work->input.model, columns[i])) {
            const weft_code code = weft_fail_unknown_field(work->input.model, columns[i], error);
            weft_error_set_where(error, "line 1");
            return code;
        }
    }
    return WEFT_OK;
}

static weft_code read_batch(import_work *work, weft_error *error)
{
    const uint64_t bytes = weft_row_reader_bytes(work->reader);
    while (work->count < WEFT_IMPORT_ROWS_MAX && weft_row_reader_bytes(work->reader) - bytes < WEFT_IMPORT_BYTES_MAX) {
        const size_t at = work->count;
        WEFT_TRY(weft_row_reader_next(work->reader, &work->json[at], &work->lines[at], error));
        if (!work->json[at]) {
            work->is_ended = true;
            return WEFT_OK;
        }
        work->count++;
        const weft_code code =
            weft_record_row_create(&work->input, work->json[at], work->scratch, &work->rows[at], error);
        if (code != WEFT_OK) {
            set_line(work->lines[at], error);
            return code;
        }
    }
    return WEFT_OK;
}

/* The partner of a doubled value was not in the batch nor in the table: it came earlier in the same import, whose rows
 * are gone by now. */
static void set_lines(const import_work *work, weft_error *error)
{
    weft_error_set_where(error,
                         "lines %llu to %llu",
                         (unsigned long long)work->lines[0],
                         (unsigned long long)work->lines[work->count - 1]);
    weft_error_set_hint(error, "An earlier row of the import may have the same value.");
}

static weft_code write_batch(import_work *work, weft_error *error)
{
    size_t failed = 0;
    const weft_code code =
        weft_record_insert(&work->input, work->rows, work->count, false, work->scratch, &failed, error);
    if (code != WEFT_OK && failed != WEFT_RECORD_ROW_UNKNOWN) {
        set_line(work->lines[failed], error);
    } else if (code == WEFT_UNIQUE_VIOLATION) {
        set_lines(work, error);
    }
    return code;
}

static void drop_batch(import_work *work)
{
    for (size_t i = 0; i < work->count; i++) {
        json_decref(work->json[i]);
    }
    work->count = 0;
}

static weft_code report_progress(const import_work *work, weft_error *error)
{
    weft_connection *connection = NULL;
    WEFT_TRY(weft_session_connection(work->input.session, work->input.model->store, &connection, error));
    const weft_store_config *config = weft_connection_of(connection)->config;
    if (config->observer.notify) {
        const weft_event event = {
            .kind = WEFT_EVENT_PROGRESS, .store = work->input.model->store->name.data, .done = work->done};
        config->observer.notify(config->observer.ctx, &event);
    }
    return WEFT_OK;
}

static weft_code import_batch(import_work *work, weft_error *error)
{
    WEFT_TRY(read_batch(work, error));
    if (work->count == 0) {
        return WEFT_OK;
    }
    WEFT_TRY(write_batch(work, error));
    work->done += work->count;
    return report_progress(work, error);
}

static weft_code import_all(import_work *work, weft_error *error)
{
    WEFT_TRY(check_columns(work, error));
    while (!work->is_ended) {
        const weft_arena_mark mark = weft_arena_mark_here(work->scratch);
        const weft_code code = import_batch(work, error);
        drop_batch(work);
        weft_arena_rewind(work->scratch, mark);
        WEFT_TRY(code);
    }
    return WEFT_OK;
}

weft_code weft_record_import(weft_session *session,
                             const weft_model *model,
                             weft_row_reader *reader,
                             weft_arena *scratch,
                             uint64_t *ret_count,
                             weft_error *error)
{
    WEFT_TRY(weft_record_model_check(model, error));
    WEFT_TRY(weft_row_scope_check_change(session->rows, model, error));
    import_work *work = WEFT_ARENA_NEW(scratch, import_work);
    if (!work) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(weft_record_input_begin(session, model, weft_row_reader_is_text(reader), scratch, &work->input, error));
    work->reader = reader;
    work->scratch = scratch;
    WEFT_TRY(import_all(work, error));
    *ret_count = work->done;
    return WEFT_OK;
}
