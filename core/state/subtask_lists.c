#include "state/subtask_lists.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "data/schema.h"
#include "state/cell.h"

struct subtask_lists {
    const struct weir_state *decl;
    struct cell list[WEIR_STATES];
    struct grave grave;
};

struct subtask_lists *subtask_lists_new(const struct weir_state *decl)
{
    struct subtask_lists *l;
    bool any = false;

    for (int s = 0; s < WEIR_STATES; s++)
        any |= decl[s].name && state_is_of_subtask(&decl[s]);
    if (!any)
        return NULL;
    l = mem_alloc(sizeof *l);
    l->decl = decl;
    return l;
}

void subtask_lists_free(struct subtask_lists *l)
{
    if (l == NULL)
        return;
    for (int s = 0; s < WEIR_STATES; s++)
        cell_bury(&l->list[s], &l->grave);
    grave_done(&l->grave);
    mem_free(l);
}

void subtask_lists_turn(struct subtask_lists *l)
{
    if (l && l->grave.bodies)
        grave_empty(&l->grave);
}

uint32_t subtask_list_count(const struct subtask_lists *l, int state)
{
    assert(state >= 0 && state < WEIR_STATES);
    return l->list[state].count;
}

struct span subtask_list_at(const struct subtask_lists *l, int state, uint32_t i)
{
    return i < subtask_list_count(l, state) ? image_span(l->list[state].list[i]) : (struct span){0};
}

void subtask_list_add(struct subtask_lists *l, int state, struct span image)
{
    assert(state >= 0 && state < WEIR_STATES);
    cell_list_add(&l->list[state], image_new(image, NULL));
}

void subtask_list_clear(struct subtask_lists *l, int state)
{
    assert(state >= 0 && state < WEIR_STATES);
    cell_bury(&l->list[state], &l->grave);
    l->list[state] = (struct cell){0};
}

/* ---- snapshots ---- */

static bool is_list(const struct subtask_lists *l, int state)
{
    return l->decl[state].name && state_is_of_subtask(&l->decl[state]);
}

void subtask_lists_snapshot(const struct subtask_lists *l, struct bytes *out)
{
    for (int s = 0; s < WEIR_STATES; s++) {
        if (!is_list(l, s))
            continue;
        bytes_put_text(out, l->decl[s].name);
        bytes_put_u8(out, l->decl[s].kind == WEIR_OPERATOR_UNION);
        schema_write(l->decl[s].type, out);
        bytes_put_u32(out, l->list[s].count);
        for (uint32_t i = 0; i < l->list[s].count; i++) /* L1 */
            bytes_put_block(out, image_span(l->list[s].list[i]));
    }
}

static int find(const struct subtask_lists *l, const char *name)
{
    for (int s = 0; s < WEIR_STATES; s++)
        if (is_list(l, s) && strcmp(l->decl[s].name, name) == 0)
            return s;
    return -1;
}

static void list_read(struct subtask_lists *l, int state, bool takes, struct reader *r)
{
    uint32_t n = read_u32(r);

    for (uint32_t i = 0; i < n && reader_ok(r); i++) {
        struct span image = read_block(r);

        if (takes && reader_ok(r))
            subtask_list_add(l, state, image);
    }
}

int subtask_lists_restore(struct subtask_lists *l, struct reader *r, bool is_own, const char *what,
                          struct diag *why)
{
    char name[128];

    while (reader_ok(r) && !reader_at_end(r)) {
        int s = find(l, read_text(r, name, sizeof name));
        bool unites = read_u8(r);

        if (s < 0)
            return diag_set(why, ERR_MISMATCH,
                            "%s holds state '%s', which the program does not declare", what, name);
        if (unites != (l->decl[s].kind == WEIR_OPERATOR_UNION) ||
            !schema_matches(l->decl[s].type, r))
            return diag_set(why, ERR_MISMATCH,
                            "%s: state '%s' was written with another kind or row type", what, name);
        list_read(l, s, is_own || unites, r); /* L2 */
    }
    if (!reader_ok(r))
        return diag_set(why, ERR_FORMAT, "%s: operator state does not end where it should", what);
    return ERR_NONE;
}
