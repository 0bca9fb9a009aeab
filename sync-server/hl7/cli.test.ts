import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { runHl7 } from './cli.ts'
import { askQueue, queueQuestion } from './cli/queue.ts'
import { replayMessages } from './cli/replay.ts'
import { issue } from './testing/certificate.ts'
import { send } from './testing/exchange.ts'
import { agreement, openHospital, site } from './testing/hospital.ts'
import { admit, message, msh } from './testing/messages.ts'
import { atTheDesk, newcomer } from './testing/person.ts'

let folder = ''
let printed = ''
const output = { write: (text: string) => (printed += text) }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rounds-hl7-cli-'))
  printed = ''
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function file(name: string, bytes: Buffer): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

test('send goes by TLS, to whom it believes only, and shows a certificate where one is asked for', async () => {
  const authority = issue('Synthetic authority')
  const [own, sender] = [issue('listener', authority), issue('sender', authority)]
  const [ca, cert, key] = [
    await file('ca.pem', authority.cert),
    await file('cert.pem', sender.cert),
    await file('key.pem', sender.key),
  ]
  const tls = {
    cert: await file('own.pem', own.cert),
    key: await file('own-key.pem', own.key),
    clientCa: ca,
  }
  const hospital = await openHospital({ config: { tls } })
  try {
    const good = await file('good.hl7', admit('1'))
    const to = ['--to', `127.0.0.1:${hospital.hl7.port}`]
    expect(await runHl7(['send', good, ...to, '--ca', ca, '--cert', cert, '--key', key], output)).toBe(0)
    expect(printed).toContain(`${good}: AA\n`)
    await expect(runHl7(['send', good, ...to, '--tls'], output)).rejects.toThrow(/certificate/)
    expect(await runHl7(['send', good, ...to, '--ca', ca], output)).toBe(1)
    expect(printed).toContain(`${good}: no answer\n`)
  } finally {
    await hospital.close()
  }
})

test('send prints what each message was answered', async () => {
  const hospital = await openHospital()
  try {
    const good = await file('good.hl7', admit('1'))
    const bad = await file('bad.hl7', message(msh({ type: 'ADT^A99', controlId: '2' }), 'PID|1'))
    const to = `127.0.0.1:${hospital.hl7.port}`
    expect(await runHl7(['send', good, '--to', to], output)).toBe(0)
    expect(await runHl7(['send', good, bad, '--to', to], output)).toBe(1)
    expect(printed).toContain(`${good}: AA\n`)
    const both = await file('both.hl7', Buffer.concat([admit('3'), admit('4')]))
    expect(await runHl7(['send', both, '--to', to], output)).toBe(0)
    expect(printed.endsWith(`${both}: AA\n${both}: AA\n`)).toBe(true)
    expect(printed).toContain(`${bad}: AR Messages of type ADT^A99 are not supported`)
  } finally {
    await hospital.close()
  }
})

test('send knows the silence that a message asks for, and both answers', async () => {
  const hospital = await openHospital()
  try {
    const asking = (accept: string, apply: string) =>
      Buffer.from(
        admit('5')
          .toString()
          .replace(/^MSH.*/, msh({ type: 'ADT^A01', controlId: `${accept}-${apply}`, accept, apply })),
      )
    const to = ['--to', `127.0.0.1:${hospital.hl7.port}`]
    const never = await file('never.hl7', asking('NE', 'NE'))
    const errors = await file('errors.hl7', asking('ER', 'NE'))
    expect(await runHl7(['send', never, errors, ...to], output)).toBe(0)
    expect(printed).toBe(`${never}: no answer asked for\n${errors}: no answer asked for\n`)
    await hospital.hl7.idle()
    expect(await hospital.store.inbox.counts()).toMatchObject([{ state: 'applied', count: 2 }])
    const always = await file('always.hl7', asking('AL', 'NE'))
    expect(await runHl7(['send', always, ...to], output)).toBe(0)
    expect(printed).toContain(`${always}: CA\n`)
    const both = await file('both.hl7', asking('AL', 'AL'))
    expect(await runHl7(['send', both, ...to], output)).toBe(0)
    expect(printed).toContain(`${both}: CA, AA\n`)
  } finally {
    await hospital.close()
  }
})

