/* Links: sides found, options read, names settled. The tables are made in build_link_tables.c, the edges in
 * build_link_edges.c.
 *
 * A link is called by its `name`, else by its entry point "<left alias>_<right alias>"; with a name, that is its entry
 * point too. */
#include "define/build.h"
#include "model/names.h"

static weft_error *fail_link(weft_builder *builder, weft_place place, const char *message)
{
    return weft_problem(builder->shop, place, WEFT_INVALID_DEFINITION, "%s", message);
}

static void fail_no_module(weft_builder *builder, const weft_word *linkable, weft_str name)
{
    weft_str best = {NULL, 0};
    for (size_t i = 0; i < builder->module_count; i++) {
        const weft_str candidates[] = {best.len ? best : builder->modules[i]->name, builder->modules[i]->name};
        best = weft_str_nearest(name, candidates, WEFT_COUNT_OF(candidates));
    }
    weft_error *error = weft_problem(
        builder->shop, linkable->place, WEFT_INVALID_DEFINITION, "no module is called \"%.*s\"", WEFT_STR_ARG(name));
    if (best.len) {
        weft_error_set_hint(error, "Did you mean \"%.*s\"?", WEFT_STR_ARG(best));
    }
}

/* "product" alone: say where it is. */
static void fail_unqualified(weft_builder *builder, const weft_word *linkable)
{
    weft_error *error = weft_problem(builder->shop,
                                     linkable->place,
                                     WEFT_INVALID_DEFINITION,
                                     "\"%.*s\" must be module.model",
                                     WEFT_STR_ARG(linkable->text));
    for (uint32_t m = 0; m < builder->module_count; m++) {
        const weft_model_draft *draft = weft_build_find_model(builder, m, linkable->text);
        if (draft) {
            weft_error_set_hint(error,
                                "Write \"%.*s.%.*s\".",
                                WEFT_STR_ARG(builder->modules[m]->name),
                                WEFT_STR_ARG(draft->model->name));
            return;
        }
    }
}

static weft_model_draft *find_side(weft_builder *builder, const weft_word *linkable)
{
    const size_t dot = weft_str_find(linkable->text, '.');
    if (dot == linkable->text.len) {
        fail_unqualified(builder, linkable);
        return NULL;
    }
    const weft_str module = weft_str_slice(linkable->text, 0, dot);
    const weft_str name = weft_str_slice(linkable->text, dot + 1, linkable->text.len);
    for (uint32_t m = 0; m < builder->module_count; m++) {
        if (!weft_str_equal(builder->modules[m]->name, module)) {
            continue;
        }
        weft_model_draft *draft = weft_build_find_model(builder, m, name);
        if (!draft) {
            weft_build_fail_no_model(builder, m, linkable);
        }
        return draft;
    }
    fail_no_module(builder, linkable, module);
    return NULL;
}

static void fail_no_field(weft_builder *builder, const weft_model *model, const weft_word *name)
{
    weft_error error = {0};
    (void)weft_fail_unknown_field(model, name->text, &error);
    error.code = WEFT_INVALID_DEFINITION;
    weft_problem_take(builder->shop, name->place, &error);
}

/* The field a side is joined by: the primary key, or of a read-only link also another. NULL: reported. */
static const weft_field *side_key(weft_builder *builder,
                                  const weft_side_definition *side,
                                  const weft_model_draft *draft,
                                  bool is_read_only)
{
    const weft_model *model = draft->model;
    const weft_field *field = model->key_count == 1 ? model->keys[0] : NULL;
    if (side->field.text.data) {
        const weft_field *named = weft_model_field(model, side->field.text);
        if (!named) {
            fail_no_field(builder, model, &side->field);
            return NULL;
        }
        if (!is_read_only && named != field) {
            weft_error *error = fail_link(builder, side->field.place, "a link joins primary keys only");
            weft_error_set_hint(error, "Other fields can be joined by a link with readOnly: true.");
            return NULL;
        }
        return named;
    }
    if (!field && model->key_count > 1) {
        (void)weft_problem(builder->shop,
                           side->linkable.place,
                           WEFT_INVALID_DEFINITION,
                           "the model \"%.*s\" has a composite primary key and cannot be linked",
                           WEFT_STR_ARG(model->name));
    }
    return field;
}

