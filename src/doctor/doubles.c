/* What the unique indexes forbid and only their absence allows: a pair that lives in several rows, a record with more
 * partners than its link allows. The store groups; each group is then read in one snapshot, so that what is told was
 * true at one moment. The first row made stays; each of the others is a finding.
 *
 * Fails as the store does. */
#include "doctor/cures.h"
#include "doctor/walk.h"

/* What rows are grouped by. */
typedef struct grouping {
    weft_examination *examination;
    const weft_link *link;
    bool is_pair; /* by left and right; else by the key of one side */
    size_t side;  /* whose records have too many partners */
    weft_place place;
} grouping;

static const weft_value *partner_of(const grouping *by, const weft_doctor_row *row)
{
    return by->side == 0 ? &row->right : &row->left;
}

static const weft_sql_expr *field_expr(weft_arena *keep, const weft_field *field)
{
    return weft_sql_field(keep, (weft_str){0}, field);
}

static const weft_sql_expr *make_having(const grouping *by, weft_arena *keep)
{
    if (by->is_pair) {
        const weft_value one = {.kind = WEFT_VALUE_INTEGER, .as.integer = 1};
        return weft_sql_binary(
            keep, WEFT_SQL_GT, weft_sql_leaf(keep, WEFT_SQL_COUNT_ALL), weft_sql_value(keep, one, WEFT_VALUE_INTEGER));
    }
    const weft_field *partner = weft_doctor_side(by->link, 1 - by->side)->column;
    return weft_sql_binary(keep,
                           WEFT_SQL_NE,
                           weft_sql_unary(keep, WEFT_SQL_MIN, field_expr(keep, partner)),
                           weft_sql_unary(keep, WEFT_SQL_MAX, field_expr(keep, partner)));
}

static weft_code make_where(const grouping *by, weft_arena *keep, const weft_sql_expr **ret_where, weft_error *error)
{
    const weft_sql_expr *behind = NULL;
    const weft_sql_expr *is_live =
        weft_sql_unary(keep, WEFT_SQL_IS_NULL, field_expr(keep, by->link->model->deleted_at));
    WEFT_TRY(weft_place_where(&by->place, keep, &behind, error));
    const weft_sql_expr *where = behind ? weft_sql_binary(keep, WEFT_SQL_AND, behind, is_live) : is_live;
    if (!where) {
        return weft_fail_arena(error, keep);
    }
    *ret_where = where;
    return WEFT_OK;
}

static weft_code read_groups(const grouping *by,
                             weft_connection *connection,
                             const weft_value **ret_values,
                             size_t *ret_count,
                             weft_error *error)
{
    weft_arena *keep = &by->examination->page;
    const size_t width = by->place.count;
    weft_sql_order order[WEFT_PLACE_MAX];
    weft_sql_output outputs[WEFT_PLACE_MAX];
    const weft_sql_expr *group[WEFT_PLACE_MAX];
    weft_sql_select select = {.outputs = outputs,
                              .output_count = width,
                              .schema = by->link->model->schema,
                              .table = by->link->model->table,
                              .group = group,
                              .group_count = width,
                              .having = make_having(by, keep),
                              .order = order,
                              .order_count = width,
                              .has_limit = true,
                              .limit = by->examination->batch_rows};
    if (!weft_place_order(&by->place, keep, order) || !select.having) {
        return weft_fail_arena(error, keep);
    }
    for (size_t i = 0; i < width; i++) {
        group[i] = order[i].expr;
        outputs[i] = (weft_sql_output){order[i].expr, weft_type_value_kind(by->place.fields[i]->type)};
    }
    weft_statement statement = {0};
    WEFT_TRY(make_where(by, keep, &select.where, error));
    WEFT_TRY(weft_sql_render_select(&select, weft_connection_dialect(connection), keep, &statement, error));
    return weft_connection_collect(connection, &statement, keep, ret_values, ret_count, error);
}

/* Rows of one group, the oldest first. */
static weft_code read_members(const grouping *by,
                              weft_session *session,
                              const weft_value *group,
                              weft_doctor_select select,
                              weft_doctor_rows *ret_rows,
                              weft_error *error)
{
    weft_arena *keep = &by->examination->page;
    weft_connection *connection = NULL;
    weft_sql_order order[2];
    size_t order_count = 0;
    if (by->link->model->created_at) {
        order[order_count++] = (weft_sql_order){field_expr(keep, by->link->model->created_at), false};
    }
    order[order_count++] = (weft_sql_order){field_expr(keep, weft_doctor_id_field(by->link)), false};
    for (size_t i = 0; i < by->place.count; i++) {
        const weft_field *field = by->place.fields[i];
        const weft_sql_expr *equals =
            weft_sql_binary(keep,
                            WEFT_SQL_EQ,
                            field_expr(keep, field),
                            weft_sql_value(keep, group[i], weft_type_value_kind(field->type)));
        select.where = i > 0 ? weft_sql_binary(keep, WEFT_SQL_AND, select.where, equals) : equals;
    }
    if (!select.where || !order[0].expr || !order[order_count - 1].expr) {
        return weft_fail_arena(error, keep);
    }
    select.link = by->link;
    select.order = order;
    select.order_count = order_count;
    WEFT_TRY(weft_session_connection(session, by->link->model->store, &connection, error));
    return weft_doctor_rows_read(connection, &select, keep, ret_rows, error);
}

