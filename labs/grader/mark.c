#include "labs/grader/mark.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/json.h"

enum { DRAWN = 400, DRAWN_DEEP = 8000, SHOWN_STEPS = 12, JOB_LIMIT_MS = 20000, VALUES = 8192 };

static void count_case(struct mark *m, const char *id, enum verdict v)
{
    struct marked_case *c = &m->done[m->cases < CASES_MAX ? m->cases++ : CASES_MAX - 1];

    snprintf(c->id, sizeof c->id, "%.63s", id);
    c->verdict = v;
    m->verdict = verdict_worse(m->verdict, v);
}

/* ---- keeping and showing a counterexample ---- */

static void keep(struct mark *m, const struct script *s, const char *id, const char *intent)
{
    struct text t = {0};
    char path[160], name[64];

    snprintf(name, sizeof name, "%s.%.32s-%04x", m->lab->id, id,
             (unsigned)(script_hash(s) & 0xffff));
    if (m->counterexample[0] == 0) /* the one that is shown */
        snprintf(m->counterexample, sizeof m->counterexample, "%s", name);
    text_format(&t, "lab %s\nfile %s\nintent %s\nhash %016llx\n---\n", m->lab->id, m->file, intent,
                (unsigned long long)script_hash(s));
    script_text(s, &t);
    snprintf(path, sizeof path, ".weir/runs/%s.case", name);
    text_save(path, text_of(&t));
    text_done(&t);
}

static void show_steps(const struct script *s, struct text *out)
{
    int from = s->first_wrong >= SHOWN_STEPS ? s->first_wrong - SHOWN_STEPS + 1 : 0;

    text_format(out, "    channels %u %s\n", s->channels, s->option);
    if (from)
        text_format(out, "    ... %d steps before\n", from);
    for (int i = from; i <= s->first_wrong && i < s->steps; i++) {
        bool wrong = i == s->first_wrong &&
                     (i >= s->answered || strcmp(s->expected[i], s->got[i]) != 0);

        text_format(out, "    %2d  %-16s -> %s", i, s->step[i],
                    s->expected[i][0] ? s->expected[i] : "(nothing)");
        if (wrong && i < s->answered)
            text_format(out, "      <-- yours: %s", s->got[i][0] ? s->got[i] : "(nothing)");
        else if (wrong)
            text_format(out, "      <-- yours gives no answer");
        text_format(out, "\n");
    }
}

static void show_difference(struct mark *m, const struct script *s, const char *id,
                            const char *intent, int from_steps)
{
    if (m->failure.bytes)
        return;
    text_format(&m->failure, "%s  %s.%s   %s\n", verdict_name(VERDICT_FAIL), m->lab->id, id,
                intent);
    text_format(&m->failure, "  wrong at step %d; shrunk from %d steps to %d\n", s->first_wrong,
                from_steps, s->steps);
    show_steps(s, &m->failure);
}

static void show_death(struct mark *m, const char *id, const char *intent, enum verdict v,
                       const struct organ_run *run, const struct script *s)
{
    if (m->failure.bytes)
        return;
    text_format(&m->failure, "%s  %s.%s   %s\n  %s\n", verdict_name(v), m->lab->id, id, intent,
                verdict_text(v));
    text_format(&m->failure, "%s", text_of(&run->printed));
    if (s)
        show_steps(s, &m->failure);
}

/* ---- scripts ---- */

/* One script alone: against what is expected, twice with different memory. */
static void mark_script(struct mark *m, struct built *b, struct script *s, const char *id,
                        const char *intent)
{
    struct organ_run run = {0};
    struct script again = *s;
    int steps = s->steps;

    scripts_run(b->organ, s, 1, false, 1, &run);
    if (run.verdict != VERDICT_PASS) {
        s->first_wrong = s->answered < s->steps ? s->answered : s->steps - 1;
        keep(m, s, id, intent);
        show_death(m, id, intent, run.verdict, &run, s);
        count_case(m, id, run.verdict);
    } else if (!script_compare(s)) {
        script_shrink(s, b->organ, b->reference);
        keep(m, s, id, intent);
        show_difference(m, s, id, intent, steps);
        count_case(m, id, VERDICT_FAIL);
    } else {
        scripts_run(b->organ, &again, 1, false, 2, &run);
        count_case(m, id,
                   script_hash(&again) == script_hash(s) ? VERDICT_PASS : VERDICT_NONDETERMINISTIC);
    }
    text_done(&run.printed);
}

