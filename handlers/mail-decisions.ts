import { handle } from "hono/aws-lambda";
import { environment, required } from "../adapters/aws/environment";
import { mailEnvironment } from "../adapters/mail/voice";
import { approvalStore } from "../adapters/tables/approvals";
import type { World } from "../adapters/world";
import { decideApp } from "../console/decide/decide-app";
import { traceOf } from "./report";

/** The page that approvers open from their mail. The log names no address: it has the code of what was decided. */
export function mailDecisionsHandler({ settings, tables, clock, log }: Pick<World, "settings" | "tables" | "clock" | "log">) {
  const local = settings[mailEnvironment.localDecideUrl] !== undefined;
  const requests = approvalStore(tables, required(environment.approvalsTable, settings));
  tables.warm();
  const app = decideApp({
    requests,
    consoleUrl: settings[mailEnvironment.localConsoleUrl] ?? settings[mailEnvironment.consoleUrl],
    limited: !local,
    now: () => new Date(clock.now()),
    decided: (outcome) => log.info("mail decision", { ...outcome }),
    failed: (error, reference) => log.error("mail decision failed", { reference, failure: traceOf(error) }),
  });
  return handle(app);
}
