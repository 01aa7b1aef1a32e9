#include "labs/grader/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "labs/grader/kept.h"

enum { VALUES = 8192, ROWS_MAX = 40000, TRIES = 60, SHOWN = 4, LIMIT_MS = 5000, SHORT_MS = 200 };

/* Lines that the print sink wrote, in the order of their bytes. */
static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void results_of(struct child *c, struct text *out)
{
    char **line = calloc(ROWS_MAX, sizeof *line), *save, *p;
    size_t n = 0;

    for (p = text_line(&c->printed, &save); p && n < ROWS_MAX; p = strtok_r(NULL, "\n", &save))
        if (strstr(p, "> {"))
            line[n++] = p;
    qsort(line, n, sizeof line[0], by_bytes);
    for (size_t i = 0; i < n; i++)
        text_format(out, "%s\n", line[i]);
    free(line);
}

/* ---- data ---- */

struct rows { /* lines of a csv file; the first is the header */
    struct text text;
    char *line[ROWS_MAX];
    int count;
};

static bool rows_save(const struct rows *r, const char *folder)
{
    struct text t = {0};
    char path[PATH_BYTES];
    bool ok;

    for (int i = 0; i < r->count; i++)
        text_format(&t, "%s\n", r->line[i]);
    snprintf(path, sizeof path, "%.400s/datasets/flights.csv", folder);
    make_folders(path);
    ok = text_save(path, text_of(&t));
    text_done(&t);
    return ok;
}

static struct rows *rows_load(const char *path)
{
    struct rows *r = calloc(1, sizeof *r);
    char *save, *line;

    if (text_load(&r->text, path))
        for (line = text_line(&r->text, &save); line && r->count < ROWS_MAX;
             line = strtok_r(NULL, "\n", &save))
            r->line[r->count++] = line;
    return r;
}

static void rows_free(struct rows *r)
{
    text_done(&r->text);
    free(r);
}

/* The first row of every distance and of every delay; notes what it has seen. */
static bool is_first_of_its_value(const char *line, bool seen[2][VALUES])
{
    const char *delay = strrchr(line, ','), *distance = delay;
    bool first;

    if (delay == NULL)
        return false;
    while (distance > line && distance[-1] != ',')
        distance--;
    bool *d = &seen[0][(unsigned)atoi(distance) % VALUES];
    bool *m = &seen[1][(unsigned)atoi(delay + 1) % VALUES];

    first = !*d || !*m;
    *d = *m = true;
    return first;
}

/* Real flights, but another selection with other numbers each time: answers cannot be known.
 * Whatever border a lab draws, there are rows on both sides of it and on it. */
static struct rows *draw_rows(uint64_t seed)
{
    struct rows *r = rows_load("datasets/flights.csv");
    bool seen[2][VALUES] = {{false}};
    uint64_t x = seed;
    int kept = r->count ? 1 : 0;

    for (int i = 1; i < r->count; i++) {
        char *first = strchr(r->line[i], ',');

        x = x * 6364136223846793005u + 1442695040888963407u;
        if (first && (is_first_of_its_value(r->line[i], seen) || (x >> 33) % 23 == 0)) {
            for (uint64_t number = x >> 40; first > r->line[i]; number /= 9)
                *--first = (char)('1' + number % 9);
            r->line[kept++] = r->line[i];
        }
    }
    r->count = kept;
    return r;
}

/* ---- the two programs ---- */

struct pair {
    const char *mine, *course, *folder, *parallelism;
    struct text wanted, got; /* of the last run */
    struct text said;        /* what mine printed, if it died */
    enum verdict verdict;
    int limit_ms;
};

/* PASS: both gave the same. */
static enum verdict pair_run(struct pair *p)
{
    char data[PATH_BYTES];
    const char *more[] = {"sim", "--quiet", "-D", data, "-p", p->parallelism, NULL};
    struct child mine, course;

