import { defineConfig } from 'vitest/config'

const shared = {
  exclude: ['test/endurance/**', '**/node_modules/**'],
  globalSetup: ['test/postgres/setup.ts'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
}
const source = {
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
}
/** They start processes and browsers, or look at the clock: one at a time, when nothing else runs. */
const alone = ['test/browser/**', 'test/reliability/**', 'test/command/**', 'test/product/**', 'test/saml/**']

export default defineConfig({
  ...source,
  test: {
    projects: [
      {
        ...source,
        test: {
          ...shared,
          name: 'beside',
          include: ['packages/*/src/**/*.test.ts', 'examples/*/src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...shared.exclude, ...alone],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...source,
        test: {
          ...shared,
          name: 'alone',
          include: alone.map((folder) => `${folder}/*.test.ts`),
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
