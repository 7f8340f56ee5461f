/* Every rule of the definitions, broken once: a case is a few files and the problems that are told of them, with their
 * places. The cases are text files, cases/<topic>.txt:
 *
 *     == name of the case
 *     --- path of a file
 *     its text
 *     --- problems
 *     where: code: message
 *         detail
 *         hint
 *
 * No line under "problems" means that all is well. A case without weft.yaml has one store, sqlite::memory:.
 * WEFT_GOLDEN=rewrite writes what is told into the files: read the diff. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "support/catalog.h"
#include "support/tap.h"

#define FILES_MAX 12

typedef struct test_case {
    const char *name;
    const char *files[FILES_MAX + 1][2];
    size_t file_count;
    const char *expected;
} test_case;

/* The whole of a file, in `arena`. */
static char *read_whole(weft_arena *arena, const char *path)
{
    FILE *stream = fopen(path, "rb");
    if (!stream) {
        fail_msg("could not open %s", path);
    }
    weft_buf buf;
    weft_buf_init_arena(&buf, arena);
    char piece[4096];
    for (size_t len = fread(piece, 1, sizeof(piece), stream); len > 0; len = fread(piece, 1, sizeof(piece), stream)) {
        weft_buf_add(&buf, piece, len);
    }
    (void)fclose(stream);
    assert_false(buf.failed);
    return buf.data;
}

/* Cut the line at `text` off and answer what follows it. */
static char *end_line(char *text)
{
    char *end = strchr(text, '\n');
    assert_non_null(end);
    *end = '\0';
    return end + 1;
}

/* The start of the next line that begins with `mark`, or NULL. */
static char *find_line(char *text, const char *mark)
{
    for (char *line = text; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        if (strncmp(line, mark, strlen(mark)) == 0) {
            return line;
        }
    }
    return NULL;
}

/* Take the case at `text` ("== name") apart; answers where the next begins, or NULL. */
static char *read_case(char *text, test_case *ret_case)
{
    *ret_case = (test_case){.name = text + 3};
    char *body = end_line(text);
    char *next = find_line(body, "== ");
    if (next) {
        next[-1] = '\0';
    }
    for (char *part = find_line(body, "--- "); part;) {
        const char *path = part + 4;
        char *content = end_line(part);
        part = find_line(content, "--- ");
        if (part == content) {
            content = part - 1; /* an empty file: the end of the line above */
        }
        if (strcmp(path, "problems") == 0) {
            ret_case->expected = content;
        } else {
            assert_true(ret_case->file_count < FILES_MAX);
            ret_case->files[ret_case->file_count][0] = path;
            ret_case->files[ret_case->file_count++][1] = content;
        }
        if (part) {
            part[-1] = '\0';
        }
    }
    return next;
}

static void print_problem(const weft_error *problem, weft_buf *buf)
{
    weft_buf_add_format(buf, "%s: %s: %s\n", problem->where, weft_code_name(problem->code), problem->message);
    if (problem->detail[0]) {
        weft_buf_add_format(buf, "    %s\n", problem->detail);
    }
    if (problem->hint[0]) {
        weft_buf_add_format(buf, "    %s\n", problem->hint);
    }
}

/* What is told of the case's files. */
static void tell(weft_arena *arena, const test_case *one, weft_buf *buf)
{
    const weft_catalog *catalog = NULL;
    weft_problems *problems = WEFT_ARENA_NEW(arena, weft_problems);
    weft_error error = {0};
    assert_non_null(problems);
    const weft_code code = test_catalog_try(arena, one->files, &catalog, problems, &error);
    for (size_t i = 0; i < problems->count; i++) {
        print_problem(&problems->items[i], buf);
    }
    if (code == WEFT_OK) {
        assert_int_equal(problems->count, 0);
        assert_non_null(catalog);
    } else {
        assert_null(catalog);
        assert_true(problems->count > 0);
        assert_int_equal(code, problems->items[0].code);
        assert_memory_equal(&error, &problems->items[0], sizeof(error));
    }
}

static void write_case(const test_case *one, const weft_buf *told, weft_buf *out)
{
    weft_buf_add_format(out, "%s== %s\n", out->len ? "\n" : "", one->name);
    for (size_t i = 0; i < one->file_count; i++) {
        const char *text = one->files[i][1];
        const size_t len = strlen(text);
        const bool is_ended = len == 0 || text[len - 1] == '\n';
        weft_buf_add_format(out, "--- %s\n%s%s", one->files[i][0], text, is_ended ? "" : "\n");
    }
    weft_buf_add_text(out, "--- problems\n");
    weft_buf_add_str(out, weft_buf_str(told));
}

static bool is_same(const char *expected, const weft_buf *told)
{
    size_t len = expected ? strlen(expected) : 0;
    while (len > 0 && expected[len - 1] == '\n') {
        len--;
    }
    return len == (told->len ? told->len - 1 : 0) && (len == 0 || memcmp(expected, told->data, len) == 0);
}

static void rewrite(const char *path, const weft_buf *out)
{
    FILE *stream = fopen(path, "wb");
    if (!stream || fwrite(out->data, 1, out->len, stream) != out->len || fclose(stream) != 0) {
        fail_msg("could not write %s", path);
    }
}

static void check_topic(const char *topic)
{
    const char *mode = getenv("WEFT_GOLDEN");
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    const weft_str path = weft_str_format(&arena, "%s/%s.txt", DEFINE_CASES, topic);
    weft_buf out;
    weft_buf_init(&out, NULL);
    size_t failed = 0;
    for (char *text = read_whole(&arena, path.data); text;) {
        test_case one;
        weft_buf told;
        weft_buf_init(&told, NULL);
        text = read_case(text, &one);
        tell(&arena, &one, &told);
        write_case(&one, &told, &out);
        if (!is_same(one.expected, &told)) {
            failed++;
            print_error("%s: expected\n%sbut was told\n%s", one.name, one.expected, told.data ? told.data : "");
        }
        weft_buf_done(&told);
    }
    if (mode && strcmp(mode, "rewrite") == 0) {
        rewrite(path.data, &out);
        failed = 0;
    }
    weft_buf_done(&out);
    weft_arena_done(&arena);
    assert_int_equal(failed, 0);
}

#define TOPIC(name)                                                                                                    \
    static void test_##name(void **state)                                                                              \
    {                                                                                                                  \
        (void)state;                                                                                                   \
        check_topic(#name);                                                                                            \
    }

TOPIC(syntax)
TOPIC(project)
TOPIC(module)
TOPIC(relation)
TOPIC(link)
TOPIC(role)
TOPIC(order)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_syntax),
        cmocka_unit_test(test_project),
        cmocka_unit_test(test_module),
        cmocka_unit_test(test_relation),
        cmocka_unit_test(test_link),
        cmocka_unit_test(test_role),
        cmocka_unit_test(test_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
