// Where the labels of a vendor's console that a guide names are from.
import { type LabelSource, listLabels, vendorLabels } from '@rollcall/api'
import { type Guide, listTexts } from './guide.ts'

/** Each label of the guide, those of values as well. */
export function listNamed(guide: Guide): string[] {
  const values = guide.sections.flatMap(({ steps }) => steps.flatMap(({ values = [] }) => values))
  return [...listTexts(guide).flatMap(listLabels), ...values.map(({ label }) => label)]
}

/** The pages that show them, each with the day on which it was read. */
export function listSources(guide: Guide): LabelSource[] {
  const named = new Set(listNamed(guide))
  return vendorLabels[guide.provider].filter(({ labels }) => labels.some((label) => named.has(label)))
}
