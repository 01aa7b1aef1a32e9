# ABORT goes out before the channels open
# kills: late-barrier
/^static void give_up/,/^}/{s/    resume_all(a);//;s/    decide(a, ALIGN_ABORT)->reason = reason;/    decide(a, ALIGN_ABORT)->reason = reason;\n    resume_all(a);/}