test('inspect prints every value with its place', async () => {
  expect(await runHl7(['inspect', await file('one.hl7', admit('1'))], output)).toBe(0)
  expect(printed).toContain('PID-3[1].4.2  2.999.1')
  expect(printed).toContain('PID-7 Date of birth  19800229')
  expect(await runHl7(['inspect', await file('none.hl7', Buffer.from('hello'))], output)).toBe(1)
  printed = ''
  const envelope = ['FHS|^~\\&|ADT|GENERAL\r', 'FTS|1\r'].map((line) => Buffer.from(line))
  const batch = Buffer.concat([...envelope.slice(0, 1), admit('1'), admit('2'), ...envelope.slice(1)])
  expect(await runHl7(['inspect', await file('batch.hl7', batch)], output)).toBe(0)
  expect(printed.match(/^ {2}MSH-10 .*$/gm)?.map((line) => line.slice(-1))).toEqual(['1', '2'])
})

test('convert prints a message as a bundle, or why it can not be one', async () => {
  expect(await runHl7(['convert', await file('one.hl7', admit('1'))], output)).toBe(0)
  const { resourceType, entry } = z
    .object({ resourceType: z.string(), entry: z.array(z.object({ resource: z.looseObject({}) })) })
    .parse(JSON.parse(printed))
  expect(resourceType).toBe('Bundle')
  expect(entry.map(({ resource }) => resource)).toMatchObject([
    { resourceType: 'Patient', birthDate: '1980-02-29', gender: 'female' },
    { resourceType: 'Encounter', class: { code: 'IMP' } },
  ])
  printed = ''
  const strange = await file('strange.hl7', message(msh({ type: 'ADT^A99', controlId: '2' }), 'PID|1'))
  expect(await runHl7(['convert', strange], output)).toBe(1)
  expect(await runHl7(['convert', await file('none.hl7', Buffer.from('hello'))], output)).toBe(1)
  expect(printed).toContain('hl7.unsupported ADT^A99')
  expect(printed).toContain('none.hl7 is no HL7 v2 message')
})

describe('conform', () => {
  /** As many admissions, and what another converter says of the patient. */
  async function compared(count: number, patient: object): Promise<readonly string[]> {
    const [messages, expected] = [join(folder, 'messages'), join(folder, 'expected')]
    await Promise.all([mkdir(messages), mkdir(expected)])
    for (let number = 1; number <= count; number += 1) {
      const bundle = { entry: [{ resource: { resourceType: 'Patient', ...patient } }] }
      await writeFile(join(messages, `${number}.hl7`), admit(String(number)))
      await writeFile(join(expected, `${number}.fhir.json`), JSON.stringify(bundle))
    }
    return ['conform', messages, '--expected', expected]
  }

  test('fails where fewer than 95 of 100 values agree, and takes no value that the message does not state', async () => {
    const args = await compared(20, {
      birthDate: '1980-02-28',
      name: [{ family: 'Vahl', given: ['Nobody'] }],
    })
    expect(await runHl7(args, output)).toBe(1)
    expect(printed).toMatch(/^Patient\.birthDate +20 +0 +0 +0$/m)
    expect(printed).toMatch(/^Patient\.name\.family +20 +20 +0 +100$/m)
    expect(printed).not.toContain('name.given')
  })

  test('lists fewer than 20 values one by one, and tells a program all of it', async () => {
    const args = await compared(2, { birthDate: '1980-02-28', gender: 'female' })
    expect(await runHl7(args, output)).toBe(0)
    expect(printed).toContain('Patient.birthDate differs 1980-02-28 (2.hl7)\n')
    expect(printed).toContain('Patient.gender agrees female (1.hl7)\n')
    printed = ''
    expect(await runHl7([...args, '--json'], output)).toBe(0)
    expect(JSON.parse(printed)).toMatchObject({
      messages: [{ file: '1.hl7', messageType: 'ADT^A01', outcome: 'converted' }, { file: '2.hl7' }],
      fields: [
        { field: 'Patient.birthDate', stated: 2, agrees: 0, percent: null },
        { field: 'Patient.gender', stated: 2, agrees: 2, percent: null },
      ],
    })
  })
})

