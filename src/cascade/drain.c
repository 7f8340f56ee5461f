/* Draining one outbox.
 *
 *      read a page of notes ▶ for each group: lock the stores ▶ claim the notes ▶ walk from what is gone
 *      ▶ change the rows, nothing committed ▶ remove the notes ▶ commit home ▶ commit the others
 *
 * The notes leave in home's transaction, with the journal: killed before it, the notes are there and nothing has
 * happened; killed after it, recovering finishes the deletion as any other. Two who drain at once wait for each other
 * at the lock, and who comes second finds the notes claimed or gone.
 *
 * What the definitions refuse stays in the outbox with the reason, and the rest goes on; since one cascade may remove
 * what holds another record, passes are repeated while they settle something. */
#include "cascade/drain.h"

#include "cascade/noted.h"
#include "json/writer.h"

#define PAGE_NOTES ((size_t)500)
#define TRIES_MAX  3
#define REASON_MAX 1000

typedef struct drain {
    const weft_catalog *catalog;
    const weft_store_def *store;
    const weft_cascade_recovery *options;
    weft_session *session;
    weft_arena *scratch; /* of the caller: the report */
    weft_arena page;     /* the notes at hand */
    weft_arena work;     /* one group */
    weft_drained *drained;
    int64_t after;    /* the last note of this pass */
    uint64_t seen;    /* notes that were tried, of notes_max */
    bool has_settled; /* in this pass */
    bool has_refused;
} drain;

static void roll_back_all(const drain *d)
{
    for (size_t i = 0; i < d->catalog->store_count; i++) {
        weft_cascade_roll_back(d->session, &d->catalog->stores[i]);
    }
}

/* The model whose table it is, or was until it was renamed. */
static weft_code find_model(const drain *d, weft_str table, const weft_model **ret_model, weft_error *error)
{
    const weft_model *model = weft_cascade_model_of_table(d->catalog, d->store, table);
    for (size_t i = 0; !model && i < d->catalog->model_count; i++) {
        const weft_model *renamed = d->catalog->models[i];
        if (renamed->store == d->store && weft_str_equal(renamed->renamed_from, table)) {
            model = renamed;
        }
    }
    if (!model || model->link || model->is_pivot) {
        return weft_fail(error, WEFT_UNKNOWN_ENTITY, "no model has the table \"%.*s\"", WEFT_STR_ARG(table));
    }
    *ret_model = model;
    return WEFT_OK;
}

/* A group on its way. */
typedef struct group {
    weft_cascade_run run;
    weft_cascade_work work;
    weft_noted noted;
    const weft_note *notes;
    size_t count;
    bool *claimed;
    size_t claimed_count;
} group;

static weft_code claim(drain *d, group *g, weft_error *error)
{
    weft_connection *connection = d->session->connections[d->store->index];
    WEFT_TRY(weft_outbox_claim(connection, g->notes, g->count, &d->work, &g->claimed, error));
    for (size_t i = 0; i < g->count; i++) {
        g->claimed_count += g->claimed[i];
    }
    return WEFT_OK;
}

static weft_code remove_claimed(drain *d, const group *g, weft_error *error)
{
    weft_note *mine = WEFT_ARENA_ARRAY(&d->work, weft_note, g->count);
    size_t count = 0;
    if (!mine) {
        return weft_fail_arena(error, &d->work);
    }
    for (size_t i = 0; i < g->count; i++) {
        if (g->claimed[i]) {
            mine[count++] = g->notes[i];
        }
    }
    return weft_outbox_remove(d->session->connections[d->store->index], mine, count, &d->work, error);
}

static void tell_deletion(drain *d, const group *g)
{
    weft_drained *drained = d->drained;
    if (drained->deletion_count++ < WEFT_DRAINED_TOLD_MAX) {
        weft_buf_add_text(&drained->deletions, drained->deletions.len > 0 ? "," : "");
        weft_json_add_text(&drained->deletions, g->run.home.id);
    }
}

static void count_settled(drain *d, const group *g)
{
    const uint64_t voided = g->noted.void_count;
    d->drained->voided += voided;
    d->drained->settled += g->claimed_count > voided ? g->claimed_count - voided : 0;
    d->has_settled = true;
}

/* Nothing hangs on what is gone: only the notes go. */
static weft_code commit_notes(drain *d, const group *g, weft_error *error)
{
    WEFT_TRY(remove_claimed(d, g, error));
    WEFT_TRY(weft_cascade_commit_store(d->session, d->store, error));
    count_settled(d, g);
    return WEFT_OK;
}

