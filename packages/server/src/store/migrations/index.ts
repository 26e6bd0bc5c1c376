// The room `server/store/migrations`: how every store came to its form, one numbered file a step. A committed file never changes; the next
// change is the next file.
//
// 1. A file has statements that add, and where a form changes, how rows are brought over (fill) and what is taken away (contract).
// 2. `index.ts` lists the files in order; `migration.ts` says what one is made of.
// 3. `store/sqlite-migrate` and `store/postgres-upgrade` run what a store has not had yet, and write down that it was done.
// 4. `test/store/checksums.txt` holds what each file was when it was committed.
import { foundation } from './001-foundation.ts'
import { signIn } from './002-sign-in.ts'
import { groups } from './003-groups.ts'
import { oauth } from './004-oauth.ts'
import { console } from './005-console.ts'
import { product } from './006-product.ts'
import { ladder } from './007-ladder.ts'
import { costs } from './008-costs.ts'
import { refusedSignIns } from './009-refused-sign-ins.ts'
import { links } from './010-links.ts'
import { sessions } from './011-sessions.ts'
import { recovery } from './012-recovery.ts'
import { linkAskings } from './013-link-askings.ts'
import { jobs } from './014-jobs.ts'
import { endings } from './015-endings.ts'
import { refusals } from './016-refusals.ts'
import { forms } from './017-forms.ts'
import { invitationKeys } from './018-invitation-keys.ts'
import { archives } from './019-archives.ts'
import { keptActivity } from './020-kept-activity.ts'
import { nodes } from './021-nodes.ts'
import { mending } from './022-mending.ts'
import { fewerIndexes } from './023-fewer-indexes.ts'
import { deletedStanding } from './024-deleted-standing.ts'
import { packedActivity } from './025-packed-activity.ts'
import { proofs } from './026-proofs.ts'
import { oneEventTable } from './027-one-event-table.ts'
import { recoveryThrough } from './028-recovery-through.ts'
import { keptEvents } from './029-kept-events.ts'
import { keptWords } from './030-kept-words.ts'
import { earlierPeople } from './031-earlier-people.ts'
import { keptSecrets } from './032-kept-secrets.ts'
import { recoverySession } from './033-recovery-session.ts'
import { asGiven } from './034-as-given.ts'
import { nameQualifiers } from './035-name-qualifiers.ts'
import { knownClients } from './036-known-clients.ts'
import { softNames } from './037-soft-names.ts'
import { keptOrganizations } from './038-kept-organizations.ts'
import { groupMakers } from './039-group-makers.ts'
import { keptByWholeNumbers } from './040-kept-by-whole-numbers.ts'
import { gatheredNotices } from './041-gathered-notices.ts'
import { knownTo } from './042-known-to.ts'
import { otherKnownClients } from './043-other-known-clients.ts'
import { wordsAsSaid } from './044-words-as-said.ts'
import { displayNames } from './045-display-names.ts'
import { namesOfWords } from './046-names-of-words.ts'
import { sessionGenerations } from './047-session-generations.ts'
import { directoryDecides } from './048-directory-decides.ts'
import { whatWorks } from './049-what-works.ts'
import { recoveredBy } from './050-recovered-by.ts'
import { boundedLooks } from './051-bounded-looks.ts'
import { applicationSignIns } from './052-application-sign-ins.ts'
import { namedSignIns } from './053-named-sign-ins.ts'
import { removedAddresses } from './054-removed-addresses.ts'
import { wordsInOrder } from './055-words-in-order.ts'
import { returningPeople } from './056-returning-people.ts'
import { removedOwners } from './057-removed-owners.ts'
import { idsByClaims } from './058-ids-by-claims.ts'
import { operatorEvents } from './059-operator-events.ts'
import { confirmedKeys } from './060-confirmed-keys.ts'
import { stagedPreviews } from './061-staged-previews.ts'
import { deliveryTraces } from './062-delivery-traces.ts'
import { brand } from './063-brand.ts'
import { returningByAlert } from './064-returning-by-alert.ts'
import { connectionMakers } from './065-connection-makers.ts'
import { connectionMakerRungs } from './066-connection-maker-rungs.ts'
import { restoredOnce } from './067-restored-once.ts'
import { waitingDomains } from './068-waiting-domains.ts'
import { setUps } from './069-set-ups.ts'
import { followerRetries } from './070-follower-retries.ts'
import { accountNames } from './071-account-names.ts'
import { frames } from './072-frames.ts'
import { connectionTests } from './073-connection-tests.ts'
import { openAlerts } from './074-open-alerts.ts'
import { ownMarks } from './075-own-marks.ts'
import { keyTokens } from './076-key-tokens.ts'
import { searchWords } from './077-search-words.ts'
import { invitedFor } from './078-invited-for.ts'
import { frameContacts } from './079-frame-contacts.ts'
import { brandsBeside } from './080-brands-beside.ts'
import { gatheredWords } from './081-gathered-words.ts'
import { activityDays } from './082-activity-days.ts'
import { anyWord } from './083-any-word.ts'
import type { Migration } from './migration.ts'

export {
  checksumOf,
  contractionOf,
  type LedgerRow,
  type Plan,
  planUpgrade,
  refuseContracted,
  refuseNewer,
} from './ledger.ts'
export { type Migration, postgresWords, sqliteWords } from './migration.ts'

export const migrations: readonly Migration[] = [
  foundation,
  signIn,
  groups,
  oauth,
  console,
  product,
  ladder,
  costs,
  refusedSignIns,
  links,
  sessions,
  recovery,
  linkAskings,
  jobs,
  endings,
  refusals,
  forms,
  invitationKeys,
  archives,
  keptActivity,
  nodes,
  mending,
  fewerIndexes,
  deletedStanding,
  packedActivity,
  proofs,
  oneEventTable,
  recoveryThrough,
  keptEvents,
  keptWords,
  earlierPeople,
  keptSecrets,
  recoverySession,
  asGiven,
  nameQualifiers,
  knownClients,
  softNames,
  keptOrganizations,
  groupMakers,
  keptByWholeNumbers,
  gatheredNotices,
  knownTo,
  otherKnownClients,
  wordsAsSaid,
  displayNames,
  namesOfWords,
  sessionGenerations,
  directoryDecides,
  whatWorks,
  recoveredBy,
  boundedLooks,
  applicationSignIns,
  namedSignIns,
  removedAddresses,
  wordsInOrder,
  returningPeople,
  removedOwners,
  idsByClaims,
  operatorEvents,
  confirmedKeys,
  stagedPreviews,
  deliveryTraces,
  brand,
  returningByAlert,
  connectionMakers,
  connectionMakerRungs,
  restoredOnce,
  waitingDomains,
  setUps,
  followerRetries,
  accountNames,
  frames,
  connectionTests,
  openAlerts,
  ownMarks,
  keyTokens,
  searchWords,
  invitedFor,
  frameContacts,
  brandsBeside,
  gatheredWords,
  activityDays,
  anyWord,
]