static void header_of(const char *text, const char *key, char *out, size_t room)
{
    const char *p = strstr(text, key);

    out[0] = 0;
    if (p)
        snprintf(out, room, "%.*s", (int)strcspn(p + strlen(key), "\n"), p + strlen(key));
}

static void mark_case_file(struct mark *m, struct built *b, const char *path)
{
    struct text t = {0};
    struct script *s = calloc(1, sizeof *s);
    char name[64], intent[200];
    const char *body;

    text_load(&t, path);
    header_of(text_of(&t), "name: ", name, sizeof name);
    header_of(text_of(&t), "intent: ", intent, sizeof intent);
    body = strstr(text_of(&t), "channels ");
    if (name[0] == 0 || intent[0] == 0 || body == NULL || !script_parse(s, body)) {
        text_format(&m->failure, "INTERNAL  %s is malformed\n", path);
        count_case(m, path, VERDICT_INTERNAL);
    } else {
        mark_script(m, b, s, name, intent);
    }
    text_done(&t);
    free(s);
}

/* It died or did not come back: what else there is to ask it would end alike. */
static bool has_died(const struct mark *m)
{
    return m->verdict < VERDICT_FAIL;
}

static void mark_cases(struct mark *m, struct built *b)
{
    struct dirent **entry;
    char folder[128], path[512];
    int n, files = 0;

    snprintf(folder, sizeof folder, "%s/cases", m->lab->folder);
    n = scandir(folder, &entry, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        if (strstr(entry[i]->d_name, ".case") && !has_died(m)) {
            snprintf(path, sizeof path, "%s/%s", folder, entry[i]->d_name);
            mark_case_file(m, b, path);
            files++;
        }
        free(entry[i]);
    }
    if (n >= 0)
        free(entry);
    if (files == 0)
        count_case(m, "cases", VERDICT_INTERNAL);
}

/* Scripts drawn from this run's seed, all in one process; the first wrong one is marked alone. */
static void mark_drawn(struct mark *m, struct built *b)
{
    static const char intent[] = "drawn scripts must give what the reference gives";
    int count = m->deep ? DRAWN_DEEP : DRAWN, wrong = -1;
    struct script *s = calloc((size_t)count, sizeof *s);
    struct organ_run reference = {0}, run = {0};

    for (int i = 0; i < count; i++)
        script_draw(&s[i], m->lab->organ, m->seed + (uint64_t)i);
    scripts_run(b->reference, s, count, true, 1, &reference);
    scripts_run(b->organ, s, count, false, 1, &run);
    for (int i = 0; i < count && wrong < 0; i++)
        if (!script_compare(&s[i]))
            wrong = i;
    if (reference.verdict != VERDICT_PASS)
        count_case(m, "drawn", VERDICT_INTERNAL);
    else if (wrong >= 0)
        mark_script(m, b, &s[wrong], "drawn", intent);
    else
        count_case(m, "drawn", run.verdict);
    if (wrong < 0 && run.verdict != VERDICT_PASS)
        show_death(m, "drawn", intent, run.verdict, &run, NULL);
    text_done(&reference.printed);
    text_done(&run.printed);
    free(s);
}

/* ---- Flink's vectors ---- */

static void first_lines(const char *text, const char *with, int lines, struct text *out)
{
    for (const char *p = text; *p && lines;) {
        size_t n = strcspn(p, "\n");

        if (strncmp(p, with, strlen(with)) == 0) {
            text_format(out, "    %.*s\n", n > 160 ? 160 : (int)n, p);
            lines--;
        }
        p += n + (p[n] != 0);
    }
}

