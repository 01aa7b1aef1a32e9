#include "cli/tables.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "connectors/file_sink.h"
#include "connectors/part_sqlite.h"

/* NULL: no table sink. */
static const struct file_sink_config *table_of(const struct node *n)
{
    return strcmp(n->class_name, TABLE_SINK_CLASS) == 0 ? n->config : NULL;
}

static const char *home(const struct run *r)
{
    return option_text(r->job->options, OPTION_OUTPUT_DIR);
}

static int begin_table(const struct run *r, const struct node *n, bool from_the_beginning,
                       struct diag *why)
{
    const struct file_sink_config *c = table_of(n);
    struct part_name name = {.job = r->job->dataflow->name, .uid = n->uid};
    int err = part_check_table(&c->table, c->schema, home(r), why);

    return err || !from_the_beginning ? err : part_forget(&c->table, &name, home(r), why);
}

int tables_begin(const struct run *r, bool from_the_beginning, struct diag *why)
{
    const struct dataflow *d = r->job->dataflow;
    int err = ERR_NONE;

    for (uint32_t i = 0; i < d->nodes && !err; i++)
        if (table_of(&d->node[i]))
            err = begin_table(r, &d->node[i], from_the_beginning, why);
    return err;
}

struct writing {
    const struct run *run;
    struct fs *from;
    const char *directory;
    struct diag *why;
};

/* Names are sorted, so each subtask's parts come in the order of their numbers. */
static void write_part(void *arg, const char *name, uint64_t bytes)
{
    struct writing *w = arg;
    char path[ACTION_PATH_MAX + 256];
    struct span body;

    (void)bytes;
    snprintf(path, sizeof path, "%s/%s", w->directory, name);
    if (!w->why->err && fs_view(w->from, path, &body) == ERR_NONE)
        part_apply(body, home(w->run), w->why);
}

int tables_write(const struct run *r, struct fs *output, struct diag *why)
{
    const struct dataflow *d = r->job->dataflow;

    if (tables_begin(r, true, why))
        return why->err;
    for (uint32_t i = 0; i < d->nodes && !why->err; i++) {
        const struct file_sink_config *c = table_of(&d->node[i]);

        if (c)
            fs_list(output, c->directory, write_part,
                    &(struct writing){r, output, c->directory, why});
    }
    return why->err;
}

void tables_show(const struct run *r)
{
    for (uint32_t i = 0; i < r->job->dataflow->nodes; i++) {
        const struct file_sink_config *c = table_of(&r->job->dataflow->node[i]);

        if (c)
            printf("results      %s/%s: table %s has %" PRId64 " rows\n", home(r),
                   c->table.database, c->table.table, part_count_rows(&c->table, home(r)));
    }
}
