#include "labs/grader/mark.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "labs/grader/guess.h"
#include "labs/grader/kept.h"
#include "labs/grader/program.h"

enum { DRAWN = 400, DRAWN_DEEP = 8000 };

void mark_count(struct mark *m, const char *id, enum verdict v)
{
    struct marked_case *c = &m->done[m->cases < CASES_MAX ? m->cases++ : CASES_MAX - 1];

    snprintf(c->id, sizeof c->id, "%.63s", id);
    c->verdict = v;
    m->verdict = verdict_worse(m->verdict, v);
}

/* ---- what went wrong, for people: of the first case that did ---- */

static void show_difference(struct mark *m, struct built *b, const struct script *s, const char *id,
                            const char *intent, int from_steps)
{
    char misconception[120];

    text_format(&m->failure, "%s  %s.%s   %s\n", verdict_name(VERDICT_FAIL), m->lab->id, id,
                intent);
    text_format(&m->failure, "  wrong at step %d; shrunk from %d steps to %d\n", s->first_wrong,
                from_steps, s->steps);
    script_show(s, &m->failure);
    if (guess(m->lab, b, s, misconception))
        text_format(&m->failure, "  looks like (a guess): \"%s\"\n", misconception);
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
        script_show(s, &m->failure);
}

/* Two runs of one script, with other bytes in fresh memory, that answer differently. */
static void show_two_answers(struct mark *m, const struct script *one, const struct script *two,
                             const char *id)
{
    if (m->failure.bytes)
        return;
    text_format(&m->failure, "%s  %s.%s   the same script twice, and two answers\n    %s\n",
                verdict_name(VERDICT_NONDETERMINISTIC), m->lab->id, id, one->setup);
    for (int i = 0; i < one->steps; i++) {
        bool same = strcmp(one->got[i], two->got[i]) == 0;

        text_format(&m->failure, "    %2d  %-16s -> %s%s%s\n", i, one->step[i], one->got[i],
                    same ? "" : "      <-- and then: ", same ? "" : two->got[i]);
        if (!same)
            break;
    }
    text_format(&m->failure, "  something is read before it was set: a field, a local variable\n");
}

/* ---- scripts ---- */

/* It was right: is it again, with other bytes in fresh memory? */
static void mark_again(struct mark *m, struct built *b, struct script *s, const char *id,
                       const char *intent)
{
    struct script *again = calloc(1, sizeof *again);
    struct organ_run run = {0};

    *again = *s;
    scripts_run(b->organ, again, 1, false, 2, &run);
    if (run.verdict == VERDICT_PASS && script_hash(again) == script_hash(s)) {
        mark_count(m, id, VERDICT_PASS);
    } else {
        script_compare(again);
        script_keep(m, again, id, intent);
        show_two_answers(m, s, again, id);
        mark_count(m, id, VERDICT_NONDETERMINISTIC);
    }
    text_done(&run.printed);
    free(again);
}

/* It is wrong.  The first one that is gets small, and is kept and shown. */
static void mark_wrong(struct mark *m, struct built *b, struct script *s, const char *id,
                       const char *intent, bool is_drawn)
{
    int steps = s->steps;

    if (m->failure.bytes == 0) {
        script_shrink(s, b->organ, b->reference, is_drawn);
        script_keep(m, s, id, intent);
        show_difference(m, b, s, id, intent, steps);
    }
    mark_count(m, id, VERDICT_FAIL);
}

/* It did not come to its end. */
static void mark_death(struct mark *m, struct built *b, struct script *s, const char *id,
                       const char *intent, struct organ_run *run)
{
    enum verdict v = run->verdict;

    if (m->failure.bytes == 0 && (v == VERDICT_CRASH || v == VERDICT_SANITIZER)) {
        struct organ_run reference = {0};
        int answered;

        script_shrink_death(s, b->organ, v);
        answered = s->answered;
        scripts_run(b->reference, s, 1, true, 1, &reference); /* expected of what is left */
        s->answered = answered;
        text_done(&reference.printed);
    }
    s->first_wrong = s->answered < s->steps ? s->answered : s->steps - 1;
    script_keep(m, s, id, intent);
    show_death(m, id, intent, v, run, s);
    mark_count(m, id, v);
}

/* One script alone: against what is expected, twice with different memory. */
static void mark_script(struct mark *m, struct built *b, struct script *s, const char *id,
                        const char *intent, bool is_drawn)
{
    struct organ_run run = {0};

    scripts_run(b->organ, s, 1, false, 1, &run);
    if (run.verdict == VERDICT_EARLY_EXIT && m->is_begun)
        mark_count(m, id, VERDICT_TODO);
    else if (run.verdict != VERDICT_PASS)
        mark_death(m, b, s, id, intent, &run);
    else if (!script_compare(s))
        mark_wrong(m, b, s, id, intent, is_drawn);
    else
        mark_again(m, b, s, id, intent);
    text_done(&run.printed);
}

