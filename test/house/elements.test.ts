// What products load of @rollcall/elements stays small, needs nothing, and does nothing where there is no document.
// Judges: elements.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { embedIntents } from '@rollcall/api'
import { elements, RollcallElement } from '@rollcall/elements'
import { describe, expect, it } from 'vitest'

const built = (name: string): string =>
  readFileSync(join(resolve(import.meta.dirname, '../../packages/elements/dist'), name), 'utf8')

describe('the elements', () => {
  it('are 8 KB at most, with the React components', () => {
    const size = ['index.js', 'react.js'].map((name) => gzipSync(built(name), { level: 9 }).byteLength)
    expect(size.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(8 * 1_024)
  })

  it('import nothing; the React components React alone', () => {
    const importsOf = (name: string) =>
      [...built(name).matchAll(/^(?:import|export) .*?from ['"]([^'"]+)['"]/gm)].map(([, from]) => from)
    expect(importsOf('index.js')).toEqual([])
    expect(importsOf('react.js')).toEqual(['react'])
  })

  it('are marked for the browser, as React components, for pages that a server renders', () => {
    expect(built('react.js')).toMatch(/^(?:\/\/.*\n)*'use client'/)
  })

  it('are there on a server, where there are no elements', () => {
    expect(Object.keys(elements)).toEqual([
      'rollcall-settings',
      'rollcall-single-sign-on',
      'rollcall-domains',
      'rollcall-provisioning',
      'rollcall-activity',
    ])
    expect(new RollcallElement()).toBeInstanceOf(RollcallElement)
  })

  it('are one for each intent', () => {
    expect(Object.values(elements).flatMap(({ intents }) => intents)).toEqual([...embedIntents])
  })
})
