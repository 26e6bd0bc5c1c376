// The keys that sign ID tokens, and their rotation: the next one is published before it signs.
import type { SigningKey } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useCall, useChange } from '../../base/api.ts'
import { useWords } from '../../i18n/language.tsx'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { ConfirmButton } from '../../ui/confirm.tsx'
import { Answer, Empty, Panel } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'

const tones: Readonly<Record<SigningKey['state'], Tone>> = { current: 'good', next: 'info', retiring: 'off' }
/** What the question before the rotation says: an hour. */
const delaySeconds = 3_600

/** All keys that are published, with their rotation. */
export function SigningKeys(): ReactNode {
  const { t } = useWords()
  const query = useCall('listSigningKeys', {})
  const rotate = useChange('createSigningKey', ['listSigningKeys'])
  return (
    <Panel
      title={t('signingKeys.title')}
      about={t('signingKeys.about')}
      actions={
        <ConfirmButton
          label={t('signingKeys.rotate')}
          title={t('signingKeys.rotateTitle')}
          body={t('signingKeys.rotateBody')}
          act={t('signingKeys.rotate')}
          run={() => rotate.mutateAsync({ body: { delaySeconds } })}
        />
      }
    >
      <Answer query={query}>
        {({ items }) =>
          items.length === 0 ? <Empty title={t('signingKeys.none')} /> : <SigningKeyTable items={items} />
        }
      </Answer>
    </Panel>
  )
}

function SigningKeyTable({ items }: { readonly items: readonly SigningKey[] }): ReactNode {
  const { t } = useWords()
  return (
    <Table
      label={t('signingKeys.title')}
      rows={items}
      columns={[
        { head: t('signingKeys.id'), cell: ({ id }) => <span className="rc-mono">{id}</span> },
        {
          head: t('keys.state'),
          cell: ({ state }) => <Badge tone={tones[state]}>{t(`certificates.${state}`)}</Badge>,
        },
        { head: t('signingKeys.algorithm'), cell: ({ algorithm }) => algorithm },
        { head: t('keys.created'), cell: ({ createdAt }) => <When at={createdAt} isDay /> },
        { head: t('signingKeys.active'), cell: ({ activeAt }) => <When at={activeAt} /> },
        { head: t('signingKeys.retires'), cell: ({ retiresAt }) => <When at={retiresAt} /> },
      ]}
    />
  )
}
