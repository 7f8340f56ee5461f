/* Rows out of a source of bytes, one at a time: memory holds one chunk and one row, however long the file.
 *
 * NDJSON lives here (a row is a line); CSV is record/csv.c. Fails with WEFT_INVALID_ROW where a row cannot be read,
 * with whatever the source fails with, and with WEFT_NO_MEMORY. */
#include "record/rows.h"

#include <string.h>

#define WEFT_ROW_CHUNK_BYTES ((size_t)64 << 10)

static const char byte_order_mark[] = {'\xEF', '\xBB', '\xBF'};

weft_code weft_row_fail(uint64_t line, weft_error *error, const char *message)
{
    const weft_code code = weft_fail(error, WEFT_INVALID_ROW, "%s", message);
    weft_error_set_where(error, "line %llu", (unsigned long long)line);
    return code;
}

weft_code weft_row_reader_fill(weft_row_reader *reader, weft_error *error)
{
    if (reader->chunk_at < reader->chunk_len || reader->is_ended) {
        return WEFT_OK;
    }
    size_t len = 0;
    WEFT_TRY(reader->source.read(reader->source.ctx, reader->chunk, WEFT_ROW_CHUNK_BYTES, &len, error));
    reader->chunk_at = 0;
    reader->chunk_len = len;
    reader->is_ended = len == 0;
    return WEFT_OK;
}

weft_code weft_row_reader_add(weft_row_reader *reader, const char *data, size_t len, uint64_t line, weft_error *error)
{
    if (len > WEFT_ROW_BYTES_MAX - reader->row.len) {
        const weft_code code = weft_row_fail(line, error, "the row is too long");
        weft_error_set_detail(error, "A row may have %zu bytes.", WEFT_ROW_BYTES_MAX);
        return code;
    }
    weft_buf_add(&reader->row, data, len);
    return reader->row.failed ? weft_fail_no_memory(error) : WEFT_OK;
}

/* A source may hand out its first three bytes one by one, so they are gathered before they are compared. */
static weft_code skip_byte_order_mark(weft_row_reader *reader, weft_error *error)
{
    size_t held = 0;
    while (held < sizeof(byte_order_mark) && !reader->is_ended) {
        size_t len = 0;
        WEFT_TRY(
            reader->source.read(reader->source.ctx, reader->chunk + held, WEFT_ROW_CHUNK_BYTES - held, &len, error));
        held += len;
        reader->is_ended = len == 0;
    }
    reader->chunk_len = held;
    if (held >= sizeof(byte_order_mark) && memcmp(reader->chunk, byte_order_mark, sizeof(byte_order_mark)) == 0) {
        reader->chunk_at = sizeof(byte_order_mark);
    }
    return WEFT_OK;
}

static weft_code start(weft_row_reader *reader, weft_error *error)
{
    reader->chunk = weft_resize(reader->allocator, NULL, 0, WEFT_ROW_CHUNK_BYTES);
    if (!reader->chunk) {
        return weft_fail_no_memory(error);
    }
    WEFT_TRY(skip_byte_order_mark(reader, error));
    return reader->format == WEFT_IMPORT_CSV ? weft_csv_open(reader, error) : WEFT_OK;
}

weft_code weft_row_reader_open(weft_source source,
                               weft_import_format format,
                               const weft_allocator *allocator,
                               weft_row_reader **ret_reader,
                               weft_error *error)
{
    allocator = weft_allocator_or_default(allocator);
    weft_row_reader *reader = weft_resize(allocator, NULL, 0, sizeof(*reader));
    if (!reader) {
        return weft_fail_no_memory(error);
    }
    *reader = (weft_row_reader){.source = source, .format = format, .allocator = allocator, .line = 1};
    weft_buf_init(&reader->row, allocator);
    weft_arena_init(&reader->arena, allocator, 0);
    const weft_code code = start(reader, error);
    if (code != WEFT_OK) {
        weft_row_reader_close(reader);
        return code;
    }
    *ret_reader = reader;
    return WEFT_OK;
}

