/* An explanation as one JSON object, for programs: request, query, plan, statements, and of an analyzed query costs and
 * advice. Fails only by running out of memory. */
#include <inttypes.h>

#include "engine/explain.h"
#include "json/canonical.h"

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

/* The number of a step, or "count". */
static void write_step(const weft_step *step, weft_buf *buf)
{
    if (step) {
        weft_buf_add_integer(buf, step->number);
    } else {
        weft_buf_add_text(buf, "\"count\"");
    }
}

/* What a statement is beside those of the steps and the count. */
static void write_kind(weft_explained_kind kind, weft_buf *buf)
{
    switch (kind) {
    case WEFT_EXPLAINED_STEP:
    case WEFT_EXPLAINED_COUNT:
        break;
    case WEFT_EXPLAINED_LINKS:
        weft_buf_add_text(buf, ",\"stream\":\"links\"");
        break;
    case WEFT_EXPLAINED_TARGETS:
        weft_buf_add_text(buf, ",\"stream\":\"targets\"");
        break;
    case WEFT_EXPLAINED_PROBE:
    case WEFT_EXPLAINED_DRIVE:
        weft_buf_add_text(buf, ",\"probe\":true");
        break;
    }
}

static void write_statement(const weft_explained_statement *s, weft_buf *buf)
{
    weft_buf_add_text(buf, "{\"step\":");
    write_step(s->kind == WEFT_EXPLAINED_COUNT ? NULL : s->step, buf);
    write_kind(s->kind, buf);
    weft_buf_add_text(buf, ",\"store\":");
    weft_json_add_text(buf, s->store->name);
    weft_buf_add_text(buf, ",\"sql\":");
    weft_json_add_text(buf, s->statement.sql);
    weft_buf_add_text(buf, ",\"parameters\":[");
    for (size_t i = 0; i < s->statement.param_count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "");
        write_param(&s->statement.params[i], buf);
    }
    weft_buf_add_text(buf, "]}");
}

static void write_cost(const weft_step_cost *cost, weft_buf *buf)
{
    weft_buf_add_format(buf,
                        ",\"statements\":%" PRIu64 ",\"rows\":%" PRIu64 ",\"bytes\":%" PRIu64
                        ",\"duration_us\":%" PRIu64 "}",
                        cost->statements,
                        cost->rows,
                        cost->bytes,
                        cost->duration_us);
}

static void write_costs(const weft_explanation *e, weft_buf *buf)
{
    weft_buf_add_format(buf, ",\"records\":%" PRIu64 ",\"costs\":[", e->records);
    for (size_t i = 0; i < e->plan->step_count; i++) {
        const weft_step_cost cost = weft_fetch_cost(e->fetch, e->plan->steps[i]);
        weft_buf_add_text(buf, i > 0 ? ",{\"step\":" : "{\"step\":");
        write_step(e->plan->steps[i], buf);
        write_cost(&cost, buf);
    }
    const weft_step_cost count = weft_fetch_count_cost(e->fetch);
    if (count.statements > 0) { /* after a probe also where the plan had left it to weft */
        weft_buf_add_text(buf, ",{\"step\":");
        write_step(NULL, buf);
        write_cost(&count, buf);
    }
    weft_buf_add_format(buf, "],\"spilled_rows\":%" PRIu64, weft_fetch_spilled(e->fetch));
}

static void write_probes(const weft_explanation *e, weft_buf *buf)
{
    size_t count = 0;
    const weft_probe_report *probes = weft_fetch_probes(e->fetch, &count);
    weft_buf_add_text(buf, ",\"probes\":[");
    for (size_t i = 0; i < count; i++) {
        weft_buf_add_text(buf, i > 0 ? ",{" : "{");
        if (probes[i].look) {
            weft_buf_add_format(buf, "\"step\":%u", (unsigned)probes[i].look->number);
        } else {
            weft_buf_add_text(buf, "\"edge\":");
            weft_json_add_text(buf, probes[i].condition->edge->name);
        }
        weft_buf_add_format(
            buf, ",\"keys\":%zu,\"is_used\":%s", probes[i].key_count, probes[i].is_complete ? "true" : "false");
        write_cost(&probes[i].cost, buf);
    }
    weft_buf_add_char(buf, ']');
}

static void write_advice(const weft_explanation *e, weft_buf *buf)
{
    weft_buf_add_text(buf, ",\"advice\":[");
    for (size_t i = 0; i < e->advice_count; i++) {
        const weft_advice *advice = &e->advice[i];
        weft_buf_add_text(buf, i > 0 ? ",{\"step\":" : "{\"step\":");
        write_step(advice->step, buf);
        weft_buf_add_text(buf, ",\"table\":");
        weft_json_add_text(buf, advice->model->table);
        weft_buf_add_format(buf, ",\"is_sorted\":%s,\"columns\":", advice->is_sorted ? "true" : "false");
        weft_json_add_text(buf, advice->columns);
        weft_buf_add_text(buf, ",\"change\":");
        weft_json_add_text(buf, advice->change);
        weft_buf_add_char(buf, '}');
    }
    weft_buf_add_char(buf, ']');
}

weft_code weft_explain_write_json(weft_explanation *e, weft_error *error)
{
    weft_buf *buf = &e->frame.text;
    weft_buf query;
    weft_buf_init_arena(&query, &e->frame.scratch);
    weft_query_print(e->query, &e->frame.scratch, &query);
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
    for (size_t i = 0; i < e->statement_count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "");
        write_statement(&e->statements[i], buf);
    }
    weft_buf_add_char(buf, ']');
    if (e->fetch) {
        write_costs(e, buf);
        write_probes(e, buf);
        write_advice(e, buf);
    }
    weft_buf_add_char(buf, '}');
    return WEFT_OK;
}
