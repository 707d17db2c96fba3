import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Stack, type StackProps, Stage, type StageProps } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { CodeBuildStep, CodePipeline, CodePipelineSource, ShellStep } from "aws-cdk-lib/pipelines";
import type { Construct } from "constructs";
import { type GatehouseSettings, GatehouseStack } from "entra-gatehouse/cdk";

export interface PipelineProps extends StackProps {
  /** "contoso/sign-up" */
  readonly repository: string;
  readonly branch: string;
  /** The connection to GitHub, GitLab or Bitbucket, made once in the console of AWS. */
  readonly connectionArn: string;
  /** What settings.ts says of each stage. */
  readonly settings: (stage: string) => GatehouseSettings;
}

/** Deploys what is merged: to the test stage, and to production unless that would refuse people who get in today. */
export class Pipeline extends Stack {
  constructor(scope: Construct, id: string, { repository, branch, connectionArn, settings, ...props }: PipelineProps) {
    super(scope, id, props);
    const env = { account: this.account, region: this.region };
    const source = CodePipelineSource.connection(repository, branch, { connectionArn });
    const pipeline = new CodePipeline(this, "Pipeline", {
      synth: new ShellStep("Synth", {
        input: source,
        commands: ["npm ci", "npm run lint --if-present", "npm run gate -- test --require-coverage", "npx cdk synth"],
      }),
    });
    // Each command runs by a role of its own, which may do no more than that.
    const step = (name: string, command: string, policy: string) =>
      new CodeBuildStep(name, { input: source, commands: ["npm ci", command], rolePolicyStatements: this.statements(policy) });

    pipeline.addStage(new GatehouseStage(this, "test", { env, settings: settings("test") }), {
      post: [step("SmokeTest", "npm run gate -- smoke --stage test", "smoke")],
    });
    pipeline.addStage(new GatehouseStage(this, "production", { env, settings: settings("production") }), {
      pre: [
        // --if-deployed lets the first run pass. Take it out once production stands, or a mistyped name passes, too.
        step("Preview", "npm run gate -- preview --stage production --since 30d --fail-on unclear --if-deployed", "preview"),
      ],
      post: [step("SmokeProduction", "npm run gate -- smoke --stage production", "smoke")],
    });
  }

  /** A policy of docs/permissions, for this account. */
  private statements(name: string): PolicyStatement[] {
    const docs = join(dirname(require.resolve("entra-gatehouse/package.json")), "docs", "permissions");
    const text = readFileSync(join(docs, `${name}.json`), "utf8").replaceAll("111111111111", this.account);
    const { Statement } = JSON.parse(text) as { readonly Statement: readonly object[] };
    return Statement.map((statement) => PolicyStatement.fromJson(statement));
  }
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
