/* What every command of the program shares. The program sees only weft's public headers. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <jansson.h>
#include <stdio.h>

#include "weft/main.h"

#define CLI_OPTIONS_MAX 16
#define CLI_WORDS_MAX   256

/* An option a command takes. A table of them ends with a NULL `name`. */
typedef struct cli_option {
    const char *name;  /* "take", given as --take */
    char letter;       /* 't', given as -t; 0: none */
    const char *value; /* "N": it takes a value, named so in the help; NULL: it is a switch */
    const char *help;
} cli_option;

/* What makes a request of an entity's name, and says for whom. */
#define CLI_REQUEST_OPTIONS                                                                                            \
    {"fields", 'f', "FIELDS", "comma separated: id,title,blog_posts.*"},                                               \
        {"where", 'w', "JSON", "filters, such as '{\"status\":\"draft\"}'"},                                           \
        {"order", 'o', "FIELDS", "comma separated; -title is descending"}, {"take", 't', "N", "at most N records"},    \
        {"skip", 's', "N", "leave out the first N (the answer then counts)"},                                          \
        {"with-deleted", 0, NULL, "deleted records too"},                                                              \
        {"rows", 0, "FIELD=VALUE", "as a caller for whom only such records exist"},                                    \
    {                                                                                                                  \
        "shared", 0, "MODELS", "with --rows: models without the field that exist whole"                                \
    }

typedef struct cli_command cli_command;

/* One run of the program: what was typed, and where it writes. */
typedef struct cli_run {
    const weft_application *application; /* never NULL */
    const char *program;                 /* its name */
    const cli_command *command;
    const char *directory;
    bool wants_json;
    bool says_yes;
    bool has_color; /* on stderr and in tables */
    bool is_terminal_out;
    bool is_terminal_err;
    const char *values[CLI_OPTIONS_MAX]; /* by place in the command's options; NULL: not given; "" for a switch */
    const char *given[CLI_WORDS_MAX];    /* every value of an option, in order */
    int given_to[CLI_WORDS_MAX];         /* by its place in the command's options */
    int given_count;
    const char *words[CLI_WORDS_MAX]; /* what is no option */
    int word_count;
    weft_engine *engine; /* opened by cli_open */
    weft_engine *whole;  /* behind `engine` where cli_scope_rows narrowed it; else NULL */
    bool progress_shown;
} cli_run;

struct cli_command {
    const char *name;
    const char *summary;
    const char *usage;         /* after "weft " */
    const char *details;       /* paragraphs of help; may be NULL */
    const char *examples;      /* lines */
    const cli_option *options; /* NULL: none */
    const char *repeats[2];    /* options that may be given several times; NULL: none */
    int words_min, words_max;
    int (*run)(cli_run *run); /* exit status */
};

/* Commands, by file. */
extern const cli_command cli_command_init, cli_command_check, cli_command_graph;
extern const cli_command cli_command_db_status, cli_command_db_plan, cli_command_db_migrate, cli_command_db_sync_links;
extern const cli_command cli_command_db_apply, cli_command_db_undo, cli_command_db_purge;
extern const cli_command cli_command_db_rollback, cli_command_module;
extern const cli_command cli_command_create, cli_command_update, cli_command_import;
extern const cli_command cli_command_list, cli_command_get, cli_command_query, cli_command_explain;
extern const cli_command cli_command_export;
extern const cli_command cli_command_link, cli_command_doctor, cli_command_serve, cli_command_key;
extern const cli_command cli_command_delete, cli_command_impact, cli_command_restore, cli_command_recover;
extern const cli_command cli_command_complete, cli_command_version;

/* The command called `name`, or NULL. */
const cli_command *cli_find_command(const char *name);
/* Each command's name, with what was typed. */
void cli_each_command(void (*tell)(const char *name, const char *typed), const char *typed);

/* The value of option `name` of the running command; NULL when not given. */
const char *cli_value(const cli_run *run, const char *name);
bool cli_has(const cli_run *run, const char *name);
/* All values of an option that may be given several times; answers their number. */
size_t cli_values(const cli_run *run, const char *name, const char *ret_values[CLI_WORDS_MAX]);

