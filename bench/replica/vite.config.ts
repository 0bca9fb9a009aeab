import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** The contenders as a page: each a chunk of its own, so that a page holds the code of one only. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  worker: { format: 'es' },
  // PouchDB expects a bundler that brings Node's `events`.
  resolve: {
    alias: { events: fileURLToPath(new URL('../peers/node_modules/events/events.js', import.meta.url)) },
  },
  build: {
    outDir: fileURLToPath(new URL('../../dist/bench-replica', import.meta.url)),
    emptyOutDir: true,
    target: 'es2024',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
  },
})
