/* What a statement asks of a served table, as SQLite's planner offers it, and what of that the callbacks are told.
 *
 *      offered conditions ─choose▶ "I0" or "E3 N7 T o1" ─read▶ keys, or a listing
 *
 * A letter is a condition, the number behind it a column: E equal, D different, G g greater (or equal), L l less (or
 * equal), I one of many, N null, n not null; T and O are LIMIT and OFFSET, o the order of that number. SQLite checks
 * every condition again, so that leaving one out costs time and nothing else. Fails only by running out of memory. */
#include <stdlib.h>
#include <string.h>

#include "store/served.h"

enum { COST_OF_KEYS = 10, COST_OF_LIST = 1000000 };

static char letter_of(unsigned op)
{
    switch (op) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
        return 'E';
    case SQLITE_INDEX_CONSTRAINT_NE:
    case SQLITE_INDEX_CONSTRAINT_ISNOT:
        return 'D';
    case SQLITE_INDEX_CONSTRAINT_GT:
        return 'G';
    case SQLITE_INDEX_CONSTRAINT_GE:
        return 'g';
    case SQLITE_INDEX_CONSTRAINT_LT:
        return 'L';
    case SQLITE_INDEX_CONSTRAINT_LE:
        return 'l';
    case SQLITE_INDEX_CONSTRAINT_ISNULL:
        return 'N';
    case SQLITE_INDEX_CONSTRAINT_ISNOTNULL:
        return 'n';
    case SQLITE_INDEX_CONSTRAINT_LIMIT:
        return 'T';
    case SQLITE_INDEX_CONSTRAINT_OFFSET:
        return 'O';
    default:
        return '\0';
    }
}

static weft_listing_op op_of(char letter)
{
    switch (letter) {
    case 'E':
        return WEFT_LISTING_EQ;
    case 'D':
        return WEFT_LISTING_NE;
    case 'G':
        return WEFT_LISTING_GT;
    case 'g':
        return WEFT_LISTING_GTE;
    case 'L':
        return WEFT_LISTING_LT;
    case 'l':
        return WEFT_LISTING_LTE;
    case 'I':
        return WEFT_LISTING_IN;
    case 'N':
        return WEFT_LISTING_IS_NULL;
    default:
        return WEFT_LISTING_IS_NOT_NULL;
    }
}

static bool is_page(char letter)
{
    return letter == 'T' || letter == 'O';
}

static bool is_of_null(char letter)
{
    return letter == 'N' || letter == 'n';
}

/* Texts of JSON and arrays have many spellings, which only weft compares. */
static bool is_told(const weft_served *served, const struct sqlite3_index_constraint *offered)
{
    const char letter = letter_of(offered->op);
    if (!offered->usable || letter == '\0' || is_page(letter) || offered->iColumn < 0) {
        return false;
    }
    const weft_type type = served->model->fields[offered->iColumn].type;
    return is_of_null(letter) || (type != WEFT_TYPE_JSON && type != WEFT_TYPE_ARRAY);
}

static const weft_field *key_of(const weft_served *served)
{
    return served->model->key_count == 1 ? served->model->keys[0] : NULL;
}

/* The place of a condition that gives the keys, or -1. */
static int find_keys(const weft_served *served, const sqlite3_index_info *info)
{
    const weft_field *key = key_of(served);
    const weft_callbacks *callbacks = served->model->callbacks;
    for (int i = 0; key != NULL && callbacks != NULL && callbacks->list_by_keys != NULL && i < info->nConstraint; i++) {
        const struct sqlite3_index_constraint *offered = &info->aConstraint[i];
        if (is_told(served, offered) && offered->op == SQLITE_INDEX_CONSTRAINT_EQ &&
            offered->iColumn == (int)key->index) {
            return i;
        }
    }
    return -1;
}

/* Have the value of condition `at` passed to xFilter, all items of a list at once. */
static char take_value(sqlite3_index_info *info, int at, int *taken)
{
    const char letter = letter_of(info->aConstraint[at].op);
    info->aConstraintUsage[at].argvIndex = ++*taken;
    return letter == 'E' && sqlite3_vtab_in(info, at, 1) != 0 ? 'I' : letter;
}

/* "-created_at,id" against what the statement orders by. */
static bool is_order(const weft_served *served, const sqlite3_index_info *info, const char *order)
{
    weft_str rest = weft_str_from(order);
    for (int i = 0; i < info->nOrderBy; i++) {
        const size_t end = weft_str_find(rest, ',');
        const weft_str term = weft_str_slice(rest, 0, end);
        const bool is_descending = weft_str_starts_with(term, WEFT_STR("-"));
        const int column = info->aOrderBy[i].iColumn;
        if (column < 0 || (info->aOrderBy[i].desc != 0) != is_descending ||
            !weft_str_equal(served->model->fields[column].name,
                            weft_str_slice(term, is_descending ? 1 : 0, term.len))) {
            return false;
        }
        rest = weft_str_slice(rest, end + 1, rest.len);
    }
    return rest.len == 0;
}

