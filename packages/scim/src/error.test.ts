import { describe, expect, it } from 'vitest'
import { renderError, ScimError } from './error.ts'
import { errorUrn } from './urn.ts'

describe('renderError', () => {
  it('writes the status as a string (RFC 7644 §3.12)', () => {
    expect(renderError(new ScimError(409, 'uniqueness', 'Taken.'))).toEqual({
      schemas: [errorUrn],
      status: '409',
      scimType: 'uniqueness',
      detail: 'Taken.',
    })
  })

  it('leaves out a scimType that there is not, and the cause', () => {
    const error = new ScimError(404, undefined, 'Not found.', { cause: new Error('private') })
    expect(renderError(error)).toEqual({ schemas: [errorUrn], status: '404', detail: 'Not found.' })
    expect(error.cause).toBeInstanceOf(Error)
  })
})
