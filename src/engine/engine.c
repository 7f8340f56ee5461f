/* Opening and closing an engine: definitions become a catalog, each store gets a pool, nothing is connected yet.
 *
 * Fails as reading definitions does, or when out of memory. */
#include "engine/engine.h"

#include <string.h>

#include "base/limits.h"

/* 2026-01-01T00:00:00Z */
#define DETERMINISTIC_START_US (INT64_C(1767225600) * 1000000)

const char *weft_version(void)
{
    return WEFT_VERSION;
}

static int64_t deterministic_now_us(void *ctx)
{
    weft_engine *engine = ctx;
    return DETERMINISTIC_START_US + (int64_t)atomic_fetch_add(&engine->ticks, 1) * 1000;
}

static int64_t real_monotonic_us(void *ctx)
{
    (void)ctx;
    return weft_clock_monotonic_us(NULL);
}

const weft_clock *weft_engine_clock(const weft_engine *engine)
{
    return engine->is_deterministic ? &engine->clock : NULL;
}

static void init_clock(weft_engine *engine, uint32_t deterministic)
{
    engine->is_deterministic = deterministic != 0;
    atomic_init(&engine->ticks, deterministic ? (int_fast64_t)(deterministic - 1) * 1000 : 0);
    engine->clock = (weft_clock){deterministic_now_us, real_monotonic_us, engine};
    weft_ulid_source_init(&engine->ulids, weft_engine_clock(engine), engine->is_deterministic);
}

static size_t given(size_t option, size_t definition)
{
    return option != 0 ? option : definition;
}

/* What the caller said, then what weft.yaml says, then the defaults. */
static weft_limits settle_limits(const weft_limits *options, const weft_limits *definition)
{
    const weft_limits limits = {
        .request_bytes_max = given(options->request_bytes_max, definition->request_bytes_max),
        .depth_max = given(options->depth_max, definition->depth_max),
        .fields_max = given(options->fields_max, definition->fields_max),
        .values_max = given(options->values_max, definition->values_max),
        .rows_max = given(options->rows_max, definition->rows_max),
        .memory_bytes_max = given(options->memory_bytes_max, definition->memory_bytes_max),
        .changes_bytes_max = given(options->changes_bytes_max, definition->changes_bytes_max),
        .batch_rows = given(options->batch_rows, definition->batch_rows),
        .time_ms = options->time_ms != 0 ? options->time_ms : definition->time_ms,
    };
    return weft_limits_or_default(&limits);
}

static weft_code open_pools(weft_engine *engine, const weft_options *options, weft_error *error)
{
    const weft_pool_options pool_options = {
        .allocator = engine->allocator, .observer = options->observer, .connections_max = options->connections_max};
    if (engine->catalog->store_count > WEFT_STORES_MAX) {
        return weft_fail(error, WEFT_INVALID_DEFINITION, "a project cannot have more than %d stores", WEFT_STORES_MAX);
    }
    for (size_t i = 0; i < engine->catalog->store_count; i++) {
        WEFT_TRY(weft_pool_open(&engine->catalog->stores[i], &pool_options, &engine->pools[i], error));
    }
    return WEFT_OK;
}

/* Read the project; every problem found is passed to `problem`, if there is one. */
static weft_code define_project(const weft_options *options,
                                weft_arena *keep,
                                const weft_catalog **ret_catalog,
                                void (*problem)(void *ctx, const weft_error *problem),
                                void *ctx,
                                weft_error *error)
{
    weft_arena scratch;
    weft_arena_init(&scratch, keep->allocator, 0);
    weft_problems *problems = WEFT_ARENA_NEW(&scratch, weft_problems);
    weft_code code = WEFT_NO_MEMORY;
    if (problems) {
        const weft_sources sources = {.directory = options->directory ? options->directory : ".",
                                      .project = options->project,
                                      .set = options->definitions};
        code = weft_define(&sources, keep, &scratch, ret_catalog, problems, error);
    } else {
        (void)weft_fail_no_memory(error);
    }
    for (size_t i = 0; problems && problem && i < problems->count; i++) {
        problem(ctx, &problems->items[i]);
    }
    weft_arena_done(&scratch);
    return code;
}

