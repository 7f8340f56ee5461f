/* The shape of a record: everything about it that is the same for every row, written once.
 *
 * A record alternates fixed text and values: `{"id":` value `,"metadata":{"color":` value `},"posts":` partners `}`.
 * The fixed text is gathered in a buffer until the next value takes it as what stands before it. JSON paths of one
 * field nest under its name at the place of the first, aggregates of one kind likewise. */
#include "reply/reply.h"
#include "json/canonical.h"

/* A shape being made. `done[i]` says that output i, a path into json, was written with an earlier one. */
typedef struct maker {
    const weft_step *step;
    weft_arena *keep;
    weft_shape *shape;
    weft_buf text; /* fixed text since the last value */
    bool *done;
    bool needs_comma;
    size_t group_count;
} maker;

static void add_name(maker *m, weft_str name)
{
    if (m->needs_comma) {
        weft_buf_add_char(&m->text, ',');
    }
    weft_json_add_text(&m->text, name);
    weft_buf_add_char(&m->text, ':');
    m->needs_comma = false;
}

static void open_object(maker *m)
{
    weft_buf_add_char(&m->text, '{');
    m->needs_comma = false;
}

static void close_object(maker *m)
{
    weft_buf_add_char(&m->text, '}');
    m->needs_comma = true;
}

/* Take the text gathered so far; false when memory ran out while it was. */
static bool take_text(maker *m, weft_str *ret_text)
{
    if (m->text.failed) {
        return false;
    }
    *ret_text = weft_str_copy(m->keep, weft_buf_str(&m->text));
    weft_buf_clear(&m->text);
    return ret_text->data != NULL;
}

static weft_code add_item(maker *m, weft_shape_item item, weft_error *error)
{
    if (!take_text(m, &item.before)) {
        return weft_fail_arena(error, m->keep);
    }
    m->shape->items[m->shape->count++] = item;
    m->needs_comma = true;
    return WEFT_OK;
}

static weft_code find_column(const maker *m, const weft_output *output, size_t *ret_column, weft_error *error)
{
    for (size_t i = 0; i < m->step->field_count; i++) {
        if (m->step->fields[i] == output->field) {
            *ret_column = i;
            return WEFT_OK;
        }
    }
    return weft_fail(
        error, WEFT_UNSUPPORTED, "cannot answer \"%.*s\": no step reads it", WEFT_STR_ARG(output->field->name));
}

static weft_code add_field(maker *m, const weft_output *output, weft_error *error)
{
    weft_shape_item item = {.kind = WEFT_SHAPE_VALUE, .name = output->field->name};
    WEFT_TRY(find_column(m, output, &item.column, error));
    add_name(m, output->field->name);
    return add_item(m, item, error);
}

static bool is_same_path_so_far(const weft_output *a, const weft_output *b, size_t depth)
{
    if (b->kind != WEFT_OUTPUT_FIELD || a->field != b->field || b->json_path_len < depth) {
        return false;
    }
    for (size_t i = 0; i < depth; i++) {
        if (!weft_str_equal(a->json_path[i], b->json_path[i])) {
            return false;
        }
    }
    return true;
}

/* "metadata.color"; `.data` NULL when out of memory. */
static weft_str path_name(maker *m, const weft_output *output)
{
    weft_buf name;
    weft_buf_init_arena(&name, m->keep);
    weft_buf_add_str(&name, output->field->name);
    for (size_t i = 0; i < output->json_path_len; i++) {
        weft_buf_add_char(&name, '.');
        weft_buf_add_str(&name, output->json_path[i]);
    }
    return name.failed ? (weft_str){NULL, 0} : weft_buf_str(&name);
}

static weft_code add_path(maker *m, const weft_output *output, weft_error *error)
{
    weft_shape_item item = {.kind = WEFT_SHAPE_PATH, .path = output->json_path, .path_len = output->json_path_len};
    WEFT_TRY(find_column(m, output, &item.column, error));
    item.name = path_name(m, output);
    if (item.name.data == NULL) {
        return weft_fail_arena(error, m->keep);
    }
    return add_item(m, item, error);
}

