/* Graphviz DOT: an island a module, a card a model, a bridge a link.
 *
 * A bridge carries its name and table in the middle and at each end how many records stand there for one at the other
 * end: 1 or *. A heavy end dot says that the records on that side die with their partner. Read-only links are dashed.
 * Relations inside an island are thin and carry their crow's-foot ends. Colours are few and readable on white. */
#include "model/picture.h"

static void add_html(weft_buf *buf, weft_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.data[i]) {
        case '&':
            weft_buf_add_text(buf, "&amp;");
            break;
        case '<':
            weft_buf_add_text(buf, "&lt;");
            break;
        case '>':
            weft_buf_add_text(buf, "&gt;");
            break;
        case '"':
            weft_buf_add_text(buf, "&quot;");
            break;
        default:
            weft_buf_add_char(buf, text.data[i]);
        }
    }
}

/* Names of models and modules hold nothing that needs escaping, whatever else does goes through add_html. */
static void add_node(weft_buf *buf, const weft_model *model)
{
    weft_buf_add_format(buf, "\"%.*s.%.*s\"", WEFT_STR_ARG(model->module->name), WEFT_STR_ARG(model->name));
}

static void add_field_row(weft_buf *buf, const weft_field *field)
{
    weft_buf_add_text(buf, "<TR><TD ALIGN=\"LEFT\">");
    weft_buf_add_text(buf, field->is_primary_key ? "<B>" : "");
    add_html(buf, field->name);
    weft_buf_add_text(buf, field->is_primary_key ? "</B>" : "");
    weft_buf_add_text(buf, "</TD><TD ALIGN=\"LEFT\"><FONT COLOR=\"#6b7280\">");
    add_html(buf, weft_type_name(field->type));
    weft_buf_add_text(buf, field->is_nullable ? "?" : "");
    weft_buf_add_text(buf, "</FONT></TD></TR>");
}

static void write_model(const weft_model *model, weft_buf *buf)
{
    weft_buf_add_text(buf, "    ");
    add_node(buf, model);
    weft_buf_add_text(buf,
                      " [label=<<TABLE BORDER=\"1\" COLOR=\"#9ca3af\" CELLBORDER=\"0\" CELLSPACING=\"0\" "
                      "CELLPADDING=\"3\" BGCOLOR=\"white\"><TR><TD COLSPAN=\"2\" BGCOLOR=\"#e5e7eb\"><B>");
    add_html(buf, model->name);
    weft_buf_add_text(buf, "</B></TD></TR>");
    for (size_t i = 0; i < model->field_count; i++) {
        if (!model->fields[i].is_timestamp) {
            add_field_row(buf, &model->fields[i]);
        }
    }
    weft_buf_add_text(buf, "</TABLE>>];\n");
}

static void write_island(const weft_module *module, weft_buf *buf)
{
    weft_buf_add_format(buf, "  subgraph \"cluster_%.*s\" {\n", WEFT_STR_ARG(module->name));
    weft_buf_add_text(buf, "    margin=14;\n    label=<<B>");
    add_html(buf, module->name);
    weft_buf_add_text(buf, "</B> <FONT POINT-SIZE=\"10\" COLOR=\"#6b7280\">in ");
    add_html(buf, module->store->name);
    weft_buf_add_text(buf, "</FONT>>;\n");
    for (size_t i = 0; i < module->model_count; i++) {
        write_model(module->models[i], buf);
    }
    weft_buf_add_text(buf, "  }\n");
}

/* True for the one of two relations that is drawn for both. */
static bool is_drawn(const weft_edge *edge)
{
    if (!edge->reverse || edge->reverse->reverse != edge) {
        return true;
    }
    if (edge->from == edge->to) {
        return edge->index < edge->reverse->index;
    }
    return edge->from->index < edge->to->index;
}

static void write_relation(const weft_edge *edge, weft_buf *buf)
{
    const bool is_many_here =
        edge->through || (edge->reverse ? edge->reverse->is_list : edge->to_field->is_primary_key);
    weft_buf_add_text(buf, "  ");
    add_node(buf, edge->from);
    weft_buf_add_text(buf, " -> ");
    add_node(buf, edge->to);
    weft_buf_add_format(buf,
                        " [color=\"#9ca3af\", arrowhead=%s, arrowtail=%s, label=\"%.*s\", fontcolor=\"#6b7280\"];\n",
                        edge->is_list ? "crow" : "none",
                        is_many_here ? "crow" : "none",
                        WEFT_STR_ARG(edge->name));
}

static const char *end_of(const weft_link_side *side)
{
    return side->on_delete == WEFT_ON_DELETE_CASCADE || side->on_delete == WEFT_ON_DELETE_CASCADE_ORPHANS ? "dot"
                                                                                                          : "none";
}

static void write_bridge(const weft_link *link, weft_buf *buf)
{
    weft_buf_add_text(buf, "  ");
    add_node(buf, link->left.model);
    weft_buf_add_text(buf, " -> ");
    add_node(buf, link->right.model);
    weft_buf_add_text(buf, " [label=<<B>");
    add_html(buf, link->name);
    weft_buf_add_text(buf, "</B>");
    if (link->model && !weft_str_equal(link->model->table, link->name)) {
        weft_buf_add_text(buf, "<BR/><FONT POINT-SIZE=\"9\">");
        add_html(buf, link->model->table);
        weft_buf_add_text(buf, "</FONT>");
    }
    weft_buf_add_format(buf,
                        ">, taillabel=<<FONT POINT-SIZE=\"15\"><B>%s</B></FONT>>, headlabel=<<FONT "
                        "POINT-SIZE=\"15\"><B>%s</B></FONT>>, arrowtail=%s, arrowhead=%s, color=\"#0f766e\", "
                        "fontcolor=\"#0f766e\", penwidth=2%s];\n",
                        link->left.is_list ? "∗" : "1",
                        link->right.is_list ? "∗" : "1",
                        end_of(&link->left),
                        end_of(&link->right),
                        link->is_read_only ? ", style=dashed" : "");
}

void weft_catalog_write_dot(const weft_catalog *catalog, weft_buf *buf)
{
    weft_buf_add_text(buf,
                      "digraph weft {\n"
                      "  graph [rankdir=LR, fontname=\"Helvetica\", fontsize=13, style=\"rounded,filled\", "
                      "color=\"#e3d5ab\", fillcolor=\"#fdf8ea\", margin=0, pad=0.2, nodesep=0.5, ranksep=1.3];\n"
                      "  node [shape=plain, fontname=\"Helvetica\", fontsize=11];\n"
                      "  edge [dir=both, fontname=\"Helvetica\", fontsize=10, labeldistance=2.2];\n");
    for (size_t i = 0; i < catalog->module_count; i++) {
        write_island(catalog->modules[i], buf);
    }
    for (size_t i = 0; i < catalog->model_count; i++) {
        const weft_model *model = catalog->models[i];
        for (size_t k = 0; k < model->edge_count; k++) {
            if (model->edges[k].kind == WEFT_EDGE_RELATION && is_drawn(&model->edges[k])) {
                write_relation(&model->edges[k], buf);
            }
        }
    }
    for (size_t i = 0; i < catalog->link_count; i++) {
        write_bridge(catalog->links[i], buf);
    }
    weft_buf_add_text(buf, "}\n");
}
