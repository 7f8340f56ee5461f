/* The writer: batches in, chunks out.
 *
 *      {"data":[ record , record … ] , "metadata":{…} }          or          record \n record \n …
 *
 * A chunk is given out as soon as it is large enough, in the middle of a batch if need be, so that the text of an
 * answer takes little memory beside its rows. Fails as fetching does, or when the chunk could not grow. */
#include "json/writer.h"
#include "reply/reply.h"

void weft_reply_writer_init(weft_reply_writer *writer,
                            const weft_plan *plan,
                            weft_fetch *fetch,
                            weft_reply_format format,
                            const weft_allocator *allocator)
{
    *writer = (weft_reply_writer){.plan = plan, .fetch = fetch, .format = format};
    weft_arena_init(&writer->keep, allocator, 0);
    weft_buf_init(&writer->chunk, allocator);
    weft_buf_init(&writer->first, allocator);
    weft_buf_init(&writer->last, allocator);
}

void weft_reply_writer_done(weft_reply_writer *writer)
{
    weft_buf_done(&writer->first);
    weft_buf_done(&writer->last);
    weft_buf_done(&writer->chunk);
    weft_arena_done(&writer->keep);
}

void weft_reply_writer_rewind(weft_reply_writer *writer)
{
    weft_buf_clear(&writer->chunk);
    weft_buf_clear(&writer->first);
    weft_buf_clear(&writer->last);
    writer->is_started = false;
    writer->batch = NULL;
    writer->batch_at = 0;
    writer->records_written = 0;
    writer->is_ended = false;
}

static bool is_json(const weft_reply_writer *writer)
{
    return writer->format == WEFT_REPLY_JSON;
}

static void add_record(weft_reply_writer *writer, const weft_row *row)
{
    if (is_json(writer) && writer->records_written > 0) {
        weft_buf_add_char(&writer->chunk, ',');
    }
    weft_shape_add_row(writer->shape, row, &writer->chunk);
    if (!is_json(writer)) {
        weft_buf_add_char(&writer->chunk, '\n');
    }
    writer->records_written++;
}

static void add_number(weft_buf *buf, const char *name, uint64_t number)
{
    weft_buf_add_format(buf, "%s%llu", name, (unsigned long long)number);
}

static bool has_cursors(const weft_reply_writer *writer)
{
    return is_json(writer) && weft_selection_has_cursor(writer->plan->query->root);
}

static weft_code add_cursor(weft_reply_writer *writer, const weft_row *row, weft_buf *buf, weft_error *error)
{
    const weft_selection *root = writer->plan->query->root;
    weft_value *values = WEFT_ARENA_ARRAY(&writer->keep, weft_value, weft_selection_part_count(root));
    if (values == NULL) {
        return weft_fail_arena(error, &writer->keep);
    }
    weft_fetch_place(writer->fetch, row, values);
    weft_buf_clear(buf);
    weft_cursor_add(root, values, buf);
    return buf->failed ? weft_fail_no_memory(error) : WEFT_OK;
}

/* Rows are gone when the answer ends, so their cursors are made as they come. */
static weft_code note_cursors(weft_reply_writer *writer, weft_error *error)
{
    const weft_batch *batch = writer->batch;
    if (batch == NULL || batch->count == 0 || !has_cursors(writer)) {
        return WEFT_OK;
    }
    const weft_arena_mark mark = weft_arena_mark_here(&writer->keep);
    if (batch->is_first) {
        WEFT_TRY(add_cursor(writer, batch->rows[0], &writer->first, error));
    }
    WEFT_TRY(add_cursor(writer, batch->rows[batch->count - 1], &writer->last, error));
    weft_arena_rewind(&writer->keep, mark);
    return WEFT_OK;
}

static void add_cursor_text(weft_reply_writer *writer, const char *name, const weft_buf *cursor, bool is_there)
{
    weft_buf_add_text(&writer->chunk, name);
    if (is_there && cursor->len > 0) {
        weft_json_add_text(&writer->chunk, weft_buf_str(cursor));
    } else {
        weft_json_add_null(&writer->chunk);
    }
}

