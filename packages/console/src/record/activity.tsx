// The room `console/record`: the two screens of what happened, requests and events. Nothing is changed there.
//
// Every request of a provisioning client and every sign-in, live: what happened, why, what to do.

import { Switch } from '@mantine/core'
import type { ActivityView } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useLocation, useSearchParams } from 'react-router'
import { useCall } from '../base/api.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Badge } from '../ui/badge.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { useFilters } from '../ui/filters.tsx'
import { Listing } from '../ui/listing.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { ActivityFilters, NothingFound, ownAddress, readChosen } from './activity/activity-filters.tsx'
import { useActivityColumns } from './activity/columns.tsx'
import { ActivityDetails } from './activity/details.tsx'
import { useLiveList } from './activity/live-list.ts'

/** What came in from the directory and of sign-ins, the newest first, followed while it is looked at. */
export function ActivityScreen(): ReactNode {
  const { t } = useWords()
  const { params, slug } = useOrganization()
  const [address] = useSearchParams()
  const { chosen, choose, search, set, pages } = useFilters(readChosen(address))
  // Who comes by a link while the list is on screen sees what the link narrows it to.
  const { key, state } = useLocation()
  const [seen, setSeen] = useState(key)
  if (seen !== key) {
    setSeen(key)
    if (state !== ownAddress) choose(readChosen(address))
  }
  const [isLive, setLive] = useState(true)
  const [shown, setShown] = useState<ActivityView>()
  const query = useCall('listActivity', { params, query: { limit: 50, cursor: pages.cursor, ...set } })
  const columns = useActivityColumns(setShown)
  const isFollowing = isLive && pages.page === 1
  useLiveList(slug, isFollowing)
  return (
    <Page
      title={t('nav.activity')}
      about={t('activity.about')}
      badge={
        isFollowing && (
          <Badge tone="good" isLive>
            {t('activity.live')}
          </Badge>
        )
      }
    >
      <Panel>
        <ActivityFilters chosen={chosen} choose={choose}>
          <Switch
            label={t('activity.follow')}
            checked={isLive}
            onChange={(event) => setLive(event.currentTarget.checked)}
            mb={8}
          />
        </ActivityFilters>
        <Listing
          query={query}
          pages={pages}
          label={t('nav.activity')}
          columns={columns}
          empty={<NothingFound isFiltered={Object.keys(set).length > 0} search={search} />}
        />
      </Panel>
      <Dialog
        isOpen={shown !== undefined}
        close={() => setShown(undefined)}
        size="xl"
        title={t('activity.one')}
      >
        {shown !== undefined && <ActivityDetails row={shown} />}
      </Dialog>
    </Page>
  )
}
