// Keeps the write-ahead logs of databases.
#include <sqlite3.h>
#include <string.h>

#include "CDatabase.h"

// Called by SQLite for each new connection, when its file is open.
static int keep_log(sqlite3 *database, const char **problem, const void *routines) {
  static const char name[] = "/images.db";
  const char *path = sqlite3_db_filename(database, "main");
  size_t length = path == NULL ? 0 : strlen(path);
  (void)problem, (void)routines;
  if (length < sizeof name || strcmp(path + length - (sizeof name - 1), name) != 0) return SQLITE_OK;
  int keep = 1;
  // A file system layer that knows no such wish removes the log, as it always did.
  sqlite3_file_control(database, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
  return SQLITE_OK;
}

int32_t apus_database_keep_logs(void) { return sqlite3_auto_extension((void (*)(void))keep_log); }
