// What the page says of the service: the path of its public URL, empty where it is at the root of its host, and how its command is run.

/** What the page says under this name; empty where it says nothing. */
export function read(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name=${name}]`)?.content ?? ''
}
const said = read('base')
const command = read('command')

/** Without a slash at the end. While the console is developed, nobody has put it in the page's place for it. */
export const basePath = said.startsWith('/') ? said : ''

/** How whoever runs the service types its command. */
export const ownCommand = command === '' || command.startsWith('__') ? 'rollcall' : command
