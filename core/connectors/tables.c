#include "connectors/tables.h"

#include <stdio.h>
#include <string.h>

#include "connectors/file_sink.h"
#include "database/part_sqlite.h"
#include "wire/actions.h"

/* NULL: no table sink. */
static const struct file_sink_config *table_of(const struct node *n)
{
    return strcmp(n->class_name, TABLE_SINK_CLASS) == 0 ? n->config : NULL;
}

static int begin_table(struct tables t, const struct node *n, bool from_the_beginning,
                       struct diag *why)
{
    const struct file_sink_config *c = table_of(n);
    struct part_name name = {.job = t.dataflow->name, .uid = n->uid};
    int err = part_check_table(&c->table, c->schema, t.home, why);

    return err || !from_the_beginning ? err : part_forget(&c->table, &name, t.home, why);
}

int tables_begin(struct tables t, bool from_the_beginning, struct diag *why)
{
    int err = ERR_NONE;

    for (uint32_t i = 0; i < t.dataflow->nodes && !err; i++)
        if (table_of(&t.dataflow->node[i]))
            err = begin_table(t, &t.dataflow->node[i], from_the_beginning, why);
    return err;
}

struct writing {
    struct fs *from;
    const char *home, *directory;
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
        part_apply(body, w->home, w->why);
}

int tables_write(struct tables t, struct fs *output, struct diag *why)
{
    if (tables_begin(t, true, why))
        return why->err;
    for (uint32_t i = 0; i < t.dataflow->nodes && !why->err; i++) {
        const struct file_sink_config *c = table_of(&t.dataflow->node[i]);

        if (c)
            fs_list(output, c->directory, write_part,
                    &(struct writing){output, t.home, c->directory, why});
    }
    return why->err;
}

void tables_describe(struct tables t, struct bytes *out)
{
    for (uint32_t i = 0; i < t.dataflow->nodes; i++) {
        const struct file_sink_config *c = table_of(&t.dataflow->node[i]);

        if (c)
            bytes_format(out, "results      %s/%s: table %s has %lld rows\n", t.home,
                         c->table.database, c->table.table,
                         (long long)part_count_rows(&c->table, t.home));
    }
}
