/* Explaining: the read walk up to its statements, each stage printed. Touches no store: the SQL is what each store
 * would be sent, with the keys of a batch left out.
 *
 *      request ─▶ query ─▶ plan ─▶ the statement of every step
 *
 * Analyzing runs the plan to its end beside that, and says what each step cost. Fails as parsing, resolving and
 * planning do, analyzing also as reading does. */
#include <inttypes.h>

#include "engine/engine.h"
#include "fetch/fetch.h"
#include "sql/step.h"
#include "json/canonical.h"

typedef struct explanation {
    weft_frame frame;
    weft_request *request;
    weft_query *query;
    weft_plan *plan;
    weft_fetch *fetch; /* analyzed: run to its end; else NULL */
    uint64_t records;
} explanation;

static weft_code make(explanation *e, weft_str text, weft_error *error)
{
    weft_frame *frame = &e->frame;
    const weft_engine *engine = frame->engine;
    WEFT_TRY(weft_request_parse(text, &engine->limits, &frame->keep, &e->request, error));
    WEFT_TRY(weft_query_resolve(
        engine->catalog, e->request, &engine->limits, &frame->keep, &frame->scratch, &e->query, error));
    return weft_plan_make(e->query, &frame->keep, &frame->scratch, &e->plan, error);
}

static const weft_dialect *dialect_of(const weft_store_def *store)
{
    return weft_driver_for(store->kind)->dialect;
}

/* One of the plan's statements and what it is for. */
typedef struct part {
    const weft_step *step; /* NULL: the count */
    const weft_store_def *store;
    weft_statement statement;
} part;

static size_t part_count(const explanation *e)
{
    return e->plan->step_count + (weft_plan_counts_in_store(e->plan) ? 1 : 0);
}

/* The `at`th statement: the steps in their order, then the count. */
static weft_code make_part(explanation *e, size_t at, part *ret_part, weft_error *error)
{
    weft_arena *keep = &e->frame.keep;
    if (at == e->plan->step_count) {
        part count = {.store = e->plan->root->store};
        WEFT_TRY(weft_sql_count_statement(e->plan, dialect_of(count.store), keep, &count.statement, error));
        *ret_part = count;
        return WEFT_OK;
    }
    const weft_step *step = e->plan->steps[at];
    part made = {.step = step, .store = step->store};
    WEFT_TRY(weft_sql_step_statement(step, dialect_of(step->store), NULL, 0, keep, &made.statement, error));
    *ret_part = made;
    return WEFT_OK;
}

static void print_params(const weft_statement *statement, weft_buf *buf)
{
    for (size_t i = 0; i < statement->param_count; i++) {
        const weft_param *param = &statement->params[i];
        weft_buf_add_format(buf, "    %zu: ", i + 1);
        if (param->kind == WEFT_PARAM_LIST && param->item_count == 0) {
            weft_buf_add_text(buf, "the keys");
        }
        for (size_t j = 0; param->kind == WEFT_PARAM_LIST && j < param->item_count; j++) {
            weft_buf_add_text(buf, j > 0 ? ", " : "");
            weft_json_add_value(buf, &param->items[j]);
        }
        if (param->kind == WEFT_PARAM_VALUE) {
            weft_json_add_value(buf, &param->value);
        }
        weft_buf_add_char(buf, '\n');
    }
}

static void print_part(const part *p, weft_buf *buf)
{
    if (p->step) {
        weft_buf_add_format(buf, "step %u in %.*s\n    ", (unsigned)p->step->number, WEFT_STR_ARG(p->store->name));
    } else {
        weft_buf_add_format(buf, "count in %.*s\n    ", WEFT_STR_ARG(p->store->name));
    }
    weft_buf_add_str(buf, p->statement.sql);
    weft_buf_add_char(buf, '\n');
    print_params(&p->statement, buf);
}

/* Run the plan to its end, for what its steps cost. */
static weft_code analyze(explanation *e, weft_error *error)
{
    const weft_batch *batch = NULL;
    WEFT_TRY(weft_fetch_open(e->plan, &e->frame.session, &e->frame.engine->limits, &e->fetch, error));
    do {
        WEFT_TRY(weft_fetch_next(e->fetch, &batch, error));
        e->records += batch != NULL ? batch->count : 0;
    } while (batch != NULL);
    return WEFT_OK;
}

static void print_costs(const explanation *e, weft_buf *buf)
{
    if (e->fetch == NULL) {
        return;
    }
    weft_buf_add_format(buf, "\ncost of %" PRIu64 " records\n", e->records);
    for (size_t i = 0; i < e->plan->step_count; i++) {
        const weft_step_cost cost = weft_fetch_cost(e->fetch, e->plan->steps[i]);
        weft_buf_add_format(buf,
                            "step %zu: %" PRIu64 " statements, %" PRIu64 " rows, %" PRIu64 " bytes of text, %" PRIu64
                            ".%03" PRIu64 " ms\n",
                            i,
                            cost.statements,
                            cost.rows,
                            cost.bytes,
                            cost.duration_us / 1000,
                            cost.duration_us % 1000);
    }
}

