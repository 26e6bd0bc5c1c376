// The User schema of RFC 7643 §4.1 with the characteristics of §8.7.1. Data only.

import { userUrn } from '../urn.ts'
import { type Attribute, attribute, type Schema } from './attribute.ts'

const primary = attribute('primary', 'Whether this is the preferred value; true for at most one.', {
  type: 'boolean',
})

// Canonical values are those that are known, not all that are taken (RFC 7643 §7).
function typeOf(...canonicalValues: readonly string[]): Attribute {
  return attribute('type', "A label for the value's function.", { canonicalValues })
}

/** Entra: app roles come with the name under this name. */
const entraNames = { otherNames: { displayname: 'display' } } as const

function values(
  name: string,
  description: string,
  value: Attribute,
  type: Attribute,
  departures: Partial<Attribute> = {},
): Attribute {
  const display = attribute('display', 'A name for the value that is only shown.')
  return attribute(name, description, {
    type: 'complex',
    multiValued: true,
    subAttributes: [value, display, type, primary],
    ...departures,
  })
}

const name = attribute('name', "The parts of the user's name.", {
  type: 'complex',
  subAttributes: [
    attribute('formatted', 'The whole name as it is shown.'),
    attribute('familyName', 'The family name.'),
    attribute('givenName', 'The given name.'),
    attribute('middleName', 'The middle name or names.'),
    attribute('honorificPrefix', 'What precedes the name, such as "Ms.".'),
    attribute('honorificSuffix', 'What follows the name, such as "III".'),
  ],
})

const addresses = attribute('addresses', 'Postal addresses.', {
  type: 'complex',
  multiValued: true,
  subAttributes: [
    attribute('formatted', 'The whole address as it is shown.'),
    attribute('streetAddress', 'The street and house number.'),
    attribute('locality', 'The city.'),
    attribute('region', 'The state or region.'),
    attribute('postalCode', 'The postal code.'),
    attribute('country', 'The country as in ISO 3166-1 alpha-2.'),
    typeOf('work', 'home', 'other'),
    primary,
  ],
})

const groups = attribute('groups', 'The groups to which the user belongs.', {
  type: 'complex',
  multiValued: true,
  mutability: 'readOnly',
  subAttributes: [
    attribute('value', 'The id of the group.', { caseExact: true, mutability: 'readOnly' }),
    attribute('$ref', 'The URI of the group.', {
      type: 'reference',
      referenceTypes: ['User', 'Group'],
      caseExact: true,
      mutability: 'readOnly',
    }),
    attribute('display', 'The name of the group.', { mutability: 'readOnly' }),
    attribute('type', 'Whether the membership is direct.', {
      canonicalValues: ['direct', 'indirect'],
      mutability: 'readOnly',
    }),
  ],
})

const singular: readonly Attribute[] = [
  attribute('userName', 'The unique name with which the user is known to the identity provider.', {
    required: true,
    uniqueness: 'server',
    comparison: 'usernameCaseMapped',
  }),
  name,
  attribute('displayName', "The user's name as it is shown."),
  attribute('nickName', 'The casual name.'),
  attribute('profileUrl', "The URL of the user's profile.", {
    type: 'reference',
    referenceTypes: ['external'],
    caseExact: true,
  }),
  attribute('title', 'The title, such as "Vice President".'),
  attribute('userType', 'The relation to the organization, such as "Contractor".'),
  attribute('preferredLanguage', 'The preferred languages as in RFC 9110 §12.5.4.'),
  attribute('locale', 'The location for currencies, dates and numbers, such as "en-US".'),
  attribute('timezone', 'The time zone as in the IANA database, such as "Europe/Berlin".'),
  attribute('active', 'Whether the user may sign in.', {
    type: 'boolean',
    defaultOnCreate: true,
    keepWhenUnsaid: true,
  }),
  attribute('password', 'A clear-text password.', {
    caseExact: true,
    mutability: 'writeOnly',
    returned: 'never',
    isDropped: true,
  }),
]

const plural: readonly Attribute[] = [
  values(
    'emails',
    'E-mail addresses.',
    attribute('value', 'An e-mail address.'),
    typeOf('work', 'home', 'other'),
  ),
  values(
    'phoneNumbers',
    'Telephone numbers.',
    attribute('value', 'A telephone number.'),
    typeOf('work', 'home', 'mobile', 'fax', 'pager', 'other'),
  ),
  values(
    'ims',
    'Instant messaging addresses.',
    attribute('value', 'An instant messaging address.'),
    typeOf('aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo'),
  ),
  values(
    'photos',
    'URLs of photos.',
    attribute('value', 'The URL of a photo.', {
      type: 'reference',
      referenceTypes: ['external'],
      caseExact: true,
    }),
    typeOf('photo', 'thumbnail'),
  ),
  addresses,
  groups,
  values(
    'entitlements',
    'Things the user is entitled to.',
    attribute('value', 'An entitlement.'),
    typeOf('work', 'home', 'other'),
    entraNames,
  ),
  values(
    'roles',
    "The user's roles.",
    attribute('value', 'A role.'),
    typeOf('work', 'home', 'other'),
    entraNames,
  ),
  values(
    'x509Certificates',
    'Certificates issued to the user.',
    attribute('value', 'A DER-encoded certificate.', { type: 'binary', caseExact: true }),
    typeOf('work', 'home', 'other'),
  ),
]

/** RFC 7643 §4.1; `password` is accepted and dropped, and `userName` compared by RFC 8265 §3.3. */
export const userSchema: Schema = {
  id: userUrn,
  name: 'User',
  description: 'User Account',
  attributes: [...singular, ...plural],
  aliases: ['urn:scim:schemas:core:1.0', 'urn:scim:schemas:core:2.0', 'urn:scim:schemas:core:2.0:User'],
}
