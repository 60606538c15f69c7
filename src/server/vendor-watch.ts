/** Leads what the routes report to the counters, the log and the alarms. */
import type { VendorEvents } from '../observe/vendor-events.ts'
import { VENDOR_FAULTS } from '../protocols/vendor-client.ts'
import type { ShadowWatch } from '../sources/shadow.ts'
import { disagrees } from '../sources/shadow-policy.ts'
import type { RouteWatch } from '../sources/upstream/watch.ts'

/** The watch of all routes of a service; `paid` is told of each call that costs. */
export function watchOf(vendors: VendorEvents, paid: (route: string) => void): RouteWatch {
  return {
    attempted(route, { charge, outcome, fault, code }, tookMs) {
      vendors.attempted(route, charge, outcome, tookMs)
      if (charge === 'paid') paid(route)
      if (fault === undefined) return
      if (fault === 'code_unlisted') vendors.codeUnlisted(route, code)
      if (fault === 'request_refused') vendors.requestRefused(route, code)
      if (fault === 'throttled') vendors.throttled(route, code)
      if (VENDOR_FAULTS[fault].health === 'barred') vendors.barred(route, fault, code)
    },
    late(route, { charge }) {
      vendors.late(route, charge)
      if (charge === 'paid') paid(route)
    },
    turned: (route, state) => vendors.turned(route, state),
    shared: () => vendors.shared(),
    guarded: (by) => vendors.guarded(by),
    doublePaySpent: (accountId) => vendors.doublePaySpent(accountId),
  }
}

/** The watch of comparisons. */
export function shadowWatchOf(vendors: VendorEvents): ShadowWatch {
  return {
    compared(comparison) {
      vendors.compared(comparison.route, comparison.second, !disagrees(comparison))
    },
    drifted: (pair, window, setAside) => vendors.drifted(pair, window, setAside),
  }
}
