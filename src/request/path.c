/* Dotted paths: "blog_posts.title" becomes two names. Fails when a name is empty, when "*" or a "$" name stands where
 * it means nothing, and when there are more names than WEFT_PATH_NAMES_MAX. */
#include "request/parts.h"

#include <string.h>

static const weft_str dollar_names[] = {
    {"$count", 6},
    {"$sum", 4},
    {"$min", 4},
    {"$max", 4},
    {"$avg", 4},
    {"$link", 5},
};

static bool is_dollar_name(weft_str name)
{
    for (size_t i = 0; i < WEFT_COUNT_OF(dollar_names); i++) {
        if (weft_str_equal(name, dollar_names[i])) {
            return true;
        }
    }
    return false;
}

static size_t count_names(weft_str text)
{
    size_t count = 1;
    for (size_t i = 0; i < text.len; i++) {
        count += text.data[i] == '.';
    }
    return count;
}

static weft_code fail_star(const weft_request_reader *reader, const weft_path *path, weft_str name)
{
    const weft_code code = weft_fail(
        reader->error, WEFT_INVALID_REQUEST, "\"*\" cannot stand there in \"%.*s\"", WEFT_STR_ARG(path->text));
    if (name.len > 1 && name.data[0] == '*') {
        weft_error_set_hint(reader->error,
                            "Write \"%.*s.*\" for every field of \"%.*s\".",
                            WEFT_STR_ARG(weft_str_slice(name, 1, name.len)),
                            WEFT_STR_ARG(weft_str_slice(name, 1, name.len)));
    } else {
        weft_error_set_hint(reader->error, "\"*\" is a whole name, the last of a path in \"fields\".");
    }
    return code;
}

static weft_code check_name(
    const weft_request_reader *reader, const weft_path *path, weft_str name, bool is_last, weft_path_star star)
{
    if (name.len == 0) {
        return weft_fail(reader->error,
                         WEFT_INVALID_REQUEST,
                         path->text.len ? "a name is empty in \"%.*s\"" : "a name is empty%.*s",
                         WEFT_STR_ARG(path->text));
    }
    if (weft_str_find(name, '*') < name.len) {
        const bool is_right = name.len == 1 && is_last && star == WEFT_PATH_STAR_LAST;
        return is_right ? WEFT_OK : fail_star(reader, path, name);
    }
    if (name.data[0] == '$' && !is_dollar_name(name)) {
        const weft_code code = weft_fail(reader->error,
                                         WEFT_INVALID_REQUEST,
                                         "\"%.*s\" means nothing in the path \"%.*s\"",
                                         WEFT_STR_ARG(name),
                                         WEFT_STR_ARG(path->text));
        weft_error_suggest(reader->error, name, dollar_names, WEFT_COUNT_OF(dollar_names));
        return code;
    }
    return WEFT_OK;
}

static weft_code split(
    const weft_request_reader *reader, const weft_path *path, weft_str text, weft_path_star star, weft_str *names)
{
    size_t count = 0;
    for (size_t from = 0; from <= text.len; count++) {
        const weft_str rest = weft_str_slice(text, from, text.len);
        const size_t len = weft_str_find(rest, '.');
        names[count] = weft_str_slice(rest, 0, len);
        WEFT_TRY(check_name(reader, path, names[count], from + len == text.len, star));
        from += len + 1;
    }
    return WEFT_OK;
}

weft_code weft_path_read(const weft_request_reader *reader,
                         const weft_json_pointer *at,
                         const weft_path *prefix,
                         weft_str text,
                         weft_path_star star,
                         weft_path *ret_path)
{
    if (text.len > WEFT_PATH_BYTES_MAX) {
        const weft_code code = weft_fail(reader->error, WEFT_LIMIT_EXCEEDED, "a path is %zu bytes long", text.len);
        weft_error_set_detail(reader->error, "A path may have %d bytes.", WEFT_PATH_BYTES_MAX);
        weft_error_set_hint(reader->error, "This limit is fixed: shorten the path.");
        return weft_shape_at(reader, at, code);
    }
    const size_t before = prefix ? prefix->count : 0;
    const size_t count = before + count_names(text);
    if (count > WEFT_PATH_NAMES_MAX) {
        const weft_code code = weft_fail(reader->error, WEFT_LIMIT_EXCEEDED, "a path has %zu names", count);
        weft_error_set_detail(reader->error, "A path may have %d names.", WEFT_PATH_NAMES_MAX);
        weft_error_set_hint(reader->error, "This limit is fixed: begin at an entity further on.");
        return weft_shape_at(reader, at, code);
    }
    weft_path path = {.count = count, .text = text};
    weft_str *names = WEFT_ARENA_ARRAY(reader->keep, weft_str, count);
    path.where = weft_shape_place(reader, at);
    if (before) {
        path.text = weft_str_format(reader->keep, "%.*s.%.*s", WEFT_STR_ARG(prefix->text), WEFT_STR_ARG(text));
    }
    if (!names || !path.where.data || !path.text.data) {
        return weft_fail_arena(reader->error, reader->keep);
    }
    if (before) {
        memcpy(names, prefix->names, before * sizeof(*names));
    }
    WEFT_TRY(weft_shape_at(reader, at, split(reader, &path, text, star, names + before)));
    path.names = names;
    *ret_path = path;
    return WEFT_OK;
}
