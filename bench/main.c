/* weft-bench: makes the data, checks that weft and every hand-written style answer the same bytes, then times them in
 * turn and prints ratios.
 *
 * usage: weft-bench FOLDER PROGRAM PRODUCTS URL [URL] [NAME RUNS]
 *
 * PROGRAM is sqlite or postgres; or two-sqlite or sqlite-postgres, with products and links in the first store and posts
 * in the second. For SQLite URL is the file inside FOLDER. With NAME and RUNS weft alone runs that workload so often,
 * on the rows of an earlier run if there was one, for a profiler; with 0 it is timed as ever, and W7 with less than 0
 * is the hand-written program alone. The figures of one run may be compared with each other, not with another
 * machine's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"

#define LINKS_BULK   10000
#define LINKS_SINGLE 300

typedef struct program {
    const char *name;
    const bench_hand *hand;
    int store_count;
    bool is_postgres[2];
} program;

static const program programs[] = {
    {"sqlite", &bench_hand_sqlite, 1, {false, false}},
    {"postgres", &bench_hand_postgres, 1, {true, false}},
    {"two-sqlite", &bench_hand_two_sqlite, 2, {false, false}},
    {"sqlite-postgres", &bench_hand_sqlite_postgres, 2, {false, true}},
};

static const program *find_program(const char *name)
{
    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
        if (strcmp(programs[i].name, name) == 0) {
            return &programs[i];
        }
    }
    bench_fail("no such program", name);
    return &programs[0];
}

/* The writing workloads, or the one of that name. */
static void measure_links(const bench_stand *stand, const program *p, const char *name)
{
    if (!stand->hand->link) {
        return;
    }
    if (name[0] == '\0' || strcmp(name, "W7") == 0) {
        bench_measure_links(stand, LINKS_BULK, 7, "W7", "10,000 links in one call");
    }
    if (name[0] == '\0' || strcmp(name, "W8") == 0) {
        bench_measure_links(stand, 1, LINKS_SINGLE, "W8", "one link a call");
    }
    if (name[0] == '\0' || strcmp(name, "G") == 0) {
        bench_measure_growth(stand, p->is_postgres[0], LINKS_BULK, 5);
    }
    if (name[0] == '\0' || strcmp(name, "T") == 0) {
        bench_measure_guard(stand, p->is_postgres[0]);
    }
}

static void measure_all(const bench_stand *stand, const program *p)
{
    const bench_workload *workloads = p->store_count == 1 ? bench_workloads : bench_far_workloads;
    const int count = p->store_count == 1 ? bench_workload_count : bench_far_workload_count;
    printf("%s, %d products, 3 posts and 5 reviews each on average; ms\n", p->name, stand->products);
    bench_show_head();
    for (int i = 0; i < count; i++) {
        bench_measure(stand, &workloads[i]);
    }
    measure_links(stand, p, "");
}

static void repeat(const bench_stand *stand, const program *p, const char *name, int runs)
{
    if ((strcmp(name, "W7") == 0 || strcmp(name, "G") == 0) && runs != 0) {
        bench_repeat_links(stand, &bench_links[name[0] == 'G'], LINKS_BULK, runs);
        return;
    }
    const bench_workload *workloads = p->store_count == 1 ? bench_workloads : bench_far_workloads;
    const int count = p->store_count == 1 ? bench_workload_count : bench_far_workload_count;
    for (int i = 0; i < count; i++) {
        if (strcmp(workloads[i].name, name) == 0) {
            if (runs > 0) {
                bench_repeat(stand, &workloads[i], runs);
            } else {
                bench_show_head();
                bench_measure(stand, &workloads[i]);
            }
        }
    }
    if (runs == 0) {
        measure_links(stand, p, name);
    }
}

static bool has_project(const char *folder)
{
    char path[4200];
    (void)snprintf(path, sizeof(path), "%s/weft.yaml", folder);
    return access(path, F_OK) == 0;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        bench_fail("usage", "weft-bench FOLDER PROGRAM PRODUCTS URL [URL] [NAME RUNS]");
    }
    const char *folder = argv[1];
    const program *p = find_program(argv[2]);
    const int rest = 4 + p->store_count;
    const bool is_new = argc <= rest || !has_project(folder);
    char paths[2][4200];
    const char *urls[2] = {0};
    if (is_new) {
        bench_write_project(folder, (const char *const *)(argv + 4), p->store_count);
    }
    bench_stand stand = {.engine = bench_open_weft(folder, is_new), .hand = p->hand, .products = atoi(argv[3])};
    for (int i = 0; i < p->store_count; i++) {
        const char *url = argv[4 + i];
        (void)snprintf(paths[i], sizeof(paths[i]), "%s/%s", folder, url + (p->is_postgres[i] ? 0 : strlen("sqlite:")));
        urls[i] = p->is_postgres[i] ? url : paths[i];
    }
    stand.urls = urls;
    stand.h = p->hand->open(urls);
    if (is_new) {
        bench_fill(&stand, p->is_postgres, p->store_count);
    }
    if (argc <= rest) {
        measure_all(&stand, p);
    } else if (argc > rest + 1) {
        repeat(&stand, p, argv[rest], atoi(argv[rest + 1]));
    }
    p->hand->close(stand.h);
    weft_close(stand.engine);
    return 0;
}
