/* weir_each_key(): what a broadcast row does to every key of the subtask, a key a step. */
#include <string.h>

#include "data/key_group.h"
#include "callback/context.h"

typedef void on_key(struct weir_ctx *);

struct noting { /* the keys of one walk: each as its function and its bytes */
    struct bytes *walk;
    on_key *fn;
};

static void note_key(void *arg, struct span key)
{
    const struct noting *n = arg;

    bytes_put(n->walk, &n->fn, sizeof n->fn);
    bytes_put_block(n->walk, key);
}

static uint32_t group_of(const struct operator* op, struct span key)
{
    const struct node *n = op->node;

    return key_group_of_key(n->in->column[n->key_column].type, key,
                            op->task->vertex->max_parallelism);
}

static enum progress next_key(struct operator* op)
{
    struct user_operator *u = (struct user_operator *)op;
    struct bytes *walk = &u->ctx.walk;
    struct reader r = reader_of(
        (struct span){walk->p + u->ctx.walk_at, walk->bytes - u->ctx.walk_at});
    on_key *fn;
    struct span key;

    memcpy(&fn, read_span(&r, sizeof fn).p, sizeof fn);
    key = read_block(&r);
    u->ctx.walk_at = walk->bytes - (size_t)(r.end - r.p);
    context_key(u, group_of(op, key), key);
    fn(&u->ctx);
    context_key(u, 0, (struct span){0});
    if (u->ctx.walk_at < walk->bytes)
        return PROGRESS_MORE;
    bytes_clear(walk);
    u->ctx.walk_at = 0;
    return PROGRESS_DONE;
}

void weir_each_key(struct weir_ctx *c, int state, void (*fn)(struct weir_ctx *))
{
    struct noting n = {&c->walk, fn};

    if (c->broadcast == NULL || !c->is_second || c->keyed == NULL || state < 0 ||
        state >= WEIR_STATES || c->decl[state].name == NULL) {
        operator_fail(c->op, ERR_USER,
                      "weir_each_key() is for on_broadcast, and for a state of the first stream's "
                      "keys: %d is none here",
                      state);
        return;
    }
    keyed_each_key(c->keyed, state, note_key, &n);
    if (c->walk.bytes)
        operator_owe(c->op, next_key);
}
