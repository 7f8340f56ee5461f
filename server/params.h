/* Parameters of routes that take few. Pure. */
#ifndef SERVER_PARAMS_H
#define SERVER_PARAMS_H

#include <stdbool.h>

#include "server/target.h"

/* Refuse every parameter that is not one of `known` (ends with NULL), and any that stands twice: WEFT_UNKNOWN_KEY with
 * the nearest, WEFT_INVALID_REQUEST. */
weft_code server_params_check(const server_target *target, const char *const *known, weft_error *error);

/* A switch: "?impact", "?impact=true", "?impact=false". WEFT_TYPE_MISMATCH. */
weft_code server_params_switch(const server_target *target, const char *name, bool *ret_value, weft_error *error);

/* A count of at least 1; *ret_value stays when it is not given. WEFT_TYPE_MISMATCH. */
weft_code server_params_count(const server_target *target, const char *name, size_t *ret_value, weft_error *error);

#endif
