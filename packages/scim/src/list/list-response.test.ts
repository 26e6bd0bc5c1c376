import { describe, expect, it } from 'vitest'
import { listResponseUrn } from '../urn.ts'
import { renderListResponse } from './list-response.ts'

describe('renderListResponse', () => {
  it('counts what is on this page (RFC 7644 §3.4.2)', () => {
    expect(
      renderListResponse({ totalResults: 7, startIndex: 5, resources: [{ id: '1' }, { id: '2' }] }),
    ).toEqual({
      schemas: [listResponseUrn],
      totalResults: 7,
      startIndex: 5,
      itemsPerPage: 2,
      Resources: [{ id: '1' }, { id: '2' }],
    })
  })

  it('Okta: has Resources even when there are none', () => {
    expect(renderListResponse({ totalResults: 0, startIndex: 1, resources: [] })).toMatchObject({
      itemsPerPage: 0,
      Resources: [],
    })
  })
})
