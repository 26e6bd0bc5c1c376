// A dialog with a form that the contract checks.
import type { ReactNode } from 'react'
import type { ContractForm } from './contract-form.ts'
import { FormDialog } from './form.tsx'

/** What is sent is valid; a refusal stands beside its field, or at the end. */
export function ContractDialog<T extends Record<string, unknown>, B>(props: {
  readonly title: string
  readonly act: string
  readonly contract: ContractForm<T, B>
  readonly close: () => void
  readonly run: (body: B) => Promise<unknown>
  readonly children: ReactNode
}): ReactNode {
  const { error, isBusy, submit } = props.contract
  return (
    <FormDialog
      size="lg"
      title={props.title}
      close={props.close}
      submit={submit(props.run)}
      act={props.act}
      isBusy={isBusy}
      error={error}
    >
      {props.children}
    </FormDialog>
  )
}
