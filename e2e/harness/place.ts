import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

/** Folders and ports of one journey, and what must be ended after it, last things first. */
export type Place = {
  readonly folder: string
  readonly port: number
  readonly mllpPort: number
  /** To be ended with the journey, however it ends. */
  atEnd(end: () => Promise<unknown>): void
  end(): Promise<void>
}

export async function newPlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'rounds-journey-'))
  const endings: (() => Promise<unknown>)[] = [
    () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  ]
  return {
    folder,
    port: await freePort(),
    mllpPort: await freePort(),
    atEnd: (end) => void endings.push(end),
    async end() {
      for (const end of endings.splice(0).toReversed()) await end()
    },
  }
}
