/* Timing in turn: one answer of weft, one of each style, and again. Other work on the machine then hits all alike, and
 * the best of many runs is what the program takes when nothing else runs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/bench.h"

#define STYLES_MAX 12
/* Rounds after which styles that are far behind are left out: at least, and of all. */
#define WARM_ROUNDS 3
#define WARM_PART   20
/* Different records that are asked for by their key, each once before anything is timed. */
#define KEYS_MAX     100
#define BEHIND_RATIO 1.7

double bench_now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof(*values), by_value);
    return values[count / 2];
}

void bench_must(weft_code code, const weft_error *error)
{
    if (code != WEFT_OK) {
        (void)fprintf(stderr, "%s %s %s\n", error->detail, error->hint, error->where);
        bench_fail("weft", error->message);
    }
}

static void ask_weft(weft_engine *engine, const char *request, bench_text *out)
{
    weft_error error;
    weft_reply *reply = NULL;
    bench_must(weft_query_open(engine, request, strlen(request), WEFT_FORMAT_JSON, &reply, &error), &error);
    const char *data = NULL;
    size_t len = 0;
    do {
        bench_must(weft_reply_read(reply, &data, &len, &error), &error);
        bench_add(out, data ? data : "", len);
    } while (len);
    weft_reply_close(reply);
}

/* The best of `count` runs, and the median: sorts `values`. */
void bench_show(const char *name, const char *what, double *weft_ms, double *hand_ms, int count, const char *style)
{
    const double weft_median = bench_median(weft_ms, count);
    const double hand_median = bench_median(hand_ms, count);
    printf("%-4s %-46s %9.3f %9.3f %6.2f %9.3f %9.3f %6.2f  %s\n",
           name,
           what,
           weft_ms[0],
           hand_ms[0],
           weft_ms[0] / hand_ms[0],
           weft_median,
           hand_median,
           weft_median / hand_median,
           style);
    (void)fflush(stdout);
}

void bench_show_head(void)
{
    printf("%-51s %9s %9s %6s %9s %9s %6s\n", "", "best", "of hand", "ratio", "median", "of hand", "ratio");
}

/* One program among those that run in turn: weft, or a style. */
typedef struct runner {
    const bench_style *style;
    void *hand; /* connections of its own, so that no style finds what another has read */
    void *prepared;
    bench_text out;
    double *ms;
    double best_ms;
    bool is_behind;
} runner;

static void compare(const char *name, const char *style, const bench_text *ours, const bench_text *theirs)
{
    if (ours->len == theirs->len && memcmp(ours->data, theirs->data, ours->len) == 0) {
        return;
    }
    size_t at = 0;
    while (at < ours->len && at < theirs->len && ours->data[at] == theirs->data[at]) {
        at++;
    }
    const size_t from = at > 40 ? at - 40 : 0;
    (void)fprintf(stderr, "%s: weft: …%.120s\n%s: …%.120s\n", name, ours->data + from, style, theirs->data + from);
    bench_fail(name, "the answers differ");
}

static void make_request(const bench_stand *stand, const bench_workload *workload, int run, char *key, char *request)
{
    /* Products with an even number have three posts each, so that the best run is no easier than the others. The same
     * hundred again and again: what is compared is work, not what happens to be in a cache. */
    const unsigned half = (unsigned)stand->products / 2;
    (void)snprintf(key, 64, "prod_%012u", ((unsigned)(run + KEYS_MAX) % KEYS_MAX * 7919u % half) * 2 + 2);
    const char *hole = strstr(workload->request, "%s");
    (void)snprintf(request,
                   1024,
                   "%.*s%s%s",
                   hole ? (int)(hole - workload->request) : 1000,
                   workload->request,
                   hole ? key : "",
                   hole ? hole + 2 : "");
}

static void time_one(runner *r, int run, double start_ms)
{
    r->ms[run] = bench_now_ms() - start_ms;
    r->best_ms = run == 0 || r->ms[run] < r->best_ms ? r->ms[run] : r->best_ms;
}

