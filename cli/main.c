/* The program, as a function: finds the command, reads its options, runs it. Exit status: 0 ok, 1 failed, 2 usage, 3
 * changes pending, 4 integrity findings, 5 refused as unsafe. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "weft/main.h"

static const cli_command *const commands[] = {
    &cli_command_init,     &cli_command_check,    &cli_command_graph,       &cli_command_db_status,
    &cli_command_db_plan,  &cli_command_db_apply, &cli_command_db_migrate,  &cli_command_db_sync_links,
    &cli_command_db_undo,  &cli_command_db_purge, &cli_command_db_rollback, &cli_command_create,
    &cli_command_list,     &cli_command_get,      &cli_command_update,      &cli_command_import,
    &cli_command_export,   &cli_command_link,     &cli_command_delete,      &cli_command_impact,
    &cli_command_restore,  &cli_command_recover,  &cli_command_doctor,      &cli_command_query,
    &cli_command_explain,  &cli_command_serve,    &cli_command_key,         &cli_command_module,
    &cli_command_complete, &cli_command_version,
};
#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static void print_help(const cli_run *run, FILE *out)
{
    (void)fprintf(out,
                  "%s: module links across databases\n\nusage: %s [-C DIR] COMMAND [ARGUMENTS]\n\ncommands:\n",
                  run->program,
                  run->program);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        (void)fprintf(out, "  %-14s %s\n", commands[i]->name, commands[i]->summary);
    }
    (void)fputs("\n"
                "options of every command:\n"
                "  -C, --directory DIR  the project (where weft.yaml is); default: here\n"
                "      --json           for programs: JSON on stdout, errors as JSON on stderr\n"
                "  -y, --yes            answer yes to every question\n"
                "      --no-color       no colours (also: NO_COLOR=1)\n"
                "  -h, --help           help; `weft COMMAND --help` shows a command with examples\n"
                "\n"
                "exit status: 0 ok, 1 failed, 2 usage, 3 changes pending, 4 integrity findings, 5 refused as unsafe\n",
                out);
}

/* Bytes of `text` that are none of a column: all but the first of each character. */
static int bytes_beyond_columns(const char *text)
{
    int count = 0;
    for (; *text; text++) {
        count += ((unsigned char)*text & 0xc0) == 0x80;
    }
    return count;
}

static void print_command_help(const cli_run *run, const cli_command *command)
{
    printf("%s %s: %s\n\nusage: %s %s\n", run->program, command->name, command->summary, run->program, command->usage);
    if (command->details) {
        printf("\n%s", command->details);
    }
    if (command->options) {
        printf("\noptions:\n");
        for (const cli_option *option = command->options; option->name; option++) {
            char left[64];
            (void)snprintf(left,
                           sizeof(left),
                           "%c%c%s --%s%s%s",
                           option->letter ? '-' : ' ',
                           option->letter ? option->letter : ' ',
                           option->letter ? "," : " ",
                           option->name,
                           option->value ? " " : "",
                           option->value ? option->value : "");
            printf("  %-*s %s\n", 26 + bytes_beyond_columns(left), left, option->help);
        }
    }
    printf("\nexamples:\n%s", command->examples);
}

const cli_command *cli_find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

void cli_each_command(void (*tell)(const char *name, const char *typed), const char *typed)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        tell(commands[i]->name, typed);
    }
}

const char *cli_value(const cli_run *run, const char *name)
{
    const cli_option *options = run->command->options;
    for (int i = 0; options && options[i].name; i++) {
        if (strcmp(options[i].name, name) == 0) {
            return run->values[i];
        }
    }
    return NULL;
}

bool cli_has(const cli_run *run, const char *name)
{
    return cli_value(run, name) != NULL;
}