static void check_filterable(weft_builder *builder, const weft_side_definition *side, const weft_model *model)
{
    for (size_t i = 0; i < side->filterable.count; i++) {
        if (!weft_model_field(model, side->filterable.items[i].text)) {
            fail_no_field(builder, model, &side->filterable.items[i]);
        }
    }
}

static weft_code build_side(weft_builder *builder,
                            const weft_side_definition *definition,
                            bool is_read_only,
                            weft_link_side *side,
                            weft_model_draft **ret_draft)
{
    weft_model_draft *draft = definition->linkable.text.data ? find_side(builder, &definition->linkable) : NULL;
    if (!draft) {
        return WEFT_OK;
    }
    side->model = draft->model;
    side->is_list = definition->is_list.value;
    side->alias = definition->alias.text.data ? definition->alias.text : draft->model->name;
    side->key = side_key(builder, definition, draft, is_read_only);
    check_filterable(builder, definition, draft->model);
    *ret_draft = side->key ? draft : NULL;
    return WEFT_OK;
}

static bool is_called(const weft_link_side *side, weft_str name)
{
    return weft_str_equal(side->model->name, name) || weft_str_equal(side->model->camel, name) ||
           weft_str_equal(side->model->plural, name) || weft_str_equal(side->alias, name);
}

/* Cascade the side that `name` means: one's own when both are called so. */
static void cascade_named(weft_builder *builder, weft_word name, weft_link_side *own, weft_link_side *other)
{
    if (is_called(own, name.text) || is_called(other, name.text)) {
        (is_called(own, name.text) ? own : other)->on_delete = WEFT_ON_DELETE_CASCADE;
        return;
    }
    const weft_str names[] = {own->model->name, other->model->name};
    weft_error *error = weft_problem(builder->shop,
                                     name.place,
                                     WEFT_INVALID_DEFINITION,
                                     "\"deleteCascade\" names \"%.*s\", which is neither side's model",
                                     WEFT_STR_ARG(name.text));
    weft_error_suggest(error, name.text, names, WEFT_COUNT_OF(names));
    if (!error->hint[0]) {
        weft_error_set_hint(
            error, "The sides are \"%.*s\" and \"%.*s\".", WEFT_STR_ARG(names[0]), WEFT_STR_ARG(names[1]));
    }
}

static weft_code read_cascade(weft_builder *builder, const weft_node *node, weft_link_side *own, weft_link_side *other)
{
    bool value = false;
    if (weft_node_as_boolean(node, &value)) {
        own->on_delete = value ? WEFT_ON_DELETE_CASCADE : own->on_delete;
        return WEFT_OK;
    }
    if (node->kind == WEFT_NODE_SCALAR && !weft_node_is_null(node) && node->text.len) {
        cascade_named(builder, (weft_word){node->text, node->place}, own, other);
        return WEFT_OK;
    }
    if (node->kind != WEFT_NODE_LIST) {
        return weft_fail_expected(builder->shop, node, "deleteCascade", "true, false or a list of models");
    }
    for (size_t i = 0; i < node->entry_count; i++) {
        const weft_node *item = node->entries[i].value;
        if (item->kind == WEFT_NODE_SCALAR && !weft_node_is_null(item)) {
            cascade_named(builder, (weft_word){item->text, item->place}, own, other);
            continue;
        }
        WEFT_TRY(weft_fail_expected(builder->shop, item, "deleteCascade", "true, false or a list of models"));
    }
    return WEFT_OK;
}

