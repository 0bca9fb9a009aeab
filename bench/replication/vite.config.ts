import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** The peer's page; ours is the one of `bench/smoke`. PouchDB expects a bundler that brings Node's `events`. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  resolve: {
    alias: { events: fileURLToPath(new URL('../peers/node_modules/events/events.js', import.meta.url)) },
  },
  build: {
    outDir: fileURLToPath(new URL('../../dist/bench-replication', import.meta.url)),
    emptyOutDir: true,
    target: 'es2024',
  },
})
