/* `weft complete WORDS…`: what may stand where the last word stands, one candidate a line. The shells ask it, so that a
 * completion knows the project's own models, links, modules and stores.
 *
 * What a command takes is read off its usage line: capitals are placeholders, "a|b" are words to choose from. A project
 * that cannot be opened has no names to offer, which is no error here. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

#define PLACE_BYTES_MAX 128

/* Print `word` when it begins as what was typed does. */
static void offer(const char *word, const char *typed)
{
    if (!strncmp(word, typed, strlen(typed))) {
        puts(word);
    }
}

static json_t *load_graph(cli_run *run)
{
    weft_options options;
    cli_options(run, &options);
    weft_error error;
    weft_text text = {0};
    if (weft_open(&options, &run->engine, &error) != WEFT_OK ||
        weft_graph(run->engine, WEFT_FORMAT_JSON, &text, &error) != WEFT_OK) {
        return NULL;
    }
    json_t *graph = cli_load(text.data, text.len);
    weft_text_free(&text);
    return graph;
}

static void offer_names(const json_t *list, const char *member, const char *typed)
{
    size_t i = 0;
    const json_t *item = NULL;
    json_array_foreach(list, i, item)
    {
        const char *name = json_string_value(json_object_get(item, member));
        if (name) {
            offer(name, typed);
        }
    }
}

static void offer_models(const json_t *graph, const char *typed)
{
    size_t i = 0;
    const json_t *module = NULL;
    json_array_foreach(json_object_get(graph, "modules"), i, module)
    {
        offer_names(json_object_get(module, "models"), "entity", typed);
    }
}

/* What a placeholder of a usage line stands for; nothing for those that are the user's own, as ID and FILE. */
static void offer_placeholder(cli_run *run, const char *place, const char *typed)
{
    json_t *graph = load_graph(run);
    if (!strncmp(place, "MODEL", 5) || !strncmp(place, "ENTITY", 6) || !strncmp(place, "REQUEST", 7)) {
        offer_models(graph, typed);
    } else if (!strncmp(place, "LINK", 4)) {
        offer_names(json_object_get(graph, "links"), "name", typed);
    }
    if (!strcmp(place, "MODULE")) {
        offer_names(json_object_get(graph, "modules"), "name", typed);
    } else if (!strcmp(place, "STORE")) {
        offer_names(json_object_get(graph, "stores"), "name", typed);
    }
    json_decref(graph);
}

/* A place of a usage line: "create|dismiss|restore", "MODEL", "ID…". */
static void offer_place(cli_run *run, const char *place, const char *typed)
{
    char choices[PLACE_BYTES_MAX];
    if (isupper((unsigned char)place[0])) {
        offer_placeholder(run, place, typed);
        return;
    }
    (void)snprintf(choices, sizeof(choices), "%s", place);
    char *rest = NULL;
    for (const char *choice = strtok_r(choices, "|", &rest); choice; choice = strtok_r(NULL, "|", &rest)) {
        if (islower((unsigned char)choice[0])) {
            offer(choice, typed);
        }
    }
}

static void offer_options(const cli_command *command, const char *typed)
{
    static const char *const common[] = {"--directory", "--help", "--json", "--no-color", "--yes"};
    char word[PLACE_BYTES_MAX];
    for (const cli_option *option = command ? command->options : NULL; option && option->name; option++) {
        (void)snprintf(word, sizeof(word), "--%s", option->name);
        offer(word, typed);
    }
    for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
        offer(common[i], typed);
    }
}

/* The option whose value is being typed, or NULL. */
static const cli_option *option_before(const cli_command *command, const char *before)
{
    for (const cli_option *option = command->options; option && option->name; option++) {
        const bool is_long = !strncmp(before, "--", 2) && !strcmp(before + 2, option->name);
        const bool is_letter = before[0] == '-' && before[1] == option->letter && before[1] && !before[2];
        if (option->value && (is_long || is_letter)) {
            return option;
        }
    }
    return NULL;
}

