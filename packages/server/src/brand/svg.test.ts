import { describe, expect, it } from 'vitest'
import { ImageFault } from './pixels.ts'
import { sanitizeSvg } from './svg.ts'

const svg = (inner: string, attributes = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"${attributes}>${inner}</svg>`

describe('an SVG that is uploaded', () => {
  it('keeps its shapes, its gradients and styles of its own', () => {
    const logo = svg(
      '<defs><linearGradient id="a"><stop offset="0" stop-color="#fff"/></linearGradient></defs>' +
        '<style>.b { fill: url(#a) }</style><path class="b" d="M0 0h8v8z"/><use href="#a"/>',
    )
    const kept = sanitizeSvg(logo)
    for (const part of [
      '<linearGradient id="a">',
      'viewBox="0 0 8 8"',
      'd="M0 0h8v8z"',
      'href="#a"',
      'fill: url(#a)',
    ])
      expect(kept).toContain(part)
    expect(sanitizeSvg(kept)).toBe(kept)
  })

  const dropped: Readonly<Record<string, string>> = {
    script: '<script>alert(1)</script>',
    'script in another name space': '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
    'an act on an event': '<path d="M0 0" onload="alert(1)" ONCLICK="alert(1)"/>',
    'foreign markup':
      '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml">alert(1)</body></foreignObject>',
    'a link': '<a href="javascript:alert(1)"><path d="M0 0"/></a>',
    'an animation of a link':
      '<set attributeName="href" to="javascript:alert(1)"/><animate attributeName="x" values="alert(1)"/>',
    'a use of elsewhere': '<use href="https://elsewhere.test/alert.svg#a"/>',
    'a use of data':
      '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="data:image/svg+xml,alert"/>',
    'an image of elsewhere': '<image href="https://elsewhere.test/alert.png"/>',
    'an image that is an SVG': '<image href="data:image/svg+xml;base64,YWxlcnQ="/>',
    'a fill of elsewhere': '<path d="M0 0" fill="url(https://elsewhere.test/alert#a)"/>',
    'a style of elsewhere': '<path d="M0 0" style="background:url( //elsewhere.test/alert )"/>',
    'a style with written letters': '<path d="M0 0" style="background:\\75rl(alert)"/>',
    'a style by another function': `<path d="M0 0" style="background: -webkit-cross-fade(url(#a), 'https://elsewhere.test')"/>`,
    'a style by a name alone': `<path d="M0 0" style="background: image('https://elsewhere.test')"/>`,
    'an element of another name space': '<g xmlns="urn:alert"><path d="alert"/></g>',
    'an attribute of another name space': '<path xmlns:ev="urn:x" d="M0 0" ev:event="alert"/>',
  }
  for (const [what, inner] of Object.entries(dropped))
    it(`loses ${what}`, () => {
      const kept = sanitizeSvg(svg(`${inner}<rect width="1" height="1"/>`))
      expect(kept).not.toMatch(/alert|elsewhere|javascript|YWxlcnQ/i)
      expect(kept).toContain('<rect width="1" height="1">')
    })

  const refused: Readonly<Record<string, string>> = {
    'no XML': '<svg><path></svg>',
    'another document': '<html><body/></html>',
    'declared entities':
      '<!DOCTYPE svg [<!ENTITY a "alert">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
    'an entity that nobody declared': svg('&a;'),
    'a style sheet that loads another': svg('<style>@import "https://elsewhere.test/a.css";</style>'),
    'a style sheet that loads a font': svg(
      '<style>@font-face { src: url(https://elsewhere.test/a) }</style>',
    ),
    'a style sheet with written letters': svg('<style>path { fill: \\75rl(https://elsewhere.test) }</style>'),
    'a style sheet that ends twice': svg(
      '<style>a {}<style>b {}</style>@import "https://elsewhere.test";</style>',
    ),
    'another first element of its own name space': '<g xmlns="http://www.w3.org/2000/svg"/>',
    'a first element of another name space': '<svg xmlns="http://www.w3.org/1999/xhtml"/>',
    'a prefix that nobody declared': svg('<use xlink:href="#a"/>'),
    'a character of no text': `<?xml version="1.1"?>${svg('<text>&#1;</text>')}`,
    // Read once through, whatever it has: by brackets that are never closed it would take a minute.
    'a style sheet of places that do not end': svg(`<style>${'url(#'.repeat(50_000)}</style>`),
    'more elements than a logo has': svg('<g/>'.repeat(10_001)),
    'shapes that are used very often': svg(
      `<g id="a0"><path d="M0 0"/></g>${Array.from({ length: 5 }, (_, at) => `<g id="a${at + 1}">${`<use href="#a${at}"/>`.repeat(10)}</g>`).join('')}`,
    ),
    'patterns that paint each other by classes': svg(
      `<style>${Array.from({ length: 6 }, (_, at) => `.c${at + 1}, .d${at} { mask: url('#%6d${at}') }`).join('')}</style>${Array.from({ length: 7 }, (_, at) => `<mask id="m${at}">${`<path class="c${at}" d="M0 0"/>`.repeat(9)}</mask>`).join('')}`,
    ),
    'a circle': svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'),
    'a long row': svg(
      Array.from({ length: 300 }, (_, at) => `<g id="a${at}"><use href="#a${at + 1}"/></g>`).join(''),
    ),
    'elements without end': svg('<g>'.repeat(100) + '</g>'.repeat(100)),
    'no element at all': '',
  }
  for (const [what, text] of Object.entries(refused))
    it(`is refused for ${what}`, () => {
      expect(() => sanitizeSvg(text)).toThrow(ImageFault)
    })

  it('keeps links to places of its own, whichever way they are written', () => {
    const own = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    const kept = sanitizeSvg(svg(`<use xlink:href="#a"/><path fill="url( '#a' )" d="M0 0"/>`, ` ${own}`))
    expect(kept).toContain('<use href="#a">')
    expect(kept).toContain(`fill="url( '#a' )"`)
  })

  it('keeps text as text', () => {
    expect(sanitizeSvg(svg('<text><![CDATA[</text><script>alert(1)</script>]]></text>'))).not.toContain(
      '<script',
    )
    expect(
      sanitizeSvg(
        svg(
          '<style>/* </style><script>x</script> */</style>'
            .replace('</style><script>', '&lt;/style>&lt;script>')
            .replace('</script> */', '&lt;/script> */'),
        ),
      ),
    ).not.toContain('<script')
  })
})
