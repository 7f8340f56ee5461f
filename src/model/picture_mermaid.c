/* A mermaid flowchart: an island a module, a bridge a link, "1 · *" beside its name telling how many records stand at
 * its left and right end. Read-only links are dotted. */
#include "model/picture.h"

/* Ids of nodes by number: names could be words mermaid keeps for itself ("end"). */
static void add_node(weft_buf *buf, const weft_model *model)
{
    weft_buf_add_format(buf, "m%u", model->index);
}

static void write_island(const weft_module *module, weft_buf *buf)
{
    weft_buf_add_format(buf, "  subgraph i%u[\"%.*s\"]\n", module->index, WEFT_STR_ARG(module->name));
    for (size_t i = 0; i < module->model_count; i++) {
        weft_buf_add_text(buf, "    ");
        add_node(buf, module->models[i]);
        weft_buf_add_format(buf, "[\"%.*s\"]\n", WEFT_STR_ARG(module->models[i]->name));
    }
    weft_buf_add_text(buf, "  end\n");
}

static void write_line(weft_buf *buf, const weft_model *from, const char *line, weft_str label, const weft_model *to)
{
    weft_buf_add_text(buf, "  ");
    add_node(buf, from);
    weft_buf_add_format(buf, " %s|\"%.*s\"| ", line, WEFT_STR_ARG(label));
    add_node(buf, to);
    weft_buf_add_char(buf, '\n');
}

/* One line for a relation and its way back: the one from the parent's side, which comes first. */
static bool is_drawn(const weft_edge *edge)
{
    if (edge->kind != WEFT_EDGE_RELATION) {
        return false;
    }
    if (!edge->reverse || edge->reverse->reverse != edge) {
        return true;
    }
    return edge->from == edge->to ? edge->index < edge->reverse->index : edge->from->index < edge->to->index;
}

static void write_bridge(const weft_link *link, weft_buf *buf)
{
    weft_buf_add_text(buf, "  ");
    add_node(buf, link->left.model);
    weft_buf_add_format(buf,
                        " %s|\"%.*s %s · %s\"| ",
                        link->is_read_only ? "-.->" : "<==>",
                        WEFT_STR_ARG(link->name),
                        link->left.is_list ? "*" : "1",
                        link->right.is_list ? "*" : "1");
    add_node(buf, link->right.model);
    weft_buf_add_char(buf, '\n');
}

void weft_catalog_write_mermaid(const weft_catalog *catalog, weft_buf *buf)
{
    weft_buf_add_text(buf, "flowchart LR\n");
    for (size_t i = 0; i < catalog->module_count; i++) {
        write_island(catalog->modules[i], buf);
    }
    for (size_t i = 0; i < catalog->model_count; i++) {
        const weft_model *model = catalog->models[i];
        for (size_t k = 0; k < model->edge_count; k++) {
            if (is_drawn(&model->edges[k])) {
                write_line(buf, model, "---", model->edges[k].name, model->edges[k].to);
            }
        }
    }
    for (size_t i = 0; i < catalog->link_count; i++) {
        write_bridge(catalog->links[i], buf);
    }
}
