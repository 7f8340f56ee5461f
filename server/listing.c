/* Reads the parameters of a list: those with a meaning of their own, and all others as conditions. */
#include <stdlib.h>
#include <string.h>

#include "server/fail.h"
#include "server/fields.h"
#include "server/filters.h"
#include "server/listing.h"
#include "server/near.h"

#define LIMIT_DEFAULT "20"

static const char *const own_names[] = {
    "fields", "limit", "offset", "order", "filters", "with_deleted", "after", "before"};
#define OWN_COUNT (sizeof(own_names) / sizeof(own_names[0]))

static bool is_own(const char *name)
{
    for (size_t i = 0; i < OWN_COUNT; i++) {
        if (!strcmp(own_names[i], name)) {
            return true;
        }
    }
    return false;
}

static weft_code fail_unknown(const server_listing *listing, const char *name, size_t len, weft_error *error)
{
    char wrong[64];
    const size_t cut = len < sizeof(wrong) - 1 ? len : sizeof(wrong) - 1;
    memcpy(wrong, name, cut);
    wrong[cut] = '\0';
    server_near near = {.wrong = wrong};
    for (size_t i = 0; i < OWN_COUNT; i++) {
        server_near_try(&near, own_names[i]);
    }
    static const char *const lists[] = {"fields", "edges"};
    for (size_t i = 0; i < 2 && !listing->is_one; i++) {
        size_t at = 0;
        json_t *item = NULL;
        json_array_foreach(json_object_get(listing->entity, lists[i]), at, item)
        {
            server_near_try(&near, server_schema_text(item, "name"));
        }
    }
    (void)server_fail(error, WEFT_UNKNOWN_KEY, "unknown parameter \"%.200s\"", name);
    server_error_where(error, "?%.200s", name);
    if (near.best) {
        server_error_hint(error, "Did you mean \"%s\"?", near.best);
    } else if (!listing->is_one) {
        server_error_hint(error,
                          "Parameters are fields, limit, offset, order, after, before, with_deleted, filters, and "
                          "conditions that begin with a field or an edge.");
    }
    return WEFT_UNKNOWN_KEY;
}

/* Whether the first step of `name` is something a condition can begin with. */
static weft_code check_condition(const server_listing *listing, const char *name, weft_error *error)
{
    const size_t len = strcspn(name, ".[");
    char first[128];
    if (len == 0 || len >= sizeof(first)) {
        return fail_unknown(listing, name, len, error);
    }
    memcpy(first, name, len);
    first[len] = '\0';
    const bool is_known = !strcmp(first, "$and") || !strcmp(first, "$or") || !strcmp(first, "$not") ||
                          server_schema_field(listing->entity, first) ||
                          server_schema_edge_named(listing->entity, first);
    return is_known && !listing->is_one ? WEFT_OK : fail_unknown(listing, name, len, error);
}

/* "filters[status]" is "status" without fear of a parameter of that name. NULL: no memory. */
static char *unwrap(const char *name)
{
    const size_t prefix = strlen("filters[");
    const size_t len = strlen(name);
    char *plain = malloc(len);
    const char *end = strchr(name + prefix, ']');
    if (plain && end) {
        const size_t first = (size_t)(end - name) - prefix;
        memcpy(plain, name + prefix, first);
        memcpy(plain + first, end + 1, strlen(end + 1) + 1);
    } else if (plain) {
        plain[0] = '\0';
    }
    return plain;
}

static weft_code add_condition(const server_listing *listing,
                               server_filters *filters,
                               const server_param *param,
                               weft_error *error)
{
    if (strncmp(param->name, "filters[", 8) != 0) {
        SERVER_TRY(check_condition(listing, param->name, error));
        return server_filters_add(filters, param->name, param->value, error);
    }
    char *plain = unwrap(param->name);
    if (!plain) {
        return server_fail_no_memory(error);
    }
    weft_code code = check_condition(listing, plain, error);
    if (code == WEFT_OK) {
        code = server_filters_add(filters, plain, param->value, error);
    }
    free(plain);
    return code;
}

