/* weir-lab: mark labs, give hints, replay what was found, put starters back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "labs/grader/kept.h"
#include "labs/grader/mark.h"
#include "labs/grader/progress.h"
#include "labs/grader/serve.h"

struct options {
    const char *word; /* LAB or ID */
    const char *file;
    bool reference, deep, json;
    uint64_t seed;
};

static struct lab all_labs[LABS_MAX];
static int lab_count;

static int usage(const char *what)
{
    fprintf(stderr, "weir-lab: %s; `weir-lab help` says what there is\n", what);
    return EXIT_USAGE;
}

static int help(void)
{
    printf("weir-lab -- the labs\n\n"
           "  check [LAB|all] [--reference] [--deep] [--file F] [--seed N] [--json]   mark\n"
           "  hint LAB                 help, a rung at a time\n"
           "  replay ID                run a kept counterexample again\n"
           "  serve ID                 the same as an engine of the workbench\n"
           "  reset LAB                put the starter back (keeps what was there)\n"
           "  cut LAB                  print the starter\n"
           "  list, progress, doctor, help\n\nExit codes:\n  2  wrong usage\n");
    for (int v = 0; v < VERDICTS; v++)
        printf("  %-2d %-16s %s\n", verdict_exit((enum verdict)v), verdict_name((enum verdict)v),
               verdict_text((enum verdict)v));
    return 0;
}

/* ---- check ---- */

static int passed_cases(const struct mark *m)
{
    int n = 0;

    for (int i = 0; i < m->cases; i++)
        n += m->done[i].verdict == VERDICT_PASS;
    return n;
}

static void show_mark(const struct mark *m)
{
    if (m->verdict == VERDICT_TODO) {
        printf("%s\n", text_of(&m->failure));
        return;
    }
    printf("Lab %s %s   %d of %d cases pass   %s\n", m->lab->id, m->lab->title, passed_cases(m),
           m->cases, m->file);
    if (m->verdict == VERDICT_PASS) {
        printf("PASS\n");
        return;
    }
    printf("%s", text_of(&m->failure));
    if (m->counterexample[0])
        printf("  see: make tui ID=%s     hint: make hint LAB=%s\n  again:  make replay ID=%s\n",
               m->counterexample, m->lab->id, m->counterexample);
    else
        printf("  hint: make hint LAB=%s\n", m->lab->id);
}

static void put_escaped(const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        if (*text == '\n')
            printf("\\n");
        else if ((unsigned char)*text >= ' ')
            putchar(*text);
    }
}

static void show_json(const struct mark *m)
{
    printf("{\"lab\":\"%s\",\"verdict\":\"%s\",\"exit\":%d,\"passed\":%d,\"cases\":[", m->lab->id,
           verdict_name(m->verdict), verdict_exit(m->verdict), passed_cases(m));
    for (int i = 0; i < m->cases; i++)
        printf("%s{\"id\":\"%s.%s\",\"verdict\":\"%s\"}", i ? "," : "", m->lab->id, m->done[i].id,
               verdict_name(m->done[i].verdict));
    printf("],\"counterexample\":\"%s\",\"text\":\"", m->counterexample);
    put_escaped(text_of(&m->failure));
    printf("\"}\n");
}

static enum verdict check_one(const struct lab *lab, const struct options *o)
{
    struct mark m = {.lab = lab, .file = lab->file, .deep = o->deep, .seed = o->seed};
    enum verdict v;

    if (o->reference)
        m.file = lab->source;
    if (o->file)
        m.file = o->file;
    mark_lab(&m);
    if (o->json)
        show_json(&m);
    else
        show_mark(&m);
    if (!o->reference && !o->file)
        progress_add(lab->id, verdict_name(m.verdict), passed_cases(&m), m.cases);
    v = m.verdict;
    mark_done(&m);
    return v;
}

/* The first lab that has not passed yet; the last one if all have. */
static int next_lab(void)
{
    char last[32];

    for (int i = 0; i < lab_count; i++) {
        progress_last(all_labs[i].id, last);
        if (strcmp(last, "PASS") != 0)
            return i;
    }
    return lab_count - 1;
}

static int check(const struct options *o)
{
    enum verdict v = VERDICT_PASS;
    const struct lab *one;
    int next;

    if (o->word && strcmp(o->word, "all") != 0) {
        one = lab_find(all_labs, lab_count, o->word);
        return one ? verdict_exit(check_one(one, o)) : usage("no such lab (`weir-lab list`)");
    }
    if (o->word) {
        for (int i = 0; i < lab_count; i++)
            v = verdict_worse(v, check_one(&all_labs[i], o));
        return verdict_exit(v);
    }
    next = next_lab(); /* then the earlier ones, which must still pass */
    v = check_one(&all_labs[next], o);
    for (int i = 0; i < next; i++)
        v = verdict_worse(v, check_one(&all_labs[i], o));
    return verdict_exit(v);
}

/* ---- the other verbs ---- */

static int list(void)
{
    char last[32];

    for (int i = 0; i < lab_count; i++) {
        progress_last(all_labs[i].id, last);
        printf("%s  %-28s %-8s %s\n", all_labs[i].id, all_labs[i].title, last[0] ? last : "-",
               all_labs[i].file);
    }
    return 0;
}

