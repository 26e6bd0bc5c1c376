// What a page of the simulator is asked and answers.

export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Asked {
  readonly url: URL
  readonly fields: URLSearchParams
}

/** Found by method and path; what it throws becomes a page that says so. */
export type Route = (asked: Asked) => Answer | Promise<Answer>