/* The output whose path is exactly the first `depth` names of output `from`, or NULL. */
static const weft_output *find_ending(const maker *m, size_t from, size_t depth)
{
    const weft_output *outputs = m->step->selection->outputs;
    for (size_t i = 0; i < m->step->selection->output_count; i++) {
        if (outputs[i].json_path_len == depth && is_same_path_so_far(&outputs[from], &outputs[i], depth)) {
            return &outputs[i];
        }
    }
    return NULL;
}

/* Mark what begins as the first `depth` names of output `from` do as written. */
static void mark_done(maker *m, size_t from, size_t depth)
{
    const weft_output *outputs = m->step->selection->outputs;
    for (size_t i = from; i < m->step->selection->output_count; i++) {
        m->done[i] = m->done[i] || is_same_path_so_far(&outputs[from], &outputs[i], depth);
    }
}

/* Write every path that begins as the first `depth` names of output `from` do, the names below them nested. A path that
 * ends here hides those that go deeper, for its value holds theirs. The depth is that of a path, which the request's
 * limits bound. */
static weft_code add_paths(maker *m, size_t from, size_t depth, weft_error *error)
{
    const weft_output *outputs = m->step->selection->outputs;
    const weft_output *ending = find_ending(m, from, depth);
    if (ending) {
        mark_done(m, from, depth);
        return add_path(m, ending, error);
    }
    open_object(m);
    for (size_t i = from; i < m->step->selection->output_count; i++) {
        if (m->done[i] || !is_same_path_so_far(&outputs[from], &outputs[i], depth)) {
            continue;
        }
        add_name(m, outputs[i].json_path[depth]);
        WEFT_TRY(add_paths(m, i, depth + 1, error));
    }
    close_object(m);
    return WEFT_OK;
}

static weft_code add_json_field(maker *m, size_t at, weft_error *error)
{
    if (find_ending(m, at, 0)) {
        return WEFT_OK; /* the whole field is asked for too, and says it all at its own place */
    }
    add_name(m, m->step->selection->outputs[at].field->name);
    return add_paths(m, at, 0, error);
}

/* The step whose rows are the partners: past the link rows, if those are a step of their own. */
static const weft_step *partner_step(const weft_step *child)
{
    return child->kind == WEFT_STEP_THROUGH ? child->children[0] : child;
}

static weft_code add_edge(maker *m, const weft_output *output, weft_error *error)
{
    const size_t group = m->group_count++;
    weft_shape_item item = {.kind = WEFT_SHAPE_EDGE,
                            .name = output->selection->edge->name,
                            .group = group,
                            .is_list = output->selection->edge->is_list};
    WEFT_TRY(weft_shape_make(partner_step(m->step->children[group]), m->keep, &item.shape, error));
    add_name(m, output->selection->edge->name);
    return add_item(m, item, error);
}

static bool is_of_kind(const weft_output *output, weft_aggregate aggregate)
{
    return output->kind == WEFT_OUTPUT_AGGREGATE && output->aggregate == aggregate;
}

static weft_code add_aggregate(maker *m, const weft_output *output, weft_error *error)
{
    weft_shape_item item = {.kind = WEFT_SHAPE_AGGREGATE, .is_count = output->aggregate == WEFT_AGGREGATE_COUNT};
    weft_step_find_aggregate(m->step, output, &item.group, &item.column);
    const weft_str kind = weft_aggregate_name(output->aggregate);
    const weft_str edge = output->edge->name;
    const weft_str field = output->field ? output->field->name : WEFT_STR("");
    item.name = weft_str_format(m->keep,
                                "%.*s.%.*s%s%.*s",
                                WEFT_STR_ARG(kind),
                                WEFT_STR_ARG(edge),
                                output->field ? "." : "",
                                WEFT_STR_ARG(field));
    if (item.name.data == NULL) {
        return weft_fail_arena(error, m->keep);
    }
    add_name(m, weft_str_slice(item.name, kind.len + 1, item.name.len));
    return add_item(m, item, error);
}

/* Every aggregate of the kind that output `at` is. */
static weft_code add_aggregates(maker *m, size_t at, weft_error *error)
{
    const weft_selection *selection = m->step->selection;
    const weft_aggregate kind = selection->outputs[at].aggregate;
    add_name(m, weft_aggregate_name(kind));
    open_object(m);
    for (size_t i = at; i < selection->output_count; i++) {
        if (is_of_kind(&selection->outputs[i], kind)) {
            m->done[i] = true;
            WEFT_TRY(add_aggregate(m, &selection->outputs[i], error));
        }
    }
    close_object(m);
    return WEFT_OK;
}

