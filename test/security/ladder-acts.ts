// The acts that touch power, each with the squares that matter to it and what it comes to there.
import type { OperationId } from '@rollcall/api'
import { type Act as AnyAct, at, type Ground, org } from './ladder-ground.ts'
import { type Cell, callers, type Dimension, operationRows, rankOf } from './ladder-rows.ts'

/** An act of the management API: it sends its input, and every caller tries. */
type Act = AnyAct & { readonly operation: OperationId }

const allowed = 'allowed'
const isContact = ({ caller }: Cell): boolean => caller === 'contact'
const isOperator = ({ caller }: Cell): boolean => rankOf(caller) === 3
const isBelowOwner = ({ caller }: Cell): boolean => rankOf(caller) < 2
const isAbove = ({ anchor }: Cell): boolean => anchor !== 'contact'
/** Of what a set-up link does not even ask. */
const notForContacts = (cell: Cell): string => (isContact(cell) ? 'forbidden' : allowed)
/** Of what is an administrator's once one has taken over. */
const untilHandOver = (cell: Cell): string =>
  isContact(cell) && cell.isHandedOver ? 'administrator_required' : allowed
/** Of what is done to a person: never by somebody below them. */
const onOwner = (cell: Cell): string =>
  isContact(cell) ? 'forbidden' : cell.target === 'owner' && isBelowOwner(cell) ? 'owner_required' : allowed
/** The way in of an owner goes with it. */
const takesWayIn = (cell: Cell): string =>
  isContact(cell) && (isAbove(cell) || cell.isHandedOver)
    ? 'administrator_required'
    : cell.target === 'owner' && isBelowOwner(cell)
      ? 'owner_required'
      : allowed
/** What nobody has confirmed, and nobody signs in by, is put in place at once. */
const staged = (cell: Cell): string =>
  cell.caller === 'operator key' || (cell.connections === 0 && !isAbove(cell)) ? allowed : 'staged'
const whole: readonly Dimension[] = ['target', 'anchor', 'connections', 'isHandedOver', 'hasOwner', 'hasMail']
const connection = (body?: unknown) => (ground: Ground) => ({ params: at(ground, ground.connectionId), body })
const person = (body?: unknown) => (ground: Ground) => ({ params: at(ground, ground.targetId), body })

