/* store.h -- the thread that touches the disk, so that no worker waits for it.
 *
 * It carries out writes, renames and removals in the order in which they were
 * put into its mailbox, and answers into the mailbox of who asked.
 */
#ifndef CORE_LOCAL_STORE_H
#define CORE_LOCAL_STORE_H

#include "base/fs.h"
#include "local/mailbox.h"

struct store {
    struct fs *checkpoints, *output; /* borrowed */
    struct mailbox mailbox;
    /* Where an answer goes: the mailbox of `worker`, or of ACTION_MASTER. */
    struct mailbox *(*mailbox_of)(void *arg, uint32_t worker);
    void *arg;
    pthread_t thread;
};

void store_start(struct store *s); /* the fields but mailbox and thread are set */
void store_ask(struct store *s, uint32_t worker, struct action *a); /* moves a->body */
void store_stop(struct store *s); /* everything that was asked for is done first */

#endif
