/* The query builder: each call appends to one of four buffers, which are put together at the end. Groups nest as the
 * brackets they write do; a stack remembers how each one closes. */
#include "weft/build.h"

#include "engine/engine.h"
#include "json/canonical.h"

#define GROUPS_MAX 64

struct weft_query_builder {
    const weft_allocator *allocator;
    weft_buf entity;
    weft_buf fields;
    weft_buf filters;
    weft_buf order;
    weft_buf page;
    bool has_condition[GROUPS_MAX + 1]; /* of the group at each depth: the next needs a comma */
    const char *ends[GROUPS_MAX + 1];
    size_t depth;
    const char *misuse; /* the first; NULL: none */
};

static void add_name(weft_buf *buf, const char *name)
{
    weft_json_add_text(buf, weft_str_from(name));
    weft_buf_add_char(buf, ':');
}

/* True when the call may go on. */
static bool check(weft_query_builder *builder, const void *argument)
{
    if (builder && !argument && !builder->misuse) {
        builder->misuse = "a name must be given";
    }
    return builder && argument;
}

weft_query_builder *weft_query_builder_new(const weft_allocator *allocator, const char *entity)
{
    allocator = weft_allocator_or_default(allocator);
    weft_query_builder *builder = weft_resize(allocator, NULL, 0, sizeof(*builder));
    if (!builder) {
        return NULL;
    }
    *builder = (weft_query_builder){.allocator = allocator};
    weft_buf *const buffers[] = {
        &builder->entity, &builder->fields, &builder->filters, &builder->order, &builder->page};
    for (size_t i = 0; i < WEFT_COUNT_OF(buffers); i++) {
        weft_buf_init(buffers[i], allocator);
    }
    if (check(builder, entity)) {
        weft_json_add_text(&builder->entity, weft_str_from(entity));
    }
    return builder;
}

void weft_query_builder_free(weft_query_builder *builder)
{
    if (!builder) {
        return;
    }
    weft_buf *const buffers[] = {
        &builder->entity, &builder->fields, &builder->filters, &builder->order, &builder->page};
    for (size_t i = 0; i < WEFT_COUNT_OF(buffers); i++) {
        weft_buf_done(buffers[i]);
    }
    weft_free(builder->allocator, builder, sizeof(*builder));
}

static void add_comma(weft_buf *buf)
{
    if (buf->len > 0) {
        weft_buf_add_char(buf, ',');
    }
}

void weft_query_builder_field(weft_query_builder *builder, const char *path)
{
    if (check(builder, path)) {
        add_comma(&builder->fields);
        weft_json_add_text(&builder->fields, weft_str_from(path));
    }
}

/* `{"path":` behind the conditions that stand in this group already. */
static void begin_condition(weft_query_builder *builder, const char *path)
{
    if (builder->has_condition[builder->depth]) {
        weft_buf_add_char(&builder->filters, ',');
    }
    builder->has_condition[builder->depth] = true;
    weft_buf_add_char(&builder->filters, '{');
    add_name(&builder->filters, path);
}

/* `{"path":{"$eq":` */
static bool begin_comparison(weft_query_builder *builder, const char *path, const char *operator_name)
{
    if (!check(builder, path) || !check(builder, operator_name)) {
        return false;
    }
    begin_condition(builder, path);
    weft_buf_add_char(&builder->filters, '{');
    add_name(&builder->filters, operator_name);
    return true;
}

/* A decimal goes as text, which every number type reads without losing a digit. */
static void add_value(weft_buf *buf, const weft_value *value)
{
    if (value->kind == WEFT_VALUE_DECIMAL) {
        weft_json_add_text(buf, value->as.text);
    } else {
        weft_json_add_value(buf, value);
    }
}

void weft_query_builder_filter(weft_query_builder *builder,
                               const char *path,
                               const char *operator_name,
                               weft_value value)
{
    if (begin_comparison(builder, path, operator_name)) {
        add_value(&builder->filters, &value);
        weft_buf_add_text(&builder->filters, "}}");
    }
}

void weft_query_builder_filter_list(
    weft_query_builder *builder, const char *path, const char *operator_name, const weft_value *values, size_t count)
{
    if ((count > 0 && !check(builder, values)) || !begin_comparison(builder, path, operator_name)) {
        return;
    }
    weft_buf_add_char(&builder->filters, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            weft_buf_add_char(&builder->filters, ',');
        }
        add_value(&builder->filters, &values[i]);
    }
    weft_buf_add_text(&builder->filters, "]}}");
}

