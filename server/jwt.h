/* Tokens (JWT) that callers show in place of an API key: who signed them, for whom, until when, and what they say of
 * the caller. Signatures are checked by libcjose; here is only what weft.yaml decides. Read-only once it is open, and
 * shared by threads. */
#ifndef SERVER_JWT_H
#define SERVER_JWT_H

#include <jansson.h>
#include <time.h>

#include "server/principal.h"

#define SERVER_JWT_BYTES_MAX  ((size_t)8192) /* of a token */
#define SERVER_JWKS_BYTES_MAX ((size_t)1 << 20)
#define SERVER_JWT_KEYS_MAX   64

typedef struct server_jwt server_jwt;

/* Read the keys that `settings` name: "auth.jwt" as weft_describe_access tells it, whose texts must outlive the result.
 * WEFT_FILE_ERROR: the file cannot be read, or holds a key that cannot be taken; WEFT_INVALID_DEFINITION: the secret is
 * not set or too short; WEFT_UNSUPPORTED: this weft was built without libcjose. */
weft_code server_jwt_open(const json_t *settings, const char *directory, server_jwt **ret_jwt, weft_error *error);
/* NULL is fine. */
void server_jwt_close(server_jwt *jwt);

/* Whether a credential looks like a token, and not like an API key. */
bool server_is_token(const char *credential);

/* Fill the principal from a token that is right at `now`. WEFT_UNAUTHENTICATED: it is not; why is told in words that
 * help its owner, and nothing of keys. */
weft_code server_jwt_know(
    const server_jwt *jwt, const char *token, time_t now, server_principal *ret_principal, weft_error *error);

/* claims.c, pure: whether the claims, whose signature was checked, are those of a caller, and what they say of it. */
weft_code server_claims_read(
    const json_t *jwt, const json_t *claims, time_t now, server_principal *ret_principal, weft_error *error);

#endif
