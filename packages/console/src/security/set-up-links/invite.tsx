// Inviting the IT contact: for whom, for how many days, and what came of it. In a form on the page, and in the operator's dialog.
import { Group, MultiSelect, NumberInput, Select, Stack, TextInput } from '@mantine/core'
import {
  type CreatedPortalLink,
  type LanguageCode,
  languageCodes,
  type SetUpIntent,
  setUpIntents,
} from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../base/api.ts'
import { catalogues, useWords, type WordKey } from '../../i18n/language.tsx'
import { CopyValue } from '../../ui/copy-value.tsx'
import { Note } from '../../ui/note.tsx'
import { staleLinks } from './stale-links.ts'

/** What is filled in, and the act that makes the link: mailed where there is an address. */
export function useInvite(slug: string) {
  const { mutate, data, error, isPending, reset } = useChange('createPortalLink', staleLinks)
  const [email, setEmail] = useState('')
  const [days, setDays] = useState<number | string>(7)
  const { language: shown } = useWords()
  const [language, setLanguage] = useState<LanguageCode>(
    () => languageCodes.find((one) => one === shown) ?? 'en',
  )
  const [intents, setIntents] = useState<readonly SetUpIntent[]>([])
  const address = email.trim()
  const submit = (): void =>
    mutate({
      params: { slug },
      body: {
        role: 'admin',
        days: Number(days),
        language,
        ...(intents.length === 0 ? {} : { intents: intents.slice() }),
        ...(address === '' ? {} : { email: address, send: true }),
      },
    })
  const fields = (
    <Stack gap="sm">
      <InviteFields {...{ email, setEmail, days, setDays }} />
      <HowInvited {...{ language, setLanguage, intents, setIntents }} />
    </Stack>
  )
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

const words: Readonly<Record<SetUpIntent, WordKey>> = {
  'single-sign-on': 'nav.sso',
  domains: 'nav.domains',
  provisioning: 'nav.provisioning',
}

function HowInvited(props: {
  readonly language: LanguageCode
  readonly setLanguage: (language: LanguageCode) => void
  readonly intents: readonly SetUpIntent[]
  readonly setIntents: (intents: readonly SetUpIntent[]) => void
}): ReactNode {
  const { t } = useWords()
  return (
    <Group align="flex-start">
      <Select
        label={t('setUpLinks.language')}
        description={t('setUpLinks.languageHint')}
        style={{ flex: '1 1 200px' }}
        value={props.language}
        data={languageCodes.map((value) => ({ value, label: catalogues[value].name }))}
        onChange={(chosen) =>
          props.setLanguage(languageCodes.find((one) => one === chosen) ?? props.language)
        }
        allowDeselect={false}
      />
      <MultiSelect
        label={t('setUpLinks.intents')}
        description={t('setUpLinks.intentsHint')}
        style={{ flex: '1 1 240px' }}
        value={props.intents.slice()}
        data={setUpIntents.map((value) => ({ value, label: t(words[value]) }))}
        onChange={(chosen) => props.setIntents(setUpIntents.filter((one) => chosen.includes(one)))}
        clearable
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
