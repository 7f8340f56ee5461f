/* How callers of a server show who they are, besides API keys: the `auth` section of weft.yaml. Nothing in it is
 * secret; it says where keys are found. */
#ifndef WEFT_MODEL_AUTH_H
#define WEFT_MODEL_AUTH_H

#include "base/str.h"

#define WEFT_JWT_LEEWAY_S_MAX 300

/* Tokens of an issuer. Texts that were not given are empty. */
typedef struct weft_jwt {
    const weft_str *algorithms; /* "RS256"; of one kind, public keys or a secret */
    size_t algorithm_count;
    weft_str jwks;       /* the file of public keys, relative to the project; or */
    weft_str secret_env; /* the environment variable that holds the secret */
    weft_str issuer;
    weft_str audience;
    uint32_t leeway_s; /* that clocks may differ by */
    weft_str scope_claim, role_claim, tenant_claim;
    weft_str scope; /* of tokens that name none */
    weft_str role;
} weft_jwt;

#endif