void weft_row_reader_close(weft_row_reader *reader)
{
    if (!reader) {
        return;
    }
    const weft_allocator *allocator = reader->allocator;
    weft_arena_done(&reader->arena);
    weft_buf_done(&reader->row);
    if (reader->chunk) {
        weft_free(allocator, reader->chunk, WEFT_ROW_CHUNK_BYTES);
    }
    weft_free(allocator, reader, sizeof(*reader));
}

const weft_str *weft_row_reader_columns(const weft_row_reader *reader, size_t *ret_count)
{
    *ret_count = reader->columns.count;
    return reader->columns.items;
}

bool weft_row_reader_is_text(const weft_row_reader *reader)
{
    return reader->format == WEFT_IMPORT_CSV;
}

uint64_t weft_row_reader_bytes(const weft_row_reader *reader)
{
    return reader->bytes;
}

/* One line without its end into reader->row; *ret_is_end when there is none. */
static weft_code read_line(weft_row_reader *reader, bool *ret_is_end, weft_error *error)
{
    const uint64_t line = reader->line;
    bool has_bytes = false;
    weft_buf_clear(&reader->row);
    for (;;) {
        WEFT_TRY(weft_row_reader_fill(reader, error));
        if (reader->chunk_at == reader->chunk_len) {
            *ret_is_end = !has_bytes;
            return WEFT_OK;
        }
        has_bytes = true;
        const char *from = reader->chunk + reader->chunk_at;
        const size_t left = reader->chunk_len - reader->chunk_at;
        const char *end = memchr(from, '\n', left);
        const size_t len = end ? (size_t)(end - from) : left;
        WEFT_TRY(weft_row_reader_add(reader, from, len, line, error));
        reader->chunk_at += end ? len + 1 : len;
        if (end) {
            reader->line++;
            *ret_is_end = false;
            return WEFT_OK;
        }
    }
}

static bool is_blank(weft_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!strchr(" \t\r", text.data[i]) || text.data[i] == '\0') {
            return false;
        }
    }
    return true;
}

static weft_code read_object(weft_str text, uint64_t line, json_t **ret_row, weft_error *error)
{
    json_t *row = NULL;
    const weft_code code = weft_json_read(text, WEFT_ROW_BYTES_MAX, &row, error);
    if (code != WEFT_OK && code != WEFT_NO_MEMORY) {
        if (error) {
            error->code = WEFT_INVALID_ROW;
        }
        weft_error_set_where(error, "line %llu", (unsigned long long)line);
        return WEFT_INVALID_ROW;
    }
    WEFT_TRY(code);
    if (!json_is_object(row)) {
        json_decref(row);
        return weft_row_fail(line, error, "a row must be a JSON object");
    }
    *ret_row = row;
    return WEFT_OK;
}

/* The next line that is not blank into reader->row. */
static weft_code read_filled_line(weft_row_reader *reader, bool *ret_is_end, uint64_t *ret_line, weft_error *error)
{
    do {
        *ret_line = reader->line;
        WEFT_TRY(read_line(reader, ret_is_end, error));
    } while (!*ret_is_end && is_blank(weft_buf_str(&reader->row)));
    return WEFT_OK;
}

static weft_code next_line(weft_row_reader *reader, json_t **ret_row, uint64_t *ret_line, weft_error *error)
{
    bool is_end = false;
    uint64_t line = 0;
    WEFT_TRY(read_filled_line(reader, &is_end, &line, error));
    if (is_end) {
        *ret_row = NULL;
        return WEFT_OK;
    }
    WEFT_TRY(read_object(weft_buf_str(&reader->row), line, ret_row, error));
    reader->bytes += reader->row.len;
    *ret_line = line;
    return WEFT_OK;
}

weft_code weft_row_reader_next(weft_row_reader *reader, json_t **ret_row, uint64_t *ret_line, weft_error *error)
{
    return reader->format == WEFT_IMPORT_CSV ? weft_csv_next(reader, ret_row, ret_line, error)
                                             : next_line(reader, ret_row, ret_line, error);
}
