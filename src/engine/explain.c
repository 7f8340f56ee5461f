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

static const weft_dialect *dialect_of(const weft_store_def *store)
{
    return weft_driver_for(store->kind)->dialect;
}

static size_t planned_count(const weft_explanation *e)
{
    return e->plan->step_count + (weft_plan_counts_in_store(e->plan) ? 1 : 0);
}

/* The `at`th child of the root that is merged; NULL when there are not so many. */
static const weft_step *find_merged(const weft_plan *plan, size_t at)
{
    for (size_t i = 0; i < plan->root->child_count; i++) {
        if (weft_step_is_merged(plan->root->children[i]) && at-- == 0) {
            return plan->root->children[i];
        }
    }
    return NULL;
}

size_t weft_explained_count(const weft_explanation *e)
{
    size_t merged = 0;
    while (find_merged(e->plan, merged) != NULL) {
        merged++;
    }
    return planned_count(e) + 2 * merged;
}

/* The `at`th of the streams that edges are merged from: two each. */
static weft_code make_stream(
    const weft_explanation *e, size_t at, weft_arena *keep, weft_explained_statement *ret_statement, weft_error *error)
{
    const weft_step *step = find_merged(e->plan, at / 2);
    const bool is_links = at % 2 == 0;
    weft_explained_statement made = {.step = step,
                                     .store = is_links ? step->edge->through->store : step->edge->to->store,
                                     .stream = is_links ? "links" : "targets"};
    WEFT_TRY(weft_sql_stream_statement(step,
                                       is_links ? WEFT_SQL_STREAM_LINKS : WEFT_SQL_STREAM_TARGETS,
                                       dialect_of(made.store),
                                       keep,
                                       &made.statement,
                                       error));
    *ret_statement = made;
    return WEFT_OK;
}

weft_code weft_explained_make(weft_explanation *e,
                              size_t at,
                              weft_explained_statement *ret_statement,
                              weft_error *error)
{
    weft_arena *keep = &e->frame.keep;
    if (at >= planned_count(e)) {
        return make_stream(e, at - planned_count(e), keep, ret_statement, error);
    }
    if (at == e->plan->step_count) {
        weft_explained_statement count = {.store = e->plan->root->store};
        WEFT_TRY(weft_sql_count_statement(e->plan, dialect_of(count.store), keep, &count.statement, error));
        *ret_statement = count;
        return WEFT_OK;
    }
    const weft_step *step = e->plan->steps[at];
    weft_explained_statement made = {.step = step, .store = step->store};
    WEFT_TRY(weft_sql_step_statement(step, dialect_of(step->store), NULL, 0, keep, &made.statement, error));
    *ret_statement = made;
    return WEFT_OK;
}

weft_step_cost weft_explained_cost(const weft_explanation *e, size_t at)
{
    return at == e->plan->step_count ? weft_fetch_count_cost(e->fetch) : weft_fetch_cost(e->fetch, e->plan->steps[at]);
}

/* Run the plan to its end, for what its steps cost. */
static weft_code analyze(weft_explanation *e, weft_error *error)
{
    const weft_batch *batch = NULL;
    WEFT_TRY(weft_explain_advise(e, error)); /* first: the last statements of a query may end its transaction */
    WEFT_TRY(weft_fetch_open(e->plan, &e->frame.session, &e->frame.engine->limits, &e->fetch, error));
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
    return format == WEFT_FORMAT_JSON ? weft_explain_write_json(e, error) : weft_explain_print(e, error);
}

static weft_code explain(
    weft_explanation *e, weft_str text, bool is_analyzed, weft_format format, weft_text *ret_text, weft_error *error)
{
    WEFT_TRY(make(e, text, error));
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
