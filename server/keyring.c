/* Holds the keys, and tells who brings one. A file that is bad or gone lets nobody in. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "server/fail.h"
#include "server/keyring.h"
#include "server/principal.h"

static bool is_same_file(const struct stat *one, const struct stat *other)
{
    return one->st_ino == other->st_ino && one->st_dev == other->st_dev && one->st_size == other->st_size &&
           one->st_mode == other->st_mode && one->st_mtim.tv_sec == other->st_mtim.tv_sec &&
           one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

/* What there is of the file. It is looked for without the lock: a thread that has to wait for its processor inside a
 * call of the system would have all others wait for it. */
typedef struct sight {
    struct stat about;
    bool is_there, is_absent;
} sight;

static void look(const server_keyring *ring, sight *ret_sight)
{
    memset(ret_sight, 0, sizeof(*ret_sight));
    ret_sight->is_there = stat(ring->path, &ret_sight->about) == 0;
    ret_sight->is_absent = !ret_sight->is_there && errno == ENOENT;
}

/* Under the lock. Who looked before another read the file reads it once more. */
static weft_code refresh(server_keyring *ring, const sight *seen, weft_error *error)
{
    if (ring->keys ? seen->is_there && is_same_file(&seen->about, &ring->about) : seen->is_absent) {
        return WEFT_OK;
    }
    json_decref(ring->keys);
    ring->keys = NULL;
    SERVER_TRY(server_keys_load(ring->path, &ring->keys, error));
    ring->about = seen->about;
    ring->is_needed = ring->is_needed || ring->keys;
    return WEFT_OK;
}

weft_code server_keyring_open(server_keyring *ring, const char *directory, weft_error *error)
{
    sight seen;
    SERVER_TRY(server_keys_path(directory, ring->path, error));
    look(ring, &seen);
    return refresh(ring, &seen, error);
}

void server_keyring_done(server_keyring *ring)
{
    json_decref(ring->keys);
    ring->keys = NULL;
}

weft_code server_keyring_is_needed(server_keyring *ring, bool *ret_is_needed, weft_error *error)
{
    sight seen;
    look(ring, &seen);
    (void)pthread_mutex_lock(&ring->lock);
    const weft_code code = refresh(ring, &seen, error);
    *ret_is_needed = ring->is_needed || code != WEFT_OK;
    (void)pthread_mutex_unlock(&ring->lock);
    return code;
}

/* The file was read only if all of this fits. */
static void fill_rights(const json_t *entry, server_principal *principal)
{
    const char *role = json_string_value(json_object_get(entry, "role"));
    const char *tenant = json_string_value(json_object_get(entry, "tenant"));
    const json_t *modules = json_object_get(entry, "modules");
    (void)snprintf(principal->role, sizeof(principal->role), "%s", role ? role : "");
    (void)snprintf(principal->tenant, sizeof(principal->tenant), "%s", tenant ? tenant : "");
    principal->has_tenant = tenant != NULL;
    size_t at = 0;
    json_t *module = NULL;
    json_array_foreach(modules, at, module)
    {
        (void)snprintf(principal->modules[at], SERVER_NAME_SIZE, "%s", json_string_value(module));
    }
    principal->module_count = json_array_size(modules);
}

static weft_code find_key(server_keyring *ring, const char *key, server_principal *ret_principal, weft_error *error)
{
    const json_t *entry = NULL;
    SERVER_TRY(server_keys_find(ring->keys, key, &entry, error));
    if (!entry) {
        (void)server_fail(error, WEFT_UNAUTHENTICATED, "the key is not known");
        server_error_hint(error, "It may have been revoked; `weft key list` shows all.");
        return WEFT_UNAUTHENTICATED;
    }
    const char *scope = json_string_value(json_object_get(entry, "scope"));
    (void)snprintf(
        ret_principal->name, sizeof(ret_principal->name), "key %.50s", json_string_value(json_object_get(entry, "id")));
    ret_principal->scope = !strcmp(scope, "admin")   ? SERVER_SCOPE_ADMIN
                           : !strcmp(scope, "write") ? SERVER_SCOPE_WRITE
                                                     : SERVER_SCOPE_READ;
    fill_rights(entry, ret_principal);
    return WEFT_OK;
}

weft_code server_keyring_know(server_keyring *ring, const char *key, server_principal *ret_principal, weft_error *error)
{
    (void)pthread_mutex_lock(&ring->lock);
    const weft_code code = find_key(ring, key, ret_principal, error);
    (void)pthread_mutex_unlock(&ring->lock);
    return code;
}
