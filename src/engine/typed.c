/* Typed results: views on the rows that a reply holds, by the shape that its JSON is written with. Nothing is copied
 * and nothing fails but weft_record_json. */
#include "weft/record.h"

#include "engine/engine.h"
#include "reply/reply.h"

static const weft_value null_value = {.kind = WEFT_VALUE_NULL};
static const weft_value zero_value = {.kind = WEFT_VALUE_INTEGER};
static const weft_str no_text = {NULL, 0};

static const weft_shape_item *item_of(weft_record record, size_t member)
{
    return record.row && member < record.shape->count ? &record.shape->items[member] : NULL;
}

size_t weft_record_member_count(weft_record record)
{
    return record.shape ? record.shape->count : 0;
}

weft_str weft_record_member_name(weft_record record, size_t member)
{
    return member < weft_record_member_count(record) ? record.shape->items[member].name : no_text;
}

size_t weft_record_member(weft_record record, const char *name)
{
    for (size_t i = 0; name && i < weft_record_member_count(record); i++) {
        if (weft_str_equal_text(record.shape->items[i].name, name)) {
            return i;
        }
    }
    return WEFT_NO_MEMBER;
}

static weft_value aggregate_of(const weft_shape_item *item, const weft_row *row)
{
    const weft_group *group = &row->groups[item->group];
    if (group->count > 0) {
        return group->rows[0]->values[item->column];
    }
    return item->is_count ? zero_value : null_value;
}

weft_value weft_record_value(weft_record record, size_t member)
{
    const weft_shape_item *item = item_of(record, member);
    if (item && item->kind == WEFT_SHAPE_VALUE) {
        return record.row->values[item->column];
    }
    return item && item->kind == WEFT_SHAPE_AGGREGATE ? aggregate_of(item, record.row) : null_value;
}

/* NULL kind unless it is of the kind wanted. */
static weft_value value_of(weft_record record, const char *name, weft_value_kind kind)
{
    const weft_value value = weft_record_value(record, weft_record_member(record, name));
    return value.kind == kind ? value : null_value;
}

weft_str weft_record_text(weft_record record, const char *name)
{
    const weft_value value = weft_record_value(record, weft_record_member(record, name));
    return value.kind == WEFT_VALUE_TEXT || value.kind == WEFT_VALUE_DECIMAL ? value.as.text : no_text;
}

int64_t weft_record_integer(weft_record record, const char *name)
{
    const weft_value value = value_of(record, name, WEFT_VALUE_INTEGER);
    return value.kind != WEFT_VALUE_NULL ? value.as.integer : 0;
}

double weft_record_double(weft_record record, const char *name)
{
    const weft_value value = value_of(record, name, WEFT_VALUE_DOUBLE);
    return value.kind != WEFT_VALUE_NULL ? value.as.real : 0;
}

bool weft_record_boolean(weft_record record, const char *name)
{
    const weft_value value = value_of(record, name, WEFT_VALUE_BOOLEAN);
    return value.kind != WEFT_VALUE_NULL && value.as.boolean;
}

int64_t weft_record_time_us(weft_record record, const char *name)
{
    const weft_value value = value_of(record, name, WEFT_VALUE_TIME);
    return value.kind != WEFT_VALUE_NULL ? value.as.time_us : 0;
}

static const weft_group *group_of(weft_record record, size_t member)
{
    const weft_shape_item *item = item_of(record, member);
    return item && item->kind == WEFT_SHAPE_EDGE ? &record.row->groups[item->group] : NULL;
}

size_t weft_record_partner_count(weft_record record, size_t member)
{
    const weft_group *group = group_of(record, member);
    return group ? group->count : 0;
}

weft_record weft_record_partner(weft_record record, size_t member, size_t at)
{
    const weft_group *group = group_of(record, member);
    if (!group || at >= group->count) {
        return (weft_record){NULL, NULL};
    }
    return (weft_record){record.shape->items[member].shape, group->rows[at]};
}

weft_code weft_record_json(weft_reply *reply, weft_record record, size_t member, weft_text *ret_json, weft_error *error)
{
    if (!reply || !ret_json) {
        return weft_fail(error, WEFT_MISUSE, "a reply and a place for the text must be given");
    }
    const weft_shape_item *item = item_of(record, member);
    weft_buf buf;
    weft_buf_init(&buf, weft_reply_allocator(reply));
    if (item) {
        weft_shape_add_item(item, record.row, &buf);
    } else {
        weft_buf_add_text(&buf, "null");
    }
    const weft_code code = weft_text_take(&buf, ret_json, error);
    weft_buf_done(&buf);
    return code;
}
