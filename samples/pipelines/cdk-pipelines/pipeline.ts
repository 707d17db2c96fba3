import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Stack, type StackProps, Stage, type StageProps } from "aws-cdk-lib";
import { AccountPrincipal, PolicyDocument, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import { CodeBuildStep, CodePipeline, CodePipelineSource, ShellStep } from "aws-cdk-lib/pipelines";
import type { Construct } from "constructs";
import { type GatehouseSettings, GatehouseStack } from "entra-gatehouse/cdk";

export interface PipelineProps extends StackProps {
  /** "contoso/sign-up" */
  readonly repository: string;
  readonly branch: string;
  /** The connection to GitHub, GitLab or Bitbucket, made once in the console of AWS. */
  readonly connectionArn: string;
  /**
   * The account of each stage. Trust the pipeline's in both: `cdk bootstrap --trust`, and a stack of `TargetRoles`.
   * @default the pipeline's own
   */
  readonly accounts?: Readonly<Record<"test" | "production", string>>;
  /** What settings.ts says of each stage. */
  readonly settings: (stage: string) => GatehouseSettings;
}

/** Deploys what is merged: to the test stage, and to production unless that would refuse people who get in today. */
export class Pipeline extends Stack {
  constructor(scope: Construct, id: string, { repository, branch, connectionArn, accounts, settings, ...props }: PipelineProps) {
    super(scope, id, props);
    const envOf = (stage: "test" | "production") => ({ account: accounts?.[stage] ?? this.account, region: this.region });
    const source = CodePipelineSource.connection(repository, branch, { connectionArn });
    const pipeline = new CodePipeline(this, "Pipeline", {
      // Other accounts read what was built, encrypted by a key of the pipeline's.
      crossAccountKeys: accounts !== undefined,
      synth: new ShellStep("Synth", {
        input: source,
        commands: ["npm ci", "npm run lint --if-present", "npm run gate -- test --require-coverage", "npx cdk synth"],
      }),
    });
    // Each command runs by a role of its own, which may do no more than that.
    const step = (name: string, stage: "test" | "production", command: string, policy: "preview" | "smoke") => {
      const { account } = envOf(stage);
      const role = `arn:aws:iam::${account}:role/${targetRole(policy)}`;
      const isOwn = account === this.account;
      return new CodeBuildStep(name, {
        input: source,
        commands: ["npm ci", ...(isOwn ? [] : [taking(role)]), command],
        rolePolicyStatements: isOwn
          ? statementsOf(policy, account)
          : [new PolicyStatement({ actions: ["sts:AssumeRole"], resources: [role] })],
      });
    };

    pipeline.addStage(new GatehouseStage(this, "test", { env: envOf("test"), settings: settings("test") }), {
      post: [step("SmokeTest", "test", "npm run gate -- smoke --stage test", "smoke")],
    });
    pipeline.addStage(new GatehouseStage(this, "production", { env: envOf("production"), settings: settings("production") }), {
      pre: [
        // --if-deployed lets the first run pass. Take it out once production stands, or a mistyped name passes, too.
        step("Preview", "production", "npm run gate -- preview --stage production --since 30d --fail-on unclear --if-deployed", "preview"),
      ],
      post: [step("SmokeProduction", "production", "npm run gate -- smoke --stage production", "smoke")],
    });
  }
}

/** What the pipeline's commands may do in another account. Deploy it there once, by hand. */
export class TargetRoles extends Stack {
  /** @param pipeline the account of the pipeline, and its stack's name */
  constructor(
    scope: Construct,
    id: string,
    { pipeline, ...props }: StackProps & { readonly pipeline: { account: string; stack: string } },
  ) {
    super(scope, id, props);
    for (const policy of ["preview", "smoke"] as const)
      new Role(this, policy, {
        roleName: targetRole(policy),
        assumedBy: new AccountPrincipal(pipeline.account).withConditions({
          // No other role of that account.
          ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${pipeline.account}:role/${pipeline.stack}-*` },
        }),
        inlinePolicies: { [policy]: new PolicyDocument({ statements: statementsOf(policy, this.account) }) },
      });
  }
}

function targetRole(policy: string): string {
  return `gatehouse-pipeline-${policy}`;
}

/** What the shell does as another role from here on. */
function taking(role: string): string {
  const fields = "Credentials.[AccessKeyId,SecretAccessKey,SessionToken]";
  const names = "AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s AWS_SESSION_TOKEN=%s";
  const assumed = `aws sts assume-role --role-arn ${role} --role-session-name gatehouse --query "${fields}" --output text`;
  return `export $(printf "${names}" $(${assumed}))`;
}

/** A policy of docs/permissions, for an account. */
function statementsOf(name: string, account: string): PolicyStatement[] {
  const docs = join(dirname(require.resolve("entra-gatehouse/package.json")), "docs", "permissions");
  const text = readFileSync(join(docs, `${name}.json`), "utf8").replaceAll("111111111111", account);
  const { Statement } = JSON.parse(text) as { readonly Statement: readonly object[] };
  return Statement.map((statement) => PolicyStatement.fromJson(statement));
}

interface GatehouseStageProps extends StageProps {
  readonly settings: GatehouseSettings;
}

class GatehouseStage extends Stage {
  constructor(scope: Construct, name: string, { settings, ...props }: GatehouseStageProps) {
    super(scope, name, props);
    // The name that --stage knows it by.
    new GatehouseStack(this, "Gatehouse", { policy: "policy", ...settings, stackName: `Gatehouse-${name}` });
  }
}
