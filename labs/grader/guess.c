#include "labs/grader/guess.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/grader/mark.h"

enum { SCRIPTS = 1 + CASES_MAX };

/* The shrunk script, then all cases by hand. */
static int load_scripts(const struct lab *lab, const struct script *s, struct script *all)
{
    struct dirent **entry;
    char folder[128], path[512], name[64], intent[200];
    int n, count = 1;

    all[0] = *s;
    snprintf(folder, sizeof folder, "%s/cases", lab->folder);
    n = scandir(folder, &entry, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, entry[i]->d_name);
        if (strstr(path, ".case") && count < SCRIPTS && case_load(path, &all[count], name, intent))
            count++;
        free(entry[i]);
    }
    if (n >= 0)
        free(entry);
    return count;
}

/* On how many scripts do they agree?  0: not even on the first. */
static int agreement(const struct script *mine, const struct script *other, int count)
{
    int same = 0;

    for (int i = 0; i < count; i++) {
        same += script_hash(&mine[i]) == script_hash(&other[i]);
        if (same == 0)
            return 0;
    }
    return same;
}

bool guess(const struct lab *lab, struct built *b, const struct script *s, char misconception[120])
{
    struct mutant *mutant = calloc(MUTANTS_MAX, sizeof *mutant);
    struct script *mine = calloc(SCRIPTS, sizeof *mine), *other = calloc(SCRIPTS, sizeof *other);
    int count = load_scripts(lab, s, mine), mutants = build_mutants(lab, b, mutant), best = 0;
    struct organ_run run = {0};

    memcpy(other, mine, SCRIPTS * sizeof *mine);
    scripts_run(b->organ, mine, count, false, 1, &run);
    for (int i = 0; i < mutants; i++) {
        int same;

        scripts_run(mutant[i].program, other, count, false, 1, &run);
        same = agreement(mine, other, count);
        if (same > best) {
            best = same;
            snprintf(misconception, 120, "%s", mutant[i].misconception);
        }
    }
    text_done(&run.printed);
    free(mutant);
    free(mine);
    free(other);
    return best > 0;
}