const written: readonly Act[] = [
  {
    operation: 'updateConnection',
    variant: 'anchor',
    over: whole,
    input: (ground) => connection({ metadataXml: ground.metadata.moved })(ground),
    wanted: staged,
  },
  {
    operation: 'updateConnection',
    variant: 'switched off',
    over: whole,
    input: connection({ active: false }),
    // One that is off already is as it was.
    wanted: (cell) => (cell.connections > 0 ? takesWayIn(cell) : allowed),
  },
  {
    operation: 'updateConnection',
    variant: 'loosened',
    over: ['anchor', 'isHandedOver'],
    input: connection({ options: { allowUnsolicited: true } }),
    wanted: (cell) =>
      isContact(cell) && (isAbove(cell) || cell.isHandedOver) ? 'administrator_required' : allowed,
  },
  {
    operation: 'updateConnection',
    variant: 'only what is encrypted',
    over: ['target', 'anchor', 'isHandedOver', 'hasOwner'],
    input: connection({ options: { wantEncryptedAssertions: true } }),
    // Whose identity provider does not encrypt is out by it.
    wanted: (cell) =>
      isContact(cell) && isAbove(cell)
        ? 'administrator_required'
        : cell.target === 'owner' && isBelowOwner(cell)
          ? 'owner_required'
          : allowed,
  },
  {
    operation: 'updateConnection',
    variant: 'signed requests',
    over: ['target', 'anchor'],
    input: connection({ options: { signRequests: true } }),
    // Whose identity provider does not know our key is out by it.
    wanted: (cell) =>
      isContact(cell) && isAbove(cell)
        ? 'administrator_required'
        : cell.target === 'owner' && isBelowOwner(cell)
          ? 'owner_required'
          : allowed,
  },
  {
    operation: 'updateConnection',
    variant: 'another name',
    over: ['anchor', 'isHandedOver'],
    input: connection({ name: 'Renamed' }),
    wanted: (cell) => (isContact(cell) && isAbove(cell) ? 'administrator_required' : allowed),
  },
  {
    operation: 'updateConnection',
    variant: 'directory',
    over: ['anchor', 'isHandedOver'],
    input: connection({ followsDirectory: false }),
    wanted: untilHandOver,
  },
  { operation: 'deleteConnection', over: whole, input: connection(), wanted: takesWayIn },
  {
    operation: 'createConnection',
    over: ['anchor', 'isHandedOver'],
    input: (ground) => ({
      params: org(ground),
      body: { name: 'Third', identityProvider: 'okta', metadataXml: ground.metadata.renamed, active: true },
    }),
    wanted: () => allowed,
  },
  {
    operation: 'createConnection',
    variant: 'under its old names',
    over: [],
    input: (ground) => ({
      params: org(ground),
      body: {
        name: 'Third',
        identityProvider: 'okta',
        metadataXml: ground.metadata.renamed,
        serviceProvider: { entityId: 'urn:old', acsPath: `/old/${ground.slug}` },
      },
    }),
    wanted: (cell) => (isOperator(cell) ? allowed : 'forbidden'),
  },
  {
    operation: 'refreshConnection',
    over: ['anchor', 'isHandedOver'],
    input: connection(),
    wanted: () => 'no_metadata_url',
  },
  {
    operation: 'relinkConnection',
    over: ['target', 'anchor', 'connections', 'isHandedOver'],
    input: connection({ stableIdAttribute: 'employeeNumber', dryRun: false }),
    wanted: staged,
  },
  {
    operation: 'stageAnchor',
    over: ['anchor', 'isHandedOver'],
    input: (ground) => connection({ metadataXml: ground.metadata.renamed })(ground),
    wanted: () => allowed,
  },
  {
    operation: 'stageAnchor',
    variant: 'over an administrator’s',
    over: ['anchor'],
    async input(ground) {
      await ground.administrator('stageAnchor', connection({ metadataXml: ground.metadata.moved })(ground))
      return connection({ metadataXml: ground.metadata.renamed })(ground)
    },
    wanted: (cell) => (isContact(cell) ? 'staged_exists' : allowed),
  },
  ...(['stageAnchor', 'discardStagedAnchor'] as const).map(
    (operation): Act => ({
      operation,
      variant: 'over the operator’s',
      over: ['anchor', 'hasOwner'],
      async input(ground) {
        const body = { metadataXml: ground.metadata.moved }
        const browser = await ground.browserOf('operator session')
        await ground.prepare('stageAnchor', connection(body)(ground), browser)
        const more = operation === 'stageAnchor' ? { metadataXml: ground.metadata.renamed } : undefined
        return connection(more)(ground)
      },
      wanted: (cell) => {
        if (!isBelowOwner(cell)) return allowed
        return operation === 'stageAnchor' ? 'staged_exists' : 'owner_required'
      },
    }),
  ),
  {
    operation: 'discardStagedAnchor',
    over: ['anchor'],
    async input(ground) {
      await ground.administrator('stageAnchor', connection({ metadataXml: ground.metadata.moved })(ground))
      return connection()(ground)
    },
    wanted: (cell) => (isContact(cell) ? 'administrator_required' : allowed),
  },
  {
    operation: 'applyStagedAnchor',
    over: whole,
    async input(ground) {
      const { digest } = await ground.administrator(
        'stageAnchor',
        connection({ metadataXml: ground.metadata.moved })(ground),
      )
      return connection({ digest })(ground)
    },
    wanted: (cell) => (isContact(cell) && isAbove(cell) ? 'administrator_required' : allowed),
  },
  {
    operation: 'confirmAnchor',
    over: whole,
    async input(ground) {
      const { present } = (await ground.prepare('getAnchor', connection()(ground))) as {
        present: { digest: string }
      }
      return connection({ digest: present.digest })(ground)
    },
    wanted: (cell) => (isContact(cell) ? 'administrator_required' : allowed),
  },
  {
    operation: 'restoreAnchor',
    variant: 'over the operator’s',
    over: ['target', 'connections'],
    async input(ground) {
      await ground.prepare('updateConnection', connection({ metadataXml: ground.metadata.moved })(ground))
      return connection()(ground)
    },
    wanted: (cell) =>
      isContact(cell) ? 'administrator_required' : isBelowOwner(cell) ? 'owner_required' : allowed,
  },
  {
    operation: 'restoreAnchor',
    variant: 'over an administrator’s',
    over: ['target', 'connections'],
    async input(ground) {
      const { digest } = await ground.administrator(
        'stageAnchor',
        connection({ metadataXml: ground.metadata.moved })(ground),
      )
      await ground.administrator('applyStagedAnchor', connection({ digest })(ground))
      return connection()(ground)
    },
    wanted: (cell) => (isContact(cell) ? 'administrator_required' : allowed),
  },
  {
    operation: 'updateDomain',
    variant: 'tied',
    over: ['anchor', 'connections', 'isHandedOver'],
    input: (ground) => ({ params: at(ground, ground.domainId), body: { connectionIds: [] } }),
    wanted: untilHandOver,
  },
  {
    operation: 'updateDomain',
    variant: 'asserted',
    over: ['isHandedOver'],
    input: (ground) => ({ params: at(ground, ground.domainId), body: { isVerified: true } }),
    wanted: (cell) => (isOperator(cell) ? allowed : 'forbidden'),
  },
  {
    operation: 'deleteDomain',
    over: ['anchor', 'isHandedOver'],
    input: (ground) => ({ params: at(ground, ground.domainId) }),
    wanted: untilHandOver,
  },
  {
    operation: 'createDomain',
    over: ['isHandedOver'],
    input: (ground) => ({ params: org(ground), body: { name: `more-${ground.domain}` } }),
    wanted: () => allowed,
  },
  {
    operation: 'verifyDomain',
    over: ['isHandedOver'],
    async input(ground) {
      const body = { name: `proved-${ground.domain}` }
      const { id, txtRecord } = (await ground.prepare('createDomain', { params: org(ground), body })) as {
        id: string
        txtRecord: { name: string; value: string }
      }
      ground.prove(txtRecord.name, txtRecord.value)
      return { params: at(ground, id) }
    },
    wanted: () => allowed,
  },
  {
    operation: 'updateProvisioning',
    variant: 'the first switch',
    over: ['isHandedOver'],
    input: (ground) => ({ params: org(ground), body: { mode: 'scim' } }),
    wanted: () => allowed,
  },
  ...[
    { mode: 'manual' },
    { unknownSignIns: 'refuse' },
    { deprovisionGuard: null },
    { unclaimedDelete: 'refuse' },
    { sameAddress: 'link' },
  ].map(
    (body): Act => ({
      operation: 'updateProvisioning',
      variant: Object.keys(body).join(),
      over: ['isHandedOver'],
      async input(ground) {
        await ground.prepare('updateProvisioning', { params: org(ground), body: { mode: 'scim' } })
        return { params: org(ground), body }
      },
      wanted: untilHandOver,
    }),
  ),
  {
    operation: 'createServiceKey',
    over: ['isHandedOver', 'anchor'],
    input: (ground) => ({ params: org(ground) }),
    wanted: untilHandOver,
  },
  {
    operation: 'activateServiceKey',
    over: ['isHandedOver'],
    async input(ground) {
      const { id } = (await ground.prepare('createServiceKey', { params: org(ground) })) as { id: string }
      return { params: at(ground, id), body: { overlapDays: 30 } }
    },
    wanted: untilHandOver,
  },
  {
    operation: 'activateServiceKey',
    variant: 'without overlap',
    over: ['target', 'isHandedOver'],
    async input(ground) {
      const { id } = (await ground.prepare('createServiceKey', { params: org(ground) })) as { id: string }
      return { params: at(ground, id), body: { overlapDays: 0 } }
    },
    wanted: (cell) =>
      untilHandOver(cell) === allowed && cell.target === 'owner' && isBelowOwner(cell)
        ? 'owner_required'
        : untilHandOver(cell),
  },
  {
    operation: 'createKey',
    over: ['isHandedOver', 'anchor'],
    input: (ground) => ({ params: org(ground), body: { name: 'more' } }),
    wanted: () => allowed,
  },
  {
    operation: 'createOAuthClient',
    over: ['isHandedOver', 'anchor'],
    input: (ground) => ({ params: org(ground), body: { name: 'more', method: 'client_secret' } }),
    wanted: () => allowed,
  },
  ...(
    [
      ['updateKey', 'key', { name: 'other' }],
      ['rotateKey', 'key', { overlapSeconds: 0 }],
      ['endEarlierToken', 'key', undefined],
      ['revokeKey', 'key', undefined],
      ['updateOAuthClient', 'client', { name: 'other' }],
      ['rotateOAuthClient', 'client', { overlapSeconds: 0 }],
      ['revokeOAuthClient', 'client', undefined],
    ] as const
  ).map(
    ([operation, kind, body]): Act => ({
      operation,
      variant: 'of the operator',
      over: ['isHandedOver'],
      input: (ground) => ({ params: at(ground, kind === 'key' ? ground.keyId : ground.clientId), body }),
      wanted: (cell) => (isContact(cell) ? 'administrator_required' : allowed),
    }),
  ),
  {
    operation: 'confirmKey',
    over: ['isHandedOver'],
    input: (ground) => ({ params: at(ground, ground.keyId) }),
    wanted: notForContacts,
  },
  {
    operation: 'confirmOAuthClient',
    over: ['isHandedOver'],
    input: (ground) => ({ params: at(ground, ground.clientId) }),
    wanted: notForContacts,
  },
  {
    operation: 'updateUser',
    over: ['target', 'after', 'hasOwner', 'hasMail'],
    input: (ground, { after }) => person({ role: after })(ground),
    wanted: (cell) => {
      const isSame = cell.target === cell.after
      const isOwnership = !isSame && [cell.target, cell.after].includes('owner')
      if (isContact(cell)) return 'forbidden'
      if (isOwnership && isBelowOwner(cell)) return 'owner_required'
      return !isSame && cell.target === 'owner' && !cell.hasOwner ? 'last_owner' : allowed
    },
    roleAfter: ({ after }) => after,
  },
  {
    operation: 'changeUsers',
    over: ['target', 'after', 'hasOwner'],
    input: (ground, { after }) => ({
      params: org(ground),
      body: { dryRun: false, act: 'role', role: after, userIds: [ground.targetId] },
    }),
    // It answers for each person, and refuses each alone.
    wanted: notForContacts,
    roleAfter(cell) {
      const isOwnership = cell.target !== cell.after && [cell.target, cell.after].includes('owner')
      const isRefused = isOwnership && (isBelowOwner(cell) || (cell.target === 'owner' && !cell.hasOwner))
      return isRefused ? cell.target : cell.after
    },
  },
  { operation: 'deactivateUser', over: ['target', 'anchor', 'hasOwner'], input: person(), wanted: onOwner },
  {
    operation: 'reactivateUser',
    over: ['target', 'hasOwner'],
    async input(ground) {
      await ground.prepare('deactivateUser', person()(ground))
      return person()(ground)
    },
    wanted: notForContacts,
    // Letting an owner in again is giving ownership.
    roleAfter: (cell) => (cell.target === 'owner' && isBelowOwner(cell) ? 'member' : cell.target),
  },
  {
    operation: 'unlinkUser',
    over: ['target', 'anchor', 'connections', 'hasOwner'],
    input: (ground) => person({ connectionId: ground.connectionId })(ground),
    wanted: onOwner,
  },
  { operation: 'endUserSessions', over: ['target', 'anchor'], input: person(), wanted: onOwner },
  {
    operation: 'getRecoveryAddress',
    over: ['target'],
    input: person(),
    wanted: (cell) => (isContact(cell) ? 'forbidden' : isBelowOwner(cell) ? 'owner_required' : allowed),
  },
  {
    operation: 'putRecoveryAddress',
    over: ['target', 'hasMail'],
    input: person({ address: 'eve@evil.test' }),
    wanted: (cell) =>
      isOperator(cell) ? (cell.target === 'member' ? 'not_privileged' : allowed) : 'forbidden',
  },
  { operation: 'acknowledgeRecoveryAddress', over: ['target'], input: person(), wanted: () => 'forbidden' },
  ...(['member', 'admin', 'owner'] as const).map(
    (role): Act => ({
      operation: 'createInvitation',
      variant: role,
      over: ['hasMail', 'hasOwner', 'anchor'],
      input: (ground) => ({ params: org(ground), body: { email: `new@${ground.domain}`, role } }),
      wanted: (cell) => (isContact(cell) ? 'forbidden' : role === 'owner' ? 'invalid_request' : allowed),
    }),
  ),
  ...(['revokeInvitation', 'resendInvitation'] as const).map(
    (operation): Act => ({
      operation,
      over: ['hasMail'],
      async input(ground) {
        const body = { email: `waiting@${ground.domain}`, role: 'admin' }
        const made = (await ground.prepare('createInvitation', { params: org(ground), body })) as {
          invitation: { id: string }
        }
        return { params: at(ground, made.invitation.id) }
      },
      wanted: notForContacts,
    }),
  ),
  ...(['admin', 'owner'] as const).flatMap((role) =>
    [undefined, 3].map(
      (days): Act => ({
        operation: 'createPortalLink',
        variant: `${role} ${days === undefined ? 'once' : 'for days'}`,
        over: ['hasOwner', 'isHandedOver'],
        input: (ground) => ({ params: org(ground), body: days === undefined ? { role } : { role, days } }),
        wanted: (cell) => {
          const isSetUp = role === 'admin' && days !== undefined
          if (isOperator(cell)) return role === 'owner' && days !== undefined ? 'invalid_request' : allowed
          return isSetUp && !isContact(cell) ? allowed : 'forbidden'
        },
      }),
    ),
  ),
  {
    operation: 'resendPortalLink',
    variant: 'a set-up link of the operator',
    over: ['hasOwner'],
    async input(ground) {
      const body = { role: 'admin', days: 2 }
      const made = await ground.prepare('createPortalLink', { params: org(ground), body })
      return { params: at(ground, made.id as string) }
    },
    wanted: (cell) => (isOperator(cell) ? allowed : 'forbidden'),
  },
  ...(['admin', 'owner'] as const).map(
    (role): Act => ({
      operation: 'revokePortalLink',
      variant: `a portal link of ${role}`,
      over: ['hasOwner'],
      async input(ground) {
        const made = await ground.prepare('createPortalLink', { params: org(ground), body: { role } })
        return { params: at(ground, made.id as string) }
      },
      wanted: (cell) =>
        isContact(cell) ? 'forbidden' : role === 'owner' && isBelowOwner(cell) ? 'owner_required' : allowed,
    }),
  ),
  ...(['member', 'admin', 'owner'] as const).map(
    (role): Act => ({
      operation: 'putRoleMappings',
      variant: role,
      over: ['target', 'hasOwner'],
      input: (ground) => ({ params: org(ground), body: { mappings: [{ group: 'Staff', role }] } }),
      wanted: (cell) => (isContact(cell) ? 'forbidden' : role === 'owner' ? 'invalid_request' : allowed),
    }),
  ),
  ...(['member', 'admin', 'owner'] as const).map(
    (defaultRole): Act => ({
      operation: 'updateOrganization',
      variant: `default role ${defaultRole}`,
      over: ['target'],
      input: (ground) => ({ params: org(ground), body: { defaultRole } }),
      wanted: (cell) =>
        isContact(cell) ? 'forbidden' : defaultRole === 'owner' ? 'invalid_request' : allowed,
    }),
  ),
  {
    operation: 'updateOrganization',
    variant: 'whether mail recovers owners',
    over: ['hasOwner', 'hasMail'],
    input: (ground) => ({ params: org(ground), body: { ownerRecovery: 'operator' } }),
    wanted: (cell) => (isContact(cell) ? 'forbidden' : isBelowOwner(cell) ? 'owner_required' : allowed),
  },
  {
    operation: 'updateOrganization',
    variant: 'what is sold',
    over: [],
    input: (ground) => ({ params: org(ground), body: { requireSso: false } }),
    wanted: (cell) => (isOperator(cell) ? allowed : 'forbidden'),
  },
  {
    operation: 'putAttributeMapping',
    over: [],
    input: (ground) => ({ params: org(ground), body: { rules: { userName: ['login'] } } }),
    wanted: notForContacts,
  },
  {
    operation: 'importUsers',
    over: ['target', 'hasOwner', 'connections'],
    input: (ground) => ({
      params: org(ground),
      body: { dryRun: false, users: [{ userName: `target@${ground.domain}`, email: 'eve@evil.test' }] },
    }),
    wanted: notForContacts,
  },
  ...(['restoreAlert', 'dismissAlert'] as const).map(
    (operation): Act => ({
      operation,
      over: [],
      input: (ground) => ({ params: at(ground, 'alert_00000000000000000000000000') }),
      wanted: (cell) => (isContact(cell) ? 'forbidden' : 'not_found'),
    }),
  ),
]

/** What is the operator's alone: nobody else gets past the door, whatever is sent. */
const closed: readonly Act[] = Object.entries(operationRows)
  .filter(([, [door, touches]]) => door === 'operator' && touches !== 'nothing')
  .map(([operation]) => ({
    operation: operation as OperationId,
    variant: 'by somebody else',
    callers: callers.filter((caller) => rankOf(caller) < 3),
    over: [],
    input: (ground) => ({
      params: { ...at(ground, 'app_00000000000000000000000000'), kind: 'logo' },
      body: {},
    }),
    wanted: () => 'forbidden',
  }))

export const acts: readonly Act[] = [...written, ...closed]
