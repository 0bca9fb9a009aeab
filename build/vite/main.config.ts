import { defineConfig } from 'vite'
import { root } from '../targets.ts'

/** The Electron main process: one ES module; what npm installs is bundled, `electron` and Node are not. */
export default defineConfig({
  root,
  build: {
    outDir: 'dist/main',
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    sourcemap: false,
    lib: { entry: 'main/index.ts', formats: ['es'], fileName: () => 'index.js' },
    rolldownOptions: { external: ['electron', /^node:/], output: { codeSplitting: false } },
  },
  resolve: { conditions: ['node'], mainFields: ['module', 'main'] },
})
