/* The frame of a walk: its memory, its session and its answer, opened and closed in one place. */
#include "engine/engine.h"

#include <stdatomic.h>

int64_t weft_engine_deadline_us(const weft_engine *engine)
{
    return weft_clock_monotonic_us(NULL) + (int64_t)engine->limits.time_ms * 1000;
}

void weft_engine_session(weft_engine *engine,
                         weft_transaction transaction,
                         const volatile int *cancel,
                         weft_session *ret_session)
{
    weft_session_init(ret_session, engine->pools, engine->catalog->store_count, transaction);
    ret_session->cancel = cancel ? cancel : &engine->whole->stop;
    ret_session->clock = weft_engine_clock(engine);
    ret_session->ulids = &engine->whole->ulids;
    ret_session->rows = engine->rows;
    ret_session->allocator = engine->allocator;
    ret_session->observer = engine->observer.notify ? &engine->observer : NULL;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): it is written as an atomic */
void weft_engine_cancel(volatile int *flag)
{
    atomic_store_explicit((volatile atomic_int *)flag, 1, memory_order_relaxed);
}

void weft_frame_init(weft_frame *frame, weft_engine *engine, weft_transaction transaction)
{
    *frame = (weft_frame){.engine = engine};
    weft_arena_init(&frame->keep, engine->allocator, 0);
    weft_arena_init(&frame->scratch, engine->allocator, 0);
    weft_engine_session(engine, transaction, NULL, &frame->session);
    weft_buf_init(&frame->text, engine->allocator);
}

void weft_frame_done(weft_frame *frame)
{
    weft_session_done(&frame->session);
    weft_buf_done(&frame->text);
    weft_arena_done(&frame->scratch);
    weft_arena_done(&frame->keep);
}

weft_code weft_text_take(weft_buf *buf, weft_text *ret_text, weft_error *error)
{
    /* Its size must be known when it is freed, so what is held beyond the text goes back now. */
    if (!weft_buf_fit(buf)) {
        return weft_fail_no_memory(error);
    }
    *ret_text = (weft_text){buf->data, buf->len, buf->allocator};
    *buf = (weft_buf){.allocator = buf->allocator};
    return WEFT_OK;
}

weft_code weft_frame_commit(weft_frame *frame, weft_text *ret_text, weft_error *error)
{
    weft_text text = {0};
    WEFT_TRY(weft_text_take(&frame->text, &text, error));
    const weft_code code = weft_session_commit(&frame->session, error);
    if (code != WEFT_OK) {
        weft_text_free(&text);
        return code;
    }
    *ret_text = text;
    return WEFT_OK;
}

void weft_text_free(weft_text *text)
{
    if (text && text->data) {
        weft_free(text->allocator, text->data, text->len + 1);
        *text = (weft_text){0};
    }
}
