import { describe, expect, it } from 'vitest'
import { createId } from '../base/id.ts'
import { createTurns } from '../base/turns.ts'
import { dropBatches, mergeBatches, type Noted, packNotes } from './batch.ts'
import { Gathered } from './gathered.ts'
import { unpackHeads } from './pack.ts'

const from = 1_700_000_000_000

const note = (at: number, more: Partial<Noted> = {}): Noted => ({
  id: createId('act', from + at),
  organizationId: 'org_1',
  at: from + at,
  method: 'GET',
  path: `/scim/v2/Users/${at}`,
  status: 200,
  durationUs: 1,
  explanation: [],
  requestId: `req_${at}`,
  keyId: 'key_1',
  ip: null,
  userAgent: null,
  requestBody: null,
  responseBody: null,
  ...more,
})

/** Both the rows' worth that came out by themselves and what was left. */
function gather(notes: readonly Noted[]) {
  const gathered = new Gathered()
  const full = notes.flatMap((one) => {
    const found = gathered.add(one)
    return found === undefined ? [] : [found]
  })
  return { gathered, full, count: gathered.count }
}

describe('notes that wait', () => {
  it('come out as soon as there are enough of one class for a row, and none is lost', () => {
    const notes = Array.from({ length: 600 }, (_, at) => note(at, { status: at % 3 === 0 ? 404 : 200 }))
    const others = [note(0, { method: 'PATCH', status: 400 }), note(0, { organizationId: 'org_2' })]
    const { gathered, full, count } = gather([...others, ...notes])
    expect(full.map(({ length }) => length)).toEqual([256, 256])
    expect(count).toBe(90)
    const left = gathered.takeAll()
    expect(left.map((own) => new Set(own.map(({ organizationId }) => organizationId)).size)).toEqual([1, 1])
    const all = [...full.flat(), ...left.flat()].map(({ id }) => id)
    expect(all.toSorted()).toEqual([...others, ...notes].map(({ id }) => id).toSorted())
    expect(gathered.count).toBe(0)
  })

  it('come out before their bodies are too much for a row', () => {
    const { full } = gather(
      Array.from({ length: 40 }, (_, at) => note(at, { responseBody: 'x'.repeat(16_384) })),
    )
    expect(full.map(({ length }) => length)).toEqual([16, 16])
  })

  it('lose what strangers sent first, then the oldest', () => {
    const stranger = note(900, { kind: 'sign_in', code: 'unknown_person' })
    const { gathered } = gather([...Array.from({ length: 10 }, (_, at) => note(at)), stranger])
    gathered.drop(4)
    expect(
      gathered
        .takeAll()
        .flat()
        .map(({ at }) => at - from),
    ).toEqual([6, 7, 8, 9])
    gathered.drop(0)
    expect(gathered.count).toBe(0)
  })
})

describe('what was packed apart', () => {
  const pack = (notes: readonly Noted[]) => packNotes(notes, createTurns(1_000))

  it('is one batch of each organization', async () => {
    const [early, late, other] = [
      [note(1), note(2)],
      [note(3, { keyId: 'key_2' })],
      [note(4, { organizationId: 'org_2' })],
    ]
    const merged = mergeBatches(await Promise.all([early, late, other].map(pack)))
    expect(merged).toMatchObject([
      { organizationId: 'org_1', entries: 3, newest: from + 3, served: [{}, {}, {}] },
      { organizationId: 'org_2', entries: 1, newest: from + 4 },
    ])
    expect([...(merged[0]?.uses ?? [])]).toEqual([
      ['key_1', from + 2],
      ['key_2', from + 3],
    ])
    const ids = merged[0]?.flushes.flatMap(({ heads }) => unpackHeads(heads).map(({ id }) => id))
    expect(ids).toEqual([...early, ...late].map(({ id }) => id))
  })

  it('loses its oldest where there is too much of it', async () => {
    const batches = await Promise.all([[note(1), note(2)], [note(3)], [note(4)]].map(pack))
    expect(dropBatches(batches, 3).map(({ newest }) => newest - from)).toEqual([3, 4])
  })
})