/* A rung more of hints.md each time it is asked: rungs are separated by lines "## ". */
static int hint(const struct lab *lab)
{
    struct text t = {0}, rung = {0};
    char path[128], kept[128];
    int asked, shown = 0;

    snprintf(path, sizeof path, "%s/hints.md", lab->folder);
    snprintf(kept, sizeof kept, ".weir/hints-%s", lab->id);
    text_load(&rung, kept);
    asked = atoi(text_of(&rung)) + 1;
    if (!text_load(&t, path))
        return usage("this lab has no hints");
    for (const char *p = strstr(text_of(&t), "## "); p; p = strstr(p + 3, "\n## ")) {
        const char *from = p + (*p == '\n'), *to = strstr(from, "\n## ");

        if (shown++ == asked - 1 || (to == NULL && shown <= asked)) {
            printf("%.*s\n", to ? (int)(to - from) : (int)strlen(from), from);
            if (to == NULL)
                asked = shown;
            break;
        }
    }
    text_clear(&rung);
    text_format(&rung, "%d\n", asked);
    text_save(kept, text_of(&rung));
    text_done(&t);
    text_done(&rung);
    return 0;
}

static int cut(const struct lab *lab)
{
    struct text t = {0};
    char why[160];
    bool ok = lab_cut(lab, &t, why);

    if (ok)
        fputs(text_of(&t), stdout);
    else
        fprintf(stderr, "weir-lab: %s\n", why);
    text_done(&t);
    return ok ? 0 : verdict_exit(VERDICT_INTERNAL);
}

static int reset(const struct lab *lab)
{
    struct text now = {0}, starter = {0};
    char saved[160], why[160];

    if (!lab_cut(lab, &starter, why))
        return usage(why);
    if (text_load(&now, lab->file) && strcmp(text_of(&now), text_of(&starter)) != 0) {
        snprintf(saved, sizeof saved, ".weir/saved/%s-%08x.c", lab->id,
                 (unsigned)text_hash(text_of(&now)));
        if (!text_save(saved, text_of(&now)))
            return usage("your file could not be saved, so it stays as it is");
        printf("what was there is kept in %s\n", saved);
    }
    text_save(lab->file, text_of(&starter));
    printf("%s is the starter again\n", lab->file);
    text_done(&now);
    text_done(&starter);
    return 0;
}

static void show_found(const char *what, bool found, const char *otherwise)
{
    printf("%-20s %s%s\n", what, found ? "is there" : "is missing: ", found ? "" : otherwise);
}

static bool runs(const char *command)
{
    char quiet[200];

    snprintf(quiet, sizeof quiet, "%s >/dev/null 2>&1", command);
    return system(quiet) == 0;
}

static int doctor(void)
{
    static const char *const tools[] = {"cc --version", "nm --version", "objdump --version",
                                        "git --version", "tmux -V"};
    static const char *const headers[] = {"sqlite3.h", "curses.h", "uv.h", "cmocka.h", "zlib.h"};
    char command[160];

    for (size_t i = 0; i < sizeof tools / sizeof tools[0]; i++)
        show_found(tools[i], runs(tools[i]), "make setup");
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        snprintf(command, sizeof command, "echo '#include <%s>' | cc -E -", headers[i]);
        show_found(headers[i], runs(command), "make setup");
    }
    show_found("build/core.objs", access("build/core.objs", R_OK) == 0, "make");
    return 0;
}

static bool parse(struct options *o, int argc, char **argv)
{
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--reference") == 0)
            o->reference = true;
        else if (strcmp(argv[i], "--deep") == 0)
            o->deep = true;
        else if (strcmp(argv[i], "--json") == 0)
            o->json = true;
        else if (strcmp(argv[i], "--file") == 0 && i + 1 < argc)
            o->file = argv[++i];
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            o->seed = strtoull(argv[++i], NULL, 0);
        else if (argv[i][0] == '-' || o->word)
            return false;
        else
            o->word = argv[i];
    }
    return true;
}

static int with_lab(const struct options *o, int (*verb)(const struct lab *))
{
    const struct lab *lab = o->word ? lab_find(all_labs, lab_count, o->word)
                                    : &all_labs[next_lab()];

    return lab ? verb(lab) : usage("no such lab (`weir-lab list`)");
}

int main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "help";
    struct options o = {0};

    if (getrandom(&o.seed, sizeof o.seed, 0) != sizeof o.seed)
        o.seed = 1;
    o.seed &= 0xffffff; /* short enough to be typed again */
    if (strcmp(verb, "help") == 0 || strcmp(verb, "--help") == 0)
        return help();
    if (!parse(&o, argc, argv))
        return usage("unknown flag or too many words");
    lab_count = labs_load(all_labs);
    srandom((unsigned)o.seed);
    if (strcmp(verb, "check") == 0)
        return check(&o);
    if (strcmp(verb, "list") == 0 || strcmp(verb, "progress") == 0)
        return list();
    if (strcmp(verb, "hint") == 0)
        return with_lab(&o, hint);
    if (strcmp(verb, "cut") == 0)
        return with_lab(&o, cut);
    if (strcmp(verb, "reset") == 0)
        return with_lab(&o, reset);
    if (strcmp(verb, "doctor") == 0)
        return doctor();
    if (strcmp(verb, "replay") == 0)
        return o.word ? replay_kept(all_labs, lab_count, o.word) : usage("replay which ID?");
    if (strcmp(verb, "serve") == 0)
        return o.word ? serve_kept(all_labs, lab_count, o.word) : usage("serve which ID?");
    return usage("unknown verb");
}
