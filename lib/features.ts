import { Construct } from "constructs";
import { backupFeature } from "../features/backup/stack";
import { canaryFeature } from "../features/canary/stack/canary";
import { eventArchiveFeature } from "../features/event-archive/stack";
import { firewallFeature } from "../features/firewall/stack";
import { limitFeature } from "../features/limit/stack";
import { ocsfFeature } from "../features/ocsf/stack";
import { partnersFeature } from "../features/partners/stack";
import { permittedValueFeature } from "../features/permitted-value/stack";
import { failoverFeature } from "../features/standby/stack";
import { webhooksFeature } from "../features/webhooks/stack";
import { accessFeature } from "./access/access";
import { accessListFeature } from "./access-list/access-list";
import { type ApprovalApi, approvalApiFeature } from "./approval-api/approval-api";
import { approvalMailFeature } from "./approval-mail/approval-mail";
import { type Approvals, approvalsFeature } from "./approvals/approvals";
import { arrivalsFeature } from "./arrivals/arrivals";
import { auditTrailFeature } from "./audit/audit-trail";
import { auditArchiveFeature } from "./audit-archive/audit-archive";
import { type Console, consoleFeature } from "./console/console";
import { countsFeature } from "./counts/decision-counts";
import { decisionsFeature } from "./decisions/decisions";
import { type ExtensionApi, externalTenantFeature } from "./external-tenant/extension-api";
import type { StackFeature } from "./feature";
import { incidentsFeature } from "./incidents/incident-worker";
import { dashboardFeature } from "./operations/dashboard";
import { logQueriesFeature } from "./operations/log-queries";
import { personFeature } from "./person/person-erasure";
import { postureFeature } from "./posture/posture";
import { type ConnectorRotation, rotationFeature } from "./rotation/connector-rotation";
import { shadowFeature } from "./shadow/shadow-function";

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

/** What features have built, for constructs of an app. */
export abstract class GatehouseParts extends Construct {
  /** What a feature has built; undefined if it is not wanted. @internal */
  abstract built<Built>(feature: StackFeature<never, Built>): Built | undefined;

  /** What an external tenant calls. */
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
