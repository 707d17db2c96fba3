import { type Environment, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import * as v from "valibot";
import { optionSchema } from "../engine/option-schema";
import { assertDeployable } from "./deployable";
import { Gatehouse } from "./gatehouse";
import type { GatehouseProps } from "./gatehouse-options";
import { checkOptions } from "./options";

/** The options of a `Gatehouse`, and those of any CDK stack. See docs/settings.md. */
export interface GatehouseStackProps extends StackProps, GatehouseProps {}

/** The options in settings.ts: docs/settings.md. */
export type GatehouseSettings = Partial<GatehouseStackProps>;

/** A stack with one Gatehouse and nothing else. */
export class GatehouseStack extends Stack {
  readonly gatehouse: Gatehouse;

  constructor(scope: Construct, id: string, props: GatehouseStackProps) {
    super(scope, id, { description: "Gatehouse: decides who may sign up to a Microsoft Entra tenant", ...props });
    assertDeployable(this);
    // The id "Default" adds nothing to the names of resources.
    this.gatehouse = new Gatehouse(this, "Default", omitStackProps(props));
  }
}

const place = optionSchema<Environment>({ account: v.optional(v.string()), region: v.optional(v.string()) });

/** Throws a SetupError for a faulty `env`. */
export function omitStackProps(props: GatehouseStackProps): GatehouseProps {
  const { env, stackName, description, tags, notificationArns, synthesizer, terminationProtection, ...others } = props;
  if (env !== undefined) checkOptions(place, env, ["env"]);
  const { analyticsReporting, crossRegionReferences, permissionsBoundary, suppressTemplateIndentation, propertyInjectors, ...options } =
    others;
  return options;
}
