import { describe, expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'
import { Blocked, expectThat, Inapplicable, Mismatch } from './expectation.ts'
import { renderConformanceReport } from './render-report.ts'
import type { ConformanceReport, Outcome } from './report.ts'
import { type Draft, must, resting, section } from './requirement.ts'
import { repetitions } from './rests.ts'
import { type ConformanceOptions, runConformance } from './run.ts'
import { baseUrl, endless, monotonous } from './testing/wrong-servers.ts'

const send = monotonous({ status: 200, body: { Resources: [], totalResults: 0 } })

function run(drafts: readonly Draft[], more: Partial<ConformanceOptions> = {}): Promise<ConformanceReport> {
  const requirements = section('RFC 7644 §9', drafts)
  return runConformance({
    baseUrl,
    key: 'k',
    send,
    startTimer: endless,
    prefix: 'test',
    requirements,
    ...more,
  })
}

const outcomes = ({ results }: ConformanceReport): Readonly<Record<string, Outcome>> =>
  Object.fromEntries(results.map(({ id, outcome }) => [id.replace('RFC7644-9-', ''), outcome]))

const broken = must('broken', 'errors', 'Is broken.', async () => expectThat(false, 'this', 'that'))
const kept = (slug: string) => must(slug, 'errors', 'Is kept.', async () => {})

describe('one cause, one finding', () => {
  it('does not try what rests on a finding, nor what rests on that', async () => {
    const report = await run([
      resting(kept('second'), 'RFC7644-9-first'),
      resting(kept('first'), 'RFC7644-9-broken'),
      broken,
      resting(kept('other'), 'RFC7644-9-fine'),
      kept('fine'),
    ])
    const because = { kind: 'skip', because: 'RFC7644-9-broken' }
    expect(outcomes(report)).toMatchObject({
      broken: { kind: 'fail' },
      first: because,
      second: because,
      other: { kind: 'pass' },
      fine: { kind: 'pass' },
    })
    expect(report.totals).toMatchObject({ pass: 2, fail: 1, skip: 2 })
    const text = renderConformanceReport(report)
    expect(text).toContain('waiting   2 more, which rest on this and were not tried')
    expect(text).toContain(
      'NOT TRIED: what rests on a finding above\n\nRFC7644-9-broken\n  RFC7644-9-second\n',
    )
    expect(text).toContain('2 passed, 1 failed, 0 warnings, 0 skipped, 2 not tried for a finding above;')
  })

  it('tries what rests on something that cannot be asked', async () => {
    const none = must('none', 'errors', 'Is not there.', () => Promise.reject(new Inapplicable('not there')))
    const report = await run([none, resting(kept('fine'), 'RFC7644-9-none')])
    expect(outcomes(report)).toMatchObject({ none: { kind: 'skip' }, fine: { kind: 'pass' } })
  })

  it('gives the finding to the requirement that a check stumbles over, also when its own check saw nothing', async () => {
    const stumbling = must('stumbling', 'errors', 'Stumbles.', () =>
      Promise.reject(new Blocked('RFC7644-9-fine', new Mismatch('a body', 'none'))),
    )
    const report = await run([kept('fine'), stumbling])
    expect(outcomes(report)).toMatchObject({
      fine: { kind: 'fail', expected: 'a body', came: 'none' },
      stumbling: { kind: 'skip', because: 'RFC7644-9-fine' },
    })
  })

  it('brings in the requirement with the finding where it was not asked for', async () => {
    const report = await run([broken, resting(kept('first'), 'RFC7644-9-broken')], {
      only: ['RFC7644-9-first'],
    })
    expect(Object.keys(outcomes(report))).toEqual(['first', 'broken'])
  })

  it('waits for nothing in a circle, and for nothing that there is not', () => {
    const byId = new Map(catalogue.map((one) => [one.id, one]))
    for (const [cause, others] of Object.entries(repetitions))
      for (const id of [cause, ...others]) expect(byId.has(id), id).toBe(true)
    const done = new Set<string>()
    const visit = (id: string, path: readonly string[]): void => {
      expect(path, `a circle at ${id}`).not.toContain(id)
      if (done.has(id)) return
      for (const other of byId.get(id)?.rests ?? []) {
        expect(byId.has(other), `${id} rests on ${other}`).toBe(true)
        visit(other, [...path, id])
      }
      done.add(id)
    }
    for (const { id } of catalogue) visit(id, [])
  })
})
