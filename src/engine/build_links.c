/* The link builder: an array of changes, the last of which stays open for its data. */
#include "weft/build.h"

#include "engine/engine.h"
#include "json/canonical.h"

struct weft_link_builder {
    const weft_allocator *allocator;
    weft_buf changes; /* without the brackets around, and without the end of the last change */
    bool has_data;    /* the last change has some */
    const char *misuse;
};

weft_link_builder *weft_link_builder_new(const weft_allocator *allocator)
{
    allocator = weft_allocator_or_default(allocator);
    weft_link_builder *builder = weft_resize(allocator, NULL, 0, sizeof(*builder));
    if (builder) {
        *builder = (weft_link_builder){.allocator = allocator};
        weft_buf_init(&builder->changes, allocator);
    }
    return builder;
}

void weft_link_builder_free(weft_link_builder *builder)
{
    if (builder) {
        weft_buf_done(&builder->changes);
        weft_free(builder->allocator, builder, sizeof(*builder));
    }
}

static const char *end_of_change(const weft_link_builder *builder)
{
    return builder->has_data ? "}}" : "}";
}

void weft_link_builder_pair(weft_link_builder *builder, const char *link, weft_value left, weft_value right)
{
    if (!builder || !link) {
        if (builder) {
            builder->misuse = "a name must be given";
        }
        return;
    }
    weft_buf *buf = &builder->changes;
    if (buf->len > 0) {
        weft_buf_add_text(buf, end_of_change(builder));
        weft_buf_add_char(buf, ',');
    }
    builder->has_data = false;
    weft_buf_add_text(buf, "{\"link\":");
    weft_json_add_text(buf, weft_str_from(link));
    weft_buf_add_text(buf, ",\"left\":");
    weft_json_add_value(buf, &left);
    weft_buf_add_text(buf, ",\"right\":");
    weft_json_add_value(buf, &right);
}

void weft_link_builder_data(weft_link_builder *builder, const char *column, weft_value value)
{
    if (!builder || !column || builder->changes.len == 0) {
        if (builder) {
            builder->misuse = column ? "data needs a pair" : "a name must be given";
        }
        return;
    }
    weft_buf *buf = &builder->changes;
    weft_buf_add_text(buf, builder->has_data ? "," : ",\"data\":{");
    builder->has_data = true;
    weft_json_add_text(buf, weft_str_from(column));
    weft_buf_add_char(buf, ':');
    weft_json_add_value(buf, &value);
}

weft_code weft_link_builder_text(const weft_link_builder *builder, weft_text *ret_changes, weft_error *error)
{
    if (!builder || !ret_changes) {
        return weft_fail(error, WEFT_MISUSE, "a builder must be given");
    }
    if (builder->misuse || (builder->changes.len == 0 && !builder->changes.failed)) {
        return weft_fail(error, WEFT_MISUSE, "%s", builder->misuse ? builder->misuse : "no pair was given");
    }
    weft_buf buf;
    weft_buf_init(&buf, builder->allocator);
    weft_buf_add_char(&buf, '[');
    weft_buf_add_str(&buf, weft_buf_str(&builder->changes));
    weft_buf_add_text(&buf, end_of_change(builder));
    weft_buf_add_char(&buf, ']');
    buf.failed = buf.failed || builder->changes.failed;
    const weft_code code = weft_text_take(&buf, ret_changes, error);
    weft_buf_done(&buf);
    return code;
}