static void mark_vectors(struct mark *m, struct built *b)
{
    char program[PATH_BYTES], folder[PATH_BYTES], link[PATH_BYTES + 64], target[PATH_BYTES];
    const char *argv[] = {program, folder, NULL};
    struct child c = {.argv = argv, .limit_ms = JOB_LIMIT_MS, .perturb = 1};
    enum verdict v;

    snprintf(folder, sizeof folder, "%.400s/vectors", b->folder);
    snprintf(link, sizeof link, "%s/%s.jsonl", folder, m->lab->topic);
    make_folders(link);
    if (!build_conformance(m->lab, b, program) || realpath("tests/conformance", target) == NULL) {
        text_format(&m->failure, "%s", text_of(&b->report));
        count_case(m, "vectors", VERDICT_INTERNAL);
        return;
    }
    unlink(link);
    snprintf(target + strlen(target), 64, "/%s.jsonl", m->lab->topic);
    if (symlink(target, link) != 0) {
        count_case(m, "vectors", VERDICT_INTERNAL);
        return;
    }
    child_run(&c);
    v = c.verdict != VERDICT_PASS                                           ? c.verdict
        : c.status == 0 && strstr(text_of(&c.printed), " passed, 0 failed") ? VERDICT_PASS
                                                                            : VERDICT_FAIL;
    if (v != VERDICT_PASS && m->failure.bytes == 0) {
        text_format(&m->failure, "%s  %s.vectors   must answer as Flink 2.3.0 answered\n",
                    verdict_name(v), m->lab->id);
        first_lines(text_of(&c.printed), "FAIL", 4, &m->failure);
    }
    count_case(m, "vectors", v);
    child_done(&c);
}

/* ---- whole jobs ---- */

static bool run_job(const char *program, struct child *c, const char *const *more)
{
    const char *argv[16] = {program};
    int n = 1;

    for (; more && *more && n < 15; more++)
        argv[n++] = *more;
    argv[n] = NULL;
    *c = (struct child){.argv = argv, .limit_ms = JOB_LIMIT_MS, .perturb = 1};
    child_run(c);
    return c->verdict == VERDICT_PASS;
}

static void mark_job(struct mark *m, struct built *b, const char *name)
{
    static const char *const more[] = {"sim", "--json", "--quiet", NULL};
    char program[PATH_BYTES], reference[PATH_BYTES], id[48];
    struct child mine, course;
    enum verdict v = VERDICT_PASS;

    snprintf(id, sizeof id, "job-%s", name);
    snprintf(reference, sizeof reference, "build/jobs/%s", name);
    if (!build_job(m->lab, b, name, program)) {
        text_format(&m->failure, "%s", text_of(&b->report));
        count_case(m, id, VERDICT_INTERNAL);
        return;
    }
    if (!run_job(program, &mine, more))
        v = mine.verdict;
    run_job(reference, &course, more);
    if (v == VERDICT_PASS && strcmp(text_of(&mine.printed), text_of(&course.printed)) != 0)
        v = VERDICT_FAIL;
    if (v != VERDICT_PASS && m->failure.bytes == 0) {
        text_format(&m->failure,
                    "%s  %s.%s   the job on real data must run as with the reference\n",
                    verdict_name(v), m->lab->id, id);
        text_format(&m->failure, "    reference %.200s\n    yours     %.200s\n",
                    text_of(&course.printed), text_of(&mine.printed));
    }
    count_case(m, id, v);
    child_done(&mine);
    child_done(&course);
}

/* Kill workers at random under the learner's organ: nothing may be lost, nothing doubled. */
static void mark_survival(struct mark *m, struct built *b)
{
    char program[PATH_BYTES], plan[PATH_BYTES + 8], seeds[16];
    const char *more[] = {"explore", "--seeds", seeds, "--quiet", "--out", plan, NULL};
    struct child c;
    enum verdict v;

    snprintf(seeds, sizeof seeds, "%d", m->deep ? 10000 : 300);
    snprintf(plan, PATH_BYTES, ".weir/runs/%s.survive.plan", m->lab->id);
    make_folders(plan);
    if (!build_job(m->lab, b, "toy", program)) {
        count_case(m, "survive", VERDICT_INTERNAL);
        return;
    }
    v = run_job(program, &c, more) ? VERDICT_PASS : c.verdict;
    if (v == VERDICT_PASS && c.status != 0)
        v = c.status == 1 ? VERDICT_FAIL : VERDICT_CRASH;
    if (v != VERDICT_PASS && m->failure.bytes == 0) {
        snprintf(m->counterexample, sizeof m->counterexample, "%s.survive", m->lab->id);
        text_save(strcat(plan, ".file"), m->file);
        text_format(&m->failure,
                    "%s  %s.survive   workers die, and every row is there exactly once\n",
                    verdict_name(v), m->lab->id);
        first_lines(text_of(&c.printed), "", 8, &m->failure);
    }
    count_case(m, "survive", v);
    child_done(&c);
}

/* ---- job labs ---- */

