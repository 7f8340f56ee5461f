/* Link changes meet the catalog: which link does each mean, which end is which side, and what are its values?
 *
 * A change with "link" and left/right says it all. One with modules means the links both of whose columns it names, in
 * either order; when two links answer to that, "link" must choose. Pure; fails as link.h says. */
#include "link/data.h"

#define CANDIDATES_TOLD_MAX 5

/* A link that a change can mean, and whether its first end is the link's right side. */
typedef struct candidate {
    const weft_link *link;
    bool is_swapped;
} candidate;

typedef struct resolve_work {
    const weft_catalog *catalog;
    const weft_link_change *change;
    weft_arena *keep;
} resolve_work;

weft_code weft_link_check_writable(const weft_link *link, weft_error *error)
{
    if (weft_link_has_rows(link)) {
        return WEFT_OK;
    }
    if (!link->is_read_only) {
        (void)weft_fail(
            error, WEFT_UNSUPPORTED, "the table of link \"%.*s\" is not weft's to write", WEFT_STR_ARG(link->name));
        weft_error_set_hint(error, "Its rows have no id and no times of their own, or it is in another schema.");
        return WEFT_UNSUPPORTED;
    }
    const weft_code code =
        weft_fail(error, WEFT_UNSUPPORTED, "link \"%.*s\" is read-only and has no rows", WEFT_STR_ARG(link->name));
    weft_error_set_hint(error, "It follows a field of a record: change that field instead.");
    return code;
}

static bool in_module(const weft_link_side *side, weft_str module)
{
    return weft_str_equal(side->model->module->name, module);
}

static bool means_side(const weft_link_change_end *end, const weft_link_side *side)
{
    return side->column && in_module(side, end->module) &&
           weft_model_field(side->column->model, end->key) == side->column;
}

static bool joins_modules(const weft_link *link, const weft_link_change *change)
{
    return (in_module(&link->left, change->ends[0].module) && in_module(&link->right, change->ends[1].module)) ||
           (in_module(&link->left, change->ends[1].module) && in_module(&link->right, change->ends[0].module));
}

static bool match(const weft_link *link, const weft_link_change *change, candidate *ret_candidate)
{
    const weft_link_change_end *ends = change->ends;
    if (means_side(&ends[0], &link->left) && means_side(&ends[1], &link->right)) {
        *ret_candidate = (candidate){link, false};
        return true;
    }
    if (means_side(&ends[1], &link->left) && means_side(&ends[0], &link->right)) {
        *ret_candidate = (candidate){link, true};
        return true;
    }
    return false;
}

/* `product_blog_post ("product": "product_id", "blog": "blog_post_id")` */
static void tell_link(const weft_link *link, weft_buf *buf)
{
    weft_buf_add_text(buf, buf->len ? ", " : "");
    weft_buf_add_str(buf, link->name);
    if (link->left.column && link->right.column) {
        weft_buf_add_format(buf,
                            " (\"%.*s\": \"%.*s\", \"%.*s\": \"%.*s\")",
                            WEFT_STR_ARG(link->left.model->module->name),
                            WEFT_STR_ARG(link->left.column->name),
                            WEFT_STR_ARG(link->right.model->module->name),
                            WEFT_STR_ARG(link->right.column->name));
    }
}

/* The links whose ends could have been meant: those between the two modules, else those of either. */
static void hint_links(const resolve_work *work, weft_error *error)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, work->keep);
    const weft_link_change *change = work->change;
    for (int pass = 0; pass < 2 && buf.len == 0; pass++) {
        size_t told = 0;
        for (size_t i = 0; i < work->catalog->link_count && told < CANDIDATES_TOLD_MAX; i++) {
            const weft_link *link = work->catalog->links[i];
            const bool touches =
                in_module(&link->left, change->ends[0].module) || in_module(&link->right, change->ends[0].module) ||
                in_module(&link->left, change->ends[1].module) || in_module(&link->right, change->ends[1].module);
            if (pass == 0 ? joins_modules(link, change) : touches) {
                tell_link(link, &buf);
                told++;
            }
        }
    }
    if (buf.len && !buf.failed) {
        weft_error_set_hint(error, "There is %.*s.", WEFT_STR_ARG(weft_buf_str(&buf)));
    }
}

