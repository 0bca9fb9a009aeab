import { newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { BeginSignInAnswer } from '#app/protocol/index.ts'
import { codeAt } from '../../access/signing-in/second-factor.ts'
import { DEMO_PASSWORD } from '../../seed/index.ts'
import type { SecondFactor } from '../../store/contract.ts'
import { booking, registration } from '../../testing/interface-stage.ts'
import { call, newDeviceKey } from '../../testing/test-device.ts'
import type { TestServer } from '../../testing/test-server.ts'
import type { ConsoleAnswer, ConsoleCall, ConsoleRequest } from '../protocol/console.ts'
import { newPasskey } from './new-passkey.ts'
import type { Walker, WalkStage } from './walk-stage.ts'

// Every call of the console made once, in the order of this table, which does not compile while one is missing.

export type Walk<Call extends ConsoleCall> = {
  readonly as: Walker
  readonly ask: () => ConsoleRequest<Call> | Promise<ConsoleRequest<Call>>
  /** The action of an entry that it leaves in the audit; null: it leaves none. */
  readonly leaves: string | null
  readonly keep?: (answer: ConsoleAnswer<Call>) => void
}

/** Those that need a provider of single sign-on: access/signing-in/single-sign-on.test.ts. */
export type ByProvider = 'sign-on' | 'sign-device-on'
export type Walks = { readonly [Call in Exclude<ConsoleCall, ByProvider>]: Walk<Call> }

const nothing = () => ({})
const words = 'For this walk'
const password = DEMO_PASSWORD
const base64 = (byte: number) => Buffer.alloc(32, byte).toString('base64')
const box = Buffer.from('a sealed box').toString('base64')
const linesOf = (bytes: Buffer) => bytes.toString().trim().split('\r')

export function walksOf(stage: WalkStage): Walks {
  const { server, feedId, as, observationId, patientId, emergencyId, deviceId, ownDeviceId } = stage
  const { dead, parked, outgoing } = stage
  /** What earlier calls have answered. */
  const known = {
    userId: '',
    invitation: '',
    challenge: '',
    grant: '',
    agreement: '',
    client: '',
    hold: '',
    amendment: '',
    job: '',
  }
  const device = () => ({ id: deviceId })
  const period = () => {
    const now = server.clock.now()
    return { from: new Date(now - 86_400_000).toISOString(), until: new Date(now).toISOString() }
  }
  const decision = () => ({
    patientId,
    sensitivity: 'hiv' as const,
    records: [{ collection: 'clinical' as const, id: observationId }],
    words,
  })
  const erasure = () => ({ patientId, ground: 'law' as const, words })
  const dossier = async () => {
    const { form } = (await as('priya')('dossier', { deviceId })).body
    const factors = { nature: 'All', recipient: 'A thief', acquired: 'Not known', mitigated: 'Wiped' }
    return { deviceId, form: { ...form, factors, decision: 'breach' as const } }
  }

  return {
    'sign-in': { as: 'nobody', ask: () => ({ login: 'sam', password }), leaves: 'session' },
    'state-purpose': { as: 'sam', ask: () => ({ purpose: 'test', reference: '' }), leaves: 'state-purpose' },
    overview: { as: 'sam', ask: nothing, leaves: null },
    'verify-audit': { as: 'sam', ask: nothing, leaves: null },
    users: { as: 'sam', ask: nothing, leaves: null },
    'add-user': {
      as: 'sam',
      ask: () => ({ login: 'newcomer', name: 'Noor Newcomer' }),
      leaves: 'add-user',
      keep: ({ user, invitation }) => Object.assign(known, { userId: user.id, invitation: invitation.code }),
    },
    'set-password': {
      as: 'nobody',
      ask: () => ({ login: 'newcomer', invitation: known.invitation, password: 'a heron over the lagoon' }),
      leaves: 'set-password',
    },
    'change-password': {
      as: 'nobody',
      ask: () => ({
        login: 'newcomer',
        current: 'a heron over the lagoon',
        password: 'two herons, one pond',
      }),
      leaves: 'change-password',
    },
    invite: {
      as: 'sam',
      ask: () => ({ id: known.userId }),
      leaves: 'invite',
      keep: ({ code }) => Object.assign(known, { invitation: code }),
    },
    'second-factor': {
      as: 'nobody',
      ask: () => ({ login: 'newcomer', password: 'two herons, one pond', invitation: known.invitation }),
      leaves: 'second-factor',
    },
    'forget-second-factor': { as: 'sam', ask: () => ({ id: known.userId }), leaves: 'forget-second-factor' },
    'forget-password': { as: 'sam', ask: () => ({ id: known.userId }), leaves: 'forget-password' },
    'invited-only': { as: 'sam', ask: nothing, leaves: null },
    'set-invited-only': { as: 'sam', ask: () => ({ invitedOnly: false }), leaves: 'invited-only' },
    'sign-on-name': { as: 'nobody', ask: nothing, leaves: null },
    'link-identity': {
      as: 'sam',
      ask: () => ({ id: known.userId, subject: 'noor' }),
      leaves: 'link-identity',
    },
    'unlink-identity': { as: 'sam', ask: () => ({ id: known.userId }), leaves: 'unlink-identity' },
    'disable-user': { as: 'sam', ask: () => ({ id: known.userId }), leaves: 'disable-user' },
    'enable-user': { as: 'sam', ask: () => ({ id: known.userId }), leaves: 'enable-user' },

    'asking-device': { as: 'nobody', ask: async () => ({ page: await pageFor(server) }), leaves: null },
    'sign-device-in': {
      as: 'nobody',
      ask: async () => ({ page: await pageFor(server), login: 'carla', password }),
      leaves: 'sign-in',
    },
    devices: { as: 'sam', ask: nothing, leaves: null },
    'let-copy-go-on': {
      as: 'sam',
      ask: async () => {
        const { access } = server.store
        const stored = await access.device(deviceId)
        if (stored !== null) await access.markDevice(stored.id, { copiedAt: stored.createdAt })
        return device()
      },
      leaves: 'let-copy-go-on',
    },
    'set-recovery-keys': {
      as: 'sam',
      ask: () => ({ keys: [base64(1), base64(2), base64(3)] }),
      leaves: 'set-recovery-keys',
    },
    'recovery-keys': { as: 'sam', ask: nothing, leaves: null },
    'approve-recovery': {
      as: 'sam',
      ask: async () => {
        const { access } = server.store
        const [id, boxes] = [newId(), [{ first: 0, second: 1, box }]]
        const asked = { id, deviceId, requestedAt: new Date().toISOString() }
        const undecided = { firstBy: null, boxes: null, secondBy: null, box: null }
        const escrow = { deviceId, boxes, createdAt: asked.requestedAt }
        await access.saveEscrow({ ...escrow, fingerprint: '0'.repeat(32) })
        await access.saveRecovery({ ...asked, ...undecided, publicKey: base64(4) })
        return { id, boxes }
      },
      leaves: 'recovery-first',
    },
    recoveries: { as: 'sam', ask: nothing, leaves: null },
    'wipe-device': { as: 'sam', ask: device, leaves: 'wipe-device' },
    'revoke-device': { as: 'sam', ask: device, leaves: 'revoke-device' },
    lease: { as: 'sam', ask: nothing, leaves: null },
    'set-lease': { as: 'sam', ask: () => ({ days: 7, byRole: {} }), leaves: 'set-lease' },
    'access-alerts': { as: 'sam', ask: nothing, leaves: null },
    'see-access-alert': {
      as: 'sam',
      ask: async () => {
        const cause = { kind: 'flooding', userId: null, deviceId: null, address: null } as const
        return { id: (await server.store.access.raiseAlert(cause, new Date().toISOString())).id }
      },
      leaves: 'see-alert',
    },

    'own-account': { as: 'sofia', ask: nothing, leaves: null },
    'end-other-sessions': { as: 'sofia', ask: () => ({ password }), leaves: 'end-sessions' },
    'revoke-own-device': {
      as: 'sofia',
      ask: () => ({ id: ownDeviceId, password }),
      leaves: 'revoke-device',
    },
    'passkey-challenge': { as: 'nobody', ask: nothing, leaves: null },
    'passkey-options': {
      as: 'otto',
      ask: () => ({ password }),
      leaves: null,
      keep: ({ challenge }) => Object.assign(known, { challenge }),
    },
    'add-passkey': { as: 'otto', ask: () => newPasskey(server.url, known.challenge), leaves: 'add-passkey' },
    passkeys: { as: 'otto', ask: nothing, leaves: null },
    'remove-passkey': {
      as: 'otto',
      ask: async () => {
        const { store, clock, userId } = server
        const [passkey] = await store.access.passkeys(userId('otto'))
        // Who has a passkey shows it again, or a code.
        return {
          id: passkey?.id ?? '',
          password,
          code: codeAt(await authenticatorOf(server, userId('otto')), clock.now()),
        }
      },
      leaves: 'remove-passkey',
    },

    'grant-choices': { as: 'sam', ask: nothing, leaves: null },
    grants: { as: 'sam', ask: () => ({ asOf: null }), leaves: null },
    'propose-grant': {
      as: 'sam',
      ask: () => {
        const period = { from: '2026-01-01T00:00:00.000Z', until: null }
        return { userId: known.userId, role: 'coordinator', scope: 'org', ...period, reason: words }
      },
      leaves: 'propose-grant',
      keep: ({ grant }) => Object.assign(known, { grant: grant.id }),
    },
    'approve-grant': { as: 'sofia', ask: () => ({ id: known.grant }), leaves: 'approve-grant' },
    'end-grant': { as: 'sam', ask: () => ({ id: known.grant, reason: words }), leaves: 'end-grant' },

    'add-agreement': {
      as: 'sam',
      ask: () => ({
        kind: 'baa',
        parties: { ours: 'Ashby Clinic', theirs: 'Synthetic Analytics' },
        document: { title: 'Agreement' },
        from: '2020-01-01',
        until: null,
      }),
      leaves: 'add-agreement',
      keep: ({ id }) => Object.assign(known, { agreement: id }),
    },
    agreements: { as: 'sam', ask: nothing, leaves: null },
    'add-fhir-client': {
      as: 'sam',
      ask: () => ({
        agreementId: known.agreement,
        name: 'Reports',
        purpose: 'operations',
        keys: { jwksUrl: 'https://keys.example/jwks.json' },
        smartScopes: ['system/Patient.rs'],
        grants: [{ role: 'supervisor', scope: 'org' }],
        seesRestricted: false,
      }),
      leaves: 'add-fhir-client',
      keep: ({ id }) => Object.assign(known, { client: id }),
    },
    'fhir-clients': { as: 'sam', ask: nothing, leaves: null },
    'revoke-fhir-client': { as: 'sam', ask: () => ({ id: known.client }), leaves: 'revoke-fhir-client' },
    'end-agreement': { as: 'sam', ask: () => ({ id: known.agreement }), leaves: 'end-agreement' },

    'hl7-overview': { as: 'sam', ask: () => ({ hours: 1 }), leaves: null },
    'hl7-search': { as: 'ivo', ask: () => ({ limit: 5 }), leaves: null },
    'hl7-message': { as: 'ivo', ask: () => ({ sequence: dead }), leaves: null },
    'hl7-acknowledge': { as: 'ivo', ask: () => ({ cause: newId(), upTo: dead }), leaves: 'hl7-acknowledge' },
    'hl7-open': { as: 'ivo', ask: () => ({ sequence: parked }), leaves: 'hl7-candidates' },
    'hl7-written': { as: 'ivo', ask: () => ({ sequence: parked - 1 }), leaves: 'hl7-written' },
    'hl7-dry-run': { as: 'ivo', ask: () => ({ sequence: dead }), leaves: 'hl7-tried' },
    'hl7-decide': {
      as: 'ivo',
      ask: async () => {
        const { candidates } = (await as('ivo')('hl7-open', { sequence: parked })).body
        return { sequence: parked, patientId: candidates[0]?.id ?? '' }
      },
      leaves: 'decide-message',
    },
    'hl7-replay': {
      as: 'ivo',
      ask: () => ({ sequences: [dead] }),
      leaves: 'hl7-replayed',
      keep: ({ job }) => Object.assign(known, { job }),
    },
    'hl7-job': { as: 'ivo', ask: () => ({ job: known.job }), leaves: null },
    'hl7-cancel': { as: 'ivo', ask: () => ({ job: known.job }), leaves: 'hl7-cancel' },
    'hl7-force': { as: 'ivo', ask: () => ({ sequence: parked - 1 }), leaves: 'hl7-forced' },
    'hl7-correct': {
      as: 'ivo',
      ask: async () => {
        await server.hl7.idle()
        return { sequence: dead, lines: linesOf(booking('C1', 'MR8810', '20260601090000')) }
      },
      leaves: 'hl7-corrected',
    },
    'hl7-feed': { as: 'ivo', ask: () => ({ id: feedId }), leaves: null },
    'hl7-try': {
      as: 'ivo',
      ask: async () => {
        const { settings } = (await as('ivo')('hl7-feed', { id: feedId })).body
        return { feedId, settings, lines: linesOf(registration('T1', 'MR8890')) }
      },
      leaves: 'hl7-try',
    },
    'hl7-save-feed': {
      as: 'ivo',
      ask: async () => {
        const { id, version, name, settings } = (await as('ivo')('hl7-feed', { id: feedId })).body
        return { id, version, name, enabled: true, settings }
      },
      leaves: 'save-feed',
    },
    outgoing: { as: 'sam', ask: nothing, leaves: null },
    'outgoing-list': { as: 'sam', ask: () => ({ feedId, kind: 'message', limit: 5 }), leaves: null },
    'outgoing-settle': {
      as: 'sam',
      ask: () => ({ sequence: outgoing, how: 'drop' }),
      leaves: 'outgoing-drop',
    },
    'outgoing-pause': {
      as: 'sam',
      ask: () => ({ feedId, kind: 'message', isPaused: true }),
      leaves: 'outgoing-pause',
    },

    'emergencies-waiting': { as: 'sofia', ask: nothing, leaves: null },
    emergencies: { as: 'sofia', ask: nothing, leaves: 'read-emergencies' },
    'sign-emergency': {
      as: 'sofia',
      ask: () => ({ id: emergencyId, verdict: 'justified', words }),
      leaves: 'sign-emergency',
    },
    audit: { as: 'otto', ask: () => ({ record: null, user: null, before: null }), leaves: 'read-audit' },
    activity: { as: 'otto', ask: period, leaves: 'read-activity' },
    'sign-activity-review': {
      as: 'priya',
      ask: () => ({ ...period(), words, followUp: false }),
      leaves: 'sign-activity-review',
    },
    'activity-reviews': { as: 'otto', ask: nothing, leaves: null },
    accounting: { as: 'priya', ask: () => ({ patientId }), leaves: 'read-accounting' },
    'dossier-devices': { as: 'priya', ask: nothing, leaves: null },
    dossier: { as: 'priya', ask: () => ({ deviceId }), leaves: 'read-dossier' },
    'save-dossier': { as: 'priya', ask: dossier, leaves: 'save-dossier' },
    'sign-dossier': { as: 'priya', ask: dossier, leaves: 'sign-dossier' },
    'export-record': {
      as: 'priya',
      ask: () => ({ patientId, form: 'fhir' }),
      leaves: 'disclose',
    },
    'receive-amendment': {
      as: 'priya',
      ask: () => ({ patientId, recordId: null, receivedOn: '2026-03-02', request: words }),
      leaves: 'receive-amendment',
      keep: ({ id }) => Object.assign(known, { amendment: id }),
    },
    'step-amendment': {
      as: 'priya',
      ask: () => ({ id: known.amendment, words, step: { step: 'decide', accepted: true, ground: null } }),
      leaves: 'amendment-decide',
    },
    amendments: { as: 'priya', ask: () => ({ patientId }), leaves: 'read-amendments' },
    'site-regions': { as: 'sam', ask: nothing, leaves: null },
    'put-site': {
      as: 'sam',
      ask: () => ({ siteId: server.synthetic.sites[0].id, region: 'us-east' }),
      leaves: 'put-site',
    },

    'patient-marks': { as: 'priya', ask: () => ({ patientId }), leaves: 'read-marks' },
    'preview-marks': {
      as: 'priya',
      ask: () => {
        const { words: _, ...asked } = decision()
        return { ...asked, change: 'mark' }
      },
      leaves: 'preview-marks',
    },
    'mark-records': { as: 'priya', ask: decision, leaves: 'mark-sensitive' },
    'propose-release': { as: 'priya', ask: decision, leaves: 'propose-release' },
    releases: { as: 'sofia', ask: nothing, leaves: 'read-releases' },
    'decline-release': {
      as: 'sofia',
      ask: async () => ({ id: (await as('priya')('propose-release', decision())).body.id }),
      leaves: 'decline-release',
    },
    'approve-release': {
      as: 'sofia',
      ask: async () => ({ id: (await as('priya')('propose-release', decision())).body.id }),
      leaves: 'release-sensitive',
    },

    'place-hold': {
      as: 'priya',
      ask: () => ({ patientId, words }),
      leaves: 'place-hold',
      keep: ({ id }) => Object.assign(known, { hold: id }),
    },
    'release-hold': { as: 'priya', ask: () => ({ id: known.hold, words }), leaves: 'release-hold' },
    'retention-papers': { as: 'priya', ask: nothing, leaves: 'read-retention' },
    'retention-due': { as: 'priya', ask: () => ({ years: 10, after: null }), leaves: 'read-retention' },
    'propose-erasure': { as: 'priya', ask: erasure, leaves: 'propose-erasure' },
    'decline-erasure': {
      as: 'sofia',
      ask: async () => ({ id: (await as('priya')('propose-erasure', erasure())).body.id }),
      leaves: 'decline-erasure',
    },
    'approve-erasure': {
      as: 'sofia',
      ask: async () => ({ id: (await as('priya')('propose-erasure', erasure())).body.id }),
      leaves: 'erase',
    },
    'sign-out': { as: 'otto', ask: nothing, leaves: null },
  }
}

async function authenticatorOf({ store }: TestServer, userId: Id): Promise<SecondFactor> {
  const secondFactor = {
    secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    confirmedAt: '2026-01-01T00:00:00.000Z',
  }
  const user = await store.access.user(userId)
  if (user !== null) await store.access.saveUser({ ...user, secondFactor })
  return secondFactor
}

/** The page at which a new device is signed in. */
async function pageFor({ url }: TestServer): Promise<string> {
  const { publicKey } = newDeviceKey()
  const device = { replicaId: newId(), label: 'Front desk 2', host: 'electron' as const, publicKey }
  return (await call<BeginSignInAnswer>(url, 'beginSignIn', { device })).body.page
}