    snprintf(data, sizeof data, "weir.data-dir=%.400s", p->folder);
    text_clear(&p->wanted);
    text_clear(&p->got);
    text_clear(&p->said);
    p->verdict = run_job(p->mine, &mine, more, p->limit_ms) ? VERDICT_PASS : mine.verdict;
    run_job(p->course, &course, more, LIMIT_MS);
    if (p->verdict != VERDICT_PASS || mine.status != 0)
        text_format(&p->said, "%.600s", text_of(&mine.printed));
    if (mine.signal)
        text_format(&p->said, "%s\n", strsignal(mine.signal));
    results_of(&mine, &p->got);
    results_of(&course, &p->wanted);
    if (p->verdict == VERDICT_PASS && strcmp(text_of(&p->wanted), text_of(&p->got)) != 0)
        p->verdict = VERDICT_FAIL;
    child_done(&mine);
    child_done(&course);
    return p->verdict;
}

static void pair_done(struct pair *p)
{
    text_done(&p->wanted);
    text_done(&p->got);
    text_done(&p->said);
}

/* Leave rows out, halves first, as long as it still ends in the same verdict. */
static void shrink(struct pair *p, struct rows *r)
{
    enum verdict found = p->verdict;
    struct rows *less = calloc(1, sizeof *less);
    int tries = 0;

    if (found == VERDICT_TIMEOUT) /* a run takes a tenth of that */
        p->limit_ms = SHORT_MS;

    for (int size = r->count / 2; size >= 1; size = size == 1 ? 0 : (size + 1) / 2)
        for (int i = 1; i < r->count && r->count > 2 && tries < TRIES;) {
            int rest = i + size < r->count ? r->count - i - size : 0;

            memcpy(less->line, r->line, (size_t)i * sizeof r->line[0]);
            memcpy(less->line + i, r->line + i + size, (size_t)rest * sizeof r->line[0]);
            less->count = i + rest;
            tries++;
            if (less->count > 1 && rows_save(less, p->folder) && pair_run(p) == found) {
                memcpy(r->line, less->line, sizeof r->line);
                r->count = less->count;
            } else {
                i += size;
            }
        }
    free(less);
    rows_save(r, p->folder);
    pair_run(p);
}

/* ---- showing ---- */

static void put_lines(struct text *out, const char *word, const char *lines)
{
    int n = 0;

    for (const char *p = lines; *p; p += strcspn(p, "\n"), p += *p != 0, n++)
        if (n < SHOWN)
            text_format(out, "    %-8s%.*s\n", n ? "" : word, (int)strcspn(p, "\n"), p);
    if (n == 0)
        text_format(out, "    %-8s(nothing)\n", word);
    if (n > SHOWN)
        text_format(out, "            and %d more\n", n - SHOWN);
}

static void show_pair(const struct pair *p, const struct rows *r, struct text *out)
{
    for (int i = 0; i < r->count && i <= SHOWN; i++)
        text_format(out, "    %-8s%s\n", i == 0 ? "columns" : i == 1 ? "row" : "", r->line[i]);
    if (r->count - 1 > SHOWN)
        text_format(out, "            and %d more\n", r->count - 1 - SHOWN);
    put_lines(out, "wanted", text_of(&p->wanted));
    put_lines(out, "yours", text_of(&p->got));
    for (const char *s = text_of(&p->said); *s; s += strcspn(s, "\n"), s += *s != 0)
        text_format(out, "    | %.*s\n", (int)strcspn(s, "\n"), s);
}

static void rows_keep(struct mark *m, const struct pair *p, const struct rows *r, const char *id,
                      const char *intent)
{
    struct text t = {0};
    char name[64], folder[PATH_BYTES], path[PATH_BYTES];

    kept_name(m, id, text_hash(text_of(&p->got)) ^ text_hash(r->line[r->count - 1]), name);
    snprintf(folder, sizeof folder, ".weir/runs/%s", name);
    snprintf(path, sizeof path, "%.400s/rows", folder);
    text_format(&t, "lab %s\nfile %s\nintent %s\nparallelism %s\n", m->lab->id, m->file, intent,
                p->parallelism);
    rows_save(r, folder);
    text_save(path, text_of(&t));
    text_done(&t);
}

/* ---- marking ---- */