/* The number of the order that the callback can give, or -1. */
static int find_order(const weft_served *served, const sqlite3_index_info *info)
{
    const weft_callbacks *callbacks = served->model->callbacks;
    const char *const *orders = callbacks != NULL ? callbacks->orders : NULL;
    for (int i = 0; info->nOrderBy > 0 && orders != NULL && orders[i] != NULL; i++) {
        if (is_order(served, info, orders[i])) {
            return i;
        }
    }
    return -1;
}

static void choose_keys(sqlite3_index_info *info, const weft_field *key, int at, sqlite3_str *text)
{
    int taken = 0;
    sqlite3_str_appendf(text, "%c%d", take_value(info, at, &taken), (int)key->index);
    info->estimatedCost = COST_OF_KEYS;
    info->estimatedRows = COST_OF_KEYS;
    info->idxNum = 1;
}

static void choose_list(const weft_served *served, sqlite3_index_info *info, sqlite3_str *text)
{
    const int order = find_order(served, info);
    const bool is_in_order = info->nOrderBy == 0 || order >= 0;
    int taken = 0;
    info->estimatedCost = COST_OF_LIST;
    info->estimatedRows = COST_OF_LIST;
    for (int i = 0; i < info->nConstraint; i++) {
        const struct sqlite3_index_constraint *offered = &info->aConstraint[i];
        const char letter = letter_of(offered->op);
        if (is_told(served, offered)) {
            const char written = is_of_null(letter) ? letter : take_value(info, i, &taken);
            sqlite3_str_appendf(text, "%c%d ", written, offered->iColumn);
            info->estimatedCost /= 2;
        } else if (is_page(letter) && offered->usable && is_in_order) {
            sqlite3_str_appendf(text, "%c ", take_value(info, i, &taken));
        }
    }
    if (order >= 0) {
        sqlite3_str_appendf(text, "o%d", order);
        info->orderByConsumed = 1;
    }
}

int weft_served_choose(const weft_served *served, sqlite3_index_info *info)
{
    sqlite3_str *text = sqlite3_str_new(NULL);
    const int keys = find_keys(served, info);
    if (keys >= 0) {
        choose_keys(info, key_of(served), keys, text);
    } else {
        choose_list(served, info, text);
    }
    if (sqlite3_str_length(text) > 0) {
        info->idxStr = sqlite3_str_finish(text);
        info->needToFreeIdxStr = 1;
        return info->idxStr != NULL ? SQLITE_OK : SQLITE_NOMEM;
    }
    const int result = sqlite3_str_errcode(text);
    sqlite3_free(sqlite3_str_finish(text));
    return result;
}

/* Reading a plan back. */
typedef struct reader {
    const weft_served *served;
    sqlite3_value **values;
    size_t value_at;
    weft_arena *keep;
    weft_served_plan *plan;
    weft_listing_condition *conditions;
    uint64_t limit;
    uint64_t offset;
} reader;

static weft_str text_of(sqlite3_value *value)
{
    const char *data = (const char *)sqlite3_value_text(value);
    return (weft_str){data, (size_t)sqlite3_value_bytes(value)};
}

/* False: it is no value of the field's kind. */
static bool read_value(const weft_field *field, sqlite3_value *value, weft_value *ret_value)
{
    const int type = sqlite3_value_type(value);
    const weft_value_kind kind = weft_type_value_kind(field->type);
    const bool is_integer = type == SQLITE_INTEGER;
    *ret_value = (weft_value){.kind = kind};
    switch (kind) {
    case WEFT_VALUE_BOOLEAN:
        ret_value->as.boolean = sqlite3_value_int64(value) == 1;
        return is_integer;
    case WEFT_VALUE_INTEGER:
        ret_value->as.integer = sqlite3_value_int64(value);
        return is_integer;
    case WEFT_VALUE_DOUBLE:
        ret_value->as.real = sqlite3_value_double(value);
        return is_integer || type == SQLITE_FLOAT;
    case WEFT_VALUE_TIME:
        return type == SQLITE_TEXT && weft_time_parse(text_of(value), &ret_value->as.time_us);
    case WEFT_VALUE_TEXT:
    case WEFT_VALUE_DECIMAL:
        ret_value->as.text = text_of(value);
        return type == SQLITE_TEXT;
    case WEFT_VALUE_JSON:
    case WEFT_VALUE_ARRAY:
    case WEFT_VALUE_NULL:
        break;
    }
    return false;
}

