import { handle } from "hono/aws-lambda";
import { environment, required } from "../adapters/aws/environment";
import { mailEnvironment } from "../adapters/mail/voice";
import { traceOf } from "../adapters/report";
import { accountStore } from "../adapters/tables/accounts";
import { approvalStore } from "../adapters/tables/approvals";
import { auditStore } from "../adapters/tables/audit";
import { delegationStore } from "../adapters/tables/delegations";
import type { World } from "../adapters/world";
import { decideApp } from "../console/decide/decide-app";
import type { RenewPorts } from "../console/decide/renewals";
import type { TermsOfGates } from "../engine/access/terms";

/** The pages that approvers and sponsors open from their mail. The log names no address: it has the code of what was decided. */
export function mailDecisionsHandler({ settings, tables, clock, log }: Pick<World, "settings" | "tables" | "clock" | "log">) {
  const local = settings[mailEnvironment.localDecideUrl] !== undefined;
  const requests = approvalStore(tables, required(environment.approvalsTable, settings));
  const { current: delegations } = delegationStore(tables, required(environment.ledgerTable, settings));
  tables.warm();
  const app = decideApp({
    requests: { ...requests, delegations },
    renewals: renewalPorts({ settings, tables }),
    consoleUrl: settings[mailEnvironment.localConsoleUrl] ?? settings[mailEnvironment.consoleUrl],
    limited: !local,
    now: () => new Date(clock.now()),
    decided: (outcome) => log.info("mail decision", { ...outcome }),
    failed: (error, reference) => log.error("mail decision failed", { reference, failure: traceOf(error) }),
  });
  return handle(app);
}

/** Undefined where no policy asks sponsors. */
function renewalPorts({ settings, tables }: Pick<World, "settings" | "tables">): RenewPorts | undefined {
  const terms = settings[environment.accessTerms];
  if (terms === undefined) return undefined;
  const { audited } = auditStore(tables, required(environment.auditTable, settings));
  return {
    accounts: accountStore(tables, required(environment.accountsTable, settings)),
    gates: JSON.parse(terms) as TermsOfGates,
    audited,
  };
}
