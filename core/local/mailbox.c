#include "local/mailbox.h"

#include <time.h>

#include "base/mem.h"

void mailbox_init(struct mailbox *b)
{
    pthread_condattr_t monotonic;

    *b = (struct mailbox){0};
    pthread_mutex_init(&b->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&b->came, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

void mailbox_done(struct mailbox *b)
{
    mail_done(&b->mail);
    pthread_cond_destroy(&b->came);
    pthread_mutex_destroy(&b->lock);
}

static void let_go(struct mailbox *b)
{
    bool wake = b->is_waited_for;

    b->is_waited_for = false;
    pthread_mutex_unlock(&b->lock);
    if (wake)
        pthread_cond_signal(&b->came);
}

void mailbox_put_parcel(struct mailbox *b, const struct parcel *p)
{
    pthread_mutex_lock(&b->lock);
    parcel_queue_push(&b->mail.parcels, *p);
    let_go(b);
}

void mailbox_put(struct mailbox *b, const struct letter *l)
{
    struct mail *m = &b->mail;

    pthread_mutex_lock(&b->lock);
    MEM_GROW(m->letter, m->letters, m->room);
    m->letter[m->letters++] = *l;
    let_go(b);
}

static bool is_empty(const struct mail *m)
{
    return m->letters == 0 && m->parcels.count == 0;
}

static void await(struct mailbox *b, int64_t until_us)
{
    struct timespec t = {until_us / 1000000, until_us % 1000000 * 1000};
    int late = 0;

    while (is_empty(&b->mail) && late == 0) { /* MB2 */
        b->is_waited_for = true;
        late = until_us == INT64_MAX ? pthread_cond_wait(&b->came, &b->lock)
                                     : pthread_cond_timedwait(&b->came, &b->lock, &t);
    }
    b->is_waited_for = false;
}

void mailbox_take(struct mailbox *b, struct mail *empty, int64_t until_us)
{
    struct mail come;

    pthread_mutex_lock(&b->lock);
    if (until_us > 0)
        await(b, until_us);
    come = b->mail;
    b->mail = *empty;
    pthread_mutex_unlock(&b->lock);
    *empty = come;
}

void mail_clear(struct mail *m)
{
    for (uint32_t i = 0; i < m->letters; i++)
        bytes_done(&m->letter[i].action.body);
    m->letters = 0;
}

void mail_done(struct mail *m)
{
    mail_clear(m);
    parcel_queue_done(&m->parcels);
    mem_free(m->letter);
    *m = (struct mail){0};
}
