// The dialog that finds anything: a field, and below it what is found. It is a combobox with a list (ARIA Authoring Practices): the focus
// stays in the field, the arrows go through the list, Enter goes there.
import { TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { useWords } from '../i18n/language.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { type FoundGroup, type FoundOne, type FoundPlace, useFound } from './find-results.ts'

/** Finds what is typed, and goes there. */
export function FindDialog(props: {
  readonly places: readonly FoundPlace[]
  readonly close: () => void
}): ReactNode {
  const { t } = useWords()
  const navigate = useNavigate()
  const listId = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const { groups, isLooking } = useFound(props.places, text)
  const all = groups.flatMap(({ items }) => items)
  const active = Math.min(at, all.length - 1)
  const go = (one: FoundOne | undefined): void => {
    if (one === undefined) return
    props.close()
    void navigate(one.to)
  }
  const hear = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && all.length > 0) setAt((active + step + all.length) % all.length)
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing) go(all[active])
    else return
    event.preventDefault()
  }
  return (
    <Dialog title={t('search')} size="lg" close={props.close}>
      <TextInput
        data-autofocus
        type="text"
        role="combobox"
        aria-label={t('find.label')}
        aria-expanded={all.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={all.length > 0 ? `${listId}-${active}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={t('find.label')}
        leftSection={<IconSearch size={18} />}
        maxLength={100}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={hear}
      />
      <Found listId={listId} groups={groups} active={active} choose={go} />
      <Count count={all.length} isLooking={isLooking} />
    </Dialog>
  )
}

function Found(props: {
  readonly listId: string
  readonly groups: readonly FoundGroup[]
  readonly active: number
  readonly choose: (one: FoundOne) => void
}): ReactNode {
  const { t } = useWords()
  const { listId, groups, active, choose } = props
  let place = -1
  return (
    <div id={listId} role="listbox" aria-label={t('find.found')} className="rc-find" tabIndex={-1}>
      {groups.map(({ title, items }) => (
        // biome-ignore lint/a11y/useSemanticElements: the options of a list are grouped by their role
        <div key={title} role="group" aria-labelledby={`${listId}-${title}`}>
          <div id={`${listId}-${title}`} className="rc-find-title" role="presentation">
            {t(title)}
          </div>
          {items.map((one) => {
            place += 1
            return (
              <Option
                key={one.to}
                id={`${listId}-${place}`}
                one={one}
                isActive={place === active}
                choose={choose}
              />
            )
          })}
        </div>
      ))}
    </div>
  )
}

function Option(props: {
  readonly id: string
  readonly one: FoundOne
  readonly isActive: boolean
  readonly choose: (one: FoundOne) => void
}): ReactNode {
  const { id, one, isActive, choose } = props
  const { name, detail, icon: Icon } = one
  const shown = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isActive) shown.current?.scrollIntoView({ block: 'nearest' })
  }, [isActive])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the focus stays in the field, which hears the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the same
    <div
      ref={shown}
      id={id}
      role="option"
      aria-selected={isActive}
      className="rc-find-option"
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => choose(one)}
    >
      {Icon !== undefined && <Icon size={18} aria-hidden="true" />}
      <bdi>{name}</bdi>
      {detail !== undefined && <bdi className="rc-find-detail">{detail}</bdi>}
    </div>
  )
}

/** How many there are, for who does not see them; and that there is nothing, for everybody. */
function Count({ count, isLooking }: { readonly count: number; readonly isLooking: boolean }): ReactNode {
  const { t, n } = useWords()
  return (
    <div role="status">
      {isLooking ? null : count === 0 ? (
        <p className="rc-find-none">{t('find.none')}</p>
      ) : (
        <span className="rc-hidden">{n('find.count', count)}</span>
      )}
    </div>
  )
}