static void run_one(const bench_stand *stand, runner *r, int run, const char *key, const char *request)
{
    r->out.len = 0;
    const double start = bench_now_ms();
    if (r->style) {
        r->style->answer(r->prepared, key, &r->out);
    } else {
        ask_weft(stand->engine, request, &r->out);
    }
    if (run >= 0) {
        time_one(r, run, start);
    }
}

/* Whoever comes first finds the database's caches as another record left them, so that each does in turn. */
static int run_round(const bench_stand *stand, const bench_workload *workload, runner *all, int count, int run)
{
    char key[64];
    char request[1024];
    make_request(stand, workload, run, key, request);
    for (int i = 0; i < count; i++) {
        runner *r = &all[(i + run + KEYS_MAX) % count];
        if (!r->is_behind) {
            run_one(stand, r, run, key, request);
        }
    }
    for (int i = 1; i < count; i++) {
        if (!all[i].is_behind) {
            compare(workload->name, all[i].style->name, &all[0].out, &all[i].out);
        }
    }
    return run + 1;
}

static const runner *best_of(const runner *all, int count)
{
    const runner *best = &all[1];
    for (int i = 2; i < count; i++) {
        best = all[i].best_ms < best->best_ms ? &all[i] : best;
    }
    return best;
}

static void leave_out(runner *all, int count)
{
    const double best_ms = best_of(all, count)->best_ms;
    for (int i = 1; i < count; i++) {
        all[i].is_behind = all[i].best_ms > best_ms * BEHIND_RATIO;
    }
}

void bench_measure(const bench_stand *stand, const bench_workload *workload)
{
    runner all[STYLES_MAX] = {{.ms = calloc((size_t)workload->runs, sizeof(double))}};
    int count = 1;
    for (int i = 0; i < stand->hand->style_count && count < STYLES_MAX; i++) {
        void *hand = stand->hand->open(stand->urls);
        void *prepared = stand->hand->styles[i].prepare(hand, workload);
        if (!prepared) {
            stand->hand->close(hand);
        } else {
            all[count++] = (runner){.style = &stand->hand->styles[i],
                                    .hand = hand,
                                    .prepared = prepared,
                                    .ms = calloc((size_t)workload->runs, sizeof(double))};
        }
    }
    if (count == 1) {
        bench_fail(workload->name, "no style answers it");
    }
    const int warm = workload->runs / WARM_PART > WARM_ROUNDS ? workload->runs / WARM_PART : WARM_ROUNDS;
    for (int run = workload->is_by_key ? -KEYS_MAX : -1; run < workload->runs;) {
        run = run_round(stand, workload, all, count, run);
        if (run == warm) {
            leave_out(all, count);
        }
    }
    const runner *best = best_of(all, count);
    bench_show(workload->name, workload->what, all[0].ms, best->ms, workload->runs, best->style->name);
    printf("     ");
    for (int i = 1; i < count; i++) {
        printf("%s%s %.3f%s", i > 1 ? ", " : "", all[i].style->name, all[i].best_ms, all[i].is_behind ? "*" : "");
    }
    printf("\n");
    (void)fflush(stdout);
    free(all[0].ms);
    free(all[0].out.data);
    for (int i = 1; i < count; i++) {
        stand->hand->close(all[i].hand);
        free(all[i].ms);
        free(all[i].out.data);
    }
}

void bench_repeat(const bench_stand *stand, const bench_workload *workload, int runs)
{
    bench_text out = {0};
    char key[64];
    char request[1024];
    double start = bench_now_ms();
    double best = 1e9;
    for (int run = workload->is_by_key ? -KEYS_MAX : -1; run < runs; run++) {
        if (run == 0) {
            start = bench_now_ms();
        }
        const double begun = bench_now_ms();
        make_request(stand, workload, run, key, request);
        out.len = 0;
        ask_weft(stand->engine, request, &out);
        const double took = bench_now_ms() - begun;
        best = took < best ? took : best;
    }
    printf("%s: %d runs, best %.4f ms, mean %.4f ms\n", workload->name, runs, best, (bench_now_ms() - start) / runs);
    free(out.data);
}
