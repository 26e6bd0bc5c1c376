import { expect, it } from 'vitest'
import { toSlug } from './slug.ts'

it.each([
  ['Acme', 'acme'],
  ['Gesellschaft für Straßenbau mbH', 'gesellschaft-fur-strassenbau-mbh'],
  ['fu\u0308r', 'fur'],
  ['Škoda & Łódź Øst', 'skoda-lodz-ost'],
  ['  --Acme,  Inc.-- ', 'acme-inc'],
  ['İstanbul', 'istanbul'],
  ['ﬁne Ⅷ', 'fine-viii'],
  ['شركة', ''],
  [`${'a'.repeat(49)} b`, 'a'.repeat(49)],
])('A13: %s becomes %s', (name, slug) => {
  expect(toSlug(name)).toBe(slug)
})
