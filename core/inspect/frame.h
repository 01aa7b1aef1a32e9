/* frame.h -- everything a view may know about one instant, as one JSON object.
 *
 * Asked of a driver through a small table, so that nobody here knows which
 * driver it is.  The same instant gives the same bytes.  What is in it: README.
 *
 * Elements in a channel are cells, oldest first:  r row, l row behind the
 * watermark, bN barrier N, cN cancel marker, wT watermark, i idle, a active,
 * e end of data, E end of the channel.
 */
#ifndef CORE_INSPECT_FRAME_H
#define CORE_INSPECT_FRAME_H

#include "base/json.h"
#include "host/task_executor.h"
#include "job/job_master.h"

enum { FRAME_CELLS_MAX = 64, FRAME_EVENTS_MAX = 20 };

struct inspect_view { /* borrowed, of one instant */
    const struct job_graph *graph;
    const struct job_master *master;
    uint32_t workers;
    uint64_t step, steps; /* now; of the whole run */
    int64_t now_us;
    const void *driver; /* first argument of the following */
    const struct task *(*task)(const void *driver, uint32_t task); /* NULL: nowhere */
    bool (*worker_is_up)(const void *driver, uint32_t worker);
    int64_t (*slow_us)(const void *driver, uint32_t task);
    void (*in_flight)(const void *driver, const struct channel_id *channel,
                      void (*each)(void *arg, const struct parcel *p), void *arg);
    const struct event *event; /* all events of the run, in order */
    uint64_t events;
    uint64_t cursor; /* events that had happened by now */
};

/* Members of the frame into an object that is open in `w`. */
void frame_write(const struct inspect_view *v, struct json_writer *w);
/* One event for people: "barrier 3 on channel 1". */
void event_text(const struct event *e, struct bytes *out);
void actor_name(const struct job_graph *g, uint32_t actor, char out[64]);

#endif
