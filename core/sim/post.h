/* post.h -- what is on its way: messages, parcels, answers of the disk, and what befalls workers.
 *
 * A heap by due time; of equals the tie drawn by the world decides.  Parcels of
 * one channel never overtake each other, whatever times were drawn.
 */
#ifndef CORE_SIM_POST_H
#define CORE_SIM_POST_H

#include "base/rng.h"
#include "graph/job_graph.h"
#include "runtime/parcel.h"
#include "wire/actions.h"

enum box_kind { BOX_MESSAGE, BOX_PARCEL, BOX_DISK, BOX_LOST, BOX_REBOOT };

struct letter_box {
    enum box_kind kind;
    uint32_t tie;
    int64_t due_us;
    uint64_t number; /* in order of posting */
    uint32_t worker; /* DISK: who asked (or ACTION_MASTER); LOST, REBOOT: who */
    union {
        struct message message;
        struct parcel parcel;
        struct action disk; /* owns its body */
    };
};

struct post {
    const struct job_graph *graph;
    struct letter_box **heap; /* boxes are reused */
    uint32_t count, room;
    struct letter_box **spare;
    uint32_t spares, spare_room;
    uint64_t number;
    int64_t *channel_us;     /* last due time of each channel, each way */
    uint32_t *channel_start; /* of each edge */
    struct bytes wire;       /* the message being carried */
};

void post_init(struct post *p, const struct job_graph *g);
void post_done(struct post *p); /* gives segments back */
void post_put(struct post *p, struct letter_box b);
const struct letter_box *post_head(const struct post *p); /* NULL: nothing on the way */
struct letter_box post_take(struct post *p);
/* What arrives of a message is what its bytes say: what cannot be said in bytes cannot be said. */
struct message post_carry(struct post *p, const struct message *m);
void post_drop(struct parcel *p); /* give its segment back */
/* Worker `worker` dies: parcels from and to its tasks are gone; of its writes the seed decides
 * for each whether it was done; messages it has sent still arrive. */
void post_cut(struct post *p, uint32_t worker, struct rng *fate, const struct job_graph *g,
              uint32_t workers);
void post_each_parcel(const struct post *p, uint32_t edge, uint32_t from, uint32_t to,
                      void (*each)(void *arg, const struct parcel *p), void *arg);

#endif
