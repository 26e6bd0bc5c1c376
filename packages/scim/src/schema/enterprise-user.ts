// The enterprise extension of RFC 7643 §4.3 with the characteristics of §8.7.1. Data only.

import { enterpriseUserUrn } from '../urn.ts'
import { attribute, type Schema } from './attribute.ts'

const manager = attribute('manager', "The user's manager.", {
  type: 'complex',
  subAttributes: [
    attribute('value', "The id of the manager's User resource.", { caseExact: true }),
    attribute('$ref', "The URI of the manager's User resource.", {
      type: 'reference',
      referenceTypes: ['User'],
      caseExact: true,
    }),
    attribute('displayName', "The manager's display name.", { mutability: 'readOnly' }),
  ],
})

/** RFC 7643 §4.3. */
export const enterpriseUserSchema: Schema = {
  id: enterpriseUserUrn,
  name: 'EnterpriseUser',
  description: 'Enterprise User',
  attributes: [
    attribute('employeeNumber', 'The number or name that the organization gave the user.'),
    attribute('costCenter', 'The name of a cost center.'),
    attribute('organization', 'The name of an organization.'),
    attribute('division', 'The name of a division.'),
    attribute('department', 'The name of a department.'),
    manager,
  ],
  aliases: [
    'urn:scim:schemas:extension:enterprise:1.0',
    'urn:scim:schemas:extension:enterprise:2.0',
    'urn:scim:schemas:extension:enterprise:2.0:User',
  ],
}
