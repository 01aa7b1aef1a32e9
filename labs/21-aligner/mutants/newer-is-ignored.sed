# a newer barrier does not give the pending checkpoint up
# kills: overtaken
/if (a->pending)$/{N;s/.*/        ;/}
