/* Golden cases: a folder a case, from a request to the query, the plan and the SQL of every step in both dialects.
 *
 *      cases/<case>/request.json          the request
 *      cases/<case>/environment.txt       NAME=value lines for the project's weft.yaml; optional
 *      cases/<case>/query.txt plan.txt sql.sqlite.txt sql.postgres.txt, or error.txt
 *
 * Usage: golden DIRECTORY. With WEFT_GOLDEN=rewrite in the environment the expected files are written instead of
 * compared; the diff is then reviewed by a person. Answers TAP. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "define/define.h"
#include "sql/step.h"
#include "json/writer.h"

#define CASES_MAX      1000
#define FILE_BYTES_MAX ((size_t)1 << 20)

/* A case at work. Everything lives in `arena`. */
typedef struct golden {
    weft_arena *arena;
    weft_str directory; /* of the case */
    weft_str environment;
    bool is_rewriting;
    bool has_failed;
} golden;

static void give_up(const char *message, const char *detail)
{
    (void)printf("Bail out! %s %s\n", message, detail);
    exit(1);
}

/* The whole file; `.data` NULL when there is none. */
static weft_str read_file(weft_arena *arena, weft_str path)
{
    FILE *file = fopen(path.data, "rb");
    if (file == NULL) {
        return (weft_str){0};
    }
    char *data = weft_arena_alloc(arena, FILE_BYTES_MAX);
    const size_t len = data != NULL ? fread(data, 1, FILE_BYTES_MAX, file) : 0;
    (void)fclose(file);
    if (data == NULL || len == FILE_BYTES_MAX) {
        give_up("could not hold", path.data);
    }
    return (weft_str){data, len};
}

static void write_file(weft_str path, weft_str text)
{
    FILE *file = fopen(path.data, "wb");
    if (file == NULL || fwrite(text.data, 1, text.len, file) != text.len || fclose(file) != 0) {
        give_up("could not write", path.data);
    }
}

static weft_str path_of(const golden *g, const char *name)
{
    return weft_str_format(g->arena, "%.*s/%s", WEFT_STR_ARG(g->directory), name);
}

/* The value of `name` among the lines of environment.txt. */
static const char *get_variable(void *ctx, const char *name)
{
    const golden *g = ctx;
    weft_str rest = g->environment;
    const size_t name_len = strlen(name);
    while (rest.len > 0) {
        const size_t end = weft_str_find(rest, '\n');
        const weft_str line = weft_str_slice(rest, 0, end);
        if (line.len > name_len && line.data[name_len] == '=' && memcmp(line.data, name, name_len) == 0) {
            return weft_str_copy(g->arena, weft_str_slice(line, name_len + 1, line.len)).data;
        }
        rest = weft_str_slice(rest, end + 1, rest.len);
    }
    return NULL;
}

static weft_buf new_text(const golden *g)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, g->arena);
    return buf;
}

/* Comment lines for people: where the texts part. */
static void show_difference(weft_str name, weft_str expected, weft_str found)
{
    size_t at = 0;
    size_t line = 1;
    while (at < expected.len && at < found.len && expected.data[at] == found.data[at]) {
        line += expected.data[at] == '\n';
        at++;
    }
    while (at > 0 && found.len > 0 && found.data[at - 1] != '\n') {
        at--;
    }
    const weft_str wanted = weft_str_slice(expected, at, expected.len);
    const weft_str got = weft_str_slice(found, at, found.len);
    (void)printf("# %.*s differs in line %zu\n", WEFT_STR_ARG(name), line);
    (void)printf("#   expected %.*s\n", WEFT_STR_ARG(weft_str_slice(wanted, 0, weft_str_find(wanted, '\n'))));
    (void)printf("#   found    %.*s\n", WEFT_STR_ARG(weft_str_slice(got, 0, weft_str_find(got, '\n'))));
}

/* Compare or rewrite one file of the case. An empty text means that there is to be no such file. */
static void settle(golden *g, const char *name, weft_str found)
{
    const weft_str path = path_of(g, name);
    const weft_str expected = read_file(g->arena, path);
    if (weft_str_equal(expected, found)) {
        return;
    }
    if (!g->is_rewriting) {
        g->has_failed = true;
        show_difference(weft_str_from(name), expected, found);
    } else if (found.len > 0) {
        write_file(path, found);
    } else {
        (void)remove(path.data);
    }
}

static void print_error(const weft_error *error, weft_buf *buf)
{
    weft_buf_add_format(buf, "%s: %s\n", weft_code_name(error->code), error->message);
    const struct {
        const char *name;
        const char *text;
    } lines[] = {{"where", error->where}, {"detail", error->detail}, {"hint", error->hint}};
    for (size_t i = 0; i < WEFT_COUNT_OF(lines); i++) {
        if (lines[i].text[0] != '\0') {
            weft_buf_add_format(buf, "%s: %s\n", lines[i].name, lines[i].text);
        }
    }
}

static void print_statement(const weft_statement *statement, const weft_dialect *dialect, weft_buf *buf)
{
    weft_buf_add_str(buf, statement->sql);
    weft_buf_add_char(buf, '\n');
    for (size_t i = 0; i < statement->param_count; i++) {
        const weft_param *param = &statement->params[i];
        weft_buf_add_format(buf, "  %c%zu = ", dialect->placeholder, i + 1);
        if (param->kind == WEFT_PARAM_VALUE) {
            weft_json_add_value(buf, &param->value);
        } else if (param->item_count == 0) {
            weft_buf_add_text(buf, "keys of the parent rows");
        }
        for (size_t item = 0; item < param->item_count; item++) {
            weft_buf_add_text(buf, item > 0 ? ", " : "");
            weft_json_add_value(buf, &param->items[item]);
        }
        weft_buf_add_char(buf, '\n');
    }
}

