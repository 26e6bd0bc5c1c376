// Makes an SVG safe to hand out under our own address: shapes, text and styles stay; what could run, load or lead somewhere does not.
// Pure. The header of its answer forbids the same once more (images.ts).
import { SaxesParser, type SaxesTagPlain } from 'saxes'

const maxDepth = 64

/** What draws, and loads nothing. */
const kept = new Set(
  (
    'svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan textPath image style switch ' +
    'linearGradient radialGradient stop clipPath mask pattern marker filter feBlend feColorMatrix feComponentTransfer feComposite ' +
    'feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR ' +
    'feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence'
  ).split(' '),
)

/** Why an SVG is not taken. */
export class SvgFault extends Error {}

/** Rewrites an SVG without what could run or load. Throws SvgFault for what is no SVG, or would not look the same without it. */
export function sanitizeSvg(text: string): string {
  const parser = new SaxesParser()
  const out: string[] = []
  const open: string[] = []
  let droppedAt: number | undefined
  let style: string | undefined

  parser.on('error', (error) => {
    throw new SvgFault(`It is no well-formed XML: ${error.message}`)
  })
  parser.on('doctype', (doctype) => {
    if (doctype.includes('[')) throw new SvgFault('It declares entities. Export it without a DOCTYPE')
  })
  parser.on('opentag', (tag: SaxesTagPlain) => {
    if (open.length === 0 && tag.name !== 'svg') throw new SvgFault('Its first element is not <svg>')
    open.push(tag.name)
    if (open.length > maxDepth) throw new SvgFault(`Its elements stand more than ${maxDepth} deep`)
    if (droppedAt !== undefined) return
    if (!kept.has(tag.name)) {
      droppedAt = open.length
      return
    }
    if (tag.name === 'style') style = ''
    const isRoot = open.length === 1
    const attributes = Object.entries(tag.attributes).flatMap(([name, value]) =>
      mayStay(tag.name, name, value) && !(isRoot && name === 'xmlns')
        ? [` ${name}="${escapeText(value)}"`]
        : [],
    )
    out.push(`<${tag.name}${isRoot ? ' xmlns="http://www.w3.org/2000/svg"' : ''}${attributes.join('')}>`)
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
    if (name === 'style' && style !== undefined) {
      if (loads(style))
        throw new SvgFault('Its styles load something. Export it with styles of its own alone')
      out.push(escapeText(style))
      style = undefined
    }
    out.push(`</${name}>`)
  })
  parser.write(text).close()
  return out.join('')
}

function mayStay(element: string, name: string, value: string): boolean {
  const lower = name.toLowerCase()
  if (!/^[a-z][a-z0-9:._-]*$/.test(lower) || lower.startsWith('on')) return false
  if (lower === 'href' || lower === 'xlink:href')
    return (
      value.startsWith('#') ||
      (element === 'image' && /^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/=\s]*$/.test(value))
    )
  if (lower.includes(':')) return lower === 'xml:space' || lower === 'xmlns:xlink'
  return lower !== 'src' && !loads(value)
}

// A backslash can write any letter in CSS, so that a word is not found in it.
function loads(css: string): boolean {
  return (
    /\\|@import|@font-face|expression\s*\(|javascript:|image-set|src\s*\(/i.test(css) ||
    /url\s*\(\s*(?!["']?#)/i.test(css)
  )
}

function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`)
}
