/* Signatures of tokens. The header of a token chooses nothing: its algorithm must be one that weft.yaml lists, and its
 * key one of that algorithm's type. Public keys and a secret are never held together, so that no key can be taken for
 * another kind of key. */
#include <cjose/cjose.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/fail.h"
#include "server/jwt.h"
#include "server/keys.h"

#define SECRET_BYTES_MIN 32
#define RSA_BITS_MIN     2048

typedef struct key {
    cjose_jwk_t *jwk;
    const char *id;        /* "kid"; NULL: none */
    const char *algorithm; /* it is good for; NULL: all of its type */
} key;

struct server_jwt {
    const json_t *settings; /* borrowed */
    json_t *file;           /* of the keys, whose texts `keys` point into */
    key keys[SERVER_JWT_KEYS_MAX];
    size_t key_count;
};

bool server_is_token(const char *credential)
{
    const char *first = strchr(credential, '.');
    const char *second = first ? strchr(first + 1, '.') : NULL;
    return second && !strchr(second + 1, '.') && strncmp(credential, "weft_", 5) != 0;
}

static const char *text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static bool is_listed(const json_t *settings, const char *algorithm)
{
    size_t at = 0;
    json_t *one = NULL;
    json_array_foreach(json_object_get(settings, "algorithms"), at, one)
    {
        if (!strcmp(json_string_value(one), algorithm)) {
            return true;
        }
    }
    return false;
}

/* Whether a key is of the type that `algorithm` needs. */
static bool is_fit(const cjose_jwk_t *jwk, const char *algorithm)
{
    const cjose_jwk_kty_t type = cjose_jwk_get_kty(jwk, NULL);
    if (algorithm[0] == 'H') {
        return type == CJOSE_JWK_KTY_OCT;
    }
    if (algorithm[0] == 'R' || algorithm[0] == 'P') {
        return type == CJOSE_JWK_KTY_RSA;
    }
    static const struct {
        const char *algorithm;
        cjose_jwk_ec_curve curve;
    } curves[] = {{"ES256", CJOSE_JWK_EC_P_256}, {"ES384", CJOSE_JWK_EC_P_384}, {"ES512", CJOSE_JWK_EC_P_521}};
    for (size_t i = 0; type == CJOSE_JWK_KTY_EC && i < sizeof(curves) / sizeof(curves[0]); i++) {
        if (!strcmp(curves[i].algorithm, algorithm)) {
            return cjose_jwk_EC_get_curve(jwk, NULL) == curves[i].curve;
        }
    }
    return false;
}

static weft_code fail_file(const char *name, const char *why, weft_error *error)
{
    return server_fail(error, WEFT_FILE_ERROR, "\"%.200s\" %s", name, why);
}

/* A public key of the file; one for another use is passed over. */
static weft_code add_key(server_jwt *jwt, json_t *entry, const char *name, weft_error *error)
{
    const char *use = text_of(entry, "use");
    const char *type = text_of(entry, "kty");
    if (use && strcmp(use, "sig") != 0) {
        return WEFT_OK;
    }
    if (!type || (strcmp(type, "RSA") != 0 && strcmp(type, "EC") != 0)) {
        return fail_file(name, "holds a key that is neither RSA nor EC", error);
    }
    if (json_object_get(entry, "d")) {
        return fail_file(name, "holds a private key, and the server needs public ones only", error);
    }
    if (jwt->key_count == SERVER_JWT_KEYS_MAX) {
        return fail_file(name, "holds too many keys", error);
    }
    cjose_jwk_t *jwk = cjose_jwk_import_json(entry, NULL);
    if (!jwk) {
        return fail_file(name, "holds a key that cannot be read", error);
    }
    jwt->keys[jwt->key_count++] = (key){jwk, text_of(entry, "kid"), text_of(entry, "alg")};
    if (!strcmp(type, "RSA") && cjose_jwk_get_keysize(jwk, NULL) < RSA_BITS_MIN) {
        return fail_file(name, "holds an RSA key of less than 2048 bits", error);
    }
    return WEFT_OK;
}

static weft_code add_keys(server_jwt *jwt, const char *name, weft_error *error)
{
    const json_t *keys = json_object_get(jwt->file, "keys");
    size_t at = 0;
    json_t *entry = NULL;
    json_array_foreach(keys, at, entry)
    {
        SERVER_TRY(add_key(jwt, entry, name, error));
    }
    return jwt->key_count > 0 ? WEFT_OK : fail_file(name, "holds no keys: it must be {\"keys\": […]}", error);
}

static weft_code read_file(server_jwt *jwt, const char *directory, const char *name, weft_error *error)
{
    char path[SERVER_PATH_MAX];
    struct stat about;
    const bool is_absolute = name[0] == '/';
    const int len = snprintf(path,
                             sizeof(path),
                             "%s%s%s",
                             is_absolute ? ""
                             : directory ? directory
                                         : ".",
                             is_absolute ? "" : "/",
                             name);
    const int fd = len > 0 && len < SERVER_PATH_MAX ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) {
        return server_fail(error, WEFT_FILE_ERROR, "could not read \"%.200s\": %.100s", name, strerror(errno));
    }
    memset(&about, 0, sizeof(about));
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size <= (off_t)SERVER_JWKS_BYTES_MAX) {
        jwt->file = json_loadfd(fd, JSON_REJECT_DUPLICATES, NULL);
    }
    (void)close(fd);
    return add_keys(jwt, name, error);
}

