// What must stand before anything else runs, in this order.
import './zod.ts'
import { installTrustedTypes } from './trusted-types.ts'

installTrustedTypes(globalThis, document.baseURI)
