/* Paths are compared part by part as they are written; there are few routes and none is long. */
#include <string.h>

#include "server/fail.h"
#include "server/route.h"

/* The part at `path` (behind its slash) and its length; moves on to the next slash. */
static const char *next_part(const char **path, size_t *ret_len)
{
    const char *part = *path + 1;
    *ret_len = strcspn(part, "/");
    *path = part + *ret_len;
    return part;
}

static bool is_param(const char *part, size_t len)
{
    return len > 2 && part[0] == '[' && part[len - 1] == ']';
}

static weft_code fail_path(const char *path, const char *why, weft_error *error)
{
    return server_fail(error, WEFT_INVALID_DEFINITION, "the path \"%.200s\" %s", path, why);
}

static bool has_param_before(const char *path, const char *end, const char *name, size_t len)
{
    while (path < end - 1) {
        size_t part_len = 0;
        const char *part = next_part(&path, &part_len);
        if (part + 1 < name && part_len == len && !strncmp(part, name - 1, len)) {
            return true;
        }
    }
    return false;
}

weft_code server_route_check(const char *path, weft_error *error)
{
    size_t count = 0;
    if (!path || *path != '/') {
        return fail_path(path ? path : "", "does not begin with a slash", error);
    }
    for (const char *at = path; *at; count++) {
        size_t len = 0;
        const char *part = next_part(&at, &len);
        const bool has_bracket = memchr(part, '[', len) || memchr(part, ']', len);
        if (len == 0) {
            return fail_path(path, "has an empty part", error);
        }
        if (has_bracket && !is_param(part, len)) {
            return fail_path(path, "has brackets that do not hold a whole part", error);
        }
        if (is_param(part, len) && has_param_before(path, part, part + 1, len)) {
            return fail_path(path, "has a parameter twice", error);
        }
    }
    return count <= SERVER_SEGMENTS_MAX ? WEFT_OK : fail_path(path, "has too many parts", error);
}

size_t server_route_param_count(const char *path)
{
    size_t count = 0;
    while (*path) {
        size_t len = 0;
        const char *part = next_part(&path, &len);
        count += is_param(part, len);
    }
    return count;
}

bool server_route_is_same(const char *left, const char *right)
{
    while (*left && *right) {
        size_t left_len = 0;
        size_t right_len = 0;
        const char *left_part = next_part(&left, &left_len);
        const char *right_part = next_part(&right, &right_len);
        const bool both_params = is_param(left_part, left_len) && is_param(right_part, right_len);
        if (!both_params && (left_len != right_len || strncmp(left_part, right_part, left_len) != 0)) {
            return false;
        }
    }
    return *left == *right;
}

bool server_route_fits(const char *path, const server_target *target)
{
    size_t at = 0;
    while (*path && at < target->segment_count) {
        size_t len = 0;
        const char *part = next_part(&path, &len);
        const char *segment = target->segments[at++];
        if (!is_param(part, len) && (strlen(segment) != len || strncmp(segment, part, len) != 0)) {
            return false;
        }
    }
    return !*path && at == target->segment_count;
}

const char *server_route_value(const char *path, const server_target *target, const char *name)
{
    const size_t name_len = strlen(name);
    for (size_t at = 0; *path && at < target->segment_count; at++) {
        size_t len = 0;
        const char *part = next_part(&path, &len);
        if (is_param(part, len) && len == name_len + 2 && !strncmp(part + 1, name, name_len)) {
            return target->segments[at];
        }
    }
    return NULL;
}
