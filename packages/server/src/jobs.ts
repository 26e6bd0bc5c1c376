// What runs on a timer, as a table; `run-jobs.ts` runs it.
import { countEarlierActivity, hasActivityToCount } from './activity/count-earlier.ts'
import { pruneActivity } from './activity/prune.ts'
import { refreshDueMetadata } from './anchors/refresh.ts'
import { type Clock, dayMs, hourMs } from './base/clock.ts'
import type { Envelope } from './base/envelope.ts'
import { eachStep } from './base/few.ts'
import type { Log } from './base/log.ts'
import { pruneAnchors } from './connections/anchor-rows.ts'
import type { ConnectionRules } from './connections/metadata-source.ts'
import { domainTies } from './connections/ties.ts'
import { pruneAskings } from './deliveries/link-askings.ts'
import { pruneDeliveries } from './deliveries/queue.ts'
import { pruneAccessTokens } from './directory/access-tokens.ts'
import { removeLeftClients } from './directory/oauth-clients.ts'
import { forgetEnded } from './directory/places.ts'
import { keptMs, pruneFeed } from './events/feed.ts'
import { hasEventsToMove, moveEvents } from './events/move-before.ts'
import { sealEvents } from './events/seal.ts'
import { hasGenerationsToRemove, removeEarlierGenerations } from './holdings/generations.ts'
import { pruneProviderRecords } from './holdings/records.ts'
import { lookAtStore } from './notices/damage.ts'
import { warnOfExpiry } from './notices/expiry.ts'
import { warnOfFailing } from './notices/failing.ts'
import { tellGathered } from './notices/gathered.ts'
import { checkGuards } from './notices/guard.ts'
import { warnOfMakers } from './notices/makers.ts'
import { tellOfOwnership } from './notices/ownership.ts'
import { reportExceededSeats } from './notices/seats.ts'
import { rotateOldSigningKey } from './openid-provider/signing-keys.ts'
import { lookForDomains } from './organizations/domain-looks.ts'
import { recheckDomains } from './organizations/domain-rechecks.ts'
import { purgeDeletedOrganizations, purgeLeftRows } from './organizations/purge.ts'
import type { Dns } from './outbound/dns.ts'
import { carryOutRoleChanges } from './provisioning/group-roles.ts'
import { leaveLinkBehind } from './provisioning/maker-leaves.ts'
import { mendCircles } from './provisioning/mend-circles.ts'
import { hasRoleChanges } from './provisioning/role-changes.ts'
import type { Rotation } from './secret-key/rotation.ts'
import { hasEndsToTell, tellOfEnds } from './sessions/ended-many.ts'
import { pruneLinkSecrets } from './sessions/links.ts'
import { pruneOperatorSecrets } from './sessions/operator.ts'
import { pruneSessions } from './sessions/prune-sessions.ts'
import { tendFrames } from './sessions/tend-frames.ts'
import { pruneSignIns } from './sign-ins/prune.ts'
import type { Database } from './store/database.ts'
import { noteDue } from './store/due.ts'
import type { Follower, News } from './store/news.ts'
import type { EmbeddedStore } from './store/sqlite.ts'
import { fillDisplayNames } from './users/fill-display-names.ts'
import { fillPeople, hasPeopleToFill, indexPeople } from './users/index-people.ts'
import { purgeDeletedPeople } from './users/purge-deleted.ts'

/** What jobs are given. */
export interface JobContext {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly dns: Dns
  readonly connectionRules: ConnectionRules
  readonly envelope: Envelope
  readonly rotation: Rotation
  /** The embedded store; undefined on PostgreSQL. */
  readonly store?: Pick<EmbeddedStore, 'look'> | undefined
  /** Public base URL: notices link to the settings. */
  readonly url: string
  readonly operatorMail: string | undefined
  readonly isStopping: () => boolean
  /** Told after each run, for the metrics; `seconds` is undefined where a look found that there was nothing to do. */
  readonly observe?: (job: string, seconds: number | undefined, isDone: boolean) => void
  /** What the loop of deliveries found when it looked last; undefined before that. What this node writes is looked for at once. */
  readonly news?: () => News | undefined
}

