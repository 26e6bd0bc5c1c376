// How far the set-up is, who does what is left, and the way to each step.

import { Button, Stack } from '@mantine/core'
import type { SetUp, SetUpDetail } from '@rollcall/api'
import type { ReactNode } from 'react'
import { problemOf, useCall, useChange } from '../../base/api.ts'
import { links } from '../../base/links.ts'
import { useMayManagePeople, useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { CheckLine, CheckList } from '../../ui/check-line.tsx'
import { CopyValue } from '../../ui/copy-value.tsx'
import { Failure, Note } from '../../ui/note.tsx'
import { Answer, Panel } from '../../ui/page.tsx'

type Step = SetUp['steps'][number]

const ways: Readonly<Record<Step['step'], (slug: string) => string>> = {
  single_sign_on: links.singleSignOn,
  domain: links.domains,
  provisioning: links.provisioning,
  roles: links.roleMapping,
  confirmation: links.singleSignOn,
}

// Once somebody has answered for a connection, the first sync is what is left.
function wayTo(step: Step['step'], state: Step['state']): (slug: string) => string {
  return step === 'confirmation' && state === 'under_way' ? links.provisioning : ways[step]
}

/** The steps, read again every ten seconds. */
export function SetUpSteps(): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const query = useCall('getSetUp', { params }, { refetchMs: 10_000 })
  return (
    <Panel title={t('setUp.title')}>
      <Answer query={query}>
        {(setUp) => (
          <>
            <CheckList>
              {setUp.steps.map((step) => (
                <StepLine key={step.step} step={step} isNext={step.step === setUp.next} />
              ))}
            </CheckList>
            <News setUp={setUp} />
          </>
        )}
      </Answer>
    </Panel>
  )
}

function StepLine(props: { readonly step: SetUp['steps'][number]; readonly isNext: boolean }): ReactNode {
  const { t } = useWords()
  const { slug } = useOrganization()
  const mayManagePeople = useMayManagePeople()
  const { step, state, by, isOptional } = props.step
  const hint = [
    t(`setUp.hint.${step}`),
    by === 'administrator' && t('setUp.byAdministrator'),
    isOptional && t('setUp.optional'),
  ]
  const isOpen = state !== 'done' && (by === 'contact' || mayManagePeople)
  return (
    <CheckLine
      isDone={state === 'done'}
      isUnderWay={state === 'under_way'}
      title={t(`setUp.step.${step}`)}
      hint={hint.filter((one) => one !== false).join(' ')}
      to={isOpen ? wayTo(step, state)(slug) : undefined}
      toText={t(`setUp.go.${step}`)}
    />
  )
}

/** To whoever set it up: what is done waits for somebody else, who is asked now or once all of theirs is done. */
function News({ setUp }: { readonly setUp: SetUpDetail }): ReactNode {
  const { t } = useWords()
  const mayManagePeople = useMayManagePeople()
  if (setUp.next === null)
    return (
      <Note tone="good" role="status">
        {t('setUp.allDone')}
      </Note>
    )
  const isTheirs = setUp.steps.every(
    ({ state, by, isOptional }) => by !== 'contact' || isOptional || state === 'done',
  )
  const isBegun = setUp.steps.some(({ state, by }) => by === 'contact' && state === 'done')
  const isWaiting = setUp.steps.some(({ step, state }) => step === 'confirmation' && state !== 'done')
  if (mayManagePeople || !isBegun || !isWaiting) return null
  return (
    <Stack gap="sm" mt="md">
      <Note tone="info" role="status">
        {t(isTheirs ? 'setUp.askToConfirm' : 'setUp.mayAskToConfirm')}
      </Note>
      <Question question={setUp.question} />
    </Stack>
  )
}

/** By mail where mail goes out and there is somebody to ask, else by a text to send. */
function Question({ question }: { readonly question: SetUpDetail['question'] }): ReactNode {
  const { t, n, time } = useWords()
  const { slug, name, params } = useOrganization()
  const ask = useChange('askAdministrators', ['getSetUp'])
  const { mayBeMailed, sentAt, recipients } = question
  const url = `${window.location.origin}${links.hrefOfSettings(slug)}`
  const isNobody = problemOf(ask.error)?.code === 'nobody_to_ask'
  return (
    <>
      {sentAt !== null && recipients !== null && (
        <Note tone="good" role="status">
          {n('setUp.asked', recipients, { at: time(sentAt) })}
        </Note>
      )}
      {mayBeMailed && !isNobody && (
        <Button w="fit-content" loading={ask.isPending} onClick={() => ask.mutate({ params })}>
          {t(sentAt === null ? 'setUp.ask' : 'setUp.askAgain')}
        </Button>
      )}
      {isNobody ? <Note tone="info">{t('setUp.nobodyToAsk')}</Note> : <Failure error={ask.error} />}
      {(isNobody || (!mayBeMailed && sentAt === null)) && (
        <CopyValue label={t('setUp.question')} value={t('setUp.questionText', { name, url })} />
      )}
    </>
  )
}