static weft_code fail_unknown_name(const resolve_work *work, weft_error *error)
{
    const weft_catalog *catalog = work->catalog;
    const weft_str name = work->change->link;
    weft_str *names = WEFT_ARENA_ARRAY(work->keep, weft_str, catalog->link_count);
    const weft_code code = weft_fail(error, WEFT_UNKNOWN_LINK, "no link is called \"%.*s\"", WEFT_STR_ARG(name));
    if (names) {
        for (size_t i = 0; i < catalog->link_count; i++) {
            names[i] = catalog->links[i]->name;
        }
        weft_error_suggest(error, name, names, catalog->link_count);
    }
    weft_error_set_where(error, "%.*s/link", WEFT_STR_ARG(work->change->where));
    return code;
}

static weft_code fail_unknown_module(const resolve_work *work, const weft_link_change_end *end, weft_error *error)
{
    const weft_catalog *catalog = work->catalog;
    weft_str *names = WEFT_ARENA_ARRAY(work->keep, weft_str, catalog->module_count);
    const weft_code code =
        weft_fail(error, WEFT_UNKNOWN_LINK, "no module is called \"%.*s\"", WEFT_STR_ARG(end->module));
    if (names) {
        for (size_t i = 0; i < catalog->module_count; i++) {
            names[i] = catalog->modules[i]->name;
        }
        weft_error_suggest(error, end->module, names, catalog->module_count);
    }
    weft_link_change_set_where(work->change, end, error);
    return code;
}

/* When all that joins the two modules is read-only, that is the answer. */
static weft_code check_read_only(const resolve_work *work, weft_error *error)
{
    const weft_link *read_only = NULL;
    for (size_t i = 0; i < work->catalog->link_count; i++) {
        const weft_link *link = work->catalog->links[i];
        if (joins_modules(link, work->change)) {
            if (!link->is_read_only) {
                return WEFT_OK;
            }
            read_only = link;
        }
    }
    const weft_code code = read_only ? weft_link_check_writable(read_only, error) : WEFT_OK;
    if (code != WEFT_OK) {
        weft_error_set_where(error, "%.*s", WEFT_STR_ARG(work->change->where));
    }
    return code;
}

static weft_code fail_unknown_link(const resolve_work *work, weft_error *error)
{
    const weft_link_change_end *ends = work->change->ends;
    for (size_t i = 0; i < 2; i++) {
        if (!weft_catalog_module(work->catalog, ends[i].module)) {
            return fail_unknown_module(work, &ends[i], error);
        }
    }
    WEFT_TRY(check_read_only(work, error));
    const weft_code code = weft_fail(error,
                                     WEFT_UNKNOWN_LINK,
                                     "no link joins %.*s by \"%.*s\" and %.*s by \"%.*s\"",
                                     WEFT_STR_ARG(ends[0].module),
                                     WEFT_STR_ARG(ends[0].key),
                                     WEFT_STR_ARG(ends[1].module),
                                     WEFT_STR_ARG(ends[1].key));
    hint_links(work, error);
    weft_error_set_where(error, "%.*s", WEFT_STR_ARG(work->change->where));
    return code;
}

static weft_code fail_ambiguous(const resolve_work *work, weft_error *error)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, work->keep);
    candidate found = {0};
    size_t count = 0;
    for (size_t i = 0; i < work->catalog->link_count; i++) {
        if (match(work->catalog->links[i], work->change, &found)) {
            weft_buf_add_text(&buf, count++ ? ", " : "");
            weft_buf_add_str(&buf, found.link->name);
        }
    }
    const weft_link_change_end *ends = work->change->ends;
    const weft_code code = weft_fail(error,
                                     WEFT_AMBIGUOUS_NAME,
                                     "%zu links join %.*s and %.*s by these keys",
                                     count,
                                     WEFT_STR_ARG(ends[0].module),
                                     WEFT_STR_ARG(ends[1].module));
    weft_error_set_hint(error, "Name one with \"link\": %.*s.", WEFT_STR_ARG(weft_buf_str(&buf)));
    weft_error_set_where(error, "%.*s", WEFT_STR_ARG(work->change->where));
    return code;
}

