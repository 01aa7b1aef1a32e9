# the checkpoint is taken at the first barrier
# kills: two-channels
s/if (++a->aligned < a->target)/if (++a->aligned < 1)/
