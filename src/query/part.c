/* What each key of an order is compared by: one value, or two where one would not do. Pure. */
#include "query/query.h"

static bool is_whole_sum(const weft_order *order)
{
    return order->aggregate == WEFT_AGGREGATE_SUM &&
           (order->field->type == WEFT_TYPE_NUMBER || order->field->type == WEFT_TYPE_AUTOINCREMENT);
}

size_t weft_order_part_count(const weft_order *order)
{
    return order->json_path_len > 0 || is_whole_sum(order) ? WEFT_ORDER_PARTS_MAX : 1;
}

weft_value_kind weft_order_part_kind(const weft_order *order, size_t part)
{
    if (order->aggregate == WEFT_AGGREGATE_COUNT || is_whole_sum(order)) {
        return WEFT_VALUE_INTEGER;
    }
    if (order->aggregate == WEFT_AGGREGATE_AVG) {
        return WEFT_VALUE_DOUBLE;
    }
    if (order->json_path_len > 0) {
        return part == 0 ? WEFT_VALUE_DECIMAL : WEFT_VALUE_TEXT;
    }
    return weft_type_value_kind(order->field->type);
}

size_t weft_selection_part_count(const weft_selection *selection)
{
    size_t count = 0;
    for (size_t i = 0; i < selection->order_count; i++) {
        count += weft_order_part_count(&selection->order[i]);
    }
    return count;
}
