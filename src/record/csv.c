/* CSV records (RFC 4180) out of the reader's bytes, by a machine that sees each byte once:
 *
 *                    "                        "
 *      FIELD_START ─────▶ QUOTED ◀───────────────────────▶ QUOTE
 *        │   ▲ ▲                                             │ ,  LF  CR
 *   byte │   │ └─────────────── , ───────────────────────────┘
 *        ▼   │ ,
 *       PLAIN ─────▶ CR ▶ CARRIAGE ─ LF ▶ end of the record (LF alone ends it too)
 *
 * The bytes of a record go to reader->row without quotes and commas; cells say where each field begins and ends.
 * WEFT_INVALID_ROW: a quote inside a plain field, something else than a comma after a closing quote, a quote never
 * closed, a lone carriage return, a record with more or fewer fields than the header, bytes that are no UTF-8. */
#include "record/rows.h"

#include <string.h>

#include "base/utf8.h"

typedef struct csv_record {
    weft_csv_state state;
    uint64_t line;  /* of the first byte */
    bool is_ended;  /* its line break was read */
    bool has_bytes; /* at least one byte was read */
    bool is_quoted; /* the field being read */
    size_t from;    /* of the field being read, in reader->row */
} csv_record;

static weft_code end_field(weft_row_reader *reader, csv_record *record, weft_error *error)
{
    const weft_row_cell cell = {record->from, reader->row.len, record->is_quoted};
    if (reader->cells.count == WEFT_ROW_COLUMNS_MAX) {
        return weft_row_fail(record->line, error, "the row has too many fields");
    }
    if (!weft_vec_push(&reader->arena, &reader->cells, cell)) {
        return weft_fail_no_memory(error);
    }
    record->from = reader->row.len;
    record->is_quoted = false;
    record->state = WEFT_CSV_FIELD_START;
    return WEFT_OK;
}

/* A byte where a field is over: only a comma or a line break can stand there. */
static weft_code end_by(weft_row_reader *reader, csv_record *record, char byte, weft_error *error)
{
    if (byte == '\r') {
        record->state = WEFT_CSV_CARRIAGE;
        return WEFT_OK;
    }
    WEFT_TRY(end_field(reader, record, error));
    record->is_ended = byte == '\n';
    return WEFT_OK;
}

static bool ends_field(char byte)
{
    return byte == ',' || byte == '\n' || byte == '\r';
}

static weft_code take_quote(csv_record *record, weft_error *error)
{
    if (record->state == WEFT_CSV_PLAIN) {
        return weft_row_fail(record->line, error, "a quote stands inside a field that has no quotes around it");
    }
    record->state = record->state == WEFT_CSV_QUOTED ? WEFT_CSV_QUOTE : WEFT_CSV_QUOTED;
    return WEFT_OK;
}

/* One byte in any state but QUOTED, where weft_csv_next's loop copies whole stretches. */
static weft_code take_byte(weft_row_reader *reader, csv_record *record, char byte, weft_error *error)
{
    switch (record->state) {
    case WEFT_CSV_CARRIAGE:
        return byte == '\n' ? end_by(reader, record, byte, error)
                            : weft_row_fail(record->line, error, "a carriage return stands without a line feed");
    case WEFT_CSV_QUOTE:
        if (ends_field(byte)) {
            return end_by(reader, record, byte, error);
        }
        if (byte != '"') {
            return weft_row_fail(record->line, error, "something other than a comma stands after a closing quote");
        }
        WEFT_TRY(weft_row_reader_add(reader, &byte, 1, record->line, error));
        return take_quote(record, error);
    case WEFT_CSV_FIELD_START:
    case WEFT_CSV_PLAIN:
    case WEFT_CSV_QUOTED:
        break;
    }
    if (ends_field(byte)) {
        return end_by(reader, record, byte, error);
    }
    if (byte == '"') {
        record->is_quoted = true;
        return take_quote(record, error);
    }
    record->state = WEFT_CSV_PLAIN;
    return weft_row_reader_add(reader, &byte, 1, record->line, error);
}

/* Everything up to the next quote, counting the lines that pass. */
static weft_code take_quoted(weft_row_reader *reader, csv_record *record, weft_error *error)
{
    const char *from = reader->chunk + reader->chunk_at;
    const size_t left = reader->chunk_len - reader->chunk_at;
    const char *quote = memchr(from, '"', left);
    const size_t len = quote ? (size_t)(quote - from) : left;
    for (size_t i = 0; i < len; i++) {
        reader->line += from[i] == '\n';
    }
    WEFT_TRY(weft_row_reader_add(reader, from, len, record->line, error));
    reader->chunk_at += len;
    if (quote) {
        reader->chunk_at++;
        return take_quote(record, error);
    }
    return WEFT_OK;
}

static weft_code end_of_source(weft_row_reader *reader, csv_record *record, weft_error *error)
{
    if (record->state == WEFT_CSV_QUOTED) {
        return weft_row_fail(record->line, error, "a quote is never closed");
    }
    if (record->state == WEFT_CSV_CARRIAGE) {
        return weft_row_fail(record->line, error, "a carriage return stands without a line feed");
    }
    record->is_ended = true;
    return record->has_bytes ? end_field(reader, record, error) : WEFT_OK;
}