static void read_policy(weft_builder *builder, const weft_side_definition *definition, weft_link_side *side)
{
    weft_str names[WEFT_ON_DELETE_KEEP + 1];
    const weft_word *written = &definition->on_delete;
    for (weft_on_delete policy = WEFT_ON_DELETE_UNLINK; policy <= WEFT_ON_DELETE_KEEP; policy++) {
        names[policy] = weft_on_delete_name(policy);
        if (!weft_str_equal(names[policy], written->text)) {
            continue;
        }
        if (side->on_delete == WEFT_ON_DELETE_CASCADE && policy != WEFT_ON_DELETE_CASCADE) {
            weft_error *error =
                fail_link(builder, written->place, "\"onDelete\" and \"deleteCascade\" say different things");
            weft_error_set_hint(error, "Keep one of them; deleteCascade: true is onDelete: cascade.");
        }
        side->on_delete = policy;
        return;
    }
    weft_error *error = weft_problem(builder->shop,
                                     written->place,
                                     WEFT_INVALID_DEFINITION,
                                     "\"onDelete\" cannot be \"%.*s\"",
                                     WEFT_STR_ARG(written->text));
    weft_error_suggest(error, written->text, names, WEFT_COUNT_OF(names));
    if (!error->hint[0]) {
        weft_error_set_hint(error, "It is unlink, cascade, cascade-orphans, restrict or keep.");
    }
}

static weft_code read_deletion(weft_builder *builder, weft_link_draft *draft)
{
    const weft_side_definition *left = &draft->definition->left;
    const weft_side_definition *right = &draft->definition->right;
    weft_link *link = draft->link;
    if (left->delete_cascade) {
        WEFT_TRY(read_cascade(builder, left->delete_cascade, &link->left, &link->right));
    }
    if (right->delete_cascade) {
        WEFT_TRY(read_cascade(builder, right->delete_cascade, &link->right, &link->left));
    }
    if (left->on_delete.text.data) {
        read_policy(builder, left, &link->left);
    }
    if (right->on_delete.text.data) {
        read_policy(builder, right, &link->right);
    }
    return WEFT_OK;
}

static void read_shard(weft_builder *builder, const weft_link_definition *definition, weft_link *link)
{
    static const struct {
        const char *name;
        weft_link_shard shard;
    } shards[] = {{"by left", WEFT_SHARD_LEFT},
                  {"by right", WEFT_SHARD_RIGHT},
                  {"both", WEFT_SHARD_BOTH},
                  {"reference", WEFT_SHARD_REFERENCE}};
    for (size_t i = 0; i < WEFT_COUNT_OF(shards); i++) {
        if (weft_str_equal_text(definition->shard.text, shards[i].name)) {
            link->shard = shards[i].shard;
        }
    }
    if (link->shard == WEFT_SHARD_NONE) {
        weft_error *error = weft_problem(builder->shop,
                                         definition->shard.place,
                                         WEFT_INVALID_DEFINITION,
                                         "\"shard\" cannot be \"%.*s\"",
                                         WEFT_STR_ARG(definition->shard.text));
        weft_error_set_hint(error, "It is \"by left\", \"by right\" or reference.");
        return;
    }
    if (link->shard == WEFT_SHARD_BOTH) {
        weft_error *error = weft_problem(builder->shop,
                                         definition->shard.place,
                                         WEFT_INVALID_DEFINITION,
                                         "\"shard\" cannot be both yet: weft keeps no second table");
        weft_error_set_hint(error, "Shard by the side that is asked from most, or as reference.");
        return;
    }
    /* A unique index of a distributed table must hold the column it is distributed by. */
    const bool is_left = link->shard == WEFT_SHARD_LEFT;
    const bool is_right = link->shard == WEFT_SHARD_RIGHT;
    if ((is_left && !link->left.is_list) || (is_right && !link->right.is_list)) {
        weft_error *error = weft_problem(builder->shop,
                                         definition->shard.place,
                                         WEFT_INVALID_DEFINITION,
                                         "a link whose %s side is no list cannot be sharded by it",
                                         is_left ? "left" : "right");
        weft_error_set_detail(error,
                              "Keeping the other side's partners single needs an index on the other side's key.");
        weft_error_set_hint(error, "Shard %s or as reference.", is_left ? "by right" : "by left");
    }
}

