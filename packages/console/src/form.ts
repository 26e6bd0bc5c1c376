// Forms checked by the contract's own schemas, with the refusal of the service beside the field that it names.
import { schemaResolver, useForm } from '@mantine/form'
import type { FormEvent } from 'react'
import { useState } from 'react'
import { problemOf } from './api.ts'

interface Schema {
  readonly '~standard': unknown
}

export interface ContractForm<T extends Record<string, unknown>> {
  readonly form: ReturnType<typeof useForm<T>>
  readonly error: unknown
  readonly isBusy: boolean
  /** For the form's onSubmit: `run` is called with valid values only. */
  submit(run: (values: T) => Promise<unknown>): (event?: FormEvent<HTMLFormElement>) => void
  reset(): void
}

/** `schema`: of the contract; a value it refuses is not sent. */
export function useContractForm<T extends Record<string, unknown>>(
  schema: Schema,
  initialValues: T,
): ContractForm<T> {
  const validate: unknown = schemaResolver(schema as never, { sync: true })
  const form = useForm<T>({
    initialValues,
    validate: validate as never,
  }) as unknown as ContractForm<T>['form']
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  return {
    form,
    error,
    isBusy,
    submit: (run) =>
      form.onSubmit(async (values) => {
        setBusy(true)
        setError(null)
        try {
          await run(values)
        } catch (caught) {
          const fields = problemOf(caught)?.errors ?? []
          for (const { path, message } of fields) if (path in values) form.setFieldError(path, message)
          setError(caught)
        } finally {
          setBusy(false)
        }
      }),
    reset: () => {
      form.reset()
      setError(null)
    },
  }
}
