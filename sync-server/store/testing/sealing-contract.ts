import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Subject } from './store-contract.ts'
import { sampleDevice, sampleUser } from './access-contract.ts'
import { sampleMessage } from './inbox-contract.ts'
import { sampleAgreement, sampleClient } from './integration-contract.ts'
import { at, put, readOne, sampleConflict, sampleWrite } from './samples.ts'

const damaged = { code: 'store.sealed-body' }

export function sealingContract({ store, site }: Subject): void {
  describe('sealing', () => {
    test('nothing that people entered lies in any byte of the database', async () => {
      const canary = (where: string) => `KolibriUndZimtstern ${where}`
      const user = {
        ...sampleUser(canary('login')),
        name: canary('name'),
        passwordHash: canary('hash'),
        secondFactor: { secret: canary('factor'), confirmedAt: null },
      }
      await store().access.saveUser(user)
      await store().access.addDevice(sampleDevice(user.id, canary('label')))
      await store().access.addFailedAttempt(canary('attempt'), at)
      await store().feeds.save({
        id: newId(),
        name: canary('feed'),
        settings: { facility: canary('setting') },
        createdAt: at,
        disabledAt: null,
      })
      const agreement = sampleAgreement()
      const parties = { ours: canary('ours'), theirs: canary('theirs') }
      await store().integrations.saveAgreement({
        ...agreement,
        parties,
        document: { title: canary('document') },
      })
      const keys = { jwksUrl: `https://${canary('url')}` }
      const client = { ...sampleClient(agreement), name: canary('client'), purpose: canary('purpose'), keys }
      await store().integrations.saveClient(client)
      const feedId = newId()
      await store().inbox.append(
        sampleMessage({
          feedId,
          raw: Buffer.from(canary('raw')),
          key: { feedId, sender: canary('sender'), controlId: canary('control') },
          messageType: canary('type'),
          closed: { outcome: 'dead', facts: { why: canary('facts') }, at },
        }),
      )
      const [id, deviceId, edit] = [newId(), newId(), newId()]
      const ref = { collection: 'patients', id } as const
      await store().transaction(async (tx) => {
        await tx.load([ref])
        const identifiers = [{ authority: canary('authority'), type: 'MR', value: canary('value') }]
        tx.stage(
          sampleWrite('patients', { id, kind: 'patient', identifiers, fields: { family: canary('field') } }),
        )
        const entry = { ...sampleConflict(newId(), 'family'), losing: canary('losing') }
        tx.stage({ type: 'conflict', ...ref, edit, entry })
        tx.stage({ type: 'shadow', ...ref, deviceId, edit, rev: '', state: { family: canary('shadow') } })
        tx.stage({ type: 'audit', at, actor: user.id, action: 'push', purpose: canary('purpose') })
      })
      expect((await readOne(store(), ref))?.body.doc['family']).toBe(canary('field'))

      const bytes = await site().bytes()
      expect(bytes.includes(id)).toBe(true)
      for (const word of ['KolibriUndZimtstern', 'QuetzalOrganisation']) {
        for (const form of [word, word.toLowerCase()]) {
          for (const encoding of ['utf8', 'utf16le', 'hex', 'base64'] as const) {
            // Base64 of a part of a text depends on its place: its middle is looked for at each of the three places.
            const needles =
              encoding === 'base64' ? base64Middles(form) : [Buffer.from(form).toString('latin1')]
            const found = needles.filter((needle) => bytes.includes(inEncoding(needle, encoding)))
            expect(found, `${form} as ${encoding}`).toEqual([])
          }
        }
      }
    })

    test('a changed body, a body of another document and an older body of the same do not open', async () => {
      const [one, two] = [newId(), newId()]
      const ref = { collection: 'cases', id: one } as const
      await put(store(), 'cases', [{ id: one, fields: { title: 'first' } }, { id: two }])
      await put(store(), 'cases', [{ id: one, fields: { title: 'second' } }])
      const read = () => readOne(store(), ref)
      const body = (id: string, seq: number) =>
        `(select sealed from revisions where id = '${id}' and seq = ${seq})`
      const swap = (value: string) =>
        site().sql(`update revisions set sealed = ${value} where id = '${one}' and seq = 3`)

      expect((await read())?.body.doc['title']).toBe('second')
      await swap(body(two, 2))
      await expect(read()).rejects.toMatchObject(damaged)
      await swap(body(one, 1))
      await expect(read()).rejects.toMatchObject(damaged)
      await swap(store().dialect === 'postgres' ? `'\\x0100'::bytea` : `x'0100'`)
      await expect(read()).rejects.toMatchObject(damaged)
    })

    test('an error tells of no content', async () => {
      const id = newId()
      await put(store(), 'cases', [{ id, fields: { title: 'Kolibri' } }])
      await site().sql(`update revisions set seq = 9 where id = '${id}'`)
      await site().sql(`update documents set seq = 9 where id = '${id}'`)
      const error: unknown = await readOne(store(), { collection: 'cases', id }).catch(
        (thrown: unknown) => thrown,
      )
      expect(error).toMatchObject(damaged)
      expect(JSON.stringify(error) + String(error)).not.toContain('Kolibri')
    })

    test('after a rotation the old bodies open, and the new ones too', async () => {
      const [before, after] = [newId(), newId()]
      await put(store(), 'cases', [{ id: before, fields: { title: 'before' } }])
      await store().rotateDataKey()
      await put(store(), 'cases', [{ id: after, fields: { title: 'after' } }])
      expect((await readOne(store(), { collection: 'cases', id: before }))?.body.doc['title']).toBe('before')
      await store().close()
      const again = await site().open()
      expect((await readOne(again, { collection: 'cases', id: after }))?.body.doc['title']).toBe('after')
      await again.close()
    })
  })
}

function inEncoding(needle: string, encoding: 'utf8' | 'utf16le' | 'hex' | 'base64'): Buffer {
  if (encoding === 'hex') return Buffer.from(Buffer.from(needle).toString('hex'))
  return Buffer.from(needle, encoding === 'utf16le' ? 'utf16le' : 'utf8')
}

function base64Middles(text: string): string[] {
  return [0, 1, 2].map((place) =>
    Buffer.from('-'.repeat(place) + text)
      .toString('base64')
      .slice(4, 20),
  )
}
