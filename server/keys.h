/* The file of API keys, weft.keys beside weft.yaml: who may ask a server, and how much. A key is 256 random bits and
 * stands in the file as its SHA-256 only, so that nobody who reads the file can ask. */
#ifndef SERVER_KEYS_H
#define SERVER_KEYS_H

#include <jansson.h>
#include <stdbool.h>

#include "weft/serve.h"

#define SERVER_KEYS_FILE      "weft.keys"
#define SERVER_KEYS_MAX       1000
#define SERVER_KEYS_BYTES_MAX ((size_t)1 << 20)
#define SERVER_PATH_MAX       4096

/* 64 digits and NUL. */
#define SERVER_DIGEST_SIZE 65

/* The path of the file in a project's directory. WEFT_LIMIT_EXCEEDED. */
weft_code server_keys_path(const char *directory, char path[SERVER_PATH_MAX], weft_error *error);

/* The keys in the file: an array of {"id", "name", "scope", "created_at", "sha256"} and, where a key has them, "role",
 * "tenant" and "modules"; *ret_keys NULL: there is no file.
 * WEFT_FILE_ERROR: it cannot be read, is no file of keys, or others than its owner may read it. */
weft_code server_keys_load(const char *path, json_t **ret_keys, weft_error *error);

/* Whether a new key may have this role, these modules and this tenant. WEFT_USAGE, and as opening the project. */
weft_code server_keys_check_rights(const weft_key_options *options, weft_error *error);

/* The digest of a key, in hexadecimal. WEFT_NO_MEMORY. */
weft_code server_keys_digest(const char *key, char digest[SERVER_DIGEST_SIZE], weft_error *error);

/* The entry that `key` belongs to, NULL when there is none; digests are compared in constant time. */
weft_code server_keys_find(const json_t *keys, const char *key, const json_t **ret_entry, weft_error *error);

/* The entry called `id`, NULL when there is none; and its place. */
const json_t *server_keys_by_id(const json_t *keys, const char *id, size_t *ret_at);

#endif
