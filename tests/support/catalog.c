/* Projects written to a temporary directory and read from there. Anything that goes wrong here is a broken test, so it
 * ends the program with a message. */
#include "support/catalog.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 20

static const char *get_variable(void *ctx, const char *name)
{
    (void)ctx;
    return strcmp(name, "WEFT_TEST_HOME") == 0 ? "/home/weft" : NULL;
}

const weft_environment test_environment = {get_variable, NULL};

static void give_up(const char *what, const char *path)
{
    perror(path);
    (void)fprintf(stderr, "a test could not %s\n", what);
    exit(1);
}

/* Make every directory above the file `path`. */
static void make_directories(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0700);
        *slash = '/';
    }
}

static void write_file(const char *directory, const char *name, const char *text)
{
    char path[1024];
    (void)snprintf(path, sizeof(path), "%s/%s", directory, name);
    make_directories(path);
    FILE *stream = fopen(path, "wb");
    if (!stream || fputs(text, stream) < 0 || fclose(stream) != 0) {
        give_up("write a file", path);
    }
}

const char *test_project_write(weft_arena *arena, const char *const files[][2])
{
    const char *base = getenv("TMPDIR");
    const weft_str path = weft_str_format(arena, "%s/weft-test-XXXXXX", base && base[0] ? base : "/tmp");
    char *directory = path.data ? weft_arena_alloc(arena, path.len + 1) : NULL;
    if (!directory) {
        give_up("have memory", "test_project_write");
        return NULL;
    }
    memcpy(directory, path.data, path.len + 1);
    if (!mkdtemp(directory)) {
        give_up("make a directory", directory);
    }
    bool has_project = false;
    for (size_t i = 0; files[i][0]; i++) {
        has_project = has_project || strncmp(files[i][0], "weft.", 5) == 0;
        write_file(directory, files[i][0], files[i][1]);
    }
    if (!has_project) {
        write_file(directory, "weft.yaml", "stores: { default: 'sqlite::memory:' }\n");
    }
    return directory;
}

static void remove_tree(const char *path, int depth)
{
    DIR *directory = depth < DEPTH_MAX ? opendir(path) : NULL;
    for (const struct dirent *entry = directory ? readdir(directory) : NULL; entry; entry = readdir(directory)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        char below[1024];
        struct stat status;
        (void)snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
        if (lstat(below, &status) == 0 && S_ISDIR(status.st_mode)) {
            remove_tree(below, depth + 1);
        } else {
            (void)unlink(below);
        }
    }
    if (directory) {
        (void)closedir(directory);
    }
    (void)rmdir(path);
}

void test_project_remove(const char *directory)
{
    remove_tree(directory, 0);
}

static weft_code load(weft_arena *arena,
                      const char *directory,
                      const weft_catalog **ret_catalog,
                      weft_problems *ret_problems,
                      weft_error *ret_error)
{
    weft_arena scratch;
    weft_arena_init(&scratch, arena->allocator, 0);
    const weft_code code =
        weft_define_project(directory, &test_environment, arena, &scratch, ret_catalog, ret_problems, ret_error);
    weft_arena_done(&scratch);
    return code;
}

weft_code test_catalog_try(weft_arena *arena,
                           const char *const files[][2],
                           const weft_catalog **ret_catalog,
                           weft_problems *ret_problems,
                           weft_error *ret_error)
{
    const weft_catalog *catalog = NULL;
    const char *directory = test_project_write(arena, files);
    const weft_code code = load(arena, directory, &catalog, ret_problems, ret_error);
    test_project_remove(directory);
    if (ret_catalog) {
        *ret_catalog = catalog;
    }
    return code;
}

static const weft_catalog *must_load(weft_arena *arena, const char *directory)
{
    const weft_catalog *catalog = NULL;
    weft_problems *problems = calloc(1, sizeof(*problems));
    weft_error error = {0};
    const weft_code code = load(arena, directory, &catalog, problems, &error);
    for (size_t i = 0; problems && i < problems->count; i++) {
        const weft_error *problem = &problems->items[i];
        (void)fprintf(stderr, "%s: %s\n  %s %s\n", problem->where, problem->message, problem->detail, problem->hint);
    }
    free(problems);
    if (code != WEFT_OK) {
        (void)fprintf(stderr, "a test could not load its catalog: %s: %s\n", weft_code_name(code), error.message);
        exit(1);
    }
    return catalog;
}

const weft_catalog *test_catalog(weft_arena *arena, const char *const files[][2])
{
    const char *directory = test_project_write(arena, files);
    const weft_catalog *catalog = must_load(arena, directory);
    test_project_remove(directory);
    return catalog;
}

const weft_catalog *test_catalog_of(weft_arena *arena, const char *name)
{
    const weft_str directory = weft_str_format(arena, "%s/%s", WEFT_TEST_DATA, name);
    if (!directory.data) {
        give_up("have memory", name);
    }
    return must_load(arena, directory.data);
}
