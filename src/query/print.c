/* A query as text, one line a thing, two spaces a level. Golden tests read this, so it says everything that is in the
 * structures and nothing else. Recursion is as deep as the query, which resolving bounded. */
#include "query/uses.h"
#include "json/writer.h"

static void begin_line(weft_buf *buf, size_t level)
{
    weft_buf_add_char(buf, '\n');
    for (size_t i = 0; i < level; i++) {
        weft_buf_add_text(buf, "  ");
    }
}

static void add_names(weft_buf *buf, const weft_field *field, const weft_str *json_path, size_t json_path_len)
{
    weft_buf_add_str(buf, field->name);
    for (size_t i = 0; i < json_path_len; i++) {
        weft_buf_add_char(buf, '.');
        weft_buf_add_str(buf, json_path[i]);
    }
}

static void add_values(weft_buf *buf, const weft_filter *filter)
{
    const bool is_list = filter->op == WEFT_OP_IN || filter->op == WEFT_OP_NIN ||
                         ((filter->op == WEFT_OP_CONTAINS || filter->op == WEFT_OP_OVERLAP) && filter->field &&
                          filter->field->type == WEFT_TYPE_ARRAY);
    const bool has_parts = filter->kind == WEFT_FILTER_AGGREGATE && filter->op != WEFT_OP_EXISTS;
    const size_t count = filter->value_count * (has_parts ? weft_order_part_count(filter->order) : 1);
    weft_buf_add_text(buf, is_list ? "[" : "");
    for (size_t i = 0; i < count; i++) {
        weft_buf_add_text(buf, i ? ", " : "");
        weft_json_add_value(buf, &filter->values[i]);
    }
    weft_buf_add_text(buf, is_list ? "]" : "");
}

static void print_compare(const weft_filter *filter, weft_buf *buf)
{
    if (filter->kind == WEFT_FILTER_COUNT) {
        weft_buf_add_str(buf, filter->edge->name);
        weft_buf_add_text(buf, ".$count");
    } else if (filter->kind == WEFT_FILTER_AGGREGATE) {
        weft_buf_add_str(buf, filter->edge->name);
        weft_buf_add_char(buf, '.');
        weft_buf_add_str(buf, weft_aggregate_name(filter->order->aggregate));
        weft_buf_add_char(buf, '.');
        weft_buf_add_str(buf, filter->order->field->name);
    } else {
        weft_buf_add_text(buf, filter->is_through ? "$link." : "");
        add_names(buf, filter->field, filter->json_path, filter->json_path_len);
    }
    weft_buf_add_char(buf, ' ');
    weft_buf_add_str(buf, weft_operator_name(filter->op));
    weft_buf_add_char(buf, ' ');
    add_values(buf, filter);
}

static void print_filter(const weft_filter *filter, size_t level, weft_buf *buf)
{
    begin_line(buf, level);
    switch (filter->kind) {
    case WEFT_FILTER_AND:
        weft_buf_add_text(buf, filter->child_count ? "and" : "true");
        break;
    case WEFT_FILTER_OR:
        weft_buf_add_text(buf, filter->child_count ? "or" : "false");
        break;
    case WEFT_FILTER_NOT:
        weft_buf_add_text(buf, "not");
        break;
    case WEFT_FILTER_EDGE:
        weft_buf_add_str(buf, weft_str_slice(weft_quantifier_name(filter->quantifier), 1, SIZE_MAX));
        weft_buf_add_char(buf, ' ');
        weft_buf_add_str(buf, filter->edge->name);
        weft_buf_add_text(buf, filter->with_deleted ? " with deleted" : "");
        break;
    case WEFT_FILTER_COMPARE:
    case WEFT_FILTER_COUNT:
    case WEFT_FILTER_AGGREGATE:
    default:
        print_compare(filter, buf);
        break;
    }
    for (size_t i = 0; i < filter->child_count; i++) {
        print_filter(filter->children[i], level + 1, buf);
    }
    if (filter->child) {
        print_filter(filter->child, level + 1, buf);
    }
}

static void print_order(const weft_selection *selection, size_t level, weft_buf *buf)
{
    begin_line(buf, level);
    weft_buf_add_text(buf, "order ");
    for (size_t i = 0; i < selection->order_count; i++) {
        const weft_order *order = &selection->order[i];
        weft_buf_add_text(buf, i ? ", " : "");
        for (size_t j = 0; j < order->edge_count; j++) {
            weft_buf_add_str(buf, order->edges[j]->name);
            weft_buf_add_text(buf, j + 1 < order->edge_count || order->field || order->aggregate ? "." : "");
        }
        weft_buf_add_str(buf, weft_aggregate_name(order->aggregate));
        weft_buf_add_text(buf, order->aggregate != WEFT_AGGREGATE_NONE && order->field ? "." : "");
        weft_buf_add_text(buf, order->is_through ? "$link." : "");
        if (order->field) {
            add_names(buf, order->field, order->json_path, order->json_path_len);
        }
        weft_buf_add_text(buf, order->is_descending ? " desc" : " asc");
    }
}

