/* Rows whose end is gone: no record has the key, or the one that has is deleted.
 *
 *      page ─▶ ends dead? ─▶ ends dead in a fresh snapshot? ─▶ no deletion at work? ─▶ row unchanged since the page?
 *
 * The order of these looks makes a finding certain: the row lived, unchanged, before and after the moment when its end
 * was seen dead, and no deletion that removes both was between its stores. Fails as the stores do. */
#include "doctor/cures.h"
#include "doctor/walk.h"

static void set_place(weft_place *place, const weft_link *link)
{
    const weft_field *id = weft_doctor_id_field(link);
    bool has_id = false;
    for (size_t i = 0; i < link->model->key_count && place->count < WEFT_PLACE_MAX - 1; i++) {
        place->fields[place->count++] = link->model->keys[i];
        has_id = has_id || link->model->keys[i] == id;
    }
    if (!has_id) {
        place->fields[place->count++] = id;
    }
}

static weft_code move_place(weft_place *place, const weft_link *link, const weft_doctor_row *row, weft_error *error)
{
    weft_value values[WEFT_PLACE_MAX] = {{0}};
    for (size_t i = 0; i < place->count; i++) {
        values[i] = place->fields[i] == link->left.column    ? row->left
                    : place->fields[i] == link->right.column ? row->right
                                                             : row->id;
    }
    return weft_place_move(place, values, error);
}

static weft_code read_rows(weft_examination *examination,
                           weft_session *session,
                           const weft_link *link,
                           const weft_place *place,
                           weft_doctor_rows *ret_rows,
                           weft_error *error)
{
    weft_arena *keep = &examination->page;
    weft_connection *connection = NULL;
    weft_sql_order order[WEFT_PLACE_MAX];
    weft_doctor_select select = {.link = link, .order = order, .order_count = place->count};
    select.limit = examination->batch_rows;
    WEFT_TRY(weft_place_where(place, keep, &select.where, error));
    if (!weft_place_order(place, keep, order)) {
        return weft_fail_arena(error, keep);
    }
    WEFT_TRY(weft_session_connection(session, link->model->store, &connection, error));
    return weft_doctor_rows_read(connection, &select, keep, ret_rows, error);
}

/* Which rows of the next page look damaged. */
static weft_code look_at_page(weft_examination *examination,
                              const weft_link *link,
                              weft_place *place,
                              weft_doctor_rows *ret_rows,
                              size_t *ret_count,
                              weft_error *error)
{
    weft_session session;
    weft_examination_session(examination, WEFT_TRANSACTION_READ, &session);
    weft_code code = read_rows(examination, &session, link, place, ret_rows, error);
    *ret_count = code == WEFT_OK ? ret_rows->count : 0;
    if (code == WEFT_OK && ret_rows->count > 0) {
        code = move_place(place, link, &ret_rows->items[ret_rows->count - 1], error);
    }
    if (code == WEFT_OK) {
        code = weft_doctor_ends_look(examination, &session, link, false, ret_rows, error);
    }
    weft_session_done(&session);
    weft_doctor_rows_keep_dead(ret_rows);
    return code;
}

static weft_code look_at_ends(weft_examination *examination,
                              const weft_link *link,
                              weft_doctor_rows *rows,
                              weft_error *error)
{
    weft_session session;
    weft_examination_session(examination, WEFT_TRANSACTION_READ, &session);
    const weft_code code = weft_doctor_ends_look(examination, &session, link, false, rows, error);
    weft_session_done(&session);
    weft_doctor_rows_keep_dead(rows);
    return code;
}

static weft_code look_at_rows(weft_examination *examination,
                              const weft_link *link,
                              weft_doctor_rows *rows,
                              weft_error *error)
{
    weft_session session;
    weft_examination_session(examination, WEFT_TRANSACTION_READ, &session);
    const weft_code code = weft_doctor_rows_again(&session, link, false, rows, &examination->page, error);
    weft_session_done(&session);
    return code;
}

static weft_code be_sure(weft_examination *examination,
                         const weft_link *link,
                         weft_doctor_rows *rows,
                         weft_error *error)
{
    bool is_quiet = false;
    if (rows->count == 0) {
        return WEFT_OK;
    }
    WEFT_TRY(look_at_ends(examination, link, rows, error));
    if (rows->count == 0) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_doctor_wait_for_deletions(examination, &is_quiet, error));
    return look_at_rows(examination, link, rows, error);
}