static weft_code collect_conditions(const server_listing *listing, server_filters *filters, weft_error *error)
{
    for (size_t i = 0; i < listing->target->param_count; i++) {
        const server_param *param = &listing->target->params[i];
        if (!is_own(param->name)) {
            SERVER_TRY(add_condition(listing, filters, param, error));
        }
    }
    return WEFT_OK;
}

/* A parameter with a meaning of its own stands once. */
static weft_code check_own(const server_listing *listing, weft_error *error)
{
    static const char *const of_one[] = {"fields", "with_deleted"};
    for (size_t i = 0; i < listing->target->param_count; i++) {
        const char *name = listing->target->params[i].name;
        if (!is_own(name)) {
            continue;
        }
        if (listing->is_one && strcmp(name, of_one[0]) != 0 && strcmp(name, of_one[1]) != 0) {
            (void)server_fail(error, WEFT_UNKNOWN_KEY, "the parameter \"%s\" means nothing for one record", name);
            server_error_where(error, "?%s", name);
            return WEFT_UNKNOWN_KEY;
        }
        if (server_target_param(listing->target, name) != listing->target->params[i].value) {
            (void)server_fail(error, WEFT_INVALID_REQUEST, "the parameter \"%s\" stands twice", name);
            server_error_where(error, "?%s", name);
            return WEFT_INVALID_REQUEST;
        }
    }
    return WEFT_OK;
}

/* The parts of "filters": what the route wants, the parameter `filters` (JSON), and the other parameters. */
static weft_code add_filters(const server_listing *listing,
                             server_text *request,
                             const server_filters *filters,
                             weft_error *error)
{
    const char *json = server_target_param(listing->target, "filters");
    const char *between = ",\"filters\":{\"$and\":[";
    if (listing->condition) {
        server_text_put(request, between);
        server_text_put(request, listing->condition);
        between = ",";
    }
    if (json) {
        json_t *object = json_loads(json, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, NULL);
        const bool is_object = json_is_object(object);
        json_decref(object);
        if (!is_object) {
            (void)server_fail(error, WEFT_INVALID_REQUEST, "the parameter \"filters\" is no JSON object");
            server_error_where(error, "?filters");
            return WEFT_INVALID_REQUEST;
        }
        server_text_put(request, between);
        server_text_put(request, json);
        between = ",";
    }
    if (filters->tree) {
        server_text_put(request, between);
        SERVER_TRY(server_filters_write(filters, listing->schema, listing->entity, request, error));
        between = ",";
    }
    server_text_put(request, *between == ',' && between[1] == '\0' ? "]}" : "");
    return WEFT_OK;
}

/* order=-created_at,title */
static weft_code add_order(const server_listing *listing, server_text *request, weft_error *error)
{
    const char *order = server_target_param(listing->target, "order");
    if (!order) {
        return WEFT_OK;
    }
    const char *between = ",\"order\":[";
    do {
        const bool is_down = *order == '-';
        order += is_down || *order == '+' || *order == ' ';
        const size_t len = strcspn(order, ",");
        char name[512];
        if (len == 0 || len >= sizeof(name)) {
            (void)server_fail(error, WEFT_INVALID_REQUEST, "the parameter \"order\" has an empty or endless name");
            server_error_where(error, "?order");
            return WEFT_INVALID_REQUEST;
        }
        memcpy(name, order, len);
        name[len] = '\0';
        server_text_format(request, "%s{", between);
        server_text_json(request, name);
        server_text_put(request, is_down ? ":\"DESC\"}" : ":\"ASC\"}");
        between = ",";
        order += len;
    } while (*order++ == ',');
    server_text_put(request, "]");
    return WEFT_OK;
}

