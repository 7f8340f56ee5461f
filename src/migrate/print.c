/* A plan for people and as JSON. Appends to a buffer, which remembers running out of memory; equal plans give equal
 * bytes. */
#include "migrate/journal.h"

static const char *verdict(const weft_action *action)
{
    if (action->kind == WEFT_ACTION_DROP) {
        return "kept";
    }
    return action->is_refused ? "refused" : "unsafe";
}

static void print_reason(const weft_action *action, weft_buf *buf)
{
    if (action->is_safe) {
        return;
    }
    weft_buf_add_format(buf, "      %s: %.*s", verdict(action), WEFT_STR_ARG(action->reason));
    if (action->has_rows_at_stake) {
        weft_buf_add_format(buf,
                            action->rows_at_stake == 1 ? " (%llu row)" : " (%llu rows)",
                            (unsigned long long)action->rows_at_stake);
    }
    weft_buf_add_char(buf, '\n');
}

static void print_statement(weft_str sql, weft_buf *buf)
{
    weft_buf_add_text(buf, "      ");
    for (size_t i = 0; i < sql.len; i++) {
        weft_buf_add_char(buf, sql.data[i]);
        weft_buf_add_text(buf, sql.data[i] == '\n' ? "      " : "");
    }
    weft_buf_add_text(buf, ";\n");
}

static void print_action(const weft_action *action, bool with_sql, weft_buf *buf)
{
    const weft_str kind = weft_action_kind_name(action->kind);
    weft_buf_add_format(buf,
                        "  %c %-6.*s %.*s: %.*s\n",
                        action->is_safe || action->kind == WEFT_ACTION_DROP ? ' ' : '!',
                        WEFT_STR_ARG(kind),
                        WEFT_STR_ARG(action->table),
                        WEFT_STR_ARG(action->summary));
    print_reason(action, buf);
    for (size_t i = 0; with_sql && i < action->statement_count; i++) {
        print_statement(action->statements[i], buf);
    }
}

static void print_problems(const weft_migration_plan *plan, weft_buf *buf)
{
    for (size_t i = 0; i < plan->problem_count; i++) {
        const weft_migration_problem *problem = &plan->problems[i];
        weft_buf_add_format(buf,
                            "problem in store %.*s: %.*s, and weft does not manage it\n",
                            WEFT_STR_ARG(problem->store->name),
                            WEFT_STR_ARG(problem->text));
    }
}

void weft_migration_plan_print(const weft_migration_plan *plan, bool with_sql, weft_buf *buf)
{
    const weft_store_def *store = NULL;
    if (plan->action_count == 0) {
        weft_buf_add_text(buf, "nothing to migrate: every store is what the definitions say\n");
    }
    for (size_t i = 0; i < plan->action_count; i++) {
        if (plan->actions[i].store != store) {
            store = plan->actions[i].store;
            weft_buf_add_format(buf, "store %.*s\n", WEFT_STR_ARG(store->name));
        }
        print_action(&plan->actions[i], with_sql, buf);
    }
    print_problems(plan, buf);
}

static void add_member(weft_buf *buf, const char *name, weft_str text)
{
    weft_buf_add_format(buf, ",\"%s\":", name);
    weft_json_add_text(buf, text);
}

static void write_action(const weft_action *action, weft_buf *buf)
{
    weft_buf_add_text(buf, "{\"action\":");
    weft_json_add_text(buf, weft_action_kind_name(action->kind));
    add_member(buf, "store", action->store->name);
    if (action->model) {
        add_member(buf, "entity", action->model->name);
    }
    add_member(buf, "table", action->table);
    add_member(buf, "summary", action->summary);
    weft_buf_add_text(buf, action->is_safe ? ",\"safe\":true" : ",\"safe\":false");
    if (!action->is_safe) {
        weft_buf_add_text(buf, action->is_refused ? ",\"refused\":true" : ",\"refused\":false");
        add_member(buf, "reason", action->reason);
    }
    if (action->has_rows_at_stake) {
        weft_buf_add_format(buf, ",\"rows_at_stake\":%llu", (unsigned long long)action->rows_at_stake);
    }
    weft_buf_add_text(buf, ",\"sql\":[");
    for (size_t i = 0; i < action->statement_count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "");
        weft_json_add_text(buf, action->statements[i]);
    }
    weft_buf_add_text(buf, "]}");
}

static void write_tables(const weft_migration_plan *plan, const weft_store_def *store, weft_buf *buf)
{
    bool is_first = true;
    weft_buf_add_text(buf, ",\"tables\":{");
    for (size_t i = 0; i < plan->table_fingerprint_count; i++) {
        if (plan->table_fingerprints[i].store != store) {
            continue;
        }
        weft_buf_add_text(buf, is_first ? "" : ",");
        weft_json_add_text(buf, plan->table_fingerprints[i].table);
        weft_buf_add_char(buf, ':');
        weft_json_add_text(buf, plan->table_fingerprints[i].text);
        is_first = false;
    }
    weft_buf_add_char(buf, '}');
}

static void write_stores(const weft_migration_plan *plan, weft_buf *buf)
{
    bool is_first = true;
    weft_buf_add_text(buf, ",\"stores\":[");
    for (size_t i = 0; i < plan->catalog->store_count; i++) {
        if (plan->fingerprints[i].len == 0) {
            continue;
        }
        weft_buf_add_text(buf, is_first ? "{\"name\":" : ",{\"name\":");
        weft_json_add_text(buf, plan->catalog->stores[i].name);
        add_member(buf, "fingerprint", plan->fingerprints[i]);
        write_tables(plan, &plan->catalog->stores[i], buf);
        weft_buf_add_char(buf, '}');
        is_first = false;
    }
    weft_buf_add_char(buf, ']');
}

void weft_migration_plan_write_json(const weft_migration_plan *plan, weft_buf *buf)
{
    size_t pending = 0;
    size_t unsafe_count = 0;
    weft_buf_add_text(buf, "{\"format\":1,\"scope\":");
    weft_json_add_text(buf, weft_migration_scope_name(plan->scope));
    write_stores(plan, buf);
    weft_buf_add_text(buf, ",\"actions\":[");
    for (size_t i = 0; i < plan->action_count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "");
        write_action(&plan->actions[i], buf);
        pending += plan->actions[i].kind != WEFT_ACTION_DROP;
        unsafe_count += plan->actions[i].kind != WEFT_ACTION_DROP && !plan->actions[i].is_safe;
    }
    weft_buf_add_text(buf, "],\"problems\":[");
    for (size_t i = 0; i < plan->problem_count; i++) {
        weft_buf_add_text(buf, i > 0 ? ",{\"store\":" : "{\"store\":");
        weft_json_add_text(buf, plan->problems[i].store->name);
        add_member(buf, "entity", plan->problems[i].model->name);
        add_member(buf, "problem", plan->problems[i].text);
        weft_buf_add_char(buf, '}');
    }
    weft_buf_add_format(buf, "],\"pending\":%zu,\"unsafe\":%zu}", pending, unsafe_count);
}
