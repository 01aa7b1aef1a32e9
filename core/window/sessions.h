/* sessions.h -- the open sessions of every key.
 *
 * A map from key to its windows in flight (merging.h).  A key without any is not in it.
 * A snapshot goes in the order of first use.
 */
#ifndef CORE_WINDOW_SESSIONS_H
#define CORE_WINDOW_SESSIONS_H

#include "base/bytes.h"
#include "base/map.h"
#include "window/merging.h"

struct sessions {
    struct map *of_key; /* key -> struct merging */
};

void sessions_init(struct sessions *s);
void sessions_done(struct sessions *s); /* also of a zeroed one */
/* Those of a key, made empty if there are none; valid until the next put. */
struct merging *sessions_put(struct sessions *s, struct span key);
/* The entry of a window in flight; NULL: it is not. */
const struct in_flight *sessions_find(const struct sessions *s, struct span key,
                                      struct time_window w);
void sessions_retire(struct sessions *s, struct span key, struct time_window w); /* in flight */
void sessions_snapshot(const struct sessions *s, struct bytes *out);
bool sessions_restore(struct sessions *s, struct reader *r); /* false: malformed */

#endif
