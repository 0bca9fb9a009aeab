import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{app,main,renderer,sync-server,build,e2e,bench}/**/*.test.{ts,tsx}'],
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
