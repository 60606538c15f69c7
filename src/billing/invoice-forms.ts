/** What may be asked about invoices, field by field; the command line and the admin API share it. */
import { z } from 'zod'
import type { FormProblem } from '../config/form.ts'
import { INVOICE_KINDS, INVOICE_MATERIALS } from './invoice.ts'
import { foldTaxNumber, taxNumberForm } from './tax-number.ts'

const TITLE_LENGTH_MAX = 100
const ADDRESS_LENGTH_MAX = 200
const REMARK_LENGTH_MAX = 200
const REASON_LENGTH_MAX = 200
const FILE_NAME_LENGTH_MAX = 120
const EMAILS_MAX = 5
const ORDERS_MAX = 100

/** One line of text without control characters, which have no place on an invoice or in a CSV. */
function line(lengthMax: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(lengthMax)
    .regex(/^[^\p{Cc}\p{Cf}]*$/u)
}

const phone = z.string().regex(/^\+?[\d\- ()]{5,24}$/)
const bankAccount = z.string().regex(/^[\d -]{6,40}$/)

const taxNumber = z
  .string()
  .transform(foldTaxNumber)
  .refine((value) => taxNumberForm(value) !== undefined)

/** A title to be saved, or to be written on one invoice. */
export const TITLE_FORM = z.strictObject({
  title: line(TITLE_LENGTH_MAX),
  taxNumber,
  address: line(ADDRESS_LENGTH_MAX).optional(),
  phone: phone.optional(),
  bankName: line(TITLE_LENGTH_MAX).optional(),
  bankAccount: bankAccount.optional(),
})

const DELIVERY_FORM = z.strictObject({
  addressee: line(TITLE_LENGTH_MAX).optional(),
  phone: phone.optional(),
  address: line(ADDRESS_LENGTH_MAX).optional(),
  postalCode: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
  emails: z.array(z.email()).max(EMAILS_MAX).default([]),
})

/** Fields of a special invoice that an ordinary one may lack. */
const SPECIAL_FIELDS = ['address', 'phone', 'bankName', 'bankAccount'] as const
const PAPER_FIELDS = ['addressee', 'phone', 'address'] as const

/** A buyer's request for an invoice. */
export const INVOICE_FORM = z
  .strictObject({
    kind: z.enum(INVOICE_KINDS),
    material: z.enum(INVOICE_MATERIALS).default('electronic'),
    title: TITLE_FORM,
    delivery: DELIVERY_FORM.prefault({}),
    remark: z.union([z.literal(''), line(REMARK_LENGTH_MAX)]).default(''),
    orderIds: z
      .array(z.string().regex(/^ord_\w{1,40}$/))
      .min(1)
      .max(ORDERS_MAX)
      .refine((ids) => new Set(ids).size === ids.length),
  })
  .superRefine(({ kind, material, title, delivery }, context) => {
    const refuse = (path: string[], problem: FormProblem) =>
      context.addIssue({ code: 'custom', path, params: { problem } })
    if (kind === 'special') {
      for (const field of SPECIAL_FIELDS) if (!title[field]) refuse(['title', field], 'missing')
      // A number without a check character is of somebody who cannot deduct the tax.
      if (taxNumberForm(title.taxNumber) === 'registration')
        refuse(['title', 'taxNumber'], 'malformed')
    }
    if (material === 'paper') {
      for (const field of PAPER_FIELDS) if (!delivery[field]) refuse(['delivery', field], 'missing')
    }
  })

const invoiceNumber = z.string().regex(/^\d{20}$/)
const reason = line(REASON_LENGTH_MAX)

/** What the operator says of an invoice that the tax platform has issued. */
export const ISSUE_FORM = z.strictObject({
  number: invoiceNumber,
  amountFen: z.int().min(1),
})

export const REJECT_FORM = z.strictObject({ reason })

/** A red letter over what was refunded, or over the whole invoice. */
export const RED_LETTER_FORM = z.strictObject({
  number: invoiceNumber,
  reason,
  whole: z.boolean().default(false),
})

/** A file is kept under a name without a path or anything that a header or a shell would misread. */
export const ATTACH_FORM = z.strictObject({
  name: z
    .string()
    .max(FILE_NAME_LENGTH_MAX)
    .regex(/^[\p{L}\p{N}][\p{L}\p{N}._() -]*$/u),
})
