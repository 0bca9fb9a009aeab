export { fileFieldsOf, filesIn } from './files-in.ts'
