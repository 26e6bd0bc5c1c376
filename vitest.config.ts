import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes longest begins first, so that no core waits at the end for a file that began last. */
const longest = [
  'test/browser/',
  'test/reliability/',
  'test/product/',
  'test/scim/',
  'test/conformance/',
  'test/command/',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const found = longest.findIndex((folder) => moduleId.includes(folder))
      return found === -1 ? longest.length : found
    }
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

const source = {
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
}
/** Walks through every screen, and every page of the demo and of a sign-in: `npm run test:walk` plays them. */
const walked = ['test/browser/{demo,pages,sign-in-pages}.test.ts']
const shared = {
  exclude: ['test/endurance/**', 'test/pooled/**', ...walked, '**/node_modules/**', '**/dist/**'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
  // How long it takes is the machine's affair.
  expect: { poll: { timeout: 10_000 } },
  // A test file keeps nothing that another one sees, so that one worker reads the sources once for all of its files.
  isolate: false,
  // Where a whole submission hangs on it, a test that failed is tried once more; the report says which one needed it.
  retry: process.env.CI === 'true' ? 1 : 0,
}
/** They measure what a person waits for: when nothing else runs. */
const alone = ['test/browser/product.test.ts']
/** They measure what a product waits for while a node stops or its database goes, which is mostly waiting: a core for each. */
const calm = ['test/reliability/stop.test.ts', 'test/reliability/postgres-loss.test.ts']
/**
 * They count the steps of code that nobody else may have compiled before, or take stock of all statements, among which none of a test may
 * be.
 */
const counted = [
  'test/store/plans.test.ts',
  'packages/scim/src/{parse-json,filter/parse,filter/parse.path,patch/apply-patch,resource/version}.test.ts',
]

export default defineConfig({
  ...source,
  test: {
    globalSetup: ['test/postgres/setup.ts'],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        ...source,
        test: {
          ...shared,
          name: 'beside',
          include: ['packages/*/src/**/*.test.ts', 'examples/*/src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...shared.exclude, ...alone, ...calm, ...counted],
          // One more than there are cores on the smallest machine: many tests wait for a process, a socket or a browser.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...source,
        test: {
          ...shared,
          name: 'counted',
          include: counted,
          isolate: true,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...source,
        test: {
          ...shared,
          name: 'calm',
          include: calm,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...source,
        test: {
          ...shared,
          name: 'alone',
          include: alone,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
