import { describe, expect, it } from 'vitest'
import { countPixels, ImageFault } from './pixels.ts'
import { sanitizeSvg } from './svg.ts'

const hex = (...parts: readonly string[]): Buffer => Buffer.from(parts.join(''), 'hex')
const text = (said: string): string => Buffer.from(said).toString('hex')
const to = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
const toLittle = (value: number, bytes: number): string => {
  const said = Buffer.alloc(bytes)
  said.writeUIntLE(value, 0, bytes)
  return said.toString('hex')
}

type Make = (width: number, height: number) => Buffer
const png: Make = (width, height) =>
  hex('89504e470d0a1a0a0000000d', text('IHDR'), to(width, 8), to(height, 8), '080600000000000000')
const frame = (width: number, height: number): string =>
  `ffc00011 08${to(height, 4)}${to(width, 4)}03`.replace(' ', '')
const jpeg: Make = (width, height) =>
  hex('ffd8ffe000044a46ffff', frame(width, height).slice(2), '00'.repeat(12))
const webp = (name: string, data: string, before = ''): Buffer => {
  const filled = data.padEnd(20, '0')
  return hex(
    text('RIFF'),
    '00000000',
    text('WEBP'),
    before,
    text(name),
    toLittle(filled.length / 2, 4),
    filled,
  )
}
const lossy = (width: number, height: number): string =>
  `0000009d012a${toLittle(width, 2)}${toLittle(height, 2)}`
const lossless = (width: number, height: number): string =>
  `2f${toLittle((width - 1) | ((height - 1) << 14), 4)}`
const canvas = (width: number, height: number): string =>
  `00000000${toLittle(width - 1, 3)}${toLittle(height - 1, 3)}`

const made: readonly (readonly [string, string, Make])[] = [
  ['a PNG', 'image/png', png],
  ['a JPEG', 'image/jpeg', jpeg],
  ['a lossy WebP', 'image/webp', (width, height) => webp('VP8 ', lossy(width, height))],
  ['a lossless WebP', 'image/webp', (width, height) => webp('VP8L', lossless(width, height))],
  ['a WebP with a canvas', 'image/webp', (width, height) => webp('VP8X', canvas(width, height))],
  [
    'an image behind a canvas of a WebP',
    'image/webp',
    (width, height) =>
      webp(
        'VP8L',
        lossless(width, height),
        `${text('VP8X')}0a000000${canvas(1, 1)}${text('EXIF')}0100000000ff`.replace('00ff', '0000'),
      ),
  ],
]

describe('how large an image is', () => {
  it.each(made)('is read of %s, and at most 4,096 pixels are taken', (_, mediaType, make) => {
    expect(countPixels(make(640, 480), mediaType)).toBe(640 * 480)
    expect(countPixels(make(4096, 4096), mediaType)).toBe(4096 ** 2)
    expect(() => countPixels(make(4097, 1), mediaType)).toThrow(
      'It has 4097 x 1 pixels; at most 4096 x 4096 are shown',
    )
    expect(() => countPixels(make(1, 4097), mediaType)).toThrow(ImageFault)
    const svg = `<svg xmlns="http://www.w3.org/2000/svg"><image href="data:${mediaType};base64,${make(4096, 2048).toString('base64')}"/></svg>`
    expect(sanitizeSvg(svg)).toContain(mediaType)
    expect(() => sanitizeSvg(svg.replace(/<image.*<\/svg>/, '$&').replace(/<image[^>]*>/, '$&$&$&'))).toThrow(
      'in all',
    )
  })

  it.each([
    ['a cut PNG', 'image/png', png(1, 1).subarray(0, 30)],
    [
      'a PNG that begins with another chunk',
      'image/png',
      hex(png(1, 1).toString('hex').replace(text('IHDR'), text('tEXt'))),
    ],
    ['a PNG of no width', 'image/png', png(0, 9)],
    ['a JPEG that says no size', 'image/jpeg', hex('ffd8ffe000044a46ffd9', '00'.repeat(20))],
    ['a JPEG whose height comes later', 'image/jpeg', jpeg(9, 0)],
    [
      'a JPEG with something between its segments',
      'image/jpeg',
      hex('ffd8ffe000044a4600', frame(1, 1), '00'.repeat(12)),
    ],
    ['a JPEG whose segment has no length', 'image/jpeg', hex('ffd8ffe00000', frame(1, 1), '00'.repeat(12))],
    ['a WebP of no image', 'image/webp', webp('EXIF', '')],
    ['a lossless WebP of another signature', 'image/webp', webp('VP8L', '00')],
    ['a GIF that says it is a PNG', 'image/png', hex(text('GIF89a'), 'ffffffff', '00'.repeat(40))],
    ['a PNG that says it is a JPEG', 'image/jpeg', png(1, 1)],
    [
      'a JPEG of a thousand scans',
      'image/jpeg',
      Buffer.concat([jpeg(1, 1), Buffer.from('ffda0000'.repeat(1000), 'hex')]),
    ],
    ['nothing', 'image/png', Buffer.alloc(0)],
  ])('is not guessed of %s', (_, mediaType, bytes) => {
    expect(() => countPixels(bytes, mediaType)).toThrow(ImageFault)
    const svg = `<svg xmlns="http://www.w3.org/2000/svg"><image href="data:${mediaType};base64,${bytes.toString('base64')}"/></svg>`
    expect(() => sanitizeSvg(svg)).toThrow(ImageFault)
  })
})
