/* A plan drawn: a flowchart of Mermaid, the steps in boxes of their stores, each with the lines of the plan's text, its
 * SQL and what it cost. An arrow is for the keys that go from one step to the next, dotted where they are only looked
 * up or asked for first; a dotted line leads to advice. Values of the SQL are left out: they would make it larger than
 * Mermaid takes. Fails only as buffers do.
 */
#include <inttypes.h>

#include "engine/explain.h"

/* What ends a label, begins another thing in Mermaid or in HTML, or is one of its entities, written as an entity. A
 * colon is one of these right before a word only. */
static bool is_special(char c, char next)
{
    const bool is_colon = c == ':' && next != ' ' && next != '\n' && next != '\0';
    return is_colon || c == '"' || c == '#' || c == '&' || c == '<' || c == '>' || c == '`' || c == '%';
}

/* `text` in a label: spaces that align it for a terminal become one or none, and lines break where it breaks them, but
 * for the last. */
static void add_label(weft_str text, weft_buf *buf)
{
    bool is_begun = false;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.data[i];
        const char next = i + 1 < text.len ? text.data[i + 1] : '\0';
        const bool is_shown = c != ' ' || (is_begun && next != ' ');
        is_begun = c != '\n' && (is_begun || c != ' ');
        if (c == '\n') {
            weft_buf_add_text(buf, next != '\0' ? "<br/>" : "");
        } else if (is_special(c, next)) {
            weft_buf_add_format(buf, "#%d;", c);
        } else if (is_shown) {
            weft_buf_add_char(buf, c);
        }
    }
}

static void draw_cost(const char *name, const weft_step_cost *cost, weft_buf *buf)
{
    weft_buf_add_format(buf,
                        "<br/>%s %" PRIu64 " statements, %" PRIu64 " rows, %" PRIu64 " bytes, %" PRIu64 ".%03" PRIu64
                        " ms",
                        name,
                        cost->statements,
                        cost->rows,
                        cost->bytes,
                        cost->duration_us / 1000,
                        cost->duration_us % 1000);
}

/* What asking first for the keys of a look, or of the partners of the root (NULL), has cost, and what came of it. */
static void draw_probe_cost(const weft_explanation *e, const weft_step *look, weft_buf *buf)
{
    size_t count = 0;
    const weft_probe_report *probes = e->fetch ? weft_fetch_probes(e->fetch, &count) : NULL;
    for (size_t i = 0; i < count; i++) {
        if (probes[i].look == look) {
            draw_cost("probe", &probes[i].cost, buf);
            weft_buf_add_text(buf, probes[i].is_complete ? ", all the keys: used" : ", too many keys: not used");
        }
    }
}

/* The statements of a step but for those that have boxes of their own. */
static void draw_statements(const weft_explanation *e, const weft_step *step, weft_buf *buf)
{
    static const char *const names[] = {[WEFT_EXPLAINED_STEP] = "SQL",
                                        [WEFT_EXPLAINED_COUNT] = NULL,
                                        [WEFT_EXPLAINED_LINKS] = "SQL of the links",
                                        [WEFT_EXPLAINED_TARGETS] = "SQL of the targets",
                                        [WEFT_EXPLAINED_PROBE] = "SQL of the probe",
                                        [WEFT_EXPLAINED_DRIVE] = NULL};
    for (size_t i = 0; i < e->statement_count; i++) {
        const weft_explained_statement *s = &e->statements[i];
        if (s->step == step && names[s->kind] != NULL) {
            weft_buf_add_format(buf, "<br/>%s ", names[s->kind]);
            add_label(s->statement.sql, buf);
        }
    }
}

static void draw_step(const weft_explanation *e, const weft_step *step, weft_buf *buf)
{
    weft_buf lines;
    weft_buf_init(&lines, buf->allocator);
    weft_plan_print_step(e->plan, step, 0, &lines);
    weft_buf_add_format(buf, "    s%u[\"", (unsigned)step->number);
    add_label(weft_buf_str(&lines), buf);
    buf->failed = buf->failed || lines.failed;
    weft_buf_done(&lines);
    draw_statements(e, step, buf);
    if (e->fetch) {
        const weft_step_cost cost = weft_fetch_cost(e->fetch, step);
        draw_cost("cost", &cost, buf);
        draw_probe_cost(e, step, buf);
    }
    if (step->parent == NULL && e->fetch && weft_fetch_spilled(e->fetch) > 0) {
        weft_buf_add_format(
            buf, "<br/>sorted by way of a temporary file: %" PRIu64 " rows", weft_fetch_spilled(e->fetch));
    }
    weft_buf_add_text(buf, "\"]\n");
}

