/* An explanation for people: request, query, plan, SQL; and of an analyzed query what each step cost, as a table whose
 * rows follow the tree, and which indexes are missing. Fails only by running out of memory. */
#include <inttypes.h>
#include <string.h>

#include "engine/explain.h"
#include "json/canonical.h"

#define NAME_WIDTH 44

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

static void print_statement(const weft_explained_statement *s, weft_buf *buf)
{
    static const char *const names[] = {[WEFT_EXPLAINED_STEP] = "step",
                                        [WEFT_EXPLAINED_COUNT] = "count of step",
                                        [WEFT_EXPLAINED_LINKS] = "links of step",
                                        [WEFT_EXPLAINED_TARGETS] = "targets of step",
                                        [WEFT_EXPLAINED_PROBE] = "probe of step",
                                        [WEFT_EXPLAINED_DRIVE] = "probe of the partners of step"};
    weft_buf_add_format(
        buf, "%s %u in %.*s\n    ", names[s->kind], (unsigned)s->step->number, WEFT_STR_ARG(s->store->name));
    weft_buf_add_str(buf, s->statement.sql);
    weft_buf_add_char(buf, '\n');
    print_params(&s->statement, buf);
}

static void print_cost(const char *name, const weft_step_cost *cost, weft_buf *buf)
{
    weft_buf_add_format(buf,
                        "  %-*.*s %10" PRIu64 " %10" PRIu64 " %12" PRIu64 " %8" PRIu64 ".%03" PRIu64 "\n",
                        NAME_WIDTH,
                        NAME_WIDTH,
                        name,
                        cost->statements,
                        cost->rows,
                        cost->bytes,
                        cost->duration_us / 1000,
                        cost->duration_us % 1000);
}

static void print_step_cost(const weft_explanation *e, size_t at, weft_buf *buf)
{
    const weft_step *step = e->plan->steps[at];
    const weft_step_cost cost = weft_fetch_cost(e->fetch, step);
    const weft_str place = step->parent == NULL ? step->selection->model->name : step->selection->path;
    char name[NAME_WIDTH + 1];
    (void)snprintf(name,
                   sizeof(name),
                   "%*s#%u %.*s in %.*s",
                   (int)(2 * weft_step_depth(step)),
                   "",
                   (unsigned)step->number,
                   WEFT_STR_ARG(place),
                   WEFT_STR_ARG(step->store->name));
    print_cost(name, &cost, buf);
}

static void name_probe(const weft_probe_report *probe, char name[NAME_WIDTH + 1])
{
    char of[16] = "partners";
    if (probe->look) {
        (void)snprintf(of, sizeof(of), "#%u", (unsigned)probe->look->number);
    }
    (void)snprintf(name,
                   NAME_WIDTH + 1,
                   probe->is_complete ? "probe of %s: %zu keys, used" : "probe of %s: more than %zu keys, not used",
                   of,
                   probe->is_complete || !probe->look ? probe->key_count : probe->key_count - 1);
}

static void print_probe_costs(const weft_explanation *e, weft_buf *buf)
{
    size_t count = 0;
    const weft_probe_report *probes = weft_fetch_probes(e->fetch, &count);
    for (size_t i = 0; i < count; i++) {
        char name[NAME_WIDTH + 1];
        name_probe(&probes[i], name);
        print_cost(name, &probes[i].cost, buf);
    }
}

static void print_costs(const weft_explanation *e, weft_buf *buf)
{
    weft_buf_add_format(buf, "\ncost of %" PRIu64 " records\n", e->records);
    weft_buf_add_format(buf, "  %-*s %10s %10s %12s %12s\n", NAME_WIDTH, "step", "statements", "rows", "bytes", "ms");
    print_probe_costs(e, buf);
    for (size_t i = 0; i < e->plan->step_count; i++) {
        print_step_cost(e, i, buf);
    }
    const weft_step_cost count = weft_fetch_count_cost(e->fetch);
    if (count.statements > 0) { /* after a probe also where the plan had left it to weft */
        print_cost("count", &count, buf);
    }
    const uint64_t spilled = weft_fetch_spilled(e->fetch);
    if (spilled > 0) {
        weft_buf_add_format(buf, "  sorted by weft by way of a temporary file: %" PRIu64 " rows\n", spilled);
    }
}

void weft_advice_print(const weft_advice *advice, weft_buf *buf)
{
    char by[16] = "the count";
    if (advice->step) {
        (void)snprintf(by, sizeof(by), "#%u", (unsigned)advice->step->number);
    }
    weft_buf_add_format(buf,
                        "  %s %s \"%.*s\": no index begins with %.*s\n    %.*s\n",
                        by,
                        advice->is_sorted ? "sorts" : "looks at every row of",
                        WEFT_STR_ARG(advice->model->table),
                        WEFT_STR_ARG(advice->columns),
                        WEFT_STR_ARG(advice->change));
}

static void print_advice(const weft_explanation *e, weft_buf *buf)
{
    weft_buf_add_text(buf, e->advice_count > 0 ? "\nadvice\n" : "");
    for (size_t i = 0; i < e->advice_count; i++) {
        weft_advice_print(&e->advice[i], buf);
    }
}

void weft_explain_print(weft_explanation *e)
{
    weft_buf *buf = &e->frame.text;
    weft_buf_add_text(buf, "request\n");
    weft_json_add_canonical_value(buf, e->request->json);
    weft_buf_add_text(buf, "\n\nquery\n");
    weft_query_print(e->query, &e->frame.scratch, buf);
    weft_buf_add_text(buf, "\nplan\n");
    weft_plan_print(e->plan, buf);
    weft_buf_add_text(buf, "\nsql\n");
    for (size_t i = 0; i < e->statement_count; i++) {
        print_statement(&e->statements[i], buf);
    }
    if (e->fetch) {
        print_costs(e, buf);
        print_advice(e, buf);
    }
}
