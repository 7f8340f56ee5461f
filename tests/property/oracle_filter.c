/* Conditions, one record at a time. A comparison with a null is false, but $ne and $nin of a null are true; $not turns
 * a plain truth value around. */
#include "property/oracle.h"

#include <string.h>

#include <jansson.h>

#include "base/check.h"

static char fold(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool same_byte(char a, char b, bool folds)
{
    return folds ? fold(a) == fold(b) : a == b;
}

static const char *after_character(const char *text)
{
    text++;
    while (((unsigned char)*text & 0xC0) == 0x80) {
        text++;
    }
    return text;
}

/* LIKE: `%` any text, `_` one character, backslash takes the next byte as it is. */
static bool is_like(const char *text, const char *pattern, bool folds)
{
    if (*pattern == '\0') {
        return *text == '\0';
    }
    if (*pattern == '%') {
        return is_like(text, pattern + 1, folds) || (*text && is_like(after_character(text), pattern, folds));
    }
    if (*text == '\0') {
        return false;
    }
    if (*pattern == '_') {
        return is_like(after_character(text), pattern + 1, folds);
    }
    pattern += *pattern == '\\';
    return same_byte(*text, *pattern, folds) && is_like(text + 1, pattern + 1, folds);
}

static bool json_contains(const json_t *whole, const json_t *part)
{
    if (json_is_object(whole) && json_is_object(part)) {
        const char *key = NULL;
        json_t *value = NULL;
        json_object_foreach((json_t *)(uintptr_t)part, key, value)
        {
            const json_t *there = json_object_get(whole, key);
            if (!there || !json_contains(there, value)) {
                return false;
            }
        }
        return true;
    }
    if (json_is_array(whole) && json_is_array(part)) {
        for (size_t i = 0; i < json_array_size(part); i++) {
            bool is_found = false;
            for (size_t j = 0; j < json_array_size(whole) && !is_found; j++) {
                is_found = json_contains(json_array_get(whole, j), json_array_get(part, i));
            }
            if (!is_found) {
                return false;
            }
        }
        return true;
    }
    return json_equal(whole, part);
}

/* jsonb's @>: as above, and an array contains a primitive that is one of its items. */
static bool json_contains_at_top(const json_t *whole, const json_t *part)
{
    if (json_is_array(whole) && !json_is_array(part) && !json_is_object(part)) {
        for (size_t i = 0; i < json_array_size(whole); i++) {
            if (json_equal(json_array_get(whole, i), part)) {
                return true;
            }
        }
        return false;
    }
    return json_contains(whole, part);
}

static bool contains_json_text(const char *whole, const char *part)
{
    json_t *a = json_loads(whole, JSON_DECODE_ANY, NULL);
    json_t *b = json_loads(part, JSON_DECODE_ANY, NULL);
    const bool contains = json_contains_at_top(a, b);
    json_decref(a);
    json_decref(b);
    return contains;
}

static bool has_item(const json_t *array, const char *text)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (!strcmp(json_string_value(json_array_get(array, i)), text)) {
            return true;
        }
    }
    return false;
}

static int count_items(const char *array_text, const condition *c)
{
    json_t *array = json_loads(array_text, 0, NULL);
    int count = 0;
    for (int i = 0; i < c->operand_count; i++) {
        count += has_item(array, c->operands[i].text) ? 1 : 0;
    }
    json_decref(array);
    return count;
}

static bool contains(weft_type type, const cell *value, const condition *c)
{
    if (type == WEFT_TYPE_ARRAY) {
        return count_items(value->text, c) == c->operand_count;
    }
    if (type == WEFT_TYPE_JSON) {
        return contains_json_text(value->shown, c->operands[0].shown);
    }
    return strstr(value->text, c->operands[0].text) != NULL;
}

