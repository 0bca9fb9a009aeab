import { agreement, openHospital } from './hospital.ts'
import { atTheDesk, newcomer } from './person.ts'

// A hospital in a process of its own where people write without end and a partner is told, so that it can be killed:
// `node desk-process.ts FOLDER PORT` prints `ID NUMBER` for each edit that the server has answered.

const [, , folder, port] = process.argv
if (folder === undefined || port === undefined) throw new Error('a folder and a port are needed')
const party = { application: 'EHR', facility: 'GENERAL' }
const there = { host: '127.0.0.1', port: Number(port), tls: false, from: party, to: party, answerSeconds: 1 }
const hospital = await openHospital({
  folder,
  settings: {
    send: {
      ...there,
      agreementId: agreement.id,
      events: ['A28', 'A31'],
      sensitivities: [],
      processingId: 'P',
    },
  },
})
const carla = await atTheDesk(hospital)

async function writeOn(): Promise<void> {
  const named = (number: number) => ({ names: [{ ...newcomer.names[0], given: [`N${number}`] }] })
  const id = await carla.create('patients', { ...newcomer, ...named(1) })
  for (let number = 1; ; number += 1) {
    if (number > 1) await carla.edit('patients', id, named(number))
    process.stdout.write(`${id} ${number}\n`)
  }
}

// Whoever reads them is gone: so is the reason to go on.
process.stdout.on('error', () => process.exit(1))

await Promise.all([writeOn(), writeOn(), writeOn()])