/* What makes no sense for a link without a table. */
static void check_read_only(weft_builder *builder, const weft_link_draft *draft)
{
    const weft_link_definition *definition = draft->definition;
    const struct {
        const char *name;
        bool is_given;
        weft_place place;
    } options[] = {
        {"database", definition->has_database, definition->database_place},
        {"place", definition->store.text.data != NULL, definition->store.place},
        {"shard", definition->shard.text.data != NULL, definition->shard.place},
        {"renamedFrom", definition->renamed_from.text.data != NULL, definition->renamed_from.place},
        {"onDelete", definition->left.on_delete.text.data != NULL, definition->left.on_delete.place},
        {"onDelete", definition->right.on_delete.text.data != NULL, definition->right.on_delete.place},
        {"deleteCascade", definition->left.delete_cascade != NULL, definition->left.place},
        {"deleteCascade", definition->right.delete_cascade != NULL, definition->right.place},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(options); i++) {
        if (options[i].is_given) {
            (void)weft_problem(builder->shop,
                               options[i].place,
                               WEFT_INVALID_DEFINITION,
                               "a read-only link has no table, so it cannot have \"%s\"",
                               options[i].name);
        }
    }
}

static bool is_joinable(const weft_field *field)
{
    return field->type != WEFT_TYPE_JSON && field->type != WEFT_TYPE_ARRAY;
}

static bool is_single(const weft_link_side *side)
{
    return side->key->is_unique || (side->key->is_primary_key && side->model->key_count == 1);
}

/* A read-only link joins two fields: at least one is named, both hold one kind of value, and a record can have one
 * partner only where the partner's field is unique. */
static void check_join(weft_builder *builder, const weft_link_draft *draft)
{
    const weft_link_definition *definition = draft->definition;
    const weft_link *link = draft->link;
    if (!definition->left.field.text.data && !definition->right.field.text.data) {
        weft_error *error = fail_link(
            builder, definition->place, "a read-only link needs the \"field\" of the side that refers to the other");
        weft_error_set_hint(error, "For instance left: { linkable: blog.blog_post, field: author_id }.");
        return;
    }
    if (!is_joinable(link->left.key) || !is_joinable(link->right.key) ||
        weft_type_value_kind(link->left.key->type) != weft_type_value_kind(link->right.key->type)) {
        const weft_place place =
            definition->left.field.text.data ? definition->left.field.place : definition->right.field.place;
        weft_error *error = fail_link(builder, place, "the fields of a read-only link hold different kinds of values");
        const weft_str left_type = weft_type_name(link->left.key->type);
        const weft_str right_type = weft_type_name(link->right.key->type);
        weft_error_set_detail(error,
                              "\"%.*s\" is %.*s and \"%.*s\" is %.*s.",
                              WEFT_STR_ARG(link->left.key->name),
                              WEFT_STR_ARG(left_type),
                              WEFT_STR_ARG(link->right.key->name),
                              WEFT_STR_ARG(right_type));
    }
    if (!link->right.is_list && !is_single(&link->right)) {
        weft_error *error = fail_link(
            builder, definition->right.place, "several records of the right side may match, so it must be a list");
        weft_error_set_hint(error, "Say isList: true, or make the field unique.");
    }
}

static weft_code property_of(weft_builder *builder, const weft_link_side *side, weft_str *ret_name)
{
    *ret_name = side->is_list ? weft_name_plural(side->alias, builder->shop->keep) : side->alias;
    return ret_name->data ? WEFT_OK : WEFT_NO_MEMORY;
}

