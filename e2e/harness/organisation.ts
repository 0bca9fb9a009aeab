import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { newPlace } from './place.ts'
import { serverProcess } from './server-process.ts'

// The synthetic organisation as a first start of the server leaves it, made once for a run of journeys: it takes more of the
// processor than most of what follows. `main-job.test.ts` and `start.test.ts` see a first start of their own.

/** Tells the workers of the run where it lies. */
const FOLDER = 'ROUNDS_JOURNEYS_ORGANISATION'

/** What comes back removes it. */
export async function makeOrganisation(): Promise<() => Promise<void>> {
  const place = await newPlace()
  const { folder, port, mllpPort } = place
  const server = serverProcess({ dataFolder: join(folder, 'data'), port, mllpPort })
  place.atEnd(() => server.kill())
  try {
    await server.start()
    await server.stop()
  } catch (failure) {
    await place.end()
    throw failure
  }
  process.env[FOLDER] = folder
  return () => place.end()
}

/** Into a data folder that is not there yet, with its master key beside it. */
export async function copyOrganisation(dataFolder: string): Promise<void> {
  const folder = process.env[FOLDER]
  if (folder === undefined) throw new Error('the run has no global set-up of journeys (vitest.config.ts)')
  await cp(join(folder, 'data'), dataFolder, { recursive: true })
  await cp(join(folder, 'data.key'), `${dataFolder}.key`)
}