static weft_code read_first(const grouping *by,
                            weft_session *session,
                            const weft_value *group,
                            bool locks,
                            weft_doctor_rows *ret_first,
                            weft_error *error)
{
    return read_members(by, session, group, (weft_doctor_select){.limit = 1, .locks = locks}, ret_first, error);
}

/* A row that must not live beside `first`. */
static bool is_surplus(const grouping *by, const weft_doctor_row *first, const weft_doctor_row *row)
{
    return by->is_pair || !weft_value_equal(partner_of(by, first), partner_of(by, row));
}

static const char *kind_of(const grouping *by)
{
    return by->is_pair ? "duplicate_pair" : "cardinality";
}

/* In the writing transaction: is the row still one too many? Then it goes. */
static weft_code heal_in(const grouping *by,
                         weft_session *session,
                         const weft_value *group,
                         const weft_doctor_row *row,
                         weft_cure *ret_cure,
                         weft_error *error)
{
    weft_arena *scratch = &by->examination->page;
    weft_doctor_row copy = *row;
    weft_doctor_rows rows = {&copy, 1};
    weft_doctor_rows first = {0};
    WEFT_TRY(read_first(by, session, group, true, &first, error));
    WEFT_TRY(weft_doctor_rows_again(session, by->link, true, &rows, scratch, error));
    if (rows.count == 0 || first.count == 0 || weft_value_equal(&first.items[0].id, &row->id) ||
        !is_surplus(by, &first.items[0], row)) {
        *ret_cure = WEFT_CURE_GONE;
        return WEFT_OK;
    }
    if (by->examination->options->fix == WEFT_DOCTOR_QUARANTINE) {
        *ret_cure = WEFT_CURE_QUARANTINED;
        WEFT_TRY(weft_doctor_rows_quarantine(session, by->link, &rows, kind_of(by), scratch, error));
    } else {
        *ret_cure = WEFT_CURE_UNLINKED;
        /* A pair's double would stand in the way of the unique index even when dismissed. */
        WEFT_TRY(by->is_pair ? weft_doctor_rows_remove(session, by->link, &rows, scratch, error)
                             : weft_doctor_rows_unlink(session, by->link, &rows, scratch, error));
    }
    return weft_session_commit(session, error);
}

static weft_code heal(const grouping *by,
                      const weft_value *group,
                      const weft_doctor_row *first,
                      const weft_doctor_row *row,
                      weft_cure *ret_cure,
                      weft_error *error)
{
    const weft_doctor_fix fix = by->examination->options->fix;
    if (!weft_examination_may_fix(by->examination) || fix == WEFT_DOCTOR_RESTORE ||
        weft_value_equal(&first->id, &row->id)) {
        *ret_cure = weft_examination_left(by->examination); /* rows with one id cannot be told apart */
        return WEFT_OK;
    }
    weft_session session;
    weft_cure cure = WEFT_CURE_GONE;
    weft_examination_session(by->examination, WEFT_TRANSACTION_WRITE, &session);
    const weft_code code = heal_in(by, &session, group, row, &cure, error);
    weft_session_done(&session);
    if (code == WEFT_OK) {
        *ret_cure = cure;
    }
    return code;
}

static weft_code tell(
    const grouping *by, const weft_doctor_row *first, const weft_doctor_row *row, weft_cure cure, weft_error *error)
{
    weft_examination *examination = by->examination;
    weft_finding_begin(examination, kind_of(by), by->link->model->store);
    weft_finding_add_text(examination, "link", by->link->name);
    weft_finding_add_value(examination, "id", &row->id);
    weft_finding_add_value(examination, "left", &row->left);
    weft_finding_add_value(examination, "right", &row->right);
    if (!by->is_pair) {
        weft_finding_add_text(examination, "side", by->side == 0 ? WEFT_STR("left") : WEFT_STR("right"));
        weft_finding_add_text(examination, "model", weft_doctor_side(by->link, by->side)->model->name);
    }
    weft_finding_add_value(examination, "first", &first->id);
    return weft_finding_end(examination, cure, error);
}

