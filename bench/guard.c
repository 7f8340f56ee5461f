/* What a guard costs him who deletes by plain SQL: rows of two tables alike, one of them watched by triggers. */
#include "bench/bench.h"

typedef struct guard_case {
    const char *name, *what;
    const char *plain_sql, *guarded_sql;
} guard_case;

/* A DELETE without WHERE would empty the table at once where nothing watches it. */
static const guard_case cases[] = {
    {"T1",
     "1,000 rows deleted by SQL under a guard",
     "DELETE FROM plain WHERE id > ''",
     "DELETE FROM guarded WHERE id > ''"},
    {"T2",
     "1,000 rows soft-deleted by SQL under a guard",
     "UPDATE plain SET deleted_at = updated_at",
     "UPDATE guarded SET deleted_at = updated_at"},
};

static double time_sql(const bench_stand *stand, const char *sql)
{
    const double start = bench_now_ms();
    stand->hand->execute(stand->h, 0, sql);
    return bench_now_ms() - start;
}

static void measure(const bench_stand *stand, bool is_postgres, const guard_case *c)
{
    enum { ROWS = 1000, RUNS = 9 };
    double guarded_ms[RUNS];
    double plain_ms[RUNS];
    for (int run = 0; run < RUNS; run++) {
        stand->hand->execute(stand->h, 0, "DELETE FROM plain");
        stand->hand->execute(stand->h, 0, "DELETE FROM guarded");
        bench_fill_watched(stand, is_postgres, "plain", ROWS);
        bench_fill_watched(stand, is_postgres, "guarded", ROWS);
        stand->hand->execute(stand->h, 0, "DELETE FROM weft_outbox");
        plain_ms[run] = time_sql(stand, c->plain_sql);
        guarded_ms[run] = time_sql(stand, c->guarded_sql);
    }
    bench_show(c->name, c->what, guarded_ms, plain_ms, RUNS, "without the guard");
}

void bench_measure_guard(const bench_stand *stand, bool is_postgres)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        measure(stand, is_postgres, &cases[i]);
    }
}
