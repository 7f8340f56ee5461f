/* From what a user wrote of one record to one typed value a field. Not for other rooms. */
#ifndef WEFT_RECORD_VALUES_H
#define WEFT_RECORD_VALUES_H

#include "base/value.h"
#include "record/record.h"

/* A record about to be written. Both arrays have one entry a field of the model, in definition order. */
typedef struct weft_record_row {
    weft_value *values;
    bool *is_given;            /* false: the statement leaves the column out */
    const weft_value *written; /* what the store holds after writing; NULL until then, or when not asked for */
} weft_record_row;

/* How JSON is read into rows. */
typedef struct weft_record_input {
    weft_session *session; /* for ids and the clock */
    const weft_model *model;
    bool is_text; /* strings are read as their fields' types (CSV) */
    int64_t now_us;
    int64_t *highest; /* by field index, of autoincrement fields: the highest number so far (0: look), or, where the
                         store counts, given so far */
} weft_record_input;

/* The input of a call that begins now; numbers go on from batch to batch, so `keep` lasts as long as the call. */
weft_code weft_record_input_begin(weft_session *session,
                                  const weft_model *model,
                                  bool is_text,
                                  weft_arena *keep,
                                  weft_record_input *ret_input,
                                  weft_error *error);

/* A record to create: ids made, defaults and timestamps filled in, required values checked. Only autoincrement fields
 * may stay not given. `where` of an error is "/field". Text borrows from `json`.
 * WEFT_INVALID_REQUEST (no object, a field twice, deleted_at), WEFT_UNKNOWN_FIELD, WEFT_TYPE_MISMATCH,
 * WEFT_REQUIRED_VALUE. */
weft_code weft_record_row_create(
    const weft_record_input *input, const json_t *json, weft_arena *keep, weft_record_row *ret_row, weft_error *error);

/* The fields to change, with updated_at; the same errors, and WEFT_INVALID_REQUEST for key fields. */
weft_code weft_record_row_update(
    const weft_record_input *input, const json_t *json, weft_arena *keep, weft_record_row *ret_row, weft_error *error);

/* WEFT_UNSUPPORTED when records of the model are not weft's to write. */
weft_code weft_record_model_check(const weft_model *model, weft_error *error);

/* {"id":"…", …}: every field in definition order. */
void weft_record_write_json(const weft_model *model, const weft_value *values, weft_buf *buf);

#endif
