// The path of the service's public URL, which its page says: empty where it is at the root of its host.

const said = document.querySelector<HTMLMetaElement>('meta[name=base]')?.content ?? ''

/** Without a slash at the end. While the console is developed, nobody has put it in the page's place for it. */
export const basePath = said.startsWith('/') ? said : ''
