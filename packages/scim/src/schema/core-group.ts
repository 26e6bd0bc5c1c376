// The Group schema of RFC 7643 §4.2 with the characteristics of §8.7.1. Data only.

import { groupUrn } from '../urn.ts'
import { attribute, type Schema } from './attribute.ts'

const members = attribute('members', 'The members of the group.', {
  type: 'complex',
  multiValued: true,
  namesResources: true,
  subAttributes: [
    attribute('value', 'The id of the member.', { caseExact: true, mutability: 'immutable' }),
    attribute('$ref', 'The URI of the member.', {
      type: 'reference',
      referenceTypes: ['User', 'Group'],
      caseExact: true,
      mutability: 'immutable',
    }),
    attribute('display', 'The name of the member.', { mutability: 'immutable', isComputed: true }),
    attribute('type', 'Whether the member is a user or a group.', {
      canonicalValues: ['User', 'Group'],
      mutability: 'immutable',
    }),
  ],
})

/** RFC 7643 §4.2; `displayName` is required as the text of §4.2 says. */
export const groupSchema: Schema = {
  id: groupUrn,
  name: 'Group',
  description: 'Group',
  attributes: [attribute('displayName', 'The name of the group.', { required: true }), members],
  aliases: ['urn:scim:schemas:core:1.0', 'urn:scim:schemas:core:2.0', 'urn:scim:schemas:core:2.0:Group'],
}
