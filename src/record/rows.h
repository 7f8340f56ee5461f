/* Inside the row reader: the bytes of a source, and one row's worth of them. Not for other rooms. */
#ifndef WEFT_RECORD_ROWS_H
#define WEFT_RECORD_ROWS_H

#include "base/vec.h"
#include "record/record.h"

/* One CSV field: a stretch of reader->row. */
typedef struct weft_row_cell {
    size_t from;
    size_t to;
    bool is_quoted;
} weft_row_cell;

/* Where a CSV record is, byte by byte (record/csv.c has the picture). */
typedef enum weft_csv_state {
    WEFT_CSV_FIELD_START = 0,
    WEFT_CSV_PLAIN,
    WEFT_CSV_QUOTED,
    WEFT_CSV_QUOTE, /* after a quote inside quotes: the end, or the first of two */
    WEFT_CSV_CARRIAGE
} weft_csv_state;

struct weft_row_reader {
    weft_source source;
    weft_import_format format;
    const weft_allocator *allocator;
    char *chunk; /* WEFT_ROW_CHUNK_BYTES, of which [chunk_at, chunk_len) is not read yet */
    size_t chunk_at;
    size_t chunk_len;
    bool is_ended;  /* the source said so */
    uint64_t line;  /* the next byte's, 1-based */
    uint64_t bytes; /* of the rows given out */
    weft_buf row;   /* bytes of the row being read */
    weft_arena arena;
    WEFT_VEC(weft_row_cell) cells; /* of the record being read */
    WEFT_VEC(weft_str) columns;    /* the header */
};

/* Make sure that a byte is at chunk_at, unless the source is ended (then chunk_at == chunk_len). */
weft_code weft_row_reader_fill(weft_row_reader *reader, weft_error *error);

/* WEFT_INVALID_ROW with "line N" as `where`. */
weft_code weft_row_fail(uint64_t line, weft_error *error, const char *message);

/* Append bytes to the row. WEFT_INVALID_ROW when it gets longer than WEFT_ROW_BYTES_MAX; `line` is the row's first. */
weft_code weft_row_reader_add(weft_row_reader *reader, const char *data, size_t len, uint64_t line, weft_error *error);

/* CSV: read the header, and the next record as an object. */
weft_code weft_csv_open(weft_row_reader *reader, weft_error *error);
weft_code weft_csv_next(weft_row_reader *reader, json_t **ret_row, uint64_t *ret_line, weft_error *error);

#endif
