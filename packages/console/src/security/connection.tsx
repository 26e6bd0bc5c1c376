// One connection: its set-up in steps, and what belongs to it afterwards.

import type { Connection } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useParams } from 'react-router'
import { useCall, useChange } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useMayManagePeople, useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Answer, Page } from '../ui/page.tsx'
import { RemovalPanel } from '../ui/removal.tsx'
import { AnchorPanel } from './connections/anchor-panel.tsx'
import { Certificates } from './connections/certificates.tsx'
import { ConnectionBadge } from './connections/connection-badge.tsx'
import { FollowsDirectory } from './connections/follows-directory.tsx'
import { OidcSetUp } from './connections/oidc-set-up.tsx'
import { Options } from './connections/options.tsx'
import { providerName } from './connections/providers.ts'
import { RecentSignIns } from './connections/recent-sign-ins.tsx'
import { useRefusals } from './connections/refusals.ts'
import { SamlSetUp } from './connections/saml-set-up.tsx'
import { staleConnection } from './connections/staged.ts'
import { SetUpRefusals } from './set-up-links/set-up-refusals.tsx'

/** The connection that the address names. */
export function ConnectionScreen(): ReactNode {
  const { id = '' } = useParams()
  const { params } = useOrganization()
  const query = useCall('getConnection', { params: { ...params, id } })
  return <Answer query={query}>{(connection) => <ConnectionPage connection={connection} />}</Answer>
}

function ConnectionPage({ connection }: { readonly connection: Connection }): ReactNode {
  const { t } = useWords()
  const { params, slug } = useOrganization()
  const mayManagePeople = useMayManagePeople()
  const remove = useChange('deleteConnection', staleConnection)
  const refusals = useRefusals(connection.id)
  const isOidc = connection.protocol === 'oidc'
  return (
    <Page
      title={connection.name}
      back={{ to: links.singleSignOn(slug), label: t('nav.sso') }}
      about={providerName(connection)}
      badge={<ConnectionBadge connection={connection} />}
    >
      {isOidc ? <OidcSetUp connection={connection} /> : <SamlSetUp connection={connection} />}
      <AnchorPanel id={connection.id} />
      {!isOidc && <Certificates connection={connection} />}
      {mayManagePeople && <RecentSignIns connectionId={connection.id} />}
      <SetUpRefusals connectionId={connection.id} />
      <FollowsDirectory connection={connection} />
      <Options connection={connection} key={connection.updatedAt} />
      <RemovalPanel
        act={t('sso.delete')}
        about={t('sso.deleteHint')}
        title={t('sso.deleteTitle', { name: connection.name })}
        body={t('sso.deleteBody')}
        typed={connection.name}
        reason={refusals.delete}
        run={() => remove.mutateAsync({ params: { ...params, id: connection.id } })}
        back={links.singleSignOn(slug)}
      />
    </Page>
  )
}
