// The room `console/pages`: the screens, a file each. A screen imports parts from the other rooms, and never another screen.
//
// `router.tsx` loads a screen when its address is opened.
// It asks with `useCall`, shows what is loading or refused in the frame (`ui/page.tsx`), and changes things in dialogs.
// What two screens need is a part in the room of its noun: `connections`, `provisioning`, `users`, `webhooks`, `applications`, `record`.
// What only some may do is hidden by the rung of the session; the service refuses it in any case.
//
// The operator's first screen: every organization with how its provisioning fares.
import { Button, Group, Modal, Stack, Switch, TextInput } from '@mantine/core'
import { useDebouncedValue, useDisclosure } from '@mantine/hooks'
import type { OrganizationSummary } from '@rollcall/api'
import { IconPlus, IconSearch } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useCall, useChange } from '../api.ts'
import { useContractForm } from '../form.ts'
import { useWords } from '../i18n/language.tsx'
import { NeedsYou } from '../installation/needs.tsx'
import { links } from '../links.ts'
import { StatusBadge } from '../provisioning/status-badge.tsx'
import { Failure } from '../ui/note.tsx'
import { Answer, Empty, Page, Panel } from '../ui/page.tsx'
import { Pager, Table, usePages } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { WebhookAlert } from '../webhooks/webhook-alert.tsx'
import { PortalLinkButton } from './portal-link.tsx'

const loadSchema = async () => (await import('@rollcall/api/schemas')).newOrganizationSchema

export function Screen(): ReactNode {
  const { t } = useWords()
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text, 150)
  const pages = usePages()
  const [isOpen, { open, close }] = useDisclosure(false)
  const query = useCall(
    'listOrganizations',
    { query: { search: search || undefined, cursor: pages.cursor } },
    { refetchMs: 15_000 },
  )
  const create = (
    <Button leftSection={<IconPlus size={18} />} onClick={open}>
      {t('organizations.create')}
    </Button>
  )
  return (
    <Page title={t('nav.organizations')} about={t('organizations.about')} actions={create}>
      <WebhookAlert isOnlyDisabled />
      <NeedsYou />
      <Panel>
        <TextInput
          aria-label={t('organizations.search')}
          placeholder={t('organizations.search')}
          leftSection={<IconSearch size={18} />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            pages.restart()
          }}
          mb="md"
        />
        <Answer query={query}>
          {({ items, nextCursor }) =>
            items.length === 0 ? (
              search === '' ? (
                <Empty title={t('organizations.none')} action={create}>
                  {t('organizations.noneHint')}
                </Empty>
              ) : (
                <Empty title={t('nothingFound')} />
              )
            ) : (
              <>
                <List items={items} />
                <Pager pages={pages} nextCursor={nextCursor} />
              </>
            )
          }
        </Answer>
      </Panel>
      <CreateDialog isOpen={isOpen} close={close} />
    </Page>
  )
}

function List({ items }: { readonly items: readonly OrganizationSummary[] }): ReactNode {
  const { t } = useWords()
  return (
    <Table
      label={t('nav.organizations')}
      rows={items}
      columns={[
        {
          head: t('organizations.name'),
          cell: ({ name, slug }) => (
            <>
              <Link to={links.settings(slug)}>{name}</Link>
              <div className="rc-mono">{slug}</div>
            </>
          ),
        },
        { head: t('organizations.mode'), cell: ({ provisioningMode }) => t(`mode.${provisioningMode}`) },
        { head: t('organizations.status'), cell: ({ health }) => <StatusBadge status={health.status} /> },
        {
          head: t('organizations.lastRequest'),
          cell: ({ health }) => <When at={health.lastRequestAt} none={t('never')} />,
        },
        {
          head: t('organizations.failures'),
          cell: ({ health }) =>
            health.judged === 0
              ? '–'
              : t('organizations.refusedOf', { refused: health.refused, judged: health.judged }),
        },
        {
          head: t('actions'),
          isActions: true,
          cell: ({ slug, name }) => <PortalLinkButton slug={slug} name={name} />,
        },
      ]}
    />
  )
}

function CreateDialog(props: { readonly isOpen: boolean; readonly close: () => void }): ReactNode {
  const { t } = useWords()
  const navigate = useNavigate()
  const { mutateAsync } = useChange('createOrganization', ['listOrganizations'])
  const { form, error, isBusy, submit, reset } = useContractForm(loadSchema, {
    name: '',
    slug: '',
    scimEnabled: true,
    requireSso: true,
  })
  const close = (): void => {
    reset()
    props.close()
  }
  const field = form.getInputProps
  return (
    <Modal
      opened={props.isOpen}
      onClose={close}
      title={t('organizations.create')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form
        onSubmit={submit(async (values) => {
          const made = await mutateAsync({ body: values })
          close()
          await navigate(links.settings(made.slug))
        })}
      >
        <Stack>
          <TextInput
            label={t('organizations.name')}
            {...field('name')}
            onChange={(event) => {
              const name = event.currentTarget.value
              if (!form.isTouched('slug')) form.setFieldValue('slug', toSlug(name))
              field('name').onChange(event)
            }}
            data-autofocus
          />
          <TextInput
            label={t('organizations.slug')}
            description={t('organizations.slugHint')}
            {...field('slug')}
          />
          <Switch
            label={t('general.scimEnabled')}
            {...form.getInputProps('scimEnabled', { type: 'checkbox' })}
          />
          <Switch
            label={t('general.requireSso')}
            {...form.getInputProps('requireSso', { type: 'checkbox' })}
          />
          <Failure error={error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={isBusy}>
              {t('organizations.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function toSlug(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50)
}
