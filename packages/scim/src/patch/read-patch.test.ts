import { describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue } from '../json.ts'
import { userResourceType } from '../schema/resource-types.ts'
import { refusal } from '../testing/users.ts'
import { type ProfileName, profiles } from '../tolerance.ts'
import { enterpriseUserUrn, patchOpUrn, userUrn } from '../urn.ts'
import { readPatch } from './read-patch.ts'

const read = (operations: JsonValue, profile: ProfileName = 'auto') =>
  readPatch(userResourceType, { schemas: [patchOpUrn], Operations: operations }, profiles[profile])
const strictly = (operation: JsonValue) => refusal(() => read([operation], 'strict'))

describe('readPatch', () => {
  it('reads each operation before any resource is loaded', () => {
    const { operations, tolerated } = read([
      { op: 'Replace', path: 'EMAILS[TYPE EQ "work"].VALUE', value: 'x' },
      { op: 'remove', path: 'name.familyName' },
    ])
    expect(operations).toMatchObject([
      { op: 'replace', value: 'x', target: { path: 'emails.value', blueprint: { type: 'work' } } },
      { op: 'remove', target: { path: 'name.familyName' } },
    ])
    expect(tolerated).toEqual(['op-any-case'])
  })

  it.each<[string, JsonValue]>([
    ['Operations', { Operations: [{ op: 'replace', path: 'active', value: false }], operations: [] }],
    ['value', { Operations: [{ op: 'replace', path: 'active', value: false, Value: true }] }],
    ['path', { Operations: [{ op: 'replace', path: 'active', Path: 'title', value: 'x' }] }],
  ])('N01: refuses a message that has "%s" twice, and loses neither', (_name, message) => {
    const body = { schemas: [patchOpUrn], ...(message as JsonObject) }
    expect(refusal(() => readPatch(userResourceType, body, profiles.auto))).toBe('400 invalidSyntax')
  })

  it('makes one operation of each attribute of a value without path', () => {
    const { operations } = read([
      { op: 'add', value: { title: 't', name: { givenName: 'g', familyName: 'f' } } },
    ])
    expect(operations.map((each) => each.target.path)).toEqual(['title', 'name.givenName', 'name.familyName'])
  })

  it('Entra: reads no operations at all as no change', () => {
    expect(read([], 'strict')).toMatchObject({ operations: [], tolerated: [] })
  })

  it('accepts a body without schemas, except in strict', () => {
    const bodies = [{ Operations: [] }, { operations: [], schemas: [userUrn] }]
    for (const body of bodies) {
      expect(readPatch(userResourceType, body, profiles.auto).tolerated).toEqual(['patch-schemas-missing'])
      expect(refusal(() => readPatch(userResourceType, body, profiles.strict))).toBe('400 invalidSyntax')
    }
  })

  it.each([
    null,
    [],
    'x',
    {},
    { Operations: {} },
    { Operations: [null] },
    { Operations: ['add'] },
    { Operations: [{}] },
  ])('refuses the body %j', (body) => {
    expect(refusal(() => readPatch(userResourceType, body, profiles.auto))).toBe('400 invalidSyntax')
  })

  it('holds to the number of operations', () => {
    const operations = Array(3).fill({ op: 'remove', path: 'title' })
    const readAtMost = (most: number) =>
      readPatch(userResourceType, { Operations: operations }, profiles.auto, most).operations.length
    expect(readAtMost(3)).toBe(3)
    expect(refusal(() => readAtMost(2))).toBe('413 undefined')
  })

  it.each<[JsonValue, string]>([
    [{ op: 'move', path: 'title', value: 'x' }, '400 invalidSyntax'],
    [{ op: 1, path: 'title', value: 'x' }, '400 invalidSyntax'],
    [{ op: 'add', path: 'title' }, '400 invalidValue'],
    [{ op: 'add' }, '400 invalidValue'],
    [{ op: 'add', value: 'x' }, '400 invalidValue'],
    [{ op: 'replace', value: null }, '400 invalidValue'],
    [{ op: 'remove' }, '400 noTarget'],
    [{ op: 'Remove', value: { title: 'x' } }, '400 noTarget'],
    [{ op: 'remove', path: userUrn }, '400 noTarget'],
    [{ op: 'add', path: 5, value: 'x' }, '400 invalidPath'],
    [{ op: 'add', path: 'a..b', value: 'x' }, '400 invalidPath'],
    [{ op: 'add', path: 'emails[', value: 'x' }, '400 invalidFilter'],
    [{ op: 'add', path: 'emails[nope eq "x"]', value: 'x' }, '400 invalidFilter'],
    [{ op: 'add', path: 'name[givenName pr]', value: 'x' }, '400 invalidFilter'],
    [{ op: 'replace', path: 'active', value: 'maybe' }, '400 invalidValue'],
    [{ op: 'replace', path: 'active', value: '' }, '400 invalidValue'],
    [{ op: 'replace', path: 'title', value: { a: 1 } }, '400 invalidValue'],
    [{ op: 'replace', path: 'password', value: { a: 1 } }, '400 invalidValue'],
    [{ op: 'replace', path: 'emails', value: [5] }, '400 invalidValue'],
    [{ op: 'replace', path: enterpriseUserUrn, value: 'x' }, '400 invalidValue'],
    [{ op: 'replace', path: 'id', value: 'x' }, '400 mutability'],
    [{ op: 'remove', path: 'meta.created' }, '400 mutability'],
    [{ op: 'add', path: 'groups', value: [{ value: 'x' }] }, '400 mutability'],
    [{ op: 'add', path: `${enterpriseUserUrn}:manager.displayName`, value: 'x' }, '400 mutability'],
  ])('refuses %j', (operation, expected) => {
    expect(refusal(() => read([operation]))).toBe(expected)
  })

  it('ignores unknown paths and names, except in strict', () => {
    for (const path of ['nope', 'emails.nope', 'name.nope', 'emails[type eq "work"].nope', 'urn:x:y']) {
      expect(read([{ op: 'add', path, value: 'x' }])).toMatchObject({
        operations: [],
        tolerated: ['ignore-unknown'],
      })
      expect(strictly({ op: 'add', path, value: 'x' })).toBe('400 invalidPath')
    }
    expect(read([{ op: 'add', value: { nope: 1, name: { nope: 1 } } }]).operations).toEqual([])
    expect(strictly({ op: 'add', value: { nope: 1 } })).toBe('400 invalidSyntax')
  })

  it('ignores read-only attributes only where an object echoes them, and in strict nowhere', () => {
    const value = { id: 'x', meta: { version: '1' }, groups: [], schemas: [userUrn], [`${userUrn}:id`]: 'x' }
    expect(read([{ op: 'replace', value }])).toMatchObject({
      operations: [],
      tolerated: ['ignore-read-only', 'path-less-keys'],
    })
    expect(read([{ op: 'add', path: 'schemas', value: [enterpriseUserUrn] }]).operations).toEqual([])
    expect(strictly({ op: 'replace', value: { displayName: 'x' } })).toBeUndefined()
    expect(strictly({ op: 'replace', value })).toBe('400 mutability')
    expect(strictly({ op: 'add', path: 'schemas', value: [enterpriseUserUrn] })).toBe('400 mutability')
  })

  it('is to the letter in strict', () => {
    expect(strictly({ op: 'Add', path: 'title', value: 'x' })).toBe('400 invalidSyntax')
    expect(strictly({ op: 'add', value: { 'name.givenName': 'x' } })).toBe('400 invalidSyntax')
    expect(strictly({ op: 'add', path: 'active', value: 'True' })).toBe('400 invalidValue')
    expect(strictly({ op: 'add', path: 'emails[type eq work].value', value: 'x' })).toBe('400 invalidFilter')
    expect(strictly({ op: 'add', path: 'emails', value: { value: 'x' } })).toBe('400 invalidValue')
    expect(strictly({ op: 'add', path: 'title', value: ['x'] })).toBe('400 invalidValue')
    expect(strictly({ op: 'add', path: '', value: { title: 'x' } })).toBe('400 invalidPath')
  })

  it('takes values wrapped in a list or an object, as older Entra sends them', () => {
    const operations = ['title', 'emails[type eq "work"].value'].map((path) => ({
      op: 'Replace',
      path,
      value: [{ $ref: null, value: 'x' }],
    }))
    expect(read(operations).operations).toMatchObject([{ value: 'x' }, { value: 'x' }])
  })
})
