// What the fields of the segments are called, by the standard (2.9 where a name changed), for people who read a message.

const names: Readonly<Record<string, string>> = {
  MSH: 'Field separator|Encoding characters|Sending application|Sending facility|Receiving application|Receiving facility|Date and time|Security|Message type|Control ID|Processing ID|Version|Sequence number|Continuation pointer|Accept acknowledgement|Application acknowledgement|Country|Character set|Language|Alternate character sets|Profile',
  FHS: 'Field separator|Encoding characters|Sending application|Sending facility|Receiving application|Receiving facility|Date and time|Security|Name|Comment|Control ID|Reference control ID',
  BHS: 'Field separator|Encoding characters|Sending application|Sending facility|Receiving application|Receiving facility|Date and time|Security|Name|Comment|Control ID|Reference control ID',
  MSA: 'Acknowledgement code|Control ID|Text|Expected sequence number|Delayed|Error condition',
  ERR: 'Code and location|Location|HL7 error code|Severity|Application error code|Parameter|Diagnostic information|User message',
  EVN: 'Event type|Recorded at|Planned at|Reason|Operator|Occurred at|Facility',
  PID: 'Set ID|Patient ID|Patient identifiers|Alternate patient ID|Name|Mother’s maiden name|Date of birth|Administrative sex|Alias|Race|Address|County|Home phone|Business phone|Language|Marital status|Religion|Account number|Social security number|Driver’s licence|Mother’s identifier|Ethnic group|Birth place|Multiple birth|Birth order|Citizenship|Veterans’ status|Nationality|Death date and time|Deceased|Identity unknown|Identity reliability|Last update|Last update facility',
  PD1: 'Living dependency|Living arrangement|Primary facility|Primary care provider|Student|Handicap|Living will|Organ donor|Separate bill|Duplicate patient|Publicity|Protection|Protection from',
  NK1: 'Set ID|Name|Relationship|Address|Phone|Business phone|Contact role|Start|End|Job title|Job code|Employee number|Organisation|Marital status|Administrative sex|Date of birth',
  MRG: 'Prior patient identifiers|Prior alternate patient ID|Prior account number|Prior patient ID|Prior visit number|Prior alternate visit ID|Prior name',
  PV1: 'Set ID|Patient class|Location|Admission type|Preadmit number|Prior location|Attending doctor|Referring doctor|Consulting doctor|Hospital service|Temporary location|Preadmit test|Re-admission|Admit source|Ambulatory status|VIP|Admitting doctor|Patient type|Visit number|Financial class|Charge price|Courtesy|Credit rating|Contract code|Contract date|Contract amount|Contract period|Interest code|Bad debt transfer|Bad debt date|Bad debt agency|Bad debt amount|Bad debt recovery|Delete account|Delete date|Discharge disposition|Discharged to|Diet|Servicing facility|Bed status|Account status|Pending location|Prior temporary location|Admitted at|Discharged at|Balance|Total charges|Adjustments|Payments|Alternate visit ID|Visit indicator|Other provider',
  PV2: 'Prior pending location|Accommodation|Admit reason|Transfer reason|Valuables|Valuables location|Visit user|Expected admission|Expected discharge',
  AL1: 'Set ID|Kind|Allergen|Severity|Reaction|Identified on',
  DG1: 'Set ID|Coding method|Code|Description|Diagnosed at|Kind|Category|Group|Approval|Group review|Outlier type|Outlier days|Outlier cost|Grouper version|Priority|Diagnosing clinician',
  IN1: 'Set ID|Plan ID|Company ID|Company|Company address|Contact|Phone|Group number|Group name|Employer ID|Employer|Plan from|Plan until|Authorisation|Plan type|Insured’s name|Relationship|Insured’s birth date|Insured’s address',
  GT1: 'Set ID|Guarantor number|Name|Spouse|Address|Home phone|Business phone|Date of birth|Administrative sex|Kind|Relationship',
  ORC: 'Order control|Placer order number|Filler order number|Placer group number|Order status|Response|Timing|Parent|Transaction time|Entered by|Verified by|Ordering provider|Location|Phone|Effective|Reason',
  OBR: 'Set ID|Placer order number|Filler order number|Service|Priority|Requested at|Observed at|Observed until|Volume|Collector|Action|Danger|Clinical information|Received at|Specimen source|Ordering provider|Phone|Placer field 1|Placer field 2|Filler field 1|Filler field 2|Reported at|Charge|Section|Status|Parent result|Timing|Copies to|Parent|Transport|Reason|Interpreter',
  OBX: 'Set ID|Value type|Observation|Sub-ID|Value|Units|Reference range|Interpretation|Probability|Nature of abnormality|Status|Range from|Access checks|Observed at|Producer|Observer|Method|Equipment|Analysed at',
  NTE: 'Set ID|Source|Comment|Kind|Entered by|Entered at',
  TXA: 'Set ID|Document type|Presentation|Activity at|Primary provider|Originated at|Transcribed at|Edited at|Originator|Authenticator|Transcriptionist|Unique number|Parent number|Placer order number|Filler order number|File name|Completion|Confidentiality|Availability|Storage|Change reason|Authenticated by',
  SCH: 'Placer appointment ID|Filler appointment ID|Occurrence|Placer group|Schedule|Event reason|Appointment reason|Appointment type|Duration|Duration units|Timing|Placer contact|Placer phone|Placer address|Placer location|Filler contact|Filler phone|Filler address|Filler location|Entered by|Entered by phone|Entered by location|Parent placer|Parent filler|Status',
  TQ1: 'Set ID|Quantity|Repeat pattern|Explicit time|Relative time|Service duration|Start|End|Priority',
  RGS: 'Set ID|Action|Resource group',
  AIS: 'Set ID|Action|Service|Start|Start offset|Offset units|Duration|Duration units|Substitution|Status',
  AIG: 'Set ID|Action|Resource|Resource type|Group|Quantity|Quantity units|Start|Start offset|Offset units|Duration|Duration units',
  AIL: 'Set ID|Action|Location|Location type|Group|Start|Start offset|Offset units|Duration|Duration units',
  AIP: 'Set ID|Action|Person|Role|Group|Start|Start offset|Offset units|Duration|Duration units',
  RF1: 'Status|Priority|Type|Disposition|Category|Originating ID|Effective|Expires|Processed|Reason|External ID',
  PRD: 'Role|Name|Address|Location|Phone|Preferred contact|Identifiers|Start|End',
  RXA: 'Give sub-ID|Administration sub-ID|Start|End|Code|Amount|Units|Dosage form|Notes|Provider|Location|Per time|Strength|Strength units|Lot number|Expires|Manufacturer|Refusal reason|Indication|Completion|Action|Entered at',
  RXR: 'Route|Site|Device|Method',
  CON: 'Set ID|Consent type|Form|Number|Text|Subject-specific text|Background|Subject-specific background|Limitations|Mode|Status|Discussed at|Decided at|Effective|Ends',
  ARV: 'Set ID|Action|Value|Reason|Special instructions|Date range',
}

const byName = new Map(Object.entries(names).map(([segment, list]) => [segment, list.split('|')]))

/** The name of a field, counted from 1; `''` for what the table does not know, Z-segments among it. */
export function fieldName(segment: string, field: number): string {
  return byName.get(segment)?.[field - 1] ?? ''
}

/** The name of the field of a place like `PID-3` or `OBX[2]-5.1`; `''` where it names none. */
export function placeName(place: string): string {
  const [, segment, field] = /^([A-Z][A-Z0-9]{2})(?:\[\d+\])?-(\d+)/.exec(place) ?? []
  return segment === undefined ? '' : fieldName(segment, Number(field))
}