/* The words behind the command and before the last that are no options nor their values. */
static int collect_places(const cli_run *run, const cli_command *command, const char **ret_words)
{
    int count = 0;
    for (int i = 1; i + 1 < run->word_count; i++) {
        if (run->words[i][0] == '-') {
            i += option_before(command, run->words[i]) ? 1 : 0;
        } else {
            ret_words[count++] = run->words[i];
        }
    }
    return count;
}

/* True when `word` may stand at the place `place`, of `len` bytes: it is one of its choices, or anything may. */
static bool may_stand(const char *place, size_t len, const char *word)
{
    const size_t word_len = strlen(word);
    for (const char *choice = place; choice < place + len; choice += strcspn(choice, "|") + 1) {
        const size_t choice_len = strcspn(choice, "| \n");
        if (!islower((unsigned char)choice[0]) || (choice_len == word_len && !strncmp(choice, word, word_len))) {
            return true;
        }
    }
    return false;
}

/* The place behind those that `words` fill, of the way to call that begins at `usage`, into `ret_place`; empty when
 * there is none. */
static void find_place(const char *usage, const char *const *words, int count, char *ret_place, size_t size)
{
    const char *word = usage + strcspn(usage, " ");
    *ret_place = '\0';
    for (int i = 0; *word; i++) {
        word += strspn(word, " ");
        const size_t len = strcspn(word, " \n");
        if (word[0] == '[' || word[0] == '|' || word[0] == '-') {
            return;
        }
        if (i == count) {
            (void)snprintf(ret_place, size, "%.*s", (int)len, word);
            return;
        }
        if (!may_stand(word, len, words[i])) {
            return;
        }
        word += len;
    }
}

/* A usage line may hold several ways to call the command; each begins with its name. */
static const char *next_usage(const cli_command *command, const char *usage)
{
    char start[PLACE_BYTES_MAX];
    (void)snprintf(start, sizeof(start), " %s ", command->name);
    const char *next = strstr(usage, start);
    return next ? next + 1 : NULL;
}

static void offer_places(cli_run *run, const cli_command *command, const char *typed)
{
    const char *words[CLI_WORDS_MAX];
    const int count = collect_places(run, command, words);
    char place[PLACE_BYTES_MAX];
    char before[PLACE_BYTES_MAX] = "";
    for (const char *usage = command->usage; usage; usage = next_usage(command, usage)) {
        find_place(usage, words, count, place, sizeof(place));
        if (place[0] && strcmp(place, before) != 0) {
            offer_place(run, place, typed);
        }
        (void)snprintf(before, sizeof(before), "%s", place);
    }
}

static void offer_word(cli_run *run, const cli_command *command, const char *typed)
{
    const char *before = run->words[run->word_count - 2];
    const cli_option *option = run->word_count > 2 ? option_before(command, before) : NULL;
    if (option) {
        offer_place(run, option->value, typed);
    } else if (typed[0] == '-') {
        offer_options(command, typed);
    } else {
        offer_places(run, command, typed);
    }
}

static int run_complete(cli_run *run)
{
    const char *typed = run->word_count > 0 ? run->words[run->word_count - 1] : "";
    const cli_command *command = run->word_count > 1 ? cli_find_command(run->words[0]) : NULL;
    if (command) {
        offer_word(run, command, typed);
    } else if (run->word_count <= 1 && typed[0] == '-') {
        offer_options(NULL, typed);
    } else if (run->word_count <= 1) {
        cli_each_command(offer, typed);
    }
    return 0;
}

const cli_command cli_command_complete = {
    .name = "complete",
    .summary = "what may be typed next, for a shell's completion",
    .usage = "complete -- WORDS…",
    .details = "The completions of bash, zsh and fish ask it; they are installed with weft.\n",
    .examples = "  weft complete -- get pro\n",
    .words_min = 0,
    .words_max = CLI_WORDS_MAX,
    .run = run_complete,
};
