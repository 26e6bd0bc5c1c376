// Groups that the directory pushed, and the role that each gives.
import { TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { Link } from 'react-router'
import { useCall } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { links } from '../links.ts'
import { GroupRole } from '../mapping/group-role.tsx'
import { useOrganization } from '../session.tsx'
import { Answer, Empty, Page, Panel } from '../ui/page.tsx'
import { Pager, Table, usePages } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

export function Screen(): ReactNode {
  const { t } = useWords()
  const { params, slug } = useOrganization()
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text, 120)
  const pages = usePages()
  const query = useCall('listGroups', {
    params,
    query: { cursor: pages.cursor, search: search || undefined },
  })
  return (
    <Page title={t('nav.groups')} about={t('groups.about')}>
      <Panel>
        <TextInput
          label={t('search')}
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
                <Empty title={t('groups.none')}>{t('groups.noneHint')}</Empty>
              ) : (
                <Empty title={t('nothingFound')} />
              )
            ) : (
              <>
                <Table
                  label={t('nav.groups')}
                  rows={items}
                  columns={[
                    {
                      head: t('groups.name'),
                      cell: ({ id, displayName }) => <Link to={links.group(slug, id)}>{displayName}</Link>,
                    },
                    { head: t('groups.role'), cell: ({ displayName }) => <GroupRole name={displayName} /> },
                    { head: t('groups.changed'), cell: ({ updatedAt }) => <When at={updatedAt} /> },
                  ]}
                />
                <Pager pages={pages} nextCursor={nextCursor} />
              </>
            )
          }
        </Answer>
      </Panel>
    </Page>
  )
}
