#include "tests/golden/job.h"

#include <stdio.h>

#include "api/job.h"
#include "base/fs_os.h"
#include "cli/run.h"
#include "sim/world.h"
#include "tests/golden/lines.h"
#include "tests/golden/records.h"
#include "tests/golden/streams.h"

/* ---- catching ---- */

static void catch_line(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    struct channel *ch = *(struct channel *const *)weir_with(c);
    struct weir_text t = line_of(row).text;

    (void)acc;
    bytes_put(&ch->lines, t.p, t.bytes);
    bytes_put_u8(&ch->lines, '\n');
    ch->count++;
}

static void catch_all(struct outcome *o, struct weir_stream *s, const char *name)
{
    struct channel *ch = &o->channel[o->channels++];

    ch->name = name;
    weir_folded(
        s, &(struct weir_fold){
               .acc = &counted_schema, .add = catch_line, .with = &ch, .with_bytes = sizeof ch});
}

/* ---- running ---- */

/* Those of the job's source, which is built first; a file that is broadcast does not count. */
static uint64_t source_records(const struct world *w, const struct job_graph *g)
{
    const struct vertex *source = &g->vertex[0];
    uint64_t rows = 0;

    for (uint32_t t = source->first_task; t < source->first_task + source->parallelism; t++)
        rows += world_counters(w, t)->of[COUNTER_RECORDS_IN];
    return rows;
}

static void run_world(const struct world_spec *w, struct outcome *o)
{
    struct diag why = {0};
    struct world *world = world_new(w, &why);

    if (world == NULL) {
        snprintf(o->failure, sizeof o->failure, "%s", why.text);
        return;
    }
    while (world_step(world))
        ;
    o->source_records = source_records(world, w->graph);
    o->late_dropped = world_counter(world, COUNTER_LATE_DROPPED);
    snprintf(o->failure, sizeof o->failure, "%s", world_failure(world)->text);
    world_free(world);
}

static void build(const struct spec *s, struct weir_job *job, struct outcome *o)
{
    struct weir_stream *in = records(s, job);
    struct outputs out = {0};

    if (s->family <= FAMILY_TOP)
        build_windows(s, in, &out);
    else if (s->family >= FAMILY_JOIN)
        build_two_inputs(s, in, &out);
    else if (s->family == FAMILY_ROLLING)
        build_rolling(s, in, &out);
    else
        build_process(s, in, &out);
    catch_all(o, out.main, "output");
    if (out.early)
        catch_all(o, out.early, "early");
    if (out.late)
        catch_all(o, out.late, "late");
}

void job_run(const struct spec *s, struct outcome *o)
{
    struct weir_job *job = weir_job(0, NULL, "golden");
    struct fs *data = fs_os_new("", true);
    struct world_spec w = {.options = job->options, .data = data, .find = classes_find, .seed = 1};

    build(s, job, o);
    w.graph = job_seal(job);
    if (w.graph)
        run_world(&w, o);
    else
        snprintf(o->failure, sizeof o->failure, "%s", job->mistake.text);
    fs_os_free(data);
    job_free(job);
}

void outcome_done(struct outcome *o)
{
    for (uint32_t i = 0; i < o->channels; i++)
        bytes_done(&o->channel[i].lines);
}
