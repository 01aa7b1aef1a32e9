#include "labs/grader/progress.h"

#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>

static sqlite3 *open_db(void)
{
    sqlite3 *db = NULL;

    mkdir(".weir", 0777);
    if (sqlite3_open(".weir/progress.db", &db) == SQLITE_OK &&
        sqlite3_exec(db,
                     "PRAGMA busy_timeout = 2000;"
                     "CREATE TABLE IF NOT EXISTS marking (at TEXT DEFAULT CURRENT_TIMESTAMP, "
                     "lab TEXT NOT NULL, verdict TEXT NOT NULL, passed INT, cases INT)",
                     NULL, NULL, NULL) == SQLITE_OK)
        return db;
    fprintf(stderr, "weir-lab: progress is not kept: %s\n", db ? sqlite3_errmsg(db) : "no memory");
    sqlite3_close(db);
    return NULL;
}

void progress_add(const char *lab, const char *verdict, int passed, int cases)
{
    sqlite3 *db = open_db();
    sqlite3_stmt *s;

    if (db && sqlite3_prepare_v2(db, "INSERT INTO marking (lab, verdict, passed, cases) VALUES (?, ?, ?, ?)",
                                 -1, &s, NULL) == SQLITE_OK) {
        sqlite3_bind_text(s, 1, lab, -1, SQLITE_STATIC);
        sqlite3_bind_text(s, 2, verdict, -1, SQLITE_STATIC);
        sqlite3_bind_int(s, 3, passed);
        sqlite3_bind_int(s, 4, cases);
        sqlite3_step(s);
        sqlite3_finalize(s);
    }
    sqlite3_close(db);
}

void progress_last(const char *lab, char verdict[32])
{
    sqlite3 *db = open_db();
    sqlite3_stmt *s;

    verdict[0] = 0;
    if (db && sqlite3_prepare_v2(db, "SELECT verdict FROM marking WHERE lab = ? ORDER BY rowid DESC LIMIT 1",
                                 -1, &s, NULL) == SQLITE_OK) {
        sqlite3_bind_text(s, 1, lab, -1, SQLITE_STATIC);
        if (sqlite3_step(s) == SQLITE_ROW)
            snprintf(verdict, 32, "%s", (const char *)sqlite3_column_text(s, 0));
        sqlite3_finalize(s);
    }
    sqlite3_close(db);
}
