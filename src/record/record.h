/* Records: create, update, import. Reading them is the graph query's work. Spec §5.
 *
 * Every function works inside the given WRITE session and leaves committing to its caller. Values are checked against
 * the fields (WEFT_TYPE_MISMATCH, WEFT_REQUIRED_VALUE, WEFT_UNKNOWN_FIELD with `where` a JSON Pointer); what the
 * database refuses comes back as WEFT_UNIQUE_VIOLATION, WEFT_CHECK_VIOLATION or WEFT_STORE_ERROR. */
#ifndef WEFT_RECORD_RECORD_H
#define WEFT_RECORD_RECORD_H

#include "model/operand.h"
#include "sql/step.h"
#include "store/session.h"
#include "json/canonical.h"

/* Create one record (`json` an object) or many (an array of objects; all or nothing, one statement a shape and batch).
 * Missing ids are made, defaults filled in, timestamps set. Appends to `ret_json` the created record, or the array of
 * them, with every field in definition order. WEFT_UNSUPPORTED: the model is not managed. */
weft_code weft_record_create(weft_session *session,
                             const weft_model *model,
                             const json_t *json,
                             weft_arena *scratch,
                             weft_buf *ret_json,
                             weft_error *error);

/* Change fields of the live record with this key (composite keys: a JSON array). `json` is an object without key
 * fields; updated_at is set. Appends the record as it is now. WEFT_NOT_FOUND. */
weft_code weft_record_update(weft_session *session,
                             const weft_model *model,
                             weft_str key,
                             const json_t *json,
                             weft_arena *scratch,
                             weft_buf *ret_json,
                             weft_error *error);

typedef enum weft_import_format { WEFT_IMPORT_NDJSON = 1, WEFT_IMPORT_CSV } weft_import_format;

/* Where an import reads from: fill `data` with at most `size` bytes, 0 at the end. */
typedef struct weft_source {
    weft_code (*read)(void *ctx, char *data, size_t size, size_t *ret_len, weft_error *error);
    void *ctx;
} weft_source;

/* Rows out of a source: NDJSON lines, or CSV records (RFC 4180: quotes, doubled quotes, line breaks inside quotes, LF
 * or CRLF; the first record is the header). Rows come as JSON objects, so that one path creates them; CSV values are
 * text that weft_operand_read_text reads. A CSV field without quotes that is empty is left out (`""` is empty text). A
 * byte order mark and empty lines are skipped. One row is at most WEFT_ROW_BYTES_MAX. */
#define WEFT_ROW_BYTES_MAX    ((size_t)16 << 20)
#define WEFT_ROW_COLUMNS_MAX  ((size_t)10000)
#define WEFT_IMPORT_ROWS_MAX  ((size_t)1000)    /* of one batch of an import */
#define WEFT_IMPORT_BYTES_MAX ((size_t)8 << 20) /* read before a batch is written, whatever its rows */

typedef struct weft_row_reader weft_row_reader;

/* Reads the header of CSV. WEFT_INVALID_ROW (broken or doubled header names), WEFT_NO_MEMORY, and what the source
 * fails with. */
weft_code weft_row_reader_open(weft_source source,
                               weft_import_format format,
                               const weft_allocator *allocator,
                               weft_row_reader **ret_reader,
                               weft_error *error);
/* *ret_row NULL at the end; the caller owns the row. `ret_line` is the row's first line, 1-based. WEFT_INVALID_ROW has
 * "line N" in `where`. */
weft_code weft_row_reader_next(weft_row_reader *reader, json_t **ret_row, uint64_t *ret_line, weft_error *error);
/* The names in the header, *ret_count of them; none for NDJSON. */
const weft_str *weft_row_reader_columns(const weft_row_reader *reader, size_t *ret_count);
/* True when the values of the rows are text to be read as their fields' types (CSV). */
bool weft_row_reader_is_text(const weft_row_reader *reader);
/* Bytes of the rows given out so far. */
uint64_t weft_row_reader_bytes(const weft_row_reader *reader);
/* NULL is fine. */
void weft_row_reader_close(weft_row_reader *reader);

/* Import every row in one transaction, in batches: all or nothing. An error's `where` is "line N" (and the field).
 * `ret_count` rows were created. Progress reaches the observer of the session's connection every batch. */
weft_code weft_record_import(weft_session *session,
                             const weft_model *model,
                             weft_row_reader *reader,
                             weft_arena *scratch,
                             uint64_t *ret_count,
                             weft_error *error);

#endif
