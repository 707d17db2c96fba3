import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Stack, type StackProps } from "aws-cdk-lib";
import { type IOidcProvider, ManagedPolicy, OidcProviderNative, PolicyDocument, Role, WebIdentityPrincipal } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";

const GITHUB = "token.actions.githubusercontent.com";

export interface PipelineRolesProps extends StackProps {
  /** "contoso/sign-up" */
  readonly repository: string;
  /** The branch that is deployed. */
  readonly branch: string;
  /** @default GitHub becomes an identity provider of the account; it can be one once */
  readonly provider?: IOidcProvider;
}

/** The roles of a pipeline in GitHub Actions: for the jobs of one repository, without a key that somebody could leak. */
export class PipelineRoles extends Stack {
  constructor(scope: Construct, id: string, { repository, branch, provider, ...props }: PipelineRolesProps) {
    super(scope, id, props);
    const github = provider ?? new OidcProviderNative(this, "GitHub", { url: `https://${GITHUB}`, clientIds: ["sts.amazonaws.com"] });
    const onBranch = `repo:${repository}:ref:refs/heads/${branch}`;

    const role = (name: string, subjects: readonly string[], policies: readonly string[]) =>
      new Role(this, name, {
        roleName: `gatehouse-pipeline-${name}`,
        // Any other repository, branch or fork has another subject.
        assumedBy: new WebIdentityPrincipal(github.oidcProviderArn, {
          StringEquals: { [`${GITHUB}:aud`]: "sts.amazonaws.com", [`${GITHUB}:sub`]: subjects },
        }),
        managedPolicies: policies.map((policy) => new ManagedPolicy(this, `${name}-${policy}`, { document: this.document(policy) })),
      });
    // A pull request reads what the preview reads, and deploys nothing.
    role("preview", [onBranch, `repo:${repository}:pull_request`], ["preview"]);
    // `deploy` also looks at the account, the secrets and the list, and tries the gate.
    role("deploy", [onBranch], ["deploy", "doctor", "operate", "smoke"]);
  }

  /** A policy of docs/permissions, for this account. */
  private document(name: string): PolicyDocument {
    const docs = join(dirname(require.resolve("entra-gatehouse/package.json")), "docs", "permissions");
    const text = readFileSync(join(docs, `${name}.json`), "utf8").replaceAll("111111111111", this.account);
    return PolicyDocument.fromJson(JSON.parse(text));
  }
}
