/* Writes with an Idempotency-Key. */
#ifndef SERVER_ONCE_H
#define SERVER_ONCE_H

#include "server/call.h"

/* Whether it may change something: `POST /graph` does not, whatever its method. */
bool server_is_write(const weft_call *call);

/* Before the handler: after WEFT_OK with call->is_replayed the answer is there already. The key's misuse is a failure
 * with its status set. */
weft_code server_once_begin(weft_call *call, weft_error *error);
/* When the answer is made, problems included, and not yet compressed. */
void server_once_end(weft_call *call);

#endif
