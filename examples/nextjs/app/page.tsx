import { find, people, sessions } from '../rollcall'

export default async function Home() {
  const session = await find(sessions, 'session')
  if (session === undefined)
    return (
      <>
        <h1>Example in Next.js</h1>
        <p>Nobody is signed in here.</p>
        <a href="/login">Sign in</a>
      </>
    )
  const own = [...people.values()].filter((one) => one.organizationId === session.organizationId)
  return (
    <>
      <h1>People of {session.organization}</h1>
      <p>{`Signed in as ${session.name}, ${session.role}.`}</p>
      {session.role !== 'member' && (
        <form method="post" action="/settings/security">
          <button type="submit">Open security settings</button>
        </form>
      )}{' '}
      <form method="post" action="/logout">
        <button type="submit">Sign out</button>
      </form>
      <table>
        <tbody>
          {own.map((one) => (
            <tr key={one.id}>
              <td>{one.name}</td>
              <td>{one.email}</td>
              <td>{one.active ? 'Active' : 'Inactive'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
