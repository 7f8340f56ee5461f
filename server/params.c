/* Reads the few parameters of routes that are no lists. */
#include <stdlib.h>
#include <string.h>

#include "server/fail.h"
#include "server/near.h"
#include "server/params.h"

weft_code server_params_check(const server_target *target, const char *const *known, weft_error *error)
{
    for (size_t i = 0; i < target->param_count; i++) {
        const char *name = target->params[i].name;
        server_near near = {.wrong = name};
        size_t at = 0;
        while (known[at] && strcmp(known[at], name) != 0) {
            server_near_try(&near, known[at++]);
        }
        if (!known[at]) {
            (void)server_fail(error, WEFT_UNKNOWN_KEY, "unknown parameter \"%.200s\"", name);
            server_error_where(error, "?%.200s", name);
            if (near.best) {
                server_error_hint(error, "Did you mean \"%s\"?", near.best);
            }
            return WEFT_UNKNOWN_KEY;
        }
        if (server_target_param(target, name) != target->params[i].value) {
            (void)server_fail(error, WEFT_INVALID_REQUEST, "the parameter \"%s\" stands twice", name);
            server_error_where(error, "?%s", name);
            return WEFT_INVALID_REQUEST;
        }
    }
    return WEFT_OK;
}

weft_code server_params_switch(const server_target *target, const char *name, bool *ret_value, weft_error *error)
{
    const char *value = server_target_param(target, name);
    if (value && *value && strcmp(value, "true") != 0 && strcmp(value, "false") != 0) {
        (void)server_fail(error, WEFT_TYPE_MISMATCH, "\"%.100s\" is no boolean: it is true or false", value);
        server_error_where(error, "?%s", name);
        server_error_hint(error, "Write ?%s or ?%s=true, or leave it out.", name, name);
        return WEFT_TYPE_MISMATCH;
    }
    *ret_value = value && *value != 'f';
    return WEFT_OK;
}

weft_code server_params_count(const server_target *target, const char *name, size_t *ret_value, weft_error *error)
{
    const char *value = server_target_param(target, name);
    if (!value) {
        return WEFT_OK;
    }
    if (*value < '1' || *value > '9' || strspn(value, "0123456789") != strlen(value) || strlen(value) > 15) {
        (void)server_fail(error, WEFT_TYPE_MISMATCH, "\"%.100s\" is no count", value);
        server_error_where(error, "?%s", name);
        server_error_hint(error, "Write a number from 1 on in digits: ?%s=1000.", name);
        return WEFT_TYPE_MISMATCH;
    }
    *ret_value = (size_t)strtoull(value, NULL, 10);
    return WEFT_OK;
}