/** What runs on a timer, and how often. */
export interface Job {
  readonly name: string
  readonly everyMs: number
  /** At least so long between two runs on whatever node, also across starts: it visits every organization. */
  readonly restMs?: number
  /** A look that is cheap enough for each turn; absent: always due. */
  isDue?(context: JobContext): Promise<boolean>
  /** Its rows are locked, so every node may run it: what a node left behind waits for no lease. */
  readonly isShared?: true
  /** Runs at the start as well, where what it does is waited for. */
  readonly isAtStart?: true
  run(context: JobContext): Promise<unknown>
}

/** Whether what follows the feed has not seen all of it. */
function isBehind(name: Follower): (context: JobContext) => Promise<boolean> {
  return async ({ news }) => news?.()?.behind.has(name) ?? true
}

/** Every job: its name, how often it runs on one of the nodes, what it does. */
export const jobs: readonly Job[] = [
  {
    name: 'note who is due',
    everyMs: hourMs,
    run: ({ database }) => noteDue(database),
  },
  {
    name: 'purge deleted organizations',
    everyMs: 60_000,
    run: ({ database, isStopping }) =>
      eachStep(
        () => purgeDeletedOrganizations(database, isStopping),
        () => removeLeftClients(database),
      ),
  },
  {
    name: 'purge left rows',
    everyMs: hourMs,
    run: ({ database, isStopping }) => purgeLeftRows(database, isStopping),
  },
  {
    name: 'prune activity',
    everyMs: 300_000,
    run: ({ database, clock, isStopping }) => pruneActivity(database, clock, isStopping),
  },
  {
    name: 'count earlier activity',
    everyMs: 60_000,
    isAtStart: true,
    isDue: ({ database }) => hasActivityToCount(database),
    run: ({ database, clock, isStopping }) => countEarlierActivity(database, clock, isStopping),
  },
  {
    name: 'carry out role changes',
    everyMs: 2_000,
    isShared: true,
    isDue: async ({ database, news }) => news?.()?.hasRoleChanges ?? hasRoleChanges(database),
    run: ({ database, clock, isStopping }) => carryOutRoleChanges(database, clock, isStopping),
  },
  {
    name: 'mend circles',
    everyMs: hourMs,
    restMs: 21_600_000,
    isAtStart: true,
    run: ({ database, log, clock, isStopping }) => mendCircles(database, log, clock(), isStopping),
  },
  {
    name: 'tell of ended sessions',
    everyMs: 2_000,
    isShared: true,
    isDue: async ({ database, news }) => news?.()?.hasSessionEnds ?? hasEndsToTell(database),
    run: ({ database, clock, isStopping }) => tellOfEnds(database, clock, isStopping),
  },
  {
    name: 'remove ended sessions',
    everyMs: 5_000,
    isShared: true,
    isAtStart: true,
    isDue: ({ database }) => hasGenerationsToRemove(database),
    run: ({ database, isStopping }) => removeEarlierGenerations(database, isStopping),
  },
  {
    name: 'report exceeded seats',
    everyMs: 60_000,
    run: ({ database, clock }) => reportExceededSeats(database, clock()),
  },
  {
    name: 'recheck domains',
    everyMs: 600_000,
    run: ({ database, clock, dns, isStopping }) => recheckDomains(database, dns.txt, clock(), isStopping),
  },
  {
    name: 'look for domains',
    everyMs: 60_000,
    run: ({ database, clock, dns, isStopping }) =>
      lookForDomains(database, dns, domainTies, clock(), isStopping),
  },
  {
    name: 'refresh metadata',
    everyMs: 600_000,
    run: ({ database, clock, connectionRules, isStopping }) =>
      refreshDueMetadata(database, connectionRules, clock(), isStopping),
  },
  {
    name: 'prune anchors',
    everyMs: hourMs,
    restMs: 21_600_000,
    run: ({ database, clock, isStopping }) => pruneAnchors(database, clock(), isStopping),
  },
  {
    name: 'move events',
    everyMs: 60_000,
    isAtStart: true,
    isDue: async ({ database, store }) => store !== undefined && (await hasEventsToMove(database)),
    run: ({ database, isStopping }) => moveEvents(database, isStopping),
  },
  {
    name: 'fill display names',
    everyMs: 600_000,
    isAtStart: true,
    run: ({ database, clock, isStopping }) => fillDisplayNames(database, clock(), isStopping),
  },
  {
    name: 'index people',
    everyMs: 500,
    isDue: isBehind('search'),
    run: ({ database, clock, isStopping }) => indexPeople(database, clock(), isStopping),
  },
  {
    name: 'fill in people',
    everyMs: 60_000,
    isAtStart: true,
    isDue: ({ database }) => hasPeopleToFill(database),
    run: ({ database, isStopping }) => fillPeople(database, isStopping),
  },
  {
    name: 'seal events',
    everyMs: 30_000,
    isDue: isBehind('seal'),
    run: ({ database, log, clock, isStopping }) => sealEvents(database, log, clock(), isStopping),
  },
  {
    name: 'deprovision guard',
    everyMs: 15_000,
    isDue: isBehind('guard'),
    run: (context) => checkGuards(context.database, context, context.clock(), context.isStopping),
  },
  {
    name: 'tell of ownership',
    everyMs: 30_000,
    isDue: isBehind('ownership'),
    run: (context) => tellOfOwnership(context.database, context, context.clock(), context.isStopping),
  },
  {
    name: 'tell gathered notices',
    everyMs: 60_000,
    run: (context) => tellGathered(context.database, context, context.clock(), context.isStopping),
  },
  {
    name: 'warn of failing provisioning',
    everyMs: 300_000,
    run: (context) => warnOfFailing(context.database, context, context.clock(), context.isStopping),
  },
  {
    name: 'warn of makers who are out',
    everyMs: 60_000,
    isDue: isBehind('makers'),
    run: (context) => warnOfMakers(context.database, context, context.clock(), context.isStopping),
  },
  {
    name: 'warn of expiry',
    everyMs: hourMs,
    restMs: 21_600_000,
    run: (context) => warnOfExpiry(context.database, context, context.clock(), context.isStopping),
  },
  {
    name: 'purge deleted people',
    everyMs: hourMs,
    restMs: 21_600_000,
    run: ({ database, clock, isStopping }) => purgeDeletedPeople(database, clock(), isStopping),
  },
  {
    name: 'forget ended keys',
    everyMs: hourMs,
    restMs: 21_600_000,
    run: ({ database, clock, isStopping }) => forgetEnded(database, clock(), isStopping),
  },
  {
    name: 'rotate signing keys',
    everyMs: hourMs,
    run: async ({ database, envelope, clock, log }) => {
      const key = await rotateOldSigningKey(database, envelope, clock())
      if (key !== undefined) log.info({ keyId: key.id, activeAt: key.activeAt }, 'signing key rotated')
    },
  },
  {
    name: 'look at the store',
    everyMs: hourMs,
    restMs: dayMs,
    isDue: async ({ store }) => store !== undefined,
    run: ({ database, log, operatorMail, store, clock }) =>
      lookAtStore({ database, log, operatorMail, store }, clock()),
  },
  {
    name: 'say which secret keys this node has',
    everyMs: 10_000,
    isShared: true,
    run: ({ rotation }) => rotation.look(),
  },
  {
    name: 'seal secrets anew',
    everyMs: 5_000,
    isAtStart: true,
    isDue: async ({ rotation }) => rotation.isDue(),
    run: ({ rotation, isStopping }) => rotation.pass(isStopping),
  },
  {
    name: 'prune feed and deliveries',
    everyMs: 600_000,
    run: ({ database, clock, isStopping }) =>
      eachStep(
        () => pruneDeliveries(database, clock() - keptMs, isStopping),
        () => pruneFeed(database, clock(), isStopping),
      ),
  },
  {
    name: 'prune sign-ins',
    everyMs: 300_000,
    run: ({ database, clock, isStopping }) =>
      eachStep(
        () => pruneSignIns(database, clock(), isStopping),
        () => pruneAskings(database, clock()),
      ),
  },
  {
    name: 'prune access tokens',
    everyMs: 600_000,
    run: ({ database, clock }) => pruneAccessTokens(database, clock()),
  },
  {
    name: 'tend frames',
    everyMs: 60_000,
    run: ({ database, clock, isStopping }) => tendFrames(database, clock(), isStopping, leaveLinkBehind),
  },
  {
    name: 'prune sessions and links',
    everyMs: 300_000,
    run: ({ database, clock, isStopping }) =>
      eachStep(
        () => pruneSessions(database, clock(), isStopping),
        () => pruneLinkSecrets(database, clock()),
        () => pruneOperatorSecrets(database, clock()),
        () => pruneProviderRecords(database, clock(), isStopping),
      ),
  },
]
