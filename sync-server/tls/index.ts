export { isLoopback } from './loopback.ts'
export { readPem } from './read-pem.ts'
export { httpsMaterial, pinOf } from './https-material.ts'
export type { HttpsMaterial } from './https-material.ts'
