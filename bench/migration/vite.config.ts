import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** A replica of an older version, as a page. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  build: {
    outDir: fileURLToPath(new URL('../../dist/bench-migration', import.meta.url)),
    emptyOutDir: true,
    target: 'es2024',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
  },
})
