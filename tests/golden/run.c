/* Run every job description of a folder against what Flink answered: `golden_run DIR`. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "tests/golden/job.h"

struct tally {
    unsigned long passed, failed, skipped;
    char reason[64][160];
    unsigned long count[64];
    int reasons;
};

/* A file, or the same with .gz, whole; false if neither is there. */
static bool load(const char *path, struct bytes *out)
{
    char name[4096], block[65536];
    gzFile f = gzopen(path, "rb");
    int n;

    if (f == NULL) {
        snprintf(name, sizeof name, "%s.gz", path);
        f = gzopen(name, "rb");
    }
    if (f == NULL)
        return false;
    while ((n = gzread(f, block, sizeof block)) > 0)
        bytes_put(out, block, (size_t)n);
    gzclose(f);
    return n == 0;
}

/* ---- the canonical order of a channel ---- */

struct lines {
    char **line;
    size_t count;
};

static struct lines split(struct bytes *text)
{
    struct lines l = {calloc(text->bytes + 1, sizeof(char *)), 0};
    char *p = (char *)(uintptr_t)bytes_cstr(text);

    while (*p) {
        char *end = strchr(p, '\n');

        l.line[l.count++] = p;
        if (end == NULL)
            break;
        *end = 0;
        p = end + 1;
    }
    return l;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The number behind "name": in a line, as text. */
static size_t number_of(const char *line, const char *name, const char **at)
{
    const char *p = strstr(line, name);

    *at = p ? p + strlen(name) : "";
    return strspn(*at, "-0123456789");
}

static bool same_number(const char *a, const char *b, const char *name)
{
    const char *x, *y;
    size_t n = number_of(a, name, &x), m = number_of(b, name, &y);

    return n == m && memcmp(x, y, n) == 0;
}

static bool same_run(const char *a, const char *b)
{
    return same_number(a, b, "\"wm\":") && same_number(a, b, "\"ts\":");
}

static void bring_into_order(struct lines *l, const char *order)
{
    size_t start = 0;

    if (strcmp(order, "sorted") == 0)
        qsort(l->line, l->count, sizeof(char *), by_bytes);
    if (strcmp(order, "runs") != 0)
        return;
    for (size_t i = 1; i <= l->count; i++)
        if (i == l->count || !same_run(l->line[i], l->line[start])) {
            qsort(l->line + start, i - start, sizeof(char *), by_bytes);
            start = i;
        }
}

/* ---- one job ---- */

struct job {
    const char *id, *folder;
    const struct json *json;
    bool failed;
};

static void fail(struct job *j, const char *what, const char *wanted, const char *got)
{
    if (!j->failed)
        printf("FAIL golden %s: %s, wanted %.200s, got %.200s\n", j->id, what, wanted, got);
    j->failed = true;
}

static void compare_count(struct job *j, const char *name, uint64_t got)
{
    const struct json *wanted = json_get(json_get(j->json, "counters"), name);
    char a[32], b[32];

    if (wanted == NULL || (json_kind(wanted) == JSON_INT && (uint64_t)json_int(wanted) == got))
        return;
    snprintf(a, sizeof a, "%lld", (long long)json_int(wanted));
    snprintf(b, sizeof b, "%llu", (unsigned long long)got);
    fail(j, name, a, b);
}

static void compare_channel(struct job *j, struct channel *c)
{
    const char *order = json_get_text(json_get(j->json, "order"), c->name);
    struct bytes wanted = {0};
    struct lines a, b;
    char path[4200], where[64];

    snprintf(path, sizeof path, "%s/%s.jsonl", j->folder, c->name);
    if (strcmp(order, "exact") != 0 && strcmp(order, "runs") != 0 && strcmp(order, "sorted") != 0)
        fail(j, "order of a channel", "exact, runs or sorted", order);
    if (!load(path, &wanted)) {
        fail(j, "channel file", path, "nothing there");
        bytes_done(&wanted);
        return;
    }
    a = split(&wanted);
    b = split(&c->lines);
    bring_into_order(&b, order);
    for (size_t i = 0; (i < a.count || i < b.count) && !j->failed; i++)
        if (i >= a.count || i >= b.count || strcmp(a.line[i], b.line[i]) != 0) {
            snprintf(where, sizeof where, "%s line %zu", c->name, i + 1);
            fail(j, where, i < a.count ? a.line[i] : "(end)", i < b.count ? b.line[i] : "(end)");
        }
    free(a.line);
    free(b.line);
    bytes_done(&wanted);
}

static bool is_channel(const struct outcome *o, const char *name)
{
    for (uint32_t c = 0; c < o->channels; c++)
        if (strcmp(name, o->channel[c].name) == 0)
            return true;
    return false;
}

/* Nothing that the description counts or orders may go without a comparison. */
static void check_names(struct job *j, const struct outcome *o)
{
    const struct json *counters = json_get(j->json, "counters"),
                      *order = json_get(j->json, "order");

    for (size_t i = 0; i < json_count(order); i++)
        if (!is_channel(o, json_name(json_at(order, i))))
            fail(j, "order", "a channel of the job", json_name(json_at(order, i)));
    for (size_t i = 0; i < json_count(counters); i++) {
        const char *name = json_name(json_at(counters, i));

        if (!is_channel(o, name) && strcmp(name, "source_records") != 0 &&
            strcmp(name, "numLateRecordsDropped") != 0)
            fail(j, "counters", "a known counter", name);
    }
}

static void run_spec(struct job *j, const struct spec *s)
{
    struct outcome o = {0};

    job_run(s, &o);
    if (o.failure[0])
        fail(j, "the run", "a finished job", o.failure);
    for (uint32_t c = 0; c < o.channels; c++)
        compare_channel(j, &o.channel[c]);
    for (uint32_t c = 0; c < o.channels; c++)
        compare_count(j, o.channel[c].name, o.channel[c].count);
    compare_count(j, "source_records", o.source_records);
    compare_count(j, "numLateRecordsDropped", o.late_dropped);
    check_names(j, &o);
    outcome_done(&o);
}

static void count_skip(struct tally *t, const char *why)
{
    int i = 0;

    while (i < t->reasons && strcmp(t->reason[i], why) != 0)
        i++;
    if (i == 64)
        i = 63;
    else if (i == t->reasons)
        snprintf(t->reason[t->reasons++], sizeof t->reason[0], "%s", why);
    t->count[i]++;
    t->skipped++;
}

static void run_json(struct tally *t, struct job *j)
{
    struct spec s;
    char why[160];

    switch (spec_read(&s, j->json, why)) {
    case SPEC_SKIP:
        count_skip(t, why);
        return;
    case SPEC_UNKNOWN:
        fail(j, "unknown word in job.json", "one of the vocabulary", why);
        break;
    case SPEC_OK:
        run_spec(j, &s);
        break;
    }
    if (j->failed)
        t->failed++;
    else
        t->passed++;
}

static void run_job_folder(struct json_reader *r, struct tally *t, const char *id,
                           const char *folder)
{
    struct job j = {.id = id, .folder = folder};
    struct bytes text = {0};
    struct json *json = NULL;
    char path[4200], why[128] = "no job.json";

    snprintf(path, sizeof path, "%s/job.json", folder);
    if (load(path, &text))
        json = json_parse(r, (const char *)text.p, text.bytes, why, sizeof why);
    j.json = json;
    if (json) {
        run_json(t, &j);
    } else {
        fail(&j, "job.json", "a job description", why);
        t->failed++;
    }
    json_free(json);
    bytes_done(&text);
}

static int run_all(struct json_reader *r, struct tally *t, const char *root)
{
    struct dirent **entry;
    int n = scandir(root, &entry, NULL, alphasort), folders = 0;
    char folder[4096];
    struct stat st;

    for (int i = 0; i < n; i++) {
        snprintf(folder, sizeof folder, "%s/%s", root, entry[i]->d_name);
        if (entry[i]->d_name[0] != '.' && stat(folder, &st) == 0 && S_ISDIR(st.st_mode)) {
            run_job_folder(r, t, entry[i]->d_name, folder);
            folders++;
        }
        free(entry[i]);
    }
    if (n >= 0)
        free(entry);
    return folders;
}

int main(int argc, char **argv)
{
    struct json_reader *r = json_reader_new();
    struct tally t = {0};

    if (argc != 2 || r == NULL) {
        fprintf(stderr,
                "usage: golden_run DIR (from the top of the project: data is in datasets/)\n");
        return 2;
    }
    if (run_all(r, &t, argv[1]) == 0) {
        printf("FAIL golden %s: no job folders there\n", argv[1]);
        t.failed++;
    }
    for (int i = 0; i < t.reasons; i++)
        printf("SKIP golden %lu %s\n", t.count[i], t.reason[i]);
    json_reader_free(r);
    printf("%lu passed, %lu failed, %lu skipped\n", t.passed, t.failed, t.skipped);
    return t.failed ? 1 : 0;
}
