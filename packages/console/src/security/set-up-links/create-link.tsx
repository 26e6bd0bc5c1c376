// The room `console/security/set-up-links`: parts of the screen of set-up links. A link is shown once, to whoever makes it.
//
// The form that makes a link.
import { Group, NumberInput, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { CopyValue } from '../../ui/copy-value.tsx'
import { Form } from '../../ui/form.tsx'
import { Note } from '../../ui/note.tsx'
import { staleLinks } from './stale-links.ts'

/** Makes a link, sends it where an address is given, and shows it. */
export function CreateLinkForm(): ReactNode {
  const { t, time } = useWords()
  const { params } = useOrganization()
  const { mutate, data, error, isPending } = useChange('createPortalLink', staleLinks)
  const [email, setEmail] = useState('')
  const [days, setDays] = useState<number | string>(7)
  const address = email.trim()
  return (
    <Form
      submit={() =>
        mutate({
          params,
          body: { role: 'admin', days: Number(days), ...(address === '' ? {} : { email: address }) },
        })
      }
      act={t('setUpLinks.create')}
      isBusy={isPending}
      error={error}
      after={
        data !== undefined && (
          <>
            <Note tone="good" role="status">
              {t('setUpLinks.made', { until: time(data.expiresAt) })}
            </Note>
            <CopyValue label={t('setUpLinks.link')} value={data.url} />
          </>
        )
      }
    >
      <Group align="flex-start">
        <TextInput
          type="email"
          label={t('setUpLinks.email')}
          description={t('setUpLinks.emailHint')}
          style={{ flex: '1 1 240px' }}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <NumberInput
          label={t('setUpLinks.days')}
          description={t('setUpLinks.daysHint')}
          min={1}
          max={30}
          w={170}
          value={days}
          onChange={setDays}
          allowDecimal={false}
        />
      </Group>
    </Form>
  )
}
