/* Prepared statements, named on the server and found by their text: parsing and planning cost more than running a small
 * statement. The table is bounded; when it is full, the statement that was not used for the longest is deallocated.
 *
 * A statement is described once, before it first runs, because the format of results has to be said when it is run:
 * binary, which neither side formats or parses, or text where a column's type has a binary form that is its own. */
#include <stdio.h>
#include <string.h>

#include "store/postgres.h"

static weft_postgres_prepared *find(weft_postgres_cache *cache, uint64_t hash, weft_str sql)
{
    for (size_t i = 0; i < cache->count; i++) {
        if (cache->slots[i].hash == hash &&
            weft_str_equal((weft_str){cache->slots[i].sql, cache->slots[i].sql_len}, sql)) {
            cache->slots[i].used_at = ++cache->uses;
            return &cache->slots[i];
        }
    }
    return NULL;
}

weft_postgres_prepared *weft_postgres_find(weft_postgres *pg, const weft_statement *statement)
{
    return find(&pg->cache, weft_statement_hash(statement), statement->sql);
}

static void free_slot(weft_postgres *pg, weft_postgres_prepared *slot)
{
    weft_free(pg->base.config->allocator, slot->sql, slot->sql_len + 1);
    *slot = (weft_postgres_prepared){.number = 0};
}

void weft_postgres_cache_done(weft_postgres *pg)
{
    for (size_t i = 0; i < pg->cache.count; i++) {
        free_slot(pg, &pg->cache.slots[i]);
    }
    pg->cache.count = 0;
}

static weft_code send_ignored(weft_postgres *pg, const char *sql, weft_error *error)
{
    WEFT_TRY(weft_postgres_sent(pg, PQsendQueryParams(pg->conn, sql, 0, NULL, NULL, NULL, NULL, 0), error));
    return weft_postgres_expect(pg, (weft_postgres_pending){.wait = WEFT_POSTGRES_WAIT_IGNORED}, error);
}

/* An unused slot, or that of the statement that rested longest. */
static weft_code make_room(weft_postgres *pg, weft_postgres_prepared **ret_slot, weft_error *error)
{
    weft_postgres_cache *cache = &pg->cache;
    if (cache->count < WEFT_COUNT_OF(cache->slots)) {
        *ret_slot = cache->slots + cache->count++;
        return WEFT_OK;
    }
    weft_postgres_prepared *oldest = &cache->slots[0];
    for (size_t i = 1; i < cache->count; i++) {
        oldest = cache->slots[i].used_at < oldest->used_at ? &cache->slots[i] : oldest;
    }
    char sql[32];
    (void)snprintf(sql, sizeof(sql), "DEALLOCATE %s", oldest->name);
    WEFT_TRY(send_ignored(pg, sql, error));
    free_slot(pg, oldest);
    *ret_slot = oldest;
    return WEFT_OK;
}

static weft_code add_slot(weft_postgres *pg,
                          const weft_statement *statement,
                          weft_postgres_prepared **ret_slot,
                          weft_error *error)
{
    const weft_str sql = statement->sql;
    char *copy = weft_resize(pg->base.config->allocator, NULL, 0, sql.len + 1);
    if (copy == NULL) {
        (void)weft_fail_no_memory(error);
        return WEFT_NO_MEMORY;
    }
    memcpy(copy, sql.data, sql.len);
    copy[sql.len] = '\0';
    weft_postgres_prepared *slot = NULL;
    const weft_code code = make_room(pg, &slot, error);
    if (code != WEFT_OK) {
        weft_free(pg->base.config->allocator, copy, sql.len + 1);
        return code;
    }
    *slot = (weft_postgres_prepared){.hash = weft_statement_hash(statement),
                                     .sql = copy,
                                     .sql_len = sql.len,
                                     .number = ++pg->cache.numbers,
                                     .used_at = ++pg->cache.uses};
    (void)snprintf(slot->name, sizeof(slot->name), "w%u", (unsigned int)slot->number);
    *ret_slot = slot;
    return WEFT_OK;
}

/* Prepare and describe: two answers. */
static weft_code send_prepare(weft_postgres *pg, const weft_statement *statement, weft_error *error)
{
    Oid *types = NULL;
    weft_postgres_prepared *slot = NULL;
    if (!weft_postgres_param_types(pg, statement, &types)) {
        return weft_fail_no_memory(error);
    }
    WEFT_TRY(add_slot(pg, statement, &slot, error));
    const weft_postgres_pending prepared = {.wait = WEFT_POSTGRES_WAIT_PREPARE};
    const weft_postgres_pending described = {.wait = WEFT_POSTGRES_WAIT_DESCRIBE, .prepared = slot};
    const int count = (int)(statement->param_count + (statement->bulk ? statement->bulk->column_count : 0));
    WEFT_TRY(weft_postgres_sent(pg, PQsendPrepare(pg->conn, slot->name, slot->sql, count, types), error));
    WEFT_TRY(weft_postgres_expect(pg, prepared, error));
    WEFT_TRY(weft_postgres_sent(pg, PQsendDescribePrepared(pg->conn, slot->name), error));
    return weft_postgres_expect(pg, described, error);
}