/* How the project is opened. */
void cli_options(cli_run *run, weft_options *ret_options);
/* Open the project. On failure the error has been told, and the exit status is in *ret_status. */
bool cli_open(cli_run *run, int *ret_status);

/* Narrow run->engine to what --rows and --shared say, where they are given. False: told, and as cli_open. */
bool cli_scope_rows(cli_run *run, int *ret_status);

/* Tell an error on stderr (text, or JSON with --json) and answer its exit status. */
int cli_tell(const cli_run *run, const weft_error *error);
/* Tell a mistake in the command line; answers 2. */
int cli_usage(const cli_run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A line on stderr for people; nothing with --json. */
void cli_note(const cli_run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ANSI sequence for "bold", "dim", "red", "green", "yellow", "" (reset); empty text without colour. */
const char *cli_color(const cli_run *run, const char *name);

/* Read what `source` names into a fresh text: "-" stdin, "@FILE" or an existing FILE, else the words themselves when
 * they begin like JSON. The caller frees *ret_text. On failure an exit status other than 0, told. */
int cli_read_text(const cli_run *run, const char *source, char **ret_text, size_t *ret_len);

/* JSON of the library to be shown to people: numbers with more digits than jansson keeps become texts of those digits.
 * NULL: no memory. */
json_t *cli_load(const char *text, size_t len);

/* Write text and a line's end to a file. On failure an exit status other than 0, told. */
int cli_write_file(const cli_run *run, const char *path, const char *text, size_t len);

/* Create a file with the folders above it and tell its path; fails when it is there. On failure an exit status other
 * than 0, told. */
int cli_create_file(const cli_run *run, const char *path, const char *text);

/* db:migrate --drop */
int cli_drop_table(cli_run *run, const char *name);
/* What db:status tells of a store's trash, with the command that brings each table back. `is_one_of_many`: other stores
 * may have a table of that name in theirs. */
void cli_note_trash(const cli_run *run, const json_t *store, bool is_one_of_many);

/* Print an array of objects as an aligned table with a header (missing values stay empty, nested ones are JSON). */
void cli_print_table(const cli_run *run, const json_t *rows);
/* Print one object as "name  value" lines. */
void cli_print_record(const cli_run *run, json_t *record);
/* Print each element of an array as one line of JSON. */
void cli_print_ndjson(const json_t *rows);

/* Receives the library's events; `ctx` is the cli_run. */
void cli_observe(void *ctx, const weft_event *event);
/* End a progress bar that is on the screen. */
void cli_end_progress(cli_run *run);

/* A request out of command-line options and of `filters` (or NULL), which must hold as well; see request.c. NULL: told,
 * *ret_status set. The caller frees it. */
char *cli_request_from_options(
    const cli_run *run, const char *entity, const char *default_fields, const json_t *filters, int *ret_status);

/* What weft_describe says of `entity`; NULL: told, *ret_status set. The caller releases it. */
json_t *cli_describe(const cli_run *run, const char *entity, int *ret_status);

/* A fresh value out of the words `text`, typed by the field that `description`, of an entity, has. On failure an exit
 * status other than 0, told. */
int cli_typed(const cli_run *run, const json_t *description, const char *field, const char *text, json_t **ret_value);

/* The request that words[0] is (a file, stdin or JSON), or that is made of the entity it names and of options. NULL:
 * told, *ret_status set. The caller frees it. */
char *cli_read_request(cli_run *run, size_t *ret_len, int *ret_status);

/* {"field": value, …} from "field=value" words, typed by the entity's fields; NULL: told, *ret_status set. */
json_t *cli_object_from_words(
    const cli_run *run, const char *entity, const char *const *words, int count, int *ret_status);

/* Answer `request` and print it: JSON as the library gives it (pretty on a terminal), or with `as_table` a table of its
 * rows. */
int cli_answer(cli_run *run, const char *request, size_t request_len, weft_format format, bool as_table);

#endif
