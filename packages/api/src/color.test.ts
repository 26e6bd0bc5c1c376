import { describe, expect, it } from 'vitest'
import { accentsOf, contrastOf, shadesOf } from './color.ts'

const some = [
  '#000000',
  '#ffffff',
  '#ffff00',
  '#777777',
  '#2348b8',
  '#00ff9c',
  '#FF0000',
  '#7fffd4',
  '#4b0082',
]
for (let at = 0; at < 4_096; at += 37)
  some.push(`#${[...at.toString(16).padStart(3, '0')].map((one) => one + one).join('')}`)

describe('a colour that somebody chose', () => {
  it('can be read on every ground, and what is written on it as well (WCAG 2.2, 1.4.3)', () => {
    for (const color of some) {
      const { light, dark } = accentsOf(color)
      for (const ground of ['#ffffff', '#f5f6f8', '#f1f3f5'])
        expect(contrastOf(light.accent, ground), color).toBeGreaterThan(4.5)
      for (const ground of ['#101316', '#191d22', '#242a31'])
        expect(contrastOf(dark.accent, ground), color).toBeGreaterThan(4.5)
      for (const { accent, onAccent } of [light, dark])
        expect(contrastOf(accent, onAccent), color).toBeGreaterThan(4.5)
    }
  })

  it('stays as it is where it can be read', () => {
    expect(accentsOf('#2348B8').light.accent).toBe('#2348b8')
    expect(accentsOf('#9db4ff').dark.accent).toBe('#9db4ff')
  })

  it('has ten shades, and white can be read on the last two', () => {
    for (const color of some) {
      const shades = shadesOf(color)
      expect(shades).toHaveLength(10)
      for (const shade of shades) expect(shade).toMatch(/^#[0-9a-f]{6}$/)
      for (const shade of shades.slice(8)) expect(contrastOf(shade, '#ffffff'), color).toBeGreaterThan(4.5)
    }
  })
})