void weft_query_builder_open(weft_query_builder *builder, const char *group)
{
    if (!check(builder, group)) {
        return;
    }
    if (builder->depth == GROUPS_MAX) {
        builder->misuse = "at most 64 groups can stand in each other";
        return;
    }
    begin_condition(builder, group);
    const bool is_list = !strcmp(group, "$or") || !strcmp(group, "$and");
    weft_buf_add_text(&builder->filters, is_list ? "[" : "{\"$and\":[");
    builder->depth++;
    builder->has_condition[builder->depth] = false;
    builder->ends[builder->depth] = is_list ? "]}" : "]}}";
}

void weft_query_builder_close(weft_query_builder *builder)
{
    if (!builder) {
        return;
    }
    if (builder->depth == 0) {
        builder->misuse = "a group is closed that was not opened";
        return;
    }
    weft_buf_add_text(&builder->filters, builder->ends[builder->depth--]);
}

void weft_query_builder_order(weft_query_builder *builder, const char *path, bool is_descending)
{
    if (check(builder, path)) {
        add_comma(&builder->order);
        weft_buf_add_char(&builder->order, '{');
        add_name(&builder->order, path);
        weft_buf_add_text(&builder->order, is_descending ? "\"DESC\"}" : "\"ASC\"}");
    }
}

static void add_number(weft_query_builder *builder, const char *name, uint64_t number)
{
    if (builder) {
        add_comma(&builder->page);
        weft_buf_add_format(&builder->page, "\"%s\":%llu", name, (unsigned long long)number);
    }
}

void weft_query_builder_skip(weft_query_builder *builder, uint64_t skip)
{
    add_number(builder, "skip", skip);
}

void weft_query_builder_take(weft_query_builder *builder, uint64_t take)
{
    add_number(builder, "take", take);
}

void weft_query_builder_after(weft_query_builder *builder, const char *cursor)
{
    if (check(builder, cursor)) {
        add_comma(&builder->page);
        weft_buf_add_text(&builder->page, "\"after\":");
        weft_json_add_text(&builder->page, weft_str_from(cursor));
    }
}

static void add_pagination(const weft_query_builder *builder, weft_buf *buf)
{
    if (builder->order.len == 0 && builder->page.len == 0) {
        return;
    }
    weft_buf_add_text(buf, ",\"pagination\":{");
    weft_buf_add_str(buf, weft_buf_str(&builder->page));
    if (builder->order.len > 0) {
        weft_buf_add_text(buf, builder->page.len > 0 ? ",\"order\":[" : "\"order\":[");
        weft_buf_add_str(buf, weft_buf_str(&builder->order));
        weft_buf_add_char(buf, ']');
    }
    weft_buf_add_char(buf, '}');
}

static void put_together(const weft_query_builder *builder, weft_buf *buf)
{
    weft_buf_add_text(buf, "{\"entity\":");
    weft_buf_add_str(buf, weft_buf_str(&builder->entity));
    weft_buf_add_text(buf, ",\"fields\":[");
    weft_buf_add_str(buf, weft_buf_str(&builder->fields));
    weft_buf_add_char(buf, ']');
    if (builder->filters.len > 0) {
        weft_buf_add_text(buf, ",\"filters\":{\"$and\":[");
        weft_buf_add_str(buf, weft_buf_str(&builder->filters));
        weft_buf_add_text(buf, "]}");
    }
    add_pagination(builder, buf);
    weft_buf_add_char(buf, '}');
}

weft_code weft_query_builder_text(const weft_query_builder *builder, weft_text *ret_request, weft_error *error)
{
    if (!builder || !ret_request || builder->misuse || builder->depth > 0) {
        const char *said = builder && builder->misuse ? builder->misuse : "every group must be closed";
        return weft_fail(error, WEFT_MISUSE, "%s", builder && ret_request ? said : "a builder must be given");
    }
    weft_buf buf;
    weft_buf_init(&buf, builder->allocator);
    put_together(builder, &buf);
    buf.failed = buf.failed || builder->entity.failed || builder->fields.failed || builder->filters.failed ||
                 builder->order.failed || builder->page.failed;
    const weft_code code = weft_text_take(&buf, ret_request, error);
    weft_buf_done(&buf);
    return code;
}
