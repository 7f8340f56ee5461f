/* Reads the file of keys and finds the one a request brings. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/fail.h"
#include "server/keys.h"
#include "server/principal.h"

weft_code server_keys_path(const char *directory, char path[SERVER_PATH_MAX], weft_error *error)
{
    const int len = snprintf(path, SERVER_PATH_MAX, "%s/" SERVER_KEYS_FILE, directory ? directory : ".");
    return len > 0 && len < SERVER_PATH_MAX
               ? WEFT_OK
               : server_fail(
                     error, WEFT_LIMIT_EXCEEDED, "the path of the project has more than %d bytes", SERVER_PATH_MAX);
}

static bool is_text(const json_t *entry, const char *name)
{
    return json_is_string(json_object_get(entry, name));
}

static bool is_scope(const char *scope)
{
    return scope && (!strcmp(scope, "read") || !strcmp(scope, "write") || !strcmp(scope, "admin"));
}

static bool is_name(const json_t *name, size_t size)
{
    return json_is_string(name) && json_string_length(name) > 0 && json_string_length(name) < size;
}

static bool are_modules(const json_t *modules)
{
    size_t at = 0;
    json_t *module = NULL;
    json_array_foreach(modules, at, module)
    {
        if (!is_name(module, SERVER_NAME_SIZE)) {
            return false;
        }
    }
    return json_array_size(modules) > 0 && json_array_size(modules) <= SERVER_PRINCIPAL_MODULES_MAX;
}

/* How many members of the entry narrow what the key may do, well formed. */
static size_t count_rights(const json_t *entry)
{
    return (size_t)is_name(json_object_get(entry, "role"), SERVER_NAME_SIZE) +
           (size_t)is_name(json_object_get(entry, "tenant"), SERVER_TENANT_SIZE) +
           (size_t)are_modules(json_object_get(entry, "modules"));
}

/* Exactly the members that mean something here: what a later weft writes to narrow a key must not be passed over. */
static bool is_entry(const json_t *entry)
{
    const char *digest = json_string_value(json_object_get(entry, "sha256"));
    const size_t count = 5 + count_rights(entry);
    return json_object_size(entry) == count && is_text(entry, "id") && is_text(entry, "name") &&
           is_text(entry, "created_at") && is_scope(json_string_value(json_object_get(entry, "scope"))) && digest &&
           strlen(digest) == SERVER_DIGEST_SIZE - 1;
}

static bool are_keys(const json_t *keys)
{
    size_t at = 0;
    json_t *entry = NULL;
    json_array_foreach(keys, at, entry)
    {
        if (!is_entry(entry)) {
            return false;
        }
    }
    return json_is_array(keys) && json_array_size(keys) <= SERVER_KEYS_MAX;
}

static weft_code read_keys(int fd, const char *path, json_t **ret_keys, weft_error *error)
{
    struct stat about;
    memset(&about, 0, sizeof(about));
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size > (off_t)SERVER_KEYS_BYTES_MAX) {
        return server_fail(error, WEFT_FILE_ERROR, "\"%.200s\" is no file of keys", path);
    }
    if (about.st_mode & (S_IRWXG | S_IRWXO)) {
        (void)server_fail(error, WEFT_FILE_ERROR, "others than its owner may reach \"%.200s\"", path);
        server_error_hint(error, "Make it the server's own: chmod 600.");
        return WEFT_FILE_ERROR;
    }
    errno = 0; /* jansson does not tell bad text from memory that was not there; malloc does */
    json_t *all = json_loadfd(fd, JSON_REJECT_DUPLICATES, NULL);
    if (!all && errno == ENOMEM) {
        return server_fail_no_memory(error);
    }
    json_t *keys = json_object_get(all, "keys");
    const bool is_good = json_object_size(all) == 1 && are_keys(keys);
    if (is_good) {
        *ret_keys = json_incref(keys);
    }
    json_decref(all);
    return is_good ? WEFT_OK : server_fail(error, WEFT_FILE_ERROR, "\"%.200s\" is no file of keys", path);
}

weft_code server_keys_load(const char *path, json_t **ret_keys, weft_error *error)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        *ret_keys = NULL;
        return WEFT_OK;
    }
    if (fd < 0) {
        return server_fail(error, WEFT_FILE_ERROR, "could not read \"%.200s\": %.100s", path, strerror(errno));
    }
    const weft_code code = read_keys(fd, path, ret_keys, error);
    (void)close(fd);
    return code;
}

weft_code server_keys_digest(const char *key, char digest[SERVER_DIGEST_SIZE], weft_error *error)
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (!EVP_Digest(key, strlen(key), bytes, &len, EVP_sha256(), NULL) || len != (SERVER_DIGEST_SIZE - 1) / 2) {
        return server_fail_no_memory(error);
    }
    for (unsigned i = 0; i < len; i++) {
        (void)snprintf(digest + (size_t)i * 2, 3, "%02x", bytes[i]);
    }
    return WEFT_OK;
}

weft_code server_keys_find(const json_t *keys, const char *key, const json_t **ret_entry, weft_error *error)
{
    char digest[SERVER_DIGEST_SIZE];
    size_t at = 0;
    json_t *entry = NULL;
    const json_t *found = NULL;
    SERVER_TRY(server_keys_digest(key, digest, error));
    json_array_foreach(keys, at, entry)
    {
        const char *other = json_string_value(json_object_get(entry, "sha256"));
        if (other && strlen(other) == sizeof(digest) - 1 && !CRYPTO_memcmp(other, digest, sizeof(digest) - 1)) {
            found = entry;
        }
    }
    *ret_entry = found;
    return WEFT_OK;
}

const json_t *server_keys_by_id(const json_t *keys, const char *id, size_t *ret_at)
{
    size_t at = 0;
    json_t *entry = NULL;
    json_array_foreach(keys, at, entry)
    {
        const char *other = json_string_value(json_object_get(entry, "id"));
        if (other && !strcmp(other, id)) {
            *ret_at = at;
            return entry;
        }
    }
    return NULL;
}