size_t cli_values(const cli_run *run, const char *name, const char *ret_values[CLI_WORDS_MAX])
{
    size_t count = 0;
    const cli_option *options = run->command->options;
    for (int i = 0; i < run->given_count; i++) {
        if (strcmp(options[run->given_to[i]].name, name) == 0) {
            ret_values[count++] = run->given[i];
        }
    }
    return count;
}

/* The place of the option called by `word` ("--take", "--take=5", "-t") in the command's table, or -1. */
static int find_option(const cli_command *command, const char *word)
{
    const cli_option *options = command ? command->options : NULL;
    const size_t len = strcspn(word + 2, "=");
    for (int i = 0; options && options[i].name; i++) {
        const bool is_long =
            word[1] == '-' && strlen(options[i].name) == len && !strncmp(word + 2, options[i].name, len);
        const bool is_letter = word[1] != '-' && word[1] == options[i].letter && word[2] == '\0';
        if (is_long || is_letter) {
            return i;
        }
    }
    return -1;
}

typedef struct words {
    int count;
    char **items;
    int at;
    bool wants_help;
} words;

/* An option that every command takes; false when `word` is none. */
static bool take_common_option(cli_run *run, words *line, const char *word, int *ret_status)
{
    if (!strcmp(word, "--json")) {
        run->wants_json = true;
    } else if (!strcmp(word, "-y") || !strcmp(word, "--yes")) {
        run->says_yes = true;
    } else if (!strcmp(word, "--no-color")) {
        run->has_color = false;
    } else if (!strcmp(word, "-h") || !strcmp(word, "--help")) {
        line->wants_help = true;
    } else if (!strncmp(word, "--directory=", 12)) {
        run->directory = word + 12;
    } else if (!strcmp(word, "-C") || !strcmp(word, "--directory")) {
        if (line->at >= line->count) {
            *ret_status = cli_usage(run, "option \"%s\" needs a value", word);
        } else {
            run->directory = line->items[line->at++];
        }
    } else {
        return false;
    }
    return true;
}

/* A word that is not UTF-8 cannot become JSON; left out, a filter or a value would be lost in silence. True also when
 * there is no memory to tell: then what uses the word has none either, and says so. */
static bool is_utf8(const char *word)
{
    errno = 0;
    json_t *any = json_string_nocheck(word);
    json_t *text = any ? json_string(word) : NULL;
    const bool is_right = text || !any || errno == ENOMEM;
    json_decref(text);
    json_decref(any);
    return is_right;
}

static bool may_repeat(const cli_command *command, const char *name)
{
    for (size_t i = 0; i < sizeof(command->repeats) / sizeof(command->repeats[0]); i++) {
        if (command->repeats[i] && !strcmp(command->repeats[i], name)) {
            return true;
        }
    }
    return false;
}

static int take_command_option(cli_run *run, words *line, const char *word)
{
    const int at = find_option(run->command, word);
    if (at < 0) {
        return cli_usage(run, "unknown option \"%s\"", word);
    }
    const char *given = strchr(word, '=');
    if (run->values[at] && !may_repeat(run->command, run->command->options[at].name)) {
        return cli_usage(run, "option \"--%s\" is given twice", run->command->options[at].name);
    }
    if (!run->command->options[at].value) {
        run->values[at] = "";
        return given ? cli_usage(run, "option \"%.*s\" takes no value", (int)(given - word), word) : 0;
    }
    if (given && word[1] == '-') {
        run->values[at] = given + 1;
    } else if (line->at < line->count) {
        run->values[at] = line->items[line->at++];
    } else {
        return cli_usage(run, "option \"%s\" needs a value", word);
    }
    if (run->given_count == CLI_WORDS_MAX) {
        return cli_usage(run, "more than %d options", CLI_WORDS_MAX);
    }
    run->given[run->given_count] = run->values[at];
    run->given_to[run->given_count++] = at;
    return is_utf8(run->values[at]) ? 0 : cli_usage(run, "the value of option \"%s\" is not UTF-8 text", word);
}

