/* Explaining: the read walk up to its statements, each stage printed. Touches no store: the SQL is what each store
 * would be sent, with the keys of a batch left out.
 *
 *      request ─▶ query ─▶ plan ─▶ the statement of every step
 *
 * Analyzing runs the plan to its end beside that, says what each step cost, and asks the stores how they run each
 * statement, for indexes that are missing. Fails as parsing, resolving and planning do, analyzing also as reading does.
 */
#include "engine/explain.h"

static weft_code make(weft_explanation *e, weft_str text, weft_error *error)
{
    weft_frame *frame = &e->frame;
    const weft_engine *engine = frame->engine;
    WEFT_TRY(weft_request_parse(text, &engine->limits, &frame->keep, &e->request, error));
    const weft_query_input input = {engine->catalog, e->request, &engine->limits, engine->rows};
    WEFT_TRY(weft_query_resolve(&input, &frame->keep, &frame->scratch, &e->query, error));
    return weft_plan_make(e->query, &frame->keep, &frame->scratch, &e->plan, error);
}

/* The next statement, its text made as its kind says. */
static weft_code add(weft_explanation *e,
                     weft_explained_kind kind,
                     const weft_step *step,
                     const weft_store_def *store,
                     weft_error *error)
{
    weft_explained_statement *made = &e->statements[e->statement_count++];
    weft_arena *keep = &e->frame.keep;
    const weft_dialect *dialect = weft_driver_for(store->kind)->dialect;
    const weft_sql_probe probe = {.limit = WEFT_PROBE_KEYS_MAX + 1};
    weft_drive drive = {0};
    *made = (weft_explained_statement){.kind = kind, .step = step, .store = store};
    switch (kind) {
    case WEFT_EXPLAINED_STEP:
        break;
    case WEFT_EXPLAINED_COUNT:
        return weft_sql_count_statement(e->plan, dialect, keep, &made->statement, error);
    case WEFT_EXPLAINED_LINKS:
        return weft_sql_stream_statement(step, WEFT_SQL_STREAM_LINKS, dialect, keep, &made->statement, error);
    case WEFT_EXPLAINED_TARGETS:
        return weft_sql_stream_statement(step, WEFT_SQL_STREAM_TARGETS, dialect, keep, &made->statement, error);
    case WEFT_EXPLAINED_PROBE:
        return weft_sql_probe_statement(step, dialect, &probe, keep, &made->statement, error);
    case WEFT_EXPLAINED_DRIVE:
        (void)weft_plan_find_drive(e->plan, &drive);
        return weft_sql_drive_statement(&drive, dialect, keep, &made->statement, error);
    }
    return weft_sql_step_statement(step, dialect, NULL, 0, keep, &made->statement, error);
}

static weft_code add_streams(weft_explanation *e, weft_error *error)
{
    const weft_step *root = e->plan->root;
    for (size_t i = 0; i < root->child_count; i++) {
        const weft_step *child = root->children[i];
        if (weft_step_is_merged(child)) {
            WEFT_TRY(add(e, WEFT_EXPLAINED_LINKS, child, child->edge->through->store, error));
            WEFT_TRY(add(e, WEFT_EXPLAINED_TARGETS, child, child->edge->to->store, error));
        }
    }
    return WEFT_OK;
}

/* In the order in which they are asked: the targets before the link rows that lead to them. */
static weft_code add_probes(weft_explanation *e, weft_error *error)
{
    for (size_t place = 0; weft_plan_next_probe(e->plan, &place); place++) {
        const weft_step *look = e->plan->root->looks[place];
        if (look->kind == WEFT_STEP_THROUGH) {
            const weft_step *target = look->children[0];
            WEFT_TRY(add(e, WEFT_EXPLAINED_PROBE, target, target->store, error));
        }
        WEFT_TRY(add(e, WEFT_EXPLAINED_PROBE, look, look->store, error));
    }
    return WEFT_OK;
}

