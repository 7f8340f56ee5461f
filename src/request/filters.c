/* "filters": conditions as written (the shapes are told in request.h). Nothing is ever dropped: an object without a
 * condition, an operator nobody knows, an operator without a field, each is an error with its place, because a filter
 * that is ignored shows records it should hide. Nesting ends at WEFT_FILTER_DEPTH_MAX. */
#include "base/check.h"
#include "request/parts.h"

typedef WEFT_VEC(const weft_condition *) conditions;

/* Where the walk is. */
typedef struct place {
    const weft_json_pointer *at;
    size_t depth;        /* objects around this one */
    bool is_below_path;  /* inside the object of a path, where an operator needs no name */
    bool may_be_missing; /* an empty object stands for "any": below a quantifier */
} place;

typedef enum key_kind {
    KEY_NAME = 1, /* a path */
    KEY_AND,
    KEY_OR,
    KEY_NOT,
    KEY_COUNT,
    KEY_AGGREGATE, /* "$max", with an object of fields, or "$max.views" */
    KEY_QUANTIFIER,
    KEY_OPERATOR,
    KEY_UNKNOWN
} key_kind;

static const struct dollar_key {
    weft_str name;
    key_kind kind;
} dollar_keys[] = {
    {{"$eq", 3}, KEY_OPERATOR},      {{"$ne", 3}, KEY_OPERATOR},       {{"$in", 3}, KEY_OPERATOR},
    {{"$nin", 4}, KEY_OPERATOR},     {{"$gt", 3}, KEY_OPERATOR},       {{"$gte", 4}, KEY_OPERATOR},
    {{"$lt", 3}, KEY_OPERATOR},      {{"$lte", 4}, KEY_OPERATOR},      {{"$like", 5}, KEY_OPERATOR},
    {{"$ilike", 6}, KEY_OPERATOR},   {{"$contains", 9}, KEY_OPERATOR}, {{"$overlap", 8}, KEY_OPERATOR},
    {{"$exists", 7}, KEY_OPERATOR},  {{"$and", 4}, KEY_AND},           {{"$or", 3}, KEY_OR},
    {{"$not", 4}, KEY_NOT},          {{"$some", 5}, KEY_QUANTIFIER},   {{"$none", 5}, KEY_QUANTIFIER},
    {{"$every", 6}, KEY_QUANTIFIER}, {{"$count", 6}, KEY_COUNT},
};

static weft_code read_members(const weft_request_reader *reader, const place *here, json_t *object, conditions *list);
static weft_code read_named(
    const weft_request_reader *reader, const place *here, const weft_path *path, json_t *value, conditions *list);

static weft_str first_name(weft_str key)
{
    return weft_str_slice(key, 0, weft_str_find(key, '.'));
}

/* "$link.position" is a path, though it begins like an operator. */
static bool begins_a_path(weft_str key)
{
    return weft_str_equal_text(first_name(key), "$link") || weft_str_equal_text(first_name(key), "$count");
}

static bool is_aggregate(weft_str key)
{
    static const char *const names[] = {"$sum", "$min", "$max", "$avg"};
    for (size_t i = 0; i < WEFT_COUNT_OF(names); i++) {
        if (weft_str_equal_text(first_name(key), names[i])) {
            return true;
        }
    }
    return false;
}

static key_kind kind_of(weft_str key)
{
    if (key.len == 0 || key.data[0] != '$') {
        return KEY_NAME;
    }
    for (size_t i = 0; i < WEFT_COUNT_OF(dollar_keys); i++) {
        if (weft_str_equal(key, dollar_keys[i].name)) {
            return dollar_keys[i].kind;
        }
    }
    if (is_aggregate(key)) {
        return KEY_AGGREGATE;
    }
    return begins_a_path(key) ? KEY_NAME : KEY_UNKNOWN;
}

static weft_code fail_unknown_operator(const weft_request_reader *reader, const weft_json_pointer *at)
{
    weft_str known[WEFT_COUNT_OF(dollar_keys)];
    for (size_t i = 0; i < WEFT_COUNT_OF(dollar_keys); i++) {
        known[i] = dollar_keys[i].name;
    }
    const weft_code code =
        weft_fail(reader->error, WEFT_UNKNOWN_OPERATOR, "unknown operator \"%.*s\"", WEFT_STR_ARG(at->key));
    weft_error_set_detail(
        reader->error,
        "The operators are $eq $ne $in $nin $gt $gte $lt $lte $like $ilike $contains $overlap $exists "
        "$and $or $not, and of an edge $some $none $every $count $min $max $sum $avg.");
    weft_error_suggest(reader->error, at->key, known, WEFT_COUNT_OF(known));
    return weft_shape_at(reader, at, code);
}

