/* weft key: API keys of servers of the project. Needs no store, and not that the definitions are good. */
#include <string.h>

#include "cli/cli.h"
#include "weft/serve.h"

static const cli_option key_options[] = {
    {"name", 0, "NAME", "what the key is for"},
    {"scope", 0, "read|write|admin", "what it may do; default read"},
    {"role", 0, "ROLE", "of weft.yaml: it touches what the role lists; default everything"},
    {"module", 0, "MODULE", "it touches this module only; may be repeated"},
    {"tenant", 0, "VALUE", "it sees this tenant's rows, where its role narrows rows"},
    {NULL, 0, NULL, NULL},
};

static int create_key(cli_run *run)
{
    const char *modules[CLI_WORDS_MAX];
    const weft_key_options options = {.directory = run->directory,
                                      .name = cli_value(run, "name"),
                                      .scope = cli_value(run, "scope"),
                                      .role = cli_value(run, "role"),
                                      .modules = modules,
                                      .module_count = cli_values(run, "module", modules),
                                      .tenant = cli_value(run, "tenant")};
    weft_text text = {0};
    weft_error error;
    if (run->word_count != 1) {
        return cli_usage(run, "too many arguments");
    }
    if (weft_key_create(&options, &text, &error) != WEFT_OK) {
        return cli_tell(run, &error);
    }
    json_t *key = json_loadb(text.data, text.len, 0, NULL);
    printf("%s\n", run->wants_json ? text.data : json_string_value(json_object_get(key, "key")));
    cli_note(run, "key %s is shown this once", json_string_value(json_object_get(key, "id")));
    json_decref(key);
    weft_text_free(&text);
    return 0;
}

static int list_keys(cli_run *run)
{
    weft_text text = {0};
    weft_error error;
    if (run->word_count != 1) {
        return cli_usage(run, "too many arguments");
    }
    if (weft_key_list(run->directory, &text, &error) != WEFT_OK) {
        return cli_tell(run, &error);
    }
    json_t *keys = json_loadb(text.data, text.len, 0, NULL);
    if (run->wants_json) {
        printf("%s\n", text.data);
    } else {
        cli_print_table(run, keys);
    }
    json_decref(keys);
    weft_text_free(&text);
    return 0;
}

static int revoke_key(cli_run *run)
{
    weft_error error;
    if (run->word_count != 2) {
        return cli_usage(run, "say which key, by its id");
    }
    if (weft_key_revoke(run->directory, run->words[1], &error) != WEFT_OK) {
        return cli_tell(run, &error);
    }
    cli_note(run, "key %s is revoked", run->words[1]);
    return 0;
}

static int run_key(cli_run *run)
{
    const bool is_create = !strcmp(run->words[0], "create");
    for (size_t i = 0; !is_create && key_options[i].name; i++) {
        if (cli_has(run, key_options[i].name)) {
            return cli_usage(run, "--%s is of `key create`", key_options[i].name);
        }
    }
    if (is_create) {
        return create_key(run);
    }
    if (!strcmp(run->words[0], "list")) {
        return list_keys(run);
    }
    return !strcmp(run->words[0], "revoke")
               ? revoke_key(run)
               : cli_usage(run, "unknown action \"%s\"; it is create, list or revoke", run->words[0]);
}

const cli_command cli_command_key = {
    .name = "key",
    .summary = "make, list and revoke API keys of the server",
    .usage =
        "key create [--name NAME] [--scope read|write|admin] [--role ROLE] [--module MODULE]... [--tenant VALUE] | "
        "key list | key revoke ID",
    .details = "As soon as there is a key, `weft serve` answers nobody without one, and may listen on any address. The "
               "key is\n"
               "shown once; the file weft.keys holds its SHA-256.\n",
    .examples = "  weft key create --name reports\n  weft key create --role clerk --scope write\n  weft key revoke "
                "5f0c9a1be2d4\n",
    .options = key_options,
    .repeats = {"module"},
    .words_min = 1,
    .words_max = 2,
    .run = run_key,
};