typedef WEFT_VEC(weft_value) value_list;

static weft_code add_value(
    reader *r, const weft_field *field, sqlite3_value *value, value_list *list, weft_error *error)
{
    weft_value read;
    if (!read_value(field, value, &read)) {
        return WEFT_OK;
    }
    return weft_value_copy(r->keep, read, &read) && weft_vec_push(r->keep, list, read) ? WEFT_OK
                                                                                       : weft_fail_no_memory(error);
}

static weft_code read_list(reader *r, const weft_field *field, sqlite3_value *all, value_list *list, weft_error *error)
{
    sqlite3_value *item = NULL;
    int result = sqlite3_vtab_in_first(all, &item);
    while (result == SQLITE_OK && item != NULL) {
        WEFT_TRY(add_value(r, field, item, list, error));
        result = sqlite3_vtab_in_next(all, &item);
    }
    return result == SQLITE_OK || result == SQLITE_DONE ? WEFT_OK : weft_fail_no_memory(error);
}

static uint64_t read_number(sqlite3_value *value)
{
    const int64_t number = sqlite3_value_int64(value);
    return number > 0 ? (uint64_t)number : 0;
}

/* Conditions of a column; a value that none of its records can have leaves nothing of a list or an equality. */
static weft_code read_condition(reader *r, char letter, size_t column, weft_error *error)
{
    const weft_field *field = &r->served->model->fields[column];
    value_list list = {0};
    if (!is_of_null(letter)) {
        sqlite3_value *value = r->values[r->value_at++];
        WEFT_TRY(letter == 'I' ? read_list(r, field, value, &list, error) : add_value(r, field, value, &list, error));
        if (list.count == 0) {
            r->plan->is_nothing = r->plan->is_nothing || letter == 'I' || letter == 'E';
            return WEFT_OK;
        }
    }
    r->conditions[r->plan->listing.condition_count++] = (weft_listing_condition){
        .field = r->served->field_names[column], .op = op_of(letter), .values = list.items, .value_count = list.count};
    r->plan->keys = list.items;
    r->plan->key_count = list.count;
    return WEFT_OK;
}

static weft_code read_order(reader *r, size_t number, weft_error *error)
{
    const weft_served *served = r->served;
    weft_str rest = weft_str_from(served->model->callbacks->orders[number]);
    weft_listing_order *order = WEFT_ARENA_ARRAY(r->keep, weft_listing_order, rest.len + 1);
    if (order == NULL) {
        return weft_fail_no_memory(error);
    }
    r->plan->listing.order = order;
    while (rest.len > 0) {
        const size_t end = weft_str_find(rest, ',');
        const bool is_descending = rest.data[0] == '-';
        const weft_str name = weft_str_slice(rest, is_descending ? 1 : 0, end);
        for (size_t i = 0; i < served->model->field_count; i++) {
            if (weft_str_equal(served->model->fields[i].name, name)) {
                order[r->plan->listing.order_count++] = (weft_listing_order){served->field_names[i], is_descending};
            }
        }
        rest = weft_str_slice(rest, end + 1, rest.len);
    }
    return WEFT_OK;
}

static weft_code read_part(reader *r, char letter, size_t number, weft_error *error)
{
    if (letter == 'o') {
        return read_order(r, number, error);
    }
    if (is_page(letter)) {
        *(letter == 'T' ? &r->limit : &r->offset) = read_number(r->values[r->value_at++]);
        return WEFT_OK;
    }
    return read_condition(r, letter, number, error);
}

weft_code weft_served_read_plan(const weft_served *served,
                                const char *text,
                                sqlite3_value **values,
                                weft_arena *keep,
                                weft_served_plan *ret_plan,
                                weft_error *error)
{
    weft_served_plan plan = {.listing = {.model = served->name}};
    reader r = {.served = served, .values = values, .keep = keep, .plan = &plan};
    const char *at = text != NULL ? text : "";
    r.conditions = WEFT_ARENA_ARRAY(keep, weft_listing_condition, strlen(at) + 1);
    if (r.conditions == NULL) {
        return weft_fail_no_memory(error);
    }
    plan.listing.conditions = r.conditions;
    while (*at != '\0') {
        char *end = NULL;
        const char letter = *at++;
        const unsigned long number = strtoul(at, &end, 10);
        WEFT_TRY(read_part(&r, letter, number, error));
        at = end + (*end == ' ');
    }
    plan.listing.rows_wanted = r.limit > 0 && r.limit <= UINT64_MAX - r.offset ? r.limit + r.offset : 0;
    *ret_plan = plan;
    return WEFT_OK;
}
