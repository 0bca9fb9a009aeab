import { buildStale } from '#build/targets.ts'

/** Vitest's global set-up of the journeys: the server serves what is in dist/renderer. */
export async function setup(): Promise<void> {
  await buildStale(['client', 'console'], (line) => process.stderr.write(`${line}\n`))
}
