// What a connection trusts: who vouches for it, a new anchor that waits beside it with its difference, and the one before.
import { Checkbox, Group, Stack, Text, Title } from '@mantine/core'
import type { AnchorDetail, AnchorRestored, AnchorWord, Asleep, StagedAnchor } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../../base/api.ts'
import { useOrganization, useRefusal } from '../../frame/session.tsx'
import { useWords, type WordKey } from '../../i18n/language.tsx'
import { Changes } from '../../record/events/changes.tsx'
import { Badge } from '../../ui/badge.tsx'
import { ConfirmButton } from '../../ui/confirm.tsx'
import { ExplainedButton } from '../../ui/explained-button.tsx'
import { Failure, Note } from '../../ui/note.tsx'
import { Panel } from '../../ui/page.tsx'
import { When } from '../../ui/when.tsx'
import { TestButton } from './test-button.tsx'

const stale = ['getAnchor', 'getConnection', 'listConnections', 'listEvents'] as const

/**
 * What the connection trusts, what is staged beside it and what was there before, with the acts that this session may
 * do.
 */
export function AnchorPanel({ id }: { readonly id: string }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  // A test sign-in ends in another window.
  const query = useCall('getAnchor', { params: { ...params, id } }, { refetchMs: 10_000 })
  const restore = useChange('restoreAnchor', stale)
  const { data } = query
  if (data === undefined) return <Failure error={query.error} />
  const { present, staged, earlier } = data
  if (present === null && staged === null) return null
  return (
    <Panel title={t('anchor.title')} about={t('anchor.about')}>
      <Stack gap="lg">
        {present !== null && <Present id={id} present={present} />}
        {staged !== null && <Staged id={id} staged={staged} />}
        {earlier !== null && (
          <Earlier earlier={earlier} restore={() => restore.mutateAsync({ params: { ...params, id } })} />
        )}
        {restore.data !== undefined && <Came came={restore.data.came} />}
      </Stack>
    </Panel>
  )
}

function Present(props: {
  readonly id: string
  readonly present: NonNullable<AnchorDetail['present']>
}): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const confirm = useChange('confirmAnchor', stale)
  const { id, present } = props
  return (
    <Stack gap="sm">
      <div>
        <Badge tone={present.rung === 'contact' ? 'warn' : 'good'}>{t(`anchor.rung.${present.rung}`)}</Badge>
      </div>
      <dl className="rc-dl">
        <dt>{t('anchor.host')}</dt>
        <dd className="rc-mono">{present.host}</dd>
        <dt>{t('anchor.put')}</dt>
        <dd>{present.put === null ? t('anchor.before') : <Word word={present.put} />}</dd>
        {present.confirmed !== null && (
          <>
            <dt>{t('anchor.confirmed')}</dt>
            <dd>
              <Word word={present.confirmed} />
            </dd>
          </>
        )}
        {present.metadataUrlRung !== null && (
          <>
            <dt>{t('anchor.url')}</dt>
            <dd>{t(`anchor.url.${present.metadataUrlRung}`)}</dd>
          </>
        )}
        <dt>{t('anchor.digest')}</dt>
        <dd className="rc-mono">{present.digest}</dd>
      </dl>
      <Sleepers asleep={present.asleep} words="anchor.asleep" />
      {present.mayConfirm && (
        <div>
          <ConfirmButton
            label={t('anchor.confirm')}
            size="sm"
            title={t('anchor.confirmTitle', { host: present.host })}
            body={
              <Stack gap="xs">
                <Text size="sm">{t('anchor.confirmBody')}</Text>
                {present.put !== null && (
                  <Text size="sm" component="div">
                    {t('anchor.put')}: <Word word={present.put} />
                  </Text>
                )}
              </Stack>
            }
            act={t('anchor.confirm')}
            run={() => confirm.mutateAsync({ params: { ...params, id }, body: { digest: present.digest } })}
          />
        </div>
      )}
    </Stack>
  )
}

function Staged({ id, staged }: { readonly id: string; readonly staged: StagedAnchor }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const discard = useChange('discardStagedAnchor', stale)
  const refuse = useRefusal()
  const at = { params: { ...params, id } }
  return (
    <section aria-label={t('anchor.staged')}>
      <Stack gap="sm">
        <Title order={3} size="h5">
          {t('anchor.staged')}
        </Title>
        <dl className="rc-dl">
          <dt>{t('anchor.host')}</dt>
          <dd className="rc-mono">{staged.host}</dd>
          <dt>{t('anchor.stagedBy')}</dt>
          <dd>{staged.staged === null ? '–' : <Word word={staged.staged} />}</dd>
          <dt>{t('anchor.changes')}</dt>
          <dd>
            <Changes data={{ changes: staged.changes }} />
          </dd>
          <dt>{t('anchor.tested')}</dt>
          <dd>
            <When at={staged.testedAt} none={t('anchor.untested')} />
          </dd>
        </dl>
        {staged.mayApply && <Sleepers asleep={staged.asleep} words="anchor.wouldSleep" />}
        {staged.relink !== null && <Text size="sm">{t('anchor.relink', { ...countsOf(staged) })}</Text>}
        {!staged.mayApply && <Note tone="info">{t('anchor.waits')}</Note>}
        <Failure error={discard.error} />
        <TestButton id={id} digest={staged.digest} />
        <Group>
          {staged.mayApply && <Apply id={id} staged={staged} />}
          <ExplainedButton
            variant="default"
            size="sm"
            reason={refuse(staged.discard === 'owner_required' ? 'owner_staged' : staged.discard)}
            onClick={() => discard.mutate(at)}
            loading={discard.isPending}
          >
            {t('anchor.discard')}
          </ExplainedButton>
        </Group>
      </Stack>
    </section>
  )
}

