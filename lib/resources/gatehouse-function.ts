import { type CfnElement, type Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import { type Policy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Alias, Architecture, Function as LambdaFunction, LoggingFormat, Runtime, SystemLogLevel, Tracing } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Asset } from "aws-cdk-lib/aws-s3-assets";
import type { Construct } from "constructs";
import { WORK_PREFIX } from "../../adapters/tables/work-notes";
import type { Work } from "../../engine/work";
import type { FunctionDefaults, GatehouseScope } from "../gatehouse-scope";
import { grantNetwork } from "../network/network";
import { type BundleOptions, buildBundle, bundleFingerprint, sourceFile } from "./bundle";
import { keyAt } from "./encryption";
import { nameByContent } from "./physical-name";

/** Options of `gatehouseFunction`. Your app can call it to make functions of its own. */
export interface GatehouseFunctionProps extends FunctionDefaults, BundleOptions {
  readonly description: string;
  /** Variables besides those that grants add. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  /** @default the size that starts fastest for its price */
  readonly memoryMb?: number;
  /** Number of reserved instances, which is also the maximum. @default none: the function shares the account's concurrency */
  readonly reservedConcurrency?: number | undefined;
}

const HASH_LENGTH = 12;
/** More memory brings more processor time, which shortens cold starts. Above one gigabyte, there is no gain. */
const MEMORY_MB = 1_024;
/** Memory of functions that nobody waits for, such as those that follow a stream. */
export const WORKER_MEMORY_MB = 256;

/** Makes a function with its own log group and role. */
export function gatehouseFunction(scope: Construct, id: string, props: GatehouseFunctionProps): LambdaFunction {
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    retention: props.logRetention,
    encryptionKey: keyAt(scope),
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  // This statement replaces AWS's managed policy, which would allow writes to every log group.
  role.addToPolicy(new PolicyStatement({ actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [logGroup.logGroupArn] }));
  const { network } = props;
  if (network !== undefined) grantNetwork(role);
  const { code, flaw } = buildBundle(props);
  const lambda = makeOrExplain(
    flaw,
    () =>
      new LambdaFunction(scope, id, {
        description: props.description,
        code,
        handler: "index.handler",
        runtime: Runtime.NODEJS_24_X,
        architecture: Architecture.ARM_64,
        memorySize: props.memoryMb ?? MEMORY_MB,
        timeout: props.timeout,
        reservedConcurrentExecutions: props.reservedConcurrency,
        environment: { POWERTOOLS_SERVICE_NAME: props.service, ...props.environment },
        role,
        logGroup,
        loggingFormat: LoggingFormat.JSON,
        // Leaves out Lambda's lines about successful runs: they repeat its metrics and were half of the log.
        systemLogLevelV2: SystemLogLevel.WARN,
        tracing: props.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
        vpc: network?.vpc,
        vpcSubnets: network && { subnets: [...network.subnets] },
        securityGroups: network && [...network.securityGroups],
      }),
  );
  // The CDK makes the function wait for its role and policies, but not for the network.
  if (network !== undefined) {
    lambda.node.defaultChild?.node.addDependency(...network.subnets.map((subnet) => subnet.internetConnectivityEstablished));
  }
  Validations.of(lambda).acknowledge({
    id: "Serverless-LambdaDLQ",
    reason:
      "Nothing waits in a queue of Lambda's: callers wait for the answer, streams and queues keep what failed, a schedule comes again.",
  });
  if (props.tracing) {
    Validations.of(role).acknowledge({ id: "AwsSolutions-IAM5[Resource::*]", reason: "X-Ray's actions take no narrower resource." });
  } else {
    Validations.of(lambda).acknowledge({
      id: "Serverless-LambdaTracing",
      reason: "X-Ray is paid for by the trace, and an option: tracing.",
    });
  }
  return lambda;
}

/** If `make` throws, throws the flaw, because the CDK's error only quotes it. Without a flaw, throws the error of `make`. */
function makeOrExplain<T>(flaw: () => Error | undefined, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw flaw() ?? error;
  }
}

/** @internal @param entry the file in features, without .lambda.ts: "counts/decision-counter" */
export function featureFunction(
  { functionDefaults }: Pick<GatehouseScope, "functionDefaults">,
  scope: Construct,
  id: string,
  { entry, ...props }: Omit<GatehouseFunctionProps, keyof FunctionDefaults> & Partial<FunctionDefaults>,
): LambdaFunction {
  return gatehouseFunction(scope, id, { ...functionDefaults, entry: sourceFile("features", `${entry}.lambda`), ...props });
}

/** Makes a feature's function that nobody waits for. @internal */
export const featureWorker: typeof featureFunction = (gatehouse, scope, id, props) =>
  featureFunction(gatehouse, scope, id, { memoryMb: WORKER_MEMORY_MB, ...props });

/** Lets a function note whether its work went through, so that operators see it. @internal */
export function grantWorkNotes({ ledger }: Pick<GatehouseScope, "ledger">, lambda: LambdaFunction, work: Work): void {
  ledger.grantRowsUnder(lambda, `${WORK_PREFIX}${work}`, "GetItem", "PutItem");
}

/** Returns a hash that identifies one build of a function's code. */
export function bundleHash(lambda: LambdaFunction): string {
  return bundleVersion((lambda.node.findChild("Code") as Asset).assetHash);
}

/** Returns the bundleHash that a function with this code would have. */
export function computeBundleHash(bundle: BundleOptions): string {
  return bundleVersion(bundleFingerprint(bundle));
}

/** Shortens an asset's hash to the part that identifies a build. */
export function bundleVersion(assetHash: string): string {
  return assetHash.slice(0, HASH_LENGTH);
}

/** Name of the alias that callers use for the current version. */
export const LIVE = "live";

interface LiveAliasProps {
  /** Number of warm instances. */
  readonly provisionedConcurrency?: number | undefined;
}

/**
 * Makes an alias that moves only to a complete version. So callers never get new code with the variables or permissions of the previous
 * deployment. After the move, the deployment removes the previous version.
 */
export function liveAlias(lambda: LambdaFunction, { provisionedConcurrency }: LiveAliasProps): Alias {
  // Changed permissions make another role, because a hash of them is part of its logical id. The version that still answers keeps the
  // previous role until the deployment's end.
  const role = lambda.role as Role;
  const policy = role.node.findChild("DefaultPolicy") as Policy;
  for (const { node } of [role, policy]) nameByContent(node.defaultChild as CfnElement, policy.document);
  return new Alias(lambda, "Live", {
    aliasName: LIVE,
    version: lambda.currentVersion,
    provisionedConcurrentExecutions: provisionedConcurrency,
  });
}