static weft_code list_statements(weft_explanation *e, weft_error *error)
{
    const weft_plan *plan = e->plan;
    const weft_step *root = plan->root;
    const size_t count_max = plan->step_count + 2 * (root->child_count + root->look_count) + 2;
    weft_drive drive = {0};
    e->statements = WEFT_ARENA_ARRAY(&e->frame.keep, weft_explained_statement, count_max);
    if (!e->statements) {
        return weft_fail_arena(error, &e->frame.keep);
    }
    for (size_t i = 0; i < plan->step_count; i++) {
        WEFT_TRY(add(e, WEFT_EXPLAINED_STEP, plan->steps[i], plan->steps[i]->store, error));
    }
    if (weft_plan_counts_in_store(plan)) {
        WEFT_TRY(add(e, WEFT_EXPLAINED_COUNT, root, root->store, error));
    }
    WEFT_TRY(add_streams(e, error));
    WEFT_TRY(add_probes(e, error));
    if (weft_plan_find_drive(plan, &drive) == WEFT_DRIVE_WORTH) {
        WEFT_TRY(add(e, WEFT_EXPLAINED_DRIVE, root, root->store, error));
    }
    return WEFT_OK;
}

/* Run the plan to its end, for what its steps cost. */
static weft_code analyze(weft_explanation *e, weft_error *error)
{
    const weft_batch *batch = NULL;
    WEFT_TRY(weft_explain_advise(e, error)); /* first: the last statements of a query may end its transaction */
    WEFT_TRY(weft_fetch_open(e->plan, &e->frame.session, &e->frame.engine->limits, &e->fetch, error));
    weft_fetch_measure(e->fetch);
    do {
        WEFT_TRY(weft_fetch_next(e->fetch, &batch, error));
        e->records += batch != NULL ? batch->count : 0;
    } while (batch != NULL);
    return WEFT_OK;
}

static weft_code print(weft_explanation *e, weft_format format, weft_error *error)
{
    if (format == WEFT_FORMAT_MERMAID) {
        weft_explain_draw(e);
        return WEFT_OK;
    }
    if (format == WEFT_FORMAT_JSON) {
        return weft_explain_write_json(e, error);
    }
    weft_explain_print(e);
    return WEFT_OK;
}

static weft_code explain(
    weft_explanation *e, weft_str text, bool is_analyzed, weft_format format, weft_text *ret_text, weft_error *error)
{
    WEFT_TRY(make(e, text, error));
    WEFT_TRY(list_statements(e, error));
    WEFT_TRY(is_analyzed ? analyze(e, error) : WEFT_OK);
    WEFT_TRY(print(e, format, error));
    return weft_text_take(&e->frame.text, ret_text, error);
}

static weft_code run(
    weft_engine *engine, weft_str request, bool is_analyzed, weft_format format, weft_text *ret_text, weft_error *error)
{
    const bool is_format = format == WEFT_FORMAT_JSON || format == WEFT_FORMAT_TEXT || format == WEFT_FORMAT_MERMAID;
    if (!engine || !request.data || !ret_text || !is_format) {
        return weft_fail(error, WEFT_MISUSE, "an engine, a request and the format TEXT, JSON or MERMAID must be given");
    }
    weft_explanation e = {0};
    weft_frame_init(&e.frame, engine, WEFT_TRANSACTION_READ);
    const weft_code code = explain(&e, request, is_analyzed, format, ret_text, error);
    weft_fetch_close(e.fetch);
    weft_request_done(e.request);
    weft_frame_done(&e.frame);
    return code;
}

weft_code weft_explain(weft_engine *engine,
                       const char *request,
                       size_t request_len,
                       weft_format format,
                       weft_text *ret_text,
                       weft_error *error)
{
    return run(engine, (weft_str){request, request_len}, false, format, ret_text, error);
}

weft_code weft_explain_analyze(weft_engine *engine,
                               const char *request,
                               size_t request_len,
                               weft_format format,
                               weft_text *ret_text,
                               weft_error *error)
{
    return run(engine, (weft_str){request, request_len}, true, format, ret_text, error);
}
