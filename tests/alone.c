#include "tests/alone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/key_group.h"
#include "data/row.h"
#include "operators/joins.h"
#include "operators/registry.h"

enum { KEY_GROUPS = 128 };

/* ---- catching ---- */

static const struct weir_schema *type_of(const struct alone *a, uint32_t tag)
{
    return tag == TAG_LATE ? a->node->in : tag == TAG_LATE_2 ? a->node->in_2 : a->node->out;
}

static void caught_row(struct operator* op, const struct weir_row *row)
{
    const struct alone_catcher *c = (const struct alone_catcher *)op;
    struct bytes *log = &c->of->log;

    if (c->tag == TAG_LATE || c->tag == TAG_LATE_2)
        bytes_format(log, c->tag == TAG_LATE ? "late: " : "late2: ");
    row_format(type_of(c->of, c->tag), row, log);
    if (row->event_ms == WEIR_NO_TIME)
        bytes_format(log, "@- ");
    else
        bytes_format(log, "@%lld ", (long long)row->event_ms);
}

static enum progress caught_watermark(struct operator* op, int64_t ms, bool *pass)
{
    const struct alone_catcher *c = (const struct alone_catcher *)op;

    (void)pass;
    if (c->tag == TAG_MAIN)
        bytes_format(&c->of->log, ms == WEIR_END ? "wE " : "w%lld ", (long long)ms);
    return PROGRESS_DONE;
}

static const struct operator_class catcher_class = {.name = "catcher",
                                                    .bytes = sizeof(struct alone_catcher),
                                                    .on_row = caught_row,
                                                    .on_watermark = caught_watermark};

/* ---- life ---- */

static void must(bool ok, const struct diag *why)
{
    if (ok)
        return;
    fprintf(stderr, "alone: %s\n", why->text);
    abort();
}

static struct operator* new_operator(struct alone *a, const struct node *n)
{
    const struct operator_class *class = operators_find(n->class_name);
    struct operator* op = mem_alloc(class->bytes);
    struct diag why = {0};

    op->class = class;
    op->task = &a->task;
    op->node = n;
    op->watermark_ms = INT64_MIN;
    op->deadline_us = INT64_MAX;
    must(class->open == NULL || class->open(op, &why) == ERR_NONE, &why);
    return op;
}

static void free_operator(struct operator* op)
{
    if (op == NULL)
        return;
    op->class->close(op);
    bytes_done(&op->held);
    mem_free(op);
}

static void make(struct alone *a)
{
    a->op = new_operator(a, a->node);
    a->behind_tags.op = a->op;
    for (uint32_t tag = 0; tag < OUTPUT_TAGS; tag++)
        a->op->output[tag] = (struct output){1, &a->target[tag]};
}

static void make_tags(struct alone *a)
{
    const struct dataflow *d = a->job->dataflow;

    for (uint32_t i = 0; i < d->nodes; i++)
        if (strcmp(d->node[i].class_name, tag_class.name) == 0) {
            struct operator* tag = new_operator(a, &d->node[i]);

            tag->output[TAG_MAIN] = (struct output){1, &a->behind_tags};
            a->tag[((const struct tag_config *)d->node[i].config)->second] = tag;
        }
}

void alone_begin(struct alone *a, struct weir_job *job, const struct weir_stream *s)
{
    struct job_graph *g = job_seal(job);

    *a = (struct alone){.job = job, .node = &job->dataflow->node[s->part[0].node]};
    must(g != NULL, &job->mistake);
    a->task.graph = g;
    a->task.counters = &a->counters;
    for (uint32_t v = 0; v < g->vertices; v++)
        if (g->vertex[v].node[0] == a->node)
            a->task.vertex = &g->vertex[v];
    for (uint32_t tag = 0; tag < OUTPUT_TAGS; tag++) {
        a->catcher[tag] = (struct alone_catcher){
            .op = {.class = &catcher_class, .task = &a->task}, .of = a, .tag = tag};
        a->target[tag] = (struct target){.op = &a->catcher[tag].op};
    }
    make(a);
    make_tags(a);
}

void alone_end(struct alone *a)
{
    free_operator(a->op);
    free_operator(a->tag[0]);
    free_operator(a->tag[1]);
    bytes_done(&a->log);
    bytes_done(&a->said);
    job_free(a->job);
}

void alone_restart(struct alone *a)
{
    struct snapshot_out out;
    struct snapshot_in in;
    struct diag why = {0};

    snapshot_start(&out);
    a->op->class->snapshot(a->op, 1, &out);
    snapshot_finish(&out);
    free_operator(a->op);
    make(a);
    must(snapshot_open(&in, bytes_span(&out.bytes), "test", &why) == ERR_NONE, &why);
    must(a->op->class->restore(a->op, &in, &why) == ERR_NONE, &why);
    snapshot_out_done(&out);
}

/* ---- in and out ---- */

struct entry { /* where rows of one input come in */
    struct operator* op;
    const struct weir_schema *type;
    int key;
};

static struct entry entry_of(const struct alone *a, bool second)
{
    const struct node *n = a->node;
    struct operator* tag = a->tag[second];

    if (tag)
        return (struct entry){tag, tag->node->in,
                              ((const struct tag_config *)tag->node->config)->key_column};
    return (struct entry){a->op, second ? n->in_2 : n->in,
                          second ? n->key_column_2 : n->key_column};
}

void alone_row(struct alone *a, bool second, int64_t event_ms, const void *value)
{
    struct entry e = entry_of(a, second);
    uint64_t image[64];
    uint32_t bytes = row_write(e.type, value, image);
    struct weir_row row = {image, event_ms, 0, bytes, 0, WEIR_INSERT};

    if (e.key >= 0)
        row.key_group = (uint16_t)key_group_of_key(e.type->column[e.key].type,
                                                   row_key(e.type, image, e.key), KEY_GROUPS);
    if (second && e.op->class->on_row_2)
        e.op->class->on_row_2(e.op, &row);
    else
        operator_row(e.op, &row);
    memset(image, 0xDD, sizeof image); /* a row is borrowed */
}

void alone_pay(struct alone *a)
{
    while (a->op->owes && operator_resume(a->op) != PROGRESS_WAIT)
        continue;
}

void alone_watermark(struct alone *a, int64_t ms)
{
    operator_watermark(a->op, ms);
    alone_pay(a);
}

const char *alone_said(struct alone *a)
{
    bytes_clear(&a->said);
    bytes_put(&a->said, a->log.p, a->log.bytes);
    bytes_clear(&a->log);
    return bytes_cstr(&a->said);
}

const char *alone_failure(const struct alone *a)
{
    return a->task.failure.text;
}
