/** What goes wrong where patients' rights are looked after: part of the catalogue (`error-catalogue.ts`). */
export const privacyErrors = {
  'access.emergency-over': {
    says: 'This emergency access has ended.',
    remedy:
      'What you saw is not on this computer any more. If the emergency goes on, open it again with a reason.',
    http: 403,
  },
  'emergency.none': {
    says: 'Nothing is kept on this computer for an emergency without a network.',
    remedy:
      'Connect to the server and open the emergency there, or ask somebody who has the right to see the records.',
    http: 404,
  },
  'emergency.damaged': {
    says: 'What this computer keeps for emergencies does not open any more.',
    remedy:
      'It comes again with the next connection. Until then ask somebody who has the right to see the records.',
    http: 500,
  },
  'sync.erased': {
    says: 'This record was erased for good: its time was over, or it had to be.',
    remedy: 'It can not be brought back. Discard the change here.',
    http: 410,
  },
  'privacy.held': {
    says: 'A legal hold lies on this patient: the records must stay.',
    remedy: 'Ask who placed it. Once it is released, propose the erasure again.',
    http: 409,
  },
  'privacy.changed-meanwhile': {
    says: 'A record of this proposal has changed since it was made, or is gone.',
    remedy: 'Decline it, look at the records as they are now, and propose the release anew.',
    http: 409,
  },
  'sync.foreign-region': {
    says: 'A site of this record belongs to a region that this server does not serve.',
    remedy: 'Send it to the server of that region, or ask your administrator where the site belongs.',
    http: 409,
  },
} as const
