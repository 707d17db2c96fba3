import { AsyncLocalStorage } from "node:async_hooks";

type Report = (error: unknown) => void;
type Listener = NodeJS.UnhandledRejectionListener;

const reports = new AsyncLocalStorage<Report>();
const guardedListeners = new WeakSet<Listener>();

/**
 * Runs the work, and reports its unhandled rejections, such as in a rule without `await`. Otherwise Node, or Lambda, would end the process,
 * and so another person's sign-up.
 * @param report @default the `report` of the surrounding `survivingRejections`; without one, rejections are ignored
 */
export function survivingRejections<T>(report: Report | undefined, work: () => T): T {
  guardListeners();
  return reports.run(report ?? reports.getStore() ?? (() => undefined), work);
}

/** A rejection outside `survivingRejections` still goes to Lambda's listener, or to Node's default, and ends the process. */
function guardListeners(): void {
  const listeners = process.listeners("unhandledRejection");
  for (const listener of listeners.length === 0 ? [rethrow] : listeners) {
    if (guardedListeners.has(listener)) continue;
    const guard: Listener = (error, promise) => (reports.getStore() ?? ((reason) => listener(reason, promise)))(error);
    guardedListeners.add(guard);
    process.off("unhandledRejection", listener).on("unhandledRejection", guard);
  }
}

function rethrow(error: unknown): never {
  throw error;
}
