import { buildStale } from '#build/targets.ts'
import { makeOrganisation } from './organisation.ts'

/** Vitest's global set-up of the journeys: the server serves what is in dist/renderer, or the page without screens. */
export async function setup(): Promise<() => Promise<void>> {
  await buildStale(['client', 'console', 'bare client', 'bare client in the clear'], (line) =>
    process.stderr.write(`${line}\n`),
  )
  return makeOrganisation()
}
