/* lab.h -- one lab as its folder says it: lab.ini, the learner's file, cases, hints. */
#ifndef LABS_GRADER_LAB_H
#define LABS_GRADER_LAB_H

#include "labs/grader/text.h"

enum { LABS_MAX = 64, FUNCTIONS_MAX = 16 };

enum lab_kind { LAB_ORGAN, LAB_JOB };

struct lab {
    char id[8];      /* "05" */
    char folder[64]; /* "labs/05-valve" */
    char title[80];
    enum lab_kind kind;
    char file[128];   /* the learner's: "labs/05-valve/valve.c" */
    char source[128]; /* what starters are cut from */
    char header[64];  /* organ: "time/valve.h" */
    char topic[32];   /* conformance, or "" */
    char organ[32];   /* organ program: "valve" */
    bool survive;     /* explore with faults */
    int functions, helpers, jobs, vectors;
    char function[FUNCTIONS_MAX][48]; /* to be written */
    char helper[FUNCTIONS_MAX][48];   /* go with them */
    char todo[FUNCTIONS_MAX][600];    /* what stands in their place */
    char job[FUNCTIONS_MAX][48];      /* organ: whole jobs that run on it */
    char vector[FUNCTIONS_MAX][48];   /* words that choose vectors of the topic; none: all */
};

/* All labs, in order; returns how many.  A malformed lab.ini ends the program with a message. */
int labs_load(struct lab *labs);
/* By number ("05", "5") or folder name; NULL: no such lab. */
const struct lab *lab_find(const struct lab *labs, int count, const char *name);
/* The starter, cut from `source`: each function replaced by what is to be written. */
bool lab_cut(const struct lab *lab, struct text *starter, char why[160]);

#endif
