/** What cookies and pages have to know of the public URL. */
export interface Site {
  /** Whether it is https, or is not this machine's own. */
  readonly isSecure: boolean
  /** Its path, without a slash at the end; empty for most. */
  readonly basePath: string
}
