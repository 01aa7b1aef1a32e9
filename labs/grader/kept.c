#include "labs/grader/kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "labs/grader/program.h"

enum { SHOWN_STEPS = 12, LONG = 40 };

void header_of(const char *text, const char *key, char *out, size_t room)
{
    const char *p = strstr(text, key);

    out[0] = 0;
    if (p)
        snprintf(out, room, "%.*s", (int)strcspn(p + strlen(key), "\n"), p + strlen(key));
}

void kept_name(struct mark *m, const char *id, uint64_t hash, char name[64])
{
    snprintf(name, 64, "%s.%.32s-%04x", m->lab->id, id, (unsigned)(hash & 0xffff));
    if (m->counterexample[0] == 0)
        snprintf(m->counterexample, sizeof m->counterexample, "%s", name);
}

/* ---- scripts ---- */

void script_keep(struct mark *m, const struct script *s, const char *id, const char *intent)
{
    struct text t = {0};
    char path[160], name[64];

    kept_name(m, id, script_hash(s), name);
    text_format(&t, "lab %s\nfile %s\nintent %s\nhash %016llx\n---\n", m->lab->id, m->file, intent,
                (unsigned long long)script_hash(s));
    script_text(s, &t);
    snprintf(path, sizeof path, ".weir/runs/%s.case", name);
    text_save(path, text_of(&t));
    text_done(&t);
}

static const char *or_nothing(const char *answer)
{
    return answer[0] ? answer : "(nothing)";
}

void script_show(const struct script *s, struct text *out)
{
    int from = s->first_wrong >= SHOWN_STEPS ? s->first_wrong - SHOWN_STEPS + 1 : 0;

    text_format(out, "    %s\n", s->setup);
    if (from)
        text_format(out, "    ... %d steps before\n", from);
    for (int i = from; i <= s->first_wrong && i < s->steps; i++) {
        bool wrong = i == s->first_wrong &&
                     (i >= s->answered || strcmp(s->expected[i], s->got[i]) != 0);

        text_format(out, "    %2d  %-16s -> %s", i, s->step[i], or_nothing(s->expected[i]));
        if (wrong)
            text_format(out, "%s<-- yours%s%s",
                        strlen(s->expected[i]) > LONG ? "\n                        " : "      ",
                        i < s->answered ? ": " : " gives no answer",
                        i < s->answered ? or_nothing(s->got[i]) : "");
        text_format(out, "\n");
    }
}

bool script_kept(const char *id, char lab[8], char file[PATH_BYTES], struct script *s,
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

/* ---- plans ---- */

bool plan_kept(const struct lab *labs, int count, const char *id, char program[PATH_BYTES],
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
    code = verdict_exit(run_job(program, &c, more, JOB_LIMIT_MS) ? VERDICT_FAIL : c.verdict);
    if (strstr(text_of(&c.printed), "nothing is violated"))
        code = verdict_exit(VERDICT_PASS);
    printf("%s", text_of(&c.printed));
    child_done(&c);
    return code;
}

/* ---- again ---- */

static enum verdict replay_script(const struct lab *lab, const char *file, struct script *s,
                                  struct text *said)
{
    struct organ_run run = {0};
    struct built b = {0};
    enum verdict v = build_learner(lab, file, &b);

    if (v != VERDICT_PASS) {
        text_format(said, "%s\n", text_of(&b.report));
    } else {
        scripts_run(b.organ, s, 1, false, 1, &run);
        v = run.verdict != VERDICT_PASS ? run.verdict
            : script_compare(s)         ? VERDICT_PASS
                                        : VERDICT_FAIL;
        if (v == VERDICT_PASS) { /* and with other bytes in fresh memory? */
            scripts_run(b.organ, s, 1, false, 2, &run);
            v = script_compare(s) ? VERDICT_PASS : VERDICT_NONDETERMINISTIC;
        }
        if (run.verdict != VERDICT_PASS)
            s->first_wrong = s->answered < s->steps ? s->answered : s->steps - 1;
        if (s->first_wrong < 0)
            s->first_wrong = s->steps - 1;
        text_format(said, "%s", text_of(&run.printed));
        script_show(s, said);
    }
    text_done(&run.printed);
    built_done(&b);
    return v;
}

int replay_kept(const struct lab *labs, int count, const char *id)
{
    char program[PATH_BYTES], plan[160], lab_id[8], file[PATH_BYTES], intent[200];
    struct script *s;
    struct kept_rows rows;
    const struct lab *lab;
    struct text said = {0};
    enum verdict v;

    if (plan_kept(labs, count, id, program, plan))
        return replay_plan(program, plan);
    if (rows_kept(labs, count, id, &rows))
        return rows_replay(&rows, id);
    s = calloc(1, sizeof *s);
    if (!script_kept(id, lab_id, file, s, intent) ||
        (lab = lab_find(labs, count, lab_id)) == NULL) {
        fprintf(stderr, "weir-lab: no counterexample '%s' in .weir/runs; `make check` makes them\n",
                id);
        free(s);
        return EXIT_USAGE;
    }
    v = replay_script(lab, file, s, &said);
    printf("%s  %s   %s\n%shash %016llx\n", verdict_name(v), id, intent, text_of(&said),
           (unsigned long long)script_hash(s));
    text_done(&said);
    free(s);
    return verdict_exit(v);
}
