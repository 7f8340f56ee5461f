/* Deletions and restores that were cut off between their stores: rows of weft_deletions that are neither done nor
 * restored. One at work is waited for, within patience. Fails as the stores do. */
#include <time.h>

#include "doctor/examination.h"
#include "migrate/own.h"

#define WAIT_MS 20

#define UNFINISHED "FROM \"" WEFT_DELETIONS_TABLE "\" WHERE \"state\" IN ('prepared', 'restoring')"

typedef struct unfinished {
    const weft_value *values; /* id, entity, state of each */
    size_t count;
} unfinished;

static weft_code read_store(
    weft_session *session, const weft_store_def *store, weft_arena *keep, unfinished *ret_unfinished, weft_error *error)
{
    static const weft_value_kind kinds[] = {WEFT_VALUE_TEXT, WEFT_VALUE_TEXT, WEFT_VALUE_TEXT};
    const weft_statement statement = {
        .sql = WEFT_STR("SELECT \"id\", \"entity\", \"state\" " UNFINISHED " ORDER BY \"id\" LIMIT 1000"),
        .columns = kinds,
        .column_count = 3};
    weft_connection *connection = NULL;
    bool has = false;
    *ret_unfinished = (unfinished){0};
    WEFT_TRY(weft_session_connection(session, store, &connection, error));
    WEFT_TRY(weft_own_group_is_there(connection, &weft_own_deletions, keep, &has, error));
    return has ? weft_connection_collect(
                     connection, &statement, keep, &ret_unfinished->values, &ret_unfinished->count, error)
               : WEFT_OK;
}

static weft_code count_in(weft_examination *examination, weft_session *session, size_t *ret_count, weft_error *error)
{
    const weft_catalog *catalog = examination->catalog;
    size_t count = 0;
    for (size_t i = 0; i < catalog->store_count; i++) {
        unfinished found = {0};
        if (examination->is_away[i]) {
            continue;
        }
        WEFT_TRY(read_store(session, &catalog->stores[i], &examination->page, &found, error));
        count += found.count;
    }
    *ret_count = count;
    return WEFT_OK;
}

static weft_code count_all(weft_examination *examination, size_t *ret_count, weft_error *error)
{
    weft_session session;
    const weft_arena_mark mark = weft_arena_mark_here(&examination->page);
    weft_examination_session(examination, WEFT_TRANSACTION_READ, &session);
    const weft_code code = count_in(examination, &session, ret_count, error);
    weft_session_done(&session);
    weft_arena_rewind(&examination->page, mark);
    return code;
}

weft_code weft_doctor_wait_for_deletions(weft_examination *examination, bool *ret_is_quiet, weft_error *error)
{
    for (;;) {
        size_t count = 0;
        const weft_code code = count_all(examination, &count, error);
        if (code != WEFT_OK) {
            WEFT_TRY(weft_examination_pass_over(examination, code, error));
            continue;
        }
        *ret_is_quiet = count == 0;
        if (count == 0 || examination->patience_ms < WAIT_MS) {
            return WEFT_OK;
        }
        const struct timespec wait = {.tv_nsec = WAIT_MS * 1000000L};
        (void)nanosleep(&wait, NULL);
        examination->patience_ms -= WAIT_MS;
    }
}

static weft_code tell_store(weft_examination *examination,
                            const weft_store_def *store,
                            const unfinished *found,
                            weft_error *error)
{
    for (size_t i = 0; i < found->count; i++) {
        weft_finding_begin(examination, "unfinished_deletion", store);
        weft_finding_add_value(examination, "id", &found->values[i * 3]);
        weft_finding_add_value(examination, "entity", &found->values[i * 3 + 1]);
        weft_finding_add_value(examination, "state", &found->values[i * 3 + 2]);
        WEFT_TRY(weft_finding_end(examination, weft_examination_left(examination), error));
    }
    return WEFT_OK;
}

static weft_code check_store(weft_examination *examination, const weft_store_def *store, weft_error *error)
{
    weft_session session;
    unfinished found = {0};
    weft_arena_reset(&examination->page);
    weft_examination_session(examination, WEFT_TRANSACTION_READ, &session);
    const weft_code code = read_store(&session, store, &examination->page, &found, error);
    weft_session_done(&session);
    return code == WEFT_OK ? tell_store(examination, store, &found, error) : code;
}

weft_code weft_doctor_check_deletions(weft_examination *examination, weft_error *error)
{
    bool is_quiet = false;
    WEFT_TRY(weft_doctor_wait_for_deletions(examination, &is_quiet, error));
    for (size_t i = 0; !is_quiet && i < examination->catalog->store_count; i++) {
        if (!examination->is_away[i]) {
            WEFT_TRY(check_store(examination, &examination->catalog->stores[i], error));
        }
    }
    return WEFT_OK;
}
