import { renderPage } from './render-page.tsx'
import { Console } from './console.tsx'

renderPage(<Console />)