static const weft_explained_statement *find_statement(const weft_explanation *e, weft_explained_kind kind)
{
    for (size_t i = 0; i < e->statement_count; i++) {
        if (e->statements[i].kind == kind) {
            return &e->statements[i];
        }
    }
    return NULL;
}

/* After a probe the store counts also where the plan had left it to weft. */
static void draw_count(const weft_explanation *e, weft_buf *buf)
{
    const weft_explained_statement *s = find_statement(e, WEFT_EXPLAINED_COUNT);
    const weft_step_cost cost = e->fetch ? weft_fetch_count_cost(e->fetch) : (weft_step_cost){0};
    if (!s && cost.statements == 0) {
        return;
    }
    weft_buf_add_text(buf, "    count[\"count");
    if (s) {
        weft_buf_add_text(buf, "<br/>SQL ");
        add_label(s->statement.sql, buf);
    }
    if (e->fetch) {
        draw_cost("cost", &cost, buf);
    }
    weft_buf_add_text(buf, "\"]\n");
}

/* The partners at which the root begins when they are few. */
static void draw_drive(const weft_explanation *e, weft_buf *buf)
{
    const weft_explained_statement *s = find_statement(e, WEFT_EXPLAINED_DRIVE);
    if (s) {
        weft_buf_add_text(buf, "    partners[\"probe of the partners<br/>SQL ");
        add_label(s->statement.sql, buf);
        draw_probe_cost(e, NULL, buf);
        weft_buf_add_text(buf, "\"]\n");
    }
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
        draw_step(e, e->plan->steps[i], buf);
    }
    if (e->plan->root->store == store) {
        draw_drive(e, buf);
        draw_count(e, buf);
    }
    weft_buf_add_text(buf, is_begun ? "  end\n" : "");
}

static void draw_arrows(const weft_explanation *e, weft_buf *buf)
{
    const unsigned root = (unsigned)e->plan->root->number;
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
        weft_buf_add_format(buf, "  s%u -.->|keys, if few| s%u\n", (unsigned)e->plan->root->looks[place]->number, root);
    }
    if (find_statement(e, WEFT_EXPLAINED_DRIVE)) {
        weft_buf_add_format(buf, "  partners -.->|keys, if few| s%u\n", root);
    }
}

static void draw_advice(const weft_explanation *e, weft_buf *buf)
{
    weft_buf lines;
    weft_buf_init(&lines, buf->allocator);
    for (size_t i = 0; i < e->advice_count; i++) {
        const weft_advice *advice = &e->advice[i];
        weft_buf_clear(&lines);
        weft_advice_print(advice, &lines);
        weft_buf_add_format(buf, "  advice%zu>\"", i);
        add_label(weft_buf_str(&lines), buf);
        weft_buf_add_text(buf, "\"]\n");
        if (advice->step) {
            weft_buf_add_format(buf, "  s%u -.- advice%zu\n", (unsigned)advice->step->number, i);
        } else {
            weft_buf_add_format(buf, "  count -.- advice%zu\n", i);
        }
        buf->failed = buf->failed || lines.failed;
    }
    weft_buf_done(&lines);
}

void weft_explain_draw(weft_explanation *e)
{
    weft_buf *buf = &e->frame.text;
    const weft_catalog *catalog = e->query->catalog;
    weft_buf_add_text(buf, "%%{init: {\"flowchart\": {\"wrappingWidth\": 500}}}%%\nflowchart TD\n");
    for (size_t i = 0; i < catalog->store_count; i++) {
        draw_store(e, &catalog->stores[i], buf);
    }
    draw_arrows(e, buf);
    draw_advice(e, buf);
}
