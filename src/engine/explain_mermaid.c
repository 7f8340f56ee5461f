/* A plan drawn: a flowchart of Mermaid, the steps in boxes of their stores, an arrow for the keys that go from one to
 * the next (dotted where they are only looked up), and of an analyzed query what each cost. Fails only as buffers do.
 */
#include <inttypes.h>

#include "engine/explain.h"

/* Names of entities, edges and stores; a quote would end the label. */
static void add_label(weft_str text, weft_buf *buf)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '"') {
            weft_buf_add_text(buf, "#quot;");
        } else {
            weft_buf_add_char(buf, text.data[i]);
        }
    }
}

static void draw_cost(const weft_step_cost *cost, weft_buf *buf)
{
    weft_buf_add_format(buf,
                        "<br/>%" PRIu64 " statements, %" PRIu64 " rows, %" PRIu64 " bytes<br/>%" PRIu64 ".%03" PRIu64
                        " ms",
                        cost->statements,
                        cost->rows,
                        cost->bytes,
                        cost->duration_us / 1000,
                        cost->duration_us % 1000);
}

static void draw_step(const weft_explanation *e, size_t at, weft_buf *buf)
{
    const weft_step *step = e->plan->steps[at];
    weft_buf_add_format(buf, "    s%u[\"#%u ", (unsigned)step->number, (unsigned)step->number);
    add_label(step->parent == NULL ? step->selection->model->name : step->selection->path, buf);
    weft_buf_add_text(buf, "<br/>");
    weft_buf_add_text(buf, weft_step_kind_name(step->kind));
    weft_buf_add_text(buf, weft_step_is_merged(step) ? ", merged" : "");
    if (e->fetch) {
        const weft_step_cost cost = weft_explained_cost(e, at);
        draw_cost(&cost, buf);
    }
    weft_buf_add_text(buf, "\"]\n");
}

static void draw_count(const weft_explanation *e, weft_buf *buf)
{
    weft_buf_add_text(buf, "    count[\"count");
    if (e->fetch) {
        const weft_step_cost cost = weft_explained_cost(e, e->plan->step_count);
        draw_cost(&cost, buf);
    }
    weft_buf_add_text(buf, "\"]\n");
}

static void draw_store(const weft_explanation *e, const weft_store_def *store, weft_buf *buf)
{
    bool is_begun = false;
    for (size_t i = 0; i < e->plan->step_count; i++) {
        if (e->plan->steps[i]->store != store) {
            continue;
        }
        if (!is_begun) {
            weft_buf_add_format(buf, "  subgraph store%u[\"store ", (unsigned)store->index);
            add_label(store->name, buf);
            weft_buf_add_text(buf, "\"]\n");
            is_begun = true;
        }
        draw_step(e, i, buf);
    }
    if (is_begun && e->plan->root->store == store && weft_explained_count(e) > e->plan->step_count) {
        draw_count(e, buf);
    }
    weft_buf_add_text(buf, is_begun ? "  end\n" : "");
}

static void draw_arrows(const weft_explanation *e, weft_buf *buf)
{
    for (size_t i = 0; i < e->plan->step_count; i++) {
        const weft_step *step = e->plan->steps[i];
        if (step->parent) {
            weft_buf_add_format(buf,
                                "  s%u %s s%u\n",
                                (unsigned)step->parent->number,
                                step->is_look ? "-.->|looks up|" : "-->|keys|",
                                (unsigned)step->number);
        }
    }
    for (size_t place = 0; weft_plan_next_probe(e->plan, &place); place++) {
        weft_buf_add_format(buf,
                            "  s%u -.->|keys, if few| s%u\n",
                            (unsigned)e->plan->root->looks[place]->number,
                            (unsigned)e->plan->root->number);
    }
}

void weft_explain_draw(weft_explanation *e)
{
    weft_buf *buf = &e->frame.text;
    const weft_catalog *catalog = e->query->catalog;
    weft_buf_add_text(buf, "flowchart TD\n");
    for (size_t i = 0; i < catalog->store_count; i++) {
        draw_store(e, &catalog->stores[i], buf);
    }
    draw_arrows(e, buf);
}
