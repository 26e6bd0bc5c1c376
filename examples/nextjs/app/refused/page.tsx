export default async function Refused({ searchParams }: { searchParams: Promise<{ reason?: string }> }) {
  const { reason = '' } = await searchParams
  return (
    <>
      <h1>You could not be signed in</h1>
      <p role="alert">{reason.slice(0, 300)}</p>
      <a href="/login">Try again</a>
    </>
  )
}
