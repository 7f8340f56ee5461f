/* What a token says: times, issuer and audience are checked, then scope, role and tenant become the principal's. A
 * claim of the wrong type makes the token wrong, for a claim that is passed over could have narrowed the caller. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "server/fail.h"
#include "server/jwt.h"
#include "server/tag.h"

static weft_code fail_token(weft_error *error, const char *why)
{
    return server_fail(error, WEFT_UNAUTHENTICATED, "the token %s", why);
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

/* A time of the claims in seconds; false when it is none. */
static bool read_time(const json_t *claims, const char *name, double *ret_time)
{
    const json_t *value = json_object_get(claims, name);
    *ret_time = json_number_value(value);
    return json_is_number(value) && isfinite(*ret_time);
}

static weft_code check_times(const json_t *jwt, const json_t *claims, time_t now, weft_error *error)
{
    const double leeway = (double)json_integer_value(json_object_get(jwt, "leeway_seconds"));
    double expires = 0;
    double begins = 0;
    if (!read_time(claims, "exp", &expires)) {
        return fail_token(error, "does not say until when it is good (\"exp\")");
    }
    if ((double)now >= expires + leeway) {
        return fail_token(error, "has expired");
    }
    if (json_object_get(claims, "nbf") && !read_time(claims, "nbf", &begins)) {
        return fail_token(error, "has a \"nbf\" that is no time");
    }
    return (double)now < begins - leeway ? fail_token(error, "is not good yet") : WEFT_OK;
}

/* "aud" is a text or a list of texts. */
static bool is_for(const json_t *claims, const char *audience)
{
    const json_t *all = json_object_get(claims, "aud");
    size_t at = 0;
    json_t *one = NULL;
    if (json_is_string(all)) {
        return !strcmp(json_string_value(all), audience);
    }
    json_array_foreach(all, at, one)
    {
        if (json_is_string(one) && !strcmp(json_string_value(one), audience)) {
            return true;
        }
    }
    return false;
}

static server_scope scope_of(const char *word, size_t len)
{
    static const char *const names[] = {"read", "write", "admin"};
    for (size_t i = 0; i < 3; i++) {
        if (strlen(names[i]) == len && !strncmp(names[i], word, len)) {
            return (server_scope)(i + 1);
        }
    }
    return 0;
}

/* The widest scope among the words of a text; 0 when none of them is one. */
static server_scope widest(const char *words)
{
    server_scope scope = 0;
    while (*words) {
        const size_t len = strcspn(words, " ");
        const server_scope one = scope_of(words, len);
        scope = one > scope ? one : scope;
        words += len + strspn(words + len, " ");
    }
    return scope;
}

/* A text of words, or a list of texts. */
static weft_code read_scope(const json_t *jwt, const json_t *claims, server_principal *principal, weft_error *error)
{
    const char *claim = text_of(jwt, "scope_claim");
    const json_t *value = *claim ? json_object_get(claims, claim) : NULL;
    server_scope scope = json_is_string(value) ? widest(json_string_value(value)) : 0;
    size_t at = 0;
    json_t *one = NULL;
    if (value && !json_is_string(value) && !json_is_array(value)) {
        return fail_token(error, "has a scope that is no text");
    }
    json_array_foreach(value, at, one)
    {
        const server_scope next = json_is_string(one) ? widest(json_string_value(one)) : 0;
        scope = next > scope ? next : scope;
    }
    const char *fallback = text_of(jwt, "scope");
    principal->scope = scope ? scope : scope_of(fallback, strlen(fallback));
    return WEFT_OK;
}

/* The text of a claim into `target`; *ret_is_there is false where the token has none. */
static weft_code read_text(
    const json_t *claims, const char *claim, char *target, size_t size, bool *ret_is_there, weft_error *error)
{
    const json_t *value = *claim ? json_object_get(claims, claim) : NULL;
    *ret_is_there = value != NULL;
    if (!value) {
        return WEFT_OK;
    }
    const size_t len = json_string_length(value);
    if (!json_is_string(value) || len == 0 || len >= size || strlen(json_string_value(value)) != len) {
        (void)server_fail(error, WEFT_UNAUTHENTICATED, "the token has a \"%.60s\" that is no short text", claim);
        return WEFT_UNAUTHENTICATED;
    }
    (void)snprintf(target, size, "%s", json_string_value(value));
    return WEFT_OK;
}

static weft_code read_rights(const json_t *jwt, const json_t *claims, server_principal *principal, weft_error *error)
{
    const char *claim = text_of(jwt, "role_claim");
    bool has_role = false;
    SERVER_TRY(read_scope(jwt, claims, principal, error));
    SERVER_TRY(read_text(claims, claim, principal->role, sizeof(principal->role), &has_role, error));
    if (!has_role) {
        (void)snprintf(principal->role, sizeof(principal->role), "%s", text_of(jwt, "role"));
    }
    if (*claim && !principal->role[0]) {
        return fail_token(error, "names no role");
    }
    return read_text(claims,
                     text_of(jwt, "tenant_claim"),
                     principal->tenant,
                     sizeof(principal->tenant),
                     &principal->has_tenant,
                     error);
}

/* Its subject; of a long one its beginning and a hash, so that no two callers have one name. */
static weft_code read_name(const json_t *claims, server_principal *principal, weft_error *error)
{
    const json_t *value = json_object_get(claims, "sub");
    const char *subject = json_string_value(value);
    if (!subject || !*subject || strlen(subject) != json_string_length(value)) {
        return fail_token(error, "does not say whose it is (\"sub\")");
    }
    if (strlen(subject) < 40) {
        (void)snprintf(principal->name, sizeof(principal->name), "jwt %s", subject);
        return WEFT_OK;
    }
    server_hash hash = {{0, 0}};
    server_hash_add(&hash, subject, strlen(subject));
    (void)snprintf(principal->name,
                   sizeof(principal->name),
                   "jwt %.24s~%016" PRIx64 "%016" PRIx64,
                   subject,
                   hash.halves[0],
                   hash.halves[1]);
    return WEFT_OK;
}

weft_code server_claims_read(
    const json_t *jwt, const json_t *claims, time_t now, server_principal *ret_principal, weft_error *error)
{
    server_principal principal = {0};
    if (!json_is_object(claims)) {
        return fail_token(error, "holds no claims");
    }
    SERVER_TRY(check_times(jwt, claims, now, error));
    if (strcmp(text_of(claims, "iss"), text_of(jwt, "issuer")) != 0) {
        return fail_token(error, "is of another issuer");
    }
    if (!is_for(claims, text_of(jwt, "audience"))) {
        return fail_token(error, "is for another audience");
    }
    SERVER_TRY(read_name(claims, &principal, error));
    SERVER_TRY(read_rights(jwt, claims, &principal, error));
    *ret_principal = principal;
    return WEFT_OK;
}
