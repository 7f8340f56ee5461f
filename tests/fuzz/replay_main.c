/* Feeds the files named on the command line, and those in the folders named there, to a fuzz target built by any
 * compiler: so corpora are replayed wherever the tests run. A target that finds a defect stops the process. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FILE_BYTES_MAX ((size_t)4 << 20)
#define PATH_BYTES_MAX 4096

static int replay_stream(FILE *file, const char *path)
{
    uint8_t *data = malloc(FILE_BYTES_MAX);
    if (!data) {
        return 0;
    }
    const size_t size = fread(data, 1, FILE_BYTES_MAX, file);
    /* A copy of just that size lets the sanitizers see a byte read too far. */
    uint8_t *exact = realloc(data, size ? size : 1);
    (void)fprintf(stderr, "# %s: %zu bytes\n", path, size);
    (void)LLVMFuzzerTestOneInput(exact ? exact : data, size);
    free(exact ? exact : data);
    return 1;
}

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 0;
    }
    const int ok = replay_stream(file, path);
    (void)fclose(file);
    return ok;
}

static int replay_folder(DIR *folder, const char *folder_path)
{
    int ok = 1;
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        char path[PATH_BYTES_MAX];
        const int len = snprintf(path, sizeof(path), "%s/%s", folder_path, entry->d_name);
        if (entry->d_name[0] != '.' && len > 0 && (size_t)len < sizeof(path)) {
            ok = replay_file(path) && ok;
        }
    }
    return ok;
}

int main(int argc, char **argv)
{
    int ok = argc > 1;
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        if (folder) {
            ok = replay_folder(folder, argv[i]) && ok;
            (void)closedir(folder);
        } else {
            ok = replay_file(argv[i]) && ok;
        }
    }
    return ok ? 0 : 1;
}
