/* The read walk: bytes ─parse▶ request ─resolve▶ query ─plan▶ plan ─fetch▶ batches ─write▶ JSON chunks.
 *
 * Opening a reply goes as far as the plan, which needs no store; each read pulls one chunk through the rest. A
 * connection that was lost before anything was given out is opened again, once: nobody can have seen a difference.
 * Fails as its stages do; an error of reading is remembered and answered again. */
#include "engine/engine.h"
#include "reply/reply.h"

struct weft_reply {
    weft_engine *engine;
    weft_arena keep;
    weft_request *request;
    weft_plan plan;
    weft_session session;
    weft_fetch *fetch;
    weft_reply_writer writer;
    weft_reply_format format;
    volatile int cancel;
    bool is_given; /* a chunk was given out */
    bool is_retried;
    weft_error failure; /* of an earlier read; code OK while there is none */
};

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
        code =
            weft_query_resolve(engine->catalog, reply->request, &engine->limits, &reply->keep, &scratch, &query, error);
    }
    if (code == WEFT_OK) {
        code = weft_plan_make(query, &reply->keep, &scratch, &plan, error);
    }
    if (code == WEFT_OK) {
        reply->plan = *plan;
        reply->plan.has_count = plan->has_count && reply->format == WEFT_REPLY_JSON;
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

weft_code weft_query_open(weft_engine *engine,
                          const char *request,
                          size_t request_len,
                          weft_format format,
                          weft_reply **ret_reply,
                          weft_error *error)
{
    if (!engine || !request || !ret_reply || (format != WEFT_FORMAT_JSON && format != WEFT_FORMAT_NDJSON)) {
        return weft_fail(error, WEFT_MISUSE, "an engine, a request and the format JSON or NDJSON must be given");
    }
    weft_reply *reply = weft_resize(engine->allocator, NULL, 0, sizeof(*reply));
    if (!reply) {
        return weft_fail_no_memory(error);
    }
    *reply = (weft_reply){.engine = engine};
    reply->format = format == WEFT_FORMAT_NDJSON ? WEFT_REPLY_NDJSON : WEFT_REPLY_JSON;
    reply->session.deadline_us = weft_engine_deadline_us(engine);
    weft_arena_init(&reply->keep, engine->allocator, engine->limits.memory_bytes_max);
    const weft_code code = open_reply(reply, (weft_str){request, request_len}, error);
    if (code != WEFT_OK) {
        weft_reply_close(reply);
        return code;
    }
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

static weft_code next_chunk(weft_reply *reply, weft_str *ret_chunk, weft_error *error)
{
    const weft_code code = weft_reply_writer_next(&reply->writer, ret_chunk, error);
    if (!may_retry(reply, code)) {
        return code;
    }
    reply->is_retried = true;
    stop(reply);
    WEFT_TRY(start(reply, error));
    return weft_reply_writer_next(&reply->writer, ret_chunk, error);
}

weft_code weft_reply_read(weft_reply *reply, const char **ret_data, size_t *ret_len, weft_error *error)
{
    if (!reply || !ret_data || !ret_len) {
        return weft_fail(error, WEFT_MISUSE, "a reply and places for the bytes must be given");
    }
    weft_str chunk = {0};
    if (reply->failure.code == WEFT_OK) {
        weft_error failure = {0};
        const weft_code code = next_chunk(reply, &chunk, &failure);
        reply->failure = failure;
        reply->failure.code = code;
    }
    if (reply->failure.code != WEFT_OK) {
        if (error) {
            *error = reply->failure;
        }
        return reply->failure.code;
    }
    reply->is_given = true;
    *ret_data = chunk.data;
    *ret_len = chunk.len;
    return WEFT_OK;
}

void weft_reply_cancel(weft_reply *reply)
{
    if (reply) {
        reply->cancel = 1;
    }
}

void weft_reply_close(weft_reply *reply)
{
    if (!reply) {
        return;
    }
    stop(reply);
    weft_request_done(reply->request);
    weft_arena_done(&reply->keep);
    weft_free(reply->engine->allocator, reply, sizeof(*reply));
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
