/* panes.h -- contents of windows: the window pinned first, then the key.
 *
 * A pane is all that belongs to one window: a map from key to contents.  Few
 * windows are open at a time and rows come mostly for the newest, so the
 * current pane is found once and a row costs one probe.
 *
 * Contents of a key: `acc_bytes` of accumulator, or a list of rows; how many
 * rows it has; and whether its trigger timer is registered (`armed`).  Timers
 * themselves are not kept: all armed keys of a pane have the same one, at the
 * window's maximum timestamp, and every pane has the same clean-up time rule.
 *
 *   P1  panes are in ascending order of their start; keys in order of arrival
 *   P2  a snapshot holds contents and armed flags, and no watermark
 *
 * Flink    one timer a key and window in InternalTimerServiceImpl; the answers are the same,
 *          a pane costs one.
 */
#ifndef CORE_STATE_PANES_H
#define CORE_STATE_PANES_H

#include "base/err.h"
#include "base/map.h"
#include "weir.h"

struct pane_key { /* value of pane.keys; the accumulator, or the list of rows, follows it */
    _Alignas(8) uint8_t of_map; /* the map's: map_new_packed() */
    bool armed;
    uint16_t key_group;
    uint32_t rows;
};

struct pane {
    int64_t start_ms;
    struct map *keys;
    uint32_t armed; /* keys that are */
};

struct panes;

/* `acc` NULL: contents are lists of rows. */
struct panes *panes_new(const struct weir_schema *acc);
void panes_free(struct panes *p); /* NULL is fine */
uint32_t panes_count(const struct panes *p);
uint64_t panes_keys(const struct panes *p);                /* of all panes */
struct pane *panes_at(const struct panes *p, uint32_t i);  /* in order of start */
struct pane *panes_pin(struct panes *p, int64_t start_ms); /* found or made */
void panes_drop(struct panes *p, uint32_t i);
/* A hint: a row of this window and key will come in a while, perhaps.  Changes no content.  False:
 * the panes are too small to be worth it. */
bool panes_peek(struct panes *p, int64_t start_ms, struct span key);

/* The key's contents, made empty if absent; valid until the next call on the pane. */
struct pane_key *pane_put(struct pane *pane, uint32_t key_group, struct span key);
static inline void *pane_acc(struct pane_key *k)
{
    return k + 1;
}
static inline struct bytes *pane_list(const struct pane_key *k) /* rows: row_list.h */
{
    return (struct bytes *)(uintptr_t)(k + 1);
}
void pane_arm(struct pane *pane, struct pane_key *k);
void pane_disarm(struct pane *pane, struct pane_key *k);

void panes_snapshot(const struct panes *p, struct bytes *out);
int panes_restore(struct panes *p, struct reader *r, const char *what, struct diag *why);

#endif
