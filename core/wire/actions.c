#include "wire/actions.h"

#include "base/mem.h"

struct action *actions_add(struct actions *a, enum action_kind kind)
{
    if (a->count == a->room) {
        a->room = a->room ? 2 * a->room : 8;
        a->item = mem_resize(a->item, a->room * sizeof *a->item);
    }
    a->item[a->count] = (struct action){.kind = kind};
    return &a->item[a->count++];
}

void actions_clear(struct actions *a)
{
    for (uint32_t i = 0; i < a->count; i++)
        bytes_done(&a->item[i].body);
    a->count = 0;
}

void actions_done(struct actions *a)
{
    actions_clear(a);
    mem_free(a->item);
    *a = (struct actions){0};
}