/* Lines that the print sink wrote, in the order of their bytes. */
static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void results_of(struct child *c, struct text *out)
{
    char *line[40000], *save, *p;
    int n = 0;

    for (p = text_line(&c->printed, &save); p && n < 40000; p = strtok_r(NULL, "\n", &save))
        if (strstr(p, "> {"))
            line[n++] = p;
    qsort(line, (size_t)n, sizeof line[0], by_bytes);
    for (int i = 0; i < n; i++)
        text_format(out, "%s\n", line[i]);
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

/* Real flights, but another selection with other names each time: answers cannot be known.
 * Whatever border a lab draws, there are rows on both sides of it and on it. */
static bool write_variant(const char *folder, uint64_t seed)
{
    struct text all = {0}, some = {0};
    char path[PATH_BYTES], *save, *line;
    bool seen[2][VALUES] = {{false}};
    uint64_t x = seed;
    int row = 0;

    if (!text_load(&all, "datasets/flights.csv"))
        return false;
    for (line = text_line(&all, &save); line; line = strtok_r(NULL, "\n", &save), row++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        if (row == 0 || is_first_of_its_value(line, seen) || (x >> 33) % 23 == 0) {
            char *first = strchr(line, ',');

            if (row && first)
                text_format(&some, "%u%s\n", (unsigned)(x >> 40), first);
            else
                text_format(&some, "%s\n", line);
        }
    }
    snprintf(path, sizeof path, "%.400s/datasets/flights.csv", folder);
    make_folders(path);
    return text_save(path, text_of(&some));
}

static void compare_results(struct mark *m, struct child *mine, struct child *course,
                            const char *id)
{
    struct text a = {0}, b = {0};
    enum verdict v = VERDICT_PASS;
    size_t same = 0;

    results_of(mine, &a);
    results_of(course, &b);
    if (strcmp(text_of(&a), text_of(&b)) != 0)
        v = VERDICT_FAIL;
    if (v == VERDICT_FAIL && m->failure.bytes == 0) {
        while (text_of(&a)[same] && text_of(&a)[same] == text_of(&b)[same])
            same++;
        while (same && text_of(&b)[same - 1] != '\n')
            same--;
        text_format(
            &m->failure,
            "FAIL  %s.%s   the results must be the reference's\n  first line that differs:\n"
            "    wanted %.*s\n    got    %.*s\n",
            m->lab->id, id, (int)strcspn(text_of(&b) + same, "\n"), text_of(&b) + same,
            (int)strcspn(text_of(&a) + same, "\n"), text_of(&a) + same);
    }
    count_case(m, id, v);
    text_done(&a);
    text_done(&b);
}

static void mark_program(struct mark *m, struct built *b)
{
    char mine[PATH_BYTES], course[PATH_BYTES], data[PATH_BYTES + 32];
    const char *more[] = {"sim", "--quiet", "-D", data, "-p", "1", NULL};
    struct child c1, c2;

    if (!build_program(b, m->file, "program", mine)) {
        text_format(&m->failure, "%s", text_of(&b->report));
        count_case(m, "link", VERDICT_BUILD);
        return;
    }
    build_program(b, m->lab->source, "reference", course);
    snprintf(data, sizeof data, "weir.data-dir=%s", b->folder);
    for (int i = 0; i < 3; i++) {
        char id[32];

        more[5] = i == 2 ? "3" : "1";
        snprintf(id, sizeof id, i == 2 ? "parallel" : "data-%d", i + 1);
        if (!write_variant(b->folder, m->seed + (uint64_t)i)) {
            count_case(m, id, VERDICT_INTERNAL);
            return;
        }
        run_job(mine, &c1, more);
        run_job(course, &c2, more);
        if (c1.verdict != VERDICT_PASS) {
            struct organ_run none = {0};

            show_death(m, id, "the program must run to its end", c1.verdict, &none, NULL);
            count_case(m, id, c1.verdict);
        } else {
            compare_results(m, &c1, &c2, id);
        }
        child_done(&c1);
        child_done(&c2);
    }
}

/* ---- the whole ---- */

static void mark_whole(struct mark *m, struct built *b)
{
    if (m->lab->topic[0])
        mark_vectors(m, b);
    mark_job(m, b, "toy");
    mark_job(m, b, "flights");
    if (m->lab->survive)
        mark_survival(m, b);
}

void mark_lab(struct mark *m)
{
    struct built b = {0};
    enum verdict v = build_learner(m->lab, m->file, &b);

    m->verdict = VERDICT_PASS;
    if (v != VERDICT_PASS) {
        text_format(&m->failure, "%s %s: %s%s", verdict_name(v), m->lab->id,
                    v == VERDICT_TODO ? "" : "\n", text_of(&b.report));
        count_case(m, "build", v);
    } else if (m->lab->kind == LAB_JOB) {
        mark_program(m, &b);
    } else {
        mark_cases(m, &b);
        if (!has_died(m))
            mark_drawn(m, &b);
        if (!has_died(m))
            mark_whole(m, &b);
    }
    built_done(&b);
}

void mark_done(struct mark *m)
{
    text_done(&m->failure);
}

/* ---- kept counterexamples ---- */

bool kept_load(const char *id, char lab[8], char file[PATH_BYTES], struct script *s,
               char intent[200])
{
    struct text t = {0};
    char path[160];
    const char *body;
    bool ok;

    snprintf(path, sizeof path, ".weir/runs/%.80s.case", id);
    if (strchr(id, '/') || !text_load(&t, path))
        return false;
    header_of(text_of(&t), "lab ", lab, 8);
    header_of(text_of(&t), "\nfile ", file, PATH_BYTES);
    header_of(text_of(&t), "\nintent ", intent, 200);
    body = strstr(text_of(&t), "---\n");
    ok = body && script_parse(s, body + 4);
    text_done(&t);
    return ok;
}

bool kept_plan(const struct lab *labs, int count, const char *id, char program[PATH_BYTES],
               char plan[160])
{
    struct built b = {0};
    struct text file = {0};
    char path[176], lab_id[8];
    const struct lab *lab;

    snprintf(plan, 160, ".weir/runs/%.80s.plan", id);
    snprintf(path, sizeof path, "%s.file", plan);
    snprintf(lab_id, sizeof lab_id, "%.2s", id);
    lab = lab_find(labs, count, lab_id);
    if (strchr(id, '/') || lab == NULL || access(plan, R_OK) != 0 || !text_load(&file, path))
        return false;
    if (build_learner(lab, text_of(&file), &b) != VERDICT_PASS ||
        !build_job(lab, &b, "toy", program))
        program[0] = 0;
    text_done(&file);
    built_done(&b);
    return true;
}

static int replay_plan(const char *program, const char *plan)
{
    const char *more[] = {"replay", plan, NULL};
    struct child c;
    int code = verdict_exit(VERDICT_BUILD);

    if (program[0] == 0) {
        fprintf(stderr, "weir-lab: the file this was found on does not build any more\n");
        return code;
    }
    code = verdict_exit(run_job(program, &c, more) ? VERDICT_FAIL : c.verdict);
    if (strstr(text_of(&c.printed), "nothing is violated"))
        code = verdict_exit(VERDICT_PASS);
    printf("%s", text_of(&c.printed));
    child_done(&c);
    return code;
}

int replay_kept(const struct lab *labs, int count, const char *id)
{
    char program[PATH_BYTES], plan[160];
    struct script *s = calloc(1, sizeof *s);
    struct organ_run run = {0};
    struct built b = {0};
    char lab_id[8], file[PATH_BYTES], intent[200];
    const struct lab *lab;
    struct text out = {0};
    enum verdict v;

    if (kept_plan(labs, count, id, program, plan)) {
        free(s);
        return replay_plan(program, plan);
    }
    if (!kept_load(id, lab_id, file, s, intent) || (lab = lab_find(labs, count, lab_id)) == NULL) {
        fprintf(stderr, "weir-lab: no counterexample '%s' in .weir/runs; `make check` makes them\n",
                id);
        free(s);
        return EXIT_USAGE;
    }
    v = build_learner(lab, file, &b);
    if (v == VERDICT_PASS) {
        scripts_run(b.organ, s, 1, false, 1, &run);
        v = run.verdict != VERDICT_PASS ? run.verdict
            : script_compare(s)         ? VERDICT_PASS
                                        : VERDICT_FAIL;
        if (v != VERDICT_PASS && v != VERDICT_FAIL)
            s->first_wrong = s->answered < s->steps ? s->answered : s->steps - 1;
    }
    if (s->first_wrong < 0)
        s->first_wrong = s->steps - 1;
    show_steps(s, &out);
    printf("%s  %s   %s\n%s%s%shash %016llx\n", verdict_name(v), id, intent, text_of(&b.report),
           text_of(&run.printed), text_of(&out), (unsigned long long)script_hash(s));
    text_done(&out);
    text_done(&run.printed);
    built_done(&b);
    free(s);
    return verdict_exit(v);
}
