/* Everybody who reaches a loopback address is the same principal and may do everything. */
#include <stdio.h>

#include "server/call.h"
#include "server/principal.h"

weft_code server_principal_decide(weft_call *call, weft_error *error)
{
    (void)error;
    (void)snprintf(call->principal.name, sizeof(call->principal.name), "local");
    return WEFT_OK;
}

weft_code server_permit(weft_call *call, const server_work *work, server_text *ret_request, weft_error *error)
{
    (void)call;
    (void)work;
    (void)ret_request;
    (void)error;
    return WEFT_OK;
}
