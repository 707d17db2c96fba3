import { execFileSync } from "node:child_process";
import { Stack } from "aws-cdk-lib";
import { buildOutputKey, COMMIT_METADATA, type DeployedCommit } from "../adapters/aws/deployment-name";
import type { GateScope } from "./feature";
import { bundleHash } from "./resources/gatehouse-function";

const commitsByFolder = new Map<string, string | undefined>();

/**
 * Returns the folder's commit, such as "3f2a1c0… and uncommitted changes". Undefined outside a git repository, or if git is not installed.
 */
export function findCommit(folder: string): string | undefined {
  if (!commitsByFolder.has(folder)) commitsByFolder.set(folder, readCommit(folder));
  return commitsByFolder.get(folder);
}

function readCommit(folder: string): string | undefined {
  const git = (...words: readonly string[]) =>
    execFileSync("git", words, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    const commit = git("rev-parse", "HEAD");
    return git("status", "--porcelain", "--", ".") === "" ? commit : `${commit} and uncommitted changes`;
  } catch {
    return undefined;
  }
}

/**
 * Adds the commit to the template's metadata, not to a resource. If only this metadata changes, CloudFormation deploys nothing.
 * @param folder the app's folder
 */
export function noteCommit(gatehouse: GateScope, folder: string): void {
  const commit = findCommit(folder);
  if (commit === undefined) return;
  const { templateOptions } = Stack.of(gatehouse);
  const note: DeployedCommit = { commit, policyVersions: gatehouse.steps.map((step) => bundleHash(step.function)) };
  templateOptions.metadata = { ...templateOptions.metadata, [buildOutputKey(gatehouse.name, COMMIT_METADATA)]: note };
}
