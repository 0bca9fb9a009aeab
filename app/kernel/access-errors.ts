// What somebody can meet who wants to get in, or to do what they may not: a part of the catalogue.

export const accessErrors = {
  'access.credentials': {
    says: 'User name or password is wrong.',
    remedy: 'Check both and try again.',
    http: 401,
  },
  'access.invitation': {
    says: 'This invitation does not hold: it is not yours, was used, or has ended.',
    remedy: 'Ask your administrator for a new one.',
    http: 401,
  },
  'access.second-factor': {
    says: 'The second proof beside your password is missing or wrong.',
    remedy: 'Type the code that your authenticator shows now (each serves once), or use a passkey.',
    http: 401,
  },
  'access.unknown-device': {
    says: 'The server does not know this computer: its data was put back to an earlier state.',
    remedy:
      'Introduce this computer again, in the sync centre. What was not sent is kept here, and is sent then.',
    http: 401,
  },
  'access.factor-needed': {
    says: 'Here a password is not enough, and you have no second proof yet.',
    remedy:
      'Get an authenticator by an invitation of your administrator; or, signed in, add a passkey first.',
    http: 401,
  },
  'access.password-weak': {
    says: 'This password is {why}.',
    remedy: 'Choose several words that nobody connects with you.',
    http: 422,
  },
  'access.password-set': {
    says: 'This user has a password already.',
    remedy: 'Change it by the one you have, or ask your administrator to forget it and to invite you again.',
    http: 409,
  },
  'access.login-taken': {
    says: 'Another user has this login.',
    remedy: 'Choose another login.',
    http: 409,
  },
  'access.passkey': {
    says: 'This passkey was not taken.',
    remedy: 'Try again, with this page open under the name that it always has. Ten are kept for each user.',
    http: 422,
  },
  'access.sso': {
    says: 'The single sign-on was not accepted.',
    remedy: 'Begin it again from this page. If it stays, sign in by password and tell your administrator.',
    http: 401,
  },
  'access.sign-on-again': {
    says: 'That you signed in by your organisation is more than five minutes ago.',
    remedy: 'Sign in by it again, and make the change then.',
    http: 401,
  },
  'access.sso-unknown': {
    says: 'Nobody here is known by that single sign-on.',
    remedy: 'Ask your administrator to link it to your user.',
    http: 403,
  },
  'access.sso-factor': {
    says: 'The single sign-on did not say that you showed a second factor, and one is needed here.',
    remedy:
      'Ask your administrator: the provider has to ask for one, and say so (amr), or be trusted to (ROUNDS_OIDC_FACTOR).',
    http: 403,
  },
  'access.sso-unreachable': {
    says: 'The single sign-on of your organisation does not answer.',
    remedy: 'Sign in by password, or try again later.',
    http: 503,
  },
  'access.sign-in-over': {
    says: 'This sign-in is over: it was used, took too long, or had too many wrong codes.',
    remedy: 'Begin it again at the computer that is to be set up.',
    http: 401,
  },
  'access.sign-in-code': {
    says: 'This is not the code that the sign-in page shows.',
    remedy: 'Sign in at that page first, then type its code here. Tries left: {left}.',
    http: 401,
  },
  'access.sign-in-person': {
    says: 'Somebody else has signed in than this computer belongs to.',
    remedy: 'Begin again, and sign in as the person of this computer.',
    http: 403,
  },
  'access.identity-taken': {
    says: 'Another user is linked to this identity.',
    remedy: 'Unlink that user first, if they are the same person.',
    http: 409,
  },
  'access.throttled': {
    says: 'Too many attempts.',
    remedy: 'Wait {seconds} seconds and try again.',
    http: 429,
  },
  'access.session': {
    says: 'The session has ended.',
    remedy: 'Rounds signs in again by itself; if it does not, lock and unlock.',
    http: 401,
  },
  'access.proof': {
    says: 'The request did not show that it comes from the device it speaks for ({why}).',
    remedy: 'Rounds signs in again by itself. If it stays, lock and unlock, and tell your administrator.',
    http: 401,
  },
  'access.proof-nonce': {
    says: 'The proof of the device is not fresh.',
    remedy: 'Rounds repeats the request by itself.',
    http: 401,
  },
  'access.revoked': {
    says: 'This device or user was revoked by an administrator.',
    remedy:
      'Ask your administrator. Work not yet sent stays encrypted on this device; once you are let in again, lock and unlock.',
    http: 403,
  },
  'access.wiped': {
    says: 'An administrator has ordered this device to be wiped.',
    remedy: 'The local copy is destroyed. Ask your administrator; afterwards set this computer up again.',
    http: 403,
  },
  'access.forbidden': {
    says: 'Your role does not allow this.',
    remedy: 'Ask a colleague whose role allows it, or your administrator for the grant.',
    http: 403,
  },
  'access.purpose': {
    says: 'This shows what is known of patients, and nobody has said yet why it is looked at.',
    remedy: 'State the purpose of this session, then go on.',
    http: 403,
  },
  'access.host-refused': {
    says: 'This organisation holds real data; the browser host is for synthetic organisations only.',
    remedy: 'Use the desktop application.',
    http: 403,
  },
  'access.signature': {
    says: 'The device could not prove its identity.',
    remedy: 'Enrol this device again; ask your administrator to revoke the old entry.',
    http: 401,
  },
} as const
