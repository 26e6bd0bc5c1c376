import { find, goTo, OPERATOR_KEY, PRODUCT_URL, ROLLCALL_URL, sessions } from '../../../rollcall'

export async function POST() {
  const session = await find(sessions, 'session')
  if (session === undefined || session.role === 'member') return goTo('/')
  const { organization, role, email } = session
  const answer = await fetch(`${ROLLCALL_URL}/api/v1/organizations/${organization}/portal-links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${OPERATOR_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ role, email, returnUrl: `${PRODUCT_URL}/` }),
  })
  return goTo(answer.ok ? (await answer.json()).url : '/')
}
