import SqliteDatabase from 'better-sqlite3'
import pg from 'pg'

// Failures of the database itself, whatever was asked of it: no room, no memory, a disk or a line that broke, a server that is
// being stopped. The same work may succeed once that is over.

/** Primary result codes of SQLite (sqlite.org/rescode.html); extended ones begin with them. */
const SQLITE = /^SQLITE_(FULL|IOERR|NOMEM|CANTOPEN|READONLY|BUSY|LOCKED|PROTOCOL|ABORT_ROLLBACK)/

export function isUnavailableSqlite(error: unknown): boolean {
  return error instanceof SqliteDatabase.SqliteError && SQLITE.test(error.code)
}

/**
 * Classes of SQLSTATE: connection, resources, an operator's intervention, the system (PostgreSQL, appendix A); and the one of
 * a database that only reads, as services make it whose disk is full, or which is a replica by now.
 */
const POSTGRES = /^(08|53|57|58|25006)/

/** A line that breaks shows as the system's error, or as one of the driver's without a code. */
export function isUnavailablePostgres(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return POSTGRES.test(error.code ?? '')
  if (!(error instanceof Error)) return false
  return (
    'syscall' in error ||
    /^(Connection terminated|timeout exceeded when trying to connect|Client .* not queryable)/.test(
      error.message,
    )
  )
}
