// A strict, bounded reader of XML into a plain tree. What SAML never needs (a DTD, a comment, a processing instruction,
// CDATA) is refused while it is read, and so is depth and number, so that nothing behind it meets them.
import { type Sentence, say } from '@rollcall/api/sentences'
import { SaxesParser } from 'saxes'
import { strip } from '../base/spaces.ts'
import { type SamlCode, SamlError } from './saml-error.ts'

/** The most bytes of a message. */
export const maxXmlBytes = 128 * 1_024
const maxDepth = 40
const maxAttributes = 64
/** Verifiers take time with the square of it. */
const maxSiblings = 2_000
/** Elements, attributes and pieces of text together: what a verifier walks over, whatever it is. */
export const maxNodes = 8_000

/** An element with its children. */
export interface XmlElement {
  readonly namespace: string
  readonly name: string
  /** Attributes without a namespace, as `name`; the others as `{namespace}name`. Namespace declarations are left out. */
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** Its own character data, that of its children not included. */
  readonly text: string
  /** Where it stands in what was read: its first character, what is behind its opening tag, what is behind all of it. */
  readonly span: { readonly start: number; readonly inner: number; readonly end: number }
  /** Elements, attributes (declarations of namespaces, too) and pieces of text from here down. */
  readonly nodes: number
}

interface Open {
  readonly namespace: string
  readonly name: string
  readonly attributes: Map<string, string>
  readonly children: XmlElement[]
  text: string
  readonly span: { start: number; inner: number; end: number }
  nodes: number
}

/** What a document may be beyond the bounds of a message: metadata is larger, and some carries comments, instructions and CDATA. */
export interface XmlBounds {
  readonly maxCharacters: number
  readonly maxElements: number
  /** Elements, attributes and pieces of text together; of metadata comments, instructions and CDATA, too. */
  readonly maxNodes: number
  readonly isMetadata: boolean
}

const messageBounds: XmlBounds = {
  maxCharacters: maxXmlBytes,
  maxElements: 4_000,
  maxNodes,
  isMetadata: false,
}
/** How large metadata may be. */
export const metadataBounds: XmlBounds = {
  maxCharacters: 1_048_576,
  maxElements: 8_000,
  maxNodes: 20_000,
  isMetadata: true,
}

const createParser = () => new SaxesParser({ xmlns: true, position: false, additionalNamespaces: {} })
type Parser = ReturnType<typeof createParser>

function refuse(code: SamlCode, found: Sentence): never {
  throw new SamlError(code, found)
}

/** What may not stand in a message, or only be counted in metadata. */
function refuseForbidden(parser: Parser, bounds: XmlBounds, count: (more: number) => void): void {
  parser.on('error', () => refuse('malformed', say('xml_malformed')))
  // Metadata is text already when it comes here, whatever it says that its bytes were.
  parser.on('xmldecl', ({ version = '1.0', encoding = 'UTF-8' }) => {
    if (version !== '1.0' || (!bounds.isMetadata && !/^utf-?8$/i.test(encoding)))
      refuse('malformed', say('xml_encoding'))
  })
  parser.on('doctype', () => refuse('forbidden_xml', say('xml_doctype')))
  if (!bounds.isMetadata) {
    parser.on('comment', () => refuse('forbidden_xml', say('xml_comment')))
    parser.on('processinginstruction', () => refuse('forbidden_xml', say('xml_processing')))
    parser.on('cdata', () => refuse('forbidden_xml', say('xml_cdata')))
  }
  if (bounds.isMetadata) {
    parser.on('comment', () => count(1))
    parser.on('processinginstruction', () => count(1))
  }
}

