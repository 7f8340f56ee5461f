/* Counts requests and writes what was counted in the text format of Prometheus. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/call.h"
#include "server/metrics.h"
#include "server/server.h"

static const unsigned bucket_us[SERVER_BUCKET_COUNT] = {
    500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 5000000};

/* Routes of models have their own number, all own routes of the program one, what has no route the last. */
static size_t kind_of(const char *route)
{
    size_t kind = 0;
    while (route && kind < server_model_route_count && server_model_routes[kind].path != route) {
        kind++;
    }
    return route ? kind : server_model_route_count + 1;
}

static const char *name_of(size_t kind)
{
    return kind < server_model_route_count ? server_model_routes[kind].path
                                           : (kind == server_model_route_count ? "own" : "none");
}

void server_metrics_count(weft_call *call)
{
    server_metrics *metrics = &call->server->metrics;
    const int status = call->received_us ? call->answer.status : MHD_HTTP_REQUEST_TIMEOUT;
    const int64_t begun_us = call->received_us ? call->received_us : call->begun_us;
    const unsigned long long duration_us = (unsigned long long)(server_now_us() - begun_us);
    size_t bucket = 0;
    while (bucket < SERVER_BUCKET_COUNT && duration_us > bucket_us[bucket]) {
        bucket++;
    }
    atomic_fetch_add(&metrics->requests[kind_of(call->route)][status / 100 % 6], 1);
    atomic_fetch_add(&metrics->buckets[bucket], 1);
    atomic_fetch_add(&metrics->duration_us, duration_us);
    atomic_fetch_add(&metrics->bytes, call->sent_bytes);
    atomic_fetch_add(&metrics->statements, call->cost.statements);
    atomic_fetch_add(&metrics->rows, call->cost.rows);
    atomic_fetch_add(&metrics->store_us, call->cost.duration_us);
    atomic_fetch_add(&metrics->replayed, call->is_replayed);
}

static void head(server_text *text, const char *name, const char *type, const char *help)
{
    server_text_format(text, "# HELP weft_%s %s\n# TYPE weft_%s %s\n", name, help, name, type);
}

static void one(server_text *text, const char *name, const char *type, const char *help, double value)
{
    head(text, name, type, help);
    server_text_format(text, "weft_%s %.15g\n", name, value);
}

/* Several paths are in the list once a method; the first stands for all. */
static void write_requests(server_metrics *metrics, server_text *text)
{
    head(text, "requests_total", "counter", "Requests answered, by route and class of status.");
    for (size_t kind = 0; kind < server_model_route_count + 2; kind++) {
        for (int class = 1; class < 6; class ++) {
            const unsigned long long count = atomic_load(&metrics->requests[kind][class]);
            if (count > 0) {
                server_text_format(text,
                                   "weft_requests_total{method=\"%s\",route=\"%s\",status=\"%dxx\"} %llu\n",
                                   kind < server_model_route_count ? server_model_routes[kind].method : "",
                                   name_of(kind),
                                   class,
                                   count);
            }
        }
    }
}

static void write_durations(server_metrics *metrics, server_text *text)
{
    unsigned long long count = 0;
    head(text, "request_duration_seconds", "histogram", "From a whole request to the end of its answer.");
    for (size_t i = 0; i < SERVER_BUCKET_COUNT; i++) {
        count += atomic_load(&metrics->buckets[i]);
        server_text_format(
            text, "weft_request_duration_seconds_bucket{le=\"%g\"} %llu\n", (double)bucket_us[i] / 1e6, count);
    }
    count += atomic_load(&metrics->buckets[SERVER_BUCKET_COUNT]);
    server_text_format(text, "weft_request_duration_seconds_bucket{le=\"+Inf\"} %llu\n", count);
    server_text_format(
        text, "weft_request_duration_seconds_sum %.6f\n", (double)atomic_load(&metrics->duration_us) / 1e6);
    server_text_format(text, "weft_request_duration_seconds_count %llu\n", count);
}

static double resident_bytes(void)
{
    long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file) {
        char line[128] = "";
        const char *second = fgets(line, sizeof(line), file) ? strchr(line, ' ') : NULL;
        pages = second ? strtoll(second, NULL, 10) : 0;
        (void)fclose(file);
    }
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static void write_counters(server_metrics *metrics, server_text *text)
{
    const struct {
        const char *name, *help;
        atomic_ullong *value;
    } counters[] = {
        {"sent_bytes_total", "Bytes of answers.", &metrics->bytes},
        {"statements_total", "Statements that requests ran.", &metrics->statements},
        {"rows_total", "Rows these returned or changed.", &metrics->rows},
        {"reconnects_total", "Lost connections to stores that were opened again.", &metrics->reconnects},
        {"links_attached_total", "Links made or revived.", &metrics->attached},
        {"links_detached_total", "Links dismissed.", &metrics->detached},
        {"replayed_total", "Writes repeated with their idempotency key.", &metrics->replayed},
        {"reloads_total", "Times the project was read anew.", &metrics->reloads},
        {"reloads_failed_total", "Times that failed, and the old project was kept.", &metrics->reloads_failed},
        {"recoveries_total", "Looks for deletions that were cut off.", &metrics->recoveries},
        {"recoveries_failed_total", "Looks that left some pending.", &metrics->recoveries_failed},
    };
    for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
        one(text, counters[i].name, "counter", counters[i].help, (double)atomic_load(counters[i].value));
    }
}

void server_metrics_write(weft_server *server, server_text *text)
{
    server_metrics *metrics = &server->metrics;
    write_requests(metrics, text);
    write_durations(metrics, text);
    write_counters(metrics, text);
    one(text, "store_seconds_total", "counter", "Time in the stores.", (double)atomic_load(&metrics->store_us) / 1e6);
    one(text, "requests_open", "gauge", "Requests under way.", (double)atomic_load(&server->calls_open));
    one(text, "streams_open", "gauge", "Large answers being sent.", (double)atomic_load(&server->streams_open));
    one(text, "connections_open", "gauge", "Clients connected.", (double)server_watch_count(&server->watch));
    one(text, "resident_bytes", "gauge", "Memory of the process.", resident_bytes());
}
