/** Which metrics the forms of a report show: what none of them shows need not be measured. */
import type { Metric } from '../metric.ts'
import type { Form } from './forms.ts'

/** These show the rows of a metric with `@detail` only with --full, but for those of `isAlwaysShown`. */
const SHORT: readonly Form[] = ['text', 'mail', 'commit']

/** The wait stands for itself where signals were not recorded (timeRows); text shows all rows of flips and checks. */
const isAlwaysShown = ({ name, detail, value }: Metric): boolean =>
  !detail || name === 'check_to_wake' || value.unit === 'vblanks' || value.unit === 'ratio'

/** Whether one of the forms may show the metric. */
export const isShown = (metric: Metric, forms: readonly Form[], full: boolean): boolean =>
  full || forms.some((form) => !SHORT.includes(form)) || isAlwaysShown(metric)
