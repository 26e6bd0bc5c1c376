// The end of a screen of one thing: it is removed there, after a question, and the list is shown.
import type { ReactNode } from 'react'
import { useNavigate } from 'react-router'
import { ConfirmButton } from './confirm.tsx'
import { Panel } from './page.tsx'

/** The panel with the button that asks; `back` is shown after `run`. */
export function RemovalPanel(props: {
  /** The act by its name. */
  readonly act: string
  readonly about: string
  /** The question. */
  readonly title: string
  readonly body: ReactNode
  /** What must be typed first. */
  readonly typed?: string
  /** Why it cannot be done. */
  readonly reason?: string | undefined
  readonly run: () => Promise<unknown>
  readonly back: string
}): ReactNode {
  const { act, about, back, run, ...question } = props
  const navigate = useNavigate()
  return (
    <Panel title={act} about={about}>
      <ConfirmButton
        {...question}
        label={act}
        act={act}
        isDangerous
        size="sm"
        run={async () => {
          await run()
          await navigate(back)
        }}
      />
    </Panel>
  )
}
