// The public face of the example: start it, stop it.
export { type Product, type ProductOptions, startProduct } from './app.ts'