static weft_code commit_deletion(drain *d, group *g, const weft_cascade_walk *walk, weft_error *error)
{
    WEFT_TRY(weft_cascade_describe(&g->run, g->noted.model, g->noted.keys, &g->work, error));
    WEFT_TRY(weft_cascade_apply(&g->run, &g->work, error));
    WEFT_TRY(remove_claimed(d, g, error));
    WEFT_TRY(weft_noted_check(walk, &g->noted, error));
    const weft_code code = weft_cascade_commit(&g->run, WEFT_DELETION_DONE, error);
    if (code == WEFT_OK) {
        tell_deletion(d, g);
        count_settled(d, g);
    }
    return code;
}

static weft_code carry_out(drain *d, group *g, weft_error *error)
{
    const weft_model *model = NULL;
    const size_t rows_max = d->options->records_max > 0 ? d->options->records_max : WEFT_CASCADE_RECORDS_MAX;
    WEFT_TRY(find_model(d, g->notes[0].table, &model, error));
    WEFT_TRY(weft_cascade_enter(&g->run, model, error));
    WEFT_TRY(claim(d, g, error));
    if (g->claimed_count == 0) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_cascade_work_init(&g->work, d->catalog, rows_max, &d->work, error));
    weft_cascade_walk walk = {.session = d->session, .work = &g->work, .scratch = &d->work, .locks = true};
    WEFT_TRY(weft_noted_walk(&walk, model, g->notes, g->claimed, g->count, &g->noted, error));
    return g->work.row_count == 0 ? commit_notes(d, g, error) : commit_deletion(d, g, &walk, error);
}

static weft_code try_group(drain *d, const weft_note *notes, size_t count, weft_error *error)
{
    weft_code code = WEFT_STORE_BUSY;
    for (size_t i = 0; code == WEFT_STORE_BUSY && i < TRIES_MAX; i++) {
        weft_arena_reset(&d->work);
        group g = {
            .run = {.catalog = d->catalog, .session = d->session, .scratch = &d->work}, .notes = notes, .count = count};
        code = carry_out(d, &g, error);
        roll_back_all(d);
    }
    return code;
}

/* Does the definition, or the note itself, stand in the way? Then trying on is no use, and the next note may do. */
static bool is_refusal(weft_code code)
{
    static const weft_code stops[] = {WEFT_OK,
                                      WEFT_NO_MEMORY,
                                      WEFT_CANCELLED,
                                      WEFT_TIMEOUT,
                                      WEFT_STORE_BUSY,
                                      WEFT_STORE_UNAVAILABLE,
                                      WEFT_SCHEMA_MISSING};
    for (size_t i = 0; i < WEFT_COUNT_OF(stops); i++) {
        if (code == stops[i]) {
            return false;
        }
    }
    return true;
}

static void tell_refusal(drain *d, const weft_note *note, weft_str reason)
{
    weft_drained *drained = d->drained;
    const weft_model *model = NULL;
    d->has_refused = true;
    if (drained->refused++ >= WEFT_DRAINED_TOLD_MAX) {
        return;
    }
    weft_buf *buf = &drained->refusals;
    (void)find_model(d, note->table, &model, NULL);
    weft_buf_add_text(buf, buf->len > 0 ? ",{\"entity\":" : "{\"entity\":");
    weft_json_add_text(buf, model ? model->name : note->table);
    weft_buf_add_text(buf, ",\"key\":");
    weft_json_add_text(buf, note->key);
    weft_buf_add_text(buf, ",\"reason\":");
    weft_json_add_text(buf, reason);
    weft_buf_add_char(buf, '}');
}

static void keep_first(drain *d, const weft_error *problem)
{
    if (d->drained->first.code == WEFT_OK) {
        d->drained->first = *problem;
        weft_error_set_store(&d->drained->first, d->store->name);
    }
}

/* A note that is not there any more went with a deletion that has begun and could not be finished: that one is the
 * journal's by now. */
static weft_code refuse(drain *d, const weft_note *note, const weft_error *problem, weft_error *error)
{
    const weft_str reason = weft_str_format(
        &d->work, "%.*s%s%s", REASON_MAX, problem->message, problem->detail[0] ? ". " : "", problem->detail);
    weft_connection *connection = NULL;
    bool is_there = false;
    if (!reason.data) {
        return weft_fail_arena(error, &d->work);
    }
    WEFT_TRY(weft_session_connection(d->session, d->store, &connection, error));
    WEFT_TRY(weft_outbox_refuse(connection, note, reason, weft_cascade_now_us(d->session), &d->work, &is_there, error));
    WEFT_TRY(weft_cascade_commit_store(d->session, d->store, error));
    keep_first(d, problem);
    if (is_there) {
        tell_refusal(d, note, reason);
    } else {
        d->has_settled = true;
    }
    return WEFT_OK;
}