/* Slots whose statement the server refused, or never saw. */
static void drop_undescribed(weft_postgres *pg)
{
    weft_postgres_cache *cache = &pg->cache;
    for (size_t i = cache->count; i-- > 0;) {
        if (!cache->slots[i].is_described) {
            free_slot(pg, &cache->slots[i]);
            cache->slots[i] = cache->slots[--cache->count];
        }
    }
}

static weft_code forget_all(weft_postgres *pg, weft_error *error)
{
    weft_postgres_cache_done(pg);
    pg->cache.is_stale = false;
    memset(pg->cache.has_control, 0, sizeof(pg->cache.has_control));
    return send_ignored(pg, "DEALLOCATE ALL", error);
}

static weft_code send_missing(
    weft_postgres *pg, const weft_statement *statements, size_t count, bool *ret_has_sent, weft_error *error)
{
    if (pg->cache.is_stale) {
        WEFT_TRY(forget_all(pg, error));
        *ret_has_sent = true;
    }
    for (size_t i = 0; i < count; i++) {
        if (statements[i].is_once || weft_postgres_find(pg, &statements[i]) != NULL) {
            continue;
        }
        *ret_has_sent = true;
        WEFT_TRY(send_prepare(pg, &statements[i], error));
    }
    return WEFT_OK;
}

weft_code weft_postgres_prepare_all(weft_postgres *pg,
                                    const weft_statement *statements,
                                    size_t count,
                                    weft_error *error)
{
    bool has_sent = false;
    pg->control_failure.code = WEFT_OK;
    WEFT_TRY(send_missing(pg, statements, count, &has_sent, error));
    if (!has_sent) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_postgres_sync(pg, error));
    WEFT_TRY(weft_postgres_flush(pg, error));
    WEFT_TRY(weft_postgres_collect_all(pg, error));
    if (pg->control_failure.code == WEFT_OK) {
        return WEFT_OK;
    }
    drop_undescribed(pg);
    if (error != NULL) {
        *error = pg->control_failure;
    }
    return pg->control_failure.code;
}

/* The driver's own statements keep names of their own: the way out of a failed transaction must not depend on room in
 * the table, which cannot be made there. */
weft_code weft_postgres_send_control(weft_postgres *pg,
                                     weft_postgres_control control,
                                     weft_postgres_wait wait,
                                     weft_error *error)
{
    static const struct {
        const char *name;
        const char *sql;
    } controls[] = {
        [WEFT_POSTGRES_BEGIN_READ] = {"weft_begin_read", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"},
        [WEFT_POSTGRES_BEGIN_WRITE] = {"weft_begin_write", "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"},
        [WEFT_POSTGRES_COMMIT] = {"weft_commit", "COMMIT"},
        [WEFT_POSTGRES_ROLLBACK] = {"weft_rollback", "ROLLBACK"},
        [WEFT_POSTGRES_PLAN_ONCE] = {"weft_plan_once", "SET plan_cache_mode = force_generic_plan"},
        [WEFT_POSTGRES_PLAN_ANEW] = {"weft_plan_anew", "RESET plan_cache_mode"},
        [WEFT_POSTGRES_LONE_READ] =
            {"weft_lone_read", "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"},
        [WEFT_POSTGRES_LONE_ANY] =
            {"weft_lone_any", "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE"},
    };
    const char *name = controls[control].name;
    if (!pg->cache.has_control[control]) {
        const weft_postgres_pending prepare = {.wait = WEFT_POSTGRES_WAIT_PREPARE};
        WEFT_TRY(weft_postgres_sent(pg, PQsendPrepare(pg->conn, name, controls[control].sql, 0, NULL), error));
        WEFT_TRY(weft_postgres_expect(pg, prepare, error));
        pg->cache.has_control[control] = true;
    }
    WEFT_TRY(weft_postgres_sent(pg, PQsendQueryPrepared(pg->conn, name, 0, NULL, NULL, NULL, 0), error));
    return weft_postgres_expect(pg, (weft_postgres_pending){.wait = wait}, error);
}
