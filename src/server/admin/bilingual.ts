/** A text for people, in both languages of the console. */
import { z } from 'zod'

export const Bilingual = z.object({ zh: z.string(), en: z.string() })