test('replay says what would change, then applies what was mended', async () => {
  const data = join(folder, 'data')
  const first = await openHospital({ folder: data, settings: { sites: [] } })
  await send(first, admit('1'), admit('2', { facility: 'WEST' }))
  const [feed] = await first.store.feeds.list()
  if (feed === undefined) throw new Error('no feed')
  const sites = [{ sender: 'GENERAL', facility: '*', site }]
  await first.store.feeds.save({ ...feed, settings: { ...(feed.settings as object), sites } })
  await first.close()
  const masterKey = Buffer.alloc(32, 7).toString('base64')
  const config = { dataFolder: data, databaseUrl: null, masterKey, keyFile: `${data}.key`, regions: null }
  const how = { dryRun: true, forced: false }
  expect(await replayMessages(config, 'parked', how, output)).toBe(0)
  expect(printed).toMatch(/^1: would be applied\n {2}patients \S+ created: .*names/)
  expect(printed).toContain('2: would be parked (hl7.unknown-site)')
  expect(printed).not.toContain('Vahl')
  printed = ''
  expect(await replayMessages(config, 'parked', { ...how, dryRun: false }, output)).toBe(0)
  expect(printed).toBe('1: applied\n2: parked hl7.unknown-site MSH-4\n')
  expect(await replayMessages(config, [1], { ...how, dryRun: false }, output)).toBe(1)
  expect(printed).toContain('1: nothing to replay')
})

test('queue shows what waits to be sent and why, and changes it', async () => {
  const data = join(folder, 'data')
  const party = { application: 'EHR', facility: 'GENERAL' }
  const there = { host: '127.0.0.1', port: 9, tls: false, from: party, to: party, answerSeconds: 1 }
  const named = { ...there, agreementId: agreement.id, sensitivities: [] }
  const sending = { ...named, events: ['A28' as const], processingId: 'P' as const }
  const first = await openHospital({ folder: data, settings: { send: sending } })
  await (await atTheDesk(first)).create('patients', newcomer)
  await expect.poll(async () => (await first.store.outbox.destinations())[0]?.failures).toBeGreaterThan(0)
  await first.store.integrations.saveAgreement({ ...agreement, until: '2020-12-31' })
  await first.close()
  const masterKey = Buffer.alloc(32, 7).toString('base64')
  const config = { dataFolder: data, databaseUrl: null, masterKey, keyFile: `${data}.key` }
  const ask = async (...words: readonly string[]): Promise<number> => {
    printed = ''
    const question = queueQuestion(words)
    return question === null ? 2 : askQueue(config, question, output)
  }
  expect(await ask()).toBe(0)
  expect(printed).toMatch(
    /^General Hospital ADT\/SIU\/ORU: 1 waiting; hl7\.destination-agreement; hl7\.destination-unreachable, \d+ times/,
  )
  expect(printed).toContain('  1 ADT^A28 waiting sent 0 times')
  expect(printed).not.toContain('Quell')
  expect(await ask('pause', 'General Hospital ADT/SIU/ORU')).toBe(0)
  expect(await ask('pause', 'Nobody')).toBe(1)
  expect(await ask('drop', '1', '2')).toBe(1)
  expect(printed).toBe('1: dropped\n2: nothing to do\n')
  expect(await ask('retry', '1')).toBe(0)
  await ask('show')
  expect(printed).toMatch(/1 waiting; hl7\.destination-agreement; paused since /)
  expect(await ask('resume', 'General Hospital ADT/SIU/ORU')).toBe(0)
  expect(await ask('pause', 'General Hospital ADT/SIU/ORU', 'acknowledgements')).toBe(0)
  await ask('show')
  expect(printed).toContain('General Hospital ADT/SIU/ORU, acknowledgements: paused since ')
  expect(await ask('pause', 'General Hospital ADT/SIU/ORU', 'everything')).toBe(2)
  expect([await ask('drop'), await ask('retry', 'all'), await ask('pause')]).toEqual([2, 2, 2])
})

test('anything else shows how it is used', async () => {
  expect(await runHl7([], output)).toBe(2)
  expect(await runHl7(['send', 'x', '--to', 'nowhere'], output)).toBe(2)
  expect(await runHl7(['replay'], output)).toBe(2)
  expect(await runHl7(['replay', 'all'], output)).toBe(2)
  expect(await runHl7(['replay', '1', '--all', 'dead'], output)).toBe(2)
  expect(printed).toContain('HOST:PORT')
})
