/* The answer as chunks of JSON: {"data":[…],"metadata":{…}}. Pulls batches from a fetch and writes them with the plan's
 * shape; chunks are whole records, so that a chunk is about WEFT_CHUNK_BYTES or one record, whichever is larger. */
#ifndef WEFT_REPLY_REPLY_H
#define WEFT_REPLY_REPLY_H

#include "fetch/fetch.h"

/* A chunk is given out when it is at least this large. */
#define WEFT_CHUNK_BYTES ((size_t)64 << 10)

typedef enum weft_reply_format {
    WEFT_REPLY_JSON = 0,
    WEFT_REPLY_NDJSON, /* one record a line, no metadata */
    WEFT_REPLY_RECORDS /* no text: rows, one by one */
} weft_reply_format;

/* How the rows of one step are written: an alternation of fixed text and values, made once a query. */
typedef struct weft_shape weft_shape;

typedef enum weft_shape_kind {
    WEFT_SHAPE_VALUE = 1, /* a column */
    WEFT_SHAPE_PATH,      /* what a JSON path leads to in a column */
    WEFT_SHAPE_EDGE,      /* partners: a list, or one or null */
    WEFT_SHAPE_AGGREGATE  /* of partners: a column of the group's one row */
} weft_shape_kind;

typedef struct weft_shape_item {
    weft_shape_kind kind;
    weft_str name;   /* "id", "metadata.color", "$count.blog_posts" */
    weft_str before; /* `{"id":` or `,"metadata":{"color":` */
    size_t column;   /* VALUE, PATH, AGGREGATE */
    const weft_str *path;
    size_t path_len;
    size_t group;  /* EDGE, AGGREGATE */
    bool is_count; /* AGGREGATE: of nobody is 0, not null */
    bool is_list;
    const weft_shape *shape;
} weft_shape_item;

struct weft_shape {
    weft_shape_item *items;
    size_t count;
    weft_str end; /* `}` or `}}` … */
};

/* The shape of `step`'s records. `step` is no THROUGH step. WEFT_NO_MEMORY; WEFT_UNSUPPORTED: an output that no column
 * of the step answers. */
weft_code weft_shape_make(const weft_step *step, weft_arena *keep, const weft_shape **ret_shape, weft_error *error);

/* Append one record. */
void weft_shape_add_row(const weft_shape *shape, const weft_row *row, weft_buf *buf);
/* Append one member's value. */
void weft_shape_add_item(const weft_shape_item *item, const weft_row *row, weft_buf *buf);

typedef struct weft_reply_writer {
    const weft_plan *plan;
    weft_fetch *fetch;
    weft_reply_format format;
    weft_arena keep; /* of the shape */
    const weft_shape *shape;
    weft_buf chunk;
    bool is_started;
    const weft_batch *batch; /* being written */
    size_t batch_at;
    uint64_t records_written;
    weft_buf first, last; /* cursors of the first record and of the last one so far, where they are wanted */
    bool is_ended;
} weft_reply_writer;

void weft_reply_writer_init(weft_reply_writer *writer,
                            const weft_plan *plan,
                            weft_fetch *fetch,
                            weft_reply_format format,
                            const weft_allocator *allocator);
/* The next chunk, valid until the next call; empty at the end. Fails as weft_fetch_next and weft_shape_make do. */
weft_code weft_reply_writer_next(weft_reply_writer *writer, weft_str *ret_chunk, weft_error *error);
/* WEFT_REPLY_RECORDS: the next row, which writer->shape describes; NULL at the end. Valid until the next call. */
weft_code weft_reply_writer_next_row(weft_reply_writer *writer, const weft_row **ret_row, weft_error *error);
/* At the beginning again, for a fetch that is there too. */
void weft_reply_writer_rewind(weft_reply_writer *writer);
void weft_reply_writer_done(weft_reply_writer *writer);

#endif
