/* Run every vector of a folder: `conformance_run DIR`.  The form is the issue's: FAIL and SKIP
 * lines, then `N passed, N failed, N skipped` alone on the last line. */
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "tests/conformance/topic.h"

static const struct topic *const topics[] = {
    &aligner_topic,   &chain_topic,   &coordinator_topic, &debloat_topic,   &join_topic,
    &keygroup_topic,  &layout_topic,  &metrics_topic,     &partition_topic, &process_topic,
    &reduce_topic,    &rescale_topic, &restart_topic,     &ttl_topic,       &valve_topic,
    &watermark_topic, &window_topic};
static const char *const known[] = {
    "aligner",  "cep",         "chain",   "coordinator", "cp-layout", "debloat", "join",
    "keygroup", "memory",      "metrics", "partition",   "process",   "reduce",  "rescale",
    "restart",  "tablewindow", "ttl",     "valve",       "watermark", "window"};
enum {
    TOPICS = sizeof topics / sizeof topics[0],
    KNOWN = sizeof known / sizeof known[0],
    REASONS = 32,
    LINE_MAX_BYTES = 1 << 24
};

struct tally {
    unsigned long passed, failed, skipped;
    char reason[REASONS][160];
    unsigned long reason_count[REASONS];
    int reasons;
};

struct run {
    struct json_reader *reader;
    struct tally tally;
    unsigned long passed, failed, skipped;
    bool quiet;
};

bool refuse(struct refusal *why, enum verdict v, const char *format, ...)
{
    va_list args;

    why->verdict = v;
    va_start(args, format);
    vsnprintf(why->text, sizeof why->text, format, args);
    va_end(args);
    return false;
}

static bool is_among(const char *name, const char *names)
{
    size_t n = strlen(name);

    for (const char *p = names; (p = strstr(p, name)) != NULL; p += n)
        if ((p == names || p[-1] == ' ') && (p[n] == ' ' || p[n] == 0))
            return true;
    return false;
}

bool only_fields(const struct json *object, const char *names, struct refusal *why)
{
    if (json_kind(object) != JSON_OBJECT)
        return refuse(why, CASE_FAIL, "malformed: an object was expected");
    for (size_t i = 0; i < json_count(object); i++)
        if (!is_among(json_name(json_at(object, i)), names))
            return refuse(why, CASE_FAIL, "unknown field '%s'", json_name(json_at(object, i)));
    return true;
}

bool number_between(const struct json *object, const char *name, int64_t min, int64_t max,
                    uint32_t *number, struct refusal *why)
{
    const struct json *j = json_get(object, name);

    if (json_kind(j) != JSON_INT || json_int(j) < min || json_int(j) > max)
        return refuse(why, CASE_FAIL, "malformed: '%s' must be a number from %lld to %lld", name,
                      (long long)min, (long long)max);
    *number = (uint32_t)json_int(j);
    return true;
}

void put_list(struct json_writer *out, const char *word)
{
    json_array(out, NULL);
    json_put_text(out, NULL, word);
}

void put_watermark(struct json_writer *out, int64_t ms)
{
    put_list(out, "w");
    json_put_int(out, NULL, ms);
    json_end(out);
}

void put_status(struct json_writer *out, bool active)
{
    put_list(out, "status");
    json_put_text(out, NULL, active ? "active" : "idle");
    json_end(out);
}

/* ---- comparing: the order of conformance/README.md ---- */

static int class_of(const struct json *item)
{
    static const char *const order[] = {"r",     "match", "timeout", "late",  "late1",
                                        "late2", "count", "w",       "status"};
    static const int class[] = {0, 0, 1, 2, 2, 2, 3, 4, 5};
    const char *word = json_text(json_at(item, 0));

    for (int i = 0; i < 9; i++)
        if (strcmp(order[i], word) == 0)
            return class[i];
    return 9;
}

static int rank_of(enum json_kind k)
{
    return k == JSON_NULL ? 0 : k == JSON_INT ? 1 : k == JSON_STRING ? 2 : 3;
}

static int order_values(const struct json *a, const struct json *b)
{
    int ka = rank_of(json_kind(a)), kb = rank_of(json_kind(b));

    if (ka != kb)
        return ka - kb;
    if (ka == 1)
        return (json_int(a) > json_int(b)) - (json_int(a) < json_int(b));
    if (ka == 2)
        return strcmp(json_text(a), json_text(b));
    for (size_t i = 0; ka == 3 && i < json_count(a) && i < json_count(b); i++) {
        int order = order_values(json_at(a, i), json_at(b, i));

        if (order)
            return order;
    }
    return ka == 3 ? (json_count(a) > json_count(b)) - (json_count(a) < json_count(b)) : 0;
}

