/* job.h -- what stands behind struct weir_job and struct weir_stream.
 *
 * A stream is an output of a node, with what is to be done on the way to the
 * next one: keyed by a column, or shipped in a stated manner.  A union is
 * several such outputs.
 */
#ifndef CORE_API_JOB_H
#define CORE_API_JOB_H

#include "base/arena.h"
#include "graph/job_graph.h"
#include "weir.h"

enum { STREAM_PARTS_MAX = 16 };

struct stream_part {
    uint32_t node, tag;
    enum ship ship;
    bool ship_is_set;
    int column; /* CUSTOM: what `partition` is asked about */
    weir_partition *partition;
};

struct weir_stream {
    struct weir_job *job;
    uint32_t parts;
    struct stream_part part[STREAM_PARTS_MAX];
    const struct weir_schema *type;
    int key_column; /* -1: not keyed */
};

struct weir_job {
    struct arena *arena;
    struct dataflow *dataflow;
    struct options *options;
    struct diag mistake; /* the first one */
    int argc;
    char **argv;
};

/* Check, seal and chain: NULL with job->mistake set if the program is wrong. */
struct job_graph *job_seal(struct weir_job *job);
void job_free(struct weir_job *job);
/* A mistake at a place in the user's program; the first one stays. */
void job_mistake(struct weir_job *job, struct weir_here here, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
