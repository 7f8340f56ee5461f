/* Making and removing the directories of tests. */
#include "support/directory.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 16

bool test_directory_temporary(char *ret_path, size_t size)
{
    const char *parent = getenv("TMPDIR");
    (void)snprintf(ret_path, size, "%s/weft-test-XXXXXX", parent ? parent : "/tmp");
    return mkdtemp(ret_path) != NULL;
}

bool test_directory_make(const char *path)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

static void remove_below(const char *path, int depth)
{
    DIR *directory = depth < DEPTH_MAX ? opendir(path) : NULL;
    const struct dirent *entry = NULL;
    while (directory && (entry = readdir(directory)) != NULL) {
        char name[1024];
        struct stat about;
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) {
            continue;
        }
        (void)snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
        if (lstat(name, &about) == 0 && S_ISDIR(about.st_mode)) {
            remove_below(name, depth + 1);
        } else {
            (void)unlink(name);
        }
    }
    if (directory) {
        (void)closedir(directory);
    }
    (void)rmdir(path);
}

void test_directory_remove(const char *path)
{
    remove_below(path, 0);
}

bool test_file_write(const char *directory, const char *name, const char *text)
{
    char path[1024];
    (void)snprintf(path, sizeof(path), "%s/%s", directory, name);
    for (char *slash = strchr(path + strlen(directory) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)test_directory_make(path);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    if (!file) {
        return false;
    }
    const bool is_written = fputs(text, file) >= 0;
    return fclose(file) == 0 && is_written;
}