static weft_code print_sql(
    golden *g, const weft_plan *plan, const weft_dialect *dialect, weft_buf *buf, weft_error *error)
{
    weft_statement statement = {0};
    if (weft_plan_counts_in_store(plan)) {
        weft_buf_add_text(buf, "-- count\n");
        WEFT_TRY(weft_sql_count_statement(plan, dialect, g->arena, &statement, error));
        print_statement(&statement, dialect, buf);
    }
    for (size_t i = 0; i < plan->step_count; i++) {
        weft_buf_add_format(buf, "-- #%zu\n", i);
        WEFT_TRY(weft_sql_step_statement(plan->steps[i], dialect, NULL, 0, g->arena, &statement, error));
        print_statement(&statement, dialect, buf);
    }
    return WEFT_OK;
}

/* The texts a case is about. */
typedef struct stage_texts {
    weft_buf query, plan, sqlite, postgres;
} stage_texts;

static weft_code walk(
    golden *g, const weft_catalog *catalog, const weft_request *request, stage_texts *texts, weft_error *error)
{
    weft_query *query = NULL;
    weft_plan *plan = NULL;
    WEFT_TRY(weft_query_resolve(
        &(weft_query_input){.catalog = catalog, .request = request}, g->arena, g->arena, &query, error));
    weft_query_print(query, g->arena, &texts->query);
    WEFT_TRY(weft_plan_make(query, g->arena, g->arena, &plan, error));
    weft_plan_print(plan, &texts->plan);
    WEFT_TRY(print_sql(g, plan, weft_driver_for(WEFT_STORE_SQLITE)->dialect, &texts->sqlite, error));
    return print_sql(g, plan, weft_driver_for(WEFT_STORE_POSTGRES)->dialect, &texts->postgres, error);
}

static void run_case(golden *g, const weft_catalog *catalog)
{
    stage_texts texts = {new_text(g), new_text(g), new_text(g), new_text(g)};
    weft_buf failure = new_text(g);
    weft_error error = {.code = WEFT_OK};
    weft_request *request = NULL;
    const weft_str json = read_file(g->arena, path_of(g, "request.json"));
    weft_code code = weft_request_parse(json, NULL, g->arena, &request, &error);
    if (code == WEFT_OK) {
        code = walk(g, catalog, request, &texts, &error);
    }
    if (code != WEFT_OK) {
        print_error(&error, &failure);
    }
    settle(g, "query.txt", weft_buf_str(&texts.query));
    settle(g, "plan.txt", weft_buf_str(&texts.plan));
    settle(g, "sql.sqlite.txt", weft_buf_str(&texts.sqlite));
    settle(g, "sql.postgres.txt", weft_buf_str(&texts.postgres));
    settle(g, "error.txt", weft_buf_str(&failure));
    weft_request_done(request);
}

static const weft_catalog *read_catalog(golden *g, const char *directory)
{
    static weft_problems problems;
    const weft_catalog *catalog = NULL;
    const weft_environment environment = {get_variable, g};
    weft_error error = {.code = WEFT_OK};
    const weft_str project = weft_str_format(g->arena, "%s/project", directory);
    if (weft_define_project(project.data, &environment, g->arena, g->arena, &catalog, &problems, &error) != WEFT_OK) {
        (void)printf("# %s: %s\n", error.where, error.message);
        g->has_failed = true;
    }
    return catalog;
}

static bool check_case(const char *directory, const char *name)
{
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    const char *mode = getenv("WEFT_GOLDEN");
    golden g = {.arena = &arena, .is_rewriting = mode != NULL && strcmp(mode, "rewrite") == 0};
    g.directory = weft_str_format(&arena, "%s/cases/%s", directory, name);
    g.environment = read_file(&arena, path_of(&g, "environment.txt"));
    const weft_catalog *catalog = read_catalog(&g, directory);
    if (catalog != NULL) {
        run_case(&g, catalog);
    }
    weft_arena_done(&arena);
    return !g.has_failed;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The cases' names in order, in `arena`. */
static size_t list_cases(const char *directory, weft_arena *arena, const char **names)
{
    size_t count = 0;
    DIR *cases = opendir(weft_str_format(arena, "%s/cases", directory).data);
    if (cases == NULL) {
        give_up("could not open", strerror(errno));
    }
    for (const struct dirent *entry = readdir(cases); entry != NULL && count < CASES_MAX; entry = readdir(cases)) {
        if (entry->d_name[0] != '.') {
            names[count++] = weft_str_copy(arena, weft_str_from(entry->d_name)).data;
        }
    }
    (void)closedir(cases);
    qsort(names, count, sizeof(*names), compare_names);
    return count;
}

int main(int argc, char **argv)
{
    const char *names[CASES_MAX];
    weft_arena arena;
    if (argc != 2) {
        (void)fprintf(stderr, "usage: golden DIRECTORY\n");
        return 2;
    }
    weft_arena_init(&arena, NULL, 0);
    const size_t count = list_cases(argv[1], &arena, names);
    (void)printf("1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        (void)printf("%s %zu - %s\n", check_case(argv[1], names[i]) ? "ok" : "not ok", i + 1, names[i]);
    }
    weft_arena_done(&arena);
    return 0;
}
