import { defineConfig } from 'vite'
import { root } from '../targets.ts'

/** The preload: one CommonJS file, since the sandbox loads nothing else. */
export default defineConfig({
  root,
  build: {
    outDir: 'dist/preload',
    emptyOutDir: true,
    target: 'chrome146',
    minify: false,
    sourcemap: false,
    lib: { entry: 'main/preload.ts', formats: ['cjs'], fileName: () => 'preload.cjs' },
    rolldownOptions: { external: ['electron'], output: { codeSplitting: false } },
  },
})
