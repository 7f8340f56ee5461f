/* A request's target, read: "/products/p%201?fields=id&status[]=draft" → its segments and parameters, decoded. Pure. */
#ifndef SERVER_TARGET_H
#define SERVER_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "weft/error.h"

#define SERVER_SEGMENTS_MAX 16
#define SERVER_PARAMS_MAX   160
#define SERVER_HEAD_MAX     ((size_t)16 * 1024) /* bytes for a request's head, cleared for each */

typedef struct server_param {
    const char *name;  /* decoded, UTF-8, without NUL */
    const char *value; /* of each its own, so that two can be told apart by where they are */
} server_param;

/* Everything points into `bytes`. */
typedef struct server_target {
    char *bytes;
    size_t path_len; /* of the path as it was sent */
    const char *segments[SERVER_SEGMENTS_MAX];
    size_t segment_count;
    server_param *params; /* in the order they were sent */
    size_t param_count;
} server_target;

/* Whether `sent` is neither too long nor has too many parameters for libmicrohttpd, which reads them too, into the room
 * of the head, and for an address that does not fit neither answers nor ends. WEFT_LIMIT_EXCEEDED. */
weft_code server_target_fits(const char *sent, weft_error *error);

/* Read `sent`, the target as it came over the wire. In parameters "+" is a space; nowhere may a NUL, a broken percent
 * escape or what is not UTF-8 stand. A slash at the end changes nothing. server_target_done is due even after a
 * failure. WEFT_INVALID_REQUEST, WEFT_LIMIT_EXCEEDED, WEFT_NO_MEMORY. */
weft_code server_target_read(server_target *target, const char *sent, weft_error *error);
void server_target_done(server_target *target);

/* The value of the parameter called `name`, NULL when it was not sent. */
const char *server_target_param(const server_target *target, const char *name);

#endif
