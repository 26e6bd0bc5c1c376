// Creates an API key and shows its token once: it cannot be read again, so the dialog asks whether it was saved.

import { Button, Select } from '@mantine/core'
import { defaultProfile, profileNames } from '@rollcall/api'
import { IconKey } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../base/api.ts'
import { dayMs } from '../../base/days.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { FormDialog } from '../../ui/form.tsx'
import { NameField } from '../../ui/name-field.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { useDialog } from '../../ui/use-dialog.ts'
import type { Provider } from '../connections/providers.ts'
import { profileName } from './profile-name.ts'

type Profile = (typeof profileNames)[number]
const lives = ['none', '90', '365'] as const

/** Opens the dialog that makes a key; its profile is that of `provider`, where there is one. */
export function CreateKeyButton(props: {
  readonly isMain: boolean
  readonly provider?: Provider
}): ReactNode {
  const { t } = useWords()
  const { isOpen, open, close } = useDialog()
  return (
    <>
      <Button
        leftSection={<IconKey size={18} />}
        variant={props.isMain ? 'filled' : 'default'}
        onClick={open}
      >
        {t('keys.create')}
      </Button>
      {isOpen && (
        <CreateKeyDialog
          close={close}
          profile={profileNames.find((one) => one === props.provider) ?? defaultProfile}
        />
      )}
    </>
  )
}

function CreateKeyDialog(props: { readonly close: () => void; readonly profile: Profile }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const { mutate, error, isPending, data } = useChange('createKey', [
    'getProvisioning',
    'listEvents',
    'previewProvisioning',
  ])
  const [name, setName] = useState('')
  const [profile, setProfile] = useState<Profile>(props.profile)
  const [life, setLife] = useState<(typeof lives)[number]>('none')
  if (data !== undefined)
    return (
      <ShownOnce
        title={t('keys.once')}
        hint={t('keys.onceHint')}
        label={t('keys.token')}
        value={data.token}
        close={props.close}
      />
    )
  const expiresAt = life === 'none' ? undefined : new Date(Date.now() + Number(life) * dayMs).toISOString()
  return (
    <FormDialog
      title={t('keys.create')}
      close={props.close}
      submit={() =>
        mutate({ params, body: { name, profile, ...(expiresAt === undefined ? {} : { expiresAt }) } })
      }
      act={t('keys.create')}
      isReady={name.trim() !== ''}
      isBusy={isPending}
      error={error}
    >
      <NameField label={t('keys.name')} hint={t('keys.nameHint')} value={name} change={setName} />
      <Select
        label={t('keys.profile')}
        description={t('keys.profileHint')}
        data={profileNames.map((value) => ({ value, label: profileName(t, value) }))}
        value={profile}
        onChange={(value) => setProfile(value as Profile)}
      />
      <Select
        label={t('keys.expires')}
        data={lives.map((value) => ({ value, label: t(`keys.life.${value}`) }))}
        value={life}
        onChange={(value) => setLife(value as (typeof lives)[number])}
      />
    </FormDialog>
  )
}
