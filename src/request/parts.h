/* The parts of request/: reading one kind of thing each, with the errors they share. Not for other rooms. */
#ifndef WEFT_REQUEST_PARTS_H
#define WEFT_REQUEST_PARTS_H

#include "base/vec.h"
#include "request/request.h"

/* What every reading function needs; on the stack of the function that parses. */
typedef struct weft_request_reader {
    const weft_limits *limits; /* defaults settled */
    weft_arena *keep;
    weft_error *error;
    size_t *condition_count; /* of all filters so far */
} weft_request_reader;

typedef WEFT_VEC(weft_order_term) weft_order_terms;

/* shape.c: what a value must look like. Every failure carries `at` as its place. */

/* `what` (NULL: the pointer's last key) "must be an object, not a string": WEFT_INVALID_REQUEST. */
weft_code weft_shape_fail(const weft_request_reader *reader,
                          const weft_json_pointer *at,
                          const char *what,
                          const char *expected,
                          const json_t *found);
/* WEFT_UNKNOWN_KEY for the key `at` ends in, suggesting the nearest of `known`. */
weft_code weft_shape_unknown_key(const weft_request_reader *reader,
                                 const weft_json_pointer *at,
                                 const weft_str *known,
                                 size_t known_count);
weft_code weft_shape_read_boolean(const weft_request_reader *reader,
                                  const weft_json_pointer *at,
                                  const json_t *value,
                                  bool *ret_value);
/* A non-negative integer. */
weft_code weft_shape_read_amount(const weft_request_reader *reader,
                                 const weft_json_pointer *at,
                                 const json_t *value,
                                 uint64_t *ret_value);
/* True for a string; a number whose digits json/ keeps as text is none. */
bool weft_shape_is_text(const json_t *value);
/* Text that is not empty. */
weft_code weft_shape_read_name(const weft_request_reader *reader,
                               const weft_json_pointer *at,
                               const json_t *value,
                               weft_str *ret_text);
/* The text of `at`, no longer than an error's `where`, so that many conditions deep below long keys stay cheap;
 * `.data` NULL when out of memory. */
weft_str weft_shape_place(const weft_request_reader *reader, const weft_json_pointer *at);
/* WEFT_LIMIT_EXCEEDED when `count`, of `what`, is more than limits->fields_max. */
weft_code weft_shape_check_count(const weft_request_reader *reader,
                                 const weft_json_pointer *at,
                                 size_t count,
                                 const char *what);
/* Fill error->where from `at` and hand `code` on. */
weft_code weft_shape_at(const weft_request_reader *reader, const weft_json_pointer *at, weft_code code);

/* path.c: dotted paths. Where a "*" may stand. */
typedef enum weft_path_star { WEFT_PATH_STAR_REFUSED = 0, WEFT_PATH_STAR_LAST } weft_path_star;

/* `text` split at its dots, after the names of `prefix` (NULL: none). WEFT_INVALID_REQUEST: an empty name, a "*" out of
 * place, or a name beginning with "$" that means nothing in a path. WEFT_LIMIT_EXCEEDED: WEFT_PATH_NAMES_MAX. */
weft_code weft_path_read(const weft_request_reader *reader,
                         const weft_json_pointer *at,
                         const weft_path *prefix,
                         weft_str text,
                         weft_path_star star,
                         weft_path *ret_path);

/* One change; `change` is overwritten. */
weft_code weft_link_change_read(const weft_request_reader *reader,
                                const weft_json_pointer *at,
                                json_t *value,
                                weft_link_change *change);

/* The rest: one file each. `*ret_filters` becomes NULL when there is no condition. */
weft_code weft_fields_read(const weft_request_reader *reader,
                           const weft_json_pointer *at,
                           json_t *value,
                           weft_request *request);
weft_code weft_filters_read(const weft_request_reader *reader,
                            const weft_json_pointer *at,
                            json_t *value,
                            const weft_condition **ret_filters);
weft_code weft_order_read(const weft_request_reader *reader,
                          const weft_json_pointer *at,
                          json_t *value,
                          weft_scope *scope);

#endif
