import { join } from "node:path";
import type { Step } from "../../engine/sign-up/sign-up";
import { packageRoot } from "../../lib/package-root";
import { caseFilesIn, readCaseFile } from "../cases/case-file";
import type { Case, ShortRequest } from "../cases/format";

/** Two people on the list of a new data folder. The list allows the first person, and denies the second. */
const listedPeople = [{ email: "kim@contoso.com" }, { email: "blocked@contoso.com" }];

/**
 * Returns two requests to try at the start, in an API connector's form. For the shipped policy they are requests of people on the list. For
 * a policy of your own they come from the policy's cases, if possible. The reason is that such a policy may require attributes, or may not
 * use the list.
 */
export async function sampleCalls(folder: string, step: Step): Promise<readonly object[]> {
  if (folder === join(packageRoot, "policy")) return listedPeople;
  return (await callsInCases(folder, step)) ?? listedPeople;
}

/**
 * Returns two different requests as an API connector sends them: the request of a case that passes, and the request of a case that does not
 * pass. Undefined if there is no such pair. Two cases with equal requests differ only in their rows, which the run does not have.
 */
async function callsInCases(folder: string, step: Step): Promise<readonly [object, object] | undefined> {
  const cases = await readPlainCases(folder, step);
  const passing = cases.filter(({ expect }) => expect?.verdict === "continue").map(buildBody);
  const refusedBodies = cases.filter(({ expect }) => expect?.verdict !== "continue").map(buildBody);
  const pairs = passing.flatMap((pass) => refusedBodies.map((refusal) => [pass, refusal] as const));
  return pairs.find(([pass, refusal]) => JSON.stringify(pass) !== JSON.stringify(refusal));
}

/** Reads the cases with a single call, those without rows first. Ignores faulty case files: the policy's tests report them. */
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
    ...(locales !== undefined && { ui_locales: [locales].flat()[0] }),
  };
}
