/* Tables without a definition: db:migrate --drop, db:undo, db:purge; and db:rollback. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

typedef weft_code trash_change(weft_engine *engine, const char *name, weft_text *ret_json, weft_error *error);

static int change(cli_run *run, trash_change *function, const char *name, const char *done)
{
    int status = 0;
    weft_text text = {0};
    weft_error error;
    if (!cli_open(run, &status)) {
        return status;
    }
    if (function(run->engine, name, &text, &error) != WEFT_OK) {
        return cli_tell(run, &error);
    }
    if (run->wants_json) {
        printf("%s\n", text.data);
    }
    json_t *changed = json_loadb(text.data, text.len, 0, NULL);
    for (size_t i = 0; i < json_array_size(changed); i++) {
        const json_t *entry = json_array_get(changed, i);
        const char *table = json_string_value(json_object_get(entry, "table"));
        cli_note(run, "%s %s (%s)", table, done, json_string_value(json_object_get(entry, "trash")));
    }
    if (json_array_size(changed) == 0) {
        cli_note(run, "the trash is empty");
    }
    json_decref(changed);
    weft_text_free(&text);
    return 0;
}

int cli_drop_table(cli_run *run, const char *name)
{
    return change(run, weft_migrate_drop, name, "is in the trash, `weft db:undo` brings it back");
}

/* One word of a shell, in quotes where it needs them; to be freed. NULL: out of memory. */
static char *shell_word(const char *text)
{
    const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./";
    if (strspn(text, plain) == strlen(text)) {
        return strdup(text);
    }
    char *word = malloc(strlen(text) * 4 + 3);
    size_t len = 0;
    if (!word) {
        return NULL;
    }
    word[len++] = '\'';
    for (const char *at = text; *at; at++) {
        if (*at == '\'') {
            memcpy(word + len, "'\\'", 3);
            len += 3;
        }
        word[len++] = *at;
    }
    word[len++] = '\'';
    word[len] = '\0';
    return word;
}

void cli_note_trash(const cli_run *run, const json_t *store, bool is_one_of_many)
{
    size_t at = 0;
    json_t *entry = NULL;
    json_array_foreach(json_object_get(store, "trash"), at, entry)
    {
        const char *trash = json_string_value(json_object_get(entry, "trash"));
        const char *name = json_string_value(json_object_get(store, "name"));
        json_t *full = is_one_of_many ? json_sprintf("%s/%s", name, trash) : json_string(trash);
        char *word = full ? shell_word(json_string_value(full)) : NULL;
        cli_note(run,
                 "in the trash: %s, dropped %s; `weft db:undo %s` brings it back",
                 json_string_value(json_object_get(entry, "table")),
                 json_string_value(json_object_get(entry, "dropped_at")),
                 word ? word : trash);
        free(word);
        json_decref(full);
    }
}

static int run_undo(cli_run *run)
{
    return change(run, weft_migrate_undo, run->words[0], "is back");
}

static int run_purge(cli_run *run)
{
    const char *name = run->word_count > 0 ? run->words[0] : NULL;
    if (!run->says_yes && run->is_terminal_err && run->is_terminal_out) {
        (void)fputs("Remove it from the trash for good? [y/N] ", stderr);
        char answer[16] = "";
        run->says_yes = fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y');
    }
    if (!run->says_yes) {
        const weft_error error = {.code = WEFT_REFUSED_UNSAFE,
                                  .message = "what is purged is gone for good",
                                  .hint = "Say --yes to do it all the same."};
        return cli_tell(run, &error);
    }
    return change(run, weft_migrate_purge, name, "is gone for good");
}

const cli_command cli_command_db_undo = {
    .name = "db:undo",
    .summary = "bring back a table that db:migrate --drop put into the trash",
    .usage = "db:undo NAME|STORE/NAME",
    .details = "NAME is what the table was called, its name in the trash or that of its link. The latest comes back.\n"
               "Where several stores have it, name the store too.\n",
    .examples = "  weft db:undo product_blog_post\n  weft db:undo content/blog_post\n",
    .words_min = 1,
    .words_max = 1,
    .run = run_undo,
};

const cli_command cli_command_db_purge = {
    .name = "db:purge",
    .summary = "remove what is in the trash for good",
    .usage = "db:purge [NAME|STORE/NAME] [--yes]",
    .details = "Without a name: all of it; a name means every store's, unless the store is named too.\n"
               "Without --yes or a yes at the prompt it is refused, with exit status 5.\n",
    .examples = "  weft db:purge --yes\n  weft db:purge product_blog_post\n",
    .words_max = 1,
    .run = run_purge,
};

static int run_rollback(cli_run *run)
{
    int status = 0;
    size_t reverted = 0;
    weft_error error;
    if (!cli_open(run, &status)) {
        return status;
    }
    if (weft_migrate_rollback(run->engine, &reverted, &error) != WEFT_OK) {
        return cli_tell(run, &error);
    }
    if (run->wants_json) {
        printf("{\"reverted\":%zu}\n", reverted);
    } else {
        cli_note(run, "%zu change%s reverted", reverted, reverted == 1 ? "" : "s");
    }
    return 0;
}

const cli_command cli_command_db_rollback = {
    .name = "db:rollback",
    .summary = "revert the last migration where nothing is lost by it",
    .usage = "db:rollback",
    .details = "Refused with exit status 5, changing nothing, when something that came with it holds rows or values.\n",
    .examples = "  weft db:rollback\n",
    .run = run_rollback,
};
