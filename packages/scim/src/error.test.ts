import { describe, expect, it } from 'vitest'
import { fill, renderError, ScimError } from './error.ts'
import { refusals, refuse } from './refusals.ts'
import { errorUrn } from './urn.ts'

const taken = { code: 'taken', parameters: {}, text: 'Taken.' }
const notFound = { code: 'not_found', parameters: {}, text: 'Not found.' }

describe('renderError', () => {
  it('writes the status as a string (RFC 7644 §3.12)', () => {
    expect(renderError(new ScimError(409, 'uniqueness', [taken]))).toEqual({
      schemas: [errorUrn],
      status: '409',
      scimType: 'uniqueness',
      detail: 'Taken.',
    })
  })

  it('leaves out a scimType that there is not, and the cause', () => {
    const error = new ScimError(404, undefined, [notFound], { cause: new Error('private') })
    expect(renderError(error)).toEqual({ schemas: [errorUrn], status: '404', detail: 'Not found.' })
    expect(error.cause).toBeInstanceOf(Error)
  })
})

describe('a sentence', () => {
  it('is filled in with what was given, escaped behind a quotation mark', () => {
    expect(fill('The attribute "{path}" is {type}.', { path: 'a"b', type: 'x' })).toBe(
      String.raw`The attribute "a\"b" is x.`,
    )
    expect(fill('The {what?path:path|filter:filter} ends.', { what: 'filter' })).toBe('The filter ends.')
  })

  it('is one of the table, with its code, in every refusal', () => {
    const error = refuse('value_required', { path: 'userName' })
    expect(error).toMatchObject({
      status: 400,
      scimType: 'invalidValue',
      detail: 'The attribute "userName" is required.',
    })
    expect(error.sentences).toMatchObject([{ code: 'value_required', parameters: { path: 'userName' } }])
    expect(Object.values(refusals).filter(({ text }) => !/[.:]$|^\{where\}/.test(text))).toEqual([])
  })
})
