// What a person can meet who looks after HL7: a part of the catalogue.

export const hl7Errors = {
  'hl7.not-hl7': {
    says: 'The message is no HL7 v2 message: {why}.',
    remedy: 'Check the sender. The bytes were kept.',
    http: 422,
  },
  'hl7.charset': {
    says: 'The character set of the message ({charset}) has no place for a character of line {line}.',
    remedy: 'Write it otherwise, or name another character set in MSH-18.',
    http: 422,
  },
  'hl7.unsupported': {
    says: 'Messages of type {type} are not supported by this feed.',
    remedy: 'Remove the type from the feed at the sender, or ask for it to be added.',
    http: 422,
  },
  'hl7.required-missing': {
    says: 'The required field {place} is absent or unreadable.',
    remedy: 'Correct the message at the sender and send it again.',
    http: 422,
  },
  'hl7.unmapped': {
    says: 'The message was kept, but could not be applied: {why} ({place}).',
    remedy: 'Open the dead letter, correct a copy or the mapping, and replay it.',
    http: 422,
  },
  'hl7.identity-conflict': {
    says: 'The identifiers of the message point to more than one patient, or to more than one visit.',
    remedy:
      'Decide which patient it belongs to, then replay it. Two visits are told apart in a corrected copy, or joined by a message (ADT A42).',
    http: 409,
  },
  'hl7.needs-decision': {
    says: 'The message waits for a person to decide: {why} ({place}).',
    remedy: 'Look at the records it names, then apply it or let it rest.',
    http: 409,
  },
  'hl7.unknown-cancelled': {
    says: 'The message takes back {what}, which is not known here ({place}).',
    remedy: 'Wait for the message that it belongs to and replay it, or let it rest.',
    http: 409,
  },
  'hl7.unknown-sender': {
    says: 'No feed takes messages of this sender.',
    remedy: 'Add the sender to a feed, then send the messages again.',
    http: 422,
  },
  'hl7.no-such-message': {
    says: 'There is no message number {sequence}.',
    remedy: 'Look for it in the list of messages; it may have been forgotten by its age.',
    http: 404,
  },
  'hl7.held': {
    says: 'A dead letter about the same records came before it: it waits for that one (number {behind}).',
    remedy: 'Correct or replay the dead letter; the message is applied after it. Or apply it in spite of it.',
    http: 409,
  },
  'hl7.overtaken': {
    says: 'The sender has told newer things of the same records since: the message changes nothing.',
    remedy: 'Nothing is to be done. Apply it in spite of that if what it says still holds.',
    http: 409,
  },
  'hl7.destination-plain': {
    says: 'The destination is another machine, and its feed says that nothing is to be encrypted.',
    remedy: 'Set `tls` in the feed. Or let ROUNDS_MLLP_PLAIN be `anywhere` where the network itself is safe.',
    http: 409,
  },
  'hl7.destination-agreement': {
    says: 'No agreement is in force with who runs the destination: nothing is sent there.',
    remedy:
      'Enter the agreement at the console and name it in the settings of the feed. What waits is sent then.',
    http: 409,
  },
  'hl7.destination-unreachable': {
    says: 'The destination can not be reached, or the two do not believe each other.',
    remedy: 'Check host, port and certificates. What waits is sent once the destination answers.',
    http: 502,
  },
  'hl7.destination-silent': {
    says: 'The destination did not answer in time.',
    remedy: 'Look whether it is up. The message is sent again under the same number.',
    http: 504,
  },
  'hl7.destination-mismatch': {
    says: 'The destination answered, but to another message.',
    remedy:
      'Tell who runs it that MSA-2 must be the MSH-10 of the message. It is sent again under the same number.',
    http: 502,
  },
  'hl7.destination-sensitive': {
    says: 'The patient is sensitive by now, in a way that the destination was not set up for.',
    remedy: 'Drop the message. Or name the sensitivity in the settings of the feed and send it again.',
    http: 409,
  },
  'hl7.destination-refused': {
    says: 'The destination refused the message ({answer}).',
    remedy:
      'Ask who runs it why. Then send it again, or drop it; what follows about the same person waits until then.',
    http: 409,
  },
  'hl7.destination-withheld': {
    says: 'The patient has restricted what may be told of them; nothing was sent.',
    remedy:
      'Drop it, or send it again once the restriction has ended; what follows about the same person waits until then.',
    http: 409,
  },
  'hl7.unknown-site': {
    says: 'The sending facility {facility} belongs to no site of this feed.',
    remedy: 'Add the facility to the feed, then replay the message.',
    http: 422,
  },
} as const
