// The room `console/base`: what every part of the console stands on, without a word or a colour. It calls the service and writes addresses.
//
// 1. `api.ts` calls the management API; `links.ts` writes addresses; `base-path.ts` knows what stands before them.
// 2. `brand.ts` has what the operator said of the product, as the page was told when it was loaded.
// 3. `days.ts` counts days and hours.
// Nothing here shows anything.
//
// The management API as the screens use it: a query for each read, a change for each write that names what it makes stale.
import type { CallInput, OperationId, ProblemBody, ResultOf } from '@rollcall/api'
import { createClient, ProblemError } from '@rollcall/api/client'
import {
  keepPreviousData,
  QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
} from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { basePath } from './base-path.ts'

const client = createClient({ baseUrl: `${location.origin}${basePath}`, send: (request) => fetch(request) })

/**
 * What was read counts as fresh for five seconds; a refusal is an answer, an unreachable service is asked three
 * times.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      // A refusal is an answer; only an unreachable service is asked again.
      retry: (failures, error) =>
        !(error instanceof ProblemError && error.problem.status < 500) && failures < 2,
    },
  },
})

/** Reads. `isIdle` leaves it unasked. The page before stays while the next one loads. */
export function useCall<O extends OperationId>(
  operation: O,
  input: CallInput<O>,
  options: { readonly isIdle?: boolean; readonly refetchMs?: number } = {},
): UseQueryResult<ResultOf<O>> {
  return useQuery({
    queryKey: [operation, input],
    queryFn: () => client.call(operation, input),
    enabled: options.isIdle !== true,
    placeholderData: keepPreviousData,
    ...(options.refetchMs === undefined ? {} : { refetchInterval: options.refetchMs }),
  }) as UseQueryResult<ResultOf<O>>
}

/** Writes; when it is done, every read of `stale` is asked again before the change counts as finished. */
export function useChange<O extends OperationId>(
  operation: O,
  stale: readonly OperationId[],
): UseMutationResult<ResultOf<O>, Error, CallInput<O>> {
  return useMutation({
    mutationFn: (input: CallInput<O>) => client.call(operation, input),
    onSuccess: () => makeStale(stale),
  })
}

/** Asks for every read of these operations again; done when those that are on screen have answered. */
export async function makeStale(operations: readonly OperationId[]): Promise<void> {
  await queryClient.invalidateQueries({
    predicate: ({ queryKey }) => operations.includes(queryKey[0] as OperationId),
  })
}

/** Server-sent events while the screen is open; `hear` is told of each. */
export function useStream(url: string | undefined, hear: (data: unknown) => void): void {
  const latest = useRef(hear)
  latest.current = hear
  useEffect(() => {
    if (url === undefined) return
    const source = new EventSource(url)
    // After a break in the line, what came meanwhile is asked for at once.
    source.addEventListener('open', () => latest.current(undefined))
    source.addEventListener('activity', (event) => latest.current(JSON.parse(event.data as string)))
    return () => source.close()
  }, [url])
}

/** The problem that an error carries, or undefined where the service was not reached. */
export function problemOf(error: unknown): ProblemBody | undefined {
  return error instanceof ProblemError ? error.problem : undefined
}
