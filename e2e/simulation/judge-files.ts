import type { SimulatedClient } from './client.ts'
import type { AttachedFile, FileHere, FilesHere } from './journal.ts'
import type { Losses } from './judge-restored.ts'
import type { ServerView } from './reference.ts'

/**
 * What must be on the server: every file of a letter that is shown, byte by byte, unless who attached it is shut out, or
 * nobody had it any more when a backup was put back.
 */
export async function lostFiles(
  attached: readonly AttachedFile[],
  view: ServerView,
  mayLack: (file: AttachedFile) => boolean,
): Promise<readonly string[]> {
  const findings: string[] = []
  for (const file of attached) {
    if (!isNamed(file, view)) continue
    const read = await view.readFile(file)
    if (read === 'right' || (read === 'missing' && mayLack(file))) continue
    findings.push(`${view.login} is shown the file ${file.hash} of ${file.client}, and it is ${read}`)
  }
  return findings
}

export function mayLackFor(
  isOut: ReadonlySet<string>,
  { isFileExcused }: Pick<Losses, 'isFileExcused'>,
): (file: AttachedFile) => boolean {
  return (file) => isOut.has(file.client) || isFileExcused(file)
}

/** What must be on a device: files that its letters name, right to the byte; of others nothing. */
export async function wrongFiles(
  client: SimulatedClient,
  here: FilesHere,
  view: ServerView,
): Promise<readonly string[]> {
  const findings: string[] = []
  const tell = (what: string): void => void findings.push(`${client.name} (${client.login}) ${what}`)
  if (here.strays > 0) tell(`has ${here.strays} pieces of no file on the disk`)
  for (const file of here.files) {
    if (file.read === 'wrong') tell(`reads another file than ${file.hash}`)
    if (file.read === 'not had' && (await isThere(file, view)))
      tell(`can't have ${file.hash}, which is there`)
    if (!file.sent) tell(`has not sent the file ${file.hash}`)
    if (isLeftBehind(file)) tell(`still has the file ${file.hash}, whose letters have left`)
    for (const carrier of file.carriers) {
      const [, id = ''] = carrier.split('/')
      if (!view.documents.has(`documents/${id}`)) tell(`has the file ${file.hash} for a letter that left`)
    }
  }
  return findings
}

async function isThere({ hash, carriers: [carrier = ''] }: FileHere, view: ServerView): Promise<boolean> {
  return (await view.readFile({ hash, id: carrier.split('/')[1] ?? '' })) === 'right'
}

/** Chosen for a letter that was never saved, it stays for a day. */
function isLeftBehind({ carried, sent, carriers }: FileHere): boolean {
  return carried && sent && carriers.length === 0
}

function isNamed({ id, hash }: AttachedFile, { documents }: ServerView): boolean {
  return documents.get(`documents/${id}`)?.includes(`"hash":"${hash}"`) === true
}
