// The room `console/operator`: the operator's screens, from all organizations to applications. Only the operator's session opens them.
//
// `organizations` is the first screen, `installation` says whether all is well.
// `webhooks` and `webhook` are endpoints and one of them, `applications` and `application` likewise.
// What they are made of lies in folders below.
//
// The operator's first screen: every organization with how its provisioning fares.

import { Button, Switch, TextInput } from '@mantine/core'
import { useDebouncedValue, useDisclosure } from '@mantine/hooks'
import type { OrganizationSummary } from '@rollcall/api'
import { IconPlus, IconSearch } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useCall, useChange } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useWords } from '../i18n/language.tsx'
import { StatusBadge } from '../security/provisioning/status-badge.tsx'
import { useContractForm } from '../ui/contract-form.ts'
import { FormDialog } from '../ui/form.tsx'
import { Listing } from '../ui/listing.tsx'
import { Empty, Page, Panel } from '../ui/page.tsx'
import { type Column, usePages } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { NeedsYou } from './installation/needs.tsx'
import { PortalLinkButton } from './installation/portal-link.tsx'
import { toSlug } from './slug.ts'
import { WebhookAlert } from './webhooks/webhook-alert.tsx'

const loadSchema = async () => (await import('@rollcall/api/schemas')).newOrganizationSchema

/** Every organization, with how its provisioning fares. */
export function OrganizationsScreen(): ReactNode {
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
  const columns = useColumns()
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
        <Listing
          query={query}
          pages={pages}
          label={t('nav.organizations')}
          columns={columns}
          empty={
            search === '' ? (
              <Empty title={t('organizations.none')} action={create}>
                {t('organizations.noneHint')}
              </Empty>
            ) : (
              <Empty title={t('nothingFound')} />
            )
          }
        />
      </Panel>
      <CreateOrganizationDialog isOpen={isOpen} close={close} />
    </Page>
  )
}

function useColumns(): readonly Column<OrganizationSummary>[] {
  const { t } = useWords()
  return [
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
  ]
}

function CreateOrganizationDialog(props: {
  readonly isOpen: boolean
  readonly close: () => void
}): ReactNode {
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
    <FormDialog
      title={t('organizations.create')}
      isOpen={props.isOpen}
      close={close}
      submit={submit(async (values) => {
        const made = await mutateAsync({ body: values })
        close()
        await navigate(links.settings(made.slug))
      })}
      act={t('organizations.create')}
      isBusy={isBusy}
      error={error}
    >
      <TextInput
        label={t('organizations.name')}
        {...field('name')}
        onChange={(event) => {
          const name = event.currentTarget.value
          const before = form.getValues()
          // Until it is changed by hand, whatever was sent before.
          if (before.slug === toSlug(before.name)) form.setFieldValue('slug', toSlug(name))
          field('name').onChange(event)
        }}
        data-autofocus
      />
      <TextInput
        label={t('organizations.slug')}
        description={t('organizations.slugHint')}
        {...field('slug')}
      />
      <Switch label={t('general.scimEnabled')} {...form.getInputProps('scimEnabled', { type: 'checkbox' })} />
      <Switch label={t('general.requireSso')} {...form.getInputProps('requireSso', { type: 'checkbox' })} />
    </FormDialog>
  )
}
