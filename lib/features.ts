import { Construct } from "constructs";
import { accessListFeature } from "../features/access-list/stack/access-list";
import { type ApprovalApi, approvalApiFeature } from "../features/approval-api/stack";
import { approvalMailFeature } from "../features/approvals/stack/approval-mail";
import { type Approvals, approvalsFeature } from "../features/approvals/stack/approvals";
import { arrivalsFeature } from "../features/arrivals/stack";
import { auditArchiveFeature } from "../features/audit/stack/audit-archive";
import { auditTrailFeature } from "../features/audit/stack/audit-trail";
import { backupFeature } from "../features/backup/stack";
import { canaryFeature } from "../features/canary/stack/canary";
import { countsFeature } from "../features/counts/stack";
import { decisionsFeature } from "../features/decisions/stack/decisions";
import { eventArchiveFeature } from "../features/event-archive/stack";
import { accessFeature } from "../features/expiry/stack/access";
import { type ExtensionApi, externalTenantFeature } from "../features/external-tenant/stack/extension-api";
import { firewallFeature } from "../features/firewall/stack";
import { incidentsFeature } from "../features/incidents/stack";
import { keepWarmFeature } from "../features/keep-warm/stack";
import { limitFeature } from "../features/limit/stack/alarm";
import { ocsfFeature } from "../features/ocsf/stack";
import { partnersFeature } from "../features/partners/stack";
import { permittedValueFeature } from "../features/permitted-value/stack";
import { personFeature } from "../features/person/stack";
import { postureFeature } from "../features/posture/stack";
import { type ConnectorRotation, rotationFeature } from "../features/rotation/stack";
import { shadowFeature } from "../features/shadow/stack";
import { failoverFeature } from "../features/standby/stack";
import { tracingFeature } from "../features/tracing/stack";
import { webhooksFeature } from "../features/webhooks/stack";
import { type Console, consoleFeature } from "./console/console";
import type { StackFeature } from "./feature";
import { dashboardFeature } from "./operations/dashboard";
import { logQueriesFeature } from "./operations/log-queries";

export { grantListReading, grantListWriting } from "../features/access-list/stack/list-grants";

/** Every feature, in the order in which those that are wanted are built: after what they ask for by `built`. */
const list = [
  // Before those that publish events.
  ocsfFeature,
  auditTrailFeature,
  accessListFeature,
  decisionsFeature,
  postureFeature,
  countsFeature,
  limitFeature,
  permittedValueFeature,
  failoverFeature,
  rotationFeature,
  approvalsFeature,
  approvalApiFeature,
  externalTenantFeature,
  // After those whose functions answer.
  shadowFeature,
  canaryFeature,
  keepWarmFeature,
  consoleFeature,
  incidentsFeature,
  personFeature,
  approvalMailFeature,
  arrivalsFeature,
  partnersFeature,
  accessFeature,
  firewallFeature,
  webhooksFeature,
  eventArchiveFeature,
  auditArchiveFeature,
  // After those that have tables, functions and logs.
  backupFeature,
  tracingFeature,
  dashboardFeature,
  logQueriesFeature,
] as const;

export const stackFeatures: readonly StackFeature[] = list;

type OptionsOf<Feature> = (Feature extends StackFeature<infer Options> ? (options: Options) => void : never) extends (
  options: infer All,
) => void
  ? All
  : never;

/** The options of all features. */
export type FeatureOptions = OptionsOf<(typeof list)[number]>;

/** Resources of features. Each is undefined if its option or rule is not used. */
export abstract class GatehouseParts extends Construct {
  /** A feature's resources; undefined if it is not wanted. @internal */
  abstract built<Built>(feature: StackFeature<never, Built>): Built | undefined;

  /** Called by an external tenant. */
  get extension(): ExtensionApi | undefined {
    return this.built(externalTenantFeature);
  }

  /** The workers; undefined if no rule asks for approval. */
  get approvals(): Approvals | undefined {
    return this.built(approvalsFeature);
  }

  /** For other systems that decide; undefined if no rule asks for approval. */
  get approvalApi(): ApprovalApi | undefined {
    return this.built(approvalApiFeature);
  }

  /** Replaces the connectors' passwords. */
  get rotation(): ConnectorRotation | undefined {
    return this.built(rotationFeature);
  }

  get console(): Console | undefined {
    return this.built(consoleFeature);
  }
}
