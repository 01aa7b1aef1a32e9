#include "labs/grader/build.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define FLAGS_                                                                                     \
    "-std=c11 -D_GNU_SOURCE -g -Wall -Wextra -Wno-unused-parameter -fno-strict-aliasing "          \
    "-Werror=implicit-function-declaration "                                                       \
    "-ffp-contract=off -Icore -I. "
#define ASAN_ "-O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer "

static const char *compiler(void)
{
    return getenv("CC") ? getenv("CC") : "cc";
}

/* A shell command; what it prints is added to `out`.  True if it exits with 0. */
static bool shell(struct text *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool shell(struct text *out, const char *format, ...)
{
    char command[8192], block[4096];
    va_list args;
    size_t n;
    FILE *p;

    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    p = popen(command, "r");
    if (p == NULL)
        return false;
    while ((n = fread(block, 1, sizeof block, p)) > 0)
        text_put(out, block, n);
    return pclose(p) == 0;
}

static bool is_newer(const char *path, const char *than)
{
    struct stat a, b;

    return stat(path, &a) == 0 && stat(than, &b) == 0 &&
           (a.st_mtim.tv_sec > b.st_mtim.tv_sec ||
            (a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec >= b.st_mtim.tv_nsec));
}

/* ---- the course's own objects with sanitizers, kept between runs ---- */

/* Made since its source, the organ's header and the grader itself were. */
static bool is_fresh(const struct lab *lab, const char *out, const char *source)
{
    char header[PATH_BYTES];

    snprintf(header, sizeof header, "core/%s", lab->header);
    return is_newer(out, source) && is_newer(out, header) && is_newer(out, "/proc/self/exe");
}

static bool kept_object(const struct lab *lab, const char *source, char out[PATH_BYTES],
                        struct text *report)
{
    char name[PATH_BYTES];

    snprintf(name, sizeof name, "%s", source);
    for (char *p = name; *p; p++)
        if (*p == '/')
            *p = '-';
    snprintf(out, PATH_BYTES, ".weir/kept/%.*s.o", (int)strlen(name) - 2, name);
    if (is_fresh(lab, out, source))
        return true;
    make_folders(out);
    return shell(report, "%s " FLAGS_ ASAN_ "-c %s -o %s 2>&1", compiler(), source, out);
}

/* ---- the look ---- */

static bool is_allowed(const struct lab *lab, const char *symbol)
{
    static const char *const allowed[] = {"mem_alloc",
                                          "mem_free",
                                          "mem_resize",
                                          "mem_copy",
                                          "mem_text",
                                          "memcpy",
                                          "memset",
                                          "memmove",
                                          "memcmp",
                                          "strlen",
                                          "strcmp",
                                          "strncmp",
                                          "snprintf",
                                          "printf",
                                          "fprintf",
                                          "puts",
                                          "putchar",
                                          "fputs",
                                          "fputc",
                                          "stdout",
                                          "stderr",
                                          "fflush",
                                          "fwrite",
                                          "__assert_fail",
                                          "__stack_chk_fail",
                                          "_GLOBAL_OFFSET_TABLE_",
                                          "__printf_chk",
                                          "__fprintf_chk",
                                          "__snprintf_chk",
                                          "__memcpy_chk",
                                          "__memset_chk",
                                          "strtol"};

    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
        if (strcmp(allowed[i], symbol) == 0)
            return true;
    return lab->kind == LAB_JOB && strncmp(symbol, "weir_", 5) == 0;
}

static bool is_wanted(const struct lab *lab, const char *symbol)
{
    for (int i = 0; i < lab->functions; i++)
        if (strcmp(lab->function[i], symbol) == 0)
            return true;
    return false;
}

/* Is it among the symbols listed by nm or objdump? */
static bool is_listed(const struct text *reference, const char *symbol)
{
    char line[128];

    snprintf(line, sizeof line, " %.100s\n", symbol);
    return strstr(text_of(reference), line) != NULL;
}

struct look {
    const struct lab *lab;
    struct built *b;
    struct text course;   /* nm of the course's object */
    struct text constant; /* symbols that only the loader writes: tables of pointers */
    struct text todo;     /* names of missing functions */
    int missing;
    bool refused;
};

static void refuse(struct look *l, const char *symbol, const char *why)
{
    text_format(&l->b->report, "  %s: %s\n", symbol, why);
    l->refused = true;
}

static void look_at_symbol(struct look *l, char type, const char *symbol)
{
    if (type == 'U' && is_wanted(l->lab, symbol))
        return; /* counted as missing below */
    if (type == 'U' && !is_allowed(l->lab, symbol) && !is_listed(&l->course, symbol))
        refuse(l, symbol,
               "an organ may not call this: it must depend on nothing but its arguments");
    else if (strchr("DBCdb", type) && strncmp(symbol, ".L", 2) != 0 &&
             !is_listed(&l->constant, symbol))
        refuse(l, symbol,
               "writable data outlives a restart and is shared by all subtasks: keep it "
               "in the struct");
    else if (strchr("TW", type) && l->lab->kind == LAB_ORGAN && !is_listed(&l->course, symbol))
        refuse(l, symbol, "an extra global function: make it static");
}

static bool defines(const struct text *symbols, const char *name)
{
    char line[80];

    snprintf(line, sizeof line, " T %s\n", name);
    return strstr(text_of(symbols), line) != NULL;
}

/* What is missing is named; and, if not all is, a stand-in for each goes to unwritten.c. */
static void look_for_functions(struct look *l, const struct text *symbols)
{
    struct text names = {0}, stand_ins = {0};
    const struct lab *lab = l->lab;
    char path[PATH_BYTES];

    text_format(&stand_ins, "void organ_unwritten(void);\n");
    for (int i = 0; i < lab->functions; i++)
        if (!defines(symbols, lab->function[i])) {
            text_format(&names, "%s%s", l->missing++ ? ", " : "", lab->function[i]);
            text_format(&stand_ins, "void %s(void);\nvoid %s(void) { organ_unwritten(); }\n",
                        lab->function[i], lab->function[i]);
        }
    if (l->missing == lab->functions)
        text_format(&l->todo, "%d function%s to write; this is the expected start", l->missing,
                    l->missing == 1 ? "" : "s");
    else
        text_format(&l->todo, "%d of %d functions still to write: %s\n", l->missing, lab->functions,
                    text_of(&names));
    snprintf(path, sizeof path, "%.400s/unwritten.c", l->b->folder);
    text_save(path, text_of(&stand_ins));
    text_done(&names);
    text_done(&stand_ins);
}

static void look_at_sections(struct look *l)
{
    struct text t = {0};

    shell(&t, "objdump -h %s", l->b->object);
    if (strstr(text_of(&t), ".init_array") || strstr(text_of(&t), ".ctors") ||
        strstr(text_of(&t), ".fini_array") || strstr(text_of(&t), ".preinit_array"))
        refuse(l, "constructor", "code that runs before or after main is refused");
    text_clear(&t);
    shell(&t, "objdump -d --no-show-raw-insn %s | grep -wE 'syscall|int +\\$0x80'", l->b->object);
    if (t.bytes)
        refuse(l, "syscall", "a system call by hand is refused");
    text_done(&t);
}

static enum verdict look(const struct lab *lab, struct built *b)
{
    struct look l = {.lab = lab, .b = b};
    struct text symbols = {0};
    char *save, *line, course[PATH_BYTES];

    snprintf(course, sizeof course, "build/%.*s.o", (int)strlen(lab->source) - 2, lab->source);
    if (lab->kind == LAB_ORGAN)
        shell(&l.course, "nm %s | sed 's/$/ /; s/ $//'", course);
    shell(&l.constant, "objdump -t %s | grep '[.]data[.]rel[.]ro'", b->object);
    shell(&symbols, "nm %s", b->object);
    look_for_functions(&l, &symbols);
    for (line = text_line(&symbols, &save); line; line = strtok_r(NULL, "\n", &save)) {
        char type, symbol[160];

        if (sscanf(line + 16, " %c %159s", &type, symbol) == 2)
            look_at_symbol(&l, type, symbol);
    }
    look_at_sections(&l);
    text_done(&symbols);
    text_done(&l.course);
    text_done(&l.constant);
    if (l.missing) {
        text_clear(&b->report);
        text_format(&b->report, "%s", text_of(&l.todo));
        b->is_begun = l.missing < lab->functions && !l.refused;
    }
    text_done(&l.todo);
    return l.missing ? VERDICT_TODO : l.refused ? VERDICT_FAIL : VERDICT_PASS;
}

/* ---- the learner's programs ---- */

static bool compile(const char *file, struct built *b, char asan[PATH_BYTES])
{
    snprintf(b->object, PATH_BYTES, "%.400s/learner.o", b->folder);
    snprintf(asan, PATH_BYTES, "%.400s/learner.asan.o", b->folder);
    return shell(&b->report,
                 "%s " FLAGS_ "-O2 -c '%s' -o %s 2>&1 & p=$!; %s " FLAGS_ ASAN_
                 "-w -c '%s' -o %s 2>/dev/null; wait $p",
                 compiler(), file, b->object, compiler(), file, asan);
}

/* What every program of the lab's organ has, but the organ. */
static bool organ_objects(const struct lab *lab, struct built *b, char out[3 * PATH_BYTES])
{
    char main_object[PATH_BYTES], program[PATH_BYTES], memory[PATH_BYTES], source[PATH_BYTES];

    snprintf(source, sizeof source, "labs/grader/organ_%s.c", lab->organ);
    if (!kept_object(lab, "labs/grader/organ.c", main_object, &b->report) ||
        !kept_object(lab, source, program, &b->report) ||
        !kept_object(lab, "core/base/mem.c", memory, &b->report))
        return false;
    snprintf(out, 3 * PATH_BYTES, "%s %s %s", main_object, program, memory);
    return true;
}

static bool link_organ(const struct lab *lab, struct built *b, const char *organ,
                       const char out[PATH_BYTES])
{
    char objects[3 * PATH_BYTES];

    return organ_objects(lab, b, objects) &&
           shell(&b->report, "%s " ASAN_ "%s %s -o %s 2>&1", compiler(), objects, organ, out);
}

static bool link_reference(const struct lab *lab, struct built *b)
{
    char object[PATH_BYTES];

    snprintf(b->reference, PATH_BYTES, ".weir/kept/reference-%s", lab->organ);
    return kept_object(lab, lab->source, object, &b->report) &&
           (is_fresh(lab, b->reference, object) || link_organ(lab, b, object, b->reference));
}

/* With stand-ins for what is not written yet: some cases may pass all the same. */
static void link_beginning(const struct lab *lab, struct built *b, const char *organ)
{
    char both[2 * PATH_BYTES], out[PATH_BYTES];

    snprintf(both, sizeof both, "%.400s %.400s/unwritten.o", organ, b->folder);
    snprintf(out, sizeof out, "%.400s/organ", b->folder);
    if (shell(&b->report, "%s " ASAN_ "-c %s/unwritten.c -o %s/unwritten.o 2>/dev/null", compiler(),
              b->folder, b->folder) &&
        link_organ(lab, b, both, out) && link_reference(lab, b))
        snprintf(b->organ, sizeof b->organ, "%s", out);
}

enum verdict build_learner(const struct lab *lab, const char *file, struct built *b)
{
    char asan[PATH_BYTES];
    enum verdict v;

    snprintf(b->folder, sizeof b->folder, ".weir/lab/%s-%08x", lab->id, (unsigned)text_hash(file));
    snprintf(asan, sizeof asan, "%.500s/x", b->folder);
    make_folders(asan);
    if (access(file, R_OK) != 0) {
        text_format(&b->report, "%s cannot be read\n", file);
        return VERDICT_BUILD;
    }
    if (!compile(file, b, asan))
        return VERDICT_BUILD;
    text_clear(&b->report);
    v = look(lab, b);
    if (b->is_begun && lab->kind == LAB_ORGAN)
        link_beginning(lab, b, asan);
    if (v != VERDICT_PASS || lab->kind == LAB_JOB)
        return v;
    snprintf(b->organ, PATH_BYTES, "%.400s/organ", b->folder);
    if (!link_organ(lab, b, asan, b->organ))
        return VERDICT_BUILD;
    return link_reference(lab, b) ? VERDICT_PASS : VERDICT_INTERNAL;
}

/* ---- wrong answers ---- */

/* The command that makes one, if it is not there; its name and what is wrong with it. */
static void add_mutant(const struct lab *lab, const char *file, const char *organ,
                       struct mutant *mutant, struct text *commands)
{
    struct text t = {0};
    char sed[PATH_BYTES];
    const char *out = mutant->program;

    snprintf(sed, sizeof sed, "%s/mutants/%.100s", lab->folder, file);
    snprintf(mutant->program, sizeof mutant->program, ".weir/kept/mutant-%s-%.*s", lab->id,
             (int)strcspn(file, "."), file);
    text_load(&t, sed);
    if (t.bytes > 2)
        snprintf(mutant->misconception, sizeof mutant->misconception, "%.*s",
                 (int)strcspn(t.p, "\n") - 2, t.p + 2);
    text_done(&t);
    if (!is_fresh(lab, out, sed) || !is_newer(out, lab->source))
        text_format(commands,
                    "(sed -f %s %s >%s.c && %s " FLAGS_ "-O0 -w -c %s.c -o %s.o && "
                    "%s " ASAN_ "%s %s.o -o %s) & ",
                    sed, lab->source, out, compiler(), out, out, compiler(), organ, out, out);
}

int build_mutants(const struct lab *lab, struct built *b, struct mutant *out)
{
    char folder[128], organ[3 * PATH_BYTES];
    struct text commands = {0};
    struct dirent **entry;
    int n, mutants = 0;

    snprintf(folder, sizeof folder, "%s/mutants", lab->folder);
    n = organ_objects(lab, b, organ) ? scandir(folder, &entry, NULL, alphasort) : -1;
    for (int i = 0; i < n; i++) {
        if (strstr(entry[i]->d_name, ".sed") && mutants < MUTANTS_MAX)
            add_mutant(lab, entry[i]->d_name, organ, &out[mutants++], &commands);
        free(entry[i]);
    }
    if (n >= 0)
        free(entry);
    text_format(&commands, "wait");
    if (system(text_of(&commands)) != 0)
        mutants = 0;
    text_done(&commands);
    return mutants;
}

void built_done(struct built *b)
{
    text_done(&b->report);
}

/* The core's objects with the lab's one replaced, as a response file. */
static bool write_objects(const struct lab *lab, struct built *b, char out[PATH_BYTES])
{
    struct text all = {0}, mine = {0};
    char replaced[PATH_BYTES], *save, *line;
    bool found = lab->kind == LAB_JOB;

    snprintf(out, PATH_BYTES, "%.400s/core.objs", b->folder);
    snprintf(replaced, sizeof replaced, "build/%.*s.o", (int)strlen(lab->source) - 2, lab->source);
    if (!text_load(&all, "build/core.objs"))
        return false;
    for (line = text_line(&all, &save); line; line = strtok_r(NULL, "\n", &save)) {
        bool here = strcmp(line, replaced) == 0;

        found = found || here;
        text_format(&mine, "%s\n", here ? b->object : line);
    }
    found = found && text_save(out, text_of(&mine));
    text_done(&all);
    text_done(&mine);
    return found;
}

bool build_job(const struct lab *lab, struct built *b, const char *name, char out[PATH_BYTES])
{
    char objects[PATH_BYTES];

    snprintf(out, PATH_BYTES, "%.400s/%s", b->folder, name);
    return write_objects(lab, b, objects) &&
           shell(&b->report, "%s build/tests/jobs/%s.o @%s -lsqlite3 -lm -o %s 2>&1", compiler(),
                 name, objects, out);
}

bool build_conformance(const struct lab *lab, struct built *b, char out[PATH_BYTES])
{
    char objects[PATH_BYTES];

    snprintf(out, PATH_BYTES, "%.400s/conformance", b->folder);
    return write_objects(lab, b, objects) &&
           shell(&b->report,
                 "%s build/tests/conformance/*.o build/tui/json.o @%s -lsqlite3 -lz -lm -o %s 2>&1",
                 compiler(), objects, out);
}

bool build_program(struct built *b, const char *source, const char *name, char out[PATH_BYTES])
{
    char object[PATH_BYTES];

    snprintf(out, PATH_BYTES, "%.400s/%s", b->folder, name);
    snprintf(object, PATH_BYTES, "%.400s/%s.o", b->folder, name);
    return (source == NULL ||
            shell(&b->report, "%s " FLAGS_ "-O2 -c '%s' -o %s 2>&1", compiler(), source, object)) &&
           shell(&b->report, "%s %s @build/core.objs -lsqlite3 -lm -o %s 2>&1", compiler(),
                 source ? object : b->object, out);
}