static weft_code open_engine(weft_engine *engine, const weft_options *options, weft_error *error)
{
    WEFT_TRY(define_project(options, &engine->keep, &engine->catalog, NULL, NULL, error));
    engine->has_project_text = options->project != NULL;
    engine->limits = settle_limits(&options->limits, &engine->catalog->limits);
    return open_pools(engine, options, error);
}

weft_code weft_open(const weft_options *options, weft_engine **ret_engine, weft_error *error)
{
    if (!options || !ret_engine) {
        return weft_fail(error, WEFT_MISUSE, "options and a place for the engine must be given");
    }
    const weft_allocator *allocator = weft_allocator_or_default(options->allocator);
    weft_engine *engine = weft_resize(allocator, NULL, 0, sizeof(*engine));
    if (!engine) {
        return weft_fail_no_memory(error);
    }
    *engine = (weft_engine){.whole = engine, .allocator = allocator, .observer = options->observer};
    weft_arena_init(&engine->keep, allocator, 0);
    init_clock(engine, options->deterministic);
    const weft_code code =
        weft_kept_init(&engine->kept) ? open_engine(engine, options, error) : weft_fail_no_memory(error);
    if (code != WEFT_OK) {
        weft_close(engine);
        return code;
    }
    *ret_engine = engine;
    return WEFT_OK;
}

void weft_close(weft_engine *engine)
{
    if (!engine) {
        return;
    }
    if (engine->whole != engine) {
        weft_row_scope_release(engine->rows);
        weft_free(engine->allocator, engine, sizeof(*engine));
        return;
    }
    weft_kept_done(&engine->kept);
    for (size_t i = 0; i < WEFT_STORES_MAX; i++) {
        weft_pool_close(engine->pools[i]);
    }
    weft_ulid_source_done(&engine->ulids);
    weft_arena_done(&engine->keep);
    weft_free(engine->allocator, engine, sizeof(*engine));
}

void weft_stop(weft_engine *engine)
{
    if (engine) {
        weft_engine_cancel(&engine->whole->stop);
    }
}

weft_code weft_open_scoped(weft_engine *engine,
                           const weft_row_rules *rules,
                           weft_engine **ret_engine,
                           weft_error *error)
{
    if (!engine || !rules || !ret_engine || engine->rows) {
        return weft_fail(
            error, WEFT_MISUSE, "an engine that is not scoped, row rules and a place for the engine must be given");
    }
    weft_row_scope *rows = NULL;
    WEFT_TRY(weft_row_scope_make(engine->catalog, rules, engine->allocator, &rows, error));
    weft_engine *scoped = weft_resize(engine->allocator, NULL, 0, sizeof(*scoped));
    if (!scoped) {
        weft_row_scope_release(rows);
        return weft_fail_no_memory(error);
    }
    *scoped = (weft_engine){.whole = engine,
                            .rows = rows,
                            .allocator = engine->allocator,
                            .observer = engine->observer,
                            .limits = engine->limits,
                            .catalog = engine->catalog,
                            .has_project_text = engine->has_project_text,
                            .clock = engine->clock,
                            .is_deterministic = engine->is_deterministic};
    memcpy(scoped->pools, engine->pools, sizeof(scoped->pools));
    *ret_engine = scoped;
    return WEFT_OK;
}

weft_code weft_engine_must_be_whole(const weft_engine *engine, const char *what, weft_error *error)
{
    return !engine || !engine->rows ? WEFT_OK
                                    : weft_fail(error, WEFT_FORBIDDEN, "%s is not for a caller under row rules", what);
}

weft_code weft_check(const weft_options *options,
                     void (*problem)(void *ctx, const weft_error *problem),
                     void *ctx,
                     weft_error *error)
{
    if (!options) {
        return weft_fail(error, WEFT_MISUSE, "options must be given");
    }
    weft_arena keep;
    weft_arena_init(&keep, options->allocator, 0);
    const weft_catalog *catalog = NULL;
    const weft_code code = define_project(options, &keep, &catalog, problem, ctx, error);
    weft_arena_done(&keep);
    return code;
}