static bool is_among(weft_type type, const cell *value, const condition *c)
{
    for (int i = 0; i < c->operand_count; i++) {
        if (cell_compare(type, value, &c->operands[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool orders(const char *op, int way)
{
    const bool is_or_equal = op[3] == 'e';
    return (way == 0 && is_or_equal) || (op[1] == 'g' ? way > 0 : way < 0);
}

/* `value` is not null. */
static bool compares(weft_type type, const cell *value, const condition *c)
{
    const char *op = c->operator_name;
    if (!strcmp(op, "$eq") || !strcmp(op, "$ne")) {
        const bool is_equal = !c->operands[0].is_null && cell_compare(type, value, &c->operands[0]) == 0;
        return is_equal == (op[1] == 'e');
    }
    if (!strcmp(op, "$in") || !strcmp(op, "$nin")) {
        return is_among(type, value, c) == (op[1] == 'i');
    }
    if (!strcmp(op, "$exists")) {
        return c->operands[0].integer != 0;
    }
    if (!strcmp(op, "$like") || !strcmp(op, "$ilike")) {
        return is_like(value->text, c->operands[0].text, op[1] == 'i');
    }
    if (!strcmp(op, "$contains")) {
        return contains(type, value, c);
    }
    if (!strcmp(op, "$overlap")) {
        return count_items(value->text, c) > 0;
    }
    return orders(op, cell_compare(type, value, &c->operands[0]));
}

static bool compares_null(const condition *c)
{
    const char *op = c->operator_name;
    if (!strcmp(op, "$eq")) {
        return c->operands[0].is_null;
    }
    if (!strcmp(op, "$ne")) {
        return !c->operands[0].is_null;
    }
    return !strcmp(op, "$nin") || (!strcmp(op, "$exists") && c->operands[0].integer == 0);
}

cell oracle_json_at(const cell *value, const char *path, weft_arena *scratch)
{
    json_t *root = json_loads(value->text, JSON_DECODE_ANY, NULL);
    const json_t *at = root;
    weft_str rest = weft_str_from(path);
    while (at && rest.len > 0) {
        const size_t end = weft_str_find(rest, '.');
        const char *name = weft_str_copy(scratch, weft_str_slice(rest, 0, end)).data;
        const bool is_index = strlen(name) == 1 && name[0] >= '0' && name[0] <= '9';
        at = json_is_array(at) && is_index ? json_array_get(at, (size_t)(name[0] - '0')) : json_object_get(at, name);
        rest = weft_str_slice(rest, end + 1, rest.len);
    }
    cell found = cell_null();
    if (at && !json_is_null(at)) {
        char *text = json_dumps(at, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
        const char *kept = weft_str_copy(scratch, weft_str_from(text)).data;
        found = (cell){.text = kept, .shown = kept};
        free(text);
    }
    json_decref(root);
    return found;
}

static bool is_scalar_operator(const char *op)
{
    return strchr("gl", op[1]) || !strcmp(op, "$ilike");
}

/* What is found in JSON compares with its like only: text with text, number with number. */
static bool compares_scalar(const cell *value, const condition *c)
{
    json_t *here = json_loads(value->text, JSON_DECODE_ANY, NULL);
    const bool is_pattern = strstr(c->operator_name, "like") != NULL;
    json_t *other = is_pattern ? NULL : json_loads(c->operands[0].shown, JSON_DECODE_ANY, NULL);
    bool holds = false;
    if (is_pattern && json_is_string(here)) {
        holds = is_like(json_string_value(here), c->operands[0].text, c->operator_name[1] == 'i');
    } else if (json_is_string(here) && json_is_string(other)) {
        holds = orders(c->operator_name, strcmp(json_string_value(here), json_string_value(other)));
    } else if (json_is_number(here) && json_is_number(other)) {
        const double a = json_number_value(here);
        const double b = json_number_value(other);
        holds = orders(c->operator_name, (a > b) - (a < b));
    }
    json_decref(here);
    json_decref(other);
    return holds;
}

static bool matches_compare(const world *w, const condition *c, const partner *p, weft_arena *scratch)
{
    const world_entity *entity = &w->entities[c->through != WORLD_NONE ? c->through : c->entity];
    const world_row *row = c->through != WORLD_NONE ? p->via : p->row;
    cell value = row->cells[c->field];
    if (c->json_path && !value.is_null) {
        value = oracle_json_at(&value, c->json_path, scratch);
    }
    if (c->json_path && !value.is_null && is_scalar_operator(c->operator_name)) {
        return compares_scalar(&value, c);
    }
    return value.is_null ? compares_null(c) : compares(entity->fields[c->field].type, &value, c);
}

static bool matches_edge(const world *w, const condition *c, const partner *p, weft_arena *scratch)
{
    const world_edge *edge = &w->entities[c->entity].edges[c->edge];
    const partner_list list = oracle_partners(w, edge, p->row, false, scratch);
    int matching = 0;
    for (int i = 0; i < list.count; i++) {
        matching += oracle_matches(w, c->child, &list.items[i], scratch) ? 1 : 0;
    }
    if (!strcmp(c->quantifier, "$none")) {
        return matching == 0;
    }
    return !strcmp(c->quantifier, "$every") ? matching == list.count : matching > 0;
}

static bool matches_count(const world *w, const condition *c, const partner *p, weft_arena *scratch)
{
    const world_edge *edge = &w->entities[c->entity].edges[c->edge];
    const cell count = {.integer = oracle_partners(w, edge, p->row, false, scratch).count};
    return compares(WEFT_TYPE_NUMBER, &count, c);
}

/* An operand as what it is compared with: sums of numbers as decimals, averages as doubles. */
static order_value operand_value(const order_value *like, weft_type type, const cell *operand)
{
    order_value value = {like->type, *operand};
    if (like->type == WEFT_TYPE_BIG_NUMBER && type != WEFT_TYPE_BIG_NUMBER) {
        value.value.text = operand->shown;
    }
    return value;
}

static bool is_any(const order_value *value, weft_type type, const condition *c)
{
    for (int i = 0; i < c->operand_count; i++) {
        const order_value operand = operand_value(value, type, &c->operands[i]);
        if (!operand.value.is_null && oracle_compare(value, &operand) == 0) {
            return true;
        }
    }
    return false;
}

static bool matches_aggregate(const world *w, const condition *c, const partner *p, weft_arena *scratch)
{
    const world_edge *edge = &w->entities[c->entity].edges[c->edge];
    const world_entity *to = &w->entities[edge->to];
    const weft_type type = to->fields[c->field].type;
    const char *op = c->operator_name;
    partner_list list = oracle_partners(w, edge, p->row, false, scratch);
    const order_value value = oracle_total(to, &list, c->aggregate, weft_str_from(to->fields[c->field].name), scratch);
    if (value.value.is_null) {
        return compares_null(c);
    }
    if (!strcmp(op, "$exists")) {
        return c->operands[0].integer != 0;
    }
    if (!strcmp(op, "$eq") || !strcmp(op, "$in")) {
        return is_any(&value, type, c);
    }
    if (!strcmp(op, "$ne") || !strcmp(op, "$nin")) {
        return !is_any(&value, type, c);
    }
    const order_value operand = operand_value(&value, type, &c->operands[0]);
    return orders(op, oracle_compare(&value, &operand));
}

static bool matches_list(const world *w, const condition *c, const partner *p, weft_arena *scratch)
{
    const bool is_and = c->kind == CONDITION_AND;
    for (int i = 0; i < c->child_count; i++) {
        if (oracle_matches(w, c->children[i], p, scratch) != is_and) {
            return !is_and;
        }
    }
    return is_and;
}

bool oracle_matches(const world *w, const condition *c, const partner *p, weft_arena *scratch)
{
    if (!c) {
        return true;
    }
    switch (c->kind) {
    case CONDITION_AND:
    case CONDITION_OR:
        return matches_list(w, c, p, scratch);
    case CONDITION_NOT:
        return !oracle_matches(w, c->child, p, scratch);
    case CONDITION_COMPARE:
        return matches_compare(w, c, p, scratch);
    case CONDITION_EDGE:
        return matches_edge(w, c, p, scratch);
    case CONDITION_COUNT:
        return matches_count(w, c, p, scratch);
    case CONDITION_AGGREGATE:
        return matches_aggregate(w, c, p, scratch);
    }
    return false;
}