static void mark_rows(struct mark *m, struct pair *p, uint64_t seed, const char *id)
{
    static const char intent[] = "on other flights the program must give what the course's gives";
    struct rows *r = draw_rows(seed);
    int drawn = r->count - 1;
    enum verdict v = drawn > 0 && rows_save(r, p->folder) ? pair_run(p) : VERDICT_INTERNAL;

    if (v != VERDICT_PASS && v != VERDICT_INTERNAL && m->failure.bytes == 0) {
        shrink(p, r);
        rows_keep(m, p, r, id, intent);
        text_format(&m->failure, "%s  %s.%s   %s\n", verdict_name(v), m->lab->id, id, intent);
        if (v != VERDICT_FAIL)
            text_format(&m->failure, "  %s\n", verdict_text(v));
        text_format(&m->failure, "  shrunk from %d rows to %d\n", drawn, r->count - 1);
        show_pair(p, r, &m->failure);
    }
    mark_count(m, id, v);
    rows_free(r);
}

void mark_program(struct mark *m, struct built *b)
{
    char mine[PATH_BYTES], course[PATH_BYTES], id[32];
    struct pair p = {.mine = mine, .course = course, .folder = b->folder, .limit_ms = LIMIT_MS};

    if (!build_program(b, NULL, "program", mine)) {
        text_format(&m->failure, "%s %s:\n%s", verdict_name(VERDICT_BUILD), m->lab->id,
                    text_of(&b->report));
        mark_count(m, "link", VERDICT_BUILD);
        return;
    }
    build_program(b, m->lab->source, "reference", course);
    for (int i = 0; i < 3 && m->verdict >= VERDICT_FAIL; i++) { /* it died: it would again */
        p.parallelism = i == 2 ? "3" : "1";
        snprintf(id, sizeof id, i == 2 ? "parallel" : "data-%d", i + 1);
        mark_rows(m, &p, m->seed + (uint64_t)i, id);
    }
    pair_done(&p);
}

/* ---- again ---- */

bool rows_kept(const struct lab *labs, int count, const char *id, struct kept_rows *k)
{
    struct text t = {0};
    struct built b = {0};
    char path[PATH_BYTES], lab_id[8];
    const struct lab *lab;
    bool found;

    snprintf(path, sizeof path, ".weir/runs/%.80s/rows", id);
    found = strchr(id, '/') == NULL && text_load(&t, path);
    header_of(text_of(&t), "lab ", lab_id, sizeof lab_id);
    header_of(text_of(&t), "\nfile ", k->file, sizeof k->file);
    header_of(text_of(&t), "\nintent ", k->intent, sizeof k->intent);
    header_of(text_of(&t), "\nparallelism ", k->parallelism, sizeof k->parallelism);
    snprintf(k->data, sizeof k->data, "weir.data-dir=.weir/runs/%.80s", id);
    lab = lab_find(labs, count, lab_id);
    text_done(&t);
    if (!found || lab == NULL)
        return false;
    if (build_learner(lab, k->file, &b) != VERDICT_PASS ||
        !build_program(&b, NULL, "program", k->mine) ||
        !build_program(&b, lab->source, "reference", k->course))
        k->mine[0] = 0;
    built_done(&b);
    return true;
}

int rows_replay(const struct kept_rows *k, const char *id)
{
    char path[PATH_BYTES];
    struct pair p = {.mine = k->mine,
                     .course = k->course,
                     .folder = k->data + strlen("weir.data-dir="),
                     .parallelism = k->parallelism,
                     .limit_ms = LIMIT_MS};
    struct text out = {0};
    struct rows *r;
    enum verdict v;

    if (k->mine[0] == 0) {
        fprintf(stderr, "weir-lab: %s does not build any more: make check says why\n", k->file);
        return verdict_exit(VERDICT_BUILD);
    }
    snprintf(path, sizeof path, "%.400s/datasets/flights.csv", p.folder);
    r = rows_load(path);
    v = pair_run(&p);
    show_pair(&p, r, &out);
    printf("%s  %s   %s\n%shash %016llx\n", verdict_name(v), id, k->intent, text_of(&out),
           (unsigned long long)text_hash(text_of(&p.got)));
    text_done(&out);
    pair_done(&p);
    rows_free(r);
    return verdict_exit(v);
}
