/* Servers and keys, and the command line: what a program calls on its own threads. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exhaust/serving.h"
#include "support/tap.h"
#include "weft/main.h"

static weft_server_options options_for(const char *directory)
{
    weft_server_options options = WEFT_SERVER_OPTIONS_INIT;
    options.engine.directory = directory;
    options.address = "127.0.0.1:0"; /* without memory glibc says of names, "localhost" too, that they are not known */
    options.admin_address = "127.0.0.1:0";
    options.log = WEFT_SERVER_LOG_NOTHING;
    return options;
}

weft_server *serving_open(const char *directory, weft_error *error)
{
    const weft_server_options options = options_for(directory);
    weft_server *server = NULL;
    return weft_server_open(&options, &server, error) == WEFT_OK ? server : NULL;
}

static void prepare_server(serving *s)
{
    weft_error error = {0};
    s->server = serving_open(s->directory, &error);
    if (!s->server) {
        fail_msg("%s", error.message);
    }
}

static weft_code call_open(serving *s, weft_error *error)
{
    const weft_server_options options = options_for(s->directory);
    return weft_server_open(&options, &s->out.server, error);
}

static weft_code call_port(serving *s, weft_error *error)
{
    (void)error;
    return weft_server_port(s->server) ? WEFT_OK : WEFT_MISUSE;
}

static weft_code call_admin_port(serving *s, weft_error *error)
{
    (void)error;
    return weft_server_admin_port(s->server) ? WEFT_OK : WEFT_MISUSE;
}

static weft_code answer_nothing(weft_call *call, void *ctx, weft_error *error)
{
    (void)call;
    (void)ctx;
    (void)error;
    return WEFT_OK;
}

static weft_code call_route(serving *s, weft_error *error)
{
    const weft_route route = {"GET", "/things/[id]", answer_nothing, NULL};
    return weft_server_route(s->server, &route, error);
}

static void prepare_run(serving *s)
{
    prepare_server(s);
    weft_server_stop(s->server);
}

static weft_code call_run(serving *s, weft_error *error)
{
    return weft_server_run(s->server, error);
}

static weft_code call_stop(serving *s, weft_error *error)
{
    (void)error;
    weft_server_stop(s->server);
    return WEFT_OK;
}

static weft_code call_close(serving *s, weft_error *error)
{
    (void)error;
    weft_server_close(s->server);
    s->server = NULL;
    return WEFT_OK;
}

static weft_code call_key_create(serving *s, weft_error *error)
{
    static const char *const modules[] = {"product", "blog"};
    const weft_key_options options = {
        .directory = s->directory, .name = "a \"name\"", .modules = modules, .module_count = 2};
    return weft_key_create(&options, &s->out.text, error);
}

/* A key of whose id the next call is told. */
static void prepare_key(serving *s)
{
    const weft_key_options options = {.directory = s->directory, .name = "prepared"};
    weft_text text = {0};
    weft_error error = {0};
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/weft.keys", s->directory);
    (void)unlink(path);
    if (weft_key_create(&options, &text, &error) != WEFT_OK) {
        fail_msg("%s", error.message);
    }
    assert_int_equal(sscanf(text.data, "{\"id\":\"%31[0-9a-f]", s->key_id), 1);
    weft_text_free(&text);
}

static weft_code call_key_list(serving *s, weft_error *error)
{
    const weft_code code = weft_key_list(s->directory, &s->out.text, error);
    return code == WEFT_OK && !strstr(s->out.text.data, s->key_id) ? WEFT_MISUSE : code;
}

static weft_code call_key_revoke(serving *s, weft_error *error)
{
    return weft_key_revoke(s->directory, s->key_id, error);
}

/* The command `check`, which tells what it found on stdout and stderr; the code is that of an exit status. */
static weft_code call_main(serving *s, weft_error *error)
{
    char told[2048] = "";
    char program[] = "weft";
    char option[] = "-C";
    char command[] = "check";
    char directory[256];
    (void)snprintf(directory, sizeof(directory), "%s", s->directory);
    char *words[] = {program, option, directory, command, NULL};
    int ends[2] = {-1, -1};
    const int out = dup(1);
    const int err = dup(2);
    const bool is_ready = out >= 0 && err >= 0 && pipe(ends) == 0 && dup2(ends[1], 1) == 1 && dup2(ends[1], 2) == 2;
    const int status = is_ready ? weft_main(4, words, NULL) : -1;
    (void)fflush(stdout);
    (void)dup2(out, 1);
    (void)dup2(err, 2);
    (void)close(out);
    (void)close(err);
    (void)close(ends[1]);
    const ssize_t told_len = read(ends[0], told, sizeof(told) - 1);
    (void)close(ends[0]);
    if (status == 0 && told_len > 0) {
        return strstr(told, "out of memory") ? WEFT_MISUSE : WEFT_OK;
    }
    error->code = status == 1 && strstr(told, "out of memory") ? WEFT_NO_MEMORY : WEFT_USAGE;
    (void)snprintf(error->message, sizeof(error->message), "exit status %d: %.200s", status, told);
    return error->code;
}

const outside_entry outside_entries[] = {
    {"weft_server_open", .call = call_open},
    {"weft_server_port", .allocates_nothing = true, .prepare = prepare_server, .call = call_port},
    {"weft_server_admin_port", .allocates_nothing = true, .prepare = prepare_server, .call = call_admin_port},
    {"weft_server_route", .allocates_nothing = true, .prepare = prepare_server, .call = call_route},
    {"weft_server_run",
     .may_manage = true, /* what was cut off is looked for again later */
     .also = WEFT_STORE_UNAVAILABLE,
     .prepare = prepare_run,
     .call = call_run},
    {"weft_server_stop", .allocates_nothing = true, .prepare = prepare_server, .call = call_stop},
    {"weft_server_close", .allocates_nothing = true, .prepare = prepare_server, .call = call_close},
    {"weft_key_create", .call = call_key_create},
    {"weft_key_list", .prepare = prepare_key, .call = call_key_list},
    {"weft_key_revoke", .prepare = prepare_key, .call = call_key_revoke},
    {"weft_main", .call = call_main},
};
const size_t outside_entry_count = sizeof(outside_entries) / sizeof(outside_entries[0]);
