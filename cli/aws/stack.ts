import type { StackResourceSummary } from "@aws-sdk/client-cloudformation";
import { buildOutputKey, commitBehind, parseStackName } from "../../adapters/aws/deployment-name";
import { readTemplateMetadata } from "../../adapters/aws/templates";
import { systemClock } from "../../adapters/system";
import { within } from "../../engine/sign-up/time";
import type { DeploymentOptions } from "../command";
import { isSdkRefusal } from "../failure";
import { ASKING_LIMIT_MS, type AwsAccess, accountFor } from "./account";

export interface Stack {
  readonly account: AwsAccess;
  /** The stack's ARN. Empty if CloudFormation does not return it. */
  readonly id: string;
  /** The value of --stack. */
  readonly name: string;
  /** "UPDATE_COMPLETE" */
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
  output(name: string): string | undefined;
  outputOf(value: string): string | undefined;
  readonly outputUrls: readonly string[];
  resources(type: string): Promise<readonly DeployedResource[]>;
  /** Returns the commit of a policy version. Undefined if the commit is unknown, or if AWS refuses to show it. */
  commitBehind(policyVersion: string): Promise<string | undefined>;
}

export interface DeployedResource {
  /** The name in the template, which other resources refer to. */
  readonly logicalId: string;
  /** An ARN, or another identifier of the type. */
  readonly physicalId: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

interface Template {
  readonly Resources: Readonly<Record<string, Declared>>;
}

interface Declared {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

/** Undefined if the stack does not exist. */
export async function fetchStack(account: AwsAccess, name: string, abortSignal?: AbortSignal): Promise<Stack | undefined> {
  const { DescribeStacksCommand } = await import("@aws-sdk/client-cloudformation");
  const StackName = parseStackName(name);
  const answer = await account.cloudFormation
    .send(new DescribeStacksCommand({ StackName }), { ...(abortSignal && { abortSignal }) })
    .catch((error: unknown) => {
      if (error instanceof Error && error.name === "ValidationError" && /does not exist/.test(error.message)) return undefined;
      throw error;
    });
  const foundStack = answer?.Stacks?.[0];
  if (foundStack === undefined) return undefined;
  const prefix = buildOutputKey(name, "");
  const ownOutputs = (foundStack.Outputs ?? []).filter(({ OutputKey = "" }) => OutputKey.startsWith(prefix));
  const outputs = Object.fromEntries(
    ownOutputs.map(({ OutputKey = "", OutputValue = "" }) => [OutputKey.slice(prefix.length), OutputValue]),
  );
  let resources: Promise<readonly (DeployedResource & { readonly type: string })[]> | undefined;
  let metadata: Promise<unknown> | undefined;
  return {
    account,
    id: foundStack.StackId ?? "",
    name,
    status: foundStack.StackStatus ?? "",
    outputs,
    output: (output) => outputs[output],
    outputOf: (value) => Object.keys(outputs).find((output) => outputs[output] === value),
    outputUrls: Object.entries(outputs).flatMap(([output, value]) => (output.endsWith("Url") ? [value] : [])),
    async resources(type) {
      resources ??= readResources(account, StackName);
      return (await resources).filter((each) => each.type === type);
    },
    async commitBehind(policyVersion) {
      metadata ??= readMetadata(account, StackName);
      return commitBehind(policyVersion, await metadata);
    },
  };
}

async function readMetadata({ cloudFormation }: AwsAccess, stack: string): Promise<unknown> {
  try {
    return await readTemplateMetadata(cloudFormation, stack);
  } catch (error) {
    if (!isSdkRefusal(error)) throw error;
    return undefined;
  }
}

async function readResources({ cloudFormation }: AwsAccess, StackName: string) {
  const { GetTemplateCommand, paginateListStackResources } = await import("@aws-sdk/client-cloudformation");
  const { TemplateBody = "{}" } = await cloudFormation.send(new GetTemplateCommand({ StackName, TemplateStage: "Processed" }));
  const summaries: StackResourceSummary[] = [];
  for await (const page of paginateListStackResources({ client: cloudFormation }, { StackName })) {
    summaries.push(...(page.StackResourceSummaries ?? []));
  }
  const physicalIds = new Map(summaries.map((each) => [each.LogicalResourceId, each.PhysicalResourceId]));
  const { Resources = {} } = JSON.parse(TemplateBody) as Partial<Template>;
  return Object.entries(Resources).map(([logicalId, { Type: type, Properties: properties = {}, Metadata: metadata = {} }]) => {
    return { logicalId, type, properties, metadata, physicalId: physicalIds.get(logicalId) ?? "" };
  });
}

/** Undefined if the stack does not exist. */
export async function stackFor(options: DeploymentOptions): Promise<Stack | undefined> {
  const account = await accountFor(options);
  return await within(ASKING_LIMIT_MS, systemClock, (signal) => fetchStack(account, options.stack, signal));
}

/** Returns the variables as the template has them: a value is a string, or an object that refers to a resource. */
export function readVariables<T = string>({ properties }: DeployedResource): Readonly<Record<string, T>> {
  const { Variables = {} } = (properties.Environment ?? {}) as { Variables?: Readonly<Record<string, T>> };
  return Variables;
}
