#include "local/store.h"

static void carry_out(struct store *s, struct letter *l)
{
    l->kind = LETTER_DONE;
    l->result = action_carry_out(&l->action, s->checkpoints, s->output);
    bytes_done(&l->action.body);
    if (l->action.kind != ACTION_REMOVE)
        mailbox_put(s->mailbox_of(s->arg, l->worker), l);
}

static void *run(void *store)
{
    struct store *s = store;
    struct mail mail = {0};

    for (bool quit = false; !quit;) {
        mailbox_take(&s->mailbox, &mail, INT64_MAX);
        for (uint32_t i = 0; i < mail.letters; i++)
            if (mail.letter[i].kind == LETTER_QUIT)
                quit = true;
            else
                carry_out(s, &mail.letter[i]);
        mail_clear(&mail);
    }
    mail_done(&mail);
    return NULL;
}

void store_start(struct store *s)
{
    mailbox_init(&s->mailbox);
    pthread_create(&s->thread, NULL, run, s);
}

void store_ask(struct store *s, uint32_t worker, struct action *a)
{
    struct letter l = {.kind = LETTER_WORK, .worker = worker, .action = *a};

    a->body = (struct bytes){0};
    mailbox_put(&s->mailbox, &l);
}

void store_stop(struct store *s)
{
    mailbox_put(&s->mailbox, &(struct letter){.kind = LETTER_QUIT});
    pthread_join(s->thread, NULL);
    mailbox_done(&s->mailbox);
}