/* Some rows of a group behind its first, of one snapshot. */
static weft_code look_at_members(const grouping *by,
                                 const weft_value *group,
                                 uint64_t offset,
                                 weft_doctor_rows *ret_first,
                                 weft_doctor_rows *ret_rows,
                                 weft_error *error)
{
    const weft_doctor_select select = {.limit = by->examination->batch_rows, .offset = offset};
    weft_session session;
    weft_examination_session(by->examination, WEFT_TRANSACTION_READ, &session);
    weft_code code = read_first(by, &session, group, false, ret_first, error);
    if (code == WEFT_OK && ret_first->count > 0) {
        code = read_members(by, &session, group, select, ret_rows, error);
    }
    weft_session_done(&session);
    return code;
}

static weft_code check_member(const grouping *by,
                              const weft_value *group,
                              const weft_doctor_row *first,
                              const weft_doctor_row *row,
                              weft_cure *ret_cure,
                              weft_error *error)
{
    if (!is_surplus(by, first, row)) {
        *ret_cure = WEFT_CURE_LEFT;
        return WEFT_OK;
    }
    WEFT_TRY(heal(by, group, first, row, ret_cure, error));
    return tell(by, first, row, *ret_cure, error);
}

/* A page of one group; `*offset` moves behind the rows that stay. */
static weft_code check_members(
    const grouping *by, const weft_value *group, uint64_t *offset, size_t *ret_count, weft_error *error)
{
    weft_doctor_rows first = {0};
    weft_doctor_rows rows = {0};
    WEFT_TRY(look_at_members(by, group, *offset, &first, &rows, error));
    for (size_t i = 0; i < rows.count; i++) {
        weft_cure cure = WEFT_CURE_LEFT;
        WEFT_TRY(check_member(by, group, first.items, &rows.items[i], &cure, error));
        *offset += cure <= WEFT_CURE_LEFT ? 1 : 0;
    }
    *ret_count = rows.count;
    return WEFT_OK;
}

static weft_code check_group(const grouping *by, const weft_value *group, weft_error *error)
{
    uint64_t offset = 1;
    size_t count = by->examination->batch_rows;
    while (count == by->examination->batch_rows) {
        const weft_arena_mark mark = weft_arena_mark_here(&by->examination->page);
        const weft_code code = check_members(by, group, &offset, &count, error);
        weft_arena_rewind(&by->examination->page, mark);
        WEFT_TRY(code);
    }
    return WEFT_OK;
}

static weft_code check_page(grouping *by, size_t *ret_count, weft_error *error)
{
    const weft_value *groups = NULL;
    weft_session session;
    weft_connection *connection = NULL;
    weft_arena_reset(&by->examination->page);
    weft_examination_session(by->examination, WEFT_TRANSACTION_READ, &session);
    weft_code code = weft_session_connection(&session, by->link->model->store, &connection, error);
    if (code == WEFT_OK) {
        code = read_groups(by, connection, &groups, ret_count, error);
    }
    weft_session_done(&session);
    WEFT_TRY(code);
    for (size_t i = 0; i < *ret_count; i++) {
        WEFT_TRY(check_group(by, groups + i * by->place.count, error));
    }
    return *ret_count > 0 ? weft_place_move(&by->place, groups + (*ret_count - 1) * by->place.count, error) : WEFT_OK;
}

static weft_code check(grouping *by, weft_error *error)
{
    size_t count = by->examination->batch_rows;
    weft_code code = WEFT_OK;
    while (code == WEFT_OK && count == by->examination->batch_rows) {
        code = check_page(by, &count, error);
    }
    weft_place_done(&by->place);
    return code;
}

weft_code weft_doctor_check_pairs(weft_examination *examination, const weft_link *link, weft_error *error)
{
    grouping by = {.examination = examination, .link = link, .is_pair = true};
    weft_place_init(&by.place, examination->pattern->allocator);
    by.place.fields[0] = link->left.column;
    by.place.fields[1] = link->right.column;
    by.place.count = 2;
    return check(&by, error);
}

/* A side that is not a list means: a record of the other side has one partner on it. */
weft_code weft_doctor_check_partners(weft_examination *examination, const weft_link *link, weft_error *error)
{
    for (size_t side = 0; side < 2; side++) {
        if (weft_doctor_side(link, 1 - side)->is_list) {
            continue;
        }
        grouping by = {.examination = examination, .link = link, .side = side};
        weft_place_init(&by.place, examination->pattern->allocator);
        by.place.fields[0] = weft_doctor_side(link, side)->column;
        by.place.count = 1;
        WEFT_TRY(check(&by, error));
    }
    return WEFT_OK;
}
