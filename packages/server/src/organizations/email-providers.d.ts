declare module 'email-providers' {
  const names: readonly string[]
  export default names
}