static weft_code add_output(maker *m, size_t at, weft_error *error)
{
    const weft_output *output = &m->step->selection->outputs[at];
    switch (output->kind) {
    case WEFT_OUTPUT_FIELD:
        return output->json_path_len == 0 ? add_field(m, output, error) : add_json_field(m, at, error);
    case WEFT_OUTPUT_EDGE:
        return add_edge(m, output, error);
    case WEFT_OUTPUT_AGGREGATE:
        break;
    }
    return add_aggregates(m, at, error);
}

static weft_code add_outputs(maker *m, weft_error *error)
{
    open_object(m);
    for (size_t i = 0; i < m->step->selection->output_count; i++) {
        const weft_code code = m->done[i] ? WEFT_OK : add_output(m, i, error);
        WEFT_TRY(code);
    }
    close_object(m);
    return take_text(m, &m->shape->end) ? WEFT_OK : weft_fail_arena(error, m->keep);
}

weft_code weft_shape_make(const weft_step *step, weft_arena *keep, const weft_shape **ret_shape, weft_error *error)
{
    const size_t count = step->selection->output_count;
    weft_shape *shape = WEFT_ARENA_NEW(keep, weft_shape);
    maker m = {.step = step, .keep = keep, .shape = shape, .done = WEFT_ARENA_ARRAY(keep, bool, count)};
    if (!shape || !m.done) {
        return weft_fail_arena(error, keep);
    }
    shape->items = WEFT_ARENA_ARRAY(keep, weft_shape_item, count);
    if (!shape->items) {
        return weft_fail_arena(error, keep);
    }
    weft_buf_init_arena(&m.text, keep);
    WEFT_TRY(add_outputs(&m, error));
    *ret_shape = shape;
    return WEFT_OK;
}

static void add_partners(const weft_shape_item *item, const weft_group *group, weft_buf *buf)
{
    weft_buf_add_char(buf, '[');
    for (size_t i = 0; i < group->count; i++) {
        if (i > 0) {
            weft_buf_add_char(buf, ',');
        }
        weft_shape_add_row(item->shape, group->rows[i], buf);
    }
    weft_buf_add_char(buf, ']');
}

static void add_edge_value(const weft_shape_item *item, const weft_row *row, weft_buf *buf)
{
    const weft_group *group = &row->groups[item->group];
    if (item->is_list) {
        add_partners(item, group, buf);
    } else if (group->count > 0) {
        weft_shape_add_row(item->shape, group->rows[0], buf);
    } else {
        weft_json_add_null(buf);
    }
}

static void add_aggregate_value(const weft_shape_item *item, const weft_row *row, weft_buf *buf)
{
    const weft_group *group = &row->groups[item->group];
    if (group->count > 0) {
        weft_json_add_value(buf, &group->rows[0]->values[item->column]);
    } else if (item->is_count) {
        weft_buf_add_char(buf, '0');
    } else {
        weft_json_add_null(buf);
    }
}

static void add_path_value(const weft_shape_item *item, const weft_value *value, weft_buf *buf)
{
    if (value->kind == WEFT_VALUE_JSON) {
        weft_json_add_path(buf, value->as.text, item->path, item->path_len);
    } else {
        weft_json_add_null(buf);
    }
}

void weft_shape_add_item(const weft_shape_item *item, const weft_row *row, weft_buf *buf)
{
    switch (item->kind) {
    case WEFT_SHAPE_VALUE:
        weft_json_add_value(buf, &row->values[item->column]);
        break;
    case WEFT_SHAPE_PATH:
        add_path_value(item, &row->values[item->column], buf);
        break;
    case WEFT_SHAPE_EDGE:
        add_edge_value(item, row, buf);
        break;
    case WEFT_SHAPE_AGGREGATE:
        add_aggregate_value(item, row, buf);
        break;
    }
}

/* Rows nest as deep as the plan's steps do, which the request's limits bound. */
void weft_shape_add_row(const weft_shape *shape, const weft_row *row, weft_buf *buf)
{
    for (size_t i = 0; i < shape->count; i++) {
        weft_buf_add_str(buf, shape->items[i].before);
        weft_shape_add_item(&shape->items[i], row, buf);
    }
    weft_buf_add_str(buf, shape->end);
}
