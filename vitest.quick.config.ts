// `npm run test:quick`: everything that starts nothing, and of each room the tests that say the most, on the embedded store.
import { defineConfig } from 'vitest/config'

const sample = [
  'test/house/**',
  'test/dialects/{okta,entra,onelogin,rules}*',
  'test/management/**',
  'test/product/{feed,notices}*',
  'test/scim/{bulk,cursors,extensions,group-roles,groups}*',
  'test/security/**',
  'test/sso/{sign-in,logout}*',
]

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'examples/*/src/**/*.test.ts',
      ...sample.map((one) => `${one}.test.ts`),
    ],
    // They start processes, or are about PostgreSQL, which is not started.
    exclude: ['**/node_modules/**', '**/dist/**', 'test/security/{secret-key,row-level-security}.test.ts'],
    env: { ROLLCALL_TEST_STORES: 'embedded' },
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
