/**
 * HL7 table 0203, and PGN for the number of a group of orders. The index of identifiers is keyed by authority, type and
 * value, while FHIR asks by authority and value: each type is tried.
 */
export const identifierTypes: readonly string[] = (
  'AC ACSN AM AMA AN ANC AND ANON ANT APRN ASID BA BC BCFN BCT BR BRN BSNR CC CONM CY CZ DC DCFN DDS DEA DFN DI DL DN ' +
  'DO DP DPM DR DS EI EN ESN FDR FDRFN FI FILL GI GL GN HC IND JHN LACSN LANR LI LN LR MA MB MC MCD MCN MCR MCT MD MI ' +
  'MR MRT MS NBSNR NCT NE NH NI NII NIIP NP NPI OBI OD PA PC PCN PE PEN PGN PHC PHE PHO PI PLAC PN PNT PPIN PPN PRC ' +
  'PRN PT QA RI RN RPH RR RRI RRP SB SID SL SN SNBSN SNO SP SR SS STN TAX TN TPR TRL U UDI UPIN USID VN VP VS WC WCN ' +
  'WP XV XX'
).split(' ')
