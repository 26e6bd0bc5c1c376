// A button that says why it cannot be pressed.
import { Button, type ButtonProps, Text } from '@mantine/core'
import { type ReactNode, useId } from 'react'

/** A button; with a `reason` it does nothing, and the reason stands below it for everybody to read. */
export function ExplainedButton(
  props: ButtonProps & {
    readonly reason: string | undefined
    readonly onClick?: () => void
    readonly type?: 'submit'
    readonly 'aria-label'?: string
  },
): ReactNode {
  const { reason, onClick, ...rest } = props
  const id = useId()
  // In a box of its own it is as wide with a reason as without.
  if (reason === undefined)
    return (
      <div>
        <Button {...rest} onClick={onClick} />
      </div>
    )
  return (
    <div>
      <Button
        {...rest}
        type="button"
        data-disabled
        aria-disabled="true"
        aria-describedby={id}
        onClick={(event) => event.preventDefault()}
      />
      <Text id={id} size="sm" c="dimmed" mt={4}>
        {reason}
      </Text>
    </div>
  )
}
