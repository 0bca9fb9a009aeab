/** Fields of ours, as `module.field`, that a message to another system says: what is edited there can be asked of it. */
export const askedFields: ReadonlySet<string> = new Set(
  [
    'names',
    'birthDate',
    'administrativeGender',
    'races',
    'addresses',
    'telecoms',
    'languages',
    'maritalStatus',
    'ethnicities',
    'birthOrder',
    'deceased',
    'generalPractitioner',
  ].map((field) => `patients.${field}`),
)
