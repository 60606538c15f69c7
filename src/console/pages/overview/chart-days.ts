/** The time that the chart of the overview shows. */
export const CHART_DAYS = 30
export const DAY_MS = 86_400_000
