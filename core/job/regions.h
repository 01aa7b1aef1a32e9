/* regions.h -- which tasks fail together, and which must restart.
 *
 * Tasks that exchange rows while both run (pipelined edges) are one region: none of them can be
 * restarted alone.  A blocking edge, whose rows lie finished somewhere, separates regions.
 *
 *   G1  regions that would wait for one another in a circle are one
 *   G2  a failed task restarts its region; a restarting region restarts all that read from it, and
 *       those that made what it reads, where that is lost
 *
 * A region is named by its least task.  Every edge of a weir job is pipelined today, so a region is
 * a part of the job that is connected with no other part.
 *
 * Pure; a question costs (regions x connections) if there are blocking edges, else connections.
 *
 * Flink    SchedulingPipelinedRegionComputeUtil, RestartPipelinedRegionFailoverStrategy.
 */
#ifndef CORE_JOB_REGIONS_H
#define CORE_JOB_REGIONS_H

#include <stdbool.h>
#include <stdint.h>

struct region_edge {
    uint32_t from, to; /* vertices */
    bool pointwise;    /* else all to all */
    bool blocking;     /* else pipelined */
};
struct region_plan {
    uint32_t vertices, edges;
    const uint32_t *first_task; /* by vertex; [vertices] = all tasks */
    const struct region_edge *edge;
};
struct partition { /* what one producing subtask made for one edge */
    uint32_t edge, subtask;
};

/* region_of[task] for every task. */
void regions_find(const struct region_plan *p, uint32_t *region_of);
/* restart[task] for every task, after `failed`; `lost` partitions are of blocking edges. */
void regions_restart(const struct region_plan *p, const uint32_t *region_of, uint32_t failed,
                     const struct partition *lost, uint32_t losts, bool *restart);

#endif
