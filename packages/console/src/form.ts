// Forms checked by the contract's own schemas, which are loaded when the first one is sent; the refusal of the service stands
// beside the field that it names.
import { useForm } from '@mantine/form'
import { type FormEvent, useState } from 'react'
import { problemOf } from './api.ts'

/** What is needed of a schema (Standard Schema 1). */
interface Schema {
  readonly '~standard': {
    validate(value: unknown): Result | Promise<Result>
  }
}
interface Result {
  readonly issues?:
    | readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[]
    | undefined
}

export interface ContractForm<T extends Record<string, unknown>> {
  readonly form: ReturnType<typeof useForm<T>>
  readonly error: unknown
  readonly isBusy: boolean
  /** For the form's onSubmit: `run` is called with valid values only. */
  submit(run: (values: T) => Promise<unknown>): (event: FormEvent<HTMLFormElement>) => void
  reset(): void
}

/** `load` brings a schema of the contract; a value it refuses is not sent. */
export function useContractForm<T extends Record<string, unknown>>(
  load: () => Promise<Schema>,
  initialValues: T,
): ContractForm<T> {
  const form = useForm<T>({ initialValues })
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const send = async (run: (values: T) => Promise<unknown>): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      const values = form.getValues()
      const { issues = [] } = await (await load())['~standard'].validate(values)
      form.setErrors(
        Object.fromEntries(issues.map(({ path = [], message }) => [String(path[0] ?? ''), message])),
      )
      if (issues.length === 0) await run(values)
    } catch (caught) {
      for (const { path, message } of problemOf(caught)?.errors ?? [])
        if (path in initialValues) form.setFieldError(path, message)
      setError(caught)
    } finally {
      setBusy(false)
    }
  }
  return {
    form,
    error,
    isBusy,
    submit: (run) => (event) => {
      event.preventDefault()
      void send(run)
    },
    reset: () => {
      form.reset()
      setError(null)
    },
  }
}
