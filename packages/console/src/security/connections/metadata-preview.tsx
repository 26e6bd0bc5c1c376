// What was read of an identity provider: its name, its addresses, its certificates with their ends, and what is not used of it.
import { Text } from '@mantine/core'
import type { MetadataPreview as Preview } from '@rollcall/api'
import type { ReactNode } from 'react'
import { dayMs } from '../../base/days.ts'
import { useWords } from '../../i18n/language.tsx'
import { Badge } from '../../ui/badge.tsx'

/** What was read of metadata: names, addresses and certificates, with warnings. */
export function MetadataPreview({ metadata }: { readonly metadata: Preview }): ReactNode {
  const { t } = useWords()
  return (
    <dl className="rc-dl">
      <dt>{t('sso.theirEntityId')}</dt>
      <dd className="rc-mono">{metadata.entityId}</dd>
      <dt>{t('sso.theirSsoUrl')}</dt>
      <dd className="rc-mono">{metadata.ssoUrl}</dd>
      {metadata.sloUrl !== null && (
        <>
          <dt>{t('sso.theirSloUrl')}</dt>
          <dd className="rc-mono">{metadata.sloUrl}</dd>
        </>
      )}
      <dt>{t('sso.certificates')}</dt>
      <dd>
        {metadata.certificates.map(({ fingerprint, notAfter }) => (
          <div key={fingerprint} style={{ marginBottom: 6 }}>
            <span className="rc-mono">{fingerprint}</span> <Expiry at={notAfter} />
          </div>
        ))}
        {metadata.certificates.some(({ notAfter }) => new Date(notAfter).getTime() <= Date.now()) && (
          <Text size="sm">{t('sso.certificateEnded')}</Text>
        )}
      </dd>
      {metadata.validUntil !== null && (
        <>
          <dt>{t('sso.validUntil')}</dt>
          <dd>
            <Expiry at={metadata.validUntil} />
          </dd>
        </>
      )}
      {metadata.warnings.length > 0 && (
        <>
          <dt>{t('sso.notUsed')}</dt>
          <dd>
            {metadata.warnings.map(({ code, detail }) => (
              <div key={`${code} ${detail}`} style={{ marginBottom: 6 }}>
                {t(`sso.warning.${code}`, { detail: detail ?? '' })}
              </div>
            ))}
          </dd>
        </>
      )}
    </dl>
  )
}

/** Warns 30 days before. */
export function Expiry({ at }: { readonly at: string }): ReactNode {
  const { t, day } = useWords()
  const left = new Date(at).getTime() - Date.now()
  if (left <= 0) return <Badge tone="bad">{t('expiry.ended', { day: day(at) })}</Badge>
  return <Badge tone={left < 30 * dayMs ? 'warn' : 'off'}>{t('expiry.until', { day: day(at) })}</Badge>
}
