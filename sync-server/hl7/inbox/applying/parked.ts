import type { Fault } from '../../ack.ts'

/** A message that people have to decide about: nothing of it is written. */
export class Parked extends Error {
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault.code)
    this.name = 'Parked'
    this.fault = fault
  }
}

/** A message that asks for what can't be: nothing of it is written, and no decision of a person would help. */
export class Impossible extends Error {
  readonly fault: Fault

  constructor(why: string, place: string) {
    super(why)
    this.name = 'Impossible'
    this.fault = { code: 'hl7.unmapped', facts: { why, place } }
  }
}
