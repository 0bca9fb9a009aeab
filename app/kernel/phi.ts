import { z } from 'zod'

/**
 * What a field tells about a person (45 CFR 160.103, 164.514(b)(2); `protected` also 42 CFR Part 2 and state law).
 * Projections, logs, exports and the canary tests derive from it.
 *
 * - `none`: nothing about a patient
 * - `identifying`: points to a patient
 * - `clinical`: tells of a patient's health, care or payment
 * - `protected`: specially protected (substance use, mental health notes, HIV, reproductive health)
 */
export const phiClasses = ['none', 'identifying', 'clinical', 'protected'] as const
export const phiClassSchema = z.enum(phiClasses)
export type PhiClass = (typeof phiClasses)[number]
