export const factorWords = {
  nature: 'What kind of information it was, and how likely it is that persons are known by it',
  recipient: 'Who may have it now',
  acquired: 'Whether it was in fact acquired or viewed',
  mitigated: 'How far the risk was lessened',
} as const

export const noticeWords = {
  happened: 'What happened, when it happened and when it was discovered',
  information: 'What kinds of information were involved',
  protect: 'What those concerned should do to protect themselves',
  doing: 'What is done to look into it, to lessen the harm and to prevent another',
  contact: 'Whom to ask',
} as const

export const decisionWords = {
  secured: 'The information was secured: no notice is due',
  'low-probability': 'There was a low probability that it was compromised: no notice is due',
  breach: 'It was a breach: notices are due',
} as const
