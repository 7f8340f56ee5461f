/* What headers say of the answer that is wanted. Pure. */
#ifndef SERVER_PREFER_H
#define SERVER_PREFER_H

#include <stdbool.h>
#include <stddef.h>

/* Every `header` may be NULL: it was not sent. */

/* Prefer: count=none (RFC 7240). */
bool server_prefers_no_count(const char *header);

/* Whether Accept wants `type` rather than `otherwise`; a header that names neither wants `otherwise`. */
bool server_accepts(const char *header, const char *type, const char *otherwise);

/* Accept-Encoding: whether gzip may be used. */
bool server_accepts_gzip(const char *header);

/* If-None-Match: whether `tag` (W/"…") is among the tags, compared weakly, or "*" stands there. */
bool server_has_tag(const char *header, const char *tag);

/* Whether `header` is a valid traceparent of W3C Trace Context (any version but ff). */
bool server_is_traceparent(const char *header);

/* Whether `header` is fit to be a request's id: 1 to 79 letters, digits, "-", "_", "." and ":". */
bool server_is_request_id(const char *header);

#endif
