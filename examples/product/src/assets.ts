// The style sheet, the script and the mark of the product, which it serves itself: its pages load nothing from anywhere else.

export const mark =
  '<svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><rect width="32" height="32" rx="9"/><path d="M6.5 22.5 13 11l4.2 7.3 2.3-3.8 5.5 8Z"/></svg>'

export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#0f766e"/><path d="M6.5 22.5 13 11l4.2 7.3 2.3-3.8 5.5 8Z" fill="#fff"/></svg>'

/**
 * The list of people follows by itself; whoever is out is shown out. Not whoever is signing out: their sign-out is on its way through
 * Rollcall, and to go elsewhere meanwhile would call it off, so that they stayed signed in there. It listens before there is a form.
 */
export const script = `let isSigningOut = false
document.addEventListener('submit', ({ target }) => {
  if (target.matches('[action="/logout"]')) isSigningOut = true
})
document.addEventListener('DOMContentLoaded', () => {
  const parts = document.querySelectorAll('[data-follow]')
  if (parts.length === 0) return
  const leave = () => isSigningOut || location.assign('/signed-out?ended=1')
  const changes = new EventSource('/people/changes')
  changes.addEventListener('people', async () => {
    const answer = await fetch('/people')
    if (answer.redirected || !answer.ok) return leave()
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    for (const [at, part] of page.querySelectorAll('[data-follow]').entries())
      parts[at].replaceChildren(...part.childNodes)
  })
  changes.addEventListener('out', leave)
})
`

export const style = `:root {
  color-scheme: light dark;
  --ink: light-dark(#14201f, #e9efee);
  --soft: light-dark(#51615f, #9fb0ad);
  --line: light-dark(#dde5e3, #2a3634);
  --ground: light-dark(#f5f8f7, #0e1514);
  --panel: light-dark(#ffffff, #151e1d);
  --accent: light-dark(#0f766e, #5fd0c3);
  --on-accent: light-dark(#ffffff, #06231f);
  --good: light-dark(#0b6b3a, #7fe0a8);
  --good-ground: light-dark(#e3f5ea, #12301f);
  --off: light-dark(#5b6462, #a7b3b1);
  --off-ground: light-dark(#eceff0, #232c2b);
  --wrong: light-dark(#a3221b, #ffa69e);
}
* { box-sizing: border-box }
body { margin: 0; font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; color: var(--ink); background: var(--ground) }
body { overflow-wrap: anywhere }
h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -0.01em; margin: 0 0 0.35rem }
h2 { font-size: 1.125rem; margin: 0 0 0.35rem }
p { margin: 0 0 1rem } .soft { color: var(--soft) }
a { color: var(--accent) }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.skip { position: absolute; inset-inline-start: 1rem; top: -4rem; background: var(--panel); padding: 0.5rem 1rem; border-radius: 0.5rem }
.skip:focus { top: 0.5rem }
header { background: var(--panel); border-bottom: 1px solid var(--line) }
.bar { max-width: 64rem; margin: 0 auto; padding: 0.75rem 1.25rem; display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: center }
.brand { display: flex; gap: 0.6rem; align-items: center; font-weight: 650; color: inherit; text-decoration: none; margin-inline-end: auto }
.bar nav { display: flex; gap: 0.25rem }
.bar nav a { padding: 0.4rem 0.75rem; border-radius: 0.5rem; color: var(--soft); text-decoration: none; font-weight: 550 }
.bar nav a:hover { color: var(--ink) } .bar nav a[aria-current] { color: var(--ink); background: var(--off-ground) }
.who { display: flex; gap: 0.6rem; align-items: center; font-size: 0.9375rem }
.who form { margin: 0 }
.who small { display: block; color: var(--soft); font-size: 0.8125rem; line-height: 1.3 }
.face { flex: none; width: 2.25rem; height: 2.25rem; border-radius: 50%; display: grid; place-items: center; font-weight: 650;
  font-size: 0.8125rem; background: var(--off-ground); color: var(--ink) }
.mark rect { fill: var(--accent) } .mark path { fill: var(--on-accent) }
main { max-width: 64rem; margin: 0 auto; padding: 2rem 1.25rem 4rem }
.top { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: end; justify-content: space-between; margin-bottom: 1.25rem }
.top p { margin: 0 }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: 0.9rem; padding: 1.25rem 1.4rem; margin: 0 0 1.25rem }
.panel.flush { padding: 0; overflow: hidden }
.centre { max-width: 30rem; margin: 8vh auto 0; text-align: center }
.centre .panel { padding: 2.25rem 1.75rem } .centre .mark { width: 3.25rem; height: 3.25rem; margin-bottom: 1rem }
.reason, .note { padding-block: 0.15rem } .reason { border-inline-start: 3px solid var(--wrong); padding-inline-start: 0.85rem }
.centre .reason { text-align: start; border-inline-start: 3px solid var(--wrong); padding-inline-start: 0.85rem; margin: 1.25rem 0 }
.acts { display: flex; flex-wrap: wrap; gap: 0.6rem; margin-top: 1.25rem } .centre .acts { justify-content: center }
.button, button { display: inline-block; font: inherit; font-weight: 600; padding: 0.55rem 1.1rem; border-radius: 0.6rem; cursor: pointer;
  border: 1px solid transparent; background: var(--accent); color: var(--on-accent); text-decoration: none }
.button.quiet, button.quiet { background: none; border-color: var(--line); color: var(--ink) }
button.quiet:hover, .button.quiet:hover { border-color: var(--soft) }
table { border-collapse: collapse; width: 100% }
th { font-size: 0.8125rem; font-weight: 600; color: var(--soft); background: var(--ground) }
th, td { text-align: start; padding: 0.75rem 1.25rem; border-bottom: 1px solid var(--line); vertical-align: middle }
tbody tr:last-child td { border-bottom: 0 }
.person { display: flex; gap: 0.75rem; align-items: center }
.person small { display: block; color: var(--soft); line-height: 1.3 }
.state { display: inline-block; padding: 0.1rem 0.6rem; border-radius: 1rem; font-size: 0.8125rem; font-weight: 600;
  background: var(--good-ground); color: var(--good) }
.state.off { background: var(--off-ground); color: var(--off) }
.split { display: grid; grid-template-columns: 13rem 1fr; gap: 2rem; align-items: start }
.side { display: grid; gap: 0.25rem } .side a { padding: 0.5rem 0.75rem; border-radius: 0.5rem; color: var(--soft); text-decoration: none }
.side a[aria-current] { background: var(--panel); color: var(--ink); font-weight: 600; box-shadow: 0 0 0 1px var(--line) }
.note { border-inline-start: 3px solid var(--good); padding-inline-start: 0.85rem }
.checks { margin: 0 0 1rem; padding-inline-start: 1.2rem } .checks li { margin: 0.25rem 0 }
@media (width < 44rem) {
  main { padding-top: 1.25rem } .split { grid-template-columns: 1fr; gap: 1rem } .side { display: flex }
  .bar nav { order: 3; width: 100% } .who div { display: none }
  th, td { padding: 0.7rem 1rem }
}
`
