/* A graph request out of command-line options: --fields, --where, --order, --take, --skip, --with-deleted. The request
 * is JSON, so that a query typed in a shell and one sent by a program take the same way. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static json_t *split_fields(const char *text)
{
    json_t *fields = json_array();
    while (*text) {
        text += strspn(text, ", \t\n");
        const size_t len = strcspn(text, ", \t\n");
        if (len) {
            (void)json_array_append_new(fields, json_stringn(text, len));
        }
        text += len;
    }
    return fields;
}

/* "-title,views": a leading "-" is descending, "+" or nothing ascending. */
static json_t *split_order(const char *text)
{
    json_t *fields = split_fields(text);
    json_t *order = json_array();
    size_t at = 0;
    json_t *field = NULL;
    json_array_foreach(fields, at, field)
    {
        const char *name = json_string_value(field);
        const bool is_signed = name[0] == '-' || name[0] == '+';
        json_t *term = json_object();
        (void)json_object_set_new(term, name + is_signed, json_string(name[0] == '-' ? "DESC" : "ASC"));
        (void)json_array_append_new(order, term);
    }
    json_decref(fields);
    return order;
}

static int set_number(const cli_run *run, json_t *pagination, const char *name)
{
    const char *text = cli_value(run, name);
    if (!text) {
        return 0;
    }
    char *end = NULL;
    errno = 0;
    const long long number = strtoll(text, &end, 10);
    if (errno || end == text || *end || number < 0) {
        return cli_usage(run, "--%s takes a whole number of at least 0, not \"%s\"", name, text);
    }
    (void)json_object_set_new(pagination, name, json_integer(number));
    return 0;
}

/* The words of --where stay as they were typed, so that a number keeps every digit; parsed only to refuse what is no
 * object. */
static int check_where(const cli_run *run, const char *text)
{
    json_t *filters = text ? json_loads(text, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, NULL) : NULL;
    const bool is_fine = !text || json_is_object(filters);
    json_decref(filters);
    return is_fine ? 0
                   : cli_usage(run, "--where takes a JSON object such as '{\"status\":\"draft\"}', not \"%s\"", text);
}

/* `request` as text, with both filters in it where both are given. The caller frees it; NULL: no memory. */
static char *join_filters(const json_t *request, const char *where, const json_t *filters)
{
    char *base = json_dumps(request, JSON_COMPACT | JSON_PRESERVE_ORDER);
    char *more = filters ? json_dumps(filters, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
    const size_t size = (base ? strlen(base) : 0) + (where ? strlen(where) : 0) + (more ? strlen(more) : 0) + 64;
    char *text = base && (more || !filters) ? malloc(size) : NULL;
    if (text) {
        const bool is_two = where && more;
        (void)snprintf(text,
                       size,
                       "%.*s%s%s%s%s%s%s}",
                       (int)strlen(base) - 1,
                       base,
                       where || more ? ",\"filters\":" : "",
                       is_two ? "{\"$and\":[" : "",
                       where ? where : "",
                       is_two ? "," : "",
                       more ? more : "",
                       is_two ? "]}" : "");
    }
    free(base);
    free(more);
    return text;
}

static int set_page(const cli_run *run, json_t *request)
{
    json_t *pagination = json_object();
    int status = set_number(run, pagination, "take");
    if (status == 0) {
        status = set_number(run, pagination, "skip");
    }
    if (cli_has(run, "order")) {
        json_t *order = split_order(cli_value(run, "order"));
        if (status == 0 && json_array_size(order) == 0) {
            status = cli_usage(run, "--order takes the names of fields, and none is given");
        }
        (void)json_object_set_new(pagination, "order", order);
    }
    if (json_object_size(pagination)) {
        (void)json_object_set(request, "pagination", pagination);
    }
    json_decref(pagination);
    return status;
}

char *cli_request_from_options(
    const cli_run *run, const char *entity, const char *default_fields, const json_t *filters, int *ret_status)
{
    const char *fields = cli_value(run, "fields");
    json_t *request = json_object();
    (void)json_object_set_new(request, "entity", json_string(entity));
    (void)json_object_set_new(request, "fields", split_fields(fields ? fields : default_fields));
    int status = check_where(run, cli_value(run, "where"));
    if (status == 0) {
        status = set_page(run, request);
    }
    if (cli_has(run, "with-deleted")) {
        (void)json_object_set_new(request, "withDeleted", json_true());
    }
    char *text = status == 0 ? join_filters(request, cli_value(run, "where"), filters) : NULL;
    json_decref(request);
    *ret_status = status;
    return text;
}