static int order_items(const void *a, const void *b)
{
    const struct json *x = *(const struct json *const *)a, *y = *(const struct json *const *)b;

    return class_of(x) != class_of(y) ? class_of(x) - class_of(y) : order_values(x, y);
}

static bool same(const struct json *wanted, const struct json *got, bool sorted)
{
    size_t n = json_count(wanted);
    const struct json **items = calloc(n + 1, sizeof *items);
    bool equal = n == json_count(got);

    for (size_t i = 0; i < n; i++)
        items[i] = json_at(got, i);
    if (sorted && equal)
        qsort(items, n, sizeof *items, order_items);
    for (size_t i = 0; i < n && equal; i++)
        equal = json_equal(json_at(wanted, i), items[i]);
    free(items);
    return equal;
}

/* ---- one case ---- */

static void write_json(struct json_writer *w, const char *name, const struct json *j)
{
    switch (json_kind(j)) {
    case JSON_ARRAY:
    case JSON_OBJECT:
        if (json_kind(j) == JSON_ARRAY)
            json_array(w, name);
        else
            json_object(w, name);
        for (size_t i = 0; i < json_count(j); i++)
            write_json(w, json_kind(j) == JSON_OBJECT ? json_name(json_at(j, i)) : NULL,
                       json_at(j, i));
        json_end(w);
        break;
    case JSON_INT:
        json_put_int(w, name, json_int(j));
        break;
    case JSON_DOUBLE:
        json_put_double(w, name, json_double(j));
        break;
    case JSON_STRING:
        json_put_text(w, name, json_text(j));
        break;
    case JSON_BOOL:
        json_put_bool(w, name, json_bool(j));
        break;
    case JSON_NULL:
    case JSON_NONE:
        json_put_null(w, name);
        break;
    }
}

static enum verdict differs(const struct topic *t, const char *id, long step,
                            const struct json *wanted, struct bytes *got)
{
    struct bytes text = {0};
    struct json_writer w = {.out = &text};

    write_json(&w, NULL, wanted);
    printf("FAIL %s %s: step %ld, wanted %s, got %s\n", t->name, id, step, bytes_cstr(&text),
           bytes_cstr(got));
    bytes_done(&text);
    return CASE_FAIL;
}

static bool matches(struct run *r, const struct json *wanted, struct bytes *got, bool sorted)
{
    char why[128];
    struct json *j = json_parse(r->reader, bytes_cstr(got), got->bytes, why, sizeof why);
    bool ok = j && (json_kind(wanted) == JSON_ARRAY
                        ? json_kind(j) == JSON_ARRAY && same(wanted, j, sorted)
                        : json_equal(wanted, j));

    json_free(j);
    return ok;
}

static enum verdict run_script(struct run *r, const struct topic *t, const struct json *c,
                               struct refusal *why)
{
    const struct json *script = json_get(c, "script"), *out = json_get(c, "out");
    enum verdict v = CASE_PASS;
    struct bytes got = {0};
    void *self;

    if (json_kind(script) != JSON_ARRAY || json_kind(out) != JSON_ARRAY ||
        json_count(script) != json_count(out)) {
        refuse(why, CASE_FAIL, "malformed: script and out must be arrays of the same length");
        return CASE_FAIL;
    }
    self = t->begin(json_get(c, "op"), why);
    if (self == NULL)
        return why->verdict;
    for (size_t i = 0; i < json_count(script) && v == CASE_PASS; i++) {
        struct json_writer w = {.out = &got};

        bytes_clear(&got);
        if (t->objects)
            json_object(&w, NULL);
        else if (!t->single)
            json_array(&w, NULL);
        if (!t->step(self, json_at(script, i), &w)) {
            refuse(why, CASE_FAIL, "step %zu: unknown step '%s'", i,
                   json_text(json_at(json_at(script, i), 0)));
            v = CASE_FAIL;
            break;
        }
        if (!t->single)
            json_end(&w);
        else if (got.bytes == 0)
            json_put_null(&w, NULL);
        if (!matches(r, json_at(out, i), &got, t->sorted))
            v = differs(t, json_get_text(c, "id"), (long)i, json_at(out, i), &got);
    }
    t->end(self);
    bytes_done(&got);
    return v;
}

static enum verdict run_question(struct run *r, const struct topic *t, const struct json *c,
                                 struct refusal *why)
{
    struct bytes got = {0};
    struct json_writer w = {.out = &got};
    enum verdict v = CASE_PASS;

    if (!t->answer(json_get(c, "in"), json_get(c, "out"), &w, why))
        v = why->verdict;
    else if (!matches(r, json_get(c, "out"), &got, false))
        v = differs(t, json_get_text(c, "id"), 0, json_get(c, "out"), &got);
    bytes_done(&got);
    return v;
}

