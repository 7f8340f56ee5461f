/* The client of the review API. This one answers by itself, so that the example runs anywhere; yours would ask with
 * libcurl. It writes each request to stderr when REVIEW_API_LOG is set, and answers 503 when REVIEW_API_DOWN is. */
#ifndef REVIEW_API_H
#define REVIEW_API_H

#include <stddef.h>
#include <stdint.h>

#define REVIEW_ID_BYTES 16

/* The HTTP status; with 200 the JSON array of reviews is in `body`. */
int review_api_get(const char *path, uint32_t timeout_ms, char *body, size_t size);

/* How many reviews a body has, and the id of the last. */
int review_api_last(const char *body, char last[REVIEW_ID_BYTES]);

#endif
