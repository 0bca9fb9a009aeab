import { renderPage } from '../render-page.tsx'
import { SignInPage } from './sign-in-page.tsx'

renderPage(<SignInPage />)
