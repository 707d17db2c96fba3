import { Construct } from "constructs";
import { type ApprovalApi, stack as approvalApiFeature } from "../features/approval-api/stack";
import { type Approvals, approvalsFeature } from "../features/approvals/stack/approvals";
import { type ExtensionApi, externalTenantFeature } from "../features/external-tenant/stack/extension-api";
import { stack } from "../features/lists/stack";
import { sortByOrder } from "../features/order";
import { type ConnectorRotation, stack as rotationFeature } from "../features/rotation/stack";
import { type Console, consoleFeature } from "./console/console";
import type { StackFeature } from "./feature";
import { dashboardFeature, logQueriesFeature } from "./operations/dashboard";

export { grantListReading, grantListWriting } from "../features/access-list/stack/list-grants";

const all = [...stack.flat(), consoleFeature, dashboardFeature, logQueriesFeature] as const;

/** All stack features, in the order of building. */
export const stackFeatures: readonly StackFeature[] = sortByOrder<StackFeature>(all);

type OptionsOf<Feature> = (Feature extends StackFeature<infer Options> ? (options: Options) => void : never) extends (
  options: infer All,
) => void
  ? All
  : never;

export type FeatureOptions = OptionsOf<(typeof all)[number]>;

/** Resources of features. Each is undefined if its option or rule is not used. */
export abstract class GatehouseParts extends Construct {
  /** Returns a feature's resources. Undefined if the feature is not wanted. @internal */
  abstract built<Built>(feature: StackFeature<never, Built>): Built | undefined;

  /** The API that an external tenant calls. Undefined without the option for external tenants. */
  get extension(): ExtensionApi | undefined {
    return this.built(externalTenantFeature);
  }

  /** The approvals' workers; undefined if no rule asks for approval. */
  get approvals(): Approvals | undefined {
    return this.built(approvalsFeature);
  }

  /** API for other systems that decide; undefined if no rule asks for approval. */
  get approvalApi(): ApprovalApi | undefined {
    return this.built(approvalApiFeature);
  }

  /** Rotates the connectors' passwords. */
  get rotation(): ConnectorRotation | undefined {
    return this.built(rotationFeature);
  }

  get console(): Console | undefined {
    return this.built(consoleFeature);
  }
}
