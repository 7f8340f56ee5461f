/* What a principal may touch, by the roles of the project: the checks of weft/access.h, run for calls. */
#ifndef SERVER_RIGHTS_H
#define SERVER_RIGHTS_H

#include "server/principal.h"
#include "server/tag.h"

struct weft_call;

/* Whether something is kept from the principal: it has a role, or is kept to modules. */
bool server_is_limited(const server_principal *principal);

/* WEFT_FORBIDDEN: the role is none of the project's any more, or needs a tenant that the principal has not. */
weft_code server_rights_check_role(const struct weft_call *call, weft_error *error);

/* Whether call->principal may have the work run, as far as names go; what is refused goes to call->refused too. A
 * failure is answered as it is. */
weft_code server_rights_check(struct weft_call *call, const server_work *work, weft_error *error);

/* Add all that the principal may do and see: what has one hash has one answer. Fails as weft_describe_as does. */
weft_code server_rights_add(const struct weft_call *call, server_hash *hash, weft_error *error);

/* Leave of records that were written what the principal sees. */
weft_code server_rights_tell_records(struct weft_call *call, const char *entity, weft_text *records, weft_error *error);

/* Take from call->failure what the principal must not be told. */
void server_rights_tell_error(struct weft_call *call);

/* The OpenAPI document as the principal sees it; the caller frees it. */
weft_code server_rights_openapi(struct weft_call *call, char **ret_document, weft_error *error);

#endif
