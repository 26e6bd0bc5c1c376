import { expect, it } from 'vitest'
import { renderReport } from './render-report.ts'
import { createTally } from './report.ts'

it('prints a summary, aligned rows in the order of asking, and the sentences of what failed', () => {
  const tally = createTally()
  const match = {
    name: 'match',
    method: 'GET',
    path: '/Users?filter=userName%20eq%20%22{userName}%22&startIndex=1&count=100',
  }
  const create = { name: 'create', method: 'POST', path: '/Users' }
  for (const ms of [4, 2, 30]) tally.add({ ...match, status: 200, ms, failure: undefined })
  tally.add({ ...create, status: 201, ms: 12.4, failure: undefined })
  tally.add({ ...create, status: 409, ms: 8.26, failure: 'person-2@acme.test: answered 409, needs 201' })
  tally.skip(3)
  expect(renderReport(tally.toReport('okta', 1234))).toBe(
    [
      'Okta: 5 requests in 1.2 s, 4 answered as it needs, 1 not, 3 could not be asked.',
      '',
      'step    request                                                   asked  answered          p50 ms  max ms',
      'match   GET /Users?filter=userName%20eq%20%22{userName}%22&star…      3  200 x 3              4.0      30  ok',
      'create  POST /Users                                                   2  201 x 1, 409 x 1     8.3      12  FAILED',
      '',
      'create: POST /Users',
      '  person-2@acme.test: answered 409, needs 201',
      '',
    ].join('\n'),
  )
})