static weft_code settle_one(drain *d, const weft_note *note, weft_error *error)
{
    weft_error problem = {0};
    const weft_code code = try_group(d, note, 1, &problem);
    if (is_refusal(code)) {
        const weft_code told = refuse(d, note, &problem, error);
        roll_back_all(d);
        return told;
    }
    if (code != WEFT_OK && error) {
        *error = problem;
    }
    return code;
}

static weft_code settle_group(drain *d, const weft_note *notes, size_t count, weft_error *error)
{
    if (count > 1) {
        const weft_code code = try_group(d, notes, count, error);
        if (!is_refusal(code)) {
            return code;
        }
    }
    for (size_t i = 0; i < count; i++) {
        WEFT_TRY(settle_one(d, &notes[i], error));
    }
    return WEFT_OK;
}

static size_t group_length(const drain *d, const weft_notes *notes, size_t at)
{
    const weft_note *first = &notes->items[at];
    const uint64_t notes_max = d->options->notes_max;
    size_t count = 1;
    while (at + count < notes->count && (notes_max == 0 || d->seen + count < notes_max) &&
           notes->items[at + count].noted_at == first->noted_at &&
           weft_str_equal(notes->items[at + count].table, first->table)) {
        count++;
    }
    return count;
}

static bool is_enough(const drain *d)
{
    return d->options->notes_max > 0 && d->seen >= d->options->notes_max;
}

static weft_code read_page(drain *d, weft_notes *ret_notes, weft_error *error)
{
    weft_connection *connection = NULL;
    weft_arena_reset(&d->page);
    weft_code code = weft_session_connection(d->session, d->store, &connection, error);
    if (code == WEFT_OK) {
        code = weft_outbox_read(connection, d->after, PAGE_NOTES, &d->page, ret_notes, error);
    }
    roll_back_all(d);
    return code;
}

static weft_code run_pass(drain *d, weft_error *error)
{
    d->after = 0;
    d->has_settled = false;
    d->has_refused = false;
    while (!is_enough(d)) {
        weft_notes notes = {0};
        WEFT_TRY(read_page(d, &notes, error));
        if (notes.count == 0) {
            break;
        }
        for (size_t at = 0; at < notes.count && !is_enough(d);) {
            const size_t count = group_length(d, &notes, at);
            WEFT_TRY(settle_group(d, notes.items + at, count, error));
            at += count;
            d->seen += count;
        }
        d->after = notes.items[notes.count - 1].id;
    }
    return WEFT_OK;
}

/* What an earlier pass refused is told by the last one. */
static void forget_refusals(drain *d)
{
    d->drained->refused = 0;
    d->drained->first = (weft_error){0};
    d->drained->refusals.len = 0;
}

static weft_code run_passes(drain *d, weft_error *error)
{
    do {
        forget_refusals(d);
        WEFT_TRY(run_pass(d, error));
    } while (d->has_settled && d->has_refused && !is_enough(d));
    return WEFT_OK;
}

/* Is there anything to drain, and how much? */
static weft_code measure(drain *d, weft_error *error)
{
    weft_connection *connection = NULL;
    weft_arena_reset(&d->work);
    WEFT_TRY(weft_session_connection(d->session, d->store, &connection, error));
    WEFT_TRY(weft_outbox_is_there(connection, &d->work, &d->drained->has_outbox, error));
    return d->drained->has_outbox ? weft_outbox_count(connection, &d->work, &d->drained->left, error) : WEFT_OK;
}

static weft_code drain_all(drain *d, weft_error *error)
{
    weft_code code = measure(d, error);
    roll_back_all(d);
    if (code != WEFT_OK || d->drained->left == 0) {
        return code;
    }
    code = run_passes(d, error);
    roll_back_all(d);
    const weft_code measured = measure(d, code == WEFT_OK ? error : NULL);
    roll_back_all(d);
    return code == WEFT_OK ? measured : code;
}

weft_code weft_cascade_drain(const weft_catalog *catalog,
                             const weft_store_def *store,
                             const weft_cascade_recovery *options,
                             weft_session *session,
                             weft_arena *scratch,
                             weft_drained *drained,
                             weft_error *error)
{
    drain d = {.catalog = catalog,
               .store = store,
               .options = options,
               .session = session,
               .scratch = scratch,
               .drained = drained};
    *drained = (weft_drained){0};
    weft_buf_init_arena(&drained->deletions, scratch);
    weft_buf_init_arena(&drained->refusals, scratch);
    weft_arena_init(&d.page, session->allocator, 0);
    weft_arena_init(&d.work, session->allocator, 0);
    weft_code code = drain_all(&d, error);
    weft_arena_done(&d.work);
    weft_arena_done(&d.page);
    if (code == WEFT_OK && (drained->deletions.failed || drained->refusals.failed)) {
        code = weft_fail_arena(error, scratch);
    }
    return code;
}
