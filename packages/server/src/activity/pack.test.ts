import { describe, expect, it } from 'vitest'
import { createId } from '../base/id.ts'
import { classOf, type Entry, listClasses, readClass } from './entry.ts'
import { listStretches, packHeads, packTexts, unpackHeads, unpackTexts } from './pack.ts'

function entry(at: number): Entry {
  return {
    id: createId('act', 1_700_000_000_000 + at),
    method: 'GET',
    path: `/scim/v2/Users/${at}`,
    status: 200,
    durationUs: at,
    explanation: `Read "Zoë ${at} 🎈".`,
    requestId: `req_${at}`,
    keyId: at % 2 === 0 ? 'key_1' : null,
    ip: null,
    userAgent: 'client',
    code: null,
    connectionId: null,
    sentences: [{ code: 'user_read', parameters: { name: `Zoë ${at} 🎈` } }],
  }
}

const note = (at: number, characters = 0) => ({
  at,
  requestBody: characters === 0 ? null : 'x'.repeat(characters),
  responseBody: null,
})

describe('packing', () => {
  it.each([1, 2, 256])('gives back %s entries as they were', (count) => {
    const entries = Array.from({ length: count }, (_unused, at) => entry(at))
    const bytes = packHeads(entries)
    // As PostgreSQL hands it out: part of a larger buffer.
    const read = Buffer.concat([Buffer.from('before'), bytes]).subarray(6)
    expect(unpackHeads(read)).toEqual(entries)
    if (count > 2) expect(bytes.length / count).toBeLessThan(JSON.stringify(entry(0)).length / 2)
  })

  it('gives back entries of before, which had no sentences', () => {
    const { sentences: _, ...before } = entry(1)
    const bytes = Buffer.concat([Buffer.of(1), Buffer.from(JSON.stringify([Object.values(before)]))])
    expect(unpackHeads(bytes)).toEqual([{ ...before, sentences: [] }])
  })

  it('gives back texts of any characters, empty ones and none', () => {
    const texts = [
      { request: '{"a":"\n\\"🎈"}', response: null },
      { request: null, response: null },
      { request: '', response: 'x'.repeat(3_000) },
      // A text that was cut in the middle of a character.
      { request: `${'y'.repeat(10)}\ud83c`, response: 'after it' },
    ]
    const found = unpackTexts(packTexts(texts) as Uint8Array)
    expect(found.slice(0, 3)).toEqual(texts.slice(0, 3))
    expect(found[3]).toEqual({ request: `${'y'.repeat(10)}\ufffd`, response: 'after it' })
    expect(packTexts([{ request: null, response: null }])).toBeUndefined()
  })

  it('says in words that it does not know another form', () => {
    expect(() => unpackHeads(Uint8Array.of(9, 1))).toThrow('does not know')
  })

  it('puts together what lies close together, and not too much of it', () => {
    const lengths = (all: readonly ReturnType<typeof note>[]) =>
      [...listStretches(all)].map((one) => one.length)
    expect(lengths([])).toEqual([])
    expect(lengths(Array.from({ length: 600 }, (_unused, at) => note(at)))).toEqual([256, 256, 88])
    expect(lengths([note(0), note(3_600_000), note(3_600_001), note(9_000_000)])).toEqual([2, 1, 1])
    expect(lengths([note(0, 200_000), note(1, 200_000), note(2, 900_000), note(3)])).toEqual([1, 1, 1, 1])
  })
})

describe('classes', () => {
  it('say of their entries what they have in common', () => {
    for (const name of listClasses({})) {
      const { kind, outcome, isTurnedAway } = readClass(name)
      expect(classOf({ kind, outcome, code: isTurnedAway ? 'code' : null })).toBe(name)
      expect(listClasses({ kind, outcome })).toContain(name)
    }
    expect(listClasses({ kind: 'scim', outcome: 'ok' })).toEqual(['scim.ok'])
    expect(listClasses({ kind: 'sign_in' })).toHaveLength(6)
  })
})