static void write_costs(const explanation *e, weft_buf *buf)
{
    if (e->fetch == NULL) {
        return;
    }
    weft_buf_add_format(buf, ",\"records\":%" PRIu64 ",\"costs\":[", e->records);
    for (size_t i = 0; i < e->plan->step_count; i++) {
        const weft_step_cost cost = weft_fetch_cost(e->fetch, e->plan->steps[i]);
        weft_buf_add_format(buf,
                            "%s{\"step\":%zu,\"statements\":%" PRIu64 ",\"rows\":%" PRIu64 ",\"bytes\":%" PRIu64
                            ",\"duration_us\":%" PRIu64 "}",
                            i > 0 ? "," : "",
                            i,
                            cost.statements,
                            cost.rows,
                            cost.bytes,
                            cost.duration_us);
    }
    weft_buf_add_char(buf, ']');
}

static weft_code print_text(explanation *e, weft_buf *buf, weft_error *error)
{
    weft_buf_add_text(buf, "request\n");
    weft_json_add_canonical_value(buf, e->request->json);
    weft_buf_add_text(buf, "\n\nquery\n");
    weft_query_print(e->query, buf);
    weft_buf_add_text(buf, "\nplan\n");
    weft_plan_print(e->plan, buf);
    weft_buf_add_text(buf, "\nsql\n");
    for (size_t i = 0; i < part_count(e); i++) {
        part p = {0};
        WEFT_TRY(make_part(e, i, &p, error));
        print_part(&p, buf);
    }
    print_costs(e, buf);
    return WEFT_OK;
}

static void write_param(const weft_param *param, weft_buf *buf)
{
    if (param->kind == WEFT_PARAM_VALUE) {
        weft_json_add_value(buf, &param->value);
        return;
    }
    weft_buf_add_char(buf, '[');
    for (size_t i = 0; i < param->item_count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "");
        weft_json_add_value(buf, &param->items[i]);
    }
    weft_buf_add_char(buf, ']');
}

static void write_part(const part *p, weft_buf *buf)
{
    weft_buf_add_text(buf, "{\"step\":");
    if (p->step) {
        weft_buf_add_integer(buf, p->step->number);
    } else {
        weft_buf_add_text(buf, "\"count\"");
    }
    weft_buf_add_text(buf, ",\"store\":");
    weft_json_add_text(buf, p->store->name);
    weft_buf_add_text(buf, ",\"sql\":");
    weft_json_add_text(buf, p->statement.sql);
    weft_buf_add_text(buf, ",\"parameters\":[");
    for (size_t i = 0; i < p->statement.param_count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "");
        write_param(&p->statement.params[i], buf);
    }
    weft_buf_add_text(buf, "]}");
}

static weft_code write_json(explanation *e, weft_buf *buf, weft_error *error)
{
    weft_buf query;
    weft_buf_init_arena(&query, &e->frame.scratch);
    weft_query_print(e->query, &query);
    if (query.failed) {
        return weft_fail_no_memory(error);
    }
    weft_buf_add_text(buf, "{\"request\":");
    weft_json_add_canonical_value(buf, e->request->json);
    weft_buf_add_text(buf, ",\"query\":");
    weft_json_add_text(buf, weft_buf_str(&query));
    weft_buf_add_text(buf, ",\"plan\":");
    weft_plan_write_json(e->plan, buf);
    weft_buf_add_text(buf, ",\"statements\":[");
    for (size_t i = 0; i < part_count(e); i++) {
        part p = {0};
        WEFT_TRY(make_part(e, i, &p, error));
        weft_buf_add_text(buf, i > 0 ? "," : "");
        write_part(&p, buf);
    }
    weft_buf_add_char(buf, ']');
    write_costs(e, buf);
    weft_buf_add_char(buf, '}');
    return WEFT_OK;
}

static weft_code explain(
    explanation *e, weft_str text, bool is_analyzed, weft_format format, weft_text *ret_text, weft_error *error)
{
    weft_buf *buf = &e->frame.text;
    WEFT_TRY(make(e, text, error));
    WEFT_TRY(is_analyzed ? analyze(e, error) : WEFT_OK);
    WEFT_TRY(format == WEFT_FORMAT_JSON ? write_json(e, buf, error) : print_text(e, buf, error));
    return weft_text_take(buf, ret_text, error);
}

static weft_code run(
    weft_engine *engine, weft_str request, bool is_analyzed, weft_format format, weft_text *ret_text, weft_error *error)
{
    if (!engine || !request.data || !ret_text || (format != WEFT_FORMAT_JSON && format != WEFT_FORMAT_TEXT)) {
        return weft_fail(error, WEFT_MISUSE, "an engine, a request and the format TEXT or JSON must be given");
    }
    explanation e = {0};
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