static int take_word(cli_run *run, const char *word)
{
    if (!run->command) {
        run->command = cli_find_command(word);
        return run->command ? 0 : cli_usage(run, "unknown command \"%s\"", word);
    }
    if (run->word_count == CLI_WORDS_MAX) {
        return cli_usage(run, "more than %d words", CLI_WORDS_MAX);
    }
    run->words[run->word_count++] = word;
    return 0;
}

static int read_line(cli_run *run, words *line)
{
    bool only_words = false;
    while (line->at < line->count) {
        const char *word = line->items[line->at++];
        int status = 0;
        if (!is_utf8(word)) {
            return cli_usage(run, "a word of the command line is not UTF-8 text");
        }
        if (only_words || word[0] != '-' || word[1] == '\0') {
            status = take_word(run, word);
        } else if (!strcmp(word, "--")) {
            only_words = true;
        } else if (find_option(run->command, word) >= 0 || !take_common_option(run, line, word, &status)) {
            status =
                run->command ? take_command_option(run, line, word) : cli_usage(run, "unknown option \"%s\"", word);
        }
        if (status != 0) {
            return status;
        }
    }
    return 0;
}

void cli_options(cli_run *run, weft_options *ret_options)
{
    weft_options options = WEFT_OPTIONS_INIT;
    options.directory = run->directory;
    options.project = run->application->project;
    options.definitions = run->application->definitions;
    options.observer = (weft_observer){cli_observe, run};
    const char *deterministic = getenv("WEFT_DETERMINISTIC"); /* the second of 2026 that a test begins at */
    options.deterministic = deterministic ? (uint32_t)strtoul(deterministic, NULL, 10) : 0;
    *ret_options = options;
}

bool cli_open(cli_run *run, int *ret_status)
{
    weft_options options;
    cli_options(run, &options);
    weft_error error;
    if (weft_open(&options, &run->engine, &error) == WEFT_OK) {
        return true;
    }
    *ret_status = cli_tell(run, &error);
    return false;
}

static int run_version(cli_run *run)
{
    printf(run->wants_json ? "{\"version\":\"%s\"}\n" : "weft %s\n", weft_version());
    return 0;
}

const cli_command cli_command_version = {
    .name = "version",
    .summary = "print the version",
    .usage = "version",
    .examples = "  weft version\n",
    .run = run_version,
};

static int run_command(cli_run *run)
{
    const cli_command *command = run->command;
    if (run->word_count < command->words_min || run->word_count > command->words_max) {
        return cli_usage(run, run->word_count < command->words_min ? "too few arguments" : "too many arguments");
    }
    const int status = command->run(run);
    cli_end_progress(run);
    weft_close(run->engine);
    weft_close(run->whole);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        (void)fputs("weft: could not write to standard output\n", stderr);
        return status ? status : 1;
    }
    return status;
}

int weft_main(int argc, char **argv, const weft_application *application)
{
    static const weft_application plain = {0};
    cli_run run = {.application = application ? application : &plain,
                   .directory = ".",
                   .is_terminal_out = isatty(1),
                   .is_terminal_err = isatty(2)};
    run.program = run.application->name ? run.application->name : "weft";
    const char *no_color = getenv("NO_COLOR");
    run.has_color = run.is_terminal_err && !(no_color && *no_color);
    words line = {argc, argv, 1, false};
    if (argc == 2 && (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V"))) {
        return cli_command_version.run(&run);
    }
    if (argc >= 2 && !strcmp(argv[1], "help")) {
        line.wants_help = true;
        line.at = 2;
    }
    const int status = read_line(&run, &line);
    if (line.wants_help && run.command) {
        print_command_help(&run, run.command);
        return 0;
    }
    if (status != 0) {
        return status;
    }
    if (!run.command) {
        print_help(&run, line.wants_help ? stdout : stderr);
        return line.wants_help ? 0 : 2;
    }
    return run_command(&run);
}
