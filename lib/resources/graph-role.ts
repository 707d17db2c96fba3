import { Lazy, Stack, Validations } from "aws-cdk-lib";
import { AccountRootPrincipal, type CfnRole, PolicyDocument, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { pascalCase } from "../../adapters/aws/deployment-name";
import { TOKEN_ALGORITHM, TOKEN_SECONDS } from "../../adapters/aws/role-token";
import { findCloud, graphEnvironment } from "../../adapters/graph/clouds";
import type { Use } from "../../engine/sign-up/rule";
import { SetupError } from "../errors";
import type { GatehouseScope } from "../gatehouse-scope";
import { physicalName } from "./physical-name";

interface GraphUse {
  /** The application's name, such as "Approvals". The id of the application's role begins with it. */
  readonly application: string;
  /** The end of the role's description, after "the application that": "rules ask about accounts". */
  readonly does: string;
  /** True for a function with versions: if its permissions change, its role gets another name. @default false */
  readonly isVersioned?: boolean;
}

/** Lets a function call Microsoft Graph as an application. With `graphSignIn: "role"`, lets it assume the application's role. */
export function grantGraph(lambda: LambdaFunction, gatehouse: GatehouseScope, use: GraphUse): void {
  const role = admitToRole(lambda, gatehouse, use);
  if (role !== undefined) lambda.addEnvironment(graphEnvironment.role, role.roleArn);
}

/**
 * Lets a step's function call Microsoft Graph for the step's rules. Each secret that the rules declare for Graph stands for one
 * application.
 */
export function grantGraphOfRules(lambda: LambdaFunction, gatehouse: GatehouseScope, uses: readonly Use[], isVersioned: boolean): void {
  const secrets = uses.flatMap((use) => ("secret" in use && use.opensGraph ? [use.secret] : []));
  const arns = [...new Set(secrets)].flatMap((secret) => {
    const role = admitToRole(lambda, gatehouse, { application: pascalCase(secret), does: "rules ask about accounts", isVersioned });
    return role === undefined ? [] : [[secret, role.roleArn]];
  });
  if (arns.length > 0) lambda.addEnvironment(graphEnvironment.ruleRoles, JSON.stringify(Object.fromEntries(arns)));
}

/** Lets the function use the application's role. Undefined if functions sign in by secrets. */
function admitToRole(lambda: LambdaFunction, gatehouse: GatehouseScope, use: GraphUse): GraphRole | undefined {
  const { cloud } = gatehouse.graphDefaults;
  if (cloud !== "global") lambda.addEnvironment(graphEnvironment.cloud, cloud);
  const entraCloud = findCloud(cloud);
  if (entraCloud === undefined)
    throw new SetupError(`Microsoft publishes no addresses of the cloud ${cloud}: functions cannot call Graph there.`);
  if (!signsInByRole(gatehouse)) return undefined;
  const id = `${use.application}GraphRole`;
  const role =
    (gatehouse.node.tryFindChild(id) as GraphRole | undefined) ??
    new GraphRole(gatehouse, id, { audience: entraCloud.audience, does: use.does });
  if (use.isVersioned) role.admitVersions(lambda);
  else role.admit(lambda);
  return role;
}

/** True if functions sign in by roles, so that their applications' secrets need no credential. */
export function signsInByRole({ graphDefaults }: Pick<GatehouseScope, "graphDefaults">): boolean {
  return graphDefaults.signIn === "role";
}

/** Members of an application's secret that people fill in. Functions that sign in by a role need no `clientSecret`. */
export function settingsShape(
  gatehouse: Pick<GatehouseScope, "graphDefaults">,
  { clientSecret, ...shape }: Readonly<Record<"tenantId" | "clientId" | "clientSecret", string>>,
  others: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return { ...shape, ...(!signsInByRole(gatehouse) && { clientSecret }), ...others };
}

/**
 * Role that signs in to Graph: docs/decisions/0177. The role's ARN is the subject of a federated credential, so the role's name must not
 * change.
 */
class GraphRole extends Role {
  private readonly admitted: string[];

  constructor(
    private readonly gatehouse: GatehouseScope,
    id: string,
    { audience, does }: { readonly audience: string; readonly does: string },
  ) {
    const admitted: string[] = [];
    super(gatehouse, id, {
      description: `Gatehouse: signs in to Microsoft Graph as the application that ${does}`,
      // The condition names the functions' roles. If they were principals, IAM would check that they exist, and IAM does not know new roles
      // at once.
      assumedBy: new AccountRootPrincipal().withConditions({
        ArnLike: { "aws:PrincipalArn": Lazy.uncachedList({ produce: () => admitted }) },
      }),
      // The permission to sign is an inline policy of the role, not a separate resource, so that no function assumes the role before the
      // role may sign.
      inlinePolicies: { Token: new PolicyDocument({ statements: [allowSigning(audience)] }) },
    });
    this.admitted = admitted;
    Validations.of(this).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason: "A token belongs to no resource: the conditions keep it to Entra as audience, to one algorithm and to five minutes.",
    });
    gatehouse.addOutput(`${id}Arn`, this.roleArn, `The subject of the federated credential of the application that ${does}`);
    const { alarms } = gatehouse;
    for (const [metric, what] of Object.entries(refusals)) {
      alarms.once(metric, (id) => alarms.alarmOn(id, { metric: alarms.counted(metric), what, section: "role-sign-in-refused" }));
    }
  }

  /** Lets a function assume this role. The name of the function's own role must never change. */
  admit(lambda: LambdaFunction): void {
    this.admitted.push((lambda.role as Role).roleArn);
    this.allow(lambda);
  }

  /**
   * Lets all versions of a function assume this role, because two versions sign in during a deployment. Each version has its own role. Only
   * those roles have `pattern`'s path.
   */
  admitVersions(lambda: LambdaFunction): void {
    const { partition, account, region } = Stack.of(this);
    const base = `/${physicalName(this.gatehouse, "Graph")}.${region}/`;
    const role = lambda.role?.node.defaultChild as CfnRole;
    // If a function uses several applications, the path has one part for each application.
    role.path = `${role.path ?? base}${this.node.id}/`;
    const pattern = `arn:${partition}:iam::${account}:role${base}*${this.node.id}/*`;
    if (!this.admitted.includes(pattern)) this.admitted.push(pattern);
    this.allow(lambda);
  }

  private allow(lambda: LambdaFunction): void {
    lambda.addToRolePolicy(new PolicyStatement({ actions: ["sts:AssumeRole"], resources: [this.roleArn] }));
  }
}

function allowSigning(audience: string): PolicyStatement {
  return new PolicyStatement({
    actions: ["sts:GetWebIdentityToken"],
    resources: ["*"],
    conditions: {
      "ForAllValues:StringEquals": { "sts:IdentityTokenAudience": [audience] },
      // `ForAllValues` alone would accept a call without any audience.
      Null: { "sts:IdentityTokenAudience": "false" },
      StringEquals: { "sts:SigningAlgorithm": TOKEN_ALGORITHM },
      NumericLessThanEquals: { "sts:DurationSeconds": TOKEN_SECONDS },
    },
  });
}

/** Each reason has its own alarm, because an alarm's text is fixed. */
const refusals = {
  RoleIssuerRefused: "Entra refuses a role's sign-in to Graph: the federated credential names another issuer than this AWS account's.",
  RoleSubjectRefused: "Entra refuses a role's sign-in to Graph: no federated credential has the role's ARN as its subject.",
  RoleAudienceRefused: "Entra refuses a role's sign-in to Graph: the federated credential names another audience than the cloud's.",
  RoleOtherRefused:
    "A role's sign-in to Graph is refused, by AWS or for another reason than issuer, subject and audience: the log names it.",
} as const;
