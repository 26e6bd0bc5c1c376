// Keys and clients of an organization: which of them works, ends soon or waits for somebody.
import type { OAuthClient, Provisioning } from '@rollcall/api'
import { daysUntil, soonDays, when } from './counted.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

type Credential = Pick<
  Provisioning['keys'][number],
  'name' | 'isActive' | 'expiresAt' | 'lastUsedAt' | 'isProvisional' | 'maker'
>

export function checkCredentials(
  { mode, keys }: Pick<Provisioning, 'mode' | 'keys'>,
  clients: readonly OAuthClient[],
  now: number,
): Finding[] {
  if (mode === 'manual') return []
  const all: Credential[] = [...keys, ...clients]
  const working = all.filter(({ isActive }) => isActive)
  if (working.length === 0)
    return [
      fail(
        'keys',
        all.length === 0 ? 'there is no API key' : `none works any more of ${all.length}`,
        'Make one under User provisioning, and put it into the identity provider',
      ),
    ]
  return working.flatMap((one) => {
    const check = `key ${one.name}`
    const found: Finding[] = []
    if (one.expiresAt !== null && daysUntil(one.expiresAt, now) < soonDays)
      found.push(
        warn(
          check,
          `it ends on ${when(one.expiresAt)}`,
          'Rotate it, and put the new token into the identity provider',
        ),
      )
    if (one.isProvisional)
      found.push(
        warn(
          check,
          'a set-up contact made it and nobody has confirmed it: it sees and changes only what it made',
          'Confirm it under User provisioning, as an administrator or as the operator',
        ),
      )
    if (one.maker.isOut)
      found.push(
        warn(
          check,
          `whoever answers for it is out${one.maker.name === null ? '' : ` (${one.maker.name})`}`,
          'Rotate or confirm it as somebody who is there',
        ),
      )
    if (one.lastUsedAt === null)
      found.push(
        warn(
          check,
          'it was never used',
          'Paste it whole into the identity provider and test it there; a request with a wrong key cannot be shown under any organization',
        ),
      )
    return found.length > 0 ? found : [ok(check, `last used ${when(one.lastUsedAt ?? '')}`)]
  })
}
