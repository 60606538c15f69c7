/** Language and theme of the person at the screen, remembered by the browser. */
import { createContext, useContext } from 'react'
import { en } from './locale/en.ts'
import { zh } from './locale/zh.ts'

export type Language = 'zh' | 'en'
export type Theme = 'light' | 'dark'
export type Texts = typeof zh

export interface Preferences {
  readonly language: Language
  readonly theme: Theme
  readonly texts: Texts
  setLanguage(language: Language): void
  setTheme(theme: Theme): void
}

export const TEXTS: Readonly<Record<Language, Texts>> = { zh, en }

const LANGUAGE_KEY = 'kayan.language'
const THEME_KEY = 'kayan.theme'

/** The remembered language, else the browser's, else Chinese. */
export function initialLanguage(): Language {
  const remembered = localStorage.getItem(LANGUAGE_KEY)
  if (remembered === 'zh' || remembered === 'en') return remembered
  return navigator.language.startsWith('en') ? 'en' : 'zh'
}

/** The remembered theme, else the system's. */
export function initialTheme(): Theme {
  const remembered = localStorage.getItem(THEME_KEY)
  if (remembered === 'light' || remembered === 'dark') return remembered
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

/** Whether the system was told to keep what moves and fades away from this person. */
export function prefersStillness(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches
}

export function rememberLanguage(language: Language): void {
  localStorage.setItem(LANGUAGE_KEY, language)
}

export function rememberTheme(theme: Theme): void {
  localStorage.setItem(THEME_KEY, theme)
}

export const PreferencesContext = createContext<Preferences | undefined>(undefined)

/** The preferences of the page around. */
export function usePreferences(): Preferences {
  const preferences = useContext(PreferencesContext)
  if (preferences === undefined) throw new Error('no preferences around this component')
  return preferences
}

/** The texts of one page in the language chosen. They are loaded with the page, not with the frame. */
export function useTexts<T>(texts: Readonly<Record<Language, T>>): T {
  return texts[usePreferences().language]
}
