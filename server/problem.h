/* RFC 9457 problem+json out of an error. */
#ifndef SERVER_PROBLEM_H
#define SERVER_PROBLEM_H

#include "server/text.h"
#include "weft/error.h"

#define SERVER_PROBLEM_TYPE "application/problem+json"

/* {"type":"about:blank#unknown_field"…}: the members of a weft_error under their own names, `title` the meaning of its
 * code, and the id of the request ("" leaves it out). */
void server_problem_add(server_text *text, const weft_error *error, int status, const char *request_id);

#endif
