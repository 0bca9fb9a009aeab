/** The same for every side: the key is declared, the rest is the documents' own. */
export const documentSchema = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 36 },
    kind: { type: 'string', maxLength: 32 },
    rev: { type: 'string', maxLength: 120 },
    edit: { type: 'string', maxLength: 36 },
  },
  required: ['id'],
  additionalProperties: true,
}
