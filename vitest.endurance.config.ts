import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    // What `npm test` plays a sample of is played whole here.
    include: [
      'test/endurance/**/*.test.ts',
      'test/conformance/{fairness,mutants,openid-provider,service}.test.ts',
      'test/reliability/{members,telemetry}.test.ts',
      'test/command/{apply,doctor,export,vouched-by}.test.ts',
      'test/{dialects,management,product,scim,security,sso}/**/*.test.ts',
      'test/store/forms.test.ts',
    ],
    env: { ROLLCALL_TEST_WHOLE: '1' },
    globalSetup: ['test/postgres/setup.ts'],
    testTimeout: 900_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
})
