/** A day, in the milliseconds that times are counted in. */
export const dayMs = 86_400_000
