/* The read walk: bytes ─parse▶ request ─resolve▶ query ─plan▶ plan ─fetch▶ batches ─write▶ JSON chunks.
 *
 * Opening a reply goes as far as the plan, which needs no store; each read pulls one chunk through the rest. A
 * connection that was lost before anything was given out is opened again, once: nobody can have seen a difference.
 * A reply that was read to its end is kept, and opened again for a request like its own (kept.h). Fails as its stages
 * do; an error of reading is remembered and answered again. */
#include "engine/kept.h"
#include "weft/record.h"

/* Everything that can be said without touching a store. */
static weft_code make_plan(weft_reply *reply, weft_str text, weft_error *error)
{
    weft_engine *engine = reply->engine;
    weft_arena scratch;
    weft_arena_init(&scratch, engine->allocator, engine->limits.memory_bytes_max);
    weft_query *query = NULL;
    weft_plan *plan = NULL;
    weft_code code = weft_request_parse(text, &engine->limits, &reply->keep, &reply->request, error);
    if (code == WEFT_OK) {
        const weft_query_input input = {engine->catalog, reply->request, &engine->limits, reply->rows};
        code = weft_query_resolve(&input, &reply->keep, &scratch, &query, error);
    }
    if (code == WEFT_OK) {
        code = weft_plan_make(query, &reply->keep, &scratch, &plan, error);
    }
    if (code == WEFT_OK) {
        reply->plan = *plan;
        reply->plan.has_count = plan->has_count && reply->format != WEFT_REPLY_NDJSON;
    }
    weft_arena_done(&scratch);
    return code;
}

static weft_code start(weft_reply *reply, weft_error *error)
{
    weft_engine *engine = reply->engine;
    const int64_t deadline_us = reply->session.deadline_us;
    weft_engine_session(engine, WEFT_TRANSACTION_READ, &reply->cancel, &reply->session);
    reply->session.deadline_us = deadline_us;
    WEFT_TRY(weft_fetch_open(&reply->plan, &reply->session, &engine->limits, &reply->fetch, error));
    weft_reply_writer_init(&reply->writer, &reply->plan, reply->fetch, reply->format, engine->allocator);
    return WEFT_OK;
}

static void stop(weft_reply *reply)
{
    weft_reply_writer_done(&reply->writer);
    weft_fetch_close(reply->fetch);
    weft_session_done(&reply->session);
    reply->writer = (weft_reply_writer){0};
    reply->fetch = NULL;
}

static weft_code open_reply(weft_reply *reply, weft_str text, weft_error *error)
{
    WEFT_TRY(make_plan(reply, text, error));
    return start(reply, error);
}

static weft_code open_new(
    weft_engine *engine, weft_str text, weft_reply_format format, weft_reply **ret_reply, weft_error *error)
{
    weft_reply *reply = weft_resize(engine->allocator, NULL, 0, sizeof(*reply));
    if (!reply) {
        return weft_fail_no_memory(error);
    }
    *reply = (weft_reply){.engine = engine->whole, .rows = weft_row_scope_hold(engine->rows), .format = format};
    reply->session.deadline_us = weft_engine_deadline_us(engine);
    weft_arena_init(&reply->keep, engine->allocator, engine->limits.memory_bytes_max);
    const weft_code code = open_reply(reply, text, error);
    if (code != WEFT_OK) {
        weft_reply_close(reply);
        return code;
    }
    weft_kept_prepare(reply, text);
    *ret_reply = reply;
    return WEFT_OK;
}

static void open_again(weft_reply *reply)
{
    weft_engine_session(reply->engine, WEFT_TRANSACTION_READ, &reply->cancel, &reply->session);
    reply->session.deadline_us = weft_engine_deadline_us(reply->engine);
}

static bool find_format(weft_format format, weft_reply_format *ret_format)
{
    if (format != WEFT_FORMAT_JSON && format != WEFT_FORMAT_NDJSON && format != WEFT_FORMAT_RECORDS) {
        return false;
    }
    *ret_format = format == WEFT_FORMAT_JSON     ? WEFT_REPLY_JSON
                  : format == WEFT_FORMAT_NDJSON ? WEFT_REPLY_NDJSON
                                                 : WEFT_REPLY_RECORDS;
    return true;
}

weft_code weft_query_open(weft_engine *engine,
                          const char *request,
                          size_t request_len,
                          weft_format format,
                          weft_reply **ret_reply,
                          weft_error *error)
{
    weft_reply_format reply_format = WEFT_REPLY_JSON;
    if (!engine || !request || !ret_reply || !find_format(format, &reply_format)) {
        return weft_fail(
            error, WEFT_MISUSE, "an engine, a request and the format JSON, NDJSON or RECORDS must be given");
    }
    const weft_str text = {request, request_len};
    weft_reply *reply = weft_kept_take(&engine->whole->kept, &(weft_kept_wish){text, reply_format, engine->rows});
    if (!reply) {
        return open_new(engine, text, reply_format, ret_reply, error);
    }
    open_again(reply);
    *ret_reply = reply;
    return WEFT_OK;
}

static bool has_lost_connection(const weft_session *session)
{
    for (size_t i = 0; i < session->pool_count; i++) {
        if (session->connections[i] && weft_connection_of(session->connections[i])->is_lost) {
            return true;
        }
    }
    return false;
}

static bool may_retry(const weft_reply *reply, weft_code code)
{
    return code == WEFT_STORE_UNAVAILABLE && !reply->is_given && !reply->is_retried &&
           has_lost_connection(&reply->session);
}

