// What a schema is made of: the characteristics of RFC 7643 §2.2 and §7 as data. No attribute of any schema is here.

import type { JsonValue } from '../json.ts'

/** RFC 7643 §2.3. */
export type AttributeType =
  | 'string'
  | 'boolean'
  | 'decimal'
  | 'integer'
  | 'dateTime'
  | 'reference'
  | 'binary'
  | 'complex'

/** One attribute or sub-attribute with every characteristic of RFC 7643 §7, and a few of our own that /Schemas does not show. */
export interface Attribute {
  readonly name: string
  readonly type: AttributeType
  readonly multiValued: boolean
  readonly description: string
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly'
  readonly returned: 'always' | 'never' | 'default' | 'request'
  readonly uniqueness: 'none' | 'server' | 'global'
  readonly canonicalValues?: readonly string[]
  readonly referenceTypes?: readonly string[]
  readonly subAttributes?: readonly Attribute[]
  /** RFC 8265 §3.3 instead of plain case folding. */
  readonly comparison?: 'usernameCaseMapped'
  /** Assigned by a POST that leaves the attribute out; such an attribute can be changed but not unassigned. */
  readonly defaultOnCreate?: JsonValue
  /** A PUT that does not name the attribute leaves it as it is. */
  readonly keepWhenUnsaid?: true
  /** Of a complex attribute: a sub-attribute by another name (in lower case) that a vendor gives it. */
  readonly otherNames?: Readonly<Record<string, string>>
  /** Each value is another resource: named by `value`, or by `$ref`, or nobody; kept as a set by its owner. */
  readonly namesResources?: true
  /** The service works it out itself: /Schemas says that it is read-only, and what a client sends is dropped by who keeps the resource. */
  readonly isComputed?: true
  /** Accepted, checked for its type and dropped: never stored, returned or shown in /Schemas. */
  readonly isDropped?: true
}

/** RFC 7643 §7; `aliases` are URNs of SCIM 1 that some clients still send for it. */
export interface Schema {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly attributes: readonly Attribute[]
  readonly aliases?: readonly string[]
}

/** RFC 7643 §6; `endpoint` begins with a slash. */
export interface ResourceType {
  readonly name: string
  readonly endpoint: string
  readonly description: string
  readonly schema: Schema
  readonly extensions: readonly { readonly schema: Schema; readonly required: boolean }[]
}

/** An attribute as a schema file writes it: a name, a description, and what departs from the defaults of RFC 7643 §2.2. */
export function attribute(
  name: string,
  description: string,
  departures: Partial<Omit<Attribute, 'name' | 'description'>> = {},
): Attribute {
  return {
    name,
    description,
    type: 'string',
    multiValued: false,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...departures,
  }
}

/** Where an attribute lies: `extension` is its schema's URN as the resource's key, `parent` the complex attribute around it. */
export interface ResolvedPath {
  readonly attribute: Attribute
  readonly parent: Attribute | undefined
  readonly extension: string | undefined
  /** Canonical: `emails.value`, or with an extension `urn:…:User:manager.value`. */
  readonly path: string
}