/* Damaged rows on their way to a cure; one entry of `cures` a row and side. */
typedef struct healing {
    weft_examination *examination;
    const weft_link *link;
    weft_doctor_rows rows;
    weft_cure (*cures)[2];
} healing;

/* The rows `from` to `to` that are still there, locked, with their ends as they are now. */
static weft_code look_locked(
    const healing *work, weft_session *session, size_t from, size_t to, weft_doctor_rows *ret_rows, weft_error *error)
{
    weft_arena *scratch = &work->examination->page;
    const bool locks_ends = work->examination->options->fix != WEFT_DOCTOR_RESTORE;
    weft_doctor_rows rows = {WEFT_ARENA_ARRAY(scratch, weft_doctor_row, to - from), to - from};
    if (!rows.items) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < rows.count; i++) {
        rows.items[i] = work->rows.items[from + i];
        rows.items[i].at = from + i;
    }
    WEFT_TRY(weft_doctor_rows_again(session, work->link, true, &rows, scratch, error));
    WEFT_TRY(weft_doctor_ends_look(work->examination, session, work->link, locks_ends, &rows, error));
    *ret_rows = rows;
    return WEFT_OK;
}

static weft_cure cure_of_end(const healing *work, const weft_doctor_row *row, size_t side)
{
    const weft_doctor_fix fix = work->examination->options->fix;
    if (fix != WEFT_DOCTOR_RESTORE) {
        return row->ends[side] == WEFT_END_LIVE ? WEFT_CURE_GONE
               : fix == WEFT_DOCTOR_UNLINK      ? WEFT_CURE_UNLINKED
                                                : WEFT_CURE_QUARANTINED;
    }
    const bool can_revive = weft_doctor_can_revive(weft_doctor_side(work->link, side)->model);
    return row->ends[side] == WEFT_END_LIVE || (row->ends[side] == WEFT_END_DELETED && can_revive) ? WEFT_CURE_RESTORED
                                                                                                   : WEFT_CURE_LEFT;
}

static weft_code write_cures(const healing *work, weft_session *session, weft_doctor_rows *rows, weft_error *error)
{
    weft_arena *scratch = &work->examination->page;
    if (work->examination->options->fix == WEFT_DOCTOR_RESTORE) {
        WEFT_TRY(weft_doctor_ends_revive(session, work->link, 0, rows, scratch, error));
        return weft_doctor_ends_revive(session, work->link, 1, rows, scratch, error);
    }
    weft_doctor_rows_keep_dead(rows);
    if (rows->count == 0) {
        return WEFT_OK;
    }
    return work->examination->options->fix == WEFT_DOCTOR_UNLINK
               ? weft_doctor_rows_unlink(session, work->link, rows, scratch, error)
               : weft_doctor_rows_quarantine(session, work->link, rows, "dangling_end", scratch, error);
}

/* In one transaction a store. Rows that are not met keep the cure GONE. */
static weft_code heal_in(const healing *work, weft_session *session, size_t from, size_t to, weft_error *error)
{
    weft_doctor_rows rows = {0};
    WEFT_TRY(look_locked(work, session, from, to, &rows, error));
    weft_doctor_rows written = rows;
    WEFT_TRY(write_cures(work, session, &written, error));
    WEFT_TRY(weft_session_commit(session, error));
    for (size_t i = 0; i < written.count; i++) {
        const weft_doctor_row *row = &written.items[i];
        for (size_t side = 0; side < 2; side++) {
            const bool was_dead = work->rows.items[row->at].ends[side] != WEFT_END_LIVE;
            work->cures[row->at][side] = was_dead ? cure_of_end(work, row, side) : WEFT_CURE_GONE;
        }
    }
    return WEFT_OK;
}

static weft_code heal(const healing *work, size_t from, size_t to, weft_error *error)
{
    weft_session session;
    weft_examination_session(work->examination, WEFT_TRANSACTION_WRITE, &session);
    const weft_code code = heal_in(work, &session, from, to, error);
    weft_session_done(&session);
    return code;
}

static bool may_be_left(const healing *work, weft_code code)
{
    return work->examination->options->fix == WEFT_DOCTOR_RESTORE &&
           (code == WEFT_UNIQUE_VIOLATION || code == WEFT_CHECK_VIOLATION);
}