/* A known operator where it has nothing to speak of. */
static weft_code fail_misplaced(const weft_request_reader *reader, const place *here, key_kind kind)
{
    const weft_str key = here->at->key;
    const bool is_of_edge = kind == KEY_QUANTIFIER || kind == KEY_COUNT || kind == KEY_AGGREGATE;
    const weft_code code = weft_fail(reader->error,
                                     WEFT_INVALID_REQUEST,
                                     "\"%.*s\" must stand directly below %s",
                                     WEFT_STR_ARG(key),
                                     is_of_edge ? "an edge" : "a field");
    if (is_of_edge) {
        weft_error_set_hint(reader->error, "Write {\"edge\": {\"%.*s\": …}}.", WEFT_STR_ARG(key));
    } else {
        weft_error_set_hint(reader->error, "Write {\"field\": {\"%.*s\": …}}.", WEFT_STR_ARG(key));
    }
    return weft_shape_at(reader, here->at, code);
}

static weft_code fail_empty(const weft_request_reader *reader, const weft_json_pointer *at, const char *what)
{
    const weft_code code = weft_fail(reader->error, WEFT_EMPTY_FILTER, "%s holds no condition", what);
    weft_error_set_hint(reader->error, "Leave it out, or say what must hold; a filter is never ignored.");
    return weft_shape_at(reader, at, code);
}

static weft_code check_object(const weft_request_reader *reader, const place *here, const json_t *value)
{
    if (!json_is_object(value)) {
        return weft_shape_fail(reader, here->at, here->at->key.data ? NULL : "a condition", "an object", value);
    }
    if (here->depth > WEFT_FILTER_DEPTH_MAX) {
        const weft_code code = weft_fail(reader->error, WEFT_LIMIT_EXCEEDED, "the filters are nested too deeply");
        weft_error_set_detail(reader->error, "Filters may be nested %d deep.", WEFT_FILTER_DEPTH_MAX);
        weft_error_set_hint(reader->error,
                            "This limit is fixed: write $and and $or as one list instead of nesting them.");
        return weft_shape_at(reader, here->at, code);
    }
    if (json_object_size(value) == 0 && !here->may_be_missing) {
        return fail_empty(reader, here->at, "an empty object");
    }
    return WEFT_OK;
}

static weft_code count_condition(const weft_request_reader *reader, const weft_json_pointer *at)
{
    return weft_shape_check_count(reader, at, ++*reader->condition_count, "conditions");
}

/* A condition of `kind` at the end of `list`; NULL when out of memory. */
static weft_condition *new_condition(const weft_request_reader *reader,
                                     const place *here,
                                     weft_condition_kind kind,
                                     conditions *list)
{
    weft_condition *condition = WEFT_ARENA_NEW(reader->keep, weft_condition);
    if (!condition) {
        return NULL;
    }
    condition->kind = kind;
    condition->where = weft_shape_place(reader, here->at);
    return condition->where.data && weft_vec_push(reader->keep, list, condition) ? condition : NULL;
}

static weft_code set_children(weft_condition *condition, const conditions *children)
{
    condition->children = children->items;
    condition->child_count = children->count;
    return WEFT_OK;
}

static weft_code add_compare(const weft_request_reader *reader,
                             const place *here,
                             const weft_path *path,
                             weft_str operator_name,
                             const json_t *operand,
                             conditions *list)
{
    weft_condition *condition = new_condition(reader, here, WEFT_CONDITION_COMPARE, list);
    if (!condition) {
        return weft_fail_arena(reader->error, reader->keep);
    }
    condition->path = path ? *path : (weft_path){0};
    condition->operator_name = operator_name;
    condition->operand = operand;
    return WEFT_OK;
}

/* All of `members` as one condition of `list`. */
static weft_code add_all(const weft_request_reader *reader,
                         const place *here,
                         const conditions *members,
                         conditions *list)
{
    if (members->count == 1) {
        const bool is_added = weft_vec_push(reader->keep, list, members->items[0]);
        return is_added ? WEFT_OK : weft_fail_arena(reader->error, reader->keep);
    }
    weft_condition *all = new_condition(reader, here, WEFT_CONDITION_AND, list);
    if (!all) {
        return weft_fail_arena(reader->error, reader->keep);
    }
    return set_children(all, members);
}

