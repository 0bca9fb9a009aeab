import { accessErrors } from './access-errors.ts'
import { fhirErrors } from './fhir-errors.ts'
import { hl7Errors } from './hl7-errors.ts'
import { privacyErrors } from './privacy-errors.ts'
import { syncErrors } from './sync-errors.ts'

// Every error a person can meet: what happened, and what they can do. No sentence holds PHI or a key.
// Codes are stable: they stand in logs, answers and tests. `http` is the status a server answers with.

type CatalogueEntry = { readonly says: string; readonly remedy: string; readonly http: number }

export const catalogue = {
  internal: {
    says: 'Something went wrong inside Rounds.',
    remedy: 'Nothing was lost. Try again; if it stays, tell your administrator the time it happened.',
    http: 500,
  },
  'request.invalid': {
    says: 'The request does not fit the protocol ({place}).',
    remedy: 'Update the client; pending work is kept.',
    http: 400,
  },
  'request.misdirected': {
    says: 'This server does not answer to the name it was called by, or to the page that called.',
    remedy: 'Use the address that the server printed, or add the name to ROUNDS_NAMES.',
    http: 421,
  },
  'request.too-large': {
    says: 'The request is larger than {limit} bytes.',
    remedy: 'Send less at a time.',
    http: 413,
  },
  'request.too-slow': {
    says: 'The request did not arrive in time.',
    remedy: 'Go on working; nothing is lost. It is sent again.',
    http: 408,
  },
  'request.too-often': {
    says: 'More was asked of the server than it answers in so short a time.',
    remedy: 'Go on working; nothing is lost. It answers again in {seconds} seconds.',
    http: 429,
  },
  'protocol.version': {
    says: 'This client speaks protocol {client}, the server speaks {server}.',
    remedy: 'Update Rounds on this computer. Pending work is kept and is sent after the update.',
    http: 426,
  },
  'server.maintenance': {
    says: 'The server is in maintenance.',
    remedy: 'Go on working; your changes are sent when it is back.',
    http: 503,
  },
  'server.unavailable': {
    says: 'The server can not reach its database, or the database has no room.',
    remedy: 'Go on working; your changes are sent when it is back. If it stays, tell your administrator.',
    http: 503,
  },
  'network.unreachable': {
    says: 'The server can not be reached.',
    remedy: 'Go on working; your changes are kept here and sent when the connection is back.',
    http: 503,
  },
  ...accessErrors,
  ...syncErrors,
  'replica.passphrase': {
    says: 'The passphrase is wrong.',
    remedy: 'Try again. Capital letters and spaces count.',
    http: 401,
  },
  'replica.throttled': {
    says: 'Too many wrong passphrases.',
    remedy: 'Wait {seconds} seconds and try again. Starting again makes it no shorter.',
    http: 429,
  },
  'replica.passphrase-weak': {
    says: 'The passphrase is too short: at least {least} characters.',
    remedy: 'Choose several words that you will remember.',
    http: 422,
  },
  'replica.in-use': {
    says: 'Rounds is already open in another window on this replica.',
    remedy: 'Use that window, or close it and try again here.',
    http: 409,
  },
  'replica.write-failed': {
    says: 'This device could not write to its disk. Rounds has stopped accepting changes.',
    remedy:
      'Copy what you were typing, free some disk space, then lock and unlock. Everything shown as saved is safe.',
    http: 507,
  },
  'replica.damaged': {
    says: 'Part of the local data is damaged: {what}.',
    remedy: 'Connect to the server: Rounds fetches those records again. Nothing else is touched.',
    http: 500,
  },
  'replica.keys-lost': {
    says: 'The record of this copy’s keys is {what}, so that nothing of it can be read any more.',
    remedy:
      'Remove this copy and set this computer up again: all that the server has comes back. What was not sent from here is lost; tell your administrator.',
    http: 500,
  },
  'replica.older-copy': {
    says: 'An earlier state of this copy was put back.',
    remedy:
      'Stay connected: Rounds fetches what is missing and sends what was not sent yet. If you did not restore this computer, tell your administrator.',
    http: 409,
  },
  'replica.copied': {
    says: 'Two copies of this replica are in use.',
    remedy:
      'Close the other copy and tell your administrator, who lets one of them go on. Work not yet sent is kept on both.',
    http: 403,
  },
  'replica.format': {
    says: 'The local data was written by a newer version of Rounds.',
    remedy: 'Update Rounds on this computer.',
    http: 500,
  },
  'replica.lease': {
    says: 'This computer has to reach the server before it opens again ({why}).',
    remedy:
      'Connect to the network and unlock again. If the server does not let it in, ask your administrator. Nothing is lost.',
    http: 403,
  },
  'replica.locked': {
    says: 'Rounds is locked.',
    remedy: 'Enter your passphrase.',
    http: 401,
  },
  'recovery.none': {
    says: 'Nothing was set aside by which this copy could be recovered.',
    remedy: 'Delete the local copy and set this computer up again. What the server has comes back.',
    http: 404,
  },
  'recovery.waiting': {
    says: 'The recovery has not been approved by two people yet.',
    remedy: 'Tell your administrators the code, and try again when both have approved.',
    http: 409,
  },
  'recovery.done': {
    says: 'The passphrase of this copy was replaced, with the approval of two administrators.',
    remedy: 'If that was not your wish, tell your administrator at once.',
    http: 409,
  },
  'recovery.refused': {
    says: 'The answer does not open this copy.',
    remedy: 'Ask for recovery again, on the same computer.',
    http: 403,
  },
  'host.unavailable': {
    says: 'This computer can not {what}.',
    remedy: 'See the requirements in the documentation.',
    http: 500,
  },
  'host.keeper-insecure': {
    says: 'This computer has no secure place for keys.',
    remedy: 'Set up the system keyring (for example GNOME Keyring or KWallet), then start Rounds again.',
    http: 500,
  },
  'host.keeper-unreadable': {
    says: 'The keyring of this computer does not open the keys of this replica.',
    remedy:
      'Unlock the keyring that was used before, then start Rounds again. Otherwise enrol this device anew.',
    http: 500,
  },
  'host.keeper-missing': {
    says: 'This copy was made on another computer: its keys are not on this one.',
    remedy: 'Open it where it was made. Here, delete it and set this computer up; what the server has comes.',
    http: 403,
  },
  'host.server-unset': {
    says: 'This computer has not been told which server it belongs to.',
    remedy: "Ask your administrator to put the server's address into {file}.",
    http: 500,
  },
  'server.port-taken': {
    says: 'Port {port} on {host} is in use by another program.',
    remedy: 'Stop that program, or set {setting} to another port.',
    http: 500,
  },
  'server.data-unwritable': {
    says: 'The data folder {folder} can not be written.',
    remedy: 'Give this user write access, or set ROUNDS_DATA to another folder.',
    http: 500,
  },
  'server.data-in-use': {
    says: 'Another Rounds server (process {pid}) is using the data in {folder}.',
    remedy: 'Stop it first, or set ROUNDS_DATA to another folder.',
    http: 500,
  },
  'server.key': {
    says: 'The master key does not open the data in {folder}.',
    remedy: 'Give the key that this data was made with (ROUNDS_MASTER_KEY or ROUNDS_KEY_FILE).',
    http: 500,
  },
  'server.no-next-key': {
    says: 'There is no next key in {file}: no client could have pinned it.',
    remedy:
      'Start the server once by HTTPS, with the certificate that it makes, and let the clients come by before the key changes.',
    http: 409,
  },
  'server.database': {
    says: 'The database can not be reached, or refuses this server ({why}).',
    remedy: 'Check DATABASE_URL and that the database is running.',
    http: 503,
  },
  'server.config': {
    says: 'The setting {setting} is not valid.',
    remedy: '{expected}',
    http: 500,
  },
  'organisation.there': {
    says: 'There is an organisation here already.',
    remedy:
      'Its people let others in, at the console. For another one name another folder (ROUNDS_DATA) or database (DATABASE_URL).',
    http: 409,
  },
  'organisation.no-keeper': {
    says: 'No administrator and no privacy officer has this login.',
    remedy: 'Everybody else is let in by these two, at the console.',
    http: 404,
  },
  'store.sealed-body': {
    says: 'A stored body did not open: it was changed or belongs elsewhere.',
    remedy: 'Restore from a backup; the administrator finds the id in the log.',
    http: 500,
  },
  'blob.missing': {
    says: 'The file has not arrived at the server.',
    remedy: 'It comes when the computer that it was added on has sent it. Try again then.',
    http: 404,
  },
  'blob.quota': {
    says: 'The server has no room for more files ({limit} MB are used).',
    remedy: 'Ask your administrator for more room. The file is kept on this computer, and sent then.',
    http: 507,
  },
  'blob.too-large': {
    says: 'The file is larger than {limit} MB.',
    remedy: 'Choose a smaller file, or add it in parts.',
    http: 413,
  },
  'blob.empty': {
    says: 'The file is empty.',
    remedy: 'Choose another file.',
    http: 422,
  },
  'blob.damaged': {
    says: 'What arrived is not the file that was meant.',
    remedy: 'Try again. If it stays, add the file once more.',
    http: 422,
  },
  'blob.busy': {
    says: 'Too many files are under way at the same time.',
    remedy: 'Nothing is to be done: it goes on in a moment.',
    http: 429,
  },
  ...fhirErrors,
  ...hl7Errors,
  ...privacyErrors,
  'audit.rewritten': {
    says: "The server's record of who saw what is not the one that this computer knew.",
    remedy: 'Tell your privacy officer: a backup was put back, or somebody changed it.',
    http: 409,
  },
} as const satisfies Record<string, CatalogueEntry>

export type ErrorCode = keyof typeof catalogue

/** The server is not to be had just now. That passes by itself: nothing is lost, and whoever waits goes on. */
export const serverAway = [
  'network.unreachable',
  'request.too-often',
  'request.too-slow',
  'server.maintenance',
  'server.unavailable',
] as const satisfies readonly ErrorCode[]
