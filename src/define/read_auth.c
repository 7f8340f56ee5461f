/* auth: of weft.yaml. Algorithms are named one by one, and keys are of one kind: a server that takes public keys takes
 * no secret, so that a public key can never be used as one. */
#include <stddef.h>
#include <stdlib.h>

#include "define/definition.h"

typedef struct auth_parts {
    const weft_node *jwt;
} auth_parts;

typedef struct jwt_parts {
    weft_words algorithms;
    weft_word jwks;
    weft_word secret_env;
    weft_word issuer;
    weft_word audience;
    const weft_node *leeway;
    const weft_node *claims;
    weft_word scope;
    weft_word role;
} jwt_parts;

typedef struct claim_parts {
    weft_word scope;
    weft_word role;
    weft_word tenant;
} claim_parts;

static const weft_key auth_keys[] = {{"jwt", WEFT_KEY_MAP, offsetof(auth_parts, jwt)}};

static const weft_key jwt_keys[] = {
    {"algorithms", WEFT_KEY_WORDS, offsetof(jwt_parts, algorithms)},
    {"jwks", WEFT_KEY_WORD, offsetof(jwt_parts, jwks)},
    {"secret_env", WEFT_KEY_WORD, offsetof(jwt_parts, secret_env)},
    {"issuer", WEFT_KEY_WORD, offsetof(jwt_parts, issuer)},
    {"audience", WEFT_KEY_WORD, offsetof(jwt_parts, audience)},
    {"leeway_seconds", WEFT_KEY_NODE, offsetof(jwt_parts, leeway)},
    {"claims", WEFT_KEY_MAP, offsetof(jwt_parts, claims)},
    {"scope", WEFT_KEY_WORD, offsetof(jwt_parts, scope)},
    {"role", WEFT_KEY_WORD, offsetof(jwt_parts, role)},
};

static const weft_key claim_keys[] = {
    {"scope", WEFT_KEY_WORD, offsetof(claim_parts, scope)},
    {"role", WEFT_KEY_WORD, offsetof(claim_parts, role)},
    {"tenant", WEFT_KEY_WORD, offsetof(claim_parts, tenant)},
};

typedef struct algorithm {
    weft_str name;
    bool is_secret;
} algorithm;

static const algorithm known[] = {
    {{"HS256", 5}, true},
    {{"HS384", 5}, true},
    {{"HS512", 5}, true},
    {{"RS256", 5}, false},
    {{"RS384", 5}, false},
    {{"RS512", 5}, false},
    {{"PS256", 5}, false},
    {{"PS384", 5}, false},
    {{"PS512", 5}, false},
    {{"ES256", 5}, false},
    {{"ES384", 5}, false},
    {{"ES512", 5}, false},
};

static const algorithm *find_algorithm(weft_str name)
{
    for (size_t i = 0; i < WEFT_COUNT_OF(known); i++) {
        if (weft_str_equal(known[i].name, name)) {
            return &known[i];
        }
    }
    return NULL;
}

static void fail_algorithm(weft_workshop *shop, const weft_word *name)
{
    weft_str names[WEFT_COUNT_OF(known)];
    for (size_t i = 0; i < WEFT_COUNT_OF(known); i++) {
        names[i] = known[i].name;
    }
    weft_error *error = weft_problem(shop,
                                     name->place,
                                     WEFT_INVALID_DEFINITION,
                                     "\"%.*s\" is no algorithm that tokens may be signed by",
                                     WEFT_STR_ARG(name->text));
    weft_error_suggest(error, name->text, names, WEFT_COUNT_OF(known));
    if (!error->hint[0]) {
        weft_error_set_hint(error, "They are HS, RS, PS and ES with 256, 384 or 512.");
    }
}

static weft_code read_algorithms(weft_workshop *shop, const jwt_parts *parts, weft_jwt *jwt)
{
    const bool is_secret = parts->secret_env.text.data != NULL;
    weft_str *names = WEFT_ARENA_ARRAY(shop->keep, weft_str, parts->algorithms.count);
    if (!names) {
        return WEFT_NO_MEMORY;
    }
    for (size_t i = 0; i < parts->algorithms.count; i++) {
        const weft_word *name = &parts->algorithms.items[i];
        const algorithm *found = find_algorithm(name->text);
        if (!found) {
            fail_algorithm(shop, name);
        } else if (found->is_secret != is_secret) {
            weft_error *error = weft_problem(shop,
                                             name->place,
                                             WEFT_INVALID_DEFINITION,
                                             "\"%.*s\" does not go with %s",
                                             WEFT_STR_ARG(name->text),
                                             is_secret ? "a secret" : "public keys");
            weft_error_set_hint(error, "HS256, HS384 and HS512 go with \"secret_env\", all others with \"jwks\".");
        } else {
            names[jwt->algorithm_count++] = found->name;
        }
    }
    jwt->algorithms = names;
    return WEFT_OK;
}