/* The way the page was read it is known whether there are more records. On the other side there are when it was read
 * from a cursor. */
static void add_cursors(weft_reply_writer *writer)
{
    const weft_selection *root = writer->plan->query->root;
    const bool has_more = weft_fetch_has_more(writer->fetch);
    const bool is_after = root->after.data != NULL;
    const bool is_from_place = root->cursor != NULL;
    add_cursor_text(writer, ",\"next\":", &writer->last, is_after ? has_more : is_from_place);
    add_cursor_text(writer, ",\"previous\":", &writer->first, is_after ? is_from_place : has_more);
}

static weft_code add_metadata(weft_reply_writer *writer, weft_error *error)
{
    const weft_selection *root = writer->plan->query->root;
    add_number(&writer->chunk, ",\"metadata\":{\"skip\":", root->has_skip ? root->skip : 0);
    if (root->has_take) {
        add_number(&writer->chunk, ",\"take\":", root->take);
    }
    if (writer->plan->has_count) {
        uint64_t count = 0;
        WEFT_TRY(weft_fetch_count(writer->fetch, &count, error));
        add_number(&writer->chunk, ",\"count\":", count);
    }
    if (has_cursors(writer)) {
        add_cursors(writer);
    }
    weft_buf_add_char(&writer->chunk, '}');
    return WEFT_OK;
}

static weft_code add_end(weft_reply_writer *writer, weft_error *error)
{
    writer->is_ended = true;
    if (!is_json(writer)) {
        return WEFT_OK;
    }
    weft_buf_add_char(&writer->chunk, ']');
    if (writer->plan->query->wants_metadata) {
        WEFT_TRY(add_metadata(writer, error));
    }
    weft_buf_add_char(&writer->chunk, '}');
    return WEFT_OK;
}

static weft_code start_once(weft_reply_writer *writer, weft_error *error)
{
    if (writer->is_started) {
        return WEFT_OK;
    }
    if (!writer->shape) {
        WEFT_TRY(weft_shape_make(writer->plan->root, &writer->keep, &writer->shape, error));
    }
    writer->is_started = true;
    if (is_json(writer)) {
        weft_buf_add_text(&writer->chunk, "{\"data\":[");
    }
    return WEFT_OK;
}

/* Have records to write, or come to the end. */
static weft_code next_records(weft_reply_writer *writer, weft_error *error)
{
    if (writer->batch && writer->batch_at < writer->batch->count) {
        return WEFT_OK;
    }
    writer->batch_at = 0;
    WEFT_TRY(weft_fetch_next(writer->fetch, &writer->batch, error));
    WEFT_TRY(note_cursors(writer, error));
    return writer->batch ? WEFT_OK : add_end(writer, error);
}

static void add_records(weft_reply_writer *writer)
{
    while (writer->batch && writer->batch_at < writer->batch->count && writer->chunk.len < WEFT_CHUNK_BYTES &&
           !writer->chunk.failed) {
        add_record(writer, writer->batch->rows[writer->batch_at++]);
    }
}

weft_code weft_reply_writer_next(weft_reply_writer *writer, weft_str *ret_chunk, weft_error *error)
{
    weft_buf_clear(&writer->chunk);
    if (!writer->is_ended) {
        WEFT_TRY(start_once(writer, error));
    }
    while (!writer->is_ended && writer->chunk.len < WEFT_CHUNK_BYTES) {
        WEFT_TRY(next_records(writer, error));
        add_records(writer);
        if (writer->chunk.failed) {
            return weft_fail_no_memory(error);
        }
    }
    *ret_chunk = weft_buf_str(&writer->chunk);
    return WEFT_OK;
}

weft_code weft_reply_writer_next_row(weft_reply_writer *writer, const weft_row **ret_row, weft_error *error)
{
    if (!writer->is_ended) {
        WEFT_TRY(start_once(writer, error));
    }
    bool has_row = false;
    while (!writer->is_ended && !has_row) {
        WEFT_TRY(next_records(writer, error));
        has_row = writer->batch && writer->batch->count > 0;
    }
    *ret_row = has_row ? writer->batch->rows[writer->batch_at++] : NULL;
    return WEFT_OK;
}
