/** Plans, orders, alerts: how units come to be granted. */
export const SALE = ``