static void read_leeway(weft_workshop *shop, const weft_node *node, weft_jwt *jwt)
{
    const bool is_count = weft_node_is_integer(node) && node->text.len < 4 && node->text.data[0] != '-';
    const unsigned long value = is_count ? strtoul(node->text.data, NULL, 10) : WEFT_JWT_LEEWAY_S_MAX + 1;
    if (value > WEFT_JWT_LEEWAY_S_MAX) {
        (void)weft_fail_expected(shop, node, "leeway_seconds", "a number from 0 to 300");
    } else {
        jwt->leeway_s = (uint32_t)value;
    }
}

static void check_scope(weft_workshop *shop, const weft_word *scope)
{
    if (scope->text.data && !weft_str_equal_text(scope->text, "read") && !weft_str_equal_text(scope->text, "write") &&
        !weft_str_equal_text(scope->text, "admin")) {
        weft_error *error = weft_problem(
            shop, scope->place, WEFT_INVALID_DEFINITION, "no scope is called \"%.*s\"", WEFT_STR_ARG(scope->text));
        weft_error_set_hint(error, "It is read, write or admin.");
    }
}

/* What is missing, one problem each. */
static void check_given(weft_workshop *shop, weft_place place, const jwt_parts *parts)
{
    if ((parts->jwks.text.data != NULL) == (parts->secret_env.text.data != NULL)) {
        weft_error *error =
            weft_problem(shop, place, WEFT_INVALID_DEFINITION, "tokens need \"jwks\" or \"secret_env\", one of them");
        weft_error_set_hint(error, "\"jwks\" is a file of public keys, \"secret_env\" names an environment variable.");
    }
    if (parts->algorithms.count == 0) {
        weft_error *error = weft_problem(shop, place, WEFT_INVALID_DEFINITION, "tokens need \"algorithms\"");
        weft_error_set_hint(error, "Name those that the issuer signs by: algorithms: [RS256].");
    }
    if (!parts->issuer.text.data || !parts->audience.text.data) {
        (void)weft_problem(shop, place, WEFT_INVALID_DEFINITION, "tokens need \"issuer\" and \"audience\"");
    }
}

static weft_code read_jwt(weft_workshop *shop, const weft_node *node, weft_project_definition *project)
{
    jwt_parts parts = {0};
    claim_parts claims = {0};
    const size_t problems_before = shop->problem_count;
    weft_jwt *jwt = WEFT_ARENA_NEW(shop->keep, weft_jwt);
    if (!jwt) {
        return WEFT_NO_MEMORY;
    }
    WEFT_TRY(WEFT_KEYS_READ(shop, node, "jwt", jwt_keys, &parts));
    WEFT_TRY(parts.claims ? WEFT_KEYS_READ(shop, parts.claims, "claims", claim_keys, &claims) : WEFT_OK);
    if (shop->problem_count == problems_before) {
        check_given(shop, node->place, &parts);
    }
    *jwt = (weft_jwt){.jwks = parts.jwks.text,
                      .secret_env = parts.secret_env.text,
                      .issuer = parts.issuer.text,
                      .audience = parts.audience.text,
                      .leeway_s = 30,
                      .scope_claim = claims.scope.text,
                      .role_claim = claims.role.text,
                      .tenant_claim = claims.tenant.text,
                      .scope = parts.scope.text.data ? parts.scope.text : WEFT_STR("read"),
                      .role = parts.role.text};
    if (parts.leeway) {
        read_leeway(shop, parts.leeway, jwt);
    }
    check_scope(shop, &parts.scope);
    project->jwt = jwt;
    project->jwt_role = parts.role;
    return read_algorithms(shop, &parts, jwt);
}

weft_code weft_auth_read(weft_workshop *shop, const weft_node *node, weft_project_definition *project)
{
    auth_parts parts = {0};
    WEFT_TRY(WEFT_KEYS_READ(shop, node, "auth", auth_keys, &parts));
    return parts.jwt ? read_jwt(shop, parts.jwt, project) : WEFT_OK;
}
