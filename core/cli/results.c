#include "cli/results.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "data/csv.h"
#include "wire/actions.h"

enum { RESULTS_SHOWN = 5 };

const struct file_sink_config *results_sink(const struct node *n)
{
    return strcmp(n->class_name, "file_sink") == 0 ? n->config : NULL;
}

struct removing {
    struct fs *fs;
    const char *directory;
};

static void remove_part(void *arg, const char *name, uint64_t bytes)
{
    struct removing *x = arg;
    char path[ACTION_PATH_MAX + 256];

    (void)bytes;
    snprintf(path, sizeof path, "%s/%s", x->directory, name);
    if (strncmp(name, "part-", 5) == 0)
        fs_remove(x->fs, path);
}

void results_remove(const struct run *r, struct fs *output)
{
    char pending[ACTION_PATH_MAX];

    for (uint32_t i = 0; i < r->job->dataflow->nodes; i++) {
        const struct file_sink_config *s = results_sink(&r->job->dataflow->node[i]);

        if (s == NULL || s->label)
            continue;
        snprintf(pending, sizeof pending, "%s/.pending", s->directory);
        fs_list(output, s->directory, remove_part, &(struct removing){output, s->directory});
        fs_list(output, pending, remove_part, &(struct removing){output, pending});
    }
}

struct counting {
    struct fs *fs;
    const char *directory;
    bool csv;
    uint64_t rows;
    uint32_t parts;
};

static void count_part(void *arg, const char *name, uint64_t bytes)
{
    struct counting *c = arg;
    char path[ACTION_PATH_MAX + 256];
    struct span body;

    (void)bytes;
    snprintf(path, sizeof path, "%s/%s", c->directory, name);
    if (strncmp(name, "part-", 5) != 0 || fs_view(c->fs, path, &body))
        return;
    c->parts++;
    for (size_t i = 0; i < body.bytes; i++)
        c->rows += body.p[i] == '\n';
    c->rows -= c->csv; /* the header line */
}

static uint64_t count_rows(struct fs *output, const char *directory, bool csv, uint32_t *parts)
{
    struct counting c = {.fs = output, .directory = directory, .csv = csv};

    fs_list(output, directory, count_part, &c);
    if (parts)
        *parts = c.parts;
    return c.rows;
}

/* ---- for people ---- */

struct showing {
    struct fs *fs;
    const char *directory;
    bool csv;
    uint32_t left;
};

static void show_lines(struct showing *s, struct span body)
{
    size_t at = 0;

    for (bool first = true; at < body.bytes && s->left; first = false) {
        const uint8_t *end = memchr(body.p + at, '\n', body.bytes - at);
        size_t n = end ? (size_t)(end - body.p) - at : body.bytes - at;

        if (!(s->csv && first)) {
            printf("%s%.*s\n", s->csv ? "  " : "", (int)n, (const char *)body.p + at);
            s->left--;
        }
        at += n + 1;
    }
}

static void show_part(void *arg, const char *name, uint64_t bytes)
{
    struct showing *s = arg;
    char path[512];
    struct span body;

    (void)bytes;
    snprintf(path, sizeof path, "%s/%s", s->directory, name);
    if (s->left && strncmp(name, "part-", 5) == 0 && fs_view(s->fs, path, &body) == ERR_NONE)
        show_lines(s, body);
}

static void show_sink(struct fs *output, const struct file_sink_config *s, uint32_t lines)
{
    struct showing showing = {output, s->directory, s->label == NULL, lines};

    if (s->label == NULL) {
        struct bytes header = {0};

        csv_header(s->schema, &header);
        printf("first of %s: %s", s->directory, bytes_cstr(&header));
        bytes_done(&header);
    }
    fs_list(output, s->directory, show_part, &showing);
}

void results_show(const struct run *r, struct fs *output)
{
    const struct dataflow *d = r->job->dataflow;
    uint32_t parts;

    for (uint32_t i = 0; i < d->nodes; i++)
        if (results_sink(&d->node[i]))
            show_sink(output, results_sink(&d->node[i]),
                      results_sink(&d->node[i])->label ? UINT32_MAX : RESULTS_SHOWN);
    for (uint32_t i = 0; i < d->nodes; i++) {
        const struct file_sink_config *s = results_sink(&d->node[i]);

        if (s == NULL || s->label)
            continue;
        uint64_t rows = count_rows(output, s->directory, true, &parts);

        printf("results      %s/%s: %" PRIu64 " rows in %u parts%s\n",
               option_text(r->job->options, OPTION_OUTPUT_DIR), s->directory, rows, parts,
               r->args.keep_output ? " (not written: --no-output)" : "");
    }
}

/* ---- for programs ---- */

void results_json(const struct run *r, struct fs *output, struct json_writer *j)
{
    const struct dataflow *d = r->job->dataflow;
    uint32_t parts;

    json_array(j, "sinks");
    for (uint32_t i = 0; i < d->nodes; i++) {
        const struct file_sink_config *s = results_sink(&d->node[i]);

        if (s == NULL)
            continue;
        json_object(j, NULL);
        json_put_text(j, "uid", d->node[i].uid);
        json_put_text(j, "directory", s->directory);
        json_put_int(j, "rows",
                     (int64_t)count_rows(output, s->directory, s->label == NULL, &parts));
        json_put_int(j, "parts", parts);
        json_end(j);
    }
    json_end(j);
}
