/* The one place where an error becomes what a client reads. */
#include "server/problem.h"

static void add_member(server_text *text, const char *name, const char *value)
{
    if (*value) {
        server_text_format(text, ",\"%s\":", name);
        server_text_json(text, value);
    }
}

void server_problem_add(server_text *text, const weft_error *error, int status, const char *request_id)
{
    server_text_format(text, "{\"type\":\"urn:weft:error:%s\"", weft_code_name(error->code));
    add_member(text, "title", weft_code_meaning(error->code));
    server_text_format(text, ",\"status\":%d", status);
    add_member(text, "code", weft_code_name(error->code));
    add_member(text, "message", error->message);
    add_member(text, "detail", error->detail);
    add_member(text, "hint", error->hint);
    add_member(text, "where", error->where);
    add_member(text, "store", error->store);
    add_member(text, "sqlstate", error->sqlstate);
    add_member(text, "request_id", request_id);
    server_text_put(text, "}");
}
