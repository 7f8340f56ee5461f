/* Which handler answers a method and a path. Pure. */
#ifndef SERVER_ROUTE_H
#define SERVER_ROUTE_H

#include "server/target.h"
#include "weft/serve.h"

/* Whether `path` is one a route can have. WEFT_INVALID_DEFINITION. */
weft_code server_route_check(const char *path, weft_error *error);

/* How many parts of `path` are parameters. */
size_t server_route_param_count(const char *path);

/* Whether both would answer the very same paths. */
bool server_route_is_same(const char *left, const char *right);

/* Whether `path` fits the target: as many parts, the same but for parameters. */
bool server_route_fits(const char *path, const server_target *target);

/* The part of the target that stands for [name] of `path`, NULL when there is none. */
const char *server_route_value(const char *path, const server_target *target, const char *name);

#endif
