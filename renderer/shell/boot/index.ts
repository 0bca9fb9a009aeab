// What must stand before anything else runs, in this order.
import './zod.ts'
import { installTrustedTypes } from './trusted-types.ts'
import type { WithTrustedTypes } from './trusted-types.ts'

// TypeScript's DOM types do not know Trusted Types yet.
installTrustedTypes(globalThis as WithTrustedTypes, document.baseURI)
