import { mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { packageRoot } from "../../lib/app-root";
import { Pipeline, TargetRoles } from "../../samples/pipelines/cdk-pipelines/pipeline";
import { PipelineRoles } from "../../samples/pipelines/github-actions/roles";
import { gatehouse } from "../cli/support";

const env = { account: "222222222222", region: "eu-west-1" };
const { context } = JSON.parse(readFileSync(join(packageRoot, "cdk.json"), "utf8")) as { context: Record<string, unknown> };
const newApp = () =>
  new App({ outdir: mkdtempSync(join(tmpdir(), "gatehouse-pipeline-")), context: { ...context, "aws:cdk:bundling-stacks": [] } });

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: object;
}
interface Role {
  readonly RoleName: string;
  readonly AssumeRolePolicyDocument: { readonly Statement: readonly [Statement] };
}

interface WorkflowStep {
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly needs?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly WorkflowStep[];
}
interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

// The CDK brings a parser of YAML along.
const { parse } = createRequire(require.resolve("aws-cdk-lib/package.json"))("yaml") as { parse(text: string): Workflow };
const WORKFLOW = readFileSync(join(packageRoot, "samples", "pipelines", "github-actions", "deploy.yml"), "utf8");
const workflow = parse(WORKFLOW);
const commandsOf = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []);

