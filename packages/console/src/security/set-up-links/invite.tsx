// Inviting the IT contact: for whom, for how many days, and what came of it. In a form on the page, and in the operator's dialog.
import { Group, NumberInput, TextInput } from '@mantine/core'
import type { CreatedPortalLink } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../base/api.ts'
import { useWords } from '../../i18n/language.tsx'
import { CopyValue } from '../../ui/copy-value.tsx'
import { Note } from '../../ui/note.tsx'
import { staleLinks } from './stale-links.ts'

/** What is filled in, and the act that makes the link: mailed where there is an address. */
export function useInvite(slug: string) {
  const { mutate, data, error, isPending, reset } = useChange('createPortalLink', staleLinks)
  const [email, setEmail] = useState('')
  const [days, setDays] = useState<number | string>(7)
  const address = email.trim()
  const submit = (): void =>
    mutate({
      params: { slug },
      body: {
        role: 'admin',
        days: Number(days),
        ...(address === '' ? {} : { email: address, send: true }),
      },
    })
  const fields = <InviteFields {...{ email, setEmail, days, setDays }} />
  return { fields, submit, made: data, to: address, error, isBusy: isPending, reset }
}

function InviteFields(props: {
  readonly email: string
  readonly setEmail: (email: string) => void
  readonly days: number | string
  readonly setDays: (days: number | string) => void
}): ReactNode {
  const { t } = useWords()
  return (
    <Group align="flex-start">
      <TextInput
        type="email"
        label={t('setUpLinks.email')}
        description={t('setUpLinks.emailHint')}
        style={{ flex: '1 1 240px' }}
        value={props.email}
        onChange={(event) => props.setEmail(event.currentTarget.value)}
      />
      <NumberInput
        label={t('setUpLinks.days')}
        description={t('setUpLinks.daysHint')}
        min={1}
        max={30}
        w={170}
        value={props.days}
        onChange={props.setDays}
        allowDecimal={false}
      />
    </Group>
  )
}

/** What came of it: that it was sent, or what to send. */
export function InviteResult(props: { readonly made: CreatedPortalLink; readonly to: string }): ReactNode {
  const { t, time } = useWords()
  const { url, isSent, message } = props.made
  const until = time(props.made.expiresAt)
  return (
    <>
      <Note tone={isSent ? 'good' : 'info'} role="status">
        {isSent ? t('setUpLinks.sent', { email: props.to, until }) : t('setUpLinks.made', { until })}
      </Note>
      <CopyValue label={t('setUpLinks.link')} value={url} />
      {!isSent && message !== null && <CopyValue label={t('setUpLinks.message')} value={message.text} />}
    </>
  )
}