/* "$and" and "$or": an array of objects. */
static weft_code read_list(const weft_request_reader *reader, const place *here, json_t *value, conditions *list)
{
    if (!json_is_array(value)) {
        return weft_shape_fail(reader, here->at, NULL, "an array of conditions", value);
    }
    if (json_array_size(value) == 0) {
        return fail_empty(reader, here->at, "an empty array");
    }
    const bool is_or = kind_of(here->at->key) == KEY_OR;
    weft_condition *condition = new_condition(reader, here, is_or ? WEFT_CONDITION_OR : WEFT_CONDITION_AND, list);
    if (!condition) {
        return weft_fail_arena(reader->error, reader->keep);
    }
    conditions children = {0};
    for (size_t i = 0; i < json_array_size(value); i++) {
        const weft_json_pointer at = {.parent = here->at, .index = i};
        const place item = {.at = &at, .depth = here->depth + 1, .is_below_path = here->is_below_path};
        conditions members = {0};
        WEFT_TRY(read_members(reader, &item, json_array_get(value, i), &members));
        WEFT_TRY(add_all(reader, &item, &members, &children));
    }
    return set_children(condition, &children);
}

static weft_code read_not(const weft_request_reader *reader, const place *here, json_t *value, conditions *list)
{
    if (!json_is_object(value)) {
        const weft_code code = weft_shape_fail(reader, here->at, NULL, "an object", value);
        weft_error_set_hint(reader->error, "\"$not\" negates a condition; \"$ne\" compares with a value.");
        return code;
    }
    weft_condition *condition = new_condition(reader, here, WEFT_CONDITION_NOT, list);
    if (!condition) {
        return weft_fail_arena(reader->error, reader->keep);
    }
    const place below = {.at = here->at, .depth = here->depth + 1, .is_below_path = here->is_below_path};
    conditions members = {0};
    conditions child = {0};
    WEFT_TRY(read_members(reader, &below, value, &members));
    WEFT_TRY(add_all(reader, &below, &members, &child));
    return set_children(condition, &child);
}

static weft_code read_member(const weft_request_reader *reader, const place *here, json_t *value, conditions *list)
{
    const key_kind kind = kind_of(here->at->key);
    weft_path path = {0};
    switch (kind) {
    case KEY_AND:
    case KEY_OR:
        return read_list(reader, here, value, list);
    case KEY_NOT:
        return read_not(reader, here, value, list);
    case KEY_NAME:
        WEFT_TRY(weft_path_read(reader, here->at, NULL, here->at->key, WEFT_PATH_STAR_REFUSED, &path));
        return read_named(reader, here, &path, value, list);
    case KEY_OPERATOR:
        if (!here->is_below_path) {
            return fail_misplaced(reader, here, kind);
        }
        return add_compare(reader, here, NULL, here->at->key, value, list);
    case KEY_COUNT:
    case KEY_AGGREGATE:
    case KEY_QUANTIFIER:
        return fail_misplaced(reader, here, kind);
    case KEY_UNKNOWN:
    default:
        return fail_unknown_operator(reader, here->at);
    }
}

static weft_code read_members(const weft_request_reader *reader, const place *here, json_t *object, conditions *list)
{
    const char *key = NULL;
    size_t key_len = 0;
    json_t *value = NULL;
    WEFT_TRY(check_object(reader, here, object));
    json_object_keylen_foreach(object, key, key_len, value)
    {
        const weft_json_pointer at = {.parent = here->at, .key = {key, key_len}};
        const place member = {.at = &at, .depth = here->depth, .is_below_path = here->is_below_path};
        WEFT_TRY(count_condition(reader, &at));
        WEFT_TRY(read_member(reader, &member, value, list));
    }
    return WEFT_OK;
}

/* Conditions below `path`, quantified when the key says so. */
static weft_code add_below(const weft_request_reader *reader,
                           const place *here,
                           const weft_path *path,
                           const conditions *children,
                           conditions *list)
{
    weft_condition *condition = new_condition(reader, here, WEFT_CONDITION_COMPARE, list);
    if (!condition) {
        return weft_fail_arena(reader->error, reader->keep);
    }
    condition->path = *path;
    condition->operator_name = kind_of(here->at->key) == KEY_QUANTIFIER ? here->at->key : (weft_str){NULL, 0};
    return set_children(condition, children);
}

static weft_code read_quantified(
    const weft_request_reader *reader, const place *here, const weft_path *path, json_t *value, conditions *list)
{
    const place below = {.at = here->at, .depth = here->depth + 1, .may_be_missing = true};
    conditions members = {0};
    WEFT_TRY(read_members(reader, &below, value, &members));
    return add_below(reader, here, path, &members, list);
}