const pipelineApp = newApp();
const pipeline = new Pipeline(pipelineApp, "Pipeline", {
  env,
  repository: "contoso/sign-up",
  branch: "main",
  connectionArn: "arn:aws:codeconnections:eu-west-1:222222222222:connection/1",
  settings: (stage) => (stage === "test" ? { decisionDays: 7, setsApiLogRole: false } : { alarmEmail: "it@contoso.com" }),
});
const pipelineTemplate = Template.fromStack(pipeline);
const projects = Object.values(pipelineTemplate.findResources("AWS::CodeBuild::Project")).map(({ Properties }) =>
  JSON.stringify(Properties),
);
const gateLines = (text: string) => [...text.matchAll(/npm run gate -- ([^"\\]+)/g)].map(([, line = ""]) => line.trim());

const all = [...Object.values(workflow.jobs).flatMap(commandsOf).flatMap(gateLines), ...projects.flatMap(gateLines)];

describe("both pipelines", () => {
  it("require a preview of thirty days before production", () => {
    const gates = all.filter((line) => line.startsWith("preview --stage"));
    expect(gates).toHaveLength(2);
    for (const line of gates) expect(line).toMatch(/^preview --stage production --since 30d --fail-on unclear/);
  });

  it.each([...new Set(all)])("run only existing commands: npm run gate -- %s", async (line) => {
    const words = line.split(" ");
    // What it takes is read before --help is answered; what there is not is refused.
    expect(await gatehouse(...words, "--help")).toMatchObject({ exitCode: 0, stderr: "" });
    const { stdout } = await gatehouse(...words.filter((word) => !word.startsWith("-")).slice(0, 1), "--help");
    for (const option of words.filter((word) => word.startsWith("--"))) expect(stdout).toContain(option);
  });
});

describe("the workflow for GitHub Actions", () => {
  const order = ["check", "preview", "test-stage", "production"];

  it("goes from checks to the preview, the test stage and production", () => {
    expect(Object.keys(workflow.jobs)).toEqual(order);
    expect(Object.values(workflow.jobs).map(({ needs }) => needs)).toEqual([undefined, ...order.slice(0, -1)]);
    for (const stage of ["test", "production"]) {
      const commands = ["npm ci", `npm run gate -- deploy --yes --stage ${stage}`];
      expect(Object.values(workflow.jobs).map(commandsOf)).toContainEqual(commands);
    }
  });

  it("pins each action to a commit, with its version in a comment", () => {
    const uses = [...WORKFLOW.matchAll(/uses: *(.*)/g)].map(([, action = ""]) => action);
    expect(uses).not.toEqual([]);
    expect(uses.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
    expect(new Set(uses).size).toBe(new Set(uses.map((action) => action.split("@")[0])).size);
  });

  it("requests a token only in jobs that call AWS, and stores no key", () => {
    expect(workflow.permissions).toEqual({ contents: "read" });
    for (const [name, { steps, permissions }] of Object.entries(workflow.jobs)) {
      const roles = steps.flatMap((step) => step.with?.["role-to-assume"] ?? []);
      expect([name, permissions?.["id-token"], roles.length]).toEqual([
        name,
        name === "check" ? undefined : "write",
        name === "check" ? 0 : 1,
      ]);
    }
    expect(JSON.stringify(workflow)).not.toMatch(/secrets\.|access-key/);
  });

  describe("and its roles", () => {
    const template = Template.fromStack(new PipelineRoles(newApp(), "Roles", { env, repository: "contoso/sign-up", branch: "main" }));
    const roles = Object.values(template.findResources("AWS::IAM::Role")).map(({ Properties }) => Properties as Role);

    it("match the roles that the jobs assume", () => {
      const taken = JSON.stringify(workflow).match(/role\/gatehouse-pipeline-\w+/g) ?? [];
      expect([...new Set(taken)].sort()).toEqual(roles.map(({ RoleName }) => `role/${RoleName}`).sort());
    });

    it.each([
      ["gatehouse-pipeline-preview", ["repo:contoso/sign-up:ref:refs/heads/main", "repo:contoso/sign-up:pull_request"]],
      ["gatehouse-pipeline-deploy", ["repo:contoso/sign-up:ref:refs/heads/main"]],
    ])("trust one repository and branch: %s", (name, subjects) => {
      const [statement] = roles.find(({ RoleName }) => RoleName === name)?.AssumeRolePolicyDocument.Statement ?? [];
      expect(statement).toMatchObject({
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": subjects,
          },
        },
      });
    });

    it("exist once per account, and the preview's role may change nothing", () => {
      const policies = Object.entries(template.findResources("AWS::IAM::ManagedPolicy"));
      expect(policies.map(([id]) => id.replace(/[0-9A-F]{8}$/, "")).sort()).toEqual([
        "deploydeploy",
        "deploydoctor",
        "deployoperate",
        "deploysmoke",
        "previewpreview",
      ]);
      const text = JSON.stringify(policies);
      expect(text).toContain("222222222222");
      expect(text).not.toContain("111111111111");
      const preview = JSON.stringify(policies.find(([id]) => id.startsWith("preview")));
      expect(preview).not.toMatch(/:(Put|Update|Delete|Create|BatchWrite|AssumeRole)/);
    });
  });
});

describe("the pipeline of CDK Pipelines", () => {
  const [{ Stages }] = Object.values(pipelineTemplate.findResources("AWS::CodePipeline::Pipeline")).map(
    ({ Properties }) => Properties as { Stages: readonly { Name: string; Actions: readonly { Name: string; RunOrder: number }[] }[] },
  ) as [{ Stages: readonly { Name: string; Actions: readonly { Name: string; RunOrder: number }[] }[] }];
  const actionsOf = (stage: string) =>
    [...(Stages.find(({ Name }) => Name === stage)?.Actions ?? [])].sort((a, b) => a.RunOrder - b.RunOrder).map(({ Name }) => Name);

  it("goes from the test stage to production, with the preview before and the smoke test after", () => {
    expect(Stages.map(({ Name }) => Name).filter((name) => /^(test|production)$/.test(name))).toEqual(["test", "production"]);
    expect(actionsOf("test").at(-1)).toBe("SmokeTest");
    expect(actionsOf("production")[0]).toBe("Preview");
    expect(actionsOf("production").at(-1)).toBe("SmokeProduction");
  });

  it("deploys the stacks that --stage names, each with its settings", () => {
    const stacks = pipelineApp.synth().nestedAssemblies.flatMap(({ nestedAssembly }) => nestedAssembly.stacks);
    expect(stacks.map(({ stackName }) => stackName).sort()).toEqual(["Gatehouse-production", "Gatehouse-test"]);
  });

  it("runs the preview by a role that reads only what the preview needs", () => {
    const policies = Object.entries(pipelineTemplate.findResources("AWS::IAM::Policy"));
    const [, preview] = policies.find(([id]) => /Preview/.test(id)) ?? [];
    const statements = (preview?.Properties.PolicyDocument.Statement ?? []) as readonly Statement[];
    const ofTables = statements.flatMap(({ Action }) => Action).filter((action) => /^(dynamodb|secretsmanager):/.test(action));
    expect(ofTables.length).toBeGreaterThan(2);
    expect(ofTables.filter((action) => !/:(BatchGetItem|Query|GetSecretValue)$/.test(action))).toEqual([]);
  });

  describe("with an account for each stage", () => {
    const accounts = { test: "333333333333", production: "444444444444" };
    const app = newApp();
    const crossing = Template.fromStack(
      new Pipeline(app, "Pipeline", {
        env,
        accounts,
        repository: "contoso/sign-up",
        branch: "main",
        connectionArn: "arn:aws:codeconnections:eu-west-1:222222222222:connection/1",
        settings: () => ({ setsApiLogRole: false }),
      }),
    );
    const built = Object.values(crossing.findResources("AWS::CodeBuild::Project")).map(({ Properties }) => JSON.stringify(Properties));
    const roleIn = (account: string, policy: string) => `arn:aws:iam::${account}:role/gatehouse-pipeline-${policy}`;

    it("deploys each stage into its own account", () => {
      const stacks = app.synth().nestedAssemblies.flatMap(({ nestedAssembly }) => nestedAssembly.stacks);
      expect(stacks.map(({ stackName, environment: { account } }) => [stackName, account]).sort()).toEqual([
        ["Gatehouse-production", accounts.production],
        ["Gatehouse-test", accounts.test],
      ]);
      crossing.resourceCountIs("AWS::KMS::Key", 1);
    });

    it.each([
      ["smoke --stage test", roleIn(accounts.test, "smoke")],
      ["preview --stage production", roleIn(accounts.production, "preview")],
      ["smoke --stage production", roleIn(accounts.production, "smoke")],
    ])("calls %s in a stage's account by a role of that account", (line, role) => {
      const [project, ...others] = built.filter((each) => each.includes(line));
      expect(others).toEqual([]);
      expect(project).toContain(`assume-role --role-arn ${role} `);
      const statements = Object.values(crossing.findResources("AWS::IAM::Policy")).flatMap(
        ({ Properties }) => Properties.PolicyDocument.Statement as readonly Statement[],
      );
      expect(statements).toContainEqual(expect.objectContaining({ Action: "sts:AssumeRole", Resource: role }));
      expect(JSON.stringify(statements)).not.toMatch(/dynamodb:/);
    });

    it("calls through roles that trust the pipeline's roles and no others", () => {
      const there = { account: accounts.production, region: env.region };
      const pipelineOf = { account: env.account, stack: "Pipeline" };
      const roles = Template.fromStack(new TargetRoles(newApp(), "TargetRoles", { env: there, pipeline: pipelineOf }));
      const found = Object.values(roles.findResources("AWS::IAM::Role")).map(({ Properties }) => Properties as Role);
      expect(found.map(({ RoleName }) => RoleName).sort()).toEqual(["gatehouse-pipeline-preview", "gatehouse-pipeline-smoke"]);
      for (const { AssumeRolePolicyDocument } of found)
        expect(AssumeRolePolicyDocument.Statement).toMatchObject([
          { Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::222222222222:role/Pipeline-*" } } },
        ]);
      expect(JSON.stringify(roles.toJSON())).not.toContain("111111111111");
    });
  });
});
