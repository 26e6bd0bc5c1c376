// How provisioning fares once it is set up: what came last and what there is, and the set-up for whoever wants it again.
import { Button, Group, Stack } from '@mantine/core'
import type { Provisioning } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { links, narrow } from '../../base/links.ts'
import { ScreenLink } from '../../frame/screen-link.tsx'
import { useMayManagePeople, useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Fact, Facts } from '../../ui/facts.tsx'
import { Panel } from '../../ui/page.tsx'
import { When } from '../../ui/when.tsx'
import { Requests } from './requests.tsx'
import { Failing, ScimSetUp } from './scim-set-up.tsx'

/** Whether the first sync is over: the directory has sent people, and somebody has confirmed them. */
export const isRunning = ({ setup, unknownSignIns }: Provisioning): boolean =>
  setup.userAt !== null && unknownSignIns === 'refuse'

/** What came last, what there is, and for whoever may read activity what came on each day. */
export function Health({ provisioning }: { readonly provisioning: Provisioning }): ReactNode {
  const { t, n } = useWords()
  const { slug } = useOrganization()
  const mayManagePeople = useMayManagePeople()
  const { setup, counts, lastRequestAt } = provisioning
  return (
    <>
      <Panel title={t('health.title')} about={t('health.about')}>
        <Failing provisioning={provisioning} />
        <Facts>
          <Fact name={t('health.last')}>
            <When at={lastRequestAt} none={t('never')} />
          </Fact>
          <Fact name={t('health.managed')}>
            {n('scim.users', counts.users)} · {n('scim.groups', counts.groups)}
          </Fact>
          <Fact name={t('health.since')}>
            <When at={setup.connectedAt} isDay none={t('never')} />
          </Fact>
        </Facts>
        {mayManagePeople && (
          <Group mt="sm">
            <ScreenLink isOnlyWay to={links.activity(slug)}>
              {t('scim.seeActivity')}
            </ScreenLink>
            <ScreenLink isOnlyWay to={links.activity(slug, narrow({ kind: 'scim', outcome: 'refused' }))}>
              {t('health.refused')}
            </ScreenLink>
          </Group>
        )}
      </Panel>
      {mayManagePeople && <Requests />}
    </>
  )
}

/** The set-up of what runs already, opened by whoever moves to another key or identity provider. */
export function FoldedSetUp({ provisioning }: { readonly provisioning: Provisioning }): ReactNode {
  const { t } = useWords()
  const [isOpen, setOpen] = useState(false)
  return (
    <Stack gap="sm">
      <Group>
        <Button variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {t('health.setUp')}
        </Button>
      </Group>
      {isOpen && <ScimSetUp provisioning={provisioning} />}
    </Stack>
  )
}