/* "$max": {"views": …}, or "$max.views": …; each field is a path of its own. */
static weft_code read_aggregate(
    const weft_request_reader *reader, const place *here, const weft_path *path, json_t *value, conditions *list)
{
    weft_path aggregate = {0};
    const char *key = NULL;
    size_t key_len = 0;
    json_t *member = NULL;
    WEFT_TRY(weft_path_read(reader, here->at, path, here->at->key, WEFT_PATH_STAR_REFUSED, &aggregate));
    if (weft_str_find(here->at->key, '.') < here->at->key.len) {
        return read_named(reader, here, &aggregate, value, list);
    }
    WEFT_TRY(check_object(reader, here, value));
    json_object_keylen_foreach(value, key, key_len, member)
    {
        const weft_json_pointer at = {.parent = here->at, .key = {key, key_len}};
        const place below = {.at = &at, .depth = here->depth + 1, .is_below_path = true};
        weft_path field = {0};
        WEFT_TRY(count_condition(reader, &at));
        WEFT_TRY(weft_path_read(reader, &at, &aggregate, at.key, WEFT_PATH_STAR_REFUSED, &field));
        WEFT_TRY(read_named(reader, &below, &field, member, list));
    }
    return WEFT_OK;
}

/* One member of a path's object: what speaks of the path, by the name `path` (none: it is said around it), goes to
 * `list`, conditions below it to `inner`. */
static weft_code read_below_member(const weft_request_reader *reader,
                                   const place *here,
                                   const weft_path *path,
                                   json_t *value,
                                   conditions *list,
                                   conditions *inner)
{
    const key_kind kind = kind_of(here->at->key);
    if (kind == KEY_OPERATOR) {
        return add_compare(reader, here, path, here->at->key, value, list);
    }
    if (kind == KEY_QUANTIFIER) {
        return read_quantified(reader, here, path, value, list);
    }
    if (kind == KEY_COUNT) {
        weft_path count = {0};
        WEFT_TRY(weft_path_read(reader, here->at, path, here->at->key, WEFT_PATH_STAR_REFUSED, &count));
        return read_named(reader, here, &count, value, list);
    }
    if (kind == KEY_AGGREGATE) {
        return read_aggregate(reader, here, path, value, list);
    }
    return read_member(reader, here, value, inner);
}

static weft_code read_below(
    const weft_request_reader *reader, const place *here, const weft_path *path, json_t *object, conditions *list)
{
    const char *key = NULL;
    size_t key_len = 0;
    json_t *value = NULL;
    conditions inner = {0};
    WEFT_TRY(check_object(reader, here, object));
    /* Of a path of several names all must hold of the same partner before the last: one condition, whose members leave
     * the path out. */
    const bool is_shared = path->count > 1 && json_object_size(object) > 1;
    const weft_path none = {0};
    json_object_keylen_foreach(object, key, key_len, value)
    {
        const weft_json_pointer at = {.parent = here->at, .key = {key, key_len}};
        const place member = {.at = &at, .depth = here->depth, .is_below_path = true};
        WEFT_TRY(count_condition(reader, &at));
        WEFT_TRY(
            read_below_member(reader, &member, is_shared ? &none : path, value, is_shared ? &inner : list, &inner));
    }
    if (inner.count == 0) {
        return WEFT_OK;
    }
    return add_below(reader, here, path, &inner, list);
}

static weft_code read_named(
    const weft_request_reader *reader, const place *here, const weft_path *path, json_t *value, conditions *list)
{
    if (json_is_object(value)) {
        const place below = {.at = here->at, .depth = here->depth + 1, .is_below_path = true};
        return read_below(reader, &below, path, value, list);
    }
    return add_compare(reader, here, path, json_is_array(value) ? WEFT_STR("$in") : WEFT_STR("$eq"), value, list);
}

weft_code weft_filters_read(const weft_request_reader *reader,
                            const weft_json_pointer *at,
                            json_t *value,
                            const weft_condition **ret_filters)
{
    const place root = {.at = at, .depth = 1, .may_be_missing = true};
    conditions members = {0};
    conditions filters = {0};
    WEFT_TRY(read_members(reader, &root, value, &members));
    if (members.count == 0) {
        *ret_filters = NULL;
        return WEFT_OK;
    }
    WEFT_TRY(add_all(reader, &root, &members, &filters));
    WEFT_CHECK(filters.items != NULL);
    *ret_filters = filters.items[0];
    return WEFT_OK;
}