static void print_cursor(const char *name, weft_str cursor, size_t level, weft_buf *buf)
{
    if (cursor.data) {
        begin_line(buf, level);
        weft_buf_add_format(buf, "%s ", name);
        weft_json_add_text(buf, cursor);
    }
}

static void print_amount(const char *name, bool is_given, uint64_t amount, size_t level, weft_buf *buf)
{
    if (is_given) {
        begin_line(buf, level);
        weft_buf_add_format(buf, "%s %llu", name, (unsigned long long)amount);
    }
}

static void print_selection(const weft_selection *selection, size_t level, weft_buf *buf);

static void print_output(const weft_output *output, size_t level, weft_buf *buf)
{
    begin_line(buf, level);
    switch (output->kind) {
    case WEFT_OUTPUT_EDGE:
        weft_buf_add_format(buf,
                            "%s %.*s -> %.*s",
                            output->edge->is_list ? "list" : "one",
                            WEFT_STR_ARG(output->edge->name),
                            WEFT_STR_ARG(output->edge->to->name));
        print_selection(output->selection, level + 1, buf);
        break;
    case WEFT_OUTPUT_AGGREGATE:
        weft_buf_add_format(
            buf, "%.*s %.*s", WEFT_STR_ARG(weft_aggregate_name(output->aggregate)), WEFT_STR_ARG(output->edge->name));
        if (output->field) {
            weft_buf_add_format(buf, ".%.*s", WEFT_STR_ARG(output->field->name));
        }
        break;
    case WEFT_OUTPUT_FIELD:
    default:
        weft_buf_add_text(buf, "field ");
        add_names(buf, output->field, output->json_path, output->json_path_len);
        break;
    }
}

static void print_selection(const weft_selection *selection, size_t level, weft_buf *buf)
{
    for (size_t i = 0; i < selection->output_count; i++) {
        print_output(&selection->outputs[i], level, buf);
    }
    if (selection->filter) {
        begin_line(buf, level);
        weft_buf_add_text(buf, "filter");
        print_filter(selection->filter, level + 1, buf);
    }
    print_order(selection, level, buf);
    print_amount("skip", selection->has_skip, selection->skip, level, buf);
    print_amount("take", selection->has_take, selection->take, level, buf);
    print_cursor("after", selection->after, level, buf);
    print_cursor("before", selection->before, level, buf);
    if (selection->with_deleted) {
        begin_line(buf, level);
        weft_buf_add_text(buf, "with deleted");
    }
}

/* Whether the query reads the model: its records, or as the table of a link that it walks. */
static bool is_read(const weft_uses *uses, const weft_model *model)
{
    bool is_read = uses->models[model->index].is_used;
    for (size_t i = 0; !is_read && model->link && i < uses->model_count; i++) {
        const weft_model *from = uses->catalog->models[i];
        for (size_t j = 0; uses->models[i].is_used && j < from->edge_count; j++) {
            is_read = is_read || (uses->models[i].edges[j] && from->edges[j].through == model);
        }
    }
    return is_read;
}

/* What exists of the models that rules speak of. */
static void print_rows(const weft_query *query, weft_arena *scratch, weft_buf *buf)
{
    weft_uses uses = {0};
    if (!weft_uses_find(query, scratch, &uses)) {
        buf->failed = true;
        return;
    }
    for (size_t i = 0; i < query->catalog->model_count; i++) {
        const weft_model *model = query->catalog->models[i];
        const weft_model_rows *rows = weft_row_scope_of(query->rows, model);
        for (size_t j = 0; is_read(&uses, model) && j < rows->condition_count; j++) {
            begin_line(buf, 1);
            weft_buf_add_format(
                buf, "rows %.*s.%.*s $eq ", WEFT_STR_ARG(model->name), WEFT_STR_ARG(rows->conditions[j].field->name));
            weft_json_add_value(buf, &rows->conditions[j].value);
        }
    }
}

void weft_query_print(const weft_query *query, weft_arena *scratch, weft_buf *buf)
{
    weft_buf_add_text(buf, "query ");
    weft_buf_add_str(buf, query->root->model->name);
    print_selection(query->root, 1, buf);
    if (query->rows) {
        print_rows(query, scratch, buf);
    }
    if (query->wants_metadata) {
        begin_line(buf, 1);
        weft_buf_add_text(buf, query->wants_count ? "metadata with count" : "metadata");
    }
    weft_buf_add_char(buf, '\n');
}