static weft_code take_some(weft_row_reader *reader, csv_record *record, weft_error *error)
{
    WEFT_TRY(weft_row_reader_fill(reader, error));
    if (reader->chunk_at == reader->chunk_len) {
        return end_of_source(reader, record, error);
    }
    record->has_bytes = true;
    if (record->state == WEFT_CSV_QUOTED) {
        return take_quoted(reader, record, error);
    }
    const char byte = reader->chunk[reader->chunk_at++];
    reader->line += byte == '\n';
    return take_byte(reader, record, byte, error);
}

/* One record into reader->row and reader->cells; no cells at the end of the source. */
static weft_code read_record(weft_row_reader *reader, uint64_t *ret_line, weft_error *error)
{
    csv_record record = {.line = reader->line};
    weft_buf_clear(&reader->row);
    reader->cells.count = 0;
    while (!record.is_ended) {
        WEFT_TRY(take_some(reader, &record, error));
    }
    *ret_line = record.line;
    return weft_utf8_is_valid(weft_buf_str(&reader->row)) ? WEFT_OK
                                                          : weft_row_fail(record.line, error, "the row is not UTF-8");
}

static bool is_empty_line(const weft_row_reader *reader)
{
    return reader->cells.count == 1 && reader->row.len == 0 && !reader->cells.items[0].is_quoted;
}

static weft_code read_filled_record(weft_row_reader *reader, uint64_t *ret_line, weft_error *error)
{
    do {
        WEFT_TRY(read_record(reader, ret_line, error));
    } while (is_empty_line(reader));
    return WEFT_OK;
}

static weft_str cell_text(const weft_row_reader *reader, size_t index)
{
    const weft_row_cell *cell = &reader->cells.items[index];
    return weft_str_slice(weft_buf_str(&reader->row), cell->from, cell->to);
}

static weft_code add_column(weft_row_reader *reader, weft_str name, uint64_t line, weft_error *error)
{
    if (name.len == 0 || weft_str_find(name, '\0') < name.len) {
        return weft_row_fail(line, error, "the header has a field without a name");
    }
    for (size_t i = 0; i < reader->columns.count; i++) {
        if (weft_str_equal(reader->columns.items[i], name)) {
            const weft_code code =
                weft_fail(error, WEFT_INVALID_ROW, "the header names \"%.*s\" twice", WEFT_STR_ARG(name));
            weft_error_set_where(error, "line %llu", (unsigned long long)line);
            return code;
        }
    }
    const weft_str copy = weft_str_copy(&reader->arena, name);
    return copy.data && weft_vec_push(&reader->arena, &reader->columns, copy) ? WEFT_OK : weft_fail_no_memory(error);
}

weft_code weft_csv_open(weft_row_reader *reader, weft_error *error)
{
    uint64_t line = 0;
    WEFT_TRY(read_filled_record(reader, &line, error));
    if (reader->cells.count == 0) {
        return weft_row_fail(1, error, "the header is missing");
    }
    for (size_t i = 0; i < reader->cells.count; i++) {
        WEFT_TRY(add_column(reader, cell_text(reader, i), line, error));
    }
    return WEFT_OK;
}

static weft_code set_cell(const weft_row_reader *reader, json_t *row, size_t index, weft_error *error)
{
    const weft_str text = cell_text(reader, index);
    if (text.len == 0 && !reader->cells.items[index].is_quoted) {
        return WEFT_OK;
    }
    json_t *value = json_stringn_nocheck(text.len ? text.data : "", text.len);
    return json_object_set_new_nocheck(row, reader->columns.items[index].data, value) == 0 ? WEFT_OK
                                                                                           : weft_fail_no_memory(error);
}

static weft_code fail_ragged(const weft_row_reader *reader, uint64_t line, weft_error *error)
{
    const weft_code code = weft_fail(error,
                                     WEFT_INVALID_ROW,
                                     "the row has %zu fields and the header has %zu",
                                     reader->cells.count,
                                     reader->columns.count);
    weft_error_set_where(error, "line %llu", (unsigned long long)line);
    return code;
}

static weft_code fill_row(const weft_row_reader *reader, json_t *row, weft_error *error)
{
    for (size_t i = 0; i < reader->columns.count; i++) {
        WEFT_TRY(set_cell(reader, row, i, error));
    }
    return WEFT_OK;
}

weft_code weft_csv_next(weft_row_reader *reader, json_t **ret_row, uint64_t *ret_line, weft_error *error)
{
    WEFT_TRY(read_filled_record(reader, ret_line, error));
    if (reader->cells.count == 0) {
        *ret_row = NULL;
        return WEFT_OK;
    }
    if (reader->cells.count != reader->columns.count) {
        return fail_ragged(reader, *ret_line, error);
    }
    json_t *row = json_object();
    if (!row) {
        return weft_fail_no_memory(error);
    }
    const weft_code code = fill_row(reader, row, error);
    if (code != WEFT_OK) {
        json_decref(row);
        return code;
    }
    reader->bytes += reader->row.len;
    *ret_row = row;
    return WEFT_OK;
}