static weft_code read_secret(server_jwt *jwt, const char *name, weft_error *error)
{
    const char *secret = getenv(name);
    if (!secret) {
        return server_fail(error, WEFT_INVALID_DEFINITION, "the environment variable \"%.100s\" is not set", name);
    }
    if (strlen(secret) < SECRET_BYTES_MIN) {
        (void)server_fail(error, WEFT_INVALID_DEFINITION, "the secret in \"%.100s\" is too short", name);
        server_error_hint(error, "It needs %d bytes or more, drawn at random.", SECRET_BYTES_MIN);
        return WEFT_INVALID_DEFINITION;
    }
    cjose_jwk_t *jwk = cjose_jwk_create_oct_spec((const uint8_t *)secret, strlen(secret), NULL);
    if (!jwk) {
        return server_fail_no_memory(error);
    }
    jwt->keys[jwt->key_count++] = (key){jwk, NULL, NULL};
    return WEFT_OK;
}

weft_code server_jwt_open(const json_t *settings, const char *directory, server_jwt **ret_jwt, weft_error *error)
{
    server_jwt *jwt = calloc(1, sizeof(*jwt));
    if (!jwt) {
        return server_fail_no_memory(error);
    }
    jwt->settings = settings;
    const char *file = text_of(settings, "jwks");
    const weft_code code =
        file ? read_file(jwt, directory, file, error) : read_secret(jwt, text_of(settings, "secret_env"), error);
    if (code != WEFT_OK) {
        server_jwt_close(jwt);
        return code;
    }
    *ret_jwt = jwt;
    return WEFT_OK;
}

void server_jwt_close(server_jwt *jwt)
{
    if (!jwt) {
        return;
    }
    for (size_t i = 0; i < jwt->key_count; i++) {
        (void)cjose_jwk_release(jwt->keys[i].jwk);
    }
    json_decref(jwt->file);
    free(jwt);
}

/* The key that the header means; a header without "kid" means the only one that fits. */
static const key *find_key(const server_jwt *jwt, const char *algorithm, const char *id)
{
    const key *found = NULL;
    for (size_t i = 0; i < jwt->key_count; i++) {
        const key *one = &jwt->keys[i];
        const bool is_other = id && one->id && strcmp(one->id, id) != 0;
        if (is_other || (one->algorithm && strcmp(one->algorithm, algorithm) != 0) || !is_fit(one->jwk, algorithm)) {
            continue;
        }
        if (found) {
            return NULL;
        }
        found = one;
    }
    return found;
}

static weft_code fail_token(weft_error *error, const char *why)
{
    return server_fail(error, WEFT_UNAUTHENTICATED, "the token %s", why);
}

static weft_code check_signature(const server_jwt *jwt, cjose_jws_t *jws, weft_error *error)
{
    cjose_header_t *header = cjose_jws_get_protected(jws);
    const char *algorithm = text_of(header, "alg");
    const char *id = text_of(header, "kid");
    if (!algorithm || !is_listed(jwt->settings, algorithm)) {
        return fail_token(error, "is signed by an algorithm that is not allowed");
    }
    if (json_object_get(header, "crit") || json_object_get(header, "b64")) {
        return fail_token(error, "needs extensions that are not understood");
    }
    const key *one = find_key(jwt, algorithm, id);
    if (!one || !cjose_jws_verify(jws, one->jwk, NULL)) {
        return fail_token(error, "is not signed by a key that is known");
    }
    return WEFT_OK;
}

static weft_code read_claims(
    const server_jwt *jwt, const cjose_jws_t *jws, time_t now, server_principal *ret_principal, weft_error *error)
{
    uint8_t *text = NULL;
    size_t len = 0;
    if (!cjose_jws_get_plaintext(jws, &text, &len, NULL)) {
        return fail_token(error, "holds no claims");
    }
    json_t *claims = json_loadb((const char *)text, len, JSON_REJECT_DUPLICATES, NULL);
    const weft_code code = server_claims_read(jwt->settings, claims, now, ret_principal, error);
    json_decref(claims);
    return code;
}

weft_code server_jwt_know(
    const server_jwt *jwt, const char *token, time_t now, server_principal *ret_principal, weft_error *error)
{
    const size_t len = strlen(token);
    cjose_jws_t *jws = len <= SERVER_JWT_BYTES_MAX ? cjose_jws_import(token, len, NULL) : NULL;
    if (!jws) {
        return fail_token(error, "cannot be read");
    }
    weft_code code = check_signature(jwt, jws, error);
    if (code == WEFT_OK) {
        code = read_claims(jwt, jws, now, ret_principal, error);
    }
    cjose_jws_release(jws);
    return code;
}
