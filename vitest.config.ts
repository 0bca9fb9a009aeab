import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { defineConfig } from 'vitest/config'

const rooms = '{app,main,renderer,sync-server,build,bench}/**/*.test.{ts,tsx}'

// The HL7 samples lie outside of the repository; the tests that read them run where their folder is named.
const withoutSamples = process.env['ROUNDS_HL7_SAMPLES'] ? [] : ['sync-server/hl7/samples.test.ts']

/** A client that others wrote is tried where it is installed (Debian: python3-hl7). */
const isInstalled = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))
const withoutPeers = isInstalled('mllp_send') ? [] : ['sync-server/hl7/mllp/mllp-send.test.ts']

export default defineConfig({
  test: {
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'rooms',
          // A worker reads and compiles the house once, not once for each file: half of the processor time. So a test leaves
          // no global as it did not find it.
          isolate: false,
          include: [rooms],
          exclude: ['**/node_modules/**', 'bench/peers/**', ...withoutSamples, ...withoutPeers],
          globalSetup: 'build/testing/postgres-setup.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          globalSetup: 'e2e/harness/set-up-journeys.ts',
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
