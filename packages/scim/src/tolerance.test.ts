import { describe, expect, it } from 'vitest'
import { mayTolerate, profiles, startReading, tolerances } from './tolerance.ts'

describe('profiles', () => {
  it('tolerate everything in auto and nothing in strict', () => {
    expect([...profiles.auto.tolerances].sort()).toEqual(Object.keys(tolerances).sort())
    expect(profiles.strict.tolerances.size).toBe(0)
  })

  it('of vendors take what auto takes: what a mapping sends is written by hand', () => {
    const { entra: _entra, strict: _strict, interop: _interop, ...vendors } = profiles
    for (const { name, tolerances: taken } of Object.values(vendors))
      expect([name, [...taken]]).toEqual([name, [...profiles.auto.tolerances]])
  })

  it('are quiet after PATCH for Entra only', () => {
    expect(Object.values(profiles).filter((each) => each.isPatchQuiet)).toEqual([profiles.entra])
  })

  it('describe each tolerance in one sentence', () => {
    for (const sentence of Object.values(tolerances)) expect(sentence).toMatch(/^[A-Z][^\n]*\.$/)
  })
})

describe('mayTolerate', () => {
  it('remembers what was used, and only that', () => {
    const reading = startReading(profiles.entra)
    expect(mayTolerate(reading, 'ignore-unknown')).toBe(true)
    expect(mayTolerate(reading, 'relink-groups')).toBe(false)
    expect([...reading.used]).toEqual(['ignore-unknown'])
  })
})
