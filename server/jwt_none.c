/* In place of jwt.c where libcjose is not: a project that asks for tokens is not served, for nobody could be known. */
#include "server/fail.h"
#include "server/jwt.h"

weft_code server_jwt_open(const json_t *settings, const char *directory, server_jwt **ret_jwt, weft_error *error)
{
    (void)settings;
    (void)directory;
    (void)ret_jwt;
    (void)server_fail(error, WEFT_UNSUPPORTED, "this weft was built without tokens");
    server_error_hint(error, "Build it with libcjose, or take \"auth\" out of weft.yaml and use API keys.");
    return WEFT_UNSUPPORTED;
}

void server_jwt_close(server_jwt *jwt)
{
    (void)jwt;
}

bool server_is_token(const char *credential)
{
    (void)credential;
    return false;
}

weft_code server_jwt_know(
    const server_jwt *jwt, const char *token, time_t now, server_principal *ret_principal, weft_error *error)
{
    (void)jwt;
    (void)token;
    (void)now;
    (void)ret_principal;
    return server_fail(error, WEFT_UNAUTHENTICATED, "the token cannot be read");
}
