/* What people see: errors, notes, colours, the progress bar. Talk goes to stderr; data never passes through here. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

#define PROGRESS_WIDTH 30

const char *cli_color(const cli_run *run, const char *name)
{
    static const char *const sequences[][2] = {{"bold", "\033[1m"},
                                               {"dim", "\033[2m"},
                                               {"red", "\033[31m"},
                                               {"green", "\033[32m"},
                                               {"yellow", "\033[33m"},
                                               {"", "\033[0m"}};
    for (size_t i = 0; run->has_color && i < sizeof(sequences) / sizeof(sequences[0]); i++) {
        if (!strcmp(sequences[i][0], name)) {
            return sequences[i][1];
        }
    }
    return "";
}

static void set_text(json_t *object, const char *key, const char *text)
{
    if (text[0]) {
        (void)json_object_set_new(object, key, json_string(text));
    }
}

static void tell_json(const weft_error *error)
{
    json_t *object = json_object();
    set_text(object, "code", weft_code_name(error->code));
    set_text(object, "message", error->message);
    set_text(object, "detail", error->detail);
    set_text(object, "hint", error->hint);
    set_text(object, "where", error->where);
    set_text(object, "store", error->store);
    set_text(object, "sqlstate", error->sqlstate);
    char *text = json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER);
    (void)fprintf(stderr, "%s\n", text ? text : "{}");
    free(text);
    json_decref(object);
}

static void tell_part(const cli_run *run, const char *name, const char *text)
{
    if (text[0]) {
        (void)fprintf(stderr, "  %s%-6s%s %s\n", cli_color(run, "dim"), name, cli_color(run, ""), text);
    }
}

int cli_tell(const cli_run *run, const weft_error *error)
{
    if (run->wants_json) {
        tell_json(error);
    } else {
        (void)fprintf(stderr, "%serror:%s %s\n", cli_color(run, "red"), cli_color(run, ""), error->message);
        tell_part(run, "where", error->where);
        tell_part(run, "store", error->store);
        tell_part(run, "detail", error->detail);
        tell_part(run, "hint", error->hint);
        tell_part(run, "code", weft_code_name(error->code));
    }
    return weft_code_exit_status(error->code);
}

int cli_usage(const cli_run *run, const char *format, ...)
{
    weft_error error = {.code = WEFT_USAGE};
    va_list args;
    va_start(args, format);
    (void)vsnprintf(error.message, sizeof(error.message), format, args);
    va_end(args);
    for (char *at = error.message; *at; at++) {
        *at = (unsigned char)*at < ' ' ? '?' : *at; /* words may have line ends, a message has none */
    }
    if (run->command) {
        (void)snprintf(error.hint,
                       sizeof(error.hint),
                       "Usage: weft %s. `weft %s --help` shows examples.",
                       run->command->usage,
                       run->command->name);
    } else {
        (void)snprintf(error.hint, sizeof(error.hint), "`weft --help` lists the commands.");
    }
    return cli_tell(run, &error);
}

void cli_note(const cli_run *run, const char *format, ...)
{
    if (run->wants_json) {
        return;
    }
    va_list args;
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fputc('\n', stderr);
}

void cli_observe(void *ctx, const weft_event *event)
{
    cli_run *run = ctx;
    for (size_t i = 0; i < run->application->subscriber_count; i++) {
        run->application->subscribers[i].notify(run->application->subscribers[i].ctx, event);
    }
    if (event->kind == WEFT_EVENT_NOTICE && !run->wants_json) {
        (void)fprintf(stderr,
                      "%snote:%s %.*s\n",
                      cli_color(run, "yellow"),
                      cli_color(run, ""),
                      (int)event->text.len,
                      event->text.data);
    }
    if (event->kind != WEFT_EVENT_PROGRESS || !run->is_terminal_err || run->wants_json) {
        return;
    }
    run->progress_shown = true;
    if (event->total == 0) {
        (void)fprintf(stderr, "\r%12llu rows", (unsigned long long)event->done);
        return;
    }
    const int filled = (int)(event->done * PROGRESS_WIDTH / event->total);
    (void)fprintf(stderr,
                  "\r[%.*s%*s] %3d %%",
                  filled,
                  "##############################",
                  PROGRESS_WIDTH - filled,
                  "",
                  (int)(event->done * 100 / event->total));
}

void cli_end_progress(cli_run *run)
{
    if (run->progress_shown) {
        (void)fputs("\r\033[K", stderr);
        run->progress_shown = false;
    }
}