bool case_load(const char *path, struct script *s, char name[64], char intent[200])
{
    struct text t = {0};
    const char *body;
    bool ok;

    text_load(&t, path);
    header_of(text_of(&t), "name: ", name, 64);
    header_of(text_of(&t), "intent: ", intent, 200);
    body = strstr(text_of(&t), intent);
    ok = name[0] && intent[0] && script_parse(s, body + strlen(intent));
    text_done(&t);
    return ok;
}

static void mark_case_file(struct mark *m, struct built *b, const char *path)
{
    struct script *s = calloc(1, sizeof *s);
    char name[64], intent[200];

    if (case_load(path, s, name, intent)) {
        mark_script(m, b, s, name, intent, false);
    } else {
        text_format(&m->failure, "INTERNAL  %s is malformed\n", path);
        mark_count(m, path, VERDICT_INTERNAL);
    }
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
        mark_count(m, "cases", VERDICT_INTERNAL);
}

/* The first drawn script that went wrong, marked alone. */
static void mark_first_wrong(struct mark *m, struct built *b, struct script *s, const char *intent)
{
    mark_script(m, b, s, "drawn", intent, true);
    if (m->done[m->cases - 1].verdict == VERDICT_PASS) { /* among others it was not */
        m->cases--;
        text_format(&m->failure,
                    "%s  %s.drawn   %s\n  wrong behind other scripts, right alone: something "
                    "outlives its object\n",
                    verdict_name(VERDICT_NONDETERMINISTIC), m->lab->id, intent);
        script_keep(m, s, "drawn", intent);
        mark_count(m, "drawn", VERDICT_NONDETERMINISTIC);
    }
}

/* Scripts drawn from this run's seed, all in one process; then again with other bytes in memory. */
static void mark_drawn(struct mark *m, struct built *b)
{
    static const char intent[] = "a script drawn at random must give what the header says";
    int count = m->deep ? DRAWN_DEEP : DRAWN, wrong = -1;
    struct script *s = calloc((size_t)count, sizeof *s);
    struct organ_run reference = {0}, run = {.verdict = VERDICT_PASS};
    bool can = true;

    for (int i = 0; i < count; i++)
        can = script_draw(&s[i], m->lab->organ, m->seed + (uint64_t)i) && can;
    scripts_run(b->reference, s, count, true, 1, &reference);
    for (int turn = 1; turn <= 2 && wrong < 0 && run.verdict == VERDICT_PASS; turn++) {
        scripts_run(b->organ, s, count, false, turn, &run);
        for (int i = 0; i < count && wrong < 0; i++)
            if (!script_compare(&s[i]))
                wrong = i;
    }
    if (!can || reference.verdict != VERDICT_PASS)
        mark_count(m, "drawn", VERDICT_INTERNAL);
    else if (wrong >= 0)
        mark_first_wrong(m, b, &s[wrong], intent);
    else
        mark_count(m, "drawn", run.verdict);
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

static bool is_chosen(const struct lab *lab, const char *line)
{
    char quoted[56];

    for (int i = 0; i < lab->vectors; i++) {
        snprintf(quoted, sizeof quoted, "\"%s\"", lab->vector[i]);
        if (strstr(line, quoted))
            return true;
    }
    return lab->vectors == 0;
}

/* The topic's vectors that concern the organ, as a folder of their own. */
static int choose_vectors(const struct lab *lab, const char *path)
{
    struct text all = {0}, some = {0};
    char from[80], *line, *save;
    int n = 0;

    snprintf(from, sizeof from, "tests/conformance/%s.jsonl", lab->topic);
    text_load(&all, from);
    for (line = text_line(&all, &save); line; line = strtok_r(NULL, "\n", &save))
        if (is_chosen(lab, line)) {
            text_put(&some, line, strlen(line));
            text_put(&some, "\n", 1);
            n++;
        }
    make_folders(path);
    if (!text_save(path, text_of(&some)))
        n = 0;
    text_done(&all);
    text_done(&some);
    return n;
}

/* What is known to be wrong is not waited for long. */
static int limit_of(const struct mark *m)
{
    return m->verdict == VERDICT_PASS || m->deep ? JOB_LIMIT_MS : WRONG_LIMIT_MS;
}

static void mark_vectors(struct mark *m, struct built *b)
{
    char program[PATH_BYTES], folder[PATH_BYTES], path[PATH_BYTES + 64];
    const char *argv[] = {program, folder, NULL};
    struct child c = {.argv = argv, .limit_ms = limit_of(m), .perturb = 1};
    enum verdict v = VERDICT_FAIL;
    int chosen;

    snprintf(folder, sizeof folder, "%.400s/vectors", b->folder);
    snprintf(path, sizeof path, "%s/%s.jsonl", folder, m->lab->topic);
    chosen = choose_vectors(m->lab, path);
    if (chosen == 0 || !build_conformance(m->lab, b, program)) {
        text_format(&m->failure, "%s", text_of(&b->report));
        mark_count(m, "vectors", VERDICT_INTERNAL);
        return;
    }
    child_run(&c);
    if (c.verdict != VERDICT_PASS)
        v = c.verdict;
    else if (c.status == 0 && strstr(text_of(&c.printed), " passed, 0 failed"))
        v = VERDICT_PASS;
    if (v != VERDICT_PASS && m->failure.bytes == 0) {
        text_format(&m->failure,
                    "%s  %s.vectors   must answer as Flink 2.3.0 answered (%d scripts)\n",
                    verdict_name(v), m->lab->id, chosen);
        first_lines(text_of(&c.printed), "FAIL", 4, &m->failure);
    }
    mark_count(m, "vectors", v);
    child_done(&c);
}

/* ---- whole jobs ---- */

bool run_job(const char *program, struct child *c, const char *const *more, int limit_ms)
{
    const char *argv[16] = {program};
    int n = 1;

    for (; more && *more && n < 15; more++)
        argv[n++] = *more;
    argv[n] = NULL;
    *c = (struct child){.argv = argv, .limit_ms = limit_ms, .perturb = 1};
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
        mark_count(m, id, VERDICT_INTERNAL);
        return;
    }
    if (!run_job(program, &mine, more, limit_of(m)))
        v = mine.verdict;
    run_job(reference, &course, more, JOB_LIMIT_MS);
    if (v == VERDICT_PASS && strcmp(text_of(&mine.printed), text_of(&course.printed)) != 0)
        v = VERDICT_FAIL;
    if (v != VERDICT_PASS && m->failure.bytes == 0) {
        text_format(&m->failure,
                    "%s  %s.%s   the job on real data must run as with the reference\n",
                    verdict_name(v), m->lab->id, id);
        text_format(&m->failure, "    reference %.200s\n    yours     %.200s\n",
                    text_of(&course.printed), text_of(&mine.printed));
    }
    mark_count(m, id, v);
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
        mark_count(m, "survive", VERDICT_INTERNAL);
        return;
    }
    v = run_job(program, &c, more, m->deep ? 10 * JOB_LIMIT_MS : JOB_LIMIT_MS) ? VERDICT_PASS
                                                                               : c.verdict;
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
    mark_count(m, "survive", v);
    child_done(&c);
}