/** Throws SamlError: `forbidden_xml`, `too_deep`, `too_large`, `malformed`. */
export function readXml(text: string, bounds = messageBounds): XmlElement {
  if (text.length > bounds.maxCharacters)
    throw new SamlError('too_large', say('xml_too_large', { bytes: bounds.maxCharacters }))
  const parser = createParser()
  const open: Open[] = []
  let root: XmlElement | undefined
  let elements = 0
  let nodes = 0
  let start = 0
  const count = (more: number): void => {
    nodes += more
    if (nodes > bounds.maxNodes) refuse('too_deep', say('xml_too_many_nodes', { most: bounds.maxNodes }))
  }
  refuseForbidden(parser, bounds, count)
  // Counted while they are read: there may be very many before the tag ends.
  let ofTag = 0
  parser.on('attribute', () => {
    ofTag += 1
    if (ofTag > maxAttributes) refuse('too_deep', say('xml_too_many_attributes', { most: maxAttributes }))
  })
  parser.on('opentagstart', () => {
    ofTag = 0
    start = text.lastIndexOf('<', parser.position - 1)
  })
  parser.on('opentag', (tag) => {
    elements += 1
    if (open.length >= maxDepth) refuse('too_deep', say('xml_too_deep', { most: maxDepth }))
    if (elements > bounds.maxElements)
      refuse('too_deep', say('xml_too_many_elements', { most: bounds.maxElements }))
    if (!bounds.isMetadata && (open.at(-1)?.children.length ?? 0) >= maxSiblings)
      refuse('too_deep', say('xml_too_many_children', { most: maxSiblings }))
    const entries = Object.values(tag.attributes)
    count(1 + entries.length)
    open.push({
      namespace: tag.uri,
      name: tag.local,
      attributes: toAttributes(entries),
      children: [],
      text: '',
      span: { start, inner: parser.position, end: parser.position },
      nodes: 1 + entries.length - nodes,
    })
  })
  const read = (part: string): void => {
    const current = open.at(-1)
    if (current === undefined) return
    count(1)
    current.text += part
  }
  parser.on('text', read)
  if (bounds.isMetadata) parser.on('cdata', read)
  parser.on('closetag', () => {
    const done = open.pop()!
    done.span.end = parser.position
    done.nodes += nodes
    const parent = open.at(-1)
    if (parent === undefined) root = done
    else parent.children.push(done)
  })
  parser.write(text).close()
  return root ?? refuse('malformed', say('xml_rootless'))
}

const xmlnsUri = 'http://www.w3.org/2000/xmlns/'

function toAttributes(
  entries: readonly { readonly uri: string; readonly local: string; readonly value: string }[],
): Map<string, string> {
  const attributes = new Map<string, string>()
  for (const { uri, local, value } of entries) {
    if (uri === xmlnsUri) assertNamespace(value)
    else attributes.set(uri === '' ? local : `{${uri}}${local}`, value)
  }
  return attributes
}

// Canonicalization of a relative namespace is undefined (Canonical XML 1.0 §2.1): implementations then digest nothing.
function assertNamespace(value: string): void {
  if (value !== '' && !/^[a-z][a-z0-9+.-]*:/i.test(value))
    throw new SamlError('forbidden_xml', say('xml_namespace_relative'))
}

/** The children of this name. */
export function listChildren(parent: XmlElement, namespace: string, name: string): XmlElement[] {
  return parent.children.filter((child) => child.namespace === namespace && child.name === name)
}

/** The first child of this name, if any. */
export function findChild(
  parent: XmlElement | undefined,
  namespace: string,
  name: string,
): XmlElement | undefined {
  return parent?.children.find((child) => child.namespace === namespace && child.name === name)
}

/** The element and everything below it, in document order. */
export function* walk(root: XmlElement): Generator<XmlElement> {
  const waiting = [root]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next
    for (let at = next.children.length - 1; at >= 0; at -= 1) waiting.push(next.children[at]!)
  }
}

/** Without the white space that a schema of type anyURI collapses (XML Schema part 2 §4.3.6), and no other: not Unicode's. */
export function collapse(text: string): string {
  return strip(text)
}

/** The namespaces of SAML, XML Signature and XML Encryption. */
export const namespaces = {
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
  encryption: 'http://www.w3.org/2001/04/xmlenc#',
  soap: 'http://schemas.xmlsoap.org/soap/envelope/',
} as const

/** Text that is safe in elements and in quoted attributes. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`)
}
