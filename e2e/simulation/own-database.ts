import { randomBytes } from 'node:crypto'
import pg from 'pg'

export type OwnDatabase = {
  readonly url: string
  /** Whether it refuses whatever writes; whoever is connected is cut off. */
  onlyRead(only: boolean): Promise<void>
  drop(): Promise<void>
}

/** A database of one run on a PostgreSQL server: the processes of the run take its usual schema. */
export async function ownDatabase(serverUrl: string): Promise<OwnDatabase> {
  const name = `simulation_${randomBytes(6).toString('hex')}`
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(`create database ${name}`)
  return {
    url: Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href,
    async onlyRead(only) {
      await client.query(`alter database ${name} set default_transaction_read_only = ${only ? 'on' : 'off'}`)
      await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
    },
    async drop() {
      await client.query(`drop database ${name} with (force)`)
      await client.end()
    },
  }
}
