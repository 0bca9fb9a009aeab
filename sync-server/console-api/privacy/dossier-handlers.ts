import { AppError, instant, newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { evidenceHash, gatherDossier } from '../../privacy/dossier/dossier.ts'
import { dossiers } from '../../privacy/dossier/dossier-papers.ts'
import type { Dossier } from '../../privacy/dossier/dossier-papers.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import type { ConsoleCaller } from '../signing-in/console-sessions.ts'
import { namesOf } from '../people/people.ts'
import { describeDossier } from './describe-dossier.ts'
import type { dossierCalls, DossierForm } from '../protocol/privacy/dossier-calls.ts'
import { writeDown } from '../write-down.ts'

export function dossierHandlers(parts: ConsoleParts): Pick<ConsoleHandlers, keyof typeof dossierCalls> {
  const { store, clock } = parts

  async function change(deviceId: Id, form: DossierForm, caller: ConsoleCaller, signs: boolean) {
    const facts = await gatherDossier(parts, deviceId)
    if (facts.paper.content.signed !== null) throw new AppError('request.invalid', { place: 'deviceId' })
    const at = instant(clock)
    const persons = facts.holdings.patients.length
    const signed = signs ? { by: caller.user, at, evidence: evidenceHash(facts), persons } : null
    const id = facts.isFiled ? facts.paper.id : newId()
    const paper = { ...facts.paper, id, content: { form, signed } satisfies Dossier }
    await store.transaction(async (tx) => {
      await dossiers.file(tx.access, paper)
      const action = signs ? 'sign-dossier' : 'save-dossier'
      const outcome = form.decision ?? 'undecided'
      tx.stage({ type: 'audit', at, ...caller.by, action, ids: [deviceId], outcome, facts: { persons } })
    })
    return describeDossier(parts, await gatherDossier(parts, deviceId), caller)
  }

  return {
    'dossier-devices': async () => {
      const name = await namesOf(store)
      const done = new Set(
        (await dossiers.all(store.access)).filter(({ content }) => content.signed).map(({ about }) => about),
      )
      const devices = await store.access.devices()
      return {
        devices: devices.map(({ id, label, userId, lastSeenAt, wipedAt }) => ({
          id,
          device: label,
          user: name(userId),
          lastSeenAt,
          wipedAt,
          signed: done.has(id),
        })),
      }
    },
    dossier: async ({ deviceId }, caller) => {
      const facts = await gatherDossier(parts, deviceId)
      const ids = [deviceId, ...facts.holdings.patients.map(({ patientId }) => patientId)]
      await writeDown(parts, caller, { action: 'read-dossier', ids })
      return describeDossier(parts, facts, caller)
    },
    'save-dossier': ({ deviceId, form }, caller) => change(deviceId, form, caller, false),
    'sign-dossier': ({ deviceId, form }, caller) => change(deviceId, form, caller, true),
  }
}
