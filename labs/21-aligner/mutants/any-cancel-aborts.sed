# any cancellation gives the pending checkpoint up
# kills: overtaken
s/if (checkpoint > a->current || (checkpoint == a->current \&\& a->aligned > 0))/if (a->pending)/