static void count_skip(struct tally *y, const char *reason)
{
    int i = 0;

    while (i < y->reasons && strcmp(y->reason[i], reason) != 0)
        i++;
    if (i == REASONS)
        i = REASONS - 1;
    else if (i == y->reasons)
        snprintf(y->reason[y->reasons++], sizeof y->reason[0], "%s", reason);
    y->reason_count[i]++;
    y->skipped++;
}

static void run_case(struct run *r, const struct topic *t, const struct json *c, long line)
{
    struct refusal why = {.verdict = CASE_FAIL};
    enum verdict v = CASE_FAIL;

    if (only_fields(c, "id tags op in script out", &why)) {
        if (json_get(c, "in") && t->answer)
            v = run_question(r, t, c, &why);
        else if (json_get(c, "op") && t->begin)
            v = run_script(r, t, c, &why);
        else
            refuse(&why, CASE_FAIL, "malformed: neither a question nor a script of this topic");
    }
    if (v == CASE_SKIP)
        count_skip(&r->tally, why.text);
    else if (v == CASE_PASS)
        r->tally.passed++;
    else
        r->tally.failed++;
    if (v == CASE_FAIL && why.text[0])
        printf("FAIL %s %s: line %ld: %s\n", t->name, json_get_text(c, "id"), line, why.text);
}

/* ---- one file ---- */

static const struct topic *find_topic(const char *name)
{
    for (int i = 0; i < TOPICS; i++)
        if (strcmp(topics[i]->name, name) == 0)
            return topics[i];
    return NULL;
}

static bool is_known(const char *name)
{
    for (int i = 0; i < KNOWN; i++)
        if (strcmp(known[i], name) == 0)
            return true;
    return false;
}

static void run_line(struct run *r, const struct topic *t, const char *name, char *line,
                     long number)
{
    char why[128];
    struct json *c;

    line[strcspn(line, "\r\n")] = 0;
    if (line[0] == 0)
        return;
    if (t == NULL) {
        count_skip(&r->tally, is_known(name) ? "topic not built yet" : "unknown topic");
        return;
    }
    c = json_parse(r->reader, line, strlen(line), why, sizeof why);
    if (c == NULL) {
        printf("FAIL %s line %ld: malformed: %s\n", name, number, why);
        r->tally.failed++;
        return;
    }
    run_case(r, t, c, number);
    json_free(c);
}

static void run_file(struct run *r, const char *path, const char *name)
{
    const struct topic *t = find_topic(name);
    char *line = malloc(LINE_MAX_BYTES);
    gzFile f = gzopen(path, "rb");

    r->tally = (struct tally){0};
    if (f == NULL || line == NULL) {
        printf("FAIL %s: %s cannot be read\n", name, path);
        r->tally.failed++;
    }
    for (long n = 1; f && line && gzgets(f, line, LINE_MAX_BYTES); n++)
        run_line(r, t, name, line, n);
    if (f)
        gzclose(f);
    free(line);
    for (int i = 0; i < r->tally.reasons; i++)
        printf("SKIP %s %lu %s\n", name, r->tally.reason_count[i], r->tally.reason[i]);
    r->passed += r->tally.passed;
    r->failed += r->tally.failed;
    r->skipped += r->tally.skipped;
}

/* "valve.jsonl.gz" -> "valve"; false: not a vector file. */
static bool topic_of(const char *file, char name[256])
{
    char *end;

    snprintf(name, 256, "%s", file);
    end = strstr(name, ".jsonl");
    if (end == NULL || end == name || (strcmp(end, ".jsonl") != 0 && strcmp(end, ".jsonl.gz") != 0))
        return false;
    *end = 0;
    return true;
}

static int run_folder(struct run *r, const char *folder)
{
    struct dirent **entry;
    int n = scandir(folder, &entry, NULL, alphasort), files = 0;
    char name[256], path[4096];

    for (int i = 0; i < n; i++) {
        if (topic_of(entry[i]->d_name, name)) {
            snprintf(path, sizeof path, "%s/%s", folder, entry[i]->d_name);
            run_file(r, path, name);
            files++;
        }
        free(entry[i]);
    }
    if (n >= 0)
        free(entry);
    if (files == 0) {
        printf("FAIL %s: no *.jsonl or *.jsonl.gz there\n", folder);
        r->failed++;
    }
    return files;
}

int main(int argc, char **argv)
{
    struct run r = {.reader = json_reader_new()};

    if (argc != 2 || r.reader == NULL) {
        fprintf(stderr, "usage: conformance_run DIR\n");
        return 2;
    }
    run_folder(&r, argv[1]);
    json_reader_free(r.reader);
    printf("%lu passed, %lu failed, %lu skipped\n", r.passed, r.failed, r.skipped);
    return r.failed ? 1 : 0;
}
