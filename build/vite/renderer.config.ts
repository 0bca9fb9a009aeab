import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import packageJson from '../../package.json' with { type: 'json' }
import { serviceWorkerAssets } from './service-worker-assets.ts'

const root = fileURLToPath(new URL('../../renderer', import.meta.url))
const outDir = fileURLToPath(new URL('../../dist/renderer', import.meta.url))

/** The client: one page, hashed assets, nothing inline, so that a strict content security policy holds. */
export default defineConfig({
  root,
  base: './',
  define: { 'import.meta.env.VITE_ROUNDS_VERSION': JSON.stringify(packageJson.version) },
  plugins: [react(), serviceWorkerAssets()],
  worker: { format: 'es' },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2024',
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: `${root}/index.html`, 'service-worker': `${root}/service-worker/index.ts` },
      output: {
        codeSplitting: {
          groups: [
            // Chunks run before those that import them. Zod is told not to compile in the chunk that Zod itself is in, so
            // that no schema of any chunk is made before.
            { name: 'zod', test: /node_modules[\\/]zod[\\/]|shell[\\/]boot[\\/]zod\.ts/, priority: 1 },
          ],
        },
        // The service worker's address stays the same from version to version; browsers compare its bytes.
        entryFileNames: (chunk) =>
          chunk.name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js',
      },
    },
  },
})
