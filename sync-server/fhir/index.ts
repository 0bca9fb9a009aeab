import type { Clock } from '#app/kernel/index.ts'
import type { Throttle } from '../access/signing-in/throttle.ts'
import type { ServerConfig } from '../config.ts'
import type { WriteDoor } from '../replication/write-door.ts'
import type { Store } from '../store/contract.ts'
import { createCallers } from './access/callers.ts'
import { createAssertionChecker } from './access/client-assertion.ts'
import { openDesk } from './desk.ts'
import type { FhirParts } from './http/fhir-routes.ts'

/** What the routes of FHIR are made of. */
export function openFhir(parts: {
  readonly store: Store
  readonly door: WriteDoor
  readonly clock: Clock
  readonly throttle: Throttle
  readonly config: Pick<ServerConfig, 'fhir' | 'http'>
}): FhirParts {
  const { store, door, clock, throttle, config } = parts
  return {
    desk: openDesk({ store, door, clock }),
    callers: createCallers({ store, clock, throttle, assertions: createAssertionChecker(clock) }),
    clock,
    settings: config.fhir,
    maintenance: config.http.maintenance === true,
  }
}
