#include "local/links.h"

#include "base/mem.h"

static struct mailbox *mailbox_of(void *links, uint32_t worker)
{
    return links_mailbox(links, worker);
}

void links_init(struct links *l)
{
    l->mailbox = mem_alloc((l->workers + 1) * sizeof *l->mailbox);
    for (uint32_t i = 0; i <= l->workers; i++)
        mailbox_init(&l->mailbox[i]);
    board_init(&l->board, l->graph->tasks);
    l->store.mailbox_of = mailbox_of;
    l->store.arg = l;
    store_start(&l->store);
    l->clock = clock_start();
}

void links_done(struct links *l)
{
    store_stop(&l->store);
    for (uint32_t i = 0; i <= l->workers; i++)
        mailbox_done(&l->mailbox[i]);
    board_done(&l->board);
    mem_free(l->mailbox);
    mem_free(l->worker_of);
}

struct mailbox *links_mailbox(struct links *l, uint32_t worker)
{
    return &l->mailbox[worker == ACTION_MASTER ? l->workers : worker];
}

void links_route(struct links *l, uint32_t asker, struct actions *todo)
{
    for (uint32_t i = 0; i < todo->count; i++) {
        struct action *a = &todo->item[i];
        bool down = a->message.kind >= MESSAGE_DEPLOY;

        if (a->kind == ACTION_SEND)
            mailbox_put(links_mailbox(l, down ? a->message.worker : ACTION_MASTER),
                        &(struct letter){.kind = LETTER_MESSAGE, .action = *a});
        else
            store_ask(&l->store, asker, a);
    }
    actions_clear(todo);
}
