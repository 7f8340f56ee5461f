/* Aggregates in plain loops, over the partners in the order of their keys. */
#include <stdlib.h>
#include <string.h>

#include "property/oracle.h"
#include "json/writer.h"

#define PLACES 80 /* decimal places on either side of the point */

static void order_by_key(const world_entity *entity, partner_list *list)
{
    for (int i = 1; i < list->count; i++) {
        for (int j = i; j > 0; j--) {
            partner *before = &list->items[j - 1];
            if (world_key_compare(entity, before->row, before[1].row) <= 0) {
                break;
            }
            const partner moved = *before;
            *before = before[1];
            before[1] = moved;
        }
    }
}

/* Adds or subtracts `text`, aligned at the point; places hold what comes, and are carried by who reads them. */
static void add_decimal(int places[2 * PLACES], const char *text)
{
    const int sign = *text == '-' ? -1 : 1;
    text += *text == '-' ? 1 : 0;
    const char *point = strchr(text, '.');
    const int whole = (int)(point ? (size_t)(point - text) : strlen(text));
    int at = PLACES - whole;
    for (; *text; text++) {
        if (*text != '.') {
            places[at++] += sign * (*text - '0');
        }
    }
}

static int carry(int places[2 * PLACES])
{
    int carried = 0;
    for (int i = 2 * PLACES - 1; i >= 0; i--) {
        places[i] += carried;
        carried = 0;
        while (places[i] < 0) {
            places[i] += 10;
            carried--;
        }
        while (places[i] > 9) {
            places[i] -= 10;
            carried++;
        }
    }
    return carried;
}

static const char *decimal_text(int places[2 * PLACES], weft_arena *scratch)
{
    int negated[2 * PLACES];
    for (int i = 0; i < 2 * PLACES; i++) {
        negated[i] = -places[i];
    }
    const bool is_negative = carry(places) < 0;
    if (is_negative) {
        (void)carry(negated);
        memcpy(places, negated, sizeof(negated));
    }
    int first = 0;
    int last = 2 * PLACES - 1;
    while (first < PLACES - 1 && places[first] == 0) {
        first++;
    }
    while (last >= PLACES && places[last] == 0) {
        last--;
    }
    char *text = weft_arena_alloc(scratch, 2 * PLACES + 3);
    char *at = text;
    *at = '-';
    at += is_negative ? 1 : 0;
    for (int i = first; i <= last; i++) {
        if (i == PLACES) {
            *at++ = '.';
        }
        *at++ = (char)('0' + places[i]);
    }
    *at = '\0';
    return text;
}

const char *oracle_exact_sum(const partner_list *list, weft_type type, int field, weft_arena *scratch)
{
    int places[2 * PLACES] = {0};
    for (int i = 0; i < list->count; i++) {
        const cell *value = &list->items[i].row->cells[field];
        if (!value->is_null) {
            add_decimal(places, type == WEFT_TYPE_BIG_NUMBER ? value->text : value->shown);
        }
    }
    return decimal_text(places, scratch);
}

int oracle_decimal_compare(const char *a, const char *b)
{
    int places[2 * PLACES] = {0};
    int subtracted[2 * PLACES] = {0};
    add_decimal(places, a);
    add_decimal(subtracted, b);
    bool is_zero = true;
    for (int i = 0; i < 2 * PLACES; i++) {
        places[i] -= subtracted[i];
        is_zero = is_zero && places[i] == 0;
    }
    return is_zero ? 0 : carry(places) < 0 ? -1 : 1;
}

static int count_values(const partner_list *list, int field)
{
    int count = 0;
    for (int i = 0; i < list->count; i++) {
        count += list->items[i].row->cells[field].is_null ? 0 : 1;
    }
    return count;
}

double oracle_real(const world_entity *entity, partner_list *list, int field, bool is_average, weft_arena *scratch)
{
    const weft_type type = entity->fields[field].type;
    const int divisor = is_average ? count_values(list, field) : 1;
    if (type != WEFT_TYPE_FLOAT) {
        return strtod(oracle_exact_sum(list, type, field, scratch), NULL) / divisor;
    }
    double sum = 0;
    order_by_key(entity, list);
    for (int i = 0; i < list->count; i++) {
        const cell *value = &list->items[i].row->cells[field];
        sum += value->is_null ? 0 : value->real;
    }
    return sum / divisor;
}

/* The sum of integers must fit what weft answers it as. */
static void write_whole(const char *text, weft_buf *buf)
{
    const char *digits = text + (*text == '-' ? 1 : 0);
    const char *limit = *text == '-' ? "9223372036854775808" : "9223372036854775807";
    const bool fits = strlen(digits) < strlen(limit) || (strlen(digits) == strlen(limit) && strcmp(digits, limit) <= 0);
    weft_buf_add_text(buf, fits ? text : ORACLE_OVERFLOW);
}

static void write_extreme(const partner_list *list, weft_type type, int field, bool is_max, weft_buf *buf)
{
    const cell *best = NULL;
    for (int i = 0; i < list->count; i++) {
        const cell *value = &list->items[i].row->cells[field];
        const int way = value->is_null || !best ? 0 : cell_compare(type, value, best);
        if (!value->is_null && (!best || (is_max ? way > 0 : way < 0))) {
            best = value;
        }
    }
    weft_buf_add_text(buf, best ? best->shown : "null");
}

void oracle_aggregate(const world *w,
                      const world_edge *edge,
                      const world_row *row,
                      weft_str aggregate,
                      int field,
                      weft_arena *scratch,
                      weft_buf *buf)
{
    partner_list list = oracle_partners(w, edge, row, false, scratch);
    if (field == WORLD_NONE) {
        weft_buf_add_integer(buf, list.count);
        return;
    }
    const weft_type type = w->entities[edge->to].fields[field].type;
    const bool is_average = weft_str_equal_text(aggregate, "$avg");
    if (count_values(&list, field) == 0) {
        weft_buf_add_text(buf, "null");
    } else if (weft_str_equal_text(aggregate, "$max") || weft_str_equal_text(aggregate, "$min")) {
        write_extreme(&list, type, field, weft_str_equal_text(aggregate, "$max"), buf);
    } else if (is_average || type == WEFT_TYPE_FLOAT) {
        weft_json_add_double(buf, oracle_real(&w->entities[edge->to], &list, field, is_average, scratch));
    } else if (type == WEFT_TYPE_BIG_NUMBER) {
        weft_buf_add_text(buf, oracle_exact_sum(&list, type, field, scratch));
    } else {
        write_whole(oracle_exact_sum(&list, type, field, scratch), buf);
    }
}
