import { join } from "node:path";
import type { Step } from "../../engine/sign-up/sign-up";
import { packageRoot } from "../../lib/app-root";
import { caseFilesIn, readCaseFile } from "../cases/case-file";
import type { Case, ShortRequest } from "../cases/format";

/** The list of a new data folder allows the first person, and denies the second. */
const listedPeople = [{ email: "kim@contoso.com" }, { email: "blocked@contoso.com" }];

/**
 * Returns the bodies of two requests to try. They come from the policy's cases, except for the shipped policy: others may require
 * attributes or not use the list.
 */
export async function sampleCalls(folder: string, step: Step): Promise<readonly object[]> {
  if (folder === join(packageRoot, "policy")) return listedPeople;
  return (await callsInCases(folder, step)) ?? listedPeople;
}

/** Cases with equal bodies differ only in rows, which the run does not have. */
async function callsInCases(folder: string, step: Step): Promise<readonly [object, object] | undefined> {
  const cases = await readPlainCases(folder, step);
  const passing = cases.filter(({ expect }) => expect?.verdict === "continue").map(buildBody);
  const refusedBodies = cases.filter(({ expect }) => expect?.verdict !== "continue").map(buildBody);
  const pairs = passing.flatMap((pass) => refusedBodies.map((refusal) => [pass, refusal] as const));
  return pairs.find(([pass, refusal]) => JSON.stringify(pass) !== JSON.stringify(refusal));
}

/** Cases that one request of an API connector can repeat. A faulty case file gives no cases: the policy's tests report the fault. */
async function readPlainCases(folder: string, step: Step): Promise<readonly Case[]> {
  try {
    const files = await Promise.all(caseFilesIn(join(folder, "cases")).map(readCaseFile));
    const all = files.flatMap(({ content }) =>
      content.cases.map((each) => ({ ...each, step: each.step ?? content.step ?? "before-create-user", now: each.now ?? content.now })),
    );
    const plain = all.filter((each) => {
      const { request, expect, earlier, now } = each;
      const isPlain =
        request !== undefined && (request.tenant ?? "workforce") === "workforce" && earlier === undefined && now === undefined;
      return each.step === step && isPlain && expect?.verdict !== undefined && expect.failure === undefined;
    });
    return [...plain.filter(({ rows }) => rows === undefined), ...plain.filter(({ rows }) => rows !== undefined)];
  } catch {
    return [];
  }
}

function buildBody({ request }: Case): object {
  return connectorBody(request as ShortRequest);
}

function connectorBody({ email, issuer, accountId = email, attributes, locales }: ShortRequest): object {
  const identities = [{ signInType: "federated", issuer, issuerAssignedId: accountId }];
  return {
    email,
    ...(issuer !== undefined && issuer !== "entra" && { identities }),
    ...attributes,
    ui_locales: [locales].flat()[0],
  };
}
