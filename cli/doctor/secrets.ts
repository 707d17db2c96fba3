import { secretsManager } from "../../adapters/aws/client";
import { secretVersion } from "../../adapters/aws/secret-version";
import type { Account } from "./account";

/** What a secret holds now; nothing where it is not there. */
export async function secretText(account: Account, id: string): Promise<string> {
  return (await secretVersion(account.client(secretsManager), id, "AWSCURRENT"))?.SecretString?.trim() ?? "";
}

/** Whether somebody has put a value in: the first is AWS's own, and the second makes it the previous one. */
export async function isFilledIn(account: Account, SecretId: string, signal: AbortSignal): Promise<boolean> {
  type Described = { readonly VersionIdsToStages?: Readonly<Record<string, readonly string[]>> };
  const { VersionIdsToStages = {} } = await account.client(secretsManager).call<Described>("DescribeSecret", { SecretId }, signal);
  return Object.values(VersionIdsToStages).flat().includes("AWSPREVIOUS");
}