/* The one link that the change's modules and keys mean. */
static weft_code find_by_keys(const resolve_work *work, candidate *ret_candidate, weft_error *error)
{
    candidate found = {0};
    size_t count = 0;
    for (size_t i = 0; i < work->catalog->link_count; i++) {
        count += match(work->catalog->links[i], work->change, &found);
    }
    if (count > 1) {
        return fail_ambiguous(work, error);
    }
    if (count == 1) {
        *ret_candidate = found;
        return WEFT_OK;
    }
    return fail_unknown_link(work, error);
}

static weft_code find_by_name(const resolve_work *work, candidate *ret_candidate, weft_error *error)
{
    const weft_link_change *change = work->change;
    const weft_link *link = weft_catalog_link(work->catalog, change->link);
    if (!link) {
        return fail_unknown_name(work, error);
    }
    WEFT_TRY(weft_link_check_writable(link, error));
    if (change->is_short) {
        *ret_candidate = (candidate){link, false};
        return WEFT_OK;
    }
    if (match(link, change, ret_candidate)) {
        return WEFT_OK;
    }
    weft_buf buf;
    weft_buf_init_arena(&buf, work->keep);
    tell_link(link, &buf);
    const weft_code code =
        weft_fail(error, WEFT_UNKNOWN_LINK, "link \"%.*s\" does not join these keys", WEFT_STR_ARG(link->name));
    weft_error_set_hint(error, "There is %.*s.", WEFT_STR_ARG(weft_buf_str(&buf)));
    weft_error_set_where(error, "%.*s", WEFT_STR_ARG(change->where));
    return code;
}

static weft_code find_link(const resolve_work *work, candidate *ret_candidate, weft_error *error)
{
    if (work->change->link.data) {
        return find_by_name(work, ret_candidate, error);
    }
    if (work->change->is_short) {
        const weft_code code = weft_fail(error, WEFT_UNKNOWN_LINK, "\"left\" and \"right\" need the name of a link");
        weft_error_set_hint(error, "Name it with \"link\".");
        weft_error_set_where(error, "%.*s", WEFT_STR_ARG(work->change->where));
        return code;
    }
    return find_by_keys(work, ret_candidate, error);
}

static weft_code read_end(const resolve_work *work,
                          const weft_link_side *side,
                          const weft_link_change_end *end,
                          weft_value *ret_value,
                          weft_error *error)
{
    const weft_code code = weft_link_key_read(side, end->value, false, work->keep, ret_value, error);
    if (code != WEFT_OK) {
        weft_link_change_set_where(work->change, end, error);
    }
    return code;
}

static weft_code read_data(const resolve_work *work, weft_link_work *result, weft_error *error)
{
    weft_link_data data = {0};
    WEFT_TRY(weft_link_data_begin(result->link, false, work->keep, &data, error));
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(weft_json_iterable(work->change->data), key, value)
    {
        const weft_code code = weft_link_data_add(&data, weft_str_from(key), value, error);
        if (code != WEFT_OK) {
            weft_error_prefix_where(error, "%.*s/data", WEFT_STR_ARG(work->change->where));
            return code;
        }
    }
    result->data_fields = data.fields;
    result->data_values = data.values;
    result->data_count = data.count;
    return WEFT_OK;
}

static weft_code resolve_change(const resolve_work *work, weft_link_work *ret_work, weft_error *error)
{
    const weft_link_change *change = work->change;
    candidate found = {0};
    WEFT_TRY(find_link(work, &found, error));
    weft_link_work result = {.link = found.link, .validate = change->validate, .where = change->where};
    WEFT_TRY(read_end(work, &found.link->left, &change->ends[found.is_swapped ? 1 : 0], &result.left, error));
    WEFT_TRY(read_end(work, &found.link->right, &change->ends[found.is_swapped ? 0 : 1], &result.right, error));
    if (change->data) {
        WEFT_TRY(read_data(work, &result, error));
    }
    *ret_work = result;
    return WEFT_OK;
}

weft_code weft_link_resolve(const weft_catalog *catalog,
                            const weft_link_changes *changes,
                            weft_arena *keep,
                            weft_link_work **ret_works,
                            weft_error *error)
{
    weft_link_work *works = WEFT_ARENA_ARRAY(keep, weft_link_work, changes->count);
    if (!works) {
        return weft_fail_arena(error, keep);
    }
    for (size_t i = 0; i < changes->count; i++) {
        const resolve_work work = {catalog, &changes->items[i], keep};
        WEFT_TRY(resolve_change(&work, &works[i], error));
    }
    *ret_works = works;
    return WEFT_OK;
}