/* What a call gives out: a chunk of text, or a row. */
typedef struct piece {
    weft_str chunk;
    const weft_row *row;
} piece;

static weft_code read_piece(weft_reply *reply, piece *ret_piece, weft_error *error)
{
    return reply->format == WEFT_REPLY_RECORDS ? weft_reply_writer_next_row(&reply->writer, &ret_piece->row, error)
                                               : weft_reply_writer_next(&reply->writer, &ret_piece->chunk, error);
}

static weft_code try_piece(weft_reply *reply, piece *ret_piece, weft_error *error)
{
    const weft_code code = read_piece(reply, ret_piece, error);
    if (!may_retry(reply, code)) {
        return code;
    }
    reply->is_retried = true;
    stop(reply);
    WEFT_TRY(start(reply, error));
    return read_piece(reply, ret_piece, error);
}

/* The first failure is the answer to every later call too. Of an error that was got over nothing but its code counts.
 */
static weft_code next_piece(weft_reply *reply, piece *ret_piece, weft_error *error)
{
    if (reply->failure.code == WEFT_OK) {
        reply->failure.code = try_piece(reply, ret_piece, &reply->failure);
    }
    if (reply->failure.code != WEFT_OK && error) {
        *error = reply->failure;
    }
    reply->is_given = reply->failure.code == WEFT_OK;
    return reply->failure.code;
}

weft_code weft_reply_read(weft_reply *reply, const char **ret_data, size_t *ret_len, weft_error *error)
{
    if (!reply || !ret_data || !ret_len || reply->format == WEFT_REPLY_RECORDS) {
        return weft_fail(error, WEFT_MISUSE, "a reply of JSON or NDJSON and places for the bytes must be given");
    }
    piece given = {0};
    WEFT_TRY(next_piece(reply, &given, error));
    *ret_data = given.chunk.data;
    *ret_len = given.chunk.len;
    return WEFT_OK;
}

weft_code weft_reply_next(weft_reply *reply, weft_record *ret_record, weft_error *error)
{
    if (!reply || !ret_record || reply->format != WEFT_REPLY_RECORDS) {
        return weft_fail(error, WEFT_MISUSE, "a reply of RECORDS and a place for the record must be given");
    }
    piece given = {0};
    WEFT_TRY(next_piece(reply, &given, error));
    *ret_record = (weft_record){reply->writer.shape, given.row};
    return WEFT_OK;
}

weft_code weft_reply_count(weft_reply *reply, uint64_t *ret_count, weft_error *error)
{
    if (!reply || !ret_count || reply->format != WEFT_REPLY_RECORDS || !reply->writer.is_ended) {
        return weft_fail(error, WEFT_MISUSE, "a reply of RECORDS that was read to its end must be given");
    }
    if (!reply->plan.has_count) {
        return weft_fail(error, WEFT_MISUSE, "the request did not ask for a count");
    }
    return weft_fetch_count(reply->fetch, ret_count, error);
}

const weft_allocator *weft_reply_allocator(const weft_reply *reply)
{
    return reply->engine->allocator;
}

void weft_reply_cancel(weft_reply *reply)
{
    if (reply) {
        weft_engine_cancel(&reply->cancel);
    }
}

void weft_reply_free(weft_reply *reply)
{
    stop(reply);
    weft_request_done(reply->request);
    weft_arena_done(&reply->keep);
    weft_row_scope_release(reply->rows);
    weft_free(reply->engine->allocator, reply, sizeof(*reply));
}

/* Where it was read to its end it begins anew, but for the first failure, which a reply is never kept with. */
static bool rewind_reply(weft_reply *reply)
{
    const bool is_whole =
        reply->text.len > 0 && reply->failure.code == WEFT_OK && reply->writer.is_ended && !reply->is_retried;
    if (!is_whole || !weft_fetch_rewind(reply->fetch)) {
        return false;
    }
    weft_session_done(&reply->session);
    weft_reply_writer_rewind(&reply->writer);
    reply->cancel = 0;
    reply->is_given = false;
    return true;
}

void weft_reply_close(weft_reply *reply)
{
    if (reply && !(rewind_reply(reply) && weft_kept_put(&reply->engine->kept, reply))) {
        weft_reply_free(reply);
    }
}

static weft_code read_all(weft_reply *reply, weft_buf *buf, weft_error *error)
{
    for (;;) {
        const char *data = NULL;
        size_t len = 0;
        WEFT_TRY(weft_reply_read(reply, &data, &len, error));
        if (len == 0) {
            return WEFT_OK;
        }
        weft_buf_add(buf, data, len);
        if (buf->failed) {
            return weft_fail_no_memory(error);
        }
    }
}

weft_code weft_query_json(
    weft_engine *engine, const char *request, size_t request_len, weft_text *ret_answer, weft_error *error)
{
    if (!ret_answer) {
        return weft_fail(error, WEFT_MISUSE, "a place for the answer must be given");
    }
    weft_reply *reply = NULL;
    WEFT_TRY(weft_query_open(engine, request, request_len, WEFT_FORMAT_JSON, &reply, error));
    weft_buf buf;
    weft_buf_init(&buf, engine->allocator);
    weft_code code = read_all(reply, &buf, error);
    if (code == WEFT_OK) {
        code = weft_text_take(&buf, ret_answer, error);
    }
    weft_buf_done(&buf);
    weft_reply_close(reply);
    return code;
}
