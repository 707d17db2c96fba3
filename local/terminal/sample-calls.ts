import { join } from "node:path";
import type { Step } from "../../engine/sign-up/sign-up";
import { withRelativePaths } from "../../lib/app-root";
import { packageRoot } from "../../lib/package-root";
import { caseFilesIn, readCaseFile } from "../cases/case-file";
import type { Case, ShortRequest } from "../cases/format";

/** Two requests to try at the start, and what may be expected of them. */
export interface SampleCalls {
  readonly says: string;
  /** As an API connector sends them. */
  readonly bodies: readonly object[];
}

/** People on the list that a new data folder starts with: it allows the first, and denies the other. */
const listed = [{ email: "kim@contoso.com" }, { email: "blocked@contoso.com" }];

/** Fits the policy where it can: it may want attributes that its cases have, and decide by other things than the list. */
export async function sampleCalls(folder: string, step: Step): Promise<SampleCalls> {
  const shown = withRelativePaths(folder);
  if (folder === join(packageRoot, "policy"))
    return { says: "Two people; the policy and the list that ship let in the first:", bodies: listed };
  const cases = await casesOf(folder, step);
  const pass = cases.find(({ expect }) => expect?.verdict === "continue");
  const refusal = cases.find(({ expect }) => expect?.verdict !== "continue");
  if (pass === undefined || refusal === undefined) return { says: `Two people; ${shown} decides about each:`, bodies: listed };
  const says = `Two cases of ${shown}: it lets in the first, where the tables and other systems say what they say in the cases:`;
  return { says, bodies: [pass, refusal].map(({ request }) => connectorBody(request as ShortRequest)) };
}

/** Those that are one call, first those without rows. What is wrong with a file of cases is for the policy's tests to say. */
async function casesOf(folder: string, step: Step): Promise<readonly Case[]> {
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

function connectorBody({ email, issuer, accountId = email, attributes, locales }: ShortRequest): object {
  const identities = [{ signInType: "federated", issuer, issuerAssignedId: accountId }];
  return {
    email,
    ...(issuer !== undefined && issuer !== "entra" && { identities }),
    ...attributes,
    ...(locales !== undefined && { ui_locales: [locales].flat()[0] }),
  };
}
