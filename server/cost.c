/* What a request costs in the stores: events come on the thread that does the work, which is the call's own. */
#include "server/call.h"
#include "server/server.h"

static _Thread_local server_cost *current;

void server_cost_to(server_cost *cost)
{
    current = cost;
}

void server_observe(void *ctx, const weft_event *event)
{
    weft_server *server = ctx;
    if (event->kind == WEFT_EVENT_STATEMENT && current) {
        current->statements++;
        current->rows += event->rows;
        current->duration_us += event->duration_us;
    }
    atomic_fetch_add(&server->metrics.reconnects, event->kind == WEFT_EVENT_RECONNECT);
    atomic_fetch_add(&server->metrics.attached, event->kind == WEFT_EVENT_ATTACHED);
    atomic_fetch_add(&server->metrics.detached, event->kind == WEFT_EVENT_DETACHED);
    if (server->observer.notify) {
        server->observer.notify(server->observer.ctx, event);
    }
}