/* ---- the whole ---- */

static void mark_whole(struct mark *m, struct built *b)
{
    if (m->lab->topic[0])
        mark_vectors(m, b);
    for (int i = 0; i < m->lab->jobs && !has_died(m); i++)
        mark_job(m, b, m->lab->job[i]);
    if (m->lab->survive && !has_died(m))
        mark_survival(m, b);
}

/* Some functions are written: which cases pass with them?  What is there and wrong comes first. */
static void mark_beginning(struct mark *m, struct built *b)
{
    int passed = 0;

    m->is_begun = true;
    m->verdict = VERDICT_TODO;
    mark_cases(m, b);
    if (m->verdict != VERDICT_TODO) {
        text_format(&m->failure, "  %s", text_of(&b->report));
        return;
    }
    for (int i = 0; i < m->cases; i++)
        passed += m->done[i].verdict == VERDICT_PASS;
    text_format(&m->failure, "%s %s: %s", verdict_name(VERDICT_TODO), m->lab->id,
                text_of(&b->report));
    if (passed)
        text_format(&m->failure, "  %d of %d cases by hand pass already", passed, m->cases);
    for (int i = 0, n = 0; i < m->cases && n < 6; i++)
        if (m->done[i].verdict == VERDICT_PASS)
            text_format(&m->failure, "%s%s", n++ ? ", " : ": ", m->done[i].id);
}

void mark_lab(struct mark *m)
{
    struct built b = {0};
    enum verdict v = build_learner(m->lab, m->file, &b);

    m->verdict = VERDICT_PASS;
    if (v == VERDICT_TODO && b.organ[0]) {
        mark_beginning(m, &b);
    } else if (v != VERDICT_PASS) {
        text_format(&m->failure, "%s %s: %s%s", verdict_name(v), m->lab->id,
                    v == VERDICT_TODO ? "" : "\n", text_of(&b.report));
        mark_count(m, "build", v);
    } else if (m->lab->kind == LAB_JOB) {
        mark_program(m, &b);
    } else {
        mark_cases(m, &b);
        if (!has_died(m))
            mark_drawn(m, &b);
        if (!has_died(m))
            mark_whole(m, &b);
    }
    text_relative(&m->failure);
    built_done(&b);
}

void mark_done(struct mark *m)
{
    text_done(&m->failure);
}
