/** What becomes of an edit that can't be taken as it is: part of the catalogue (`error-catalogue.ts`). */
export const syncErrors = {
  'sync.changed-meanwhile': {
    says: 'Somebody else changed this meanwhile ({field}).',
    remedy: 'Look at the new value. Save again to replace it, or cancel to keep it.',
    http: 409,
  },
  'sync.overtaken': {
    says: 'A later transmission of this computer has arrived before this one.',
    remedy: 'Nothing is to be done: what is not answered is sent again.',
    http: 409,
  },
  'sync.refused-field': {
    says: 'Your role may not change the field {field}.',
    remedy: 'Your change is kept in quarantine. Ask a colleague whose role allows it.',
    http: 403,
  },
  'sync.invalid': {
    says: 'The record does not fit its rules: {field}.',
    remedy: 'Your change is kept in quarantine. Correct the field and send it again.',
    http: 422,
  },
  'patient.deceased': {
    says: 'The patient has died: nobody reaches out to them any more.',
    remedy: 'Name whom you spoke with where it was somebody else, or write a note; plan no appointment.',
    http: 422,
  },
  'sync.parent-refused': {
    says: 'A record that this one refers to was refused.',
    remedy: 'Correct that record first, then send this one again.',
    http: 422,
  },
  'sync.parent-removed': {
    says: 'A record that this one refers to was removed.',
    remedy: 'Restore that record or choose another, then send this one again.',
    http: 422,
  },
  'sync.not-visible': {
    says: 'The record is not, or no longer, within your access.',
    remedy: 'Your change is kept in quarantine. Ask your administrator for the grant.',
    http: 403,
  },
  'sync.stranded': {
    says: 'The record of this change was damaged on this computer.',
    remedy:
      'Connect to the server: the change is made again once the record is here. Or send it again yourself.',
    http: 500,
  },
  'sync.unknown-kind': {
    says: 'The server does not know records of the kind {kind}.',
    remedy: 'Update the server or the client; your change is kept in quarantine.',
    http: 422,
  },
} as const