/* A name of its own, or the problem that another link has it. */
static weft_code claim_name(weft_builder *builder, weft_link_draft *draft)
{
    const weft_claim claim = {
        weft_str_format(builder->shop->scratch, "the link \"%.*s\"", WEFT_STR_ARG(draft->link->name)),
        draft->definition->place};
    const weft_claim *other = NULL;
    if (!claim.owner.data) {
        return WEFT_NO_MEMORY;
    }
    WEFT_TRY(weft_build_claim(builder, &builder->link_names, draft->link->name, &claim, &other));
    if (other) {
        draft->is_twin = true;
        weft_error *error =
            weft_build_fail_clash(builder, draft->link->name, WEFT_STR("the name of a link"), &claim, other);
        weft_error_set_hint(error,
                            "Two links between the same models need a \"name\" and, on their sides, an \"alias\".");
    }
    return WEFT_OK;
}

static weft_code settle_names(weft_builder *builder, weft_link_draft *draft)
{
    weft_link *link = draft->link;
    if (weft_str_equal(link->left.alias, link->right.alias)) {
        weft_error *error = weft_problem(builder->shop,
                                         draft->definition->place,
                                         WEFT_NAME_CLASH,
                                         "both sides of the link are called \"%.*s\"",
                                         WEFT_STR_ARG(link->left.alias));
        weft_error_set_hint(error, "Give one side an \"alias\".");
        draft->left = NULL;
        return WEFT_OK;
    }
    link->name =
        draft->definition->name.text.data
            ? draft->definition->name.text
            : weft_str_format(
                  builder->shop->keep, "%.*s_%.*s", WEFT_STR_ARG(link->left.alias), WEFT_STR_ARG(link->right.alias));
    if (!link->name.data) {
        return WEFT_NO_MEMORY;
    }
    WEFT_TRY(property_of(builder, &link->left, &draft->left_property));
    WEFT_TRY(property_of(builder, &link->right, &draft->right_property));
    return claim_name(builder, draft);
}

static weft_code build_link(weft_builder *builder, uint32_t index)
{
    weft_link_draft *draft = &builder->links[index];
    draft->definition = &builder->link_definitions[index];
    draft->link = WEFT_ARENA_NEW(builder->shop->keep, weft_link);
    const weft_str where = weft_place_text(draft->definition->place, builder->shop->keep);
    if (!draft->link || !where.data) {
        return WEFT_NO_MEMORY;
    }
    weft_link *link = draft->link;
    link->index = index;
    link->where = where;
    link->is_read_only = draft->definition->read_only.value;
    link->naming = builder->project->naming;
    WEFT_TRY(build_side(builder, &draft->definition->left, link->is_read_only, &link->left, &draft->left));
    WEFT_TRY(build_side(builder, &draft->definition->right, link->is_read_only, &link->right, &draft->right));
    if (!draft->left || !draft->right) {
        return WEFT_OK;
    }
    WEFT_TRY(settle_names(builder, draft));
    if (!draft->left || draft->is_twin) {
        return WEFT_OK;
    }
    if (link->is_read_only) {
        check_read_only(builder, draft);
        check_join(builder, draft);
    } else {
        WEFT_TRY(read_deletion(builder, draft));
        if (draft->definition->shard.text.data) {
            read_shard(builder, draft->definition, link);
        }
        WEFT_TRY(weft_build_link_table(builder, draft));
    }
    draft->left->edge_capacity += 2;
    draft->right->edge_capacity += 2;
    return WEFT_OK;
}

weft_code weft_build_links(weft_builder *builder)
{
    builder->links = WEFT_ARENA_ARRAY(builder->shop->scratch, weft_link_draft, builder->link_count);
    if (!builder->links) {
        return WEFT_NO_MEMORY;
    }
    for (uint32_t i = 0; i < builder->link_count; i++) {
        WEFT_TRY(build_link(builder, i));
    }
    return WEFT_OK;
}
