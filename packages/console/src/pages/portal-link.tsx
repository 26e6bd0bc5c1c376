// A link into an organization's settings: for its administrator now, or for days as a set-up link.
import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { type ReactNode, useState } from 'react'
import { useChange } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { CopyValue } from '../ui/copy-value.tsx'
import { Failure, Note } from '../ui/note.tsx'

export function PortalLinkButton(props: { readonly slug: string; readonly name: string }): ReactNode {
  const { t, time } = useWords()
  const [isOpen, { open, close }] = useDisclosure(false)
  const [role, setRole] = useState<'owner' | 'admin'>('owner')
  const [email, setEmail] = useState('')
  const { mutate, data, error, isPending, reset } = useChange('createPortalLink', ['listPortalLinks'])
  const shut = (): void => {
    reset()
    close()
  }
  return (
    <>
      <Button
        size="xs"
        variant="default"
        onClick={open}
        aria-label={t('portalLink.for', { name: props.name })}
      >
        {t('portalLink.title')}
      </Button>
      <Modal
        opened={isOpen}
        onClose={shut}
        title={t('portalLink.for', { name: props.name })}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault()
            mutate({ params: { slug: props.slug }, body: { role, ...(email === '' ? {} : { email }) } })
          }}
        >
          <Stack>
            {data === undefined ? (
              <>
                <p style={{ margin: 0 }}>{t('portalLink.about')}</p>
                <Select
                  label={t('users.role')}
                  data={[
                    { value: 'owner', label: t('role.owner') },
                    { value: 'admin', label: t('role.admin') },
                  ]}
                  value={role}
                  onChange={(value) => setRole(value === 'admin' ? 'admin' : 'owner')}
                />
                <TextInput
                  type="email"
                  label={t('portalLink.email')}
                  description={t('portalLink.emailHint')}
                  value={email}
                  onChange={(event) => setEmail(event.currentTarget.value)}
                />
              </>
            ) : (
              <>
                <CopyValue label={t('portalLink.title')} value={data.url} />
                <Note tone="info">{t('portalLink.until', { until: time(data.expiresAt) })}</Note>
              </>
            )}
            <Failure error={error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={shut}>
                {t('close')}
              </Button>
              {data === undefined && (
                <Button type="submit" loading={isPending}>
                  {t('portalLink.create')}
                </Button>
              )}
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  )
}
