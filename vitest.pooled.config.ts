// The tenants' tests on PostgreSQL behind PgBouncer; nothing where the machine has none.
import { defineConfig } from 'vitest/config'
import { hasPgbouncer } from './test/postgres/pooler.ts'

const isThere = hasPgbouncer()
if (!isThere) console.log('There is no pgbouncer on this machine: what goes through it is not tested.')

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: isThere ? ['test/security/tenants*.test.ts', 'test/pooled/**/*.test.ts'] : [],
    passWithNoTests: true,
    env: { ROLLCALL_TEST_STORES: 'postgres' },
    globalSetup: isThere ? ['test/postgres/pooled-setup.ts'] : [],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
})
