/* Taking a batch apart by the extra columns its pairs give. WEFT_NO_MEMORY is the only failure. */
#include "link/shape.h"

static bool has_fields(const weft_link_pair *pair, const weft_field *const *fields, size_t count)
{
    if (pair->data_count != count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (pair->data_fields[i] != fields[i]) {
            return false;
        }
    }
    return true;
}

weft_code weft_link_shape_next(weft_link_batch *batch, weft_link_shape *ret_shape, weft_error *error)
{
    weft_link_shape shape = {.batch = batch};
    for (size_t i = 0; i < batch->count; i++) {
        weft_link_pair *pair = &batch->pairs[i];
        if (pair->outcome != 0) {
            continue;
        }
        if (shape.count == 0) {
            shape.pairs = WEFT_ARENA_ARRAY(batch->scratch, weft_link_pair *, batch->count - i);
            shape.fields = pair->data_fields;
            shape.field_count = pair->data_count;
            if (!shape.pairs) {
                return weft_fail_arena(error, batch->scratch);
            }
        }
        if (has_fields(pair, shape.fields, shape.field_count)) {
            shape.pairs[shape.count++] = pair;
        }
    }
    *ret_shape = shape;
    return WEFT_OK;
}

void weft_link_shape_drop_settled(weft_link_shape *shape)
{
    size_t kept = 0;
    for (size_t i = 0; i < shape->count; i++) {
        if (shape->pairs[i]->outcome == 0) {
            shape->pairs[kept++] = shape->pairs[i];
        }
    }
    shape->count = kept;
}

static bool is_given(const weft_link_shape *shape, const weft_field *field)
{
    for (size_t i = 0; i < shape->field_count; i++) {
        if (shape->fields[i] == field) {
            return true;
        }
    }
    return false;
}

const weft_field *weft_link_shape_lacks(const weft_link_shape *shape)
{
    const weft_link *link = shape->batch->link;
    for (size_t i = 0; i < link->model->field_count; i++) {
        const weft_field *field = &link->model->fields[i];
        if (weft_link_field_is_data(link, field) && !field->is_nullable && !field->has_default &&
            field->type != WEFT_TYPE_AUTOINCREMENT && !is_given(shape, field)) {
            return field;
        }
    }
    return NULL;
}

static const weft_value *data_column(const weft_link_shape *shape,
                                     weft_link_pair *const *pairs,
                                     size_t count,
                                     size_t at)
{
    weft_value *values = WEFT_ARENA_ARRAY(shape->batch->scratch, weft_value, count);
    for (size_t i = 0; values && i < count; i++) {
        values[i] = pairs[i]->data_values[at];
    }
    return values;
}

weft_code weft_link_columns_make(const weft_link_shape *shape,
                                 weft_link_pair *const *pairs,
                                 size_t count,
                                 size_t more,
                                 weft_link_columns *ret_columns,
                                 weft_error *error)
{
    weft_arena *scratch = shape->batch->scratch;
    const weft_link *link = shape->batch->link;
    const size_t width = 2 + shape->field_count;
    weft_link_columns columns = {.columns = WEFT_ARENA_ARRAY(scratch, const weft_value *, width + more),
                                 .kinds = WEFT_ARENA_ARRAY(scratch, weft_value_kind, width + more),
                                 .count = width,
                                 .row_count = count};
    if (!columns.columns || !columns.kinds) {
        return weft_fail_arena(error, scratch);
    }
    columns.columns[0] = weft_link_pairs_column(pairs, count, false, scratch);
    columns.columns[1] = weft_link_pairs_column(pairs, count, true, scratch);
    columns.kinds[0] = weft_link_column_kind(link->left.column);
    columns.kinds[1] = weft_link_column_kind(link->right.column);
    for (size_t i = 0; i < shape->field_count; i++) {
        columns.columns[2 + i] = data_column(shape, pairs, count, i);
        columns.kinds[2 + i] = weft_type_value_kind(shape->fields[i]->type);
    }
    for (size_t i = 0; i < width; i++) {
        if (!columns.columns[i]) {
            return weft_fail_arena(error, scratch);
        }
    }
    *ret_columns = columns;
    return WEFT_OK;
}
