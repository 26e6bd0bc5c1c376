// Whether the checks see anything: our own service, made wrong in one way at a time, must break every check at least once.
// Creating users and groups stays right in each of them, so that a check breaks by what it looks at and not on its way there.
// Judges: scim/conformance, server/scim.
import { catalogue, type Outcome, runConformance } from '@rollcall/scim/conformance'
import { describe, expect, it } from 'vitest'
import { isWhole } from '../harness/sample.ts'
import { forEachStore, type Start } from '../harness/service.ts'
import { startTimer } from './timer.ts'
import { mutants, partial } from './wrong-ways.ts'

/** What cannot break here, and why; the wrong servers of packages/scim break these. */
const elsewhere: Readonly<Record<string, string>> = {
  'RFC7643-3.1-id-reserved': 'ids stay right',
  'RFC7643-3.1-id-unique': 'ids stay right',
  'RFC7644-3.12-501': 'the service offers everything',
  'RFC7644-3.3-created': 'creating stays right',
  'RFC7644-3.3-created-group': 'creating stays right',
  'RFC7644-3.11-redirect': 'the service has no /Me',
  'RFC7644-5-stored-as-sent': 'creating stays right',
  'RFC9865-4-config': 'the service advertises its cursors',
  'RFC9865-4-config-methods': 'a wrong configuration would switch the other checks of cursors off',
}

/** A check has seen something wrong, be the finding its own or another's. */
const isSeen = (outcome: Outcome): boolean =>
  outcome.kind === 'fail' ||
  outcome.kind === 'warn' ||
  (outcome.kind === 'skip' && outcome.because !== undefined)

/** What a wrong server is still asked, in `npm test`: nothing that another one broke already. */
function listUnbroken(broken: ReadonlySet<string>, prefixes: readonly string[]): readonly string[] {
  if (isWhole) return prefixes
  return catalogue
    .map(({ id }) => id)
    .filter((id) => !broken.has(id) && prefixes.some((prefix) => id.startsWith(prefix)))
}

describe('every check of the catalogue', () => {
  const test = (start: Start): void => {
    it('breaks on at least one wrong server', { timeout: 120_000 }, async () => {
      const service = await start()
      const broken = new Set<string>()
      for (const [name, mutate] of Object.entries(mutants)) {
        const wanted = listUnbroken(broken, partial[name] ?? [''])
        if (wanted.length === 0) continue
        const { key, scimUrl, send } = await service.createOrganization({ profile: 'auto' })
        const wrong = mutate((url, init) => send(new Request(url, init)), scimUrl)
        const report = await runConformance({
          baseUrl: scimUrl,
          key,
          send: wrong,
          startTimer,
          prefix: 'mutant',
          only: wanted,
          repeats: true,
        })
        for (const { id, outcome } of report.results) if (isSeen(outcome)) broken.add(id)
      }
      const never = catalogue.filter(({ id, check }) => check !== undefined && !broken.has(id))
      expect(never.map(({ id }) => id).sort()).toEqual(Object.keys(elsewhere).sort())
    })
  }
  // What is wrong is the answer on its way out: behind it any store serves.
  forEachStore(test, ['embedded'])
})
