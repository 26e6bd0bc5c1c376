// Finds attributes by any name a client may use for them: one index for each resource type, made once.
// The attributes that every resource has (RFC 7643 §3.1) are data here.

import { mayTolerate, type Reading, type Tolerance } from '../tolerance.ts'
import type { ResolvedPath } from './attribute.ts'
import { type Attribute, attribute, type ResourceType, type Schema } from './attribute.ts'

/** `schemas` is rebuilt from what a resource holds, so clients can only read it. */
export const schemasAttribute: Attribute = attribute('schemas', 'The schemas whose attributes are present.', {
  type: 'reference',
  multiValued: true,
  required: true,
  caseExact: true,
  mutability: 'readOnly',
  returned: 'always',
})

/** RFC 7643 §3.1: the server's own opaque id. */
export const idAttribute: Attribute = attribute('id', 'The identifier that this service gave the resource.', {
  caseExact: true,
  mutability: 'readOnly',
  returned: 'always',
  uniqueness: 'server',
})

const metaDate = { type: 'dateTime', mutability: 'readOnly' } as const

const everyResource: readonly Attribute[] = [
  schemasAttribute,
  idAttribute,
  attribute('externalId', 'The identifier that the provisioning client gave the resource.', {
    caseExact: true,
    keepWhenUnsaid: true,
  }),
  attribute('meta', 'Facts about the resource itself.', {
    type: 'complex',
    mutability: 'readOnly',
    subAttributes: [
      attribute('resourceType', 'The name of the resource type.', {
        caseExact: true,
        mutability: 'readOnly',
      }),
      attribute('created', 'When the resource was created.', metaDate),
      attribute('lastModified', 'When the resource was last changed.', metaDate),
      attribute('location', 'The URI of the resource.', {
        type: 'reference',
        referenceTypes: ['uri'],
        caseExact: true,
        mutability: 'readOnly',
      }),
      attribute('version', 'The entity tag of the resource.', { caseExact: true, mutability: 'readOnly' }),
    ],
  }),
]

/** Attributes by their own name and by its lower case. */
export type AttributeNames = ReadonlyMap<string, Attribute>

/** An extension under one of its names; an alias is a URN of SCIM 1. */
export interface ExtensionIndex {
  readonly schema: Schema
  readonly attributes: AttributeNames
  readonly isAlias: boolean
}

/** What is asked of a resource type again and again, looked up with `findByName`. */
export interface TypeIndex {
  /** Core attributes and those of every resource. */
  readonly attributes: AttributeNames
  /** Extensions by URN and by each alias. */
  readonly extensions: ReadonlyMap<string, ExtensionIndex>
  /** The canonical URN of each schema by URN and by alias. */
  readonly urns: ReadonlyMap<string, { readonly id: string; readonly isAlias: boolean }>
  /** Every attribute and sub-attribute by every complete path. */
  readonly paths: ReadonlyMap<string, ResolvedPath>
  /** The same by names that the RFC does not have and that mean one attribute alone. */
  readonly loosePaths: ReadonlyMap<string, LoosePath>
}

interface LoosePath {
  readonly place: ResolvedPath
  readonly tolerance: Tolerance
}

const typeIndexes = new WeakMap<ResourceType, TypeIndex>()
const subAttributeNames = new WeakMap<Attribute, AttributeNames>()

function nameMap(attributes: readonly Attribute[]): AttributeNames {
  return new Map(
    attributes.flatMap((each) => [[each.name, each] as const, [each.name.toLowerCase(), each] as const]),
  )
}

/** Finds by a name in any letter case; the schema's own spelling is found without folding. */
export function findByName<Found>(names: ReadonlyMap<string, Found>, name: string): Found | undefined {
  return names.get(name) ?? names.get(name.toLowerCase())
}

function addPaths(
  paths: Map<string, ResolvedPath>,
  prefixes: readonly string[],
  attributes: readonly Attribute[],
  extension: string | undefined,
): void {
  const lead = extension === undefined ? '' : `${extension}:`
  for (const top of attributes) {
    const own = { attribute: top, parent: undefined, extension, path: lead + top.name }
    const below = (top.subAttributes ?? []).map((sub) => ({
      attribute: sub,
      parent: top,
      extension,
      path: `${lead}${top.name}.${sub.name}`,
    }))
    for (const resolved of [own, ...below])
      for (const prefix of prefixes) {
        const path = prefix + resolved.path.slice(lead.length)
        paths.set(path, resolved).set(path.toLowerCase(), resolved)
      }
  }
}

