/* Row rules met by the catalog: for each model what exists of it. Fails as rows.h says; what is refused is no failure
 * here, but of whoever asks for it. */
#include "model/rows.h"

#include "base/buf.h"
#include "base/check.h"
#include "base/fail.h"
#include "model/operand.h"

/* Rules being met. */
typedef struct maker {
    const weft_catalog *catalog;
    const weft_row_rules *rules;
    const weft_model **targets; /* of each rule; NULL: every model that has the field */
    weft_row_scope *rows;
    weft_model_rows *models;
    weft_error *error;
} maker;

static weft_code fail_arena(maker *m)
{
    return weft_fail_arena(m->error, &m->rows->keep);
}

static weft_code find_targets(maker *m)
{
    m->targets = WEFT_ARENA_ARRAY(&m->rows->keep, const weft_model *, m->rules->rule_count);
    if (!m->targets) {
        return fail_arena(m);
    }
    for (size_t i = 0; i < m->rules->rule_count; i++) {
        const weft_row_rule *rule = &m->rules->rules[i];
        if (!rule->field || !rule->value) {
            return weft_fail(m->error, WEFT_MISUSE, "a row rule needs a field and a value");
        }
        if (rule->model) {
            WEFT_TRY(weft_catalog_entity(m->catalog, weft_str_from(rule->model), &m->targets[i], m->error));
        }
    }
    return WEFT_OK;
}

static bool is_comparable(weft_type type)
{
    return type != WEFT_TYPE_JSON && type != WEFT_TYPE_ARRAY;
}

static weft_code read_value(maker *m, const weft_field *field, weft_str text, weft_value *ret_value)
{
    const weft_str model = field->model->name;
    if (!is_comparable(field->type)) {
        return weft_fail(m->error,
                         WEFT_TYPE_MISMATCH,
                         "a row rule cannot compare \"%.*s.%.*s\", which is of type %.*s",
                         WEFT_STR_ARG(model),
                         WEFT_STR_ARG(field->name),
                         WEFT_STR_ARG(weft_type_name(field->type)));
    }
    weft_value value = {0};
    if (text.len > 0) {
        WEFT_TRY(weft_operand_read_text(field, text, &m->rows->keep, &value, m->error));
    }
    if (value.kind == WEFT_VALUE_NULL) {
        return weft_fail(m->error,
                         WEFT_REQUIRED_VALUE,
                         "the row rule for \"%.*s.%.*s\" has no value",
                         WEFT_STR_ARG(model),
                         WEFT_STR_ARG(field->name));
    }
    *ret_value = value;
    return WEFT_OK;
}

/* What rule `at` asks of `model`, appended to `conditions`. */
static weft_code meet_rule(maker *m, size_t at, const weft_model *model, weft_row_condition *conditions, size_t *count)
{
    const weft_row_rule *rule = &m->rules->rules[at];
    if (m->targets[at] && m->targets[at] != model) {
        return WEFT_OK;
    }
    const weft_field *field = weft_model_field(model, weft_str_from(rule->field));
    if (!field) {
        return m->targets[at] ? weft_fail_unknown_field(model, weft_str_from(rule->field), m->error) : WEFT_OK;
    }
    weft_str value = weft_str_copy(&m->rows->keep, weft_str_from(rule->value));
    if (!value.data) {
        return fail_arena(m);
    }
    conditions[*count].field = field;
    WEFT_TRY(read_value(m, field, value, &conditions[*count].value));
    ++*count;
    return WEFT_OK;
}

static weft_code meet_model(maker *m, const weft_model *model)
{
    weft_model_rows *rows = &m->models[model->index];
    weft_row_condition *conditions = WEFT_ARENA_ARRAY(&m->rows->keep, weft_row_condition, m->rules->rule_count);
    if (!conditions) {
        return fail_arena(m);
    }
    for (size_t i = 0; i < m->rules->rule_count; i++) {
        WEFT_TRY(meet_rule(m, i, model, conditions, &rows->condition_count));
    }
    rows->conditions = conditions;
    if (rows->condition_count > 0) {
        rows->access = WEFT_ROWS_RULED;
    } else if (model->is_pivot || model->link) {
        rows->access = WEFT_ROWS_OPEN;
    }
    return WEFT_OK;
}

/* A rule for all models that none has is a slip of the pen, and would refuse everything without saying why. */
static weft_code check_used(maker *m, size_t at)
{
    const weft_str name = weft_str_from(m->rules->rules[at].field);
    bool is_used = m->targets[at] != NULL;
    for (size_t i = 0; i < m->catalog->model_count && !is_used; i++) {
        is_used = weft_model_field(m->catalog->models[i], name) != NULL;
    }
    return is_used ? WEFT_OK
                   : weft_fail(m->error,
                               WEFT_UNKNOWN_FIELD,
                               "no model has the field \"%.*s\" of the row rule",
                               WEFT_STR_ARG(name));
}

static weft_code meet_models(maker *m)
{
    m->models = WEFT_ARENA_ARRAY(&m->rows->keep, weft_model_rows, m->catalog->model_count);
    if (!m->models) {
        return fail_arena(m);
    }
    m->rows->models = m->models;
    for (size_t i = 0; i < m->rules->rule_count; i++) {
        WEFT_TRY(check_used(m, i));
    }
    for (size_t i = 0; i < m->catalog->model_count; i++) {
        WEFT_CHECK(m->catalog->models[i]->index == i);
        WEFT_TRY(meet_model(m, m->catalog->models[i]));
    }
    return WEFT_OK;
}

