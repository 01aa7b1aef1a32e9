# a checkpoint waits for ended channels too
# kills: ended-counts
s/a->target = a->open;/a->target = a->channels;/
