import { defineConfig } from 'vite'
import type { Plugin } from 'vite'
import { root } from '#build/targets.ts'

const entries = {
  server: 'e2e/simulation/server.ts',
  'client-thread': 'e2e/simulation/client-thread.ts',
  'checkpoint-thread': 'sync-server/store/dialects/checkpoint-thread.ts',
}

/** The processes and threads of a simulation as a file each: they start again and again, and modules are most of a start. */
export default defineConfig({
  root,
  plugins: [threadsAsBuilt()],
  build: {
    ssr: true,
    outDir: 'dist/simulation',
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    sourcemap: false,
    rolldownOptions: { input: entries, output: { entryFileNames: '[name].js' } },
  },
  // What brings a native library, or threads of its own, looks for them beside itself; certificates need `reflect-metadata` first.
  ssr: { noExternal: true, external: ['@peculiar/x509', 'better-sqlite3', 'pg', 'pino', 'reflect-metadata'] },
})

/** A thread that is started by the address of its source lies beside who starts it. */
function threadsAsBuilt(): Plugin {
  const addresses = /new URL\(['"]\.\/([\w-]+)\.ts['"], import\.meta\.url\)/g
  return {
    name: 'threads-as-built',
    transform: (code, id) =>
      id.endsWith('.ts') ? code.replace(addresses, `new URL('./$1.js', import.meta.url)`) : null,
  }
}
