// Why the service refused something, in the language of whoever reads it: by the code of the refusal. Where its English sentence says what
// no code can, such as which field is wrong, that stands below.
import type { ProblemBody } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useRefusals } from './explanation.tsx'
import { useWords } from './language.tsx'

/** Codes of many causes: which it was stands in the English sentence alone. */
const ofManyCauses: ReadonlySet<string> = new Set<ProblemBody['code']>([
  'invalid_request',
  'forbidden',
  'administrator_required',
  'owner_required',
  'organization_unknown',
  'image_refused',
  'invalid_schema',
  'domain_record_missing',
  'connection_incomplete',
  'metadata_invalid',
  'metadata_unreachable',
  'issuer_unreachable',
  'issuer_invalid',
  'too_many_mails',
  'too_young',
  'url_refused',
])

/** The sentence of a refusal. */
export function Refusal({ problem }: { readonly problem: ProblemBody }): ReactNode {
  const { language } = useWords()
  const refusals = useRefusals()
  const { code, detail, parameters = {} } = problem
  const inEnglish = `${detail.replace(/\.+$/, '')}.`
  const parts = language === 'en' ? undefined : refusals?.(code, parameters)
  if (parts === undefined)
    return (
      <bdi lang="en" dir="ltr">
        {inEnglish}
      </bdi>
    )
  return (
    <>
      {parts.map((part, at) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence never change
        typeof part === 'string' ? part : <bdi key={at}>{part.value}</bdi>,
      )}
      {ofManyCauses.has(code) && (
        <bdi lang="en" dir="ltr" style={{ display: 'block', opacity: 0.85 }}>
          {inEnglish}
        </bdi>
      )}
    </>
  )
}