/* A whole number into `member`; `fallback` NULL: nothing when it is not given. */
static weft_code add_amount(const server_listing *listing,
                            const char *name,
                            const char *member,
                            const char *fallback,
                            server_text *request,
                            weft_error *error)
{
    const char *value = server_target_param(listing->target, name);
    if (value && (!*value || strspn(value, "0123456789") != strlen(value) || strlen(value) > 15)) {
        (void)server_fail(error, WEFT_TYPE_MISMATCH, "\"%.100s\" is no number of records", value);
        server_error_where(error, "?%s", name);
        server_error_hint(error, "Write it in digits: %s=20.", name);
        return WEFT_TYPE_MISMATCH;
    }
    if (value || fallback) {
        const char *digits = value ? value : fallback;
        digits += strspn(digits, "0") - (digits[strspn(digits, "0")] == '\0');
        server_text_format(request, "%s\"%s\":%s", strcmp(member, "take") != 0 ? "," : "", member, digits);
    }
    return WEFT_OK;
}

/* A cursor; empty: from the beginning, or the end. */
static void add_cursor(const server_listing *listing, const char *name, server_text *request)
{
    const char *value = server_target_param(listing->target, name);
    if (value) {
        server_text_format(request, ",\"%s\":", name);
        if (*value) {
            server_text_json(request, value);
        } else {
            server_text_put(request, "null");
        }
    }
}

static weft_code add_page(const server_listing *listing, server_text *request, weft_error *error)
{
    const bool has_cursor =
        server_target_param(listing->target, "after") || server_target_param(listing->target, "before");
    server_text_put(request, ",\"pagination\":{");
    SERVER_TRY(add_amount(listing, "limit", "take", LIMIT_DEFAULT, request, error));
    SERVER_TRY(add_amount(listing, "offset", "skip", has_cursor ? NULL : "0", request, error));
    add_cursor(listing, "after", request);
    add_cursor(listing, "before", request);
    SERVER_TRY(add_order(listing, request, error));
    server_text_put(request, listing->skips_count || has_cursor ? ",\"count\":false}" : "}");
    return WEFT_OK;
}

static weft_code add_with_deleted(const server_listing *listing, server_text *request, weft_error *error)
{
    const char *value = server_target_param(listing->target, "with_deleted");
    if (value && strcmp(value, "true") != 0 && strcmp(value, "false") != 0) {
        (void)server_fail(error, WEFT_TYPE_MISMATCH, "\"%.100s\" is no boolean: it is true or false", value);
        server_error_where(error, "?with_deleted");
        server_error_hint(error, "Write ?with_deleted=true, or leave it out.");
        return WEFT_TYPE_MISMATCH;
    }
    server_text_put(request, value && *value == 't' ? ",\"withDeleted\":true}" : "}");
    return WEFT_OK;
}

static weft_code write_request(const server_listing *listing,
                               const server_filters *filters,
                               server_text *request,
                               weft_error *error)
{
    server_text_put(request, "{\"entity\":");
    server_text_json(request, server_schema_text(listing->entity, "name"));
    server_text_put(request, ",\"fields\":");
    SERVER_TRY(
        server_fields_add(request, listing->entity, NULL, server_target_param(listing->target, "fields"), error));
    SERVER_TRY(add_filters(listing, request, filters, error));
    SERVER_TRY(listing->is_one ? WEFT_OK : add_page(listing, request, error));
    SERVER_TRY(add_with_deleted(listing, request, error));
    return request->failed ? server_fail_no_memory(error) : WEFT_OK;
}

weft_code server_listing_request(const server_listing *listing, server_text *request, weft_error *error)
{
    server_filters filters = {0};
    weft_code code = check_own(listing, error);
    if (code == WEFT_OK) {
        code = collect_conditions(listing, &filters, error);
    }
    if (code == WEFT_OK) {
        code = write_request(listing, &filters, request, error);
    }
    server_filters_done(&filters);
    return code;
}
