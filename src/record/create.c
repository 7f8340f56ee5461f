/* Create one record or many: JSON objects become rows, rows become one bulk INSERT a batch, what the store answers
 * becomes JSON in the order of the input. Fails as record/values.h and record/insert.h say, `where` being a JSON
 * Pointer into what was given. */
#include "record/insert.h"

typedef struct create_work {
    weft_record_input input;
    const json_t *json;
    bool is_array;
    weft_arena *scratch;
} create_work;

static const json_t *item_at(const create_work *work, size_t index)
{
    return work->is_array ? json_array_get(work->json, index) : work->json;
}

/* A single record is addressed by its fields alone, one of an array by its place first. */
static void set_place(const create_work *work, size_t index, weft_error *error)
{
    if (work->is_array) {
        weft_error_prefix_where(error, "/%zu", index);
    }
}

static weft_code create_batch(create_work *work, size_t from, weft_record_row *rows, size_t count, weft_error *error)
{
    for (size_t i = 0; i < count; i++) {
        const weft_code code =
            weft_record_row_create(&work->input, item_at(work, from + i), work->scratch, &rows[i], error);
        if (code != WEFT_OK) {
            set_place(work, from + i, error);
            return code;
        }
    }
    size_t failed = 0;
    const weft_code code = weft_record_insert(&work->input, rows, count, true, work->scratch, &failed, error);
    if (code != WEFT_OK && failed != WEFT_RECORD_ROW_UNKNOWN) {
        set_place(work, from + failed, error);
    }
    return code;
}

static weft_code create_all(create_work *work, size_t count, weft_buf *buf, weft_error *error)
{
    weft_record_row *rows = WEFT_ARENA_ARRAY(work->scratch, weft_record_row, WEFT_IMPORT_ROWS_MAX);
    if (!rows) {
        return weft_fail_arena(error, work->scratch);
    }
    for (size_t from = 0; from < count; from += WEFT_IMPORT_ROWS_MAX) {
        const size_t len = count - from < WEFT_IMPORT_ROWS_MAX ? count - from : WEFT_IMPORT_ROWS_MAX;
        WEFT_TRY(create_batch(work, from, rows, len, error));
        for (size_t i = 0; i < len; i++) {
            weft_buf_add_text(buf, from + i > 0 ? "," : "");
            weft_record_write_json(work->input.model, rows[i].written, buf);
        }
    }
    return WEFT_OK;
}

weft_code weft_record_create(weft_session *session,
                             const weft_model *model,
                             const json_t *json,
                             weft_arena *scratch,
                             weft_buf *ret_json,
                             weft_error *error)
{
    WEFT_TRY(weft_record_model_check(model, error));
    WEFT_TRY(weft_row_scope_check_change(session->rows, model, error));
    create_work work = {.json = json, .is_array = json_is_array(json), .scratch = scratch};
    WEFT_TRY(weft_record_input_begin(session, model, false, scratch, &work.input, error));
    const size_t len = ret_json->len;
    weft_buf_add_text(ret_json, work.is_array ? "[" : "");
    const weft_code code = create_all(&work, work.is_array ? json_array_size(json) : 1, ret_json, error);
    if (code != WEFT_OK) {
        weft_buf_truncate(ret_json, len);
        return code;
    }
    weft_buf_add_text(ret_json, work.is_array ? "]" : "");
    return ret_json->failed ? weft_fail_no_memory(error) : WEFT_OK;
}