/* A rule that speaks of a model is stronger than its being open. */
static weft_code open_models(maker *m)
{
    for (size_t i = 0; i < m->rules->open_count; i++) {
        const weft_model *model = NULL;
        WEFT_TRY(weft_catalog_entity(m->catalog, weft_str_from(m->rules->open[i]), &model, m->error));
        if (model->link) {
            (void)weft_fail(m->error,
                            WEFT_INVALID_REQUEST,
                            "link \"%.*s\" cannot be open: its rows exist where both their ends do",
                            WEFT_STR_ARG(model->name));
            weft_error_set_hint(m->error, "Leave it out; open the models it joins where they are to be seen whole.");
            return WEFT_INVALID_REQUEST;
        }
        if (m->models[model->index].access == WEFT_ROWS_REFUSED) {
            m->models[model->index].access = WEFT_ROWS_OPEN;
        }
    }
    return WEFT_OK;
}

static void add_part(weft_buf *buf, weft_str part)
{
    weft_buf_add_format(buf, "%zu:", part.len);
    weft_buf_add_str(buf, part);
}

/* Every part with its length before it, so that no two lists read alike. */
static weft_code write_text(maker *m)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, &m->rows->keep);
    for (size_t i = 0; i < m->rules->rule_count; i++) {
        const weft_row_rule *rule = &m->rules->rules[i];
        add_part(&buf, m->targets[i] ? m->targets[i]->table : weft_str_from("*"));
        weft_buf_add_format(&buf, "%u,", m->targets[i] ? m->targets[i]->index : 0U);
        add_part(&buf, weft_str_from(rule->field));
        add_part(&buf, weft_str_from(rule->value));
    }
    weft_buf_add_char(&buf, '/');
    for (size_t i = 0; i < m->catalog->model_count; i++) {
        weft_buf_add_format(&buf, "%d", (int)m->models[i].access);
    }
    m->rows->text = weft_buf_str(&buf);
    return buf.failed ? fail_arena(m) : WEFT_OK;
}

static weft_code meet(maker *m)
{
    if (m->rules->rule_count == 0) {
        return weft_fail(m->error, WEFT_INVALID_REQUEST, "row rules hold no rule");
    }
    WEFT_TRY(find_targets(m));
    WEFT_TRY(meet_models(m));
    WEFT_TRY(open_models(m));
    return write_text(m);
}

weft_code weft_row_scope_make(const weft_catalog *catalog,
                              const weft_row_rules *rules,
                              const weft_allocator *allocator,
                              weft_row_scope **ret_rows,
                              weft_error *error)
{
    const weft_allocator *settled = weft_allocator_or_default(allocator);
    weft_row_scope *rows = weft_resize(settled, NULL, 0, sizeof(*rows));
    if (!rows) {
        return weft_fail_no_memory(error);
    }
    *rows = (weft_row_scope){.models = NULL};
    atomic_init(&rows->holders, 1);
    weft_arena_init(&rows->keep, settled, 0);
    maker m = {.catalog = catalog, .rules = rules, .rows = rows, .error = error};
    const weft_code code = meet(&m);
    if (code != WEFT_OK) {
        weft_row_scope_release(rows);
        return code;
    }
    *ret_rows = rows;
    return WEFT_OK;
}

weft_row_scope *weft_row_scope_hold(weft_row_scope *rows)
{
    if (rows) {
        (void)atomic_fetch_add(&rows->holders, 1);
    }
    return rows;
}

void weft_row_scope_release(weft_row_scope *rows)
{
    if (rows && atomic_fetch_sub(&rows->holders, 1) == 1) {
        const weft_allocator *allocator = rows->keep.allocator;
        weft_arena_done(&rows->keep);
        weft_free(allocator, rows, sizeof(*rows));
    }
}

bool weft_row_scope_equal(const weft_row_scope *a, const weft_row_scope *b)
{
    return a == b || (a && b && weft_str_equal(a->text, b->text));
}

const weft_model_rows *weft_row_scope_of(const weft_row_scope *rows, const weft_model *model)
{
    return &rows->models[model->index];
}

bool weft_row_scope_rule_side(const weft_row_scope *rows, const weft_link_side *side)
{
    return rows && weft_row_scope_of(rows, side->model)->access != WEFT_ROWS_OPEN;
}

bool weft_row_scope_rule_ends(const weft_row_scope *rows, const weft_model *model)
{
    return rows && model->link &&
           (weft_row_scope_rule_side(rows, &model->link->left) || weft_row_scope_rule_side(rows, &model->link->right));
}

static weft_code check_model(const weft_row_scope *rows, const weft_model *model, weft_error *error)
{
    if (weft_row_scope_of(rows, model)->access != WEFT_ROWS_REFUSED) {
        return WEFT_OK;
    }
    (void)weft_fail(error,
                    WEFT_FORBIDDEN,
                    "no row rule says which records of \"%.*s\" the caller may have",
                    WEFT_STR_ARG(model->name));
    weft_error_set_hint(error, "A model that is the same for every caller must be named as open.");
    return WEFT_FORBIDDEN;
}

weft_code weft_row_scope_check(const weft_row_scope *rows, const weft_model *model, weft_error *error)
{
    if (!rows) {
        return WEFT_OK;
    }
    if (model->link) {
        WEFT_TRY(check_model(rows, model->link->left.model, error));
        return check_model(rows, model->link->right.model, error);
    }
    return check_model(rows, model, error);
}

weft_code weft_row_scope_check_change(const weft_row_scope *rows, const weft_model *model, weft_error *error)
{
    WEFT_TRY(weft_row_scope_check(rows, model, error));
    if (!rows || weft_row_scope_of(rows, model)->access == WEFT_ROWS_RULED) {
        return WEFT_OK;
    }
    (void)weft_fail(error,
                    WEFT_FORBIDDEN,
                    "records of \"%.*s\" are everybody's and cannot be changed under row rules",
                    WEFT_STR_ARG(model->name));
    return WEFT_FORBIDDEN;
}
