/* Counters of a server, and their text for Prometheus. Every counter is atomic; the text is a moment's reading of each.
 */
#ifndef SERVER_METRICS_H
#define SERVER_METRICS_H

#include <stdatomic.h>

#include "server/text.h"

#define SERVER_BUCKET_COUNT 12
#define SERVER_ROUTE_KINDS  32 /* at least the routes of models, own ones and none */

struct weft_call;

typedef struct server_metrics {
    atomic_ullong requests[SERVER_ROUTE_KINDS][6]; /* by route and first digit of the status */
    atomic_ullong buckets[SERVER_BUCKET_COUNT + 1];
    atomic_ullong duration_us;
    atomic_ullong bytes;
    atomic_ullong statements, rows, store_us;
    atomic_ullong reconnects;
    atomic_ullong attached, detached;
    atomic_ullong replayed;
    atomic_ullong reloads, reloads_failed;
    atomic_ullong recoveries, recoveries_failed;
} server_metrics;

/* A request has ended. */
void server_metrics_count(struct weft_call *call);

struct weft_server;
void server_metrics_write(struct weft_server *server, server_text *text);

#endif