/* A record that cannot be revived must not keep the others from it. */
static weft_code heal_singly(const healing *work, weft_error *error)
{
    for (size_t i = 0; i < work->rows.count; i++) {
        const weft_code code = heal(work, i, i + 1, error);
        if (may_be_left(work, code)) {
            for (size_t side = 0; side < 2; side++) {
                const bool is_dead = work->rows.items[i].ends[side] != WEFT_END_LIVE;
                work->cures[i][side] = is_dead ? WEFT_CURE_LEFT : WEFT_CURE_GONE;
            }
        } else if (code != WEFT_OK) {
            return code;
        }
    }
    return WEFT_OK;
}

static weft_code heal_all(const healing *work, weft_error *error)
{
    const bool may_fix = weft_examination_may_fix(work->examination);
    for (size_t i = 0; i < work->rows.count; i++) {
        work->cures[i][0] = may_fix ? WEFT_CURE_GONE : weft_examination_left(work->examination);
        work->cures[i][1] = work->cures[i][0];
    }
    if (!may_fix) {
        return WEFT_OK;
    }
    const weft_code code = heal(work, 0, work->rows.count, error);
    return may_be_left(work, code) ? heal_singly(work, error) : code;
}

static weft_code tell_end(const healing *work, size_t at, size_t side, weft_error *error)
{
    weft_examination *examination = work->examination;
    const weft_doctor_row *row = &work->rows.items[at];
    if (row->ends[side] == WEFT_END_LIVE) {
        return WEFT_OK;
    }
    const bool is_deleted = row->ends[side] == WEFT_END_DELETED;
    weft_finding_begin(examination, "dangling_end", work->link->model->store);
    weft_finding_add_text(examination, "link", work->link->name);
    weft_finding_add_value(examination, "id", &row->id);
    weft_finding_add_value(examination, "left", &row->left);
    weft_finding_add_value(examination, "right", &row->right);
    weft_finding_add_text(examination, "side", side == 0 ? WEFT_STR("left") : WEFT_STR("right"));
    weft_finding_add_text(examination, "model", weft_doctor_side(work->link, side)->model->name);
    weft_finding_add_text(examination, "state", is_deleted ? WEFT_STR("deleted") : WEFT_STR("missing"));
    return weft_finding_end(examination, work->cures[at][side], error);
}

static weft_code tell(const healing *work, weft_error *error)
{
    for (size_t i = 0; i < work->rows.count; i++) {
        WEFT_TRY(tell_end(work, i, 0, error));
        WEFT_TRY(tell_end(work, i, 1, error));
    }
    return WEFT_OK;
}

static weft_code heal_and_tell(weft_examination *examination,
                               const weft_link *link,
                               const weft_doctor_rows *rows,
                               weft_error *error)
{
    healing work = {.examination = examination, .link = link, .rows = *rows};
    work.cures = weft_arena_alloc_array(&examination->page, rows->count, sizeof(*work.cures));
    if (!work.cures) {
        return weft_fail_arena(error, &examination->page);
    }
    WEFT_TRY(heal_all(&work, error));
    return tell(&work, error);
}

static weft_code check_page(
    weft_examination *examination, const weft_link *link, weft_place *place, size_t *ret_count, weft_error *error)
{
    weft_doctor_rows rows = {0};
    weft_arena_reset(&examination->page);
    WEFT_TRY(look_at_page(examination, link, place, &rows, ret_count, error));
    WEFT_TRY(be_sure(examination, link, &rows, error));
    return rows.count > 0 ? heal_and_tell(examination, link, &rows, error) : WEFT_OK;
}

static void tell_progress(const weft_examination *examination, const weft_link *link)
{
    const weft_observer *observer = examination->observer;
    if (observer && observer->notify) {
        const weft_event event = {.kind = WEFT_EVENT_PROGRESS,
                                  .store = link->model->store->name.data,
                                  .text = link->name,
                                  .done = examination->summary.rows};
        observer->notify(observer->ctx, &event);
    }
}

weft_code weft_doctor_check_ends(weft_examination *examination, const weft_link *link, weft_error *error)
{
    weft_place place;
    weft_place_init(&place, examination->pattern->allocator);
    set_place(&place, link);
    size_t count = examination->batch_rows;
    weft_code code = WEFT_OK;
    while (code == WEFT_OK && count == examination->batch_rows) {
        code = check_page(examination, link, &place, &count, error);
        examination->summary.rows += code == WEFT_OK ? count : 0;
        tell_progress(examination, link);
    }
    weft_place_done(&place);
    return code;
}
