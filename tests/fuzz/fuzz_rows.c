/* Rows of imports: NDJSON when the first byte is even, CSV when it is odd. However the bytes come in pieces, the rows
 * must be the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct piece_source {
    const char *data;
    size_t len;
    size_t at;
    size_t piece;
} piece_source;

static weft_code read_piece(void *ctx, char *data, size_t size, size_t *ret_len, weft_error *error)
{
    piece_source *source = ctx;
    (void)error;
    size_t len = source->len - source->at;
    len = len < source->piece ? len : source->piece;
    len = len < size ? len : size;
    memcpy(data, source->data + source->at, len);
    source->at += len;
    *ret_len = len;
    return WEFT_OK;
}

/* Every row as JSON with its line, and how it ended. */
static void read_rows(piece_source source, weft_import_format format, weft_buf *buf)
{
    weft_error error = {0};
    weft_row_reader *reader = NULL;
    json_t *row = NULL;
    weft_code code = weft_row_reader_open((weft_source){read_piece, &source}, format, NULL, &reader, &error);
    do {
        uint64_t line = 0;
        json_decref(row);
        row = NULL;
        code = code == WEFT_OK ? weft_row_reader_next(reader, &row, &line, &error) : code;
        char *text = row ? json_dumps(row, JSON_COMPACT) : NULL;
        weft_buf_add_format(buf, "%llu %s\n", (unsigned long long)line, text ? text : "");
        free(text);
    } while (code == WEFT_OK && row);
    weft_buf_add_format(buf, "%s %s %s\n", weft_code_name(code), error.where, error.message);
    weft_row_reader_close(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    const weft_import_format format = data[0] % 2 ? WEFT_IMPORT_CSV : WEFT_IMPORT_NDJSON;
    const piece_source whole = {(const char *)data + 1, size - 1, 0, size};
    piece_source pieces = whole;
    pieces.piece = 1 + data[0] / 2 % 7;
    weft_buf expected;
    weft_buf actual;
    weft_buf_init(&expected, NULL);
    weft_buf_init(&actual, NULL);
    read_rows(whole, format, &expected);
    read_rows(pieces, format, &actual);
    if (!weft_str_equal(weft_buf_str(&expected), weft_buf_str(&actual))) {
        (void)fprintf(stderr, "whole:\n%s\nin pieces:\n%s\n", expected.data, actual.data);
        abort();
    }
    weft_buf_done(&expected);
    weft_buf_done(&actual);
    return 0;
}
