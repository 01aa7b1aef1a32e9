/* weir-bench: speed as ratios to hand-written limit kernels of the same run.
 *
 *   weir-bench             the table: paired and interleaved, A B B A, nine pairs
 *   weir-bench W4          one workload for the peers' harness: W4 <ns per row> <digest>
 *   JSON=1 weir-bench      an object a line
 *
 * Denominator is CPU time of the process; a line without an equal digest has no number. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "tests/bench/driver.h"
#include "tests/bench/flights.h"
#include "tests/bench/workload.h"

enum { PAIRS = 9 };

/* ---- rows by the peers' formula ---- */

static struct bid *make_rows(const struct workload *w)
{
    struct bid *rows = malloc(w->rows * sizeof *rows);

    if (w->keys == 0 && !flights_make()) {
        fprintf(stderr, "weir-bench: %s needs datasets/flights.csv, or PEERS_FLIGHTS\n", w->id);
        exit(1);
    }
    for (uint64_t i = 0; w->keys && i < w->rows; i++) {
        uint64_t r = mix64((i + 1) * 0x9e3779b97f4a7c15u), r2 = mix64(r);
        uint64_t key = w->hot && r % 2 ? (i >> 16) % 100 * 100 : (r >> 1 & 0x7fffffff) % w->keys;
        int64_t late = w->disorder && r2 % 8 == 0 ? (int64_t)((r2 >> 3 & 0xffff) % 4000) : 0;

        rows[i] = (struct bid){.key = (int64_t)(1000 + key),
                               .user = (int64_t)(1000 + (r >> 32) % 100000),
                               .price = (int64_t)(100 + (r2 >> 33) % 99999901),
                               .ts = 1000000000000 + (int64_t)(i / w->rows_per_ms) - late};
    }
    return rows;
}

static void free_rows(struct bid *rows)
{
    flights_remove();
    free(rows);
}

static int64_t run_limit(const struct workload *w, const struct bid *rows, uint64_t *digest)
{
    int64_t started = cpu_ns();

    *digest = w->limit(rows, w->rows);
    return cpu_ns() - started;
}

/* ---- pairs ---- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void measure(const struct workload *w, bool json)
{
    struct bid *rows = make_rows(w);
    double ratio[PAIRS], least = 1e18, least_limit = 1e18;
    uint64_t digest = 0, limit_digest = 0;
    bool equal = true;

    run_program(w, rows, &digest, NULL); /* warm */
    for (int i = 0; i < PAIRS; i++) {
        int64_t a, b;

        if (i % 2 == 0) {
            a = run_program(w, rows, &digest, NULL);
            b = run_limit(w, rows, &limit_digest);
        } else {
            b = run_limit(w, rows, &limit_digest);
            a = run_program(w, rows, &digest, NULL);
        }
        equal = equal && digest == limit_digest;
        ratio[i] = (double)a / (double)b;
        least = (double)a < least ? (double)a : least;
        least_limit = (double)b < least_limit ? (double)b : least_limit;
    }
    qsort(ratio, PAIRS, sizeof ratio[0], by_value);
    least /= (double)w->rows;
    least_limit /= (double)w->rows;
    if (json)
        printf("{\"workload\":\"%s\",\"ns\":%.2f,\"limit_ns\":%.2f,\"ratio\":%.2f,\"spread\":%.2f,"
               "\"digest\":\"%s\"}\n",
               w->id, equal ? least : 0.0, least_limit, equal ? ratio[PAIRS / 2] : 0.0,
               ratio[PAIRS - 1] - ratio[0], equal ? "ok" : "differs");
    else if (equal)
        printf("%-4s %-14s %8.2f %8.2f %8.2f   %.2f to %.2f   ok\n", w->id, w->what, least,
               least_limit, ratio[PAIRS / 2], ratio[0], ratio[PAIRS - 1]);
    else
        printf("%-4s %-14s        -        -        -   the digests differ\n", w->id, w->what);
    free_rows(rows);
}

static int one(const struct workload *w)
{
    struct bid *rows = make_rows(w);
    uint64_t digest;
    int64_t ns;

    run_program(w, rows, &digest, NULL);
    ns = run_program(w, rows, &digest, NULL);
    printf("%s %.3f %016" PRIx64 "\n", w->id, (double)ns / (double)w->rows, digest);
    free_rows(rows);
    return 0;
}

/* How a state of ten million keys differs from one of ten thousand. */
static void grow(bool json)
{
    struct workload few = w3a_workload, many = w3b_workload, million = w3b_workload;
    struct run_cost growing, cost;
    uint64_t digest;
    struct bid *rows = make_rows(&few);
    double ns_few, ns_many;

    run_program(&few, rows, &digest, NULL);
    ns_few = (double)run_program(&few, rows, &digest, NULL) / (double)few.rows;
    free_rows(rows);
    many.keys = 10000000;
    many.rows = 2 * many.keys;
    rows = make_rows(&many);
    ns_many = (double)run_program(&many, rows, &digest, NULL) / (double)many.rows;
    run_program(&many, rows, &digest, &growing);
    free_rows(rows);
    rows = make_rows(&million);
    run_program(&million, rows, &digest, &cost);
    free_rows(rows);
    printf(json
               ? "{\"workload\":\"growth\",\"ns_10k\":%.2f,\"ns_10m\":%.2f,\"ratio\":%.2f,"
                 "\"slowest_ms\":%.2f,\"bytes_a_key\":%.1f}\n"
               : "growth: 10^4 keys %.2f ns a row, 10^7 keys %.2f: %.2f times (aim 5); the slowest "
                 "row %.2f ms (aim 10); %.1f bytes a key of 10^6 (aim 48)\n",
           ns_few, ns_many, ns_many / ns_few, (double)growing.slowest_ns / 1e6,
           (double)cost.heap_bytes / (double)million.keys);
}

int main(int argc, char **argv)
{
    static const struct workload *const all[] = {
        &w0_workload, &w1_workload, &w2_workload, &w3a_workload, &w3b_workload,
        &w4_workload, &w5_workload, &w6_workload, &w7_workload,  &w10_workload};
    bool json = getenv("JSON") != NULL;

    pin_to_one_core();
    for (size_t i = 0; argc > 1 && i < sizeof all / sizeof all[0]; i++)
        if (strcmp(all[i]->id, argv[1]) == 0)
            return one(all[i]);
    if (argc > 1) {
        fprintf(stderr, "weir-bench: no workload '%s' here: W0 W1 W2 W3a W3b W4 W5 W6 W7 W10\n",
                argv[1]);
        return 2;
    }
    if (!json)
        printf("     workload         ns/row    limit    ratio   spread         digest\n");
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        measure(all[i], json);
    grow(json);
    return 0;
}
