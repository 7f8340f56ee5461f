/* The answer as chunks of JSON: {"data":[…],"metadata":{…}}. Pulls batches from a fetch and writes them with the plan's
 * shape; chunks are whole records, so that a chunk is never larger than one batch's text. */
#ifndef WEFT_REPLY_REPLY_H
#define WEFT_REPLY_REPLY_H

#include "fetch/fetch.h"

typedef enum weft_reply_format {
    WEFT_REPLY_JSON = 0,
    WEFT_REPLY_NDJSON /* one record a line, no metadata */
} weft_reply_format;

typedef struct weft_reply_writer {
    const weft_plan *plan;
    weft_fetch *fetch;
    weft_reply_format format;
    weft_buf chunk;
    uint64_t records_written;
    bool is_ended;
} weft_reply_writer;

void weft_reply_writer_init(weft_reply_writer *writer,
                            const weft_plan *plan,
                            weft_fetch *fetch,
                            weft_reply_format format,
                            const weft_allocator *allocator);
/* The next chunk, valid until the next call; empty at the end. */
weft_code weft_reply_writer_next(weft_reply_writer *writer, weft_str *ret_chunk, weft_error *error);
void weft_reply_writer_done(weft_reply_writer *writer);

/* One record of `step` as JSON: used for the answer and by whoever prints single records. */
void weft_reply_add_row(weft_buf *buf, const weft_step *step, const weft_row *row);

#endif
