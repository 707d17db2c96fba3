import type { StackResourceSummary } from "@aws-sdk/client-cloudformation";
import type { AwsClient } from "../../adapters/aws/client";
import {
  buildOutputKey,
  commitBehind,
  kebabCase,
  parseStackName,
  SECRET_OPTIONAL,
  SECRET_PLACE,
  SECRET_SHAPE,
} from "../../adapters/aws/deployment-name";
import { readTemplateMetadata } from "../../adapters/aws/templates";
import { GRAPH_ROLE_OUTPUT, graphEnvironment } from "../../adapters/graph/clouds";
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
  const answer = await account.cloudFormation.send(new DescribeStacksCommand({ StackName }), { abortSignal }).catch((error: unknown) => {
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

/** A role by which functions sign in to Microsoft Graph as an application of the tenant. */
export interface GraphRole {
  /** Kebab-case: "approvals". The names of the role's output and of the application's secret begin with this name in PascalCase. */
  readonly name: string;
  readonly arn: string;
  /** Absent if the functions' variables name the application. */
  readonly secret?: string | undefined;
  /** Absent if a secret names the application. */
  readonly application?: GraphApplication | undefined;
}

export interface GraphApplication {
  readonly clientId: string;
  readonly tenantId?: string | undefined;
}

export async function graphRoles(stack: Stack): Promise<readonly GraphRole[]> {
  const outputs = Object.entries(stack.outputs).filter(([output]) => output.endsWith(GRAPH_ROLE_OUTPUT));
  const roles: GraphRole[] = [];
  for (const [output, arn] of outputs) {
    const prefix = output.slice(0, -GRAPH_ROLE_OUTPUT.length);
    const secret = stack.output(`${prefix}Secret`);
    const application = secret === undefined ? await findApplication(stack, arn) : undefined;
    roles.push({ name: secretName(prefix), arn, secret, application });
  }
  return roles;
}

async function findApplication(stack: Stack, arn: string): Promise<GraphApplication | undefined> {
  const roles = await stack.resources("AWS::IAM::Role");
  const role = roles.find(({ physicalId }) => physicalId !== "" && arn.endsWith(`/${physicalId}`));
  const functions =
    role === undefined
      ? []
      : (await stack.resources("AWS::Lambda::Function")).filter((each) => {
          const { [graphEnvironment.role]: variable } = readVariables<unknown>(each);
          return JSON.stringify(variable) === JSON.stringify({ "Fn::GetAtt": [role.logicalId, "Arn"] });
        });
  for (const each of functions) {
    const { [graphEnvironment.client]: clientId, [graphEnvironment.tenant]: tenantId } = readVariables<unknown>(each);
    if (typeof clientId === "string") return { clientId, ...(typeof tenantId === "string" && { tenantId }) };
  }
  return undefined;
}

/** A secret whose value a person types. */
export interface TypedSecret {
  /** "approval-mail", or a name that the policy's rules use. */
  readonly name: string;
  readonly arn: string;
  readonly use: string;
  /** An example of each member of the secret's JSON object. Absent if the secret may be any text. */
  readonly shape?: Readonly<Record<string, string>>;
  /** True if no function needs the value, because a role signs in. */
  readonly isOptional?: boolean;
}

interface SecretState {
  /** True if the secret has a previous version: the value that AWS generated becomes the previous version when a person sets a value. */
  readonly isFilledIn: boolean;
  readonly changed?: Date;
}

/** Secrets that the app passes in are not included. */
export async function typedSecrets(stack: Stack): Promise<readonly TypedSecret[]> {
  const ofPolicy = Object.entries(JSON.parse(stack.output("PolicySecrets") ?? "{}") as Readonly<Record<string, string>>);
  const all = await stack.resources("AWS::SecretsManager::Secret");
  // The template does not describe how to generate the value of a secret that a person types.
  const typedSecrets = all.filter(({ properties }) => {
    return /^Gatehouse\b/.test(String(properties.Description)) && JSON.stringify(properties.GenerateSecretString) === "{}";
  });
  return typedSecrets.map(({ physicalId: arn, logicalId, properties, metadata }) => {
    const [policyName] = ofPolicy.find(([, each]) => each === arn) ?? [];
    const [shape, place] = [metadata[SECRET_SHAPE], metadata[SECRET_PLACE]];
    return {
      name: policyName ?? secretName(stack.outputOf(arn) ?? String(place ?? logicalId)),
      arn,
      use: String(properties.Description),
      ...(metadata[SECRET_OPTIONAL] === "true" && { isOptional: true }),
      ...(typeof shape === "string" && { shape: JSON.parse(shape) as Readonly<Record<string, string>> }),
    };
  });
}

export function secretName(output: string): string {
  return kebabCase(output.replace(/Secret$/, ""));
}

export async function secretState(client: AwsClient, SecretId: string, signal?: AbortSignal): Promise<SecretState> {
  type Described = { readonly VersionIdsToStages?: Readonly<Record<string, readonly string[]>>; readonly LastChangedDate?: number };
  const { VersionIdsToStages = {}, LastChangedDate } = await client.call<Described>("DescribeSecret", { SecretId }, signal);
  return {
    isFilledIn: Object.values(VersionIdsToStages).flat().includes("AWSPREVIOUS"),
    ...(LastChangedDate !== undefined && { changed: new Date(LastChangedDate * 1_000) }),
  };
}
