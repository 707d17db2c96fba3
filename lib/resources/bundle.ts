import { join } from "node:path";
import { type CfnResource, type Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { type CfnPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, type CfnFunction, LoggingFormat, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { LogLevel, NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Asset } from "aws-cdk-lib/aws-s3-assets";
import type { Construct } from "constructs";
import { grantNetwork, type Network } from "../network/outgoing-address";
import { bundleRoot, packageRoot } from "../package-root";

/** What all functions of a stack have in common. */
export interface FunctionDefaults {
  readonly logRetention: RetentionDays;
  readonly tracing: boolean;
}

export interface GatehouseFunctionProps extends FunctionDefaults {
  readonly description: string;
  /** The file in lambda, without ending. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  /**
   * Modules that stand for others in the bundle: name -> file.
   * @default none
   */
  readonly aliases?: Readonly<Record<string, string>>;
  /**
   * Expressions replaced while bundling.
   * @default none
   */
  readonly define?: Readonly<Record<string, string>>;
  /**
   * Where it runs.
   * @default outside any network of ours
   */
  readonly network?: Network | undefined;
}

const HASH_LENGTH = 12;
/** Cold starts buy processor time by the megabyte; beyond one gigabyte the gain ends. */
const MEMORY_MB = 1_024;

/** One deployed function: a file of lambda bundled with what it uses and nothing else. */
export function gatehouseFunction(scope: Construct, id: string, props: GatehouseFunctionProps): NodejsFunction {
  const logGroup = new LogGroup(scope, `${id}Logs`, { retention: props.logRetention, removalPolicy: RemovalPolicy.DESTROY });
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  // In place of AWS's managed policy, which would let the function write to every log group.
  role.addToPolicy(new PolicyStatement({ actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [logGroup.logGroupArn] }));
  const { network } = props;
  if (network !== undefined) grantNetwork(role);
  const lambda = new NodejsFunction(scope, id, {
    description: props.description,
    entry: join(bundleRoot, "lambda", `${props.handler}.ts`),
    projectRoot: packageRoot,
    depsLockFilePath: join(packageRoot, "package-lock.json"),
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: MEMORY_MB,
    timeout: props.timeout,
    // Metrics and logs of one stack are told from another's by it.
    environment: { POWERTOOLS_SERVICE_NAME: Stack.of(scope).stackName, ...props.environment },
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    tracing: props.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
    awsSdkConnectionReuse: false,
    ...(network && { vpc: network.vpc, vpcSubnets: { subnets: [...network.subnets] }, securityGroups: [network.securityGroup] }),
    bundling: {
      minify: true,
      logLevel: LogLevel.WARNING,
      target: "node24",
      mainFields: ["module", "main"],
      bundleAwsSDK: true,
      define: { ...props.define },
      ...(props.aliases && {
        esbuildArgs: { "--alias": Object.entries(props.aliases).map(([name, file]) => `${name}=${file}`) },
      }),
    },
  });
  dependOnPolicy(lambda, role, network?.ready ?? []);
  if (props.tracing) {
    Validations.of(role).acknowledge({ id: "AwsSolutions-IAM5[Resource::*]", reason: "X-Ray's actions take no narrower resource." });
  }
  return lambda;
}

/** The role is named in the function already; what has to be waited for besides is its policy, and the way out if it has one. */
function dependOnPolicy(lambda: NodejsFunction, role: Role, ready: readonly CfnResource[]): void {
  const policy = role.node.findChild("DefaultPolicy").node.defaultChild as CfnPolicy;
  const awaited = [policy, ...ready].map(({ logicalId }) => logicalId);
  (lambda.node.defaultChild as CfnFunction).addOverride("DependsOn", awaited);
}

/** Tells one build of a function's code from another. */
export function bundleHash(lambda: NodejsFunction): string {
  return (lambda.node.findChild("Code") as Asset).assetHash.slice(0, HASH_LENGTH);
}
