/* Importing links: rows ─read▶ link work ─write▶ link rows, a batch at a time, in one transaction. Memory holds one
 * batch; what the observer is to be told waits on disk. What went wrong in a row has "line N" before its place. */
#include "engine/announce.h"
#include "engine/engine.h"
#include "link/link.h"
#include "record/record.h"

typedef struct link_import {
    weft_frame frame;
    const weft_link *link;
    weft_row_reader *reader;
    weft_announcement announcement;
    weft_link_work *works;
    json_t **rows; /* of the batch; its works borrow their text */
    size_t count;
    uint64_t done;
    bool is_ended;
} link_import;

static weft_code find_link(link_import *import, const char *name, weft_error *error)
{
    const weft_catalog *catalog = import->frame.engine->catalog;
    import->link = weft_catalog_link(catalog, weft_str_from(name));
    if (import->link) {
        return WEFT_OK;
    }
    weft_str *names = WEFT_ARENA_ARRAY(&import->frame.scratch, weft_str, catalog->link_count);
    const weft_code code = weft_fail(error, WEFT_UNKNOWN_LINK, "no link is called \"%s\"", name);
    for (size_t i = 0; names && i < catalog->link_count; i++) {
        names[i] = catalog->links[i]->name;
    }
    if (names) {
        weft_error_suggest(error, weft_str_from(name), names, catalog->link_count);
    }
    return code;
}

static weft_code open_reader(link_import *import, weft_import_kind kind, weft_source source, weft_error *error)
{
    weft_arena *keep = &import->frame.keep;
    import->works = WEFT_ARENA_ARRAY(keep, weft_link_work, WEFT_LINK_BATCH_PAIRS);
    import->rows = WEFT_ARENA_ARRAY(keep, json_t *, WEFT_LINK_BATCH_PAIRS);
    if (!import->works || !import->rows) {
        return weft_fail_arena(error, keep);
    }
    const weft_import_format format = kind == WEFT_IMPORT_KIND_CSV ? WEFT_IMPORT_CSV : WEFT_IMPORT_NDJSON;
    return weft_row_reader_open(source, format, keep->allocator, &import->reader, error);
}

/* One more row, unless the rows are at their end. */
static weft_code read_row(link_import *import, weft_error *error)
{
    uint64_t line = 0;
    json_t *row = NULL;
    weft_arena *scratch = &import->frame.scratch;
    WEFT_TRY(weft_row_reader_next(import->reader, &row, &line, error));
    import->is_ended = !row;
    if (!row) {
        return WEFT_OK;
    }
    import->rows[import->count] = row;
    weft_link_work *work = &import->works[import->count++];
    const weft_str where = weft_str_format(scratch, "line %llu", (unsigned long long)line);
    if (!where.data) {
        return weft_fail_arena(error, scratch);
    }
    return weft_link_work_from_row(
        import->link, row, weft_row_reader_is_text(import->reader), where, scratch, work, error);
}

static weft_code read_batch(link_import *import, weft_error *error)
{
    const uint64_t bytes = weft_row_reader_bytes(import->reader);
    while (!import->is_ended && import->count < WEFT_LINK_BATCH_PAIRS &&
           weft_row_reader_bytes(import->reader) - bytes < WEFT_IMPORT_BYTES_MAX) {
        WEFT_TRY(read_row(import, error));
    }
    return WEFT_OK;
}

static void report_progress(const link_import *import)
{
    const weft_observer *observer = &import->frame.engine->observer;
    if (observer->notify) {
        const weft_event event = {
            .kind = WEFT_EVENT_PROGRESS, .store = import->link->model->store->name.data, .done = import->done};
        observer->notify(observer->ctx, &event);
    }
}

static weft_code import_batch(link_import *import, weft_error *error)
{
    WEFT_TRY(read_batch(import, error));
    if (import->count == 0) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_link_create(&import->frame.session, import->works, import->count, &import->frame.scratch, error));
    WEFT_TRY(weft_announcement_add(&import->announcement, import->works, import->count, &import->frame.scratch, error));
    import->done += import->count;
    report_progress(import);
    return WEFT_OK;
}

static void drop_batch(link_import *import)
{
    for (size_t i = 0; i < import->count; i++) {
        json_decref(import->rows[i]);
    }
    import->count = 0;
    weft_arena_reset(&import->frame.scratch);
}

static weft_code import_all(link_import *import, uint64_t *ret_count, weft_error *error)
{
    while (!import->is_ended) {
        const weft_code code = import_batch(import, error);
        drop_batch(import);
        WEFT_TRY(code);
    }
    WEFT_TRY(weft_session_commit(&import->frame.session, error));
    weft_announcement_tell(&import->announcement, import->link->model->store->name.data);
    *ret_count = import->done;
    return WEFT_OK;
}

weft_code weft_link_import_stream(weft_engine *engine,
                                  const char *link,
                                  weft_import_kind kind,
                                  weft_read read,
                                  void *ctx,
                                  uint64_t *ret_count,
                                  weft_error *error)
{
    if (!engine || !link || !read || !ret_count) {
        return weft_fail(error, WEFT_MISUSE, "an engine, a link, a reader and a place for the count must be given");
    }
    link_import import = {0};
    weft_frame_init(&import.frame, engine, WEFT_TRANSACTION_WRITE);
    weft_code code = find_link(&import, link, error);
    if (code == WEFT_OK) {
        code = open_reader(&import, kind, (weft_source){read, ctx}, error);
    }
    if (code == WEFT_OK) {
        code = weft_announcement_open(
            &import.announcement, import.frame.session.observer, import.frame.session.allocator, error);
    }
    if (code == WEFT_OK) {
        code = import_all(&import, ret_count, error);
    }
    weft_announcement_close(&import.announcement);
    weft_row_reader_close(import.reader);
    weft_frame_done(&import.frame);
    return code;
}