function buildIndex(type: ResourceType): TypeIndex {
  const paths = new Map<string, ResolvedPath>()
  const urns = new Map<string, { id: string; isAlias: boolean }>()
  const extensions = new Map<string, ExtensionIndex>()
  const core = [...everyResource, ...type.schema.attributes]
  for (const schema of [type.schema, ...type.extensions.map((each) => each.schema)]) {
    const isCore = schema === type.schema
    const names = [schema.id, ...(schema.aliases ?? [])]
    for (const name of names) {
      const urn = { id: schema.id, isAlias: name !== schema.id }
      urns.set(name, urn).set(name.toLowerCase(), urn)
    }
    const prefix = `${schema.id}:`
    addPaths(
      paths,
      isCore ? ['', prefix] : [prefix],
      isCore ? core : schema.attributes,
      isCore ? undefined : schema.id,
    )
    if (isCore) continue
    const attributes = nameMap(schema.attributes)
    for (const name of names) {
      const extension = { schema, attributes, isAlias: name !== schema.id }
      extensions.set(name, extension).set(name.toLowerCase(), extension)
    }
  }
  const attributes = nameMap(core)
  return { attributes, extensions, urns, paths, loosePaths: buildLoosePaths(type, core, attributes) }
}

function buildLoosePaths(
  type: ResourceType,
  core: readonly Attribute[],
  attributes: AttributeNames,
): ReadonlyMap<string, LoosePath> {
  const loose = new Map<string, LoosePath>()
  const extensions = type.extensions.map(({ schema }) => schema)
  const add = (
    prefix: string,
    own: readonly Attribute[],
    extension: string | undefined,
    tolerance: Tolerance,
  ) => {
    const found = new Map<string, ResolvedPath>()
    addPaths(found, [prefix], own, extension)
    for (const [path, place] of found) if (!loose.has(path)) loose.set(path, { place, tolerance })
  }
  for (const schema of [type.schema, ...extensions]) {
    const isCore = schema === type.schema
    const [own, extension] = isCore ? [core, undefined] : [schema.attributes, schema.id]
    add(`${schema.id}.`, own, extension, 'dotted-urns')
    for (const alias of schema.aliases ?? []) add(`${alias}:`, own, extension, 'scim1-urns')
    // RFC 7644 §3.10: the URN is there to tell names apart, so one that nobody else has is understood.
    const isAlone = ({ name }: Attribute) =>
      findByName(attributes, name) === undefined &&
      extensions.every(
        (other) =>
          other === schema || !other.attributes.some((one) => one.name.toLowerCase() === name.toLowerCase()),
      )
    if (!isCore) add('', own.filter(isAlone), extension, 'unqualified-names')
    // A simple value is the whole of what `value` could be a part of.
    for (const one of own.filter(({ multiValued, type: kind }) => multiValued && kind !== 'complex')) {
      const place = { attribute: one, parent: undefined, extension, path: `${schema.id}:${one.name}` }
      const names = [`${place.path}.value`, ...(isAlone(one) ? [`${one.name}.value`] : [])]
      for (const name of names.flatMap((each) => [each, each.toLowerCase()]))
        loose.set(name, { place, tolerance: 'simple-values-as-objects' })
    }
  }
  return loose
}

/** The index of a resource type; the type must not change after its first use. */
export function indexOf(type: ResourceType): TypeIndex {
  let index = typeIndexes.get(type)
  if (index === undefined) {
    index = buildIndex(type)
    typeIndexes.set(type, index)
  }
  return index
}

/** The sub-attributes of a complex attribute by lower-case name; empty for the other types. */
export function subAttributesOf(complex: Attribute): AttributeNames {
  let names = subAttributeNames.get(complex)
  if (names === undefined) {
    names = nameMap(complex.subAttributes ?? [])
    subAttributeNames.set(complex, names)
  }
  return names
}

/** Finds an attribute by a complete path, also one that only the profile lets pass: after a dotted URN, one of SCIM 1, or none. */
export function findPlace(type: ResourceType, path: string, reading: Reading): ResolvedPath | undefined {
  const { paths, loosePaths } = indexOf(type)
  const found = findByName(paths, path)
  if (found !== undefined) return found
  const loose = findByName(loosePaths, path)
  return loose !== undefined && mayTolerate(reading, loose.tolerance, path) ? loose.place : undefined
}

/** A path with a colon behind the URN of a schema of the type where a dot stood. */
export function withColon(type: ResourceType, path: string, reading: Reading): string {
  const lower = path.toLowerCase()
  if (!lower.startsWith('urn:')) return path
  const schemas = [type.schema, ...type.extensions.map(({ schema }) => schema)]
  const found = schemas
    .filter(({ id }) => lower.startsWith(`${id.toLowerCase()}.`))
    .sort((left, right) => right.id.length - left.id.length)
  const urn = found[0]?.id
  if (urn === undefined || !mayTolerate(reading, 'dotted-urns', path)) return path
  return `${urn}:${path.slice(urn.length + 1)}`
}

/** Finds `emails.value`, `urn:…:User:department` and the like in any letter case (RFC 7643 §2.1). */
export function findAttribute(type: ResourceType, path: string): Attribute | undefined {
  return findByName(indexOf(type).paths, path)?.attribute
}
