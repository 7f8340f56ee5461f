/* What a request asks for that routes of models do not do. */
#ifndef SERVER_DEMANDS_H
#define SERVER_DEMANDS_H

#include "server/call.h"

/* Before the handler of `route`. A body that is coded is a 415, one that is not read a 400, a write that depends on a
 * tag a 412; the status is set where it is not that of the code. */
weft_code server_check_demands(weft_call *call, const weft_route *route, weft_error *error);

#endif
