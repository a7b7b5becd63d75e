/** The forms of the report, by name. */
export const FORMS = ['text', 'mail', 'markdown', 'html', 'json', 'csv', 'benchstat', 'mmtests', 'commit'] as const

export type Form = (typeof FORMS)[number]
