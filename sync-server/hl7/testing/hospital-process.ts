import { openHospital } from './hospital.ts'

// A hospital in a process of its own, so that it can be killed: `node hospital-process.ts FOLDER [DATABASE_URL]` prints its port.

const [, , folder, databaseUrl] = process.argv
if (folder === undefined) throw new Error('a folder is needed')
const { hl7 } = await openHospital({ folder, databaseUrl })
process.stdout.write(`${hl7.port}\n`)
