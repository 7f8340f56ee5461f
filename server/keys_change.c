/* Makes, lists and revokes API keys. The new file is written beside the old one and takes its place whole; that it can
 * be made only once is the lock against another who changes keys at the same time. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/fail.h"
#include "server/keys.h"
#include "server/text.h"
#include "weft/serve.h"

#define ID_BYTES      6
#define SECRET_BYTES  32
#define KEY_SIZE      (5 + ID_BYTES * 2 + 1 + SECRET_BYTES * 2 + 1)
#define KEY_NAME_SIZE 101

/* A change of the file under way. */
typedef struct change {
    char path[SERVER_PATH_MAX], path_new[SERVER_PATH_MAX + 8];
    int fd;
    json_t *keys; /* as they were */
} change;

static weft_code fail_file(const char *path, weft_error *error)
{
    return server_fail(error, WEFT_FILE_ERROR, "could not write \"%.200s\": %.100s", path, strerror(errno));
}

/* Only a change that began well is to be ended. */
static weft_code change_begin(change *work, const char *directory, weft_error *error)
{
    *work = (change){.fd = -1};
    SERVER_TRY(server_keys_path(directory, work->path, error));
    (void)snprintf(work->path_new, sizeof(work->path_new), "%s.new", work->path);
    work->fd = open(work->path_new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (work->fd < 0 && errno == EEXIST) {
        (void)server_fail(error, WEFT_STORE_BUSY, "somebody else is changing the keys");
        server_error_hint(error, "If that was cut off, remove \"%.200s\".", work->path_new);
        return WEFT_STORE_BUSY;
    }
    if (work->fd < 0) {
        return fail_file(work->path_new, error);
    }
    const weft_code code = server_keys_load(work->path, &work->keys, error);
    if (code != WEFT_OK) {
        (void)close(work->fd);
        (void)unlink(work->path_new);
    }
    return code;
}

static void add_list(server_text *text, const json_t *list)
{
    size_t at = 0;
    json_t *item = NULL;
    json_array_foreach(list, at, item)
    {
        server_text_put(text, at ? "," : "[");
        server_text_json(text, json_string_value(item));
    }
    server_text_put(text, "]");
}

static void add_entry(server_text *text, const json_t *entry, const char *const *names)
{
    server_text_put(text, "{");
    for (size_t i = 0; names[i]; i++) {
        const json_t *value = json_object_get(entry, names[i]);
        if (!value) {
            continue;
        }
        server_text_put(text, i ? "," : "");
        server_text_json(text, names[i]);
        server_text_put(text, ":");
        if (json_is_array(value)) {
            add_list(text, value);
        } else {
            server_text_json(text, json_string_value(value));
        }
    }
    server_text_put(text, "}");
}

/* The first one is in every entry; role, tenant and modules only where the key has them. */
static const char *const kept_names[] = {
    "id", "name", "scope", "role", "tenant", "modules", "created_at", "sha256", NULL};
static const char *const shown_names[] = {"id", "name", "scope", "role", "tenant", "modules", "created_at", NULL};

static weft_code write_keys(int fd, const char *path, const server_text *text, weft_error *error)
{
    size_t at = 0;
    while (at < text->len) {
        const ssize_t len = write(fd, text->data + at, text->len - at);
        if (len < 0 && errno != EINTR) {
            return fail_file(path, error);
        }
        at += len > 0 ? (size_t)len : 0;
    }
    return fsync(fd) == 0 ? WEFT_OK : fail_file(path, error);
}

/* Let the file hold `keys`; with a failure before, or of its own, it stays as it was. */
static weft_code change_end(change *work, const json_t *keys, weft_code code, weft_error *error)
{
    server_text text = {0};
    size_t at = 0;
    json_t *entry = NULL;
    server_text_put(&text, "{\"keys\":[");
    json_array_foreach(keys, at, entry)
    {
        server_text_put(&text, at ? ",\n" : "\n");
        add_entry(&text, entry, kept_names);
    }
    server_text_put(&text, "]}\n");
    if (code == WEFT_OK) {
        code = text.failed ? server_fail_no_memory(error) : write_keys(work->fd, work->path_new, &text, error);
    }
    if (close(work->fd) != 0 && code == WEFT_OK) {
        code = fail_file(work->path_new, error);
    }
    if (code == WEFT_OK && rename(work->path_new, work->path) != 0) {
        code = fail_file(work->path, error);
    }
    if (code != WEFT_OK) {
        (void)unlink(work->path_new);
    }
    server_text_done(&text);
    json_decref(work->keys);
    return code;
}

static weft_code draw_key(char key[KEY_SIZE], char id[ID_BYTES * 2 + 1], weft_error *error)
{
    unsigned char bytes[ID_BYTES + SECRET_BYTES];
    if (RAND_bytes(bytes, (int)sizeof(bytes)) != 1) {
        return server_fail(error, WEFT_STORE_UNAVAILABLE, "could not draw random bytes");
    }
    for (size_t i = 0; i < ID_BYTES; i++) {
        (void)snprintf(id + i * 2, 3, "%02x", bytes[i]);
    }
    char *at = key + snprintf(key, KEY_SIZE, "weft_%s_", id);
    for (size_t i = ID_BYTES; i < sizeof(bytes); i++, at += 2) {
        (void)snprintf(at, 3, "%02x", bytes[i]);
    }
    OPENSSL_cleanse(bytes, sizeof(bytes));
    return WEFT_OK;
}

static weft_code check_options(const weft_key_options *options, const char *name, const char *scope, weft_error *error)
{
    if (options->name && (strlen(options->name) >= KEY_NAME_SIZE || !*options->name)) {
        return server_fail(error, WEFT_USAGE, "the name of a key has 1 to %d bytes", KEY_NAME_SIZE - 1);
    }
    for (const char *at = name; *at; at += server_utf8_len(at)) {
        if (server_utf8_len(at) == 0 || (unsigned char)*at < ' ' || *at == 0x7F) {
            return server_fail(error, WEFT_USAGE, "the name of a key must be printable UTF-8");
        }
    }
    if (strcmp(scope, "read") != 0 && strcmp(scope, "write") != 0 && strcmp(scope, "admin") != 0) {
        (void)server_fail(error, WEFT_USAGE, "unknown scope \"%.100s\"", scope);
        server_error_hint(error, "It is read, write or admin.");
        return WEFT_USAGE;
    }
    return WEFT_OK;
}

/* Role, tenant and modules, where they are given. */
static weft_code add_rights(json_t *entry, const weft_key_options *options, weft_error *error)
{
    bool is_fine = entry != NULL;
    if (options->role) {
        is_fine = is_fine && json_object_set_new(entry, "role", json_string(options->role)) == 0;
    }
    if (options->tenant) {
        is_fine = is_fine && json_object_set_new(entry, "tenant", json_string(options->tenant)) == 0;
    }
    if (options->module_count > 0) {
        json_t *modules = json_array();
        for (size_t i = 0; i < options->module_count; i++) {
            is_fine = json_array_append_new(modules, json_string(options->modules[i])) == 0 && is_fine;
        }
        is_fine = json_object_set_new(entry, "modules", modules) == 0 && is_fine;
    }
    return is_fine ? WEFT_OK : server_fail_no_memory(error);
}

/* The keys of before and a new one, whose text goes to `key`. */
static weft_code make_entry(json_t *keys, const weft_key_options *options, char key[KEY_SIZE], weft_error *error)
{
    const char *name = options->name ? options->name : "";
    const char *scope = options->scope ? options->scope : "read";
    char id[ID_BYTES * 2 + 1];
    char digest[SERVER_DIGEST_SIZE];
    char created_at[32] = "";
    const time_t now = time(NULL);
    struct tm utc;
    if (json_array_size(keys) >= SERVER_KEYS_MAX) {
        return server_fail(error, WEFT_LIMIT_EXCEEDED, "there are %d keys already", SERVER_KEYS_MAX);
    }
    SERVER_TRY(draw_key(key, id, error));
    SERVER_TRY(server_keys_digest(key, digest, error));
    if (gmtime_r(&now, &utc)) {
        (void)strftime(created_at, sizeof(created_at), "%Y-%m-%dT%H:%M:%SZ", &utc);
    }
    json_t *entry =
        json_pack("{ssssssssss}", "id", id, "name", name, "scope", scope, "created_at", created_at, "sha256", digest);
    const weft_code code = add_rights(entry, options, error);
    if (code != WEFT_OK) {
        json_decref(entry);
        return code;
    }
    return json_array_append_new(keys, entry) == 0 ? WEFT_OK : server_fail_no_memory(error);
}

/* Hand a text over to the caller, who frees it with weft_text_free. */
static weft_code give(server_text *text, weft_text *ret_json, weft_error *error)
{
    if (text->failed) {
        server_text_done(text);
        return server_fail_no_memory(error);
    }
    *ret_json = (weft_text){text->data, text->len, NULL};
    return WEFT_OK;
}

weft_code weft_key_create(const weft_key_options *options, weft_text *ret_json, weft_error *error)
{
    if (!options || !ret_json) {
        return server_fail(error, WEFT_MISUSE, "options and a place for the key must be given");
    }
    const char *name = options->name ? options->name : "";
    const char *scope = options->scope ? options->scope : "read";
    char key[KEY_SIZE] = "";
    change work;
    server_text told = {0};
    SERVER_TRY(check_options(options, name, scope, error));
    SERVER_TRY(server_keys_check_rights(options, error));
    SERVER_TRY(change_begin(&work, options->directory, error));
    json_t *keys = work.keys ? json_incref(work.keys) : json_array();
    weft_code code = make_entry(keys, options, key, error);
    if (code == WEFT_OK) {
        add_entry(&told, json_array_get(keys, json_array_size(keys) - 1), shown_names);
        server_text_cut(&told, told.len - 1);
        server_text_format(&told, ",\"key\":\"%s\"}", key);
        code = told.failed ? server_fail_no_memory(error) : WEFT_OK;
    }
    code = change_end(&work, keys, code, error);
    json_decref(keys);
    OPENSSL_cleanse(key, sizeof(key));
    if (code != WEFT_OK) {
        server_text_done(&told);
        return code;
    }
    return give(&told, ret_json, error);
}

weft_code weft_key_list(const char *directory, weft_text *ret_json, weft_error *error)
{
    char path[SERVER_PATH_MAX];
    json_t *keys = NULL;
    server_text told = {0};
    size_t at = 0;
    json_t *entry = NULL;
    if (!ret_json) {
        return server_fail(error, WEFT_MISUSE, "a place for the list must be given");
    }
    SERVER_TRY(server_keys_path(directory, path, error));
    SERVER_TRY(server_keys_load(path, &keys, error));
    server_text_put(&told, "[");
    json_array_foreach(keys, at, entry)
    {
        server_text_put(&told, at ? "," : "");
        add_entry(&told, entry, shown_names);
    }
    server_text_put(&told, "]");
    json_decref(keys);
    return give(&told, ret_json, error);
}

weft_code weft_key_revoke(const char *directory, const char *id, weft_error *error)
{
    change work;
    size_t at = 0;
    if (!id) {
        return server_fail(error, WEFT_MISUSE, "the id of a key must be given");
    }
    SERVER_TRY(change_begin(&work, directory, error));
    weft_code code = WEFT_OK;
    if (!server_keys_by_id(work.keys, id, &at)) {
        code = server_fail(error, WEFT_NOT_FOUND, "there is no key \"%.100s\"", id);
        server_error_hint(error, "`weft key list` shows the ids of all.");
    } else if (json_array_remove(work.keys, at) != 0) {
        code = server_fail_no_memory(error);
    }
    return change_end(&work, work.keys, code, error);
}
