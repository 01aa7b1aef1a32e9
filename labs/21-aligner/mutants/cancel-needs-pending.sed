# a cancellation counts only for the pending checkpoint
# kills: cancelled-before-seen
s/if (checkpoint > a->current || (checkpoint == a->current \&\& a->aligned > 0))/if (checkpoint == a->current \&\& a->aligned > 0)/
