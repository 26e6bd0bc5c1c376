// `npm run test:walk`: the browser's tests, and whole what `npm test` draws a sample of.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/browser/**/*.test.ts'],
    env: { ROLLCALL_TEST_WHOLE: '1' },
    globalSetup: ['test/postgres/setup.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
})
