# only the last channel opens again
# kills: two-channels
/^static void resume_all/,/^}/{s/c < a->channels; c++/c < 1; c++/}
