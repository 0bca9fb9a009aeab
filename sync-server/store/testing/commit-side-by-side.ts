import { newId } from '#app/kernel/index.ts'
import { openStore } from '../index.ts'
import { put } from './samples.ts'

// Run as a process of its own by order-across-processes.test.ts. It says the id of each document that the store has
// promised to keep.

const LANES = 4
const COMMITS = 15

const [dataFolder = '', databaseUrl = '', schema = ''] = process.argv.slice(2)
const store = await openStore({ dataFolder, databaseUrl, schema })

async function lane(number: number): Promise<void> {
  for (let commit = 0; commit < COMMITS; commit += 1) {
    // Long commits among short ones.
    const ids = Array.from({ length: (number + commit) % 3 === 0 ? 30 : 1 }, () => newId())
    await put(
      store,
      'cases',
      ids.map((id) => ({ id })),
    )
    for (const id of ids) process.stdout.write(`${id}\n`)
  }
}

await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)))
await store.close()
