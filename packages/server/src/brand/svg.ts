// Makes an SVG safe to hand out under our own address: shapes, text and styles stay; what could run, load or lead somewhere does not.
// Pure. The header of its answer forbids the same once more (images.ts).
import { maxBrandImagePixels } from '@rollcall/api'
import { SaxesParser, type SaxesTagNS } from 'saxes'
import { countPixels, ImageFault } from './pixels.ts'
import { Drawing } from './svg-drawing.ts'

const maxDepth = 64
/** Elements and attributes. A logo has some hundreds. */
const maxNodes = 10_000
const svgNamespace = 'http://www.w3.org/2000/svg'
const xlinkNamespace = 'http://www.w3.org/1999/xlink'

/** What draws, and loads nothing. */
const kept = new Set(
  (
    'svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan textPath image style switch ' +
    'linearGradient radialGradient stop clipPath mask pattern marker filter feBlend feColorMatrix feComponentTransfer feComposite ' +
    'feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR ' +
    'feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence'
  ).split(' '),
)

/** An image that stands in the SVG itself. */
const inlined = /^data:(image\/(?:png|jpeg|webp));base64,([A-Za-z0-9+/=\s]*)$/

/** Rewrites an SVG without what could run or load. Throws ImageFault for what is no SVG, or would not look the same without it. */
export function sanitizeSvg(text: string): string {
  const parser = new SaxesParser({ xmlns: true })
  const out: string[] = []
  const open: string[] = []
  let droppedAt: number | undefined
  let style: string | undefined
  let nodes = 0
  let pixels = 0
  const drawing = new Drawing()

  parser.on('error', (error) => {
    throw new ImageFault(`It is no well-formed XML: ${error.message}`)
  })
  parser.on('doctype', (doctype) => {
    if (doctype.includes('[')) throw new ImageFault('It declares entities. Export it without a DOCTYPE')
  })
  parser.on('opentag', (tag: SaxesTagNS) => {
    if (open.length === 0 && (tag.name !== 'svg' || !isOwn(tag)))
      throw new ImageFault('Its first element is not <svg>')
    nodes += 1 + Object.keys(tag.attributes).length
    if (nodes > maxNodes) throw new ImageFault(`It has more than ${maxNodes} elements and attributes`)
    open.push(tag.name)
    if (open.length > maxDepth) throw new ImageFault(`Its elements stand more than ${maxDepth} deep`)
    if (style !== undefined) throw new ImageFault('An element stands inside a style sheet')
    if (droppedAt !== undefined) return
    if (!isOwn(tag) || !kept.has(tag.name)) {
      droppedAt = open.length
      return
    }
    if (tag.name === 'style') style = ''
    const named = open.length === 1 ? ` xmlns="${svgNamespace}"` : ''
    const attributes = listAttributes(tag)
    pixels = addImage(pixels, attributes.get('href'))
    drawing.open(tag.name, attributes)
    out.push(`<${tag.name}${named}${renderAttributes(attributes)}>`)
  })
  const take = (said: string): void => {
    if (droppedAt !== undefined || open.length === 0) return
    if (style === undefined) out.push(escapeText(said))
    else style += said
  }
  parser.on('text', take)
  parser.on('cdata', take)
  parser.on('closetag', ({ name }) => {
    const depth = open.length
    open.pop()
    if (droppedAt !== undefined) {
      if (depth === droppedAt) droppedAt = undefined
      return
    }
    if (style !== undefined) {
      if (loads(style))
        throw new ImageFault('Its styles load something. Export it with styles of its own alone')
      drawing.addRules(style)
      out.push(escapeText(style))
      style = undefined
    }
    drawing.close()
    out.push(`</${name}>`)
  })
  parser.write(text).close()
  return out.join('')
}

// One without a name space is drawn by nobody as it is; here it gets the one that it means.
function isOwn({ prefix, uri }: SaxesTagNS): boolean {
  return prefix === '' && (uri === svgNamespace || uri === '')
}

function listAttributes({ name: element, attributes }: SaxesTagNS): ReadonlyMap<string, string> {
  const stay = Object.values(attributes).flatMap(({ uri, local, name, value }): [string, string][] => {
    // SVG 2 has links without a name space, and everybody reads them.
    const plain = uri === xlinkNamespace ? local : name
    return (uri === '' || uri === xlinkNamespace) && mayStay(element, plain, value) ? [[plain, value]] : []
  })
  return new Map(stay)
}

// An image in an image is unpacked as one beside it; all of them have the pixels of one.
function addImage(pixels: number, href = ''): number {
  const [, mediaType, data] = inlined.exec(href) ?? []
  if (mediaType === undefined || data === undefined) return pixels
  const all = pixels + countPixels(Buffer.from(data, 'base64'), mediaType)
  if (all > maxBrandImagePixels ** 2)
    throw new ImageFault(
      `The images in it have more than ${maxBrandImagePixels} x ${maxBrandImagePixels} pixels in all`,
    )
  return all
}

function renderAttributes(attributes: ReadonlyMap<string, string>): string {
  return [...attributes].map(([name, value]) => ` ${name}="${escapeText(value)}"`).join('')
}

function mayStay(element: string, name: string, value: string): boolean {
  const lower = name.toLowerCase()
  if (!/^[a-z][a-z0-9._-]*$/.test(lower) || lower.startsWith('on') || lower === 'src') return false
  if (lower !== 'href') return !loads(value)
  return (element === 'image' && inlined.test(value)) || value.startsWith('#')
}

// Whatever can name an address, but for places in the image itself. A backslash can write any letter in CSS, so that a word is not found.
// A place has no bracket in its name: so each one that is open is looked at up to the next alone, however many there are.
function loads(css: string): boolean {
  const others = css.replace(/url\(\s*(["']?)#[^"'()\s]*\1\s*\)/gi, '')
  return /\\|@import|@font-face|javascript:|(?:url|image|image-set|cross-fade|element|paint|src|expression)\s*\(/i.test(
    others,
  )
}

function escapeText(text: string): string {
  // Characters that XML 1.0 has none of, which XML 1.1 lets be written by their numbers.
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text))
    throw new ImageFault('It has characters that are in no text')
  return text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`)
}