function countsOf({ relink }: StagedAnchor): Record<string, number> {
  return {
    relinked: relink?.relinked ?? 0,
    dropped: relink?.dropped ?? 0,
    kept: relink?.kept ?? 0,
  }
}

/** What is replaced while what is trusted stays: nothing of it is kept to be brought back. */
const beside: ReadonlySet<string> = new Set(['clientSecret', 'scopes', 'authentication'])

function Apply({ id, staged }: { readonly id: string; readonly staged: StagedAnchor }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const apply = useChange('applyStagedAnchor', stale)
  const [isCompromised, setCompromised] = useState(false)
  const isBeside = staged.changes.every(({ attribute }) => beside.has(attribute))
  const isLocked = staged.mustBeTested && staged.testedAt === null
  return (
    <ConfirmButton
      label={t('anchor.apply')}
      size="sm"
      variant="filled"
      reason={isLocked ? t('anchor.testFirst') : undefined}
      title={t(isBeside ? 'anchor.replaceTitle' : 'anchor.applyTitle')}
      body={
        <Stack gap="sm">
          <Text size="sm">
            {t(isBeside ? 'anchor.replaceBody' : 'anchor.applyBody', { host: staged.host })}
          </Text>
          {staged.testedAt === null && <Note tone="warn">{t('anchor.applyUntested')}</Note>}
          <Sleepers asleep={staged.asleep} words="anchor.wouldSleep" />
          {staged.relink !== null && <Text size="sm">{t('anchor.relink', { ...countsOf(staged) })}</Text>}
          {!isBeside && staged.mayCallCompromised && (
            <Checkbox
              label={t('anchor.compromised')}
              description={t('anchor.compromisedHint')}
              checked={isCompromised}
              onChange={(event) => setCompromised(event.currentTarget.checked)}
            />
          )}
        </Stack>
      }
      act={t('anchor.apply')}
      run={() =>
        apply.mutateAsync({
          params: { ...params, id },
          body: { digest: staged.digest, isCompromised },
        })
      }
    />
  )
}

function Earlier(props: {
  readonly earlier: NonNullable<AnchorDetail['earlier']>
  readonly restore: () => Promise<unknown>
}): ReactNode {
  const { t, time } = useWords()
  const { earlier, restore } = props
  return (
    <section aria-label={t('anchor.earlier')}>
      <Stack gap="sm">
        <Title order={3} size="h5">
          {t('anchor.earlier')}
        </Title>
        <dl className="rc-dl">
          <dt>{t('anchor.host')}</dt>
          <dd className="rc-mono">{earlier.host}</dd>
          <dt>{t('anchor.replacedBy')}</dt>
          <dd>
            <Word word={earlier.withdrawn} />
          </dd>
          <dt>{t('anchor.wouldChange')}</dt>
          <dd>
            <Changes data={{ changes: earlier.changes }} />
          </dd>
        </dl>
        {earlier.isCompromised ? (
          <Text size="sm">{t(earlier.mayRestore ? 'anchor.calledCompromised' : 'anchor.isCompromised')}</Text>
        ) : (
          <Text size="sm">{t('anchor.until', { time: time(earlier.until) })}</Text>
        )}
        {earlier.mayRestore && (
          <div>
            <ConfirmButton
              label={t('anchor.restore')}
              size="sm"
              title={t('anchor.restoreTitle')}
              body={t('anchor.restoreBody', { host: earlier.host })}
              act={t('anchor.restore')}
              isDangerous
              run={restore}
            />
          </div>
        )}
      </Stack>
    </section>
  )
}

/** What came while the withdrawn anchor was in place: somebody looks whether it shall stay. */
function Came({ came }: { readonly came: AnchorRestored['came'] }): ReactNode {
  const { t } = useWords()
  const kinds = ['accounts', 'links', 'keys'] as const
  const found = kinds.filter((kind) => came[kind].count > 0)
  if (found.length === 0) return <Note tone="good">{t('anchor.cameNothing')}</Note>
  return (
    <Note tone="warn" title={t('anchor.came')} role="status">
      {found.map((kind) => (
        <Text size="sm" key={kind}>
          {t(`anchor.came.${kind}`, { count: came[kind].count })}{' '}
          <bdi>{came[kind].items.map(({ name }) => name).join(', ')}</bdi>
        </Text>
      ))}
    </Note>
  )
}

function Sleepers(props: {
  readonly asleep: Asleep
  readonly words: 'anchor.asleep' | 'anchor.wouldSleep'
}): ReactNode {
  const { n } = useWords()
  const { count, people } = props.asleep
  if (count === 0) return null
  return (
    <Note tone="warn">
      <Text size="sm">{n(props.words, count)}</Text>
      {people.length > 0 && (
        <Text size="sm">
          <bdi>{people.map(({ userName }) => userName).join(', ')}</bdi>
        </Text>
      )}
    </Note>
  )
}

function Word({ word }: { readonly word: AnchorWord }): ReactNode {
  const { t } = useWords()
  return (
    <>
      <bdi>{word.name ?? t(`anchor.who.${word.rung}` satisfies WordKey)}</bdi> · <When at={word.at} />
    </>
  )
}
