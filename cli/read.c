/* Reading what a word of the command line names: a file, standard input, or the JSON itself; and "field=value" words.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"

#define INPUT_BYTES_MAX ((size_t)256 << 20)

static int fail_file(const cli_run *run, const char *path, const char *why)
{
    weft_error error = {.code = WEFT_FILE_ERROR};
    (void)snprintf(error.message, sizeof(error.message), "could not read \"%s\": %s", path, why);
    return cli_tell(run, &error);
}

static int read_stream(const cli_run *run, FILE *in, const char *path, char **ret_text, size_t *ret_len)
{
    char *text = NULL;
    size_t len = 0;
    size_t capacity = 0;
    while (!feof(in) && !ferror(in)) {
        if (capacity - len < 4096) {
            capacity = capacity ? capacity * 2 : 16384;
            char *grown = capacity > INPUT_BYTES_MAX ? NULL : realloc(text, capacity);
            if (!grown) {
                free(text);
                return fail_file(run, path, "it is larger than 256 MiB");
            }
            text = grown;
        }
        len += fread(text + len, 1, capacity - len - 1, in);
    }
    if (!text || ferror(in)) {
        free(text);
        return fail_file(run, path, strerror(errno));
    }
    text[len] = '\0';
    *ret_text = text;
    *ret_len = len;
    return 0;
}

static bool looks_like_json(const char *text)
{
    const char first = text[strspn(text, " \t\r\n")];
    return first == '{' || first == '[';
}

int cli_read_text(const cli_run *run, const char *source, char **ret_text, size_t *ret_len)
{
    if (!strcmp(source, "-")) {
        return read_stream(run, stdin, "standard input", ret_text, ret_len);
    }
    if (looks_like_json(source)) {
        *ret_text = strdup(source);
        *ret_len = strlen(source);
        return *ret_text ? 0 : fail_file(run, "the command line", "out of memory");
    }
    const char *path = source[0] == '@' ? source + 1 : source;
    struct stat facts;
    FILE *in = stat(path, &facts) == 0 && S_ISDIR(facts.st_mode) ? (errno = EISDIR, NULL) : fopen(path, "rb");
    if (!in) {
        return fail_file(run, path, strerror(errno));
    }
    const int status = read_stream(run, in, path, ret_text, ret_len);
    (void)fclose(in);
    return status;
}

#define EXACT_DIGITS_MAX 17 /* what jansson surely keeps of a number */

/* The end of the number that begins at `at`; *ret_is_long: it has more digits than jansson keeps. */
static size_t number_end(const char *text, size_t len, size_t at, bool *ret_is_long)
{
    size_t digits = 0;
    bool is_leading = true;
    bool is_exponent = false;
    for (; at < len && text[at] && strchr("+-.0123456789eE", text[at]); at++) {
        is_exponent = is_exponent || text[at] == 'e' || text[at] == 'E';
        is_leading = is_leading && strchr("-0.", text[at]);
        digits += !is_leading && !is_exponent && text[at] != '.';
    }
    *ret_is_long = digits > EXACT_DIGITS_MAX;
    return at;
}

json_t *cli_load(const char *text, size_t len)
{
    char *quoted = malloc(len * 2 + 2);
    size_t out = 0;
    bool is_in_text = false;
    size_t at = 0;
    while (quoted && at < len) {
        size_t end = at + 1;
        bool is_long = false;
        if (is_in_text && text[at] == '\\') {
            end += end < len;
        } else if (text[at] == '"') {
            is_in_text = !is_in_text;
        } else if (!is_in_text && text[at] && strchr("-0123456789", text[at])) {
            end = number_end(text, len, at, &is_long);
        }
        quoted[out] = '"';
        out += is_long;
        memcpy(quoted + out, text + at, end - at);
        out += end - at;
        quoted[out] = '"';
        out += is_long;
        at = end;
    }
    json_t *value = quoted ? json_loadb(quoted, out, JSON_DECODE_ANY, NULL) : NULL;
    free(quoted);
    return value;
}

/* The type of `name` as the description of an entity has it, or "text" when the entity does not know it: the library
 * then tells the unknown name better than we could. */
static const char *type_of(const json_t *description, const char *name)
{
    size_t at = 0;
    json_t *field = NULL;
    json_array_foreach(json_object_get(description, "fields"), at, field)
    {
        const char *known = json_string_value(json_object_get(field, "name"));
        if (known && !strcmp(known, name)) {
            const char *type = json_string_value(json_object_get(field, "type"));
            return type ? type : "text";
        }
    }
    return "text";
}

/* A word's value typed by its field: numbers, booleans, JSON and arrays are JSON, "null" too; all else is text. A
 * bigNumber goes as text, which keeps every digit; so does what is no JSON, for the library to refuse. NULL: `text`
 * begins like JSON and is none, and would silently become a text in a json field. */
static json_t *typed_value(const char *type, const char *text)
{
    static const char *const json_types[] = {"number", "float", "boolean", "json", "array", "autoincrement"};
    for (size_t i = 0; i < sizeof(json_types) / sizeof(json_types[0]); i++) {
        if (!strcmp(type, json_types[i])) {
            const size_t flags = JSON_DECODE_ANY | JSON_REJECT_DUPLICATES;
            json_t *value = json_loads(text, flags, NULL);
            if (!value) {
                value = json_loads(text, flags | JSON_DECODE_INT_AS_REAL, NULL);
            }
            return value || (text[0] && strchr("{[\"", text[0])) ? value : json_string(text);
        }
    }
    return !strcmp(text, "null") ? json_null() : json_string(text);
}

json_t *cli_describe(const cli_run *run, const char *entity, int *ret_status)
{
    weft_text text = {0};
    weft_error error;
    if (weft_describe(run->engine, entity, &text, &error) != WEFT_OK) {
        *ret_status = cli_tell(run, &error);
        return NULL;
    }
    json_t *description = json_loadb(text.data, text.len, 0, NULL);
    weft_text_free(&text);
    *ret_status = description ? 0 : 1;
    return description;
}

int cli_typed(const cli_run *run, const json_t *description, const char *field, const char *text, json_t **ret_value)
{
    json_t *value = typed_value(type_of(description, field), text);
    if (!value) {
        return cli_usage(run, "the value of \"%s\" is not JSON: %s", field, text);
    }
    *ret_value = value;
    return 0;
}

/* Put the field of "field=value" into `object`; else an exit status, told. */
static int set_word(const cli_run *run, const json_t *description, const char *word, json_t *object)
{
    const char *equals = strchr(word, '=');
    if (!equals || equals == word) {
        return cli_usage(run, "\"%s\" is not of the form field=value", word);
    }
    char name[128];
    (void)snprintf(name, sizeof(name), "%.*s", (int)(equals - word), word);
    if (json_object_get(object, name)) {
        return cli_usage(run, "\"%s\" is given twice", name);
    }
    json_t *value = NULL;
    const int status = cli_typed(run, description, name, equals + 1, &value);
    return status ? status : json_object_set_new(object, name, value) != 0;
}

json_t *cli_object_from_words(
    const cli_run *run, const char *entity, const char *const *words, int count, int *ret_status)
{
    json_t *description = cli_describe(run, entity, ret_status);
    json_t *object = description ? json_object() : NULL;
    for (int i = 0; i < count && object; i++) {
        *ret_status = set_word(run, description, words[i], object);
        if (*ret_status != 0) {
            json_decref(object);
            object = NULL;
        }
    }
    json_decref(description);
    return object;
}
